; A call of the TLS connection class, in any spelling of its name, or of a subclass in the same file.
((call function: (_) @callee) @match
  (#in-table? @callee callables))

; functools.partial(HTTPSConnection, ...): the partial is later called without a context.
((call
  function: (_) @partial
  arguments: (argument_list . (_) @callee)) @match
  (#resolves-to? @partial "functools.partial")
  (#in-table? @callee callables))
