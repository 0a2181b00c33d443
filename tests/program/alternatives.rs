//! The fix that people choose: which of several fixes a run makes, and how the others are told.

use crate::project::{Ran, folder, run, write};
use crate::sources::{BIND, FIXED};
use crate::trials::tests;
use serde_json::Value;
use std::fs;
use std::path::Path;

tests! {
    the_option_decides_which_fix_every_command_makes,
    the_nearest_configuration_decides_about_the_fix_and_the_variable,
    json_and_sarif_have_every_fix_the_first_one_first,
    what_is_for_people_names_the_other_fix_and_the_option_for_it,
    a_finding_without_the_fix_that_was_chosen_gets_the_one_it_has,
    a_call_that_becomes_too_long_for_the_project_is_spread,
    an_answer_holds_for_every_fix,
    config_show_tells_which_fix_is_made,
}

/// [`BIND`], fixed by an environment variable.
const BY_ENVIRONMENT: &str = "import os\nimport socket\ns = socket.socket(); socket.create_connection(peer.server_address)\ns.bind((os.environ.get(\"HOST\", \"127.0.0.1\"), 8080))\n";

const CHOSEN: (&str, &str) = ("tightwire.toml", "[rules.unrestricted-bind]\nfix = 'environment'\n");

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

fn the_option_decides_which_fix_every_command_makes() {
    for (files, expected) in [(vec![("a.py", BIND)], FIXED), (vec![("a.py", BIND), CHOSEN], BY_ENVIRONMENT)] {
        let folder = folder(&files);
        let diff = run(folder.path(), &["fix", "--dry-run"]);
        let added: Vec<&str> = expected.lines().filter(|line| !BIND.contains(line)).collect();
        assert!(added.iter().all(|line| diff.out.contains(&format!("+{line}\n"))), "{}", diff.out);
        assert_eq!(
            diff.out.lines().filter(|line| line.starts_with("+") && !line.starts_with("+++")).count(),
            added.len()
        );
        let ran = run(folder.path(), &["fix"]);
        assert_eq!((ran.code, read(folder.path(), "a.py").as_str()), (Some(0), expected), "{}", ran.err);
        // There is nothing left, and undo gives the file back.
        assert_eq!(run(folder.path(), &["check"]).code, Some(0));
        assert_eq!(run(folder.path(), &["fix", "--dry-run"]).out, "");
        assert_eq!(run(folder.path(), &["undo"]).code, Some(0));
        assert_eq!(read(folder.path(), "a.py"), BIND);
    }
}

