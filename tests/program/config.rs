//! The configuration: what holds where, what is left out, and what it changes. `config_errors` has what is wrong with one.

use crate::project::{folder, run, run_stdin};
use crate::sources::BIND;
use crate::trials::{Need, tests};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

tests! {
    what_runs_is_what_the_nearest_configuration_and_the_command_line_say,
    options_of_rules_are_heard,
    an_annotation_beyond_ascii_is_not_written_where_python_2_would_refuse_it,
    python_2_reads_an_annotation_beyond_ascii_where_it_is_written_and_only_there: [PYTHON_2],
    comments_of_other_tools_count_as_the_configuration_says,
    a_configuration_may_come_from_any_editor,
    both_files_of_a_folder_hold_and_folders_may_be_called_anything,
    what_is_in_a_folder_that_is_left_out_does_not_count,
    a_configuration_that_does_not_count_may_be_broken,
    the_configuration_is_the_same_from_every_directory,
    standard_input_goes_by_what_holds_where_its_name_would_be,
    what_holds_is_shown_with_where_it_came_from,
    the_schema_is_fresh_and_says_what_the_program_says,
}

/// A Python 2.
const PYTHON_2: Need = Need::Attempt(|| {
    let python = python_2();
    if python.exists() { Ok(()) } else { Err(format!("there is no {}", python.display())) }
});

fn python_2() -> PathBuf {
    std::env::home_dir().unwrap_or_default().join(".pyenv/versions/2.7.18/bin/python2.7")
}

const SERVE: &str = "from app.net import serve\nserve(\"0.0.0.0\", 8080)\n";
const PLAIN: &str = "import http.client\nhttp.client.HTTPConnection(\"git.corp.example\", 8080)\n";
const USAGE: &str = "import http.server\nhttp.server.HTTPServer((\"192.0.2.1\", 0), H)\n";

/// The findings of a folder with these files, as `path rule`.
fn found(files: &[(&str, &str)], args: &[&str]) -> Vec<String> {
    let folder = folder(files);
    let ran = run(folder.path(), &[&["check", "--output-format", "concise", "-q"], args].concat());
    assert_eq!(ran.err, "", "{files:?}");
    let line = |line: &str| {
        let (place, rest) = line.split_once(": ").unwrap();
        format!("{} {}", place.split(':').next().unwrap(), rest.split(' ').next().unwrap())
    };
    ran.out.lines().map(line).collect()
}

fn what_runs_is_what_the_nearest_configuration_and_the_command_line_say() {
    let files = |config: &'static str| vec![("tightwire.toml", config), ("app/a.py", BIND), ("b.py", USAGE)];
    let both = ["app/a.py unrestricted-bind", "b.py http-server-usage"];
    assert_eq!(found(&files(""), &[]), both);
    assert_eq!(found(&files("select = ['B104']"), &[]), [both[0]]);
    assert_eq!(found(&files("ignore = ['unrestricted_bind']"), &[]), [both[1]]);
    assert_eq!(found(&files("select = ['B104']"), &["--select", "http-server-usage"]), [both[1]]);
    assert_eq!(found(&files("ignore = ['B104']"), &["--ignore", "http-server-usage"]), [] as [&str; 0]);
    assert_eq!(found(&files("exclude = ['app/']"), &[]), [both[1]]);
    assert_eq!(found(&files("exclude = ['*.py']"), &["app/a.py"]), [both[0]], "a file that is named is taken");
    assert_eq!(found(&files("per-file-ignores = { 'app/*' = ['B104'] }"), &[]), [both[1]]);
    assert_eq!(found(&files("per-file-ignores = { 'app' = ['http-server-usage'], 'x' = ['B104'] }"), &[]), both);

    let mut nested = files("select = ['B104']");
    nested.push(("app/tightwire.toml", "select = ['http-server-usage']"));
    nested.push(("app/c.py", USAGE));
    assert_eq!(found(&nested, &[]), ["app/c.py http-server-usage"]);
    let mut above = files("ignore = ['B104']");
    above.push(("app/pyproject.toml", "[tool.tightwire]\nexclude = ['none.py']\n"));
    assert_eq!(found(&above, &[]), [both[1]], "what the nearer one does not say comes from above");
    let mut root = files("ignore = ['B104']");
    root.push(("app/pyproject.toml", "[tool.tightwire]\nroot = true\n"));
    assert_eq!(found(&root, &[]), both);
    let mut named = files("select = ['B104']");
    named.push(("other.toml", "ignore = ['B104']"));
    assert_eq!(found(&named, &["--config", "other.toml"]), [both[1]]);
    named.push(("ci/x.toml", "exclude = ['app/']"));
    assert_eq!(found(&named, &["--config", "app/../ci/x.toml"]), [both[1]], "relative to the current directory");
    assert_eq!(found(&files("ignore = ['B104']"), &["--select", "B104"]), [both[0]]);
    assert_eq!(found(&files("exclude = ['*.py']"), &[".", "app/a.py"]), [both[0]], "in any order");
}

