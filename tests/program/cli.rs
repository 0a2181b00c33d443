//! What the built program promises at its command line: output, exit codes, and every kind of bad input.

use crate::project::{Ran, command, folder, run, run_stdin};
use crate::sources::{BIND, FIXED, PUBLIC};
use crate::trials::{Need, tests};
use std::fs;
use std::process::Command;

tests! {
    an_empty_rule_name_is_refused,
    a_configuration_that_cannot_be_used_is_told_once_and_fails,
    check_reports_on_stdout_sums_up_on_stderr_and_exits_with_1,
    check_of_clean_files_exits_with_0,
    an_unsafe_fix_is_named_with_its_reason,
    concise_is_one_line_a_finding,
    json_gives_disk_offsets_and_code_point_columns,
    a_fingerprint_survives_lines_above_it,
    suppressed_findings_are_silent_but_stand_in_json,
    fix_rewrites_safe_findings_and_says_what_is_left,
    fix_takes_unsafe_fixes_when_asked,
    a_dry_run_prints_nothing_but_a_diff_that_git_applies: [Need::Tool("git")],
    a_dry_run_prints_nothing_but_a_diff_that_patch_applies: [Need::Tool("patch")],
    the_diff_is_the_same_for_every_thread_count,
    what_a_run_has_rewritten_already_still_counts_as_it_was,
    fix_json_has_the_outcomes,
    stdin_is_checked_under_its_given_name,
    fix_of_stdin_is_a_filter,
    fix_of_stdin_that_cannot_be_read_as_python_gives_it_back,
    select_and_ignore_take_ids_and_aliases,
    an_unknown_rule_is_a_usage_error_with_the_nearest_name,
    exclude_leaves_out_files_but_not_named_ones,
    rules_and_explain_answer_by_id_and_alias,
    quiet_says_only_the_findings_and_verbose_says_the_time,
    color_is_given_when_asked_for_and_never_in_a_pipe,
    a_dockerfile_beside_it_makes_a_bind_unsafe,
    a_bad_flag_is_a_usage_error,
    a_missing_path_is_named_and_the_rest_goes_on,
    a_folder_without_python_is_a_warning,
    bytes_that_are_no_source_text_are_an_error,
    a_syntax_error_far_from_the_site_does_not_stop_the_fix,
    a_syntax_error_around_the_site_means_no_edit_and_is_named,
    a_site_that_a_syntax_error_swallows_is_named,
    a_line_of_50_megabytes_does_not_flood_the_terminal,
    a_line_of_10_megabytes_is_shown_by_a_window,
    nesting_of_10_000_levels_does_not_crash,
    the_session_is_refused_off_a_terminal,
}

/// An error has three parts: what, where, what to do.
pub fn assert_three_parts(ran: &Ran, place: &str) {
    assert!(ran.err.contains("error: "), "{}", ran.err);
    assert!(ran.err.contains(&format!("--> {place}")), "{}", ran.err);
    assert!(ran.err.contains("help: "), "{}", ran.err);
}

