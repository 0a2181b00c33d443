//! Names that come from another module of the project.

use crate::accept::All;
use crate::invariants;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tightwire::engine::FileContext;
use tightwire::finding::Reason;
use tightwire::python::Target;
use tightwire::text::ProjectPath;
use tightwire::workspace::project::Index;

/// The reason with this slug, as far as reasons are compared.
fn reason(slug: &'static str) -> Reason {
    Reason::new(slug, "")
}

/// What file `path` of a project with `files` becomes when all fixes are taken, and why findings have none or an unsafe one.
fn fix(files: &[(&str, &str)], path: &str) -> (String, Vec<Vec<Reason>>) {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let file = folder.path().join(path);
    let bytes = fs::read(&file).unwrap();
    let index: Arc<Index> = Arc::default();
    let engine = invariants::engine();
    let place = index.locate(&file, folder.path()).unwrap();
    let context =
        FileContext { project: Some(index.project(place, &file, engine.import_words())), ..FileContext::default() };
    let result = engine.fix(bytes.clone(), &context, &mut All).unwrap();
    assert_eq!(result.problems, [], "{path}");
    let reasons = result.findings.iter().map(|judged| judged.finding.reasons.clone()).collect();
    (String::from_utf8(result.fixed.unwrap_or(bytes)).unwrap(), reasons)
}

const CALL: &str = "conn = httplib.HTTPConnection('api.example.com')\n";
const FIXED: &str = "conn = httplib.HTTPSConnection('api.example.com', context=ssl.create_default_context())\n";
const COMPAT: &str = "try:\n    import http.client as httplib\nexcept ImportError:\n    import httplib\n";

#[test]
fn a_module_that_the_project_hands_on_is_followed() {
    type Files = &'static [(&'static str, &'static str)];
    let cases: [(&str, &str, Files); 14] = [
        ("app/main.py", "from app.compat import httplib\n", &[("app/__init__.py", ""), ("app/compat.py", COMPAT)]),
        ("app/main.py", "from .compat import httplib\n", &[("app/compat.py", COMPAT)]),
        ("app/main.py", "from . import httplib\n", &[("app/__init__.py", COMPAT)]),
        ("app/sub/main.py", "from ..compat import httplib\n", &[("app/compat.py", COMPAT)]),
        ("app/sub/main.py", "from .. import httplib\n", &[("app/__init__.py", COMPAT), ("app/sub/__init__.py", "")]),
        ("src/app/main.py", "from app.compat import httplib\n", &[("src/app/compat.py", COMPAT)]),
        ("tests/test.py", "from app.compat import httplib\n", &[("src/app/compat.py", COMPAT)]),
        ("main.py", "from compat import httplib\n", &[("compat.py", COMPAT)]),
        ("main.py", "from compat import *\n", &[("compat.py", COMPAT)]),
        ("main.py", "from compat import h as httplib\n", &[("compat.py", "import http.client as h\n")]),
        (
            "app/main.py",
            "from .one import httplib\n",
            &[
                ("app/one.py", "from .two import *\n# httplib\n"),
                ("app/two.py", "from six.moves import http_client as httplib\n"),
            ],
        ),
        (
            "app/main.py",
            "from .one import httplib\n",
            &[
                ("app/one.py", "from app.two import h as httplib\n# import http\n"),
                ("app/two.py", "import http.client\nh = http.client\n"),
            ],
        ),
        // A package of that name beside the module, and one that is none.
        ("main.py", "from compat import httplib\n", &[("compat.py", "raise"), ("compat/__init__.py", COMPAT)]),
        ("main.py", "from compat import httplib\n", &[("compat.py", COMPAT), ("compat/data.txt", "")]),
    ];
    for (path, import, others) in &cases {
        let text = format!("{import}{CALL}");
        let files: Vec<(&str, &str)> = others.iter().copied().chain([(*path, text.as_str())]).collect();
        let (fixed, reasons) = fix(&files, path);
        assert!(fixed.contains("import ssl\n") && fixed.ends_with(FIXED), "{import} in {path}\n{fixed}");
        assert_eq!(reasons, [[]], "{import} in {path}");
    }
}

