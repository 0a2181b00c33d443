//! What is wrong with a configuration, and how it is told: the file, the line, what to write instead. Nothing is rewritten then.

use crate::project::{folder, run};
use crate::sources::BIND;
use crate::trials::tests;
use std::fs;

tests! {
    what_is_wrong_is_said_with_the_file_the_line_and_the_nearest_name,
    what_cannot_be_read_is_an_error_and_what_is_not_ours_is_none,
    #[cfg(unix)]
    no_configuration_is_passed_over_or_takes_the_program_down,
    a_glob_that_means_one_thing_is_taken_and_one_that_can_never_match_is_refused,
}

/// A configuration, the line on which something is wrong with it, and what is said about that.
type Wrong = (&'static str, usize, &'static [&'static str]);

const WRONG: &[Wrong] = &[
    ("selct = []", 1, &["`selct` is not a setting", "did you mean `select`?"]),
    (
        "root = true\nselect = [\n  'B104',\n  'unrestricted-bnd',\n]",
        4,
        &["unknown rule `unrestricted-bnd`", "did you mean `unrestricted-bind`?"],
    ),
    ("\nignore = ['x']", 2, &["unknown rule `x`"]),
    ("ignore = ['']", 1, &["unknown rule ``"]),
    ("ignore = 'B104'", 1, &["expected a sequence"]),
    ("[per-file-ignores]\n'a.py' = [\n'PY0311']", 3, &["unknown rule `PY0311`", "did you mean `PY031`?"]),
    ("per-file-ignores = { 'none/' = ['nope'] }", 1, &["unknown rule `nope`"]),
    ("\n[rules.unrestricted-bin]\nseverity = 'low'", 2, &["unknown rule `unrestricted-bin`"]),
    ("[rules]\ntelnet = 3", 2, &["expected a map"]),
    ("[rules.unrestricted-bind]\nsink = []", 2, &["`sink` is not an option", "did you mean `sinks`?"]),
    (
        "[rules.unrestricted-bind]\nfix = 'enviroment'",
        2,
        &["`enviroment` is not a value", "did you mean `environment`?"],
    ),
    ("[rules.unrestricted-bind]\nfix = ['environment']", 2, &["rules.unrestricted-bind"]),
    (
        "[rules.unrestricted-bind]\nfix = 'environment'\nvariable = 'BIND-HOST'",
        3,
        &["`BIND-HOST` is not the name of an environment variable", "write letters, digits and `_`"],
    ),
    ("[rules.unrestricted-bind]\nvariable = '8HOST'", 2, &["`8HOST` is not the name of an environment variable"]),
    ("[rules.unrestricted-bind]\nvariable = 'HOST\\\"'", 2, &["is not the name of an environment variable"]),
    ("[rules.unrestricted-bind]\nvariable = ''", 2, &["`` is not the name of an environment variable"]),
    ("[rules.unrestricted-bind]\nvariable = 1", 2, &["expected a string"]),
    ("[rules.http-server-usage]\nfix = 'environment'", 2, &["`fix` is not an option of http-server-usage"]),
    ("[rules.unrestricted-bind]\nsinks = 'x'", 2, &["expected a sequence"]),
    ("[rules.unrestricted-bind]\n\nseverity = 'hig'", 3, &["`hig` is not a value", "did you mean `high`?"]),
    (
        "[[rules.unrestricted-bind.sinks]]\ncallable = 'a.b'\ntakes = 'host'\nindex = 0\n\n\
        [[rules.unrestricted-bind.sinks]]\ntakes = 'host'\nindex = 0\ncalable = 'a.b'",
        9,
        &["`calable` is not a setting", "did you mean `callable`?"],
    ),
    ("\n[[rules.unrestricted-bind.sinks]]\ncallable = 'a.b'\nindex = 0", 2, &["missing field `takes`"]),
    ("[[rules.unrestricted-bind.sinks]]\ncallable = 'a.b'\nindex = 'x'\ntakes = 'host'", 3, &["expected usize"]),
    (
        "\n[[rules.unrestricted-bind.sinks]]\ncallable = 'a.b'\ntakes = 'host'",
        2,
        &["does not say which argument", "write its `index`, its `keyword`"],
    ),
    (
        "[[rules.unrestricted-bind.sinks]]\ntakes = 'host'\nindex = 0\ncallable = 'print'",
        4,
        &["`print` is not a qualified name", "write it with its module"],
    ),
    ("[[rules.unrestricted-bind.sinks]]\ntakes = 'host'\nindex = 0\ncallable = ''", 4, &["`` is not a qualified name"]),
    (
        "[[rules.unrestricted-bind.sinks]]\ntakes = 'host'\nindex = 0\ncallable = 'a..b'",
        4,
        &["`a..b` is not a qualified name"],
    ),
    (
        "[[rules.unrestricted-bind.sinks]]\ntakes = 'host'\nindex = 0\ncallable = 'SocketServer.X'",
        4,
        &["write `socketserver.X`"],
    ),
    ("[rules.http-server-usage]\nannotation = \"a\\nimport os\"", 2, &["not allowed in a comment", "one line of text"]),
    ("rules.http-server-usage.annotation = 'nosec'", 1, &["does not suppress findings"]),
    ("rules.http-server-usage.annotation = 'vim: set fileencoding=latin-1'", 1, &["without an encoding declaration"]),
    ("rules.B104.severity = 'low'\nrules.PY031.severity = 'high'", 2, &["are set twice", "[rules.unrestricted-bind]"]),
    (
        "[[rules.plaintext-http-connection.callables]]\nname = 'a.C'\ntls = 'a.D'\n",
        3,
        &["`a.D` is not an identifier", "write the name without its module"],
    ),
    ("rules.telnet.ignore-hosts = ['10.0.0/99']", 1, &["is not a network"]),
    (
        "[rules.telnet]\nignore-hosts = [\n  'a',\n  'http://b:23/x'\n]",
        4,
        &["`http://b:23/x` is not a host name", "write `b`"],
    ),
    ("rules.telnet.ignore-hosts = ['a:80']", 1, &["write `a`, which matches with any port"]),
    ("rules.telnet.ignore-hosts = ['']", 1, &["is not a host name", "`*` for every host"]),
    ("exclude = [\n'{a']", 2, &["`{a` is not a glob"]),
    ("exclude = [\n'a', '',\n]", 2, &["the glob `` is empty", "remove it"]),
    ("exclude = [\n'a',\n'{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,b', 'c']", 3, &["is not a glob"]),
    ("exclude = ['!x']", 1, &["is negated", "narrower"]),
    ("exclude = ['../x']", 1, &["leads out of the folder", "write it relative to"]),
    ("[per-file-ignores]\n'a' = []\n'b//c' = []", 3, &["two slashes"]),
    ("\r\ntarget-version = '3,8'\r\n", 2, &["is not a Python version", "\"3.8\""]),
    ("target-version = 3.8", 1, &["expected a string"]),
    ("suppressions = [\n'nosc']", 2, &["`nosc` is not a value", "did you mean `nosec`?"]),
    ("a = 1\na = 2", 2, &["duplicate key"]),
];
fn what_is_wrong_is_said_with_the_file_the_line_and_the_nearest_name() {
    for (config, line, parts) in WRONG {
        // As a file of its own, and as a part of another.
        let tables = config.replace("[rules", "[tool.tightwire.rules");
        let tables = tables.replace("[per-file", "[tool.tightwire.per-file");
        let project = format!("# caf\u{e9}\n[project]\nname = 'x'\n[tool.tightwire]\n{tables}");
        for (name, text, line) in [("tightwire.toml", *config, *line), ("pyproject.toml", &project, line + 4)] {
            let files = folder(&[(name, text), ("a.py", BIND)]);
            let ran = run(files.path(), &["check"]);
            assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{text}: {}", ran.err);
            assert!(ran.err.contains(&format!("--> {name}:{line}\n")), "{text}: {}", ran.err);
            assert!(parts.iter().all(|part| ran.err.contains(part)), "{text}: {}", ran.err);
            assert!(ran.err.contains("error: ") && ran.err.contains("help: "), "{text}: {}", ran.err);
            assert_eq!(run(files.path(), &["fix"]).code, Some(2), "{text}");
            assert_eq!(fs::read_to_string(files.path().join("a.py")).unwrap(), BIND, "{text}");
        }
    }
}

fn what_cannot_be_read_is_an_error_and_what_is_not_ours_is_none() {
    for (name, bytes) in [
        ("tightwire.toml", b"ignore = ['B104'] # caf\xe9\n" as &[u8]),
        ("pyproject.toml", b"[ tool.tightwire ]\nignor = ['B104']\n"),
        ("pyproject.toml", b"[ tool . tightwire ]\nignore = ['B104']\nignore = ['B104']\n"),
        ("pyproject.toml", b"[tool]\ntightwire.ignor = ['B104']\n"),
        ("pyproject.toml", b"[tool]\ntightwire = { ignore = 'x' }\n"),
        ("pyproject.toml", b"[tool]\ntightwire = 1\n"),
    ] {
        let files = folder(&[("a.py", BIND)]);
        fs::write(files.path().join(name), bytes).unwrap();
        let ran = run(files.path(), &["fix"]);
        assert!(ran.code == Some(2) && ran.err.contains(name), "{name}: {}", ran.err);
        assert_eq!(fs::read_to_string(files.path().join("a.py")).unwrap(), BIND);
    }
    let files = folder(&[("a.py", BIND), ("tightwire.toml/x", "")]);
    assert!(run(files.path(), &["check"]).err.contains("is not a regular file"));
    for other in ["[tool.tightwire-helper]\nselct = 1\n", "# tightwire\n[project\n"] {
        assert_eq!(run(folder(&[("a.py", BIND), ("pyproject.toml", other)]).path(), &["check"]).code, Some(1));
    }
    let ran = run(folder(&[("a.py", BIND)]).path(), &["check", "--config", "none.toml"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("none.toml"), "{}", ran.err);
}

#[cfg(unix)]
fn no_configuration_is_passed_over_or_takes_the_program_down() {
    let big = "#".repeat(5 << 20);
    let deep = |open: &str, close: &str| format!("a = {}1{}", open.repeat(50_000), close.repeat(50_000));
    let (arrays, tables) = (deep("[", "]"), deep("{b=", "}"));
    let keys = format!("a{} = 1", ".a".repeat(50_000));
    let alternatives = format!("exclude = ['{}b{}']", "{a,".repeat(5_000), "}".repeat(5_000));
    let long = format!("ignore = ['{}']", "x".repeat(100_000));
    let wide = "\u{feff}s\0e\0l\0";
    for (text, part) in [
        (big.as_str(), "is larger than 4 MiB"),
        (&arrays, "recurs"),
        (&tables, "recurs"),
        (&keys, "recurs"),
        (&alternatives, "is not a glob"),
        (&long, "unknown rule"),
        (wide, "tightwire.toml"),
        ("\"a\\n::error::b\\u001b[31m\" = 1", "is not a setting here"),
    ] {
        let files = folder(&[("tightwire.toml", text), ("a.py", BIND)]);
        let ran = run(files.path(), &["fix"]);
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        assert!(ran.err.contains(part), "{}", ran.err);
        assert!(ran.err.len() < 2_000 && !ran.err.contains('\u{1b}') && !ran.err.contains("\n::"), "{}", ran.err);
        assert_eq!(fs::read_to_string(files.path().join("a.py")).unwrap(), BIND);
    }
    // What is in the place of one.
    for (name, target) in
        [("tightwire.toml", "nowhere"), ("tightwire.toml", "tightwire.toml"), ("pyproject.toml", "pyproject.toml")]
    {
        let files = folder(&[("a.py", BIND)]);
        std::os::unix::fs::symlink(target, files.path().join(name)).unwrap();
        let ran = run(files.path(), &["check"]);
        assert!(ran.code == Some(2) && ran.err.contains(name), "{name} to {target}: {}", ran.err);
    }
    let device = folder(&[("a.py", BIND)]);
    std::os::unix::fs::symlink("/dev/zero", device.path().join("tightwire.toml")).unwrap();
    assert!(run(device.path(), &["check"]).err.contains("is not a regular file"));
    assert_eq!(run(folder(&[("a.py", BIND), ("pyproject.toml/x", "")]).path(), &["check"]).code, Some(1));
    for (bytes, code) in [(&b"[tool.tightwire]\n# caf\xe9\nignore = ['B104']\n"[..], 2), (b"# caf\xe9\n", 1)] {
        let files = folder(&[("a.py", BIND)]);
        fs::write(files.path().join("pyproject.toml"), bytes).unwrap();
        let ran = run(files.path(), &["check"]);
        assert_eq!(ran.code, Some(code), "{}", ran.err);
        assert!(code == 1 || ran.err.contains("--> pyproject.toml:2"), "{}", ran.err);
    }
}

fn a_glob_that_means_one_thing_is_taken_and_one_that_can_never_match_is_refused() {
    let files = folder(&[("sub/a.py", BIND), ("other/sub/a.py", BIND), ("b.py", BIND)]);
    let path = files.path().canonicalize().unwrap();
    let all = ["b.py unrestricted-bind", "other/sub/a.py unrestricted-bind", "sub/a.py unrestricted-bind"];
    let excluding = |glob: &str| {
        let ran = run(&path, &["check", "--output-format", "concise", "-q", "--exclude", glob]);
        fs::write(path.join("tightwire.toml"), format!("exclude = ['{glob}']")).unwrap();
        let configured = run(&path, &["check", "--output-format", "concise", "-q"]);
        fs::remove_file(path.join("tightwire.toml")).unwrap();
        assert_eq!((ran.out.as_str(), ran.code), (configured.out.as_str(), configured.code), "{glob}");
        let line = |line: &str| format!("{} unrestricted-bind", line.split(':').next().unwrap());
        (ran.code, ran.out.lines().map(line).collect::<Vec<_>>(), ran.err)
    };
    let absolute = path.join("sub").display().to_string();
    for (glob, left) in [("sub/", &all[..1]), ("./sub/", &all[..2]), ("/sub", &all[..2]), (&absolute, &all[..2])] {
        assert_eq!(excluding(glob).1, left, "{glob}");
    }
    let above = path.parent().unwrap().join("other").display().to_string();
    let mut refused = vec!["", "!x", "../x", "~/x", ".", "a//b"];
    if path.components().count() > 3 {
        refused.push(&above);
    }
    for glob in refused {
        let (code, found, error) = excluding(glob);
        assert_eq!((code, found.len()), (Some(2), 0), "{glob}");
        assert!(error.contains("help: "), "{glob}: {error}");
    }
}
