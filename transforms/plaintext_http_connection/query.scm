; A call of the plaintext connection class, in any spelling of its name, or of a subclass in the same file.
((call function: (_) @callee) @match
  (#in-table? @callee callables))

; A call of a client that takes a URL; the rule then checks the scheme.
((call function: (_) @callee) @match
  (#in-table? @callee url-clients))

; functools.partial(HTTPConnection, ...): the same class, called later.
((call
  function: (_) @partial
  arguments: (argument_list . (_) @callee)) @match
  (#resolves-to? @partial "functools.partial")
  (#in-table? @callee callables))