// Commands and output.
fn an_empty_rule_name_is_refused() {
    let folder = folder(&[("a.py", BIND)]);
    for option in ["--select=", "--ignore=", "--select=unrestricted-bind,"] {
        let ran = run(folder.path(), &["check", option]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{option}");
        assert!(ran.err.contains("is empty"), "{}", ran.err);
    }
}

fn a_configuration_that_cannot_be_used_is_told_once_and_fails() {
    let config = "target-versoin = '3.8'\n";
    let folder = folder(&[("a.py", BIND), ("b.py", BIND), ("c.py", "x = 1\n"), ("tightwire.toml", config)]);
    let ran = run(folder.path(), &["fix"]);
    assert_eq!(ran.code, Some(2));
    assert_eq!(ran.err.matches("`target-versoin` is not a setting").count(), 1, "{}", ran.err);
    assert!(ran.err.contains("tightwire.toml") && ran.err.contains("did you mean `target-version`?"), "{}", ran.err);
    assert_eq!(fs::read_to_string(folder.path().join("a.py")).unwrap(), BIND);
}

fn check_reports_on_stdout_sums_up_on_stderr_and_exits_with_1() {
    let folder = folder(&[("app/a.py", BIND), ("b.py", "x = 1\n")]);
    let ran = run(folder.path(), &["check"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("medium[unrestricted-bind]"), "{}", ran.out);
    assert!(ran.out.contains("--> app/a.py:3:9"), "{}", ran.out);
    assert!(ran.out.contains("s.bind((\"0.0.0.0\", 8080))"), "{}", ran.out);
    assert!(ran.err.contains("1 finding in 1 file (2 files read, 1 parsed)"), "{}", ran.err);
    assert_eq!(fs::read_to_string(folder.path().join("app/a.py")).unwrap(), BIND);
}

fn check_of_clean_files_exits_with_0() {
    let folder = folder(&[("a.py", "x = 1\n")]);
    let ran = run(folder.path(), &["check"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""));
}

fn an_unsafe_fix_is_named_with_its_reason() {
    let folder = folder(&[("a.py", PUBLIC)]);
    let ran = run(folder.path(), &["check"]);
    assert!(ran.out.contains("port 80 is a public one"), "{}", ran.out);
    assert!(ran.out.contains("--unsafe-fixes"), "{}", ran.out);
}

fn concise_is_one_line_a_finding() {
    let folder = folder(&[("a.py", BIND)]);
    let ran = run(folder.path(), &["check", "--output-format", "concise"]);
    assert!(ran.out.starts_with("a.py:3:9: unrestricted-bind "), "{}", ran.out);
    assert!(ran.out.ends_with(" [safe]\n"), "{}", ran.out);
}

fn json_gives_disk_offsets_and_code_point_columns() {
    let text = "\u{feff}import socket\r\ns = socket.socket(); socket.create_connection(peer.server_address)\r\nx = 'äö'; s.bind((\"0.0.0.0\", 8080))\r\n";
    let folder = folder(&[("a.py", text)]);
    let ran = run(folder.path(), &["check", "--output-format", "json"]);
    let report = ran.json();
    assert_eq!(report["version"], 1);
    assert_eq!(report["tool"]["name"], "tightwire");
    let finding = &report["findings"][0];
    let start = usize::try_from(finding["start"]["byte"].as_u64().unwrap()).unwrap();
    assert_eq!(start, text.find("\"0.0").unwrap());
    assert_eq!((&finding["start"]["line"], &finding["start"]["column"]), (&3.into(), &19.into()));
    assert_eq!(finding["outcome"], "found");
    assert_eq!(finding["applicability"], "safe");
    let mut fixed = text.as_bytes().to_vec();
    for edit in finding["fix"]["edits"].as_array().unwrap().iter().rev() {
        let offset = |key: &str| usize::try_from(edit[key].as_u64().unwrap()).unwrap();
        fixed.splice(offset("start")..offset("end"), edit["text"].as_str().unwrap().bytes());
    }
    assert_eq!(String::from_utf8(fixed).unwrap(), text.replace("0.0.0.0", "127.0.0.1"));
    assert_eq!(report["summary"]["findings"], 1);
    assert_eq!(report["summary"]["fixable"], 1);
    assert_eq!(report["summary"]["files"], 1);
    assert_eq!(report["summary"]["parsed"], 1);
}

fn a_fingerprint_survives_lines_above_it() {
    let print = |text: String| {
        let folder = folder(&[("a.py", &text)]);
        run(folder.path(), &["check", "--output-format", "json"]).json()["findings"][0]["fingerprint"].clone()
    };
    assert_eq!(print(BIND.to_owned()), print(format!("# more\n\n{BIND}")));
    assert!(print(BIND.to_owned()).as_str().unwrap().len() >= 16);
}

fn suppressed_findings_are_silent_but_stand_in_json() {
    let text = BIND.replace("8080))", "8080))  # tightwire: ignore");
    let folder = folder(&[("a.py", &text)]);
    let ran = run(folder.path(), &["check"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""));
    let report = run(folder.path(), &["check", "--output-format", "json"]).json();
    assert_eq!(report["findings"][0]["outcome"], "suppressed");
    assert_eq!(report["summary"]["findings"], 0);
}

fn fix_rewrites_safe_findings_and_says_what_is_left() {
    let folder = folder(&[("a.py", BIND), ("b.py", PUBLIC)]);
    let ran = run(folder.path(), &["fix"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(fs::read_to_string(folder.path().join("a.py")).unwrap(), FIXED);
    assert_eq!(fs::read_to_string(folder.path().join("b.py")).unwrap(), PUBLIC);
    assert!(ran.out.contains("a.py: fixed 1 (unrestricted-bind 1)"), "{}", ran.out);
    assert!(ran.err.contains("1 left: 1 held back (1 "), "{}", ran.err);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left beside the files");
}

fn fix_takes_unsafe_fixes_when_asked() {
    let folder = folder(&[("b.py", PUBLIC)]);
    assert_eq!(run(folder.path(), &["fix", "--unsafe-fixes"]).code, Some(0));
    assert!(fs::read_to_string(folder.path().join("b.py")).unwrap().contains("127.0.0.1"));
}

/// A dry run prints nothing but a diff, and `tool` makes of it what `fix` would have made.
fn applies_a_dry_run(tool: &[&str]) {
    let latin1 =
        b"# -*- coding: latin-1 -*-\r\nimport socket\r\ns = socket.socket(); socket.create_connection(peer.server_address)  # caf\xe9\r\ns.bind((\"\", 8080))";
    let folder = folder(&[("app/a b.py", BIND)]);
    fs::write(folder.path().join("crlf.py"), latin1).unwrap();
    let output = command(folder.path(), &["fix", "--dry-run"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(fs::read_to_string(folder.path().join("app/a b.py")).unwrap(), BIND);
    assert_eq!(fs::read(folder.path().join("crlf.py")).unwrap(), latin1);
    assert!(output.stdout.starts_with(b"--- a/app/a b.py"));
    fs::write(folder.path().join("fix.diff"), &output.stdout).unwrap();
    let applied = Command::new(tool[0]).args(&tool[1..]).current_dir(folder.path()).output().unwrap();
    assert!(applied.status.success(), "{tool:?}: {}", String::from_utf8_lossy(&applied.stderr));
    assert_eq!(fs::read_to_string(folder.path().join("app/a b.py")).unwrap(), FIXED);
    let fixed = fs::read(folder.path().join("crlf.py")).unwrap();
    assert!(fixed.ends_with(b"# caf\xe9\r\ns.bind((\"127.0.0.1\", 8080))"), "{}", fixed.escape_ascii());
}

fn a_dry_run_prints_nothing_but_a_diff_that_git_applies() {
    applies_a_dry_run(&["git", "apply", "fix.diff"]);
}

fn a_dry_run_prints_nothing_but_a_diff_that_patch_applies() {
    applies_a_dry_run(&["patch", "-p1", "--binary", "-i", "fix.diff"]);
}

fn the_diff_is_the_same_for_every_thread_count() {
    let names: Vec<String> = (0..200).map(|n| format!("d{}/f{n}.py", n % 7)).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), BIND)).collect();
    let folder = folder(&files);
    let one = run(folder.path(), &["fix", "--dry-run", "--threads", "1"]).out;
    assert_eq!(one.matches("\n+++ ").count() + usize::from(one.starts_with("+++ ")), 200);
    for threads in ["2", "8"] {
        assert_eq!(run(folder.path(), &["fix", "--dry-run", "--threads", threads]).out, one);
    }
}

fn what_a_run_has_rewritten_already_still_counts_as_it_was() {
    let taker = "from .net import HTTPConnection\nHTTPConnection('api.example.com')\n";
    let net = "from http.client import HTTPConnection, HTTPSConnection\nHTTPConnection('api.example.com')\n";
    let files = [("app/__init__.py", ""), ("app/a.py", taker), ("app/net.py", net)];
    for threads in ["1", "2"] {
        let folder = folder(&files);
        let fix = |args: &[&str]| run(folder.path(), &[&["fix", "--threads", threads, "."], args].concat());
        let promised = fix(&["--dry-run"]).out;
        assert!(!promised.contains("-from http.client import HTTPConnection, HTTPSConnection"), "{promised}");
        assert_eq!(
            fix(&[]).err.lines().next(),
            Some("Fixed 2 findings in 2 files (3 files read, 2 parsed); nothing left.")
        );
        let written = fs::read_to_string(folder.path().join("app/net.py")).unwrap();
        assert!(written.contains("from http.client import HTTPConnection, HTTPSConnection\n"), "{written}");
    }
}

fn fix_json_has_the_outcomes() {
    let folder = folder(&[("a.py", BIND), ("b.py", PUBLIC)]);
    let report = run(folder.path(), &["fix", "--output-format", "json"]).json();
    assert_eq!(report["findings"][0]["outcome"], "fixed");
    assert_eq!(report["findings"][1]["outcome"], "found");
    assert_eq!(report["summary"]["fixed"], 1);
}

fn stdin_is_checked_under_its_given_name() {
    let folder = folder(&[]);
    let args = ["check", "--output-format", "concise", "--stdin-filename", "web/s.py", "-"];
    let ran = run_stdin(folder.path(), &args, BIND);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.starts_with("web/s.py:3:9:"), "{}", ran.out);
}

fn fix_of_stdin_is_a_filter() {
    let folder = folder(&[]);
    let ran = run_stdin(folder.path(), &["fix", "-"], BIND);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), FIXED));
    assert_eq!(run_stdin(folder.path(), &["fix", "-"], "x = 1").out, "x = 1");
    let dry = run_stdin(folder.path(), &["fix", "--dry-run", "--stdin-filename", "a.py", "-"], BIND);
    assert_eq!(dry.code, Some(1));
    assert!(dry.out.starts_with("--- a/a.py\n+++ b/a.py\n@@ "), "{}", dry.out);
}