#[test]
fn a_class_that_the_project_hands_on_is_replaced_where_its_twin_is_there_too() {
    let main = "from compat import HTTPConnection\nconn = HTTPConnection('api.example.com')\n";
    let both = "from http.client import HTTPConnection, HTTPSConnection\n";
    let (fixed, reasons) = fix(&[("compat.py", both), ("main.py", main)], "main.py");
    assert!(fixed.starts_with("from compat import HTTPSConnection\n"), "{fixed}");
    assert_eq!(reasons, [[]]);

    let plain = "from http.client import HTTPConnection\n";
    assert_eq!(fix(&[("compat.py", plain), ("main.py", main)], "main.py"), (main.into(), vec![vec![reason("alias")]]));
    let own = "from http.client import HTTPConnection\nclass HTTPSConnection: pass\n";
    assert_eq!(fix(&[("compat.py", own), ("main.py", main)], "main.py"), (main.into(), vec![vec![reason("alias")]]));
    let through = "import compat\nconn = compat.HTTPConnection('api.example.com')\n";
    assert_eq!(
        fix(&[("compat.py", plain), ("main.py", through)], "main.py"),
        (through.into(), vec![vec![reason("alias")]])
    );
}

#[test]
fn what_the_project_defines_or_leaves_uncertain_is_no_finding() {
    for compat in [
        "import json as httplib\n",
        "import httplib\nhttplib = Fake()\n",
        "class httplib:\n    class HTTPConnection: pass\n",
        "from .compat import httplib\n# import http\n",
        "from elsewhere import httplib\n# import http\n",
        "import httplib\ndel httplib\n",
        "def f(:\n",
        "",
    ] {
        let main = format!("from compat import httplib\n{CALL}");
        assert_eq!(
            fix(&[("compat.py", compat), ("main.py", &main)], "main.py"),
            (main.clone(), Vec::new()),
            "{compat}"
        );
    }
}

#[test]
fn a_server_and_a_socket_that_the_project_hands_on_are_followed() {
    let main = "from compat import socket, HTTPServer\nsock = socket.socket()\nsock.bind(('0.0.0.0', 8080))\n";
    let (fixed, _) = fix(&[("compat.py", "import socket\nHTTPServer = None\n"), ("main.py", main)], "main.py");
    assert!(fixed.ends_with("sock.bind(('127.0.0.1', 8080))\n"), "{fixed}");
}

/// What is followed is what the rules name, not a list of modules.
#[test]
fn a_name_of_each_rule_is_followed() {
    for (module, text, expected) in [
        ("import telnetlib\n", "from .compat import telnetlib\ntelnetlib.Telnet('example.com')\n", 1),
        ("from flask import Flask\n", "from .compat import Flask\nFlask(__name__).run('0.0.0.0')\n", 1),
        ("from aiohttp import web\n", "from .compat import web\nweb.run_app(app, host='0.0.0.0')\n", 1),
        ("from json import load as Flask\n", "from .compat import Flask\nFlask(__name__).run('0.0.0.0')\n", 0),
    ] {
        let (_, found) = fix(&[("app/main.py", text), ("app/compat.py", module)], "app/main.py");
        assert_eq!(found.len(), expected, "{text}");
    }
}

#[test]
fn nothing_outside_the_project_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("project");
    fs::create_dir_all(project.join(".git")).unwrap();
    fs::write(folder.path().join("compat.py"), COMPAT).unwrap();
    for import in ["from compat import httplib\n", "from ..compat import httplib\n"] {
        let text = format!("{import}{CALL}");
        let index: Arc<Index> = Arc::default();
        let file: &Path = &project.join("main.py");
        fs::write(file, &text).unwrap();
        let engine = invariants::engine();
        let place = index.locate(file, folder.path()).unwrap();
        let context =
            FileContext { project: Some(index.project(place, file, engine.import_words())), ..FileContext::default() };
        assert!(engine.check(text.into_bytes(), &context).unwrap().findings.is_empty(), "{import}");
        assert_eq!(index.cost().read, 0, "{import}");
    }
}

