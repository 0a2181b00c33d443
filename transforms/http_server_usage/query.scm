; A statement that creates a server: a class of http.server, a subclass in the file, a TCP server for an HTTP handler.
((call function: (_) @callee) @match
  (#in-table? @callee servers))

; A command line that may run `python -m http.server`.
((call function: (_) @callee) @match
  (#in-table? @callee commands))
