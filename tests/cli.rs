//! What the built program promises at its command line: output, exit codes, and every kind of bad input.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "a test fails by panicking")]

mod terminal;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const BIND: &str = "import socket\ns = socket.socket()\ns.bind((\"0.0.0.0\", 8080))\n";
const FIXED: &str = "import socket\ns = socket.socket()\ns.bind((\"127.0.0.1\", 8080))\n";
const PUBLIC: &str = "import socket\ns = socket.socket()\ns.bind((\"0.0.0.0\", 80))\n";

/// Where runs keep their state; not in the home of whoever runs the tests.
const STATE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/state");

/// A folder with `files`, which is its own project.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tightwire"));
    command.current_dir(folder).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").stdin(Stdio::null());
    command.env("TIGHTWIRE_STATE_DIR", STATE);
    command
}

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn ran(output: &Output) -> Ran {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let ran = Ran { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) };
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    ran
}

fn run(folder: &Path, args: &[&str]) -> Ran {
    ran(&command(folder).args(args).output().unwrap())
}

fn run_with_input(folder: &Path, args: &[&str], input: &[u8]) -> Ran {
    let mut child =
        command(folder).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    ran(&child.wait_with_output().unwrap())
}

fn json(ran: &Ran) -> serde_json::Value {
    serde_json::from_str(&ran.out).unwrap()
}

/// An error has three parts: what, where, what to do.
fn assert_three_parts(ran: &Ran, place: &str) {
    assert!(ran.err.contains("error: "), "{}", ran.err);
    assert!(ran.err.contains(&format!("--> {place}")), "{}", ran.err);
    assert!(ran.err.contains("help: "), "{}", ran.err);
}

// Commands and output.