fn the_nearest_configuration_decides_about_the_fix_and_the_variable() {
    let folder = folder(&[
        ("tightwire.toml", "[rules.unrestricted-bind]\nfix = 'environment'\nvariable = 'BIND_HOST'\n"),
        ("a.py", BIND),
        ("in/tightwire.toml", "[rules.unrestricted-bind]\nvariable = '_Addr1'\n"),
        ("in/a.py", BIND),
        ("out/tightwire.toml", "[rules.unrestricted-bind]\nfix = 'loopback'\n"),
        ("out/a.py", BIND),
    ]);
    let ran = run(folder.path(), &["fix"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(read(folder.path(), "a.py"), BY_ENVIRONMENT.replace("HOST", "BIND_HOST"));
    assert_eq!(read(folder.path(), "in/a.py"), BY_ENVIRONMENT.replace("HOST", "_Addr1"));
    assert_eq!(read(folder.path(), "out/a.py"), FIXED);
}

/// `text` with the edits of a fix in JSON.
fn edited(text: &str, fix: &Value) -> String {
    let mut text = text.to_owned();
    for edit in fix["edits"].as_array().unwrap().iter().rev() {
        let at = |key: &str| usize::try_from(edit[key].as_u64().unwrap()).unwrap();
        text.replace_range(at("start")..at("end"), edit["text"].as_str().unwrap());
    }
    text
}

fn json_and_sarif_have_every_fix_the_first_one_first() {
    for (files, names) in [
        (vec![("a.py", BIND)], ["loopback", "environment"]),
        (vec![("a.py", BIND), CHOSEN], ["environment", "loopback"]),
    ] {
        let folder = folder(&files);
        let whole = run(folder.path(), &["check", "--output-format", "json"]).json();
        let finding = &whole["findings"][0];
        let texts = |name: &str| if name == "loopback" { FIXED } else { BY_ENVIRONMENT };
        assert_eq!(
            (&finding["fix"]["name"], &finding["alternatives"][0]["name"]),
            (&names[0].into(), &names[1].into())
        );
        assert_eq!(finding["alternatives"].as_array().map(Vec::len), Some(1));
        assert_eq!(edited(BIND, &finding["fix"]), texts(names[0]));
        assert_eq!(edited(BIND, &finding["alternatives"][0]), texts(names[1]));
        assert_eq!(finding["applicability"], "safe");
        let line = run(folder.path(), &["check", "--output-format", "jsonl"]).out;
        let line: Value = serde_json::from_str(line.lines().next().unwrap()).unwrap();
        assert_eq!(line["alternatives"], finding["alternatives"]);
        let log = run(folder.path(), &["check", "--output-format", "sarif"]).json();
        let fixes = log["runs"][0]["results"][0]["fixes"].as_array().unwrap();
        let titles: Vec<&Value> = fixes.iter().map(|fix| &fix["description"]["text"]).collect();
        assert_eq!(titles, [&finding["fix"]["title"], &finding["alternatives"][0]["title"]]);
        let texts = |fix: &Value| -> Vec<String> {
            let replacements = fix["artifactChanges"][0]["replacements"].as_array().unwrap();
            replacements.iter().map(|made| made["insertedContent"]["text"].as_str().unwrap().to_owned()).collect()
        };
        let by_environment = if names[0] == "environment" { &fixes[0] } else { &fixes[1] };
        assert_eq!(texts(by_environment), ["import os\n", "os.environ.get(\"HOST\", \"127.0.0.1\")"]);
        // What is made is told as it was made.
        let made = run(folder.path(), &["fix", "--output-format", "json"]).json();
        assert_eq!(
            (&made["findings"][0]["outcome"], &made["findings"][0]["fix"]["name"]),
            (&"fixed".into(), &names[0].into())
        );
    }
    // A rule with one fix has no names.
    let client = folder(&[("a.py", "import http.client\nhttp.client.HTTPConnection('api.example.com')\n")]);
    let whole = run(client.path(), &["check", "--output-format", "json"]).json();
    assert!(whole["findings"][0]["fix"]["title"].is_string());
    assert_eq!(
        (&whole["findings"][0]["fix"]["name"], &whole["findings"][0]["alternatives"]),
        (&Value::Null, &Value::Null)
    );
}

fn what_is_for_people_names_the_other_fix_and_the_option_for_it() {
    let shown = |files: &[(&str, &str)], format: &str| -> Ran {
        let folder = folder(&[files, &[("a.py", BIND)]].concat());
        run(folder.path(), &["check", "--output-format", format])
    };
    for format in ["text", "markdown"] {
        let plain = shown(&[], format).out;
        let other =
            "take the address from the environment variable HOST, by default 127.0.0.1 (`fix = \"environment\"`";
        assert_eq!(plain.matches(other).count(), 1, "{plain}");
        let chosen = shown(&[CHOSEN], format).out;
        assert!(chosen.contains("bind to 127.0.0.1 (`fix = \"loopback\"`"), "{chosen}");
        assert!(chosen.contains("by default 127.0.0.1 (safe: `tightwire fix` applies it)"), "{chosen}");
    }
    for format in ["concise", "github", "gitlab"] {
        let plain = shown(&[], format).out;
        assert!(!plain.contains("environment"), "{plain}");
    }
    // What is fixed has no other fix any more.
    let folder = folder(&[("a.py", BIND)]);
    let made = run(folder.path(), &["fix", "--output-format", "markdown"]).out;
    assert!(made.contains("bind to 127.0.0.1 (applied)") && !made.contains("environment"), "{made}");
}

fn a_finding_without_the_fix_that_was_chosen_gets_the_one_it_has() {
    // An option of the command line; a file that also runs without `os`.
    let option = "import argparse, socket\np = argparse.ArgumentParser()\np.add_argument('--host', default='0.0.0.0')\n\
                  s = socket.socket()\ns.bind((p.parse_args().host, 8080))\n";
    let guarded = format!("try:\n    import os\nexcept ImportError:\n    os = None\n{BIND}");
    let folder = folder(&[CHOSEN, ("a.py", option), ("b.py", &guarded)]);
    let ran = run(folder.path(), &["fix", "--unsafe-fixes"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(read(folder.path(), "a.py"), option.replace("0.0.0.0", "127.0.0.1"));
    assert_eq!(read(folder.path(), "b.py"), guarded.replace(BIND, FIXED));
}

fn a_call_that_becomes_too_long_for_the_project_is_spread() {
    let head = "import os\nimport socket\n\ns = socket.socket()\n";
    for (limit, before, after) in [
        (60, "s.bind((\"0.0.0.0\", 8080))\n", "s.bind((os.environ.get(\"HOST\", \"127.0.0.1\"), 8080))\n"),
        (50, "s.bind((\"0.0.0.0\", 8080))\n", "s.bind(\n    (os.environ.get(\"HOST\", \"127.0.0.1\"), 8080)\n)\n"),
        (
            60,
            "def f(a):\n    with socket.create_server((\"\", a)) as b:\n        b.listen()\n",
            "def f(a):\n    with socket.create_server(\n        (os.environ.get(\"HOST\", \"127.0.0.1\"), a)\n    ) as b:\n        b.listen()\n",
        ),
        // It fits nowhere, a comment follows, it is on several lines already.
        (30, "s.bind((\"0.0.0.0\", 8080))\n", "s.bind((os.environ.get(\"HOST\", \"127.0.0.1\"), 8080))\n"),
        (50, "s.bind((\"0.0.0.0\", 1))  # c\n", "s.bind((os.environ.get(\"HOST\", \"127.0.0.1\"), 1))  # c\n"),
        (45, "s.bind(\n    (\"0.0.0.0\", 8080))\n", "s.bind(\n    (os.environ.get(\"HOST\", \"127.0.0.1\"), 8080))\n"),
    ] {
        let folder = folder(&[CHOSEN, ("a.py", &format!("{head}{before}"))]);
        write(
            folder.path(),
            &[("pyproject.toml", &format!("[tool.ruff]\nline-length = {limit}\nlint.select = ['E501']\n"))],
        );
        let ran = run(folder.path(), &["fix", "--unsafe-fixes"]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert_eq!(read(folder.path(), "a.py"), format!("{head}{after}"), "{limit}");
    }
}

fn an_answer_holds_for_every_fix() {
    let server = "import socket\ns = socket.socket()\ns.bind((\"0.0.0.0\", 8080))\ns.listen(1)\n";
    let text = |answer: &str| format!("{}[evidence]\n{answer} = [\"a.py\"]\n", CHOSEN.1);
    for (answer, expected) in [("local-only", "os.environ.get(\"HOST\", \"127.0.0.1\")"), ("reachable", "\"0.0.0.0\"")]
    {
        let folder = folder(&[("a.py", server)]);
        write(folder.path(), &[("tightwire.toml", &text(answer))]);
        let ran = run(folder.path(), &["fix"]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(read(folder.path(), "a.py").contains(&format!("s.bind(({expected}, 8080))")), "{answer}");
    }
    // Without an answer nobody is asked, and nothing is made.
    let folder = folder(&[CHOSEN, ("a.py", server)]);
    assert_eq!(run(folder.path(), &["fix"]).code, Some(0));
    assert_eq!(read(folder.path(), "a.py"), server);
}

fn config_show_tells_which_fix_is_made() {
    let folder = folder(&[CHOSEN, ("a.py", BIND)]);
    let shown = run(folder.path(), &["config", "show", "a.py"]);
    assert!(shown.out.contains("fix = \"environment\""), "{}", shown.out);
}
