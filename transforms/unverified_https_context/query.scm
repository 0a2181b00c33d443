; A client that is given a context; whether by its own keyword is judged.
((call
  function: (_) @callee
  arguments: (argument_list (keyword_argument))) @match
  (#in-table? @callee clients))

; The default of every client that is given none: ssl._create_default_https_context = ssl._create_unverified_context
((assignment left: (attribute attribute: (identifier) @attribute)) @match
  (#eq? @attribute "_create_default_https_context"))