#[test]
fn an_address_that_another_module_gives_is_reported() {
    let bind = "import socket\ns = socket.socket()\n";
    let settings = "HOST = '0.0.0.0'\nPORT = 80\n";
    let found = vec![vec![reason("imported-value")]];
    for (text, others, expected) in [
        ("from app.settings import HOST\ns.bind((HOST, 80))\n", vec![("app/settings.py", settings)], &found),
        ("from .settings import HOST as where\ns.bind((where, 80))\n", vec![("app/settings.py", settings)], &found),
        ("from app import settings\ns.bind((settings.HOST, 80))\n", vec![("app/settings.py", settings)], &found),
        ("import app.settings\ns.bind((app.settings.HOST, 80))\n", vec![("app/settings.py", settings)], &found),
        (
            "from .settings import *\nfrom .settings import HOST\ns.bind((HOST, 1))\n",
            vec![("app/settings.py", settings)],
            &found,
        ),
        (
            "from app.conf import HOST\nADDRESS = (HOST, 80)\ns.bind(ADDRESS)\n",
            vec![("app/conf.py", "from .settings import HOST\n"), ("app/settings.py", settings)],
            &found,
        ),
        (
            "from app.conf import HOST\ns.bind((HOST, 80))\n",
            vec![("app/conf.py", "from .settings import *\n"), ("app/settings.py", settings)],
            &found,
        ),
        (
            "from app.settings import HOST\ns.bind((HOST, 80))\n",
            vec![("app/settings.py", "HOST = '10.0.0.1'\n")],
            &vec![],
        ),
        (
            "from app.settings import HOST\ns.bind((HOST, 80))\n",
            vec![("app/settings.py", "HOST = '0.0.0.0'\nHOST = find()\n")],
            &vec![],
        ),
        ("from other import HOST\ns.bind((HOST, 80))\n", vec![("app/settings.py", settings)], &vec![]),
        (
            "from app.settings import HOST\nHOST = find()\ns.bind((HOST, 80))\n",
            vec![("app/settings.py", settings)],
            &vec![],
        ),
    ] {
        let text = format!("{bind}{text}");
        let mut files = vec![("app/__init__.py", ""), ("app/main.py", text.as_str())];
        files.extend(others);
        let (fixed, reasons) = fix(&files, "app/main.py");
        assert_eq!((fixed, &reasons), (text.clone(), expected), "{text}");
    }
    let local = "from http.client import HTTPConnection\nfrom .settings import API\nc = HTTPConnection(API)\n";
    let files = [("app/__init__.py", ""), ("app/main.py", local), ("app/settings.py", "API = 'localhost'\n")];
    assert_eq!(fix(&files, "app/main.py").1, [[reason("local-host")]]);
}

#[test]
fn the_setting_of_a_gunicorn_configuration_is_followed() {
    let fix_in = |file: &str, text: &str| {
        let place = ProjectPath { root: "/app".into(), file: file.into() };
        let context = FileContext { place, ..FileContext::default() };
        let engine = invariants::engine();
        assert!(engine.is_candidate(text.as_bytes()), "{text}");
        let result = engine.fix(text.into(), &context, &mut All).unwrap();
        String::from_utf8(result.fixed.unwrap_or_else(|| text.into())).unwrap()
    };
    for (text, fixed) in [
        ("bind = '0.0.0.0:8000'\nworkers = 4\n", "bind = '127.0.0.1:8000'\nworkers = 4\n"),
        ("bind = [':8000', '[::]:80']\nworkers = 4\n", "bind = ['127.0.0.1:8000', '[::1]:80']\nworkers = 4\n"),
        (
            "import os\nbind = os.environ.get('BIND', '0.0.0.0:8000')\nworkers = 4\n",
            "import os\nbind = os.environ.get('BIND', '127.0.0.1:8000')\nworkers = 4\n",
        ),
        ("bind = f'0.0.0.0:{port}'\nworkers = 4\n", "bind = f'127.0.0.1:{port}'\nworkers = 4\n"),
    ] {
        assert_eq!(fix_in("deploy/gunicorn.conf.py", text), fixed);
        assert_eq!(fix_in("gunicorn_config.py", text), fixed);
        assert_eq!(fix_in("settings.py", text), text);
    }
    let inner = "def f():\n    bind = '0.0.0.0:8000'\nclass A:\n    bind = '0.0.0.0:1'\nworkers = 4\n";
    assert_eq!(fix_in("gunicorn.conf.py", inner), inner);
}

