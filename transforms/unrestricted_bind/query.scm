; A call of a sink: a server class or a subclass in the file, a function, a method of a receiver of known type.
((call function: (_) @callee) @site
  (#in-table? @callee sinks))

; A setting that says where to bind, of an object of known type: `config.bind = ["0.0.0.0:8000"]`.
((assignment left: (attribute) @callee right: (_)) @site
  (#in-table? @callee settings))
