//! What modules are called: Python 2 and compatibility spellings, and what a star import brings.

/// Python 2's name and Python 3's. Facts: PEP 3108, the `six` and `future` documentation.
const RENAMED: [(&str, &str); 18] = [
    ("httplib", "http.client"),
    ("http_client", "http.client"),
    ("BaseHTTPServer", "http.server"),
    ("SimpleHTTPServer", "http.server"),
    ("CGIHTTPServer", "http.server"),
    ("SocketServer", "socketserver"),
    ("socketserver", "socketserver"),
    ("SimpleXMLRPCServer", "xmlrpc.server"),
    ("DocXMLRPCServer", "xmlrpc.server"),
    ("xmlrpc_server", "xmlrpc.server"),
    ("xmlrpclib", "xmlrpc.client"),
    ("xmlrpc_client", "xmlrpc.client"),
    ("urllib2", "urllib.request"),
    ("http.client", "http.client"),
    ("http.server", "http.server"),
    ("xmlrpc.client", "xmlrpc.client"),
    ("xmlrpc.server", "xmlrpc.server"),
    ("urllib", "urllib"),
];

/// Names that are the module itself only after a prefix such as `six.moves.`.
const ONLY_MOVED: [&str; 4] = ["http_client", "xmlrpc_server", "xmlrpc_client", "urllib"];

/// Places that hold the same member under another module's name.
const REEXPORTED: [(&str, &str); 16] = [
    ("http.server.BaseHTTPServer.", "http.server."),
    ("http.server.SocketServer.", "socketserver."),
    ("http.server.socketserver.", "socketserver."),
    ("asyncio.streams.", "asyncio."),
    ("asyncio.events.", "asyncio."),
    ("asyncio.base_events.", "asyncio."),
    ("_socket.socket", "socket.socket"),
    ("socket.SocketType", "socket.socket"),
    ("flask.app.Flask", "flask.Flask"),
    ("quart.app.Quart", "quart.Quart"),
    ("sanic.app.Sanic", "sanic.Sanic"),
    ("aiohttp.web_runner.", "aiohttp.web."),
    ("werkzeug.run_simple", "werkzeug.serving.run_simple"),
    ("uvicorn.main.run", "uvicorn.run"),
    ("uvicorn.config.Config", "uvicorn.Config"),
    ("gradio.blocks.Blocks", "gradio.Blocks"),
];

/// Words of which one stands in every import that gives what the transforms name: a module that imports none of them gives
/// nothing of interest to others.
pub(crate) const ROOTS: [&str; 25] = [
    "http",
    "httplib",
    "http_client",
    "http_server",
    "BaseHTTPServer",
    "SimpleHTTPServer",
    "CGIHTTPServer",
    "socketserver",
    "SocketServer",
    "xmlrpc",
    "xmlrpclib",
    "xmlrpc_client",
    "xmlrpc_server",
    "SimpleXMLRPCServer",
    "DocXMLRPCServer",
    "socket",
    "ssl",
    "asyncio",
    "wsgiref",
    "multiprocessing",
    "urllib3",
    "ftplib",
    "imaplib",
    "poplib",
    "smtplib",
];

/// The Python 3 name of a qualified name as it is written: `httplib.HTTPConnection` is `http.client.HTTPConnection`, and so
/// is `anything.six.moves.http_client.HTTPConnection`.
pub fn canonical(path: &str) -> String {
    let (rest, moved) = after_moves(path);
    for (old, new) in RENAMED {
        if ONLY_MOVED.contains(&old) && !moved {
            continue;
        }
        if let Some(member) = rest.strip_prefix(old).filter(|member| member.is_empty() || member.starts_with('.')) {
            return format!("{new}{member}");
        }
    }
    for (place, home) in REEXPORTED {
        if let Some(member) = path.strip_prefix(place) {
            return format!("{home}{member}");
        }
    }
    path.to_string()
}

/// The last parts of the names that a module has beside the canonical one that ends with `last_part`: `client` is `httplib` and
/// `http_client` too.
pub(in crate::python) fn spellings(last_part: &str) -> impl Iterator<Item = &str> {
    RENAMED.iter().filter(move |(old, new)| last(new) == last_part && last(old) != last_part).map(|(old, _)| last(old))
}

/// The last part of a dotted name.
pub(in crate::python) fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// What follows `six.moves.` (vendored anywhere) or `future.moves.`.
fn after_moves(path: &str) -> (&str, bool) {
    for package in ["six.moves.", "future.moves."] {
        if let Some(at) = path.find(package)
            && (at == 0 || path.get(..at).is_some_and(|before| before.ends_with('.')))
        {
            return (path.get(at + package.len()..).unwrap_or_default(), true);
        }
    }
    (path, false)
}

/// Whether a path as it is written names something that only Python 2 has, only Python 3, or that works on both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `httplib`.
    Python2,
    /// `http.client`.
    Python3,
    /// `six.moves.http_client`.
    Both,
}

/// See [`Dialect`].
pub fn dialect(path: &str) -> Dialect {
    let (rest, moved) = after_moves(path);
    if moved {
        return Dialect::Both;
    }
    let first = rest.split('.').next().unwrap_or_default();
    match first {
        "httplib" | "BaseHTTPServer" | "SimpleHTTPServer" | "CGIHTTPServer" | "SocketServer" | "SimpleXMLRPCServer"
        | "DocXMLRPCServer" | "xmlrpclib" | "urllib2" => Dialect::Python2,
        "http" | "socketserver" | "xmlrpc" => Dialect::Python3,
        _ => Dialect::Both,
    }
}

