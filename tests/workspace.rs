//! A workspace as an editor's server or another program uses it: files on the disk and texts that are not saved.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test may panic")]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tightwire::engine::{Decide, Decision, Judged};
use tightwire::text::Source;
use tightwire::workspace::{Checked, Disk, Options, Overlay, Workspace};

const BIND: &str =
    "import socket\ns = socket.socket(); socket.create_connection(peer.server_address)\ns.bind((\"0.0.0.0\", 8080))\n";
const FIXED: &str = "import socket\ns = socket.socket(); socket.create_connection(peer.server_address)\ns.bind((\"127.0.0.1\", 8080))\n";
const CA84: &str = "from app.compat import httplib\nconn = httplib.HTTPConnection('api.example.com')\n";

struct All;

impl Decide for All {
    fn decide(&mut self, _: &Source, _: &Judged) -> Decision {
        Decision::Accept
    }
}

/// A folder with `files`, which is its own project.
fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    for (path, text) in files {
        write(&folder, path, text);
    }
    folder
}

fn write(folder: &TempDir, path: &str, text: &str) {
    let path = folder.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A workspace, and what can be laid over the disk that it reads.
fn edited() -> (Workspace, Arc<Overlay>) {
    let overlay = Arc::new(Overlay::over(Arc::new(Disk)));
    let workspace = Workspace::with_files(Options::default(), Arc::clone(&overlay) as _).unwrap();
    (workspace, overlay)
}

fn rules(checked: &Checked) -> Vec<&str> {
    assert_eq!(checked.problems, [], "{:?}", checked.problems);
    checked.result.iter().flat_map(|result| &result.findings).map(|judged| judged.finding.rule.as_str()).collect()
}

fn in_detail(checked: &Checked) -> String {
    assert_eq!(checked.problems, [], "{:?}", checked.problems);
    let result = checked.result.as_ref().unwrap();
    let offsets = result.findings.iter().map(|judged| result.source.disk_offset(judged.finding.span.start));
    format!("{:?} {:?} {:?}", result.findings, offsets.collect::<Vec<_>>(), result.fixed)
}

#[test]
fn a_text_whose_file_is_not_there_is_checked_as_its_folder_is_configured() {
    let folder = project(&[("app/tightwire.toml", "ignore = ['unrestricted-bind']\n")]);
    let workspace = Workspace::new(Options::default()).unwrap();
    assert_eq!(rules(&workspace.check_text(&folder.path().join("new.py"), BIND)), ["unrestricted-bind"]);
    assert_eq!(rules(&workspace.check_text(&folder.path().join("app/new.py"), BIND)), [""; 0]);
    assert_eq!(rules(&workspace.check_text(&folder.path().join("app/not/there/new.py"), BIND)), [""; 0]);
}

#[test]
fn a_file_and_the_same_text_in_memory_give_the_same() {
    let folder = project(&[]);
    let latin = format!("# coding: latin-1\nname = 'M\u{fc}ller'\n{BIND}");
    let marked = format!("\u{feff}name = 'M\u{fc}ller'\n{BIND}");
    for (name, text, bytes) in [
        ("utf8.py", BIND, BIND.as_bytes().to_vec()),
        ("latin.py", &latin, latin.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()),
        ("marked.py", &marked, marked.as_bytes().to_vec()),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let workspace = Workspace::new(Options::default()).unwrap();
        let (saved, unsaved) = (workspace.check(&path), workspace.check_text(&path, text));
        assert_eq!(rules(&saved), ["unrestricted-bind"], "{name}");
        assert_eq!(in_detail(&saved), in_detail(&unsaved), "{name}");
        let (saved, unsaved) = (workspace.fix(&path, &mut All), workspace.fix_text(&path, text, &mut All));
        assert!(saved.result.as_ref().unwrap().fixed.is_some(), "{name}");
        assert_eq!(in_detail(&saved), in_detail(&unsaved), "{name}");
    }
    let workspace = Workspace::new(Options::default()).unwrap();
    let fixed = workspace.fix_text(Path::new("new.py"), BIND, &mut All);
    assert_eq!(fixed.result.unwrap().fixed.unwrap(), FIXED.as_bytes());
}

#[test]
fn a_text_that_cannot_be_saved_is_a_problem() {
    let workspace = Workspace::new(Options::default()).unwrap();
    for (text, message) in [
        ("# coding: latin-1\nname = '\u{2713}'\n", "cannot write the character"),
        ("# coding: klingon\n", "unknown encoding"),
    ] {
        let checked = workspace.check_text(Path::new("x.py"), text);
        assert!(checked.result.is_none());
        let [problem] = checked.problems.as_slice() else { panic!("{checked:?}") };
        assert!(problem.message.contains(message) && problem.path.as_deref() == Some("x.py"), "{problem:?}");
    }
}

#[test]
fn what_cannot_be_read_is_a_problem() {
    let folder = project(&[("tightwire.toml", "selct = []\n"), ("x.py", BIND)]);
    let workspace = Workspace::new(Options::default()).unwrap();
    for (path, message) in [("x.py", "`selct` is not a setting here"), ("gone.py", "cannot be read")] {
        let checked = workspace.check(&folder.path().join(path));
        assert!(checked.result.is_none());
        assert!(checked.problems.iter().any(|problem| problem.message.contains(message)), "{checked:?}");
    }
}

#[test]
fn an_unsaved_module_says_what_an_import_means() {
    let folder = project(&[("app/__init__.py", ""), ("app/compat.py", "httplib = None\n"), ("app/main.py", CA84)]);
    let main = folder.path().join("app/main.py");
    let (workspace, overlay) = edited();
    assert_eq!(rules(&workspace.check(&main)), [""; 0]);
    let compat = folder.path().join("app/compat.py");
    overlay.set_source(&compat, "import http.client as httplib\n").unwrap();
    workspace.changed(&compat);
    assert_eq!(rules(&workspace.check(&main)), ["plaintext-http-connection"]);
    overlay.remove(&compat);
    workspace.changed(&compat);
    assert_eq!(rules(&workspace.check(&main)), [""; 0]);
}

#[test]
fn a_module_in_a_folder_that_is_not_there_is_imported() {
    let folder = project(&[("main.py", CA84)]);
    let main = folder.path().join("main.py");
    let (workspace, overlay) = edited();
    assert_eq!(rules(&workspace.check(&main)), [""; 0]);
    for (path, text) in [("app/__init__.py", ""), ("app/compat.py", "import http.client as httplib\n")] {
        overlay.set_source(&folder.path().join(path), text).unwrap();
        workspace.changed(&folder.path().join(path));
    }
    assert_eq!(rules(&workspace.check(&main)), ["plaintext-http-connection"]);
}

#[test]
fn a_changed_configuration_applies() {
    let folder = project(&[("app/x.py", BIND)]);
    let (file, config) = (folder.path().join("app/x.py"), folder.path().join("tightwire.toml"));
    let (workspace, overlay) = edited();
    assert_eq!(rules(&workspace.check(&file)), ["unrestricted-bind"]);
    fs::write(&config, "ignore = ['unrestricted-bind']\n").unwrap();
    workspace.changed(&config);
    assert_eq!(rules(&workspace.check(&file)), [""; 0]);
    overlay.set(&config, *b"exclude = ['*']\n");
    workspace.changed(&config);
    assert_eq!(rules(&workspace.check(&file)), ["unrestricted-bind"]);
    assert!(workspace.leaves_out(&file).unwrap());
    overlay.set(&config, *b"[rules.unrestricted-bind]\nbind-address = 1\n");
    workspace.changed(&config);
    assert!(workspace.check(&file).result.is_none());
    overlay.remove(&config);
    fs::remove_file(&config).unwrap();
    workspace.changed(&config);
    assert_eq!(rules(&workspace.check(&file)), ["unrestricted-bind"]);
}

#[test]
fn a_changed_configuration_that_was_named_applies() {
    let folder = project(&[("x.py", BIND), ("other.toml", "[rules.unrestricted-bind]\nignore-hosts = 1\n")]);
    let (file, config) = (folder.path().join("x.py"), folder.path().join("other.toml"));
    let options = || Options { config: Some(config.clone()), ..Options::default() };
    assert!(Workspace::new(options()).is_err());
    fs::write(&config, "").unwrap();
    let workspace = Workspace::new(options()).unwrap();
    assert_eq!(rules(&workspace.check(&file)), ["unrestricted-bind"]);
    fs::write(&config, "ignore = ['unrestricted-bind']\n").unwrap();
    workspace.changed(&config);
    assert_eq!(rules(&workspace.check(&file)), [""; 0]);
    fs::remove_file(&config).unwrap();
    workspace.changed(&config);
    assert!(workspace.check(&file).problems.iter().any(|problem| problem.message == "the file does not exist"));
}

#[test]
fn changed_options_of_a_rule_apply() {
    let folder = project(&[("app/__init__.py", "")]);
    let text = "import http.client\nconn = http.client.HTTPConnection('api.example.com')\n";
    let config = folder.path().join("tightwire.toml");
    let workspace = Workspace::new(Options::default()).unwrap();
    for (host, expected) in [("other.example", &["plaintext-http-connection"][..]), ("api.example.com", &[])] {
        fs::write(&config, format!("[rules.plaintext-http-connection]\nignore-hosts = ['{host}']\n")).unwrap();
        workspace.changed(&config);
        assert_eq!(rules(&workspace.check_text(&folder.path().join("app/x.py"), text)), expected, "{host}");
    }
}

#[test]
fn a_name_of_the_users_table_is_followed_through_modules() {
    let row =
        "[[tool.tightwire.rules.unrestricted-bind.sinks]]\ncallable = 'ourweb.serve'\ntakes = 'host'\nindex = 0\n";
    let folder = project(&[
        ("pyproject.toml", row),
        ("app/__init__.py", ""),
        ("app/compat.py", "from ourweb import serve\n"),
        ("app/main.py", "from app.compat import serve  # of ourweb\nserve('0.0.0.0')\n"),
    ]);
    let workspace = Workspace::new(Options::default()).unwrap();
    let checked = workspace.check(&folder.path().join("app/main.py"));
    assert_eq!(rules(&checked), ["unrestricted-bind"], "{checked:?}");
}

#[test]
fn a_changed_baseline_applies() {
    let folder = project(&[("x.py", BIND)]);
    let (file, baseline) = (folder.path().join("x.py"), folder.path().join("tightwire-baseline.toml"));
    let workspace = Workspace::new(Options::default()).unwrap();
    let outcome = || {
        let checked = workspace.check(&file);
        let judged = checked.result.unwrap().findings.remove(0);
        (format!("{:?}", judged.outcome), judged.fingerprint.digest)
    };
    let (found, digest) = outcome();
    assert_eq!(found, "Found");
    let entry = format!("path = 'x.py', rule = 'unrestricted-bind', snippet = '', fingerprint = '{digest}'");
    fs::write(&baseline, format!("version = 1\nfindings = [{{ {entry} }}]\n")).unwrap();
    workspace.changed(&baseline);
    assert_eq!(outcome().0, "Baselined");
    fs::write(&baseline, "version = 1\nfindings = []\n").unwrap();
    workspace.changed(&baseline);
    assert_eq!(outcome().0, "Found");
}

#[test]
fn a_container_that_comes_or_goes_counts() {
    let folder = project(&[("app/x.py", BIND)]);
    let file = folder.path().join("app/x.py");
    let workspace = Workspace::new(Options::default()).unwrap();
    let is_safe = || {
        let checked = workspace.check(&file);
        format!("{:?}", checked.result.unwrap().findings.remove(0).finding.applicability())
    };
    assert_eq!(is_safe(), "Safe");
    for sign in ["Dockerfile", "charts/site/Chart.yaml"] {
        write(&folder, sign, "");
        workspace.changed(&folder.path().join(sign));
        assert_ne!(is_safe(), "Safe", "{sign}");
        fs::remove_file(folder.path().join(sign)).unwrap();
        workspace.changed(&folder.path().join(sign));
        assert_eq!(is_safe(), "Safe", "{sign}");
    }
}

#[test]
fn a_file_that_starts_to_import_a_name_keeps_its_import() {
    let shared = "from http.client import HTTPConnection\nconn = HTTPConnection('api.example.com')\n";
    let folder = project(&[("app/__init__.py", ""), ("app/net.py", shared), ("app/other.py", "x = 1\n")]);
    let (net, other) = (folder.path().join("app/net.py"), folder.path().join("app/other.py"));
    let (workspace, overlay) = edited();
    let fixed = || in_detail(&workspace.fix(&net, &mut All));
    let alone = fixed();
    overlay.set_source(&other, "from app.net import HTTPConnection\n").unwrap();
    workspace.changed(&other);
    assert_ne!(fixed(), alone);
    overlay.remove(&other);
    workspace.changed(&other);
    assert_eq!(fixed(), alone);
}

/// An object of a framework's, made in one module and run in another, in which nothing names the framework.
#[test]
fn an_object_that_another_module_makes_is_known() {
    let module = "from flask import Flask\n\napp = Flask(__name__)\n\n\ndef create_app():\n    made = Flask(__name__)\n    return made\n";
    let again = "from . import app as application\n";
    for (text, expected) in [
        ("from site import app\napp.run(host='0.0.0.0')\n", 1),
        ("from site import create_app\ncreate_app().run(host='0.0.0.0')\n", 1),
        ("from site import create_app\napp = create_app()\napp.run(host='0.0.0.0')\n", 1),
        ("import site\nsite.app.run(host='0.0.0.0')\n", 1),
        ("from site.again import application\napplication.run(host='0.0.0.0')\n", 1),
        ("from site.again import *\napplication.run(host='0.0.0.0')\n", 1),
        ("from site import create_app\ncreate_app.run(host='0.0.0.0')\n", 0),
        ("from site import other\nother.run(host='0.0.0.0')\n", 0),
        ("from elsewhere import app\napp.run(host='0.0.0.0')\n", 0),
    ] {
        let text = text.replace("site", "website");
        let folder = project(&[("website/__init__.py", module), ("website/again.py", again), ("run.py", &text)]);
        let workspace = Workspace::new(Options::default()).unwrap();
        let checked = workspace.check(&folder.path().join("run.py"));
        let found = checked.result.map_or(0, |result| result.findings.len());
        assert_eq!(found, expected, "{text}");
    }
}

/// What becomes of the last line of `text`, fixed in a project with the file `settings`.
fn spread(settings: (&str, &str), text: &str) -> String {
    let folder = project(&[settings, ("app/x.py", text)]);
    let workspace = Workspace::new(Options::default()).unwrap();
    let fixed = workspace.fix(&folder.path().join("app/x.py"), &mut All).result.unwrap().fixed.unwrap();
    let fixed = String::from_utf8(fixed).unwrap();
    let start = text.trim_end().lines().last().unwrap().split('(').next().unwrap().replace("HTTPC", "HTTPSC");
    let at = fixed.find(&start).unwrap_or_else(|| panic!("{fixed}"));
    fixed.get(at..).unwrap().to_owned()
}

#[test]
fn a_call_that_would_be_too_long_for_the_project_is_spread_as_black_does() {
    let ruff = ("pyproject.toml", "[tool.ruff]\nline-length = 88\n");
    let top = "import ssl\nfrom http.client import HTTPConnection\n";
    let context = "context=ssl.create_default_context()";
    for (call, expected) in [
        // 88 characters, and 89.
        (
            "the_conn = HTTPConnection('api.example.com', 80)\n",
            format!("the_conn = HTTPSConnection('api.example.com', 443, {context})\n"),
        ),
        (
            "the_conn_ = HTTPConnection('api.example.com', 80)\n",
            format!("the_conn_ = HTTPSConnection(\n    'api.example.com', 443, {context}\n)\n"),
        ),
        (
            "the_connection = HTTPConnection('api-1.example.com', 80)\n",
            format!("the_connection = HTTPSConnection(\n    'api-1.example.com', 443, {context}\n)\n"),
        ),
        (
            "the_connection = HTTPConnection('api-1.example.com', 80, )\n",
            format!("the_connection = HTTPSConnection(\n    'api-1.example.com', 443, {context},\n)\n"),
        ),
        (
            "the_connection = HTTPConnection( 'api-1.example.com', 80, 10)\n",
            format!("the_connection = HTTPSConnection(\n    'api-1.example.com', 443, timeout=10, {context}\n)\n"),
        ),
        // Its arguments take two lines.
        (
            "if True:\n\tconnection = HTTPConnection('a-rather-long-name.of-a-host.example.com', timeout=10)\n",
            format!(
                "\tconnection = HTTPSConnection(\n\t\t'a-rather-long-name.of-a-host.example.com', timeout=10,\n\t\t{context}\n\t)\n"
            ),
        ),
        // A comment, which tools may read, stays on the call's line.
        (
            "connection = HTTPConnection('a-rather-long-name.example.com')  # type: ignore\n",
            format!("connection = HTTPSConnection('a-rather-long-name.example.com', {context})  # type: ignore\n"),
        ),
    ] {
        assert_eq!(spread(ruff, &format!("{top}{call}")), expected, "{call}");
    }
}

#[test]
fn the_strictest_tool_of_the_project_says_how_long_a_line_may_be() {
    let call = "import ssl\nfrom http.client import HTTPConnection\nconn = HTTPConnection('api.example.com', 80)\n";
    // With the context the line has 84 characters.
    for (name, text, is_spread) in [
        ("pyproject.toml", "[tool.ruff]\nline-length = 83\n", true),
        ("pyproject.toml", "[tool.ruff]\nline-length = 84\n", false),
        ("pyproject.toml", "[tool.ruff]\n", false),
        ("pyproject.toml", "[tool.ruff]\nline-length = 120\n[tool.black]\nline-length = 83\n", true),
        ("pyproject.toml", "[tool.isort]\nline-length = 80\n", false),
        ("pyproject.toml", "[tool.black]\nline-length = -1\n", false),
        ("ruff.toml", "line-length = 83\n", true),
        (".ruff.toml", "line-length = 83\n", true),
        ("setup.cfg", "[flake8]\nmax-line-length = 83\n", true),
        ("setup.cfg", "[flake8]\nexclude = docs\n[other]\nmax-line-length = 83\n", true),
        ("setup.cfg", "[metadata]\nname = x\n", false),
        ("tox.ini", "[pycodestyle]\nmax_line_length=100\n", false),
        (".flake8", "[flake8]\nmax-line-length = 83\n", true),
    ] {
        let fixed = spread((name, text), call);
        assert_eq!(fixed.contains("HTTPSConnection(\n"), is_spread, "{name}: {text}{fixed}");
        assert!(fixed.starts_with("conn = ") && (is_spread || fixed.trim().chars().count() == 84), "{fixed}");
    }
}