#[test]
fn an_import_that_another_module_takes_the_name_from_is_kept() {
    let text = "from http.client import HTTPConnection\nimport ssl\nc = HTTPConnection('api.example.com')\n";
    let kept = "from http.client import HTTPConnection, HTTPSConnection\n";
    let renamed = "from http.client import HTTPSConnection\n";
    for (import, path, other, expected) in [
        ("from app.net import HTTPConnection\n", "app/net.py", "app/main.py", kept),
        ("from .net import (\n    HTTPConnection,\n)\n", "app/net.py", "app/main.py", kept),
        ("from app.net import *\nHTTPConnection()\n", "app/net.py", "tests/test_net.py", kept),
        ("from app import net\nnet.HTTPConnection()\n", "app/net.py", "tests/test_net.py", kept),
        ("import app.net\napp.net.HTTPConnection()\n", "app/net.py", "main.py", kept),
        ("from app import HTTPConnection\n", "app/__init__.py", "main.py", kept),
        ("from . import HTTPConnection\n", "app/__init__.py", "app/main.py", kept),
        ("import app.net as n\nclass C(n.HTTPConnection): pass\n", "app/net.py", "main.py", kept),
        ("from . import net as _net\n_net.HTTPConnection\n", "app/net.py", "app/main.py", kept),
        ("from app \\\n  .net import HTTPConnection\n", "app/net.py", "main.py", kept),
        ("import importlib\nimportlib.import_module('app' + '.net').HTTPConnection\n", "app/net.py", "main.py", kept),
        ("from app.net \\\n  import \\\r\n  HTTPConnection\n", "app/net.py", "main.py", kept),
        ("from http.client import HTTPConnection\n", "app/client.py", "app/main.py", renamed),
        ("import http.client\nhttp.client.HTTPConnection\n", "app/client.py", "app/main.py", renamed),
        ("from app.other import HTTPConnection\n", "app/net.py", "app/main.py", renamed),
        ("from app.net import HTTPConnections\n", "app/net.py", "app/main.py", renamed),
        ("from app.net import fetch\n", "app/net.py", "app/main.py", renamed),
    ] {
        let package = ("app/__init__.py", "");
        let mut files = vec![(path, text), (other, import), ("app/other.py", "HTTPConnection = 1\n")];
        files.extend(Some(package).filter(|_| path != package.0));
        let (fixed, _) = fix(&files, path);
        assert!(fixed.starts_with(expected), "{import}{fixed}");
    }
}

#[test]
fn an_import_that_comes_through_other_modules_is_kept() {
    let text = "from http.client import HTTPConnection\nimport ssl\nc = HTTPConnection('api.example.com')\n";
    for (between, import) in [
        (("app/x.py", "from .net import *\n"), "from app.x import HTTPConnection\n"),
        (("x.py", "from app.net import *\n"), "import x\nx.HTTPConnection()\n"),
        (("app/sub/__init__.py", "from ..net import *\n"), "from app.sub import HTTPConnection\n"),
        (("app/y.py", "from . import net as transport\n"), "from app.y import transport\ntransport.HTTPConnection()\n"),
        (("x.py", "import app.net as n\n"), "from x import n\nn.HTTPConnection()\n"),
    ] {
        let files = [("app/__init__.py", ""), ("app/net.py", text), between, ("main.py", import)];
        let (fixed, _) = fix(&files, "app/net.py");
        assert!(fixed.starts_with("from http.client import HTTPConnection, HTTPSConnection\n"), "{between:?} {fixed}");
    }
    // Run inside of a package, it does not see who is outside.
    let (fixed, _) = fix(&[("__init__.py", ""), ("net.py", text)], "net.py");
    assert!(fixed.starts_with("from http.client import HTTPConnection, HTTPSConnection\n"), "{fixed}");
    let mut large = "from app.net import HTTPConnection\n".to_string();
    large.push_str(&"# filler\n".repeat(1 << 17));
    let (fixed, _) = fix(&[("app/net.py", text), ("main.py", &large)], "app/net.py");
    assert!(fixed.starts_with("from http.client import HTTPConnection"), "{}", fixed.len());
}