fn fix_of_stdin_that_cannot_be_read_as_python_gives_it_back() {
    let folder = folder(&[]);
    let text = format!("{BIND}\0");
    let ran = run_stdin(folder.path(), &["fix", "-"], &text);
    assert_eq!((ran.code, ran.out), (Some(2), text));
}

fn select_and_ignore_take_ids_and_aliases() {
    let folder = folder(&[("a.py", BIND)]);
    for (args, code) in [
        (["--select", "unrestricted-bind"], 1),
        (["--select", "PY031,B309"], 1),
        (["--select", "py031"], 1),
        (["--select", "B309"], 0),
        (["--ignore", "S104"], 0),
    ] {
        assert_eq!(run(folder.path(), &[&["check"], args.as_slice()].concat()).code, Some(code), "{args:?}");
    }
}

fn an_unknown_rule_is_a_usage_error_with_the_nearest_name() {
    let folder = folder(&[]);
    for args in [&["check", "--select", "unrestricted-bnd"][..], &["explain", "unrestricted-bnd"]] {
        let ran = run(folder.path(), args);
        assert_eq!(ran.code, Some(2));
        assert!(ran.err.contains("`unrestricted-bnd`") && ran.err.contains("`unrestricted-bind`"), "{}", ran.err);
    }
}

