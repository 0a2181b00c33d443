; A call of the plaintext connection class, however its name is spelled, or of a subclass in the file.
((call function: (_) @callee) @match
  (#in-table? @callee callables))

; A client that is given a URL; which scheme it has is judged.
((call function: (_) @callee) @match
  (#in-table? @callee url-clients))

; functools.partial(HTTPConnection, ...): the same class, called later.
((call
  function: (_) @partial
  arguments: (argument_list . (_) @callee)) @match
  (#resolves-to? @partial "functools.partial")
  (#in-table? @callee callables))
