; A call of the TLS connection class, however its name is spelled, or of a subclass in the file.
((call function: (_) @callee) @match
  (#in-table? @callee callables))

; functools.partial(HTTPSConnection, ...): what it makes is called without a context later.
((call
  function: (_) @partial
  arguments: (argument_list . (_) @callee)) @match
  (#resolves-to? @partial "functools.partial")
  (#in-table? @callee callables))