fn options_of_rules_are_heard() {
    let sinks =
        "[[rules.unrestricted-bind.sinks]]\ncallable = 'app.net.serve'\ntakes = 'host'\nindex = 0\nkeyword = 'host'\n";
    assert_eq!(found(&[("a.py", SERVE)], &[]), [] as [&str; 0]);
    assert_eq!(found(&[("tightwire.toml", sinks), ("a.py", SERVE)], &[]), ["a.py unrestricted-bind"]);
    // However the import is written.
    let relative = SERVE.replace("app.net", ".net");
    let files = [("tightwire.toml", sinks), ("app/__init__.py", ""), ("app/a.py", relative.as_str())];
    assert_eq!(found(&files, &[]), ["app/a.py unrestricted-bind"]);
    // The lists of a nearer configuration come to those above it.
    let nearer = "[[rules.B104.sinks]]\ncallable = 'other.serve'\ntakes = 'host'\nindex = 0\n";
    let files = [("tightwire.toml", sinks), ("app/tightwire.toml", nearer), ("app/a.py", SERVE), ("app/b.py", BIND)];
    assert_eq!(found(&files, &[]), ["app/a.py unrestricted-bind", "app/b.py unrestricted-bind"]);

    let severity = |name: &str, level: &str| format!("rules.{name}.severity = '{level}'\n");
    let (far, near) = (severity("unrestricted-bind", "high"), severity("PY031", "low"));
    let files = folder(&[("tightwire.toml", &far), ("app/tightwire.toml", &near), ("app/a.py", BIND)]);
    let ran = run(files.path(), &["check", "--output-format", "json"]);
    assert!(ran.out.contains("\"severity\":\"low\""), "the nearer one holds under whatever name: {}", ran.out);

    let client =
        "[[rules.plaintext-http-connection.url-clients]]\nname = 'app.net.Client'\nbeside = []\nkeyword = 'url'\n";
    let call = "from app.net import Client\nClient('http://api.example.com/')\n";
    assert_eq!(found(&[("tightwire.toml", client), ("a.py", call)], &[]), ["a.py plaintext-http-connection"]);

    let hosts = |hosts: &str| format!("rules.plaintext-http-connection.ignore-hosts = [{hosts}]\n");
    assert_eq!(found(&[("tightwire.toml", &hosts("'*.corp.example'")), ("a.py", PLAIN)], &[]), [] as [&str; 0]);
    assert_eq!(found(&[("tightwire.toml", &hosts("'corp.example'")), ("a.py", PLAIN)], &[]).len(), 1);

    let files = folder(&[
        ("tightwire.toml", "[rules.http-server-usage]\nannotation = 'TODO(sec): no http.server'\nseverity = 'high'\n"),
        ("a.py", USAGE),
    ]);
    let found = run(files.path(), &["check", "--output-format", "json"]);
    assert!(found.out.contains("\"severity\":\"high\""), "{}", found.out);
    assert_eq!(run(files.path(), &["fix", "-q"]).code, Some(0));
    let fixed = fs::read_to_string(files.path().join("a.py")).unwrap();
    assert!(fixed.contains("\n# TODO(sec): no http.server (tightwire: http-server-usage)\n"), "{fixed}");
    assert_eq!(run(files.path(), &["check"]).code, Some(0));
}

const ANNOTATION: &str = "rules.http-server-usage.annotation = 'nur f\u{fc}r Entwickler'\n";
const FOR_PYTHON_2: &str = "import SimpleHTTPServer, BaseHTTPServer\nBaseHTTPServer.HTTPServer(('192.0.2.1', 0), H)\n";
const FOR_PYTHON_3: &str = "from http.server import HTTPServer\nHTTPServer(('192.0.2.1', 0), H)\n";
/// Heads with which Python 2 takes a file that is not ASCII.
const COOKIES: [&str; 2] = ["# coding: utf-8\n", "#!/usr/bin/python\n# -*- coding: latin-1 -*-\n"];

