//! The configuration: what holds where, what is wrong with it, and what it changes.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, unreachable_pub, reason = "a test may panic")]

mod program;

use program::{BIND, folder, run};
use std::fs;

const SERVE: &str = "from app.net import serve\nserve(\"0.0.0.0\", 8080)\n";
const PLAIN: &str = "import http.client\nhttp.client.HTTPConnection(\"git.corp.example\", 8080)\n";
const USAGE: &str = "import http.server\nhttp.server.HTTPServer((\"127.0.0.1\", 0), H)\n";

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

#[test]
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

#[test]
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

#[test]
fn comments_of_other_tools_count_as_the_configuration_says() {
    let code = BIND.replace(")\n", ")  # noqa: S104\n");
    let code = code.as_str();
    assert_eq!(found(&[("a.py", code)], &[]), [] as [&str; 0]);
    assert_eq!(found(&[("tightwire.toml", "suppressions = ['nosec']"), ("a.py", code)], &[]).len(), 1);
    assert_eq!(found(&[("tightwire.toml", "suppressions = ['noqa']"), ("a.py", code)], &[]), [] as [&str; 0]);
    let own = code.replace("noqa: S104", "tightwire: ignore");
    assert_eq!(found(&[("tightwire.toml", "suppressions = []"), ("a.py", &own)], &[]), [] as [&str; 0]);
}

#[test]
fn what_is_wrong_is_said_with_the_place_and_the_nearest_name() {
    for (config, parts) in [
        ("selct = []", &["tightwire.toml:1", "`selct` is no setting", "did you mean `select`?"] as &[&str]),
        ("\nselect = ['unrestricted-bnd']", &["tightwire.toml", "unknown rule", "did you mean `unrestricted-bind`?"]),
        ("ignore = ['x']", &["tightwire.toml", "unknown rule `x`"]),
        ("per-file-ignores = { 'a.py' = ['PY0311'] }", &["unknown rule `PY0311`", "did you mean `PY031`?"]),
        ("[rules.unrestricted-bin]\nseverity = 'low'", &["unknown rule `unrestricted-bin`"]),
        ("[rules.unrestricted-bind]\nsink = []", &["`sink` is no option", "did you mean `sinks`?"]),
        ("[rules.unrestricted-bind]\nseverity = 'hig'", &["`hig` is no value", "did you mean `high`?"]),
        (
            "[[rules.unrestricted-bind.sinks]]\ncalable = 'a.b'\ntakes = 'host'",
            &["`calable` is no setting", "did you mean `callable`?"],
        ),
        ("[[rules.unrestricted-bind.sinks]]\ncallable = 'a.b'", &["missing field `takes`"]),
        ("rules.http-server-usage.annotation = \"a\\nimport os\"", &["one line of text"]),
        ("rules.B104.severity = 'low'\nrules.PY031.severity = 'high'", &["are set twice", "[rules.unrestricted-bind]"]),
        ("per-file-ignores = { 'none/' = ['nope'] }", &["unknown rule `nope`"]),
        ("rules.http-server-usage.annotation = 'nosec'", &["none that silences"]),
        (
            "[[rules.plaintext-http-connection.callables]]\nname = 'a.C'\ntls = 'a.D'\n",
            &["`a.D` is no name: write it without its module"],
        ),
        ("rules.telnet.ignore-hosts = ['10.0.0/99']", &["is no network"]),
        ("exclude = ['{a']", &["`{a` is no glob"]),
        ("target-version = '3,8'", &["names no Python", "\"3.8\""]),
        ("suppressions = ['nosc']", &["`nosc` is no value", "did you mean `nosec`?"]),
    ] {
        let files = folder(&[("tightwire.toml", config), ("a.py", BIND)]);
        let ran = run(files.path(), &["check"]);
        assert_eq!(ran.code, Some(2), "{config}: {}", ran.err);
        assert_eq!(ran.out, "", "{config}");
        assert!(parts.iter().all(|part| ran.err.contains(part)), "{config}: {}", ran.err);
        assert_eq!(run(files.path(), &["fix"]).code, Some(2), "{config}");
        assert_eq!(fs::read_to_string(files.path().join("a.py")).unwrap(), BIND, "{config}");
    }
    for (name, bytes) in [
        ("tightwire.toml", b"ignore = ['B104'] # caf\xe9\n" as &[u8]),
        ("pyproject.toml", b"[ tool.tightwire ]\nignor = ['B104']\n"),
        ("pyproject.toml", b"[tool]\ntightwire.ignor = ['B104']\n"),
        ("pyproject.toml", b"[tool]\ntightwire = { ignore = 'x' }\n"),
    ] {
        let files = folder(&[("a.py", BIND)]);
        fs::write(files.path().join(name), bytes).unwrap();
        let ran = run(files.path(), &["fix"]);
        assert!(ran.code == Some(2) && ran.err.contains(name), "{name}: {}", ran.err);
        assert_eq!(fs::read_to_string(files.path().join("a.py")).unwrap(), BIND);
    }
    let files = folder(&[("a.py", BIND), ("tightwire.toml/x", "")]);
    assert!(run(files.path(), &["check"]).err.contains("is no file"));
    let helper = "[tool.tightwire-helper]\nselct = 1\n";
    assert_eq!(run(folder(&[("a.py", BIND), ("pyproject.toml", helper)]).path(), &["check"]).code, Some(1));
    let ran = run(folder(&[("a.py", BIND)]).path(), &["check", "--config", "none.toml"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("none.toml"), "{}", ran.err);
}

#[test]
fn what_holds_is_shown_with_where_it_came_from() {
    let files = folder(&[
        (".git/HEAD", ""),
        ("pyproject.toml", "[project]\nname = 'x'\nrequires-python = '>=3.9'\n[tool.tightwire]\nignore = ['telnet']\n"),
        ("app/tightwire.toml", "select = ['B104']\nexclude = ['gen/']\nrules.B104.severity = 'high'\n"),
        ("app/a.py", BIND),
        ("app/gen/b.py", BIND),
    ]);
    let ran = run(files.path(), &["config", "show", "app/a.py"]);
    let expected = "# app/a.py\n# rules: unrestricted-bind\nselect = [\"B104\"]  # app/tightwire.toml\n\
        ignore = [\"telnet\"]  # pyproject.toml\nexclude = [\"gen/\"]  # app/tightwire.toml\n\
        target-version = \">=3.9\"  # pyproject.toml\nrules.B104.severity = \"high\"  # app/tightwire.toml\n";
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (Some(0), expected, ""));
    assert!(run(files.path(), &["config", "show", "app/gen/b.py"]).out.starts_with("# app/gen/b.py (excluded)\n"));
    assert!(run(files.path(), &["config", "show", "app/gen"]).out.starts_with("# app/gen (excluded)\n"));
    let json = run(files.path(), &["config", "show", "app", "--output-format", "json"]).out;
    assert!(json.contains("{\"name\":\"select\",\"value\":[\"B104\"],\"origin\":\"app/tightwire.toml\"}"), "{json}");
    assert_eq!(run(files.path(), &["config", "show", "none"]).code, Some(2));
}

#[test]
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
