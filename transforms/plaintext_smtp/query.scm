; A call of a plaintext client's class, however its name is spelled, or of a subclass in the file.
((call function: (_) @callee) @site
  (#in-table? @callee callables))