/// What [`ANNOTATION`] makes of `text`.
fn annotated(text: &str, target: &str) -> (TempDir, String) {
    let files = folder(&[("tightwire.toml", &format!("{target}{ANNOTATION}")), ("a.py", text)]);
    let ran = run(files.path(), &["fix", "--select", "http-server-usage"]);
    assert_eq!(ran.code, Some(0), "{text}{}", ran.err);
    let fixed = String::from_utf8_lossy(&fs::read(files.path().join("a.py")).unwrap()).into_owned();
    (files, fixed)
}

fn an_annotation_beyond_ascii_is_not_written_where_python_2_would_refuse_it() {
    let with_cookies = COOKIES.map(|cookie| (format!("{cookie}{FOR_PYTHON_2}"), "", true));
    for (text, target, is_fixed) in with_cookies.into_iter().chain([
        (FOR_PYTHON_2.into(), "", false),
        (format!("x = 1\n# coding: utf-8\n{FOR_PYTHON_2}"), "", false),
        (FOR_PYTHON_3.into(), "", true),
        (FOR_PYTHON_3.into(), "target-version = '2.7'\n", false),
        (FOR_PYTHON_3.into(), "target-version = '3.8'\n", true),
    ]) {
        let (files, fixed) = annotated(&text, target);
        assert_eq!(fixed != text, is_fixed, "{text}{fixed}");
        if !is_fixed {
            let told = run(files.path(), &["check"]).out;
            assert!(told.contains("lacks what the fix would write") && told.contains("# coding: utf-8"), "{told}");
        }
    }
}

fn python_2_reads_an_annotation_beyond_ascii_where_it_is_written_and_only_there() {
    // It runs the file as far as `H`. (`py_compile` would not do: it takes what the interpreter refuses to read.)
    let is_read = |folder: &Path| {
        let ran = Command::new(python_2()).arg("a.py").current_dir(folder).output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(said.contains("SyntaxError") != said.contains("NameError: name 'H'"), "{said}");
        !said.contains("SyntaxError")
    };
    for cookie in COOKIES {
        let (files, fixed) = annotated(&format!("{cookie}{FOR_PYTHON_2}"), "");
        assert!(is_read(files.path()), "{fixed}");
    }
    let (files, _) = annotated(FOR_PYTHON_2, "");
    assert!(is_read(files.path()));
    fs::write(files.path().join("a.py"), format!("# f\u{fc}r\n{FOR_PYTHON_2}")).unwrap();
    assert!(!is_read(files.path()), "the fix that is not written");
}

fn comments_of_other_tools_count_as_the_configuration_says() {
    let code = BIND.replace(")\n", ")  # noqa: S104\n");
    let code = code.as_str();
    assert_eq!(found(&[("a.py", code)], &[]), [] as [&str; 0]);
    assert_eq!(found(&[("tightwire.toml", "suppressions = ['nosec']"), ("a.py", code)], &[]).len(), 1);
    assert_eq!(found(&[("tightwire.toml", "suppressions = ['noqa']"), ("a.py", code)], &[]), [] as [&str; 0]);
    let own = code.replace("noqa: S104", "tightwire: ignore");
    assert_eq!(found(&[("tightwire.toml", "suppressions = []"), ("a.py", &own)], &[]), [] as [&str; 0]);
}

fn a_configuration_may_come_from_any_editor() {
    for text in ["\u{feff}ignore = ['B104']\n", "\u{feff}# x\r\nignore = ['B104']\r\n", "ignore = ['B104']"] {
        assert_eq!(found(&[("tightwire.toml", text), ("a.py", BIND)], &[]), [] as [&str; 0], "{text:?}");
    }
    // One file system or editor composes letters, another takes them apart.
    let (composed, apart) = ("gr\u{f6}\u{df}e", "gro\u{308}\u{df}e");
    for (glob, name) in [(composed, apart), (apart, composed), (composed, composed)] {
        let (config, path) = (format!("exclude = ['/{glob}/']"), format!("{name}/a.py"));
        assert_eq!(found(&[("tightwire.toml", &config), (&path, BIND)], &[]), [] as [&str; 0], "{config} {path}");
        assert_eq!(found(&[(&path, BIND)], &["--exclude", glob]), [] as [&str; 0], "{config} {path}");
    }
}

