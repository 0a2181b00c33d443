; A call of a sink: a server class or a subclass in the file, a function, a method of a receiver of known type.
((call function: (_) @callee) @match
  (#in-table? @callee sinks))

; The setting of gunicorn's configuration file, which is Python: `bind = "0.0.0.0:8000"`; whether it is that file is judged.
((module (expression_statement (assignment left: (identifier) @callee right: (_)) @match))
  (#eq? @callee "bind"))

; A setting that says where to bind, of an object of known type: `config.bind = ["0.0.0.0:8000"]`.
; Most files are full of attributes that are assigned, so the name is asked for first.
((assignment left: (attribute attribute: (identifier) @name) @callee right: (_)) @match
  (#any-of? @name "bind" "insecure_bind" "quic_bind")
  (#in-table? @callee settings))
