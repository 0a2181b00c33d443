; A call of a client with keyword arguments; the rule then checks whether one of them is the context.
((call
  function: (_) @callee
  arguments: (argument_list (keyword_argument))) @match
  (#in-table? @callee clients))

; The context that clients use by default: ssl._create_default_https_context = ssl._create_unverified_context
((assignment left: (attribute attribute: (identifier) @attribute)) @match
  (#eq? @attribute "_create_default_https_context"))