#[test]
fn what_another_module_reads_is_shared() {
    let bind = "import socket\nHOST = ''\ns = socket.socket()\ns.bind((HOST, 8000))\nsocket.create_connection(peer.server_address)\n";
    let proxy = "from xmlrpc.client import ServerProxy\nURL = 'http://a.example.com'\np = ServerProxy(URL)\n";
    for (text, other, reasons) in [
        (bind, "from net import HOST\nassert HOST == ''\n", vec![reason("shared-value")]),
        (bind, "import net\nprint(net.HOST)\n", vec![reason("shared-value")]),
        (bind, "from other import HOST\n", vec![]),
        (proxy, "import net\nprint(net.URL)\n", vec![reason("shared-value")]),
        (proxy, "URL = 1\n", vec![]),
    ] {
        assert_eq!(fix(&[("net.py", text), ("main.py", other)], "net.py").1, [reasons], "{other}");
    }
}

/// What `text` becomes in a project for `target`, and why findings have no fix or an unsafe one.
fn fix_for(target: &str, text: &str) -> (String, Vec<Vec<Reason>>) {
    let context = FileContext { target: Some(Target::parse(target).unwrap()), ..FileContext::default() };
    let engine = invariants::engine();
    let result = engine.fix(text.into(), &context, &mut All).unwrap();
    let reasons = result.findings.iter().map(|judged| judged.finding.reasons.clone()).collect();
    (String::from_utf8(result.fixed.unwrap_or_else(|| text.into())).unwrap(), reasons)
}

#[test]
fn the_pythons_of_a_project_say_what_a_third_argument_is() {
    let head = "from six.moves import http_client
import ssl
";
    let text = format!("{head}c = http_client.HTTPConnection('api.example.com', 80, x)\n");
    let fixed = |name| {
        format!(
            "{head}c = http_client.HTTPSConnection('api.example.com', 443, {name}=x, context=ssl.create_default_context())\n"
        )
    };
    assert_eq!(fix_for(">=3.6", &text), (fixed("timeout"), vec![vec![]]));
    assert_eq!(fix_for(">=2.7,<3", &text), (fixed("strict"), vec![vec![]]));
    assert_eq!(fix_for(">=2.7", &text), (text.clone(), vec![vec![reason("uncertain-argument")]]));
}

#[test]
fn what_a_python_of_the_project_does_not_have_is_not_written() {
    let text = "import httplib\nc = httplib.HTTPConnection('api.example.com')\nd = httplib.HTTPSConnection('api.example.com')\n";
    let withheld = (text.to_string(), vec![vec![reason("target-version")], vec![reason("target-version")]]);
    for old in [">=2.6", "3.3", "<3"] {
        assert_eq!(fix_for(old, text), withheld, "{old}");
    }
    for new in [">=2.7,<3", ">=2.7", "3.4"] {
        assert_eq!(fix_for(new, text).1, [[], []] as [[Reason; 0]; 2], "{new}");
    }
}