fn both_files_of_a_folder_hold_and_folders_may_be_called_anything() {
    let both = [
        ("tightwire.toml", "ignore = ['B104']\n"),
        ("pyproject.toml", "[tool.tightwire]\nroot = true\nignore = []\nexclude = ['x.py']\n"),
        ("a.py", BIND),
        ("x.py", USAGE),
    ];
    assert_eq!(found(&both, &[]), [] as [&str; 0]);
    for name in ["[a]", "a b", "{x}", "*", "!x", "#x", "~"] {
        let (config, a, b) = (format!("{name}/tightwire.toml"), format!("{name}/a.py"), format!("{name}/b.py"));
        let files = [(config.as_str(), "exclude = ['/b.py']\n"), (a.as_str(), BIND), (b.as_str(), BIND)];
        assert_eq!(found(&files, &[]), [format!("{a} unrestricted-bind")]);
    }
}

fn what_is_in_a_folder_that_is_left_out_does_not_count() {
    let files = folder(&[
        ("tightwire.toml", "exclude = ['vendor/', 'gen.d']\nignore = ['telnet']\n"),
        ("vendor/a.py", BIND),
        ("vendor/inner/tightwire.toml", "root = true\n"),
        ("vendor/inner/a.py", BIND),
        ("vendor/broken/tightwire.toml", "selct = []\n"),
        ("vendor/broken/a.py", BIND),
        ("gen.d/pyproject.toml", "[tool.tightwire]\nroot = true\n"),
        ("gen.d/a.py", BIND),
        ("own/tightwire.toml", "root = true\nexclude = ['x.py']"),
        ("own/vendor/a.py", BIND),
        ("own/x.py", BIND),
    ]);
    let path = files.path();
    let check = |args: &[&str]| run(path, &[&["check", "--output-format", "concise", "-q"], args].concat());
    let ran = check(&[]);
    assert_eq!((ran.err.as_str(), ran.out.lines().count()), ("", 1), "{}", ran.out);
    assert!(ran.out.starts_with("own/vendor/a.py:"), "{}", ran.out);
    // Who names a file gets what holds there.
    for (file, code) in [("vendor/a.py", 1), ("vendor/inner/a.py", 1), ("vendor/broken/a.py", 2), ("gen.d/a.py", 1)] {
        assert_eq!(check(&[file]).code, Some(code), "{file}");
    }
    assert_eq!(check(&["vendor"]).code, Some(0), "what is below a folder is found, not named");
    let shown = run(path, &["config", "show", "vendor/inner/a.py"]).out;
    assert!(shown.starts_with("# vendor/inner/a.py (excluded)\n") && shown.contains("no configuration"), "{shown}");
    let shown = run(path, &["config", "show", "own/vendor"]).out;
    assert!(shown.starts_with("# own/vendor\n"), "{shown}");
}

fn a_configuration_that_does_not_count_may_be_broken() {
    let files = folder(&[("tightwire.toml", "selct = []\n"), ("a/tightwire.toml", "root = true\n"), ("a/x.py", BIND)]);
    assert_eq!(run(files.path(), &["check", "a"]).code, Some(1));
    assert_eq!(run(files.path(), &["check", "a", "--config", "a/tightwire.toml"]).code, Some(1));
}

fn the_configuration_is_the_same_from_every_directory() {
    let files = folder(&[
        ("tightwire.toml", "ignore = ['B104']\nexclude = ['app/gen/']\n"),
        ("app/pyproject.toml", "[tool.tightwire]\n[tool.tightwire.rules.telnet]\nseverity = 'low'\n"),
        ("app/a.py", BIND),
        ("app/gen/b.py", BIND),
        ("elsewhere/c.txt", ""),
        ("inner/repository/.git/HEAD", ""),
        ("inner/repository/d.py", BIND),
    ]);
    let path = files.path().canonicalize().unwrap();
    let at = |place: &str| path.join(place).display().to_string();
    for (current, app, repository) in [
        (path.clone(), "app".to_string(), "inner/repository".to_string()),
        (path.join("app"), ".".into(), "../inner/repository".into()),
        (path.join("elsewhere"), "../app".into(), at("inner/repository")),
        ("/".into(), at("app"), at("inner/repository")),
        (path.join("app/gen"), "..".into(), at("inner/repository")),
    ] {
        let file = format!("{app}/a.py");
        for args in [&["check", app.as_str()] as &[&str], &["check", &file], &["fix", "--dry-run", &app]] {
            let ran = run(&current, args);
            assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{args:?} in {}: {}", current.display(), ran.err);
        }
        let shown = run(&current, &["config", "show", &file]).out;
        assert!(!shown.contains("unrestricted-bind") && shown.contains("rules.telnet.severity"), "{shown}");
        let ran = run_stdin(&current, &["check", "-", "--stdin-filename", &file], BIND);
        assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{}", ran.err);
        assert_eq!(run(&current, &["check", &repository]).code, Some(1), "a repository is a project of its own");
    }
}

