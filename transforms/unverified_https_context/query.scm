; A call of a client with keyword arguments; the rule then checks whether one of them is the context.
((call
  function: (_) @callee
  arguments: (argument_list (keyword_argument))) @match
  (#in-table? @callee clients))

; The context that clients use by default: ssl._create_default_https_context = ssl._create_unverified_context
((assignment left: (attribute attribute: (identifier) @default)) @match
  (#eq? @default "_create_default_https_context"))

; A call that makes a context that verifies nothing.
((call function: (_) @callee) @match (#in-table? @callee makers))

; A call that makes a context that verifies.
((call function: (_) @callee) @match (#in-table? @callee verifying))

; What makes it verify no longer: context.verify_mode = ssl.CERT_NONE, context.check_hostname = False
((assignment left: (attribute attribute: (identifier) @setting)) @match
  (#any-of? @setting "verify_mode" "check_hostname"))

; A socket that is wrapped without a context: ssl.wrap_socket(socket)
((call function: (_) @callee) @match (#in-table? @callee wrappers))
