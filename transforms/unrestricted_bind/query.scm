; A call of a sink: a server class or a subclass in the same file, a function, or a method of a receiver of known type.
((call function: (_) @callee) @match
  (#in-table? @callee sinks))

; The setting in gunicorn's configuration file, which is Python: `bind = "0.0.0.0:8000"`. The rule then checks that it is such a file.
((module (expression_statement (assignment left: (identifier) @callee right: (_)) @match))
  (#eq? @callee "bind"))

; A setting of an object of known type that says where to bind: `config.bind = ["0.0.0.0:8000"]`.
; The name is compared first, because most files assign many attributes.
((assignment left: (attribute attribute: (identifier) @name) @callee right: (_)) @match
  (#any-of? @name "bind" "insecure_bind" "quic_bind" "socket_host")
  (#in-table? @callee settings))