#[test]
fn a_wildcard_that_another_module_binds_is_found_where_it_is_written() {
    let serve = "import socket\n\n\ndef serve(host, port=0):\n    socket.create_server((host, port))\n";
    let argument = || vec![reason("argument"), reason("may-be-reached")];
    let by_option = || vec![reason("cli-default"), reason("argument"), reason("may-be-reached")];
    let free = "import socket\ndef free(host):\n    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)\n    \
                s.bind((host, 0))\n    try:\n        return s.getsockname()[1]\n    finally:\n        s.close()\n";
    let listen = "import socket\ndef listen(host):\n    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n    \
                  s.bind((host, 514))\n    return s.recvfrom(99)\n";
    let option = "import argparse\nfrom app.net import serve\n\nparser = argparse.ArgumentParser()\n\
                  parser.add_argument('--host', default='0.0.0.0')\nserve(parser.parse_args().host)\n";
    for (text, others, expected) in [
        ("from app.net import serve\nserve('0.0.0.0')\n", vec![("app/net.py", serve)], vec![argument()]),
        ("from .net import serve as s\ns(port=8080, host='0.0.0.0')\n", vec![("app/net.py", serve)], vec![argument()]),
        ("import app.net\napp.net.serve(host='::')\n", vec![("app/net.py", serve)], vec![argument()]),
        ("from . import net\nHOST = '0.0.0.0'\nnet.serve(HOST)\n", vec![("app/net.py", serve)], vec![argument()]),
        (option, vec![("app/net.py", serve)], vec![by_option()]),
        // Through other modules: handed on by a function, re-exported, by a class.
        (
            "from .run import main\nmain('0.0.0.0')\n",
            vec![
                ("app/run.py", "from .net import serve\ndef main(where):\n    serve(where, 80)\n"),
                ("app/net.py", serve),
            ],
            vec![argument()],
        ),
        (
            "from app import serve\nserve('0.0.0.0')\n",
            vec![("app/__init__.py", "from .net import serve\n"), ("app/net.py", serve)],
            vec![argument()],
        ),
        (
            "from .web import Server\nServer(host='0.0.0.0').start()\n",
            vec![(
                "app/web.py",
                "import http.server\nclass Server:\n    def __init__(self, host):\n        self.host = host\n    \
                 def start(self):\n        http.server.HTTPServer((self.host, 80), None)\n",
            )],
            vec![argument()],
        ),
        (
            "from .web import run\nrun(None, ('0.0.0.0', 8080))\n",
            vec![("app/web.py", "import socketserver\ndef run(h, address):\n    socketserver.TCPServer(address, h)\n")],
            vec![argument()],
        ),
        // A class with the constructor of its base, and one that has its own.
        (
            "from .web import Server\nServer(('0.0.0.0', 8080), None)\n",
            vec![(
                "app/web.py",
                "import socketserver\nclass Server(socketserver.TCPServer):\n    allow_reuse_address = True\n",
            )],
            vec![vec![reason("may-be-reached")]],
        ),
        (
            "from .web import Server\nServer(('0.0.0.0', 8080), None)\n",
            vec![
                ("app/web.py", "from .base import Base\nclass Server(Base):\n    pass\n"),
                ("app/base.py", "import socketserver\nclass Base(socketserver.TCPServer):\n    pass\n"),
            ],
            vec![vec![reason("may-be-reached")]],
        ),
        (
            "from .web import Server\nServer(('0.0.0.0', 8080), None)\n",
            vec![(
                "app/web.py",
                "import socketserver\nclass Server(socketserver.TCPServer):\n    def __init__(self, peer, handler):\n        \
                 super().__init__(('127.0.0.1', 0), handler)\n",
            )],
            vec![],
        ),
        (
            "from .run import serve\nserve('0.0.0.0')\n",
            vec![
                ("app/run.py", "from .web import Server\ndef serve(host):\n    Server((host, 8080), None)\n"),
                ("app/web.py", "import socketserver\nclass Server(socketserver.TCPServer):\n    pass\n"),
            ],
            vec![argument()],
        ),
        // What a socket is used for is seen where it is bound: to find a free port, for datagrams, as a client.
        ("from .net import free\nfree('0.0.0.0')\n", vec![("app/net.py", free)], vec![]),
        (
            "from .net import listen\nlisten('0.0.0.0')\n",
            vec![("app/net.py", listen)],
            vec![argument().into_iter().chain([reason("datagram")]).collect()],
        ),
        // What is not bound, bound by another argument, or of another project.
        ("from app.net import serve\nserve('127.0.0.1')\n'0.0.0.0'\n", vec![("app/net.py", serve)], vec![]),
        ("from app.net import serve\nserve(h, '0.0.0.0')\n", vec![("app/net.py", serve)], vec![]),
        ("from app.net import other\nother('0.0.0.0')\n", vec![("app/net.py", serve)], vec![]),
        ("from net import serve\nserve('0.0.0.0')\n", vec![("app/sub/net.py", serve)], vec![]),
        (
            "from app.net import connect\nconnect('0.0.0.0')\n",
            vec![("app/net.py", "import socket\ndef connect(host):\n    socket.create_connection((host, 80))\n")],
            vec![],
        ),
        // Modules that hand on in a circle.
        (
            "from .a import f\nf('0.0.0.0')\n",
            vec![
                ("app/a.py", "from .b import g\ndef f(x):\n    g(x)\n"),
                ("app/b.py", "from .a import f\ndef g(x):\n    f(x)\n"),
            ],
            vec![],
        ),
    ] {
        let files: Vec<(&str, &str)> = others.into_iter().chain([("app/main.py", text)]).collect();
        let (fixed, found) = fix(&files, "app/main.py");
        let mut expected: Vec<Vec<Reason>> = expected;
        expected.iter_mut().for_each(|reasons| reasons.sort());
        assert_eq!(found, expected, "{text}");
        let loopback = text.replace("'0.0.0.0'", "'127.0.0.1'").replace("'::'", "'::1'");
        assert_eq!(fixed, if expected.is_empty() { text.to_string() } else { loopback }, "{text}");
    }
}

