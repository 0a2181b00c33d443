; A call that creates a server: a class of http.server, a subclass in the same file, or a TCP server with an HTTP handler.
((call function: (_) @callee) @match
  (#in-table? @callee servers))

; A call that runs a command, which may be `python -m http.server`.
((call function: (_) @callee) @match
  (#in-table? @callee commands))
