; A call of the plaintext connection class, however its name is spelled, or of a subclass in the file.
((call function: (_) @callee) @site
  (#in-table? @callee callables))

; A client that is given a URL; which scheme it has is judged.
((call function: (_) @callee) @site
  (#in-table? @callee url-clients))
