//! What a name stands for: every import spelling that counts, and every look-alike that does not.

use tightwire::python::{Call, Node, PythonFile};

/// The qualified names of what the last call of `text` calls.
fn last_callee(text: &str) -> Vec<String> {
    let file = PythonFile::parse(text).expect("parses");
    let calls = file.root().descendants().filter_map(Call::of);
    let call = calls.max_by_key(|call| (call.node.end(), usize::MAX - call.node.start())).expect("has a call");
    let callee: Node<'_> = call.callee;
    file.callees(callee).into_iter().map(|callee| callee.path).collect()
}

const CONNECTION: &str = "http.client.HTTPConnection";

#[test]
fn every_spelling_of_the_import_resolves() {
    for text in [
        "import http.client\nhttp.client.HTTPConnection(h)\n",
        "import http.client, os\nhttp.client.HTTPConnection(h)\n",
        "import http.client as hc\nhc.HTTPConnection(h)\n",
        "from http import client\nclient.HTTPConnection(h)\n",
        "from http.client import HTTPConnection\nHTTPConnection(h)\n",
        "from http.client import (\n    HTTPConnection as C,\n)\nC(h)\n",
        "from http.client import *\nHTTPConnection(h)\n",
        "import httplib\nhttplib.HTTPConnection(h)\n",
        "import six.moves.http_client\nsix.moves.http_client.HTTPConnection(h)\n",
        "from six.moves import http_client as h\nh.HTTPConnection(x)\n",
        "from six import moves\nmoves.http_client.HTTPConnection(x)\n",
        "from botocore.vendored.six.moves import http_client\nhttp_client.HTTPConnection(x)\n",
        "from .packages.six.moves.http_client import HTTPConnection\nHTTPConnection(x)\n",
        "from future.moves.http.client import HTTPConnection\nHTTPConnection(x)\n",
        "try:\n    import http.client as c\nexcept ImportError:\n    import httplib as c\nc.HTTPConnection(h)\n",
        "try:\n    import httplib as c\nexcept ImportError:\n    import http.client as c\ndef f():\n    c.HTTPConnection(h)\n",
        "try:\n    from httplib import HTTPConnection\nexcept ImportError:\n    HTTPConnection = None\nHTTPConnection(h)\n",
        "def f():\n    from http.client import HTTPConnection\n    return HTTPConnection(h)\n",
        "import http.client\nK = http.client.HTTPConnection\nK(h)\n",
        "from http.client import HTTPConnection\ndef run(cls: HTTPConnection):\n    cls(h)\n",
        "from http.client import HTTPConnection\ndef run(cls: type[HTTPConnection]):\n    cls(h)\n",
        "from http.client import HTTPConnection\ndef run(cls=HTTPConnection):\n    cls(h)\n",
        "from http.client import HTTPConnection\nclass S(HTTPConnection):\n    pass\nS(h)\n",
        "from http.client import HTTPConnection\nclass S(HTTPConnection): pass\nclass T(S): pass\nT(h)\n",
        "import http.client\nclass A:\n    K = http.client.HTTPConnection\n    def f(self):\n        self.K(h)\n",
        "import http.client\nclass A:\n    def __init__(self):\n        self.k = http.client.HTTPConnection\n    def f(self):\n        self.k(h)\n",
        "import http.client\n[http.client.HTTPConnection(h) for h in hs]\n",
        "import http.client\nif a:\n    http = None\n    raise SystemExit\nhttp.client.HTTPConnection(h)\n",
    ] {
        assert_eq!(last_callee(text), [CONNECTION], "{text}");
    }
}

#[test]
fn look_alikes_do_not_resolve() {
    for text in [
        "class HTTPConnection: pass\nHTTPConnection(h)\n",
        "def HTTPConnection(h): pass\nHTTPConnection(h)\n",
        "from http.client import HTTPConnection\ndef f(HTTPConnection):\n    HTTPConnection(h)\n",
        "from http.client import HTTPConnection\nHTTPConnection = make()\nHTTPConnection(h)\n",
        "from mypackage import HTTPConnection\nHTTPConnection(h)\n",
        "from .client import HTTPConnection\nHTTPConnection(h)\n",
        "from .http.client import HTTPConnection\nHTTPConnection(h)\n",
        "from tornado import *\nHTTPConnection(h)\n",
        "import http.client\nfor http in x:\n    http.client.HTTPConnection(h)\n",
        "import http.client\nwith x as http:\n    http.client.HTTPConnection(h)\n",
        "import http.client\ndef f():\n    http = 1\n    http.client.HTTPConnection(h)\n",
        "import http.client\n[http.client.HTTPConnection(h) for http in hs]\n",
        "import http.client\n(lambda http: http.client.HTTPConnection(h))\n",
        "import http.client\ndel http\nhttp.client.HTTPConnection(h)\n",
        "import httplib2 as httplib\nhttplib.HTTPConnection(h)\n",
        "from http.client import HTTPConnection, HTTPSConnection\nK = HTTPConnection\nif s:\n    K = HTTPSConnection\nK(h)\n",
        "from http.client import HTTPConnection, HTTPSConnection\nK = HTTPSConnection if s else HTTPConnection\nK(h)\n",
        "if s:\n    from http.client import HTTPConnection as C\nelse:\n    from http.client import HTTPSConnection as C\nC(h)\n",
        "class A:\n    from http.client import HTTPConnection\n    def f(self):\n        HTTPConnection(h)\n",
        "match x:\n    case [HTTPConnection]:\n        HTTPConnection(h)\n",
        "def f():\n    global http\n    http = g\nimport http.client\ndef k():\n    http.client.HTTPConnection(h)\n",
    ] {
        assert_ne!(last_callee(text), [CONNECTION], "{text}");
    }
}

#[test]
fn a_receiver_has_the_type_of_what_made_it() {
    for text in [
        "import socket\ns = socket.socket()\ns.bind(a)\n",
        "import socket\nwith socket.socket() as s:\n    s.bind(a)\n",
        "import socket\nsocket.socket().bind(a)\n",
        "from socket import *\ns = socket(AF_INET, SOCK_STREAM)\ns.bind(a)\n",
        "import socket\nclass A:\n    def __init__(self):\n        self.s = None\n    def f(self):\n        self.s = socket.socket()\n        self.s.bind(a)\n",
        "import socket, ssl\ns = ssl.wrap_socket(socket.socket())\ns.bind(a)\n",
        "import socket, ssl\nctx = ssl.SSLContext()\ns = ctx.wrap_socket(socket.socket())\ns.bind(a)\n",
        "import socket\ndef f(s: socket.socket):\n    s.bind(a)\n",
        "import socket\nif (s := socket.socket()):\n    s.bind(a)\n",
        "import socket\nclass S(socket.socket): pass\ns = S()\ns.bind(a)\n",
    ] {
        assert_eq!(last_callee(text), ["socket.socket.bind"], "{text}");
    }
    for text in [
        "def f(s):\n    s.bind(a)\n",
        "import socket\ns = socket.socket()\ns = other()\ns.bind(a)\n",
        "import socket\nfor s in sockets:\n    s.bind(a)\n",
        "import tkinter\nw = tkinter.Frame()\nw.bind(a)\n",
    ] {
        assert_ne!(last_callee(text), ["socket.socket.bind"], "{text}");
    }
}
