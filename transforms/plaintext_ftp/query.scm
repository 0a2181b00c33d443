; A call of the plaintext client's class, in any spelling of its name, or of a subclass in the same file.
((call function: (_) @callee) @site
  (#in-table? @callee callables))
