; A client that is given a context.
((call
  function: (_) @callee
  arguments: (argument_list (keyword_argument name: (identifier) @keyword))) @site
  (#eq? @keyword "context")
  (#in-table? @callee clients))
