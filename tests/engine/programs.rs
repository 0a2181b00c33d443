//! A small grammar of Python programs with several findings each: imports in many spellings and places, statements that use
//! what they bring, in functions, classes, branches and one-line suites.

use proptest::prelude::*;

/// An import, and the names by which it makes the two classes known: plaintext, TLS.
type Import = (&'static str, Option<&'static str>, Option<&'static str>);

const IMPORTS: [Import; 16] = [
    ("import http.client", Some("http.client.HTTPConnection"), Some("http.client.HTTPSConnection")),
    ("import http.client as hc", Some("hc.HTTPConnection"), Some("hc.HTTPSConnection")),
    ("import os, http.client, sys", Some("http.client.HTTPConnection"), Some("http.client.HTTPSConnection")),
    ("from http import client", Some("client.HTTPConnection"), Some("client.HTTPSConnection")),
    ("from http.client import HTTPConnection", Some("HTTPConnection"), None),
    ("from http.client import HTTPSConnection", None, Some("HTTPSConnection")),
    ("from http.client import HTTPConnection as Plain", Some("Plain"), None),
    ("from http.client import HTTPConnection, HTTPSConnection", Some("HTTPConnection"), Some("HTTPSConnection")),
    ("from http.client import (\n    HTTPConnection,\n    HTTPException,\n)", Some("HTTPConnection"), None),
    ("from http.client import (\n    HTTPConnection as P,  # plain\n    HTTPSConnection as S\n)", Some("P"), Some("S")),
    ("from http.client import HTTPException, \\\n    HTTPConnection", Some("HTTPConnection"), None),
    ("from http.client import HTTPConnection; import json", Some("HTTPConnection"), None),
    ("import httplib", Some("httplib.HTTPConnection"), Some("httplib.HTTPSConnection")),
    ("from six.moves import http_client", Some("http_client.HTTPConnection"), Some("http_client.HTTPSConnection")),
    (
        "try:\n    from http.client import HTTPConnection\nexcept ImportError:\n    from httplib import HTTPConnection",
        Some("HTTPConnection"),
        None,
    ),
    (
        "try:\n    import http.client as hc\nexcept ImportError:\n    import httplib as hc",
        Some("hc.HTTPConnection"),
        Some("hc.HTTPSConnection"),
    ),
];

/// Imports that have nothing to do with a connection's class, but with what a fix adds.
const NEIGHBOURS: [&str; 12] = [
    "import ssl",
    "import ssl as tls",
    "from ssl import create_default_context",
    "from ssl import create_default_context as make_context",
    "import socket",
    "import os",
    "import sys, zlib",
    "try:\n    import ssl\nexcept ImportError:\n    ssl = None",
    "import requests",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import ssl",
    "from .local import thing",
    "",
];

const ARGUMENTS: [&str; 12] = [
    "'api.example.com'",
    "\"api.example.com\", 80",
    "'api.example.com', port=80, timeout=10",
    "'api.example.com:80'",
    "host",
    "'localhost', 8080",
    "host, timeout=3, ",
    "\n    'api.example.com',\n    timeout=3,\n",
    "\n    'api.example.com',\n    timeout=3  # seconds\n",
    "'é.example.com', **options",
    "*address",
    "host=host",
];

/// Statements around a connection `C`.
const USES: [&str; 9] = [
    "conn = C",
    "return_value = C.request('GET', '/')",
    "pool = [C, C]",
    "with closing(C) as conn: pass",
    "conn = C; conn.request('GET', '/')",
    "print(isinstance(thing, NAME), C)",
    "conn = C  # nosec",
    "conn = wrap(C, C)",
    "assert C, 'é😀'",
];

/// Statements that bring their own import, as far as the program has none.
const OTHERS: [&str; 8] = [
    "import socket\nsock = socket.socket()\nsock.bind((\"\", 8080))",
    "import socket\nhost = '0.0.0.0'\nsocket.create_server((host, 8080))",
    "from http.server import HTTPServer, SimpleHTTPRequestHandler\nHTTPServer(('', 8000), SimpleHTTPRequestHandler)",
    "from http.server import HTTPServer\nserver = HTTPServer(('127.0.0.1', 8000), None)\nserver.serve_forever()",
    "import ssl, http.client\nhttp.client.HTTPSConnection('h', context=ssl._create_unverified_context())",
    "from http.client import HTTPSConnection\nHTTPSConnection('h')",
    "import asyncio\nasync def serve():\n    await asyncio.start_server(handle, '0.0.0.0', 8888)",
    "x = 1",
];

/// Where a statement stands; `B` is its body, indented.
const PLACES: [&str; 11] = [
    "B",
    "B",
    "def fetch(host, address=(), options={}):\nB",
    "def fetch(ssl):\nB",
    "async def fetch():\n    ssl = None\nB",
    "if host:\nB\nelse:\n    pass",
    "try:\nB\nfinally:\n    pass",
    "class Client:\n    def get(self):\nBB",
    "for host in hosts:\nB",
    "with lock:\nB",
    "match host:\n    case 1:\nBB",
];

const HEADS: [&str; 7] = [
    "",
    "#!/usr/bin/env python3\n# Licence\n",
    "\"\"\"Docstring.\"\"\"\n",
    "\"\"\"Docstring.\"\"\"\nfrom __future__ import annotations\n\n",
    "from __future__ import print_function; x = 1\n",
    "# comment\n\n",
    "__version__ = '1'\n",
];

/// One program; strict parsers take it.
pub fn program() -> impl Strategy<Value = String> {
    let head = prop::sample::select(&HEADS[..]);
    let piece = prop_oneof![5 => connection(), 2 => other()];
    let neighbours = prop::collection::vec(prop::sample::select(&NEIGHBOURS[..]), 0..4);
    let top = prop::collection::vec(prop::sample::select(&IMPORTS[..]), 0..2);
    (head, neighbours, top, prop::collection::vec(piece, 1..5), 0..6_u8).prop_map(
        |(head, neighbours, top, pieces, end)| {
            let imports =
                neighbours.into_iter().chain(top.iter().map(|import| import.0)).filter(|line| !line.is_empty());
            let lines: Vec<String> = imports.map(str::to_owned).chain(pieces).collect();
            let text = format!("{head}{}\n", lines.join("\n"));
            match end {
                0 => text.replace('\n', "\r\n"),
                1 => text.trim_end().to_owned(),
                2 => text.replace("    ", "\t"),
                _ => text,
            }
        },
    )
}

/// An import and connections that it makes possible, the import at module level or beside the use.
fn connection() -> impl Strategy<Value = String> {
    let call = (any::<bool>(), prop::sample::select(&ARGUMENTS[..]), prop::sample::select(&USES[..]));
    (prop::sample::select(&IMPORTS[..]), any::<bool>(), place(), prop::collection::vec(call, 1..4)).prop_map(
        |((import, plain, tls), is_local, place, calls)| {
            let uses: Vec<String> = calls
                .into_iter()
                .map(|(wants_tls, arguments, statement)| {
                    let name = if wants_tls { tls.or(plain) } else { plain.or(tls) }.unwrap_or_default();
                    statement.replace('C', &format!("{name}({arguments})")).replace("NAME", name)
                })
                .collect();
            let uses = uses.join("\n");
            if is_local {
                placed(place, &format!("{import}\n{uses}"))
            } else {
                format!("{import}\n{}", placed(place, &uses))
            }
        },
    )
}

fn other() -> impl Strategy<Value = String> {
    (prop::sample::select(&OTHERS[..]), place()).prop_map(|(statements, place)| placed(place, statements))
}

fn place() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&PLACES[..])
}

fn placed(place: &str, statements: &str) -> String {
    let indented = |by: &str| {
        let lines = statements.lines().map(|line| format!("{by}{line}"));
        lines.collect::<Vec<_>>().join("\n")
    };
    match place {
        "B" => statements.to_owned(),
        place if place.contains("BB") => place.replace("BB", &indented("        ")),
        place => place.replacen("\nB", &format!("\n{}", indented("    ")), 1),
    }
}