#[test]
fn an_empty_rule_name_is_refused() {
    let folder = folder(&[("a.py", BIND.as_bytes())]);
    for option in ["--select=", "--ignore=", "--select=unrestricted-bind,"] {
        let ran = run(folder.path(), &["check", option]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{option}");
        assert!(ran.err.contains("is empty"), "{}", ran.err);
    }
}

#[test]
fn a_configuration_that_cannot_be_used_is_told_once_and_fails() {
    let config = b"target-versoin = '3.8'\n";
    let folder = folder(&[
        ("a.py", BIND.as_bytes()),
        ("b.py", BIND.as_bytes()),
        ("c.py", b"x = 1\n"),
        ("tightwire.toml", config),
    ]);
    let ran = run(folder.path(), &["fix"]);
    assert_eq!(ran.code, Some(2));
    assert_eq!(ran.err.matches("`target-versoin` is no setting").count(), 1, "{}", ran.err);
    assert!(ran.err.contains("tightwire.toml") && ran.err.contains("did you mean `target-version`?"), "{}", ran.err);
    assert_eq!(fs::read_to_string(folder.path().join("a.py")).unwrap(), BIND);
}

#[test]
fn check_reports_on_stdout_sums_up_on_stderr_and_exits_with_1() {
    let folder = folder(&[("app/a.py", BIND.as_bytes()), ("b.py", b"x = 1\n")]);
    let ran = run(folder.path(), &["check"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("warning[unrestricted-bind]"), "{}", ran.out);
    assert!(ran.out.contains("--> app/a.py:3:9"), "{}", ran.out);
    assert!(ran.out.contains("s.bind((\"0.0.0.0\", 8080))"), "{}", ran.out);
    assert!(ran.err.contains("1 finding in 1 file (2 files read, 1 parsed)"), "{}", ran.err);
    assert_eq!(fs::read_to_string(folder.path().join("app/a.py")).unwrap(), BIND);
}

#[test]
fn check_of_clean_files_exits_with_0() {
    let folder = folder(&[("a.py", b"x = 1\n")]);
    let ran = run(folder.path(), &["check"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""));
}

#[test]
fn an_unsafe_fix_is_named_with_its_reason() {
    let folder = folder(&[("a.py", PUBLIC.as_bytes())]);
    let ran = run(folder.path(), &["check"]);
    assert!(ran.out.contains("the port is that of a public service"), "{}", ran.out);
    assert!(ran.out.contains("--unsafe-fixes"), "{}", ran.out);
}

#[test]
fn concise_is_one_line_a_finding() {
    let folder = folder(&[("a.py", BIND.as_bytes())]);
    let ran = run(folder.path(), &["check", "--output-format", "concise"]);
    assert!(ran.out.starts_with("a.py:3:9: unrestricted-bind "), "{}", ran.out);
    assert!(ran.out.ends_with(" [safe]\n"), "{}", ran.out);
}

#[test]
fn json_gives_disk_offsets_and_code_point_columns() {
    let text = "\u{feff}import socket\r\ns = socket.socket()\r\nx = 'äö'; s.bind((\"0.0.0.0\", 8080))\r\n";
    let folder = folder(&[("a.py", text.as_bytes())]);
    let ran = run(folder.path(), &["check", "--output-format", "json"]);
    let report = json(&ran);
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

#[test]
fn a_fingerprint_survives_lines_above_it() {
    let print = |text: String| {
        let folder = folder(&[("a.py", text.as_bytes())]);
        json(&run(folder.path(), &["check", "--output-format", "json"]))["findings"][0]["fingerprint"].clone()
    };
    assert_eq!(print(BIND.to_owned()), print(format!("# more\n\n{BIND}")));
    assert!(print(BIND.to_owned()).as_str().unwrap().len() >= 16);
}

#[test]
fn suppressed_findings_are_silent_but_stand_in_json() {
    let text = BIND.replace("8080))", "8080))  # tightwire: ignore");
    let folder = folder(&[("a.py", text.as_bytes())]);
    let ran = run(folder.path(), &["check"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""));
    let report = json(&run(folder.path(), &["check", "--output-format", "json"]));
    assert_eq!(report["findings"][0]["outcome"], "suppressed");
    assert_eq!(report["summary"]["findings"], 0);
}

#[test]
fn fix_rewrites_safe_findings_and_says_what_is_left() {
    let folder = folder(&[("a.py", BIND.as_bytes()), ("b.py", PUBLIC.as_bytes())]);
    let ran = run(folder.path(), &["fix"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(fs::read_to_string(folder.path().join("a.py")).unwrap(), FIXED);
    assert_eq!(fs::read_to_string(folder.path().join("b.py")).unwrap(), PUBLIC);
    assert!(ran.out.contains("a.py: fixed 1 (unrestricted-bind 1)"), "{}", ran.out);
    assert!(ran.err.contains("1 left: 1 with an unsafe fix (`--unsafe-fixes`)"), "{}", ran.err);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left beside the files");
}

#[test]
fn fix_takes_unsafe_fixes_when_asked() {
    let folder = folder(&[("b.py", PUBLIC.as_bytes())]);
    assert_eq!(run(folder.path(), &["fix", "--unsafe-fixes"]).code, Some(0));
    assert!(fs::read_to_string(folder.path().join("b.py")).unwrap().contains("127.0.0.1"));
}

#[test]
fn a_dry_run_prints_nothing_but_a_diff_that_git_and_patch_apply() {
    let latin1 =
        b"# -*- coding: latin-1 -*-\r\nimport socket\r\ns = socket.socket()  # caf\xe9\r\ns.bind((\"\", 8080))"
            .to_vec();
    let files: &[(&str, &[u8])] = &[("app/a b.py", BIND.as_bytes()), ("crlf.py", &latin1)];
    let folder = folder(files);
    let output = command(folder.path()).args(["fix", "--dry-run"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(fs::read(folder.path().join("crlf.py")).unwrap(), latin1);
    assert!(output.stdout.starts_with(b"--- a/app/a b.py"));
    let diff = folder.path().join("fix.diff");
    fs::write(&diff, &output.stdout).unwrap();
    for tool in [["git", "apply", "fix.diff"].as_slice(), &["patch", "-p1", "--binary", "-i", "fix.diff"]] {
        for (path, bytes) in files {
            fs::write(folder.path().join(path), bytes).unwrap();
        }
        let Ok(applied) = Command::new(tool[0]).args(&tool[1..]).current_dir(folder.path()).output() else {
            println!("skipped: {} is not on this machine", tool[0]);
            continue;
        };
        assert!(applied.status.success(), "{tool:?}: {}", String::from_utf8_lossy(&applied.stderr));
        assert_eq!(fs::read_to_string(folder.path().join("app/a b.py")).unwrap(), FIXED);
        let fixed = fs::read(folder.path().join("crlf.py")).unwrap();
        assert!(fixed.ends_with(b"# caf\xe9\r\ns.bind((\"127.0.0.1\", 8080))"), "{}", fixed.escape_ascii());
    }
}

#[test]
fn the_diff_is_the_same_for_every_thread_count() {
    let names: Vec<String> = (0..200).map(|n| format!("d{}/f{n}.py", n % 7)).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), BIND.as_bytes())).collect();
    let folder = folder(&files);
    let one = run(folder.path(), &["fix", "--dry-run", "--threads", "1"]).out;
    assert_eq!(one.matches("\n+++ ").count() + usize::from(one.starts_with("+++ ")), 200);
    for threads in ["2", "8"] {
        assert_eq!(run(folder.path(), &["fix", "--dry-run", "--threads", threads]).out, one);
    }
}

#[test]
fn fix_json_has_the_outcomes() {
    let folder = folder(&[("a.py", BIND.as_bytes()), ("b.py", PUBLIC.as_bytes())]);
    let report = json(&run(folder.path(), &["fix", "--output-format", "json"]));
    assert_eq!(report["findings"][0]["outcome"], "fixed");
    assert_eq!(report["findings"][1]["outcome"], "found");
    assert_eq!(report["summary"]["fixed"], 1);
}

#[test]
fn stdin_is_checked_under_its_given_name() {
    let folder = folder(&[]);
    let args = ["check", "--output-format", "concise", "--stdin-filename", "web/s.py", "-"];
    let ran = run_with_input(folder.path(), &args, BIND.as_bytes());
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.starts_with("web/s.py:3:9:"), "{}", ran.out);
}

#[test]
fn fix_of_stdin_is_a_filter() {
    let folder = folder(&[]);
    let ran = run_with_input(folder.path(), &["fix", "-"], BIND.as_bytes());
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), FIXED));
    assert_eq!(run_with_input(folder.path(), &["fix", "-"], b"x = 1").out, "x = 1");
    let dry = run_with_input(folder.path(), &["fix", "--dry-run", "--stdin-filename", "a.py", "-"], BIND.as_bytes());
    assert_eq!(dry.code, Some(1));
    assert!(dry.out.starts_with("--- a/a.py\n+++ b/a.py\n@@ "), "{}", dry.out);
}