fn exclude_leaves_out_files_but_not_named_ones() {
    let folder = folder(&[("gen/a.py", BIND), ("b.py", "")]);
    assert_eq!(run(folder.path(), &["check", "--exclude", "gen"]).code, Some(0));
    assert_eq!(run(folder.path(), &["check", "--exclude", "gen", "gen/a.py"]).code, Some(1));
    let bad = run(folder.path(), &["check", "--exclude", "a{b"]);
    assert_eq!(bad.code, Some(2));
    assert!(bad.err.contains("--exclude"), "{}", bad.err);
}

fn rules_and_explain_answer_by_id_and_alias() {
    let folder = folder(&[]);
    let rules = run(folder.path(), &["rules"]);
    assert_eq!(rules.code, Some(0));
    for id in ["plaintext-http-connection", "https-without-context", "unrestricted-bind", "http-server-usage"] {
        assert!(rules.out.contains(id), "{}", rules.out);
        assert_eq!(run(folder.path(), &["explain", id]).code, Some(0));
    }
    assert!(run(folder.path(), &["rules", "--output-format", "json"]).json().as_array().unwrap().len() >= 4);
    assert_eq!(
        run(folder.path(), &["explain", "PY031"]).out,
        run(folder.path(), &["explain", "unrestricted-bind"]).out
    );
}

fn quiet_says_only_the_findings_and_verbose_says_the_time() {
    let folder = folder(&[("a.py", BIND)]);
    assert_eq!(run(folder.path(), &["check", "-q"]).err, "");
    assert!(run(folder.path(), &["check", "-v"]).err.contains("thread"));
}

fn color_is_given_when_asked_for_and_never_in_a_pipe() {
    let folder = folder(&[("a.py", BIND)]);
    assert!(run(folder.path(), &["check", "--color", "always"]).out.contains("\x1b["));
    assert!(!run(folder.path(), &["check"]).out.contains('\x1b'));
    assert!(
        !run(folder.path(), &["fix", "--dry-run", "--color", "always"]).out.contains('\x1b'),
        "a piped diff is exact"
    );
}

fn a_dockerfile_beside_it_makes_a_bind_unsafe() {
    let folder = folder(&[("app/a.py", BIND), ("Dockerfile", "FROM python\n")]);
    let report = run(folder.path(), &["check", "--output-format", "json"]).json();
    assert_eq!(report["findings"][0]["reasons"][0], "container", "{report}");
}

