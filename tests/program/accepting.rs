//! What people say about applicability: `extend-safe`, `extend-unsafe`, `--accept`, and the summary of what is held back.

use crate::project::{folder, run};
use crate::trials::tests;
use serde_json::Value;
use std::fs;

tests! {
    a_fix_needs_all_of_its_reasons_accepted,
    a_rule_that_is_accepted_is_safe_but_reports_stay_reports,
    the_nearest_that_speaks_decides_and_unsafe_wins_in_one_place,
    a_rule_can_be_asked_about,
    a_copy_of_another_project_is_not_changed_unasked,
    a_rule_that_is_never_safe_stays_unsafe,
    a_finding_says_who_accepts_its_reasons_and_config_show_where_it_is_written,
    the_summary_counts_each_finding_by_its_first_reason_and_says_how_to_go_on,
    a_name_that_is_neither_a_rule_nor_a_reason_is_an_error_with_the_nearest_name,
}

/// Unsafe for its port; unsafe for its host; unsafe for both; safe.
const CLIENTS: &str = "\
import http.client
import json


def ask(host, port):
    http.client.HTTPConnection('api.example.com', 8443)
    http.client.HTTPConnection(host)
    http.client.HTTPConnection(host, 8443)
    http.client.HTTPConnection('api.example.com')
";

/// A report: TLS on port 80 cannot work.
const REPORT: &str = "import http.client\nhttp.client.HTTPConnection(f'api.example.com:{80}')\n";

const UNVERIFIED: &str = "\
import http.client
import ssl

http.client.HTTPSConnection('api.example.com', context=ssl._create_unverified_context())
";