#[test]
fn fix_of_stdin_that_cannot_be_read_as_python_gives_it_back() {
    let folder = folder(&[]);
    let text = format!("{BIND}\0");
    let ran = run_with_input(folder.path(), &["fix", "-"], text.as_bytes());
    assert_eq!((ran.code, ran.out), (Some(2), text));
}

#[test]
fn select_and_ignore_take_ids_and_aliases() {
    let folder = folder(&[("a.py", BIND.as_bytes())]);
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

#[test]
fn an_unknown_rule_is_a_usage_error_with_the_nearest_name() {
    let folder = folder(&[]);
    for args in [&["check", "--select", "unrestricted-bnd"][..], &["explain", "unrestricted-bnd"]] {
        let ran = run(folder.path(), args);
        assert_eq!(ran.code, Some(2));
        assert!(ran.err.contains("`unrestricted-bnd`") && ran.err.contains("`unrestricted-bind`"), "{}", ran.err);
    }
}

#[test]
fn exclude_leaves_out_files_but_not_named_ones() {
    let folder = folder(&[("gen/a.py", BIND.as_bytes()), ("b.py", b"")]);
    assert_eq!(run(folder.path(), &["check", "--exclude", "gen"]).code, Some(0));
    assert_eq!(run(folder.path(), &["check", "--exclude", "gen", "gen/a.py"]).code, Some(1));
    let bad = run(folder.path(), &["check", "--exclude", "a{b"]);
    assert_eq!(bad.code, Some(2));
    assert!(bad.err.contains("--exclude"), "{}", bad.err);
}

#[test]
fn rules_and_explain_answer_by_id_and_alias() {
    let folder = folder(&[]);
    let rules = run(folder.path(), &["rules"]);
    assert_eq!(rules.code, Some(0));
    for id in ["plaintext-http-connection", "https-without-context", "unrestricted-bind", "http-server-usage"] {
        assert!(rules.out.contains(id), "{}", rules.out);
        assert_eq!(run(folder.path(), &["explain", id]).code, Some(0));
    }
    assert!(json(&run(folder.path(), &["rules", "--output-format", "json"])).as_array().unwrap().len() >= 4);
    assert_eq!(
        run(folder.path(), &["explain", "PY031"]).out,
        run(folder.path(), &["explain", "unrestricted-bind"]).out
    );
}

#[test]
fn quiet_says_only_the_findings_and_verbose_says_the_time() {
    let folder = folder(&[("a.py", BIND.as_bytes())]);
    assert_eq!(run(folder.path(), &["check", "-q"]).err, "");
    assert!(run(folder.path(), &["check", "-v"]).err.contains("thread"));
}

#[test]
fn color_is_given_when_asked_for_and_never_in_a_pipe() {
    let folder = folder(&[("a.py", BIND.as_bytes())]);
    assert!(run(folder.path(), &["check", "--color", "always"]).out.contains("\x1b["));
    assert!(!run(folder.path(), &["check"]).out.contains('\x1b'));
    assert!(
        !run(folder.path(), &["fix", "--dry-run", "--color", "always"]).out.contains('\x1b'),
        "a piped diff is exact"
    );
}

#[test]
fn a_dockerfile_beside_it_makes_a_bind_unsafe() {
    let folder = folder(&[("app/a.py", BIND.as_bytes()), ("Dockerfile", b"FROM python\n")]);
    let report = json(&run(folder.path(), &["check", "--output-format", "json"]));
    assert_eq!(report["findings"][0]["reasons"][0], "container", "{report}");
}

// Bad input.

#[test]
fn a_bad_flag_is_a_usage_error() {
    let folder = folder(&[]);
    let ran = run(folder.path(), &["check", "--colour"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("--color"), "{}", ran.err);
    assert_eq!(run(folder.path(), &["check", "-", "a.py"]).code, Some(2));
}

#[test]
fn a_missing_path_is_named_and_the_rest_goes_on() {
    let folder = folder(&[("a.py", BIND.as_bytes())]);
    let ran = run(folder.path(), &["check", "missing.py", "a.py"]);
    assert_eq!(ran.code, Some(2));
    assert_three_parts(&ran, "missing.py");
    assert!(ran.out.contains("a.py:3:9"), "{}", ran.out);
}

#[test]
fn a_folder_without_python_is_a_warning() {
    let folder = folder(&[("docs/README", b"hello")]);
    let ran = run(folder.path(), &["check", "docs"]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.err.contains("no Python files under docs"), "{}", ran.err);
}

/// Each is no Python source: an error with three parts, exit 2, and the file as it was.
#[test]
fn bytes_that_are_no_source_text_are_an_error() {
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(BIND.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let nul = format!("{BIND}\0\n").into_bytes();
    let no_cookie = [BIND.as_bytes(), b"# caf\xe9\n"].concat();
    for (name, bytes) in [("utf16.py", utf16), ("nul.py", nul), ("no_cookie.py", no_cookie)] {
        let folder = folder(&[(name, &bytes)]);
        for args in [["check"].as_slice(), &["fix"], &["fix", "--dry-run"]] {
            let ran = run(folder.path(), args);
            assert_eq!(ran.code, Some(2), "{name}: {}", ran.err);
            assert_three_parts(&ran, name);
            assert_eq!(ran.out, "");
            assert_eq!(fs::read(folder.path().join(name)).unwrap(), bytes);
        }
    }
}

#[test]
fn a_syntax_error_far_from_the_site_does_not_stop_the_fix() {
    let folder = folder(&[("a.py", format!("{BIND}\n\n\ndef broken(:\n    pass\n").as_bytes())]);
    let ran = run(folder.path(), &["fix"]);
    let text = fs::read_to_string(folder.path().join("a.py")).unwrap();
    assert!(text.starts_with(FIXED), "{text}\n{}", ran.err);
}

#[test]
fn a_syntax_error_around_the_site_means_no_edit_and_is_named() {
    let text = "import http.client\nc = http.client.HTTPConnection(\"api.example.com\", $ 80)\n";
    let folder = folder(&[("a.py", text.as_bytes())]);
    let ran = run(folder.path(), &["fix"]);
    assert_eq!(fs::read_to_string(folder.path().join("a.py")).unwrap(), text);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert_three_parts(&ran, "a.py");
}

#[test]
fn a_site_that_a_syntax_error_swallows_is_named() {
    let folder = folder(&[("a.py", b"import socket\ns = socket.socket()\ns.bind((\"0.0.0.0\", 8080) if else\n")]);
    let ran = run(folder.path(), &["check", "."]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert_three_parts(&ran, "a.py:3");
}

#[test]
fn a_line_of_50_megabytes_does_not_flood_the_terminal() {
    let long = format!("x = '{}'; ", "a".repeat(50 << 20));
    let folder = folder(&[(
        "a.py",
        format!("import socket\ns = socket.socket()\n{long}s.bind((\"0.0.0.0\", 8080))\n").as_bytes(),
    )]);
    let ran = run(folder.path(), &["check"]);
    assert_eq!(ran.code, Some(2));
    assert_three_parts(&ran, "a.py");
    assert!(ran.out.len() + ran.err.len() < 10_000);
}

#[test]
fn a_line_of_10_megabytes_is_shown_by_a_window() {
    let long = format!("x = '{}'; ", "a".repeat(10 << 20));
    let folder = folder(&[(
        "a.py",
        format!("import socket\ns = socket.socket()\n{long}s.bind((\"0.0.0.0\", 8080))\n").as_bytes(),
    )]);
    let ran = run(folder.path(), &["check"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.out.len() < 10_000, "{} bytes", ran.out.len());
    assert!(ran.out.contains("--> a.py:3:10485"), "{}", ran.out);
}

#[test]
fn nesting_of_10_000_levels_does_not_crash() {
    let deep = format!("{BIND}x = {}{}\n", "(".repeat(10_000), ")".repeat(10_000));
    let folder = folder(&[("a.py", deep.as_bytes())]);
    for args in [["check"].as_slice(), &["fix", "--dry-run"]] {
        let ran = run(folder.path(), args);
        assert!(matches!(ran.code, Some(1 | 2)), "{:?} {}", ran.code, ran.err);
    }
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    #[test]
    fn an_unreadable_file_is_named_and_the_rest_goes_on() {
        let folder = folder(&[("a.py", BIND.as_bytes())]);
        // Reads of it fail with EIO for every user, root too.
        if !Path::new("/proc/self/mem").exists() {
            println!("skipped: no /proc on this machine");
            return;
        }
        let ran = run(folder.path(), &["check", "/proc/self/mem", "a.py"]);
        assert_eq!(ran.code, Some(2));
        assert_three_parts(&ran, "/proc/self/mem");
        assert!(ran.out.contains("a.py:3:9"));
    }

    #[test]
    fn a_file_or_folder_without_read_permission_is_named() {
        let folder = folder(&[("a.py", BIND.as_bytes()), ("secret.py", b""), ("locked/b.py", b"")]);
        for name in ["secret.py", "locked"] {
            fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o000)).unwrap();
        }
        if fs::read(folder.path().join("secret.py")).is_ok() {
            println!("skipped: this user (root?) may read everything");
        } else {
            let ran = run(folder.path(), &["check"]);
            assert_eq!(ran.code, Some(2));
            assert_three_parts(&ran, "secret.py");
            assert_three_parts(&ran, "locked");
            assert!(ran.out.contains("a.py:3:9"));
        }
        fs::set_permissions(folder.path().join("locked"), fs::Permissions::from_mode(0o700)).unwrap();
    }

    #[test]
    fn a_read_only_file_is_refused_and_left() {
        let folder = folder(&[("a.py", BIND.as_bytes())]);
        let path = folder.path().join("a.py");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        let ran = run(folder.path(), &["fix"]);
        assert_eq!(ran.code, Some(2));
        assert_three_parts(&ran, "a.py");
        assert!(ran.err.contains("read-only"), "{}", ran.err);
        assert_eq!(fs::read_to_string(&path).unwrap(), BIND);
        let report = json(&run(folder.path(), &["fix", "--output-format", "json"]));
        assert_eq!(report["findings"][0]["outcome"], "failed");
        assert_eq!(report["errors"][0]["path"], "a.py");
    }

    #[test]
    fn the_mode_of_a_fixed_file_is_kept() {
        let folder = folder(&[("a.py", BIND.as_bytes())]);
        let path = folder.path().join("a.py");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        run(folder.path(), &["fix"]);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o755);
    }

    #[test]
    fn dangling_links_and_loops_are_passed_over_in_a_walk_and_named_when_given() {
        let folder = folder(&[("a.py", BIND.as_bytes())]);
        symlink("nowhere.py", folder.path().join("dangling.py")).unwrap();
        symlink(".", folder.path().join("loop")).unwrap();
        symlink("round.py", folder.path().join("round.py")).unwrap();
        let walked = run(folder.path(), &["check"]);
        assert_eq!(walked.code, Some(1), "{}", walked.err);
        for link in ["dangling.py", "round.py"] {
            let ran = run(folder.path(), &["check", link]);
            assert_eq!(ran.code, Some(2));
            assert_three_parts(&ran, link);
        }
    }

    #[test]
    fn a_link_out_of_the_tree_is_never_written_through() {
        let outside = folder(&[("t.py", BIND.as_bytes())]);
        let folder = folder(&[("a.py", b"")]);
        symlink(outside.path().join("t.py"), folder.path().join("link.py")).unwrap();
        symlink(outside.path(), folder.path().join("linked")).unwrap();
        assert_eq!(run(folder.path(), &["fix"]).code, Some(0));
        assert_eq!(run(folder.path(), &["check", "link.py"]).code, Some(1), "a check reads what it is given");
        for args in [["fix", "link.py"].as_slice(), &["fix", "--dry-run", "link.py"]] {
            let ran = run(folder.path(), args);
            assert_eq!(ran.code, Some(2));
            assert_three_parts(&ran, "link.py");
            assert_eq!(ran.out.matches("127.0.0.1").count(), 0, "{}", ran.out);
        }
        assert_eq!(fs::read_to_string(outside.path().join("t.py")).unwrap(), BIND);
    }

    #[test]
    fn a_closed_stdout_ends_the_program_quietly() {
        let names: Vec<String> = (0..2000).map(|n| format!("f{n}.py")).collect();
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), BIND.as_bytes())).collect();
        let folder = folder(&files);
        for args in [["check"].as_slice(), &["fix", "--dry-run"], &["check", "--output-format", "json"]] {
            let mut child =
                command(folder.path()).args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            drop(child.stdout.take());
            let ran = ran(&child.wait_with_output().unwrap());
            assert_eq!(ran.code, Some(0), "{}", ran.err);
            assert!(!ran.err.contains("error"), "{}", ran.err);
        }
    }

    #[test]
    fn a_full_disk_under_stdout_is_an_error() {
        let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else {
            println!("skipped: no /dev/full on this machine");
            return;
        };
        let folder = folder(&[("a.py", BIND.as_bytes())]);
        let ran = ran(&command(folder.path()).arg("check").stdout(full).output().unwrap());
        assert_eq!(ran.code, Some(2));
        assert!(ran.err.contains("standard output"), "{}", ran.err);
    }

    #[test]
    fn escapes_and_bidi_controls_in_names_and_source_are_made_visible() {
        let text = BIND.replace("8080))", "8080))  # \x1b[31m\u{202e}red");
        let folder = folder(&[("e\x1b[2J\u{202e}vil\n.py", text.as_bytes())]);
        for format in ["text", "concise", "json"] {
            let ran = run(folder.path(), &["check", "--output-format", format]);
            assert_eq!(ran.code, Some(1));
            assert!(!ran.out.contains(['\x1b', '\u{202e}']), "{format}: {}", ran.out.escape_debug());
        }
        let ran = run(folder.path(), &["check", "\x1b]0;title\x07.py"]);
        assert!(!ran.err.contains(['\x1b', '\x07']), "{}", ran.err.escape_debug());
        let fixed = run(folder.path(), &["fix"]);
        assert!(!fixed.out.contains('\x1b'));
    }

    #[test]
    fn a_diff_shows_escapes_at_a_terminal_and_keeps_them_in_a_pipe() {
        let text = BIND.replace("8080))", "8080))  # \x1b[2J\u{202e}red");
        let folder = folder(&[("a.py", text.as_bytes())]);
        assert!(run(folder.path(), &["fix", "--dry-run"]).out.contains("\x1b[2J\u{202e}"));
        let args = ["fix", "--dry-run", "--color", "never"];
        let terminal = crate::terminal::Terminal::new(Path::new(STATE));
        let Some(session) = terminal.run(folder.path(), &args) else { return };
        assert!(!session.shown.contains(['\x1b', '\u{202e}']), "{}", session.shown.escape_debug());
        assert!(session.shown.contains("\u{241b}[2J\\u{202e}red"), "{}", session.shown);
    }
}

#[test]
fn the_session_is_refused_off_a_terminal() {
    let folder = folder(&[("a.py", BIND.as_bytes())]);
    let ran = run(folder.path(), &["fix", "--interactive"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("needs a terminal"), "{}", ran.err);
    assert_eq!(fs::read_to_string(folder.path().join("a.py")).unwrap(), BIND);
}