// Bad input.
fn a_bad_flag_is_a_usage_error() {
    let folder = folder(&[]);
    let ran = run(folder.path(), &["check", "--colour"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("--color"), "{}", ran.err);
    assert_eq!(run(folder.path(), &["check", "-", "a.py"]).code, Some(2));
}

fn a_missing_path_is_named_and_the_rest_goes_on() {
    let folder = folder(&[("a.py", BIND)]);
    let ran = run(folder.path(), &["check", "missing.py", "a.py"]);
    assert_eq!(ran.code, Some(2));
    assert_three_parts(&ran, "missing.py");
    assert!(ran.out.contains("a.py:3:9"), "{}", ran.out);
}

fn a_folder_without_python_is_a_warning() {
    let folder = folder(&[("docs/README", "hello")]);
    let ran = run(folder.path(), &["check", "docs"]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.err.contains("no Python files under docs"), "{}", ran.err);
}

/// Each is no Python source: an error with three parts, exit 2, and the file as it was.
fn bytes_that_are_no_source_text_are_an_error() {
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(BIND.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let nul = format!("{BIND}\0\n").into_bytes();
    let no_cookie = [BIND.as_bytes(), b"# caf\xe9\n"].concat();
    for (name, bytes) in [("utf16.py", utf16), ("nul.py", nul), ("no_cookie.py", no_cookie)] {
        let folder = folder(&[]);
        fs::write(folder.path().join(name), &bytes).unwrap();
        for args in [["check"].as_slice(), &["fix"], &["fix", "--dry-run"]] {
            let ran = run(folder.path(), args);
            assert_eq!(ran.code, Some(2), "{name}: {}", ran.err);
            assert_three_parts(&ran, name);
            assert_eq!(ran.out, "");
            assert_eq!(fs::read(folder.path().join(name)).unwrap(), bytes);
        }
    }
}

fn a_syntax_error_far_from_the_site_does_not_stop_the_fix() {
    let folder = folder(&[("a.py", &format!("{BIND}\n\n\ndef broken(:\n    pass\n"))]);
    let ran = run(folder.path(), &["fix"]);
    let text = fs::read_to_string(folder.path().join("a.py")).unwrap();
    assert!(text.starts_with(FIXED), "{text}\n{}", ran.err);
}

fn a_syntax_error_around_the_site_means_no_edit_and_is_named() {
    let text = "import http.client\nc = http.client.HTTPConnection(\"api.example.com\", $ 80)\n";
    let folder = folder(&[("a.py", text)]);
    let ran = run(folder.path(), &["fix"]);
    assert_eq!(fs::read_to_string(folder.path().join("a.py")).unwrap(), text);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert_three_parts(&ran, "a.py");
}

fn a_site_that_a_syntax_error_swallows_is_named() {
    let folder = folder(&[(
        "a.py",
        "import socket\ns = socket.socket(); socket.create_connection(peer.server_address)\ns.bind((\"0.0.0.0\", 8080) if else\n",
    )]);
    let ran = run(folder.path(), &["check", "."]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert_three_parts(&ran, "a.py:3");
}

fn a_line_of_50_megabytes_does_not_flood_the_terminal() {
    let folder = folder(&[("a.py", &BIND.replace("s.bind", &format!("x = '{}'; s.bind", "a".repeat(50 << 20))))]);
    let ran = run(folder.path(), &["check"]);
    assert_eq!(ran.code, Some(2));
    assert_three_parts(&ran, "a.py");
    assert!(ran.out.len() + ran.err.len() < 10_000);
}

fn a_line_of_10_megabytes_is_shown_by_a_window() {
    let folder = folder(&[("a.py", &BIND.replace("s.bind", &format!("x = '{}'; s.bind", "a".repeat(10 << 20))))]);
    let ran = run(folder.path(), &["check"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.out.len() < 10_000, "{} bytes", ran.out.len());
    assert!(ran.out.contains("--> a.py:3:10485"), "{}", ran.out);
}

fn nesting_of_10_000_levels_does_not_crash() {
    let deep = format!("{BIND}x = {}{}\n", "(".repeat(10_000), ")".repeat(10_000));
    let folder = folder(&[("a.py", &deep)]);
    for args in [["check"].as_slice(), &["fix", "--dry-run"]] {
        let ran = run(folder.path(), args);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
        assert_three_parts(&ran, "a.py");
        assert!(ran.err.contains("nested more than 4000 levels deep"), "{}", ran.err);
    }
}

fn the_session_is_refused_off_a_terminal() {
    let folder = folder(&[("a.py", BIND)]);
    let ran = run(folder.path(), &["fix", "--interactive"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("needs a terminal"), "{}", ran.err);
    assert_eq!(fs::read_to_string(folder.path().join("a.py")).unwrap(), BIND);
}
