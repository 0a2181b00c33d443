; A call of a sink: a server class or a subclass in the file, a function, a method of a receiver of known type.
((call function: (_) @callee) @site
  (#in-table? @callee sinks))