/// What `from module import *` brings, of what the transforms name. Facts: `__all__` of CPython 2.7 and 3.13.
const STAR_EXPORTS: [(&str, &[&str]); 7] = [
    ("http.client", &["HTTPConnection", "HTTPSConnection", "HTTPResponse", "HTTPException", "HTTP"]),
    (
        "http.server",
        &[
            "HTTPServer",
            "ThreadingHTTPServer",
            "HTTPSServer",
            "ThreadingHTTPSServer",
            "BaseHTTPRequestHandler",
            "SimpleHTTPRequestHandler",
            "CGIHTTPRequestHandler",
        ],
    ),
    (
        "socketserver",
        &[
            "BaseServer",
            "TCPServer",
            "UDPServer",
            "ThreadingUDPServer",
            "ThreadingTCPServer",
            "BaseRequestHandler",
            "StreamRequestHandler",
            "DatagramRequestHandler",
            "ThreadingMixIn",
            "ForkingUDPServer",
            "ForkingTCPServer",
            "ForkingMixIn",
        ],
    ),
    (
        "socket",
        &[
            "socket",
            "create_server",
            "create_connection",
            "AF_INET",
            "AF_INET6",
            "AF_UNIX",
            "SOCK_STREAM",
            "SOCK_DGRAM",
            "SOL_SOCKET",
            "SO_BROADCAST",
            "SO_REUSEADDR",
            "IP_ADD_MEMBERSHIP",
            "IPV6_JOIN_GROUP",
        ],
    ),
    ("xmlrpc.server", &["SimpleXMLRPCServer", "DocXMLRPCServer"]),
    ("wsgiref.simple_server", &["WSGIServer", "WSGIRequestHandler", "demo_app", "make_server"]),
    ("asyncio", &["start_server", "get_event_loop", "new_event_loop", "get_running_loop"]),
];

/// What a callable gives, where that is not an instance of itself. Facts: the signatures in the CPython 3.13
/// documentation of `ssl`, `socket` and `asyncio`.
const RETURNS: [(&str, &str); 21] = [
    ("ssl.wrap_socket", "socket.socket"),
    ("ssl.SSLContext.wrap_socket", "socket.socket"),
    ("ssl.create_default_context", "ssl.SSLContext"),
    ("ssl._create_unverified_context", "ssl.SSLContext"),
    ("ssl._create_stdlib_context", "ssl.SSLContext"),
    ("socket.fromfd", "socket.socket"),
    ("asyncio.get_event_loop", "asyncio.AbstractEventLoop"),
    ("asyncio.get_running_loop", "asyncio.AbstractEventLoop"),
    ("asyncio.new_event_loop", "asyncio.AbstractEventLoop"),
    ("asyncio.BaseEventLoop", "asyncio.AbstractEventLoop"),
    ("asyncio.SelectorEventLoop", "asyncio.AbstractEventLoop"),
    ("asyncio.ProactorEventLoop", "asyncio.AbstractEventLoop"),
    ("uvloop.new_event_loop", "asyncio.AbstractEventLoop"),
    ("uvloop.Loop", "asyncio.AbstractEventLoop"),
    // Its methods raise NotImplementedError.
    ("asyncio.AbstractEventLoop", "object"),
    // grpcio 1.85, gradio 6.31: `queue` gives the object back.
    ("grpc.server", "grpc.Server"),
    ("grpc.aio.server", "grpc.aio.Server"),
    ("gradio.Blocks.queue", "gradio.Blocks"),
    ("gradio.Interface.queue", "gradio.Interface"),
    ("gradio.ChatInterface.queue", "gradio.ChatInterface"),
    ("gradio.TabbedInterface.queue", "gradio.TabbedInterface"),
];

/// The type of what calling `callable` gives: another type for a factory, else `callable` taken as a class.
pub(crate) fn instance_type(callable: &str) -> &str {
    RETURNS.iter().find(|(known, _)| *known == callable).map_or(callable, |(_, gives)| gives)
}

/// Whether `from module import *` (a canonical module name) binds `name`.
pub fn star_binds(module: &str, name: &str) -> bool {
    STAR_EXPORTS.iter().any(|(known, names)| *known == module && names.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::{Dialect, canonical, dialect};

    #[test]
    fn python_2_and_compatibility_spellings_have_one_name() {
        for (written, meant) in [
            ("httplib.HTTPConnection", "http.client.HTTPConnection"),
            ("six.moves.http_client.HTTPSConnection", "http.client.HTTPSConnection"),
            ("six.moves.BaseHTTPServer.HTTPServer", "http.server.HTTPServer"),
            ("botocore.vendored.six.moves.http_client", "http.client"),
            (".packages.six.moves.http_client.HTTPConnection", "http.client.HTTPConnection"),
            ("future.moves.http.client.HTTPConnection", "http.client.HTTPConnection"),
            ("SocketServer.TCPServer", "socketserver.TCPServer"),
            ("http_client.HTTPConnection", "http_client.HTTPConnection"),
            ("httplib2.Http", "httplib2.Http"),
            ("urllib2.urlopen", "urllib.request.urlopen"),
            ("notsix.moves.http_client", "notsix.moves.http_client"),
            (".httplib.HTTPConnection", ".httplib.HTTPConnection"),
            ("asyncio.streams.start_server", "asyncio.start_server"),
        ] {
            assert_eq!(canonical(written), meant, "{written}");
        }
    }

    #[test]
    fn a_path_tells_the_dialect() {
        assert_eq!(dialect("httplib.HTTPConnection"), Dialect::Python2);
        assert_eq!(dialect("http.client.HTTPConnection"), Dialect::Python3);
        assert_eq!(dialect("six.moves.http_client"), Dialect::Both);
    }
}