#[test]
fn a_wildcard_that_another_module_reads_is_found_where_it_is_written() {
    let settings = "from pydantic import BaseSettings\nclass Settings(BaseSettings):\n    host: str = '0.0.0.0'\n";
    let object = format!("{settings}settings = Settings()\n");
    let options = "import argparse\nfrom .api import start\nparser = argparse.ArgumentParser()\n\
                   parser.add_argument('--bind', default='0.0.0.0')\n";
    let base = "class Base:\n    def __init__(self, host='0.0.0.0'):\n        self.host = host\n";
    let passed = format!("{options}start(parser.parse_args())\n");
    let passed_by_name = format!("{options}def main():\n    args = parser.parse_args()\n    start(args)\n");
    let run = |host: &str| format!("uvicorn.run('x', host={host})\n");
    let import = |from: &str, host: &str| format!("import uvicorn\n{from}\n{}", run(host));
    let shared = ["may-be-reached", "shared-value"];
    let cases: Vec<(&str, String, &[&str])> = vec![
        // Constants, under every spelling of the import, and the default of a setting.
        ("HOST = '0.0.0.0'\n", import("from .conf import HOST", "HOST"), &shared),
        ("HOST = '0.0.0.0'\n", import("from app.conf import HOST as H", "H"), &shared),
        ("HOST = '0.0.0.0'\n", import("import app.conf", "app.conf.HOST"), &shared),
        ("HOST = '0.0.0.0'\n", import("from .conf import *", "HOST"), &shared),
        ("HOST = '0.0.0.0'\n", import("from .conf import HOST", "HOST or None"), &shared),
        ("HOST = '0.0.0.0'\n", import("from .conf import HOST\nkwargs = {'host': HOST}", "kwargs['host']"), &shared),
        (
            "import os\nHOST = os.environ.get('HOST', '0.0.0.0')\n",
            import("from .conf import HOST", "HOST"),
            &["environment-default", "may-be-reached", "shared-value"],
        ),
        // Attributes of a class, of an object, of `self`, of a base.
        ("class Defaults:\n    HOST = '0.0.0.0'\n", import("from .conf import Defaults", "Defaults.HOST"), &shared),
        (&object, import("from .conf import settings", "settings.host"), &shared),
        (settings, import("from .conf import Settings\ns = Settings()", "s.host"), &shared),
        (settings, import("from .conf import Settings", "Settings().host"), &shared),
        (
            settings,
            format!("import uvicorn\nfrom .conf import Settings\ndef f(s: Settings):\n    {}", run("s.host")),
            &shared,
        ),
        (
            settings,
            format!(
                "import uvicorn\nfrom .conf import Settings\nclass Rest:\n    def __init__(self, s: Settings):\n        \
                 self._s = s\n    def run(self):\n        {}",
                run("self._s.host")
            ),
            &shared,
        ),
        (
            base,
            format!(
                "import uvicorn\nfrom .conf import Base\nclass Web(Base):\n    def run(self):\n        {}",
                run("self.host")
            ),
            &["may-be-reached", "parameter-default", "shared-value"],
        ),
        // An option, passed on with the others.
        (
            &passed,
            format!("import uvicorn\ndef start(args):\n    {}", run("args.bind")),
            &["argument", "cli-default", "may-be-reached"],
        ),
        (
            &passed_by_name,
            format!(
                "import uvicorn\nclass start:\n    def __init__(self, o):\n        self.o = o\n    def f(self):\n        {}",
                run("self.o.bind")
            ),
            &["argument", "cli-default", "may-be-reached"],
        ),
        // Another name, another value, another use.
        ("HOST = '0.0.0.0'\n", import("from .conf import PORT", "PORT"), &[]),
        ("HOST = '0.0.0.0'\n", "from .conf import HOST\nprint(HOST)\n".to_string(), &[]),
        ("HOST = '0.0.0.0'\nHOST = find()\n", import("from .conf import HOST", "HOST"), &[]),
        ("class A:\n    HOST = '0.0.0.0'\nclass B:\n    HOST = ''\n", import("from .conf import B", "B.HOST"), &[]),
        (&passed, format!("import uvicorn\ndef start(args):\n    {}", run("args.other")), &[]),
    ];
    for (conf, api, expected) in cases {
        let files = [("app/__init__.py", ""), ("app/conf.py", conf), ("app/api.py", &api)];
        let (fixed, found) = fix(&files, "app/conf.py");
        let slugs: Vec<Vec<&str>> =
            found.iter().map(|reasons| reasons.iter().map(|reason| reason.slug.as_ref()).collect()).collect();
        let wanted: Vec<Vec<&str>> = Some(expected.to_vec()).filter(|slugs| !slugs.is_empty()).into_iter().collect();
        assert_eq!(slugs, wanted, "{conf}\n{api}");
        let loopback = if wanted.is_empty() { conf.to_string() } else { conf.replace("'0.0.0.0'", "'127.0.0.1'") };
        assert_eq!(fixed, loopback, "{api}");
    }
}