fn standard_input_goes_by_what_holds_where_its_name_would_be() {
    let files = folder(&[
        ("tightwire.toml", "per-file-ignores = { 'new/' = ['B104'] }\n"),
        ("other/tightwire.toml", "ignore = ['B104']\n"),
        ("a.py", ""),
    ]);
    for (name, code) in [
        ("new/folder/x.py", 0),
        ("./new/x.py", 0),
        ("none/x.py", 1),
        ("none/../new/x.py", 0),
        ("new/../x.py", 1),
        ("other/none/deeper/x.py", 0),
        ("a.py/x.py", 1),
        ("x.py", 1),
    ] {
        let ran = run_stdin(files.path(), &["check", "-", "--stdin-filename", name], BIND);
        assert_eq!(ran.code, Some(code), "{name}: {}{}", ran.out, ran.err);
    }
}

fn what_holds_is_shown_with_where_it_came_from() {
    let files = folder(&[
        (".git/HEAD", ""),
        ("pyproject.toml", "[project]\nname = 'x'\nrequires-python = '>=3.9'\n[tool.tightwire]\nignore = ['telnet']\n"),
        ("app/tightwire.toml", "select = ['B104']\nexclude = ['gen/']\nrules.B104.severity = 'high'\n"),
        ("app/a.py", BIND),
        ("app/gen/b.py", BIND),
    ]);
    let ran = run(files.path(), &["config", "show", "app/a.py"]);
    let expected = "# app/a.py\n# rules: unrestricted-bind\n\
        # hosts that speak TLS: those here, and the HSTS preload list of 2025-01-01\nselect = [\"B104\"]  # app/tightwire.toml\n\
        ignore = [\"telnet\"]  # pyproject.toml\nexclude = [\"gen/\"]  # app/tightwire.toml\n\
        target-version = \">=3.9\"  # pyproject.toml\nrules.B104.severity = \"high\"  # app/tightwire.toml\n";
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (Some(0), expected, ""));
    assert!(run(files.path(), &["config", "show", "app/gen/b.py"]).out.starts_with("# app/gen/b.py (excluded)\n"));
    assert!(run(files.path(), &["config", "show", "app/gen"]).out.starts_with("# app/gen (excluded)\n"));
    let json = run(files.path(), &["config", "show", "app", "--output-format", "json"]).out;
    assert!(json.contains("{\"name\":\"select\",\"value\":[\"B104\"],\"origin\":\"app/tightwire.toml\"}"), "{json}");
    assert_eq!(run(files.path(), &["config", "show", "none"]).code, Some(2));
}

fn the_schema_is_fresh_and_says_what_the_program_says() {
    let folder = folder(&[]);
    let schema = run(folder.path(), &["config", "schema"]).out;
    let kept = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tightwire.schema.json")).unwrap();
    assert!(schema == kept, "run `tightwire config schema > tightwire.schema.json`");
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let is_valid = |config: &str| {
        let value: serde_json::Value = toml::from_str(config).unwrap();
        validator.is_valid(&value)
    };
    let sink = "[[rules.unrestricted-bind.sinks]]\ncallable = 'a.b'\ntakes = 'host'\nindex = 0\n";
    for good in ["", "root = true\nselect = ['B104']", "rules.telnet.ignore-hosts = ['localhost']", sink] {
        assert!(is_valid(good), "{good}");
    }
    for bad in ["selct = []", "[rules.none]", "rules.unrestricted-bind.sink = []", "suppressions = ['x']"] {
        assert!(!is_valid(bad), "{bad}");
    }
}