/// The lines of `text` whose connection is made over TLS by `fix` with these arguments, and these other files.
fn fixed(text: &str, files: &[(&str, &str)], args: &[&str]) -> Vec<usize> {
    let folder = folder(&[files, &[("a.py", text)]].concat());
    let ran = run(folder.path(), &[&["fix", "a.py"], args].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let after = fs::read_to_string(folder.path().join("a.py")).unwrap();
    let added = after.lines().count() - text.lines().count();
    let connects = |(_, line): &(usize, &str)| line.contains("create_default_context");
    after.lines().enumerate().filter(connects).map(|(index, _)| index + 1 - added).collect()
}

fn a_fix_needs_all_of_its_reasons_accepted() {
    assert_eq!(fixed(CLIENTS, &[], &[]), [9]);
    for option in ["--accept", "--extend-safe"] {
        assert_eq!(fixed(CLIENTS, &[], &[option, "non-default-port"]), [6, 9]);
        assert_eq!(fixed(CLIENTS, &[], &[option, "unknown-host"]), [7, 9]);
        assert_eq!(fixed(CLIENTS, &[], &[option, "unknown-host,non-default-port"]), [6, 7, 8, 9]);
    }
    let config = "extend-safe = ['unknown-host', 'non-default-port']";
    assert_eq!(fixed(CLIENTS, &[("tightwire.toml", config)], &[]), [6, 7, 8, 9]);
    assert_eq!(fixed(CLIENTS, &[("pyproject.toml", &format!("[tool.tightwire]\n{config}"))], &[]), [6, 7, 8, 9]);
}

fn a_rule_that_is_accepted_is_safe_but_reports_stay_reports() {
    for rule in ["plaintext-http-connection", "PYTHON-LANG-SEC-054"] {
        assert_eq!(fixed(CLIENTS, &[], &["--extend-safe", rule]), [6, 7, 8, 9]);
        assert_eq!(fixed(REPORT, &[], &["--extend-safe", rule]), [0; 0]);
    }
    assert_eq!(fixed(CLIENTS, &[], &["--extend-safe", "unrestricted-bind"]), [9]);
}

fn the_nearest_that_speaks_decides_and_unsafe_wins_in_one_place() {
    let nested = |outer: &'static str, inner: &'static str, args: &[&str]| {
        let folder = folder(&[("tightwire.toml", outer), ("app/tightwire.toml", inner), ("app/a.py", CLIENTS)]);
        let ran = run(folder.path(), &[&["check", "app", "--output-format", "json"], args].concat());
        let json: Value = serde_json::from_str(&ran.out).unwrap();
        let findings = json["findings"].as_array().unwrap();
        findings.iter().map(|finding| finding["applicability"] == "safe").collect::<Vec<_>>()
    };
    let all = "extend-safe = ['plaintext-http-connection']";
    assert_eq!(nested(all, "", &[]), [true; 4]);
    assert_eq!(nested(all, "extend-unsafe = ['unknown-host']", &[]), [true, false, false, true]);
    assert_eq!(nested("extend-unsafe = ['unknown-host']", all, &[]), [true; 4]);
    assert!(!nested("", "extend-safe = ['unknown-host']\nextend-unsafe = ['unknown-host']", &[])[1]);
    assert!(nested("extend-unsafe = ['unknown-host']", "", &["--extend-safe", "unknown-host"])[1]);
    assert_eq!(nested(all, "root = true", &[]), [false, false, false, true]);
}

fn a_copy_of_another_project_is_not_changed_unasked() {
    for (path, expected) in [
        ("app/client.py", "safe"),
        ("libs/client.py", "unsafe"),
        ("app/Third_Party/deep/client.py", "unsafe"),
        ("lib/vendoring/client.py", "safe"),
        ("vendor.py", "safe"),
    ] {
        let folder = folder(&[(path, "import http.client\nhttp.client.HTTPConnection('api.example.com')\n")]);
        let check = |args: &[&str]| {
            let ran = run(folder.path(), &[&["check", "--output-format", "json"], args].concat());
            let report: Value = serde_json::from_str(&ran.out).unwrap();
            report["findings"][0].clone()
        };
        let found = check(&[]);
        assert_eq!(found["applicability"], expected, "{path}");
        let reasons = if expected == "unsafe" { vec!["vendored"] } else { Vec::new() };
        assert_eq!(found["reasons"], Value::from(reasons), "{path}");
        assert_eq!(check(&["--extend-safe", "vendored"])["applicability"], "safe", "{path}");
    }
}

fn a_rule_can_be_asked_about() {
    assert_eq!(fixed(CLIENTS, &[], &["--extend-unsafe", "plaintext-http-connection"]), [0; 0]);
    let folder = folder(&[("tightwire.toml", "extend-unsafe = ['PYTHON-LANG-SEC-054']"), ("a.py", CLIENTS)]);
    let ran = run(folder.path(), &["check"]);
    let said = "= extend-unsafe: `extend-unsafe` names the rule (tightwire.toml)";
    assert!(ran.out.contains(said), "{}", ran.out);
    // It is a reason like others: what is nearer may accept it.
    let accepting = run(folder.path(), &["fix", "--dry-run", "--accept", "extend-unsafe"]);
    assert!(accepting.err.contains("Would fix 1 finding in 1 file"), "{}", accepting.err);
}

fn a_rule_that_is_never_safe_stays_unsafe() {
    let folder = folder(&[("a.py", UNVERIFIED)]);
    let ran = run(folder.path(), &["fix"]);
    assert!(ran.err.contains("1 left: 1 held back (1 unverified-context)"), "{}", ran.err);
    assert!(!ran.err.contains("--accept"), "what cannot be accepted is not offered: {}", ran.err);
    for args in [["--accept", "unverified-context"], ["--extend-safe", "unverified-https-context"]] {
        let refused = run(folder.path(), &[&["fix"], &args[..]].concat());
        assert_eq!(refused.code, Some(2), "{}", refused.err);
    }
    let refused = run(folder.path(), &["fix", "--extend-safe", "CSP-D408"]);
    assert!(refused.err.contains("the fixes of unverified-https-context are never safe"), "{}", refused.err);
    assert_eq!(run(folder.path(), &["fix", "--unsafe-fixes"]).code, Some(0));
}

fn a_finding_says_who_accepts_its_reasons_and_config_show_where_it_is_written() {
    let folder = folder(&[("tightwire.toml", "extend-safe = ['non-default-port']"), ("a.py", CLIENTS)]);
    let ran = run(folder.path(), &["check"]);
    assert!(ran.out.contains("= non-default-port: accepted by tightwire.toml"), "{}", ran.out);
    let json = run(folder.path(), &["check", "--output-format", "json", "--extend-safe", "unknown-host"]);
    let json: Value = serde_json::from_str(&json.out).unwrap();
    let accepted = &json["findings"][2]["accepted"];
    let expected = serde_json::json!([
        { "reason": "non-default-port", "by": "tightwire.toml" },
        { "reason": "unknown-host", "by": "the command line" },
    ]);
    assert_eq!((accepted, &json["findings"][2]["reasons"]), (&expected, &serde_json::json!([])));
    assert_eq!(json["findings"][3].get("accepted"), None);
    let shown = run(folder.path(), &["config", "show"]);
    assert!(shown.out.contains("extend-safe = [\"non-default-port\"]  # tightwire.toml"), "{}", shown.out);
}

fn the_summary_counts_each_finding_by_its_first_reason_and_says_how_to_go_on() {
    let folder = folder(&[("a.py", CLIENTS), ("b.py", REPORT)]);
    let held_back = "3 held back (2 non-default-port, 1 unknown-host), 1 to change by hand.";
    let check = run(folder.path(), &["check"]);
    assert!(check.err.contains(&format!("1 with a safe fix, {held_back}")), "{}", check.err);
    let fix = run(folder.path(), &["fix", "--dry-run"]);
    assert!(fix.err.contains(&format!("4 left: {held_back}")), "{}", fix.err);
    for ran in [check, fix] {
        assert!(ran.err.contains("`--accept non-default-port` applies those with no other reason"), "{}", ran.err);
    }
    let quiet = run(folder.path(), &["fix", "--dry-run", "--quiet"]);
    assert_eq!(quiet.err, "");
}

fn a_name_that_is_neither_a_rule_nor_a_reason_is_an_error_with_the_nearest_name() {
    let folder = folder(&[("a.py", CLIENTS)]);
    for (args, message, help) in [
        (["fix", "--accept", "unknwon-host"], "`unknwon-host` is not a reason that can be accepted", "`unknown-host`"),
        (["fix", "--accept", "unrestricted-bind"], "`unrestricted-bind` is not a reason", "nown names: "),
        (["check", "--extend-safe", "unknwon-host"], "unknown rule or reason `unknwon-host`", "`unknown-host`"),
        (
            ["check", "--extend-unsafe", "unrestricted-bin"],
            "unknown rule or reason `unrestricted-bin`",
            "`unrestricted-bind`",
        ),
        (["check", "--extend-safe", "port-80"], "unknown rule or reason `port-80`", "help: "),
    ] {
        let ran = run(folder.path(), &args);
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.err);
        assert!(ran.err.contains(message) && ran.err.contains(help), "{args:?}: {}", ran.err);
    }
    fs::write(folder.path().join("tightwire.toml"), "ignore = []\nextend-safe = ['unknwon-host']\n").unwrap();
    let ran = run(folder.path(), &["check"]);
    assert!(ran.err.contains("tightwire.toml:2") && ran.err.contains("did you mean `unknown-host`?"), "{}", ran.err);
}