#[test]
fn a_test_that_replaces_the_class_by_its_name_makes_the_fix_unsafe() {
    let net = "from http.client import HTTPConnection\n\n\ndef ask():\n    return HTTPConnection('api.example.com')\n";
    let patch =
        |path: &str| format!("from unittest import mock\n\n\n@mock.patch(\"{path}\")\ndef test_ask(made):\n    ...\n");
    for (file, text, expected) in [
        ("tests/test_net.py", patch("app.net.HTTPConnection"), true),
        ("tests/test_net.py", patch("net.HTTPConnection"), true),
        ("app/conftest.py", patch("http.client.HTTPConnection"), true),
        ("tests/test_net.py", patch("httplib.HTTPConnection"), true),
        // Another module's, a longer name, no text, and no test.
        ("tests/test_net.py", patch("app.other.HTTPConnection"), false),
        ("tests/test_net.py", patch("app.net.HTTPConnectionPool"), false),
        ("tests/test_net.py", "import app.net\napp.net.HTTPConnection\n".to_owned(), false),
        ("tools/run.py", patch("app.net.HTTPConnection"), false),
    ] {
        let (_, found) = fix(&[("app/net.py", net), (file, &text)], "app/net.py");
        let reasons = if expected { vec![reason("patched")] } else { Vec::new() };
        assert_eq!(found, vec![reasons], "{file}: {text}");
    }
}
