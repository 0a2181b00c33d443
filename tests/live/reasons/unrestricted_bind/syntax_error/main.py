# proves: report syntax-error
# breaks: the file is a template, which is filled in for IPv6
# fails: socket.gaierror .
# needs: ipv6
# finding: server.py
# taken: bind(("" => bind(("127.0.0.1"
import pathlib
import string

template = string.Template(pathlib.Path("server.py").read_text())
exec(template.substitute(family="AF_INET6", port="0"))
