//! The baseline: what is in it is not reported, fixed or counted, wherever its lines go, and what is wrong with it is said.

use crate::project::{BASELINE, folder, git, run, write};
use crate::sources::BIND;
use crate::trials::{Need, tests};
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

tests! {
    what_is_in_the_baseline_is_neither_reported_nor_fixed_and_is_counted,
    entries_survive_line_moves_and_new_layout_but_not_a_change_of_the_line,
    a_finding_is_the_same_wherever_the_program_is_started_and_whatever_the_path_is_called,
    update_adds_and_drops_prune_only_drops_and_reasons_stay,
    what_a_configuration_leaves_out_keeps_its_entries,
    what_an_update_found_can_be_printed,
    findings_in_a_project_without_a_baseline_are_named,
    a_file_that_cannot_be_read_keeps_its_entries,
    a_broken_baseline_silences_nothing_and_nothing_is_fixed,
    misuse_is_refused_with_what_to_do,
    another_file_may_be_named,
    branches_that_both_add_findings_merge: [Need::Tool("git")],
    #[cfg(unix)]
    a_link_is_not_written_through,
    #[cfg(unix)]
    a_new_baseline_has_the_mode_of_a_new_file,
    #[cfg(unix)]
    a_name_that_is_not_unicode_keeps_its_entry: [NAMES_IN_BYTES],
}

/// A file system whose names need not be Unicode.
#[cfg(unix)]
const NAMES_IN_BYTES: Need = Need::Attempt(|| {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    fs::write(folder.path().join(OsStr::from_bytes(b"caf\xe9.py")), "")
        .map_err(|error| format!("this file system has Unicode names only: {error}"))
});

fn entries(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join(BASELINE)).unwrap();
    text.lines().filter(|line| line.starts_with("  {")).map(str::to_owned).collect()
}

fn what_is_in_the_baseline_is_neither_reported_nor_fixed_and_is_counted() {
    let folder = folder(&[("app/a.py", BIND), ("b.py", BIND)]);
    let made = run(folder.path(), &["baseline", "create"]);
    assert_eq!((made.code, made.out.as_str()), (Some(0), ""));
    assert!(made.err.contains("tightwire-baseline.toml: 2 findings (2 added, 0 dropped)"), "{}", made.err);
    assert_eq!(entries(folder.path()).len(), 2);
    let check = run(folder.path(), &["check"]);
    assert_eq!((check.code, check.out.as_str()), (Some(0), ""), "{}", check.err);
    assert!(check.err.contains("No findings (2 files read, 2 parsed, 2 in the baseline)"), "{}", check.err);
    for args in [&["fix", "--unsafe-fixes"][..], &["fix", "--dry-run"]] {
        assert_eq!(run(folder.path(), args).code, Some(0));
        assert_eq!(fs::read_to_string(folder.path().join("b.py")).unwrap(), BIND);
    }
    let json = run(folder.path(), &["check", "--output-format", "json"]).json();
    assert_eq!(json["findings"][0]["outcome"], "baselined");
    assert_eq!((&json["summary"]["baselined"], &json["summary"]["suppressed"]), (&2.into(), &0.into()));

    write(folder.path(), &[("c.py", BIND)]);
    let new = run(folder.path(), &["check", "--output-format", "concise"]);
    assert_eq!((new.code, new.out.lines().count()), (Some(1), 1));
    assert!(new.out.starts_with("c.py:3:9"), "{}", new.out);
    assert_eq!(run(folder.path(), &["check", "--no-baseline"]).out.matches("medium[").count(), 3);
}

fn entries_survive_line_moves_and_new_layout_but_not_a_change_of_the_line() {
    let folder = folder(&[("a.py", BIND)]);
    run(folder.path(), &["baseline", "create"]);
    for (text, code) in [
        (format!("# moved\n\n\n{BIND}x = 1\n"), 0),
        (BIND.replace("s.bind", "if s:\n    s.bind"), 0),
        (BIND.replace('\n', "\r\n"), 0),
        // One more of the like is one more finding.
        (format!("{BIND}s.bind((\"0.0.0.0\", 8080))\n"), 1),
        (BIND.replace("8080", "8081"), 1),
    ] {
        fs::write(folder.path().join("a.py"), &text).unwrap();
        let ran = run(folder.path(), &["check"]);
        assert_eq!(ran.code, Some(code), "{text}\n{}", ran.err);
        assert_eq!(ran.out.matches("medium[").count(), usize::try_from(code).unwrap());
    }
}

fn a_finding_is_the_same_wherever_the_program_is_started_and_whatever_the_path_is_called() {
    let print = |folder: &Path, from: &str, path: &str| {
        let ran = run(&folder.join(from), &["check", path, "--no-baseline", "--output-format", "json"]);
        let json = ran.json();
        assert_eq!(json["findings"][0]["project_path"], "app/x.py");
        json["findings"][0]["fingerprint"].as_str().unwrap().to_owned()
    };
    let folder = folder(&[("app/x.py", BIND), ("other/y.py", "")]);
    fs::create_dir(folder.path().join(".git")).unwrap();
    let absolute = folder.path().join("app/x.py");
    let expected = print(folder.path(), ".", "app/x.py");
    for (from, path) in [
        (".", "./app/x.py"),
        (".", "."),
        ("app", "x.py"),
        ("app", "."),
        ("other", "../app"),
        (".", absolute.to_str().unwrap()),
    ] {
        assert_eq!(print(folder.path(), from, path), expected, "{path} from {from}");
    }
    run(&folder.path().join("app"), &["baseline", "create"]);
    assert!(entries(folder.path())[0].contains("path = \"app/x.py\""), "it stands at the project's root");
    for (from, path) in [(".", "."), ("app", "x.py"), ("other", "../app/x.py"), ("/", absolute.to_str().unwrap())] {
        assert_eq!(run(&folder.path().join(from), &["check", path]).code, Some(0), "{path} from {from}");
    }
    // Without the repository (an archive of it), the baseline's folder is the root.
    fs::remove_dir(folder.path().join(".git")).unwrap();
    for (from, path) in [(".", "."), ("app", "x.py"), ("other", "../app/x.py"), ("/", absolute.to_str().unwrap())] {
        assert_eq!(run(&folder.path().join(from), &["check", path]).code, Some(0), "{path} from {from}");
    }
}

fn update_adds_and_drops_prune_only_drops_and_reasons_stay() {
    let folder = folder(&[("a.py", BIND), ("b.py", BIND), ("c.py", BIND)]);
    run(folder.path(), &["baseline", "create"]);
    let baseline = folder.path().join(BASELINE);
    let text = fs::read_to_string(&baseline).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let last = lines.iter().rposition(|line| line.starts_with("  {")).unwrap();
    lines[last] = lines[last].replace(" },", ", reason = \"behind a \\\"proxy\\\"\" },");
    fs::write(&baseline, lines.join("\n")).unwrap();

    // a.py is fixed, b.py is gone, d.py is new.
    run(folder.path(), &["fix", "--no-baseline", "a.py"]);
    fs::remove_file(folder.path().join("b.py")).unwrap();
    write(folder.path(), &[("d.py", BIND)]);
    // What a run leaves out keeps its entries.
    for args in [&["baseline", "prune", "--select", "telnet"][..], &["baseline", "update", "c.py"]] {
        assert_eq!(run(folder.path(), args).code, Some(0));
        assert_eq!(entries(folder.path()).len(), 3, "{args:?}");
    }
    let pruned = run(folder.path(), &["baseline", "prune"]);
    assert!(pruned.err.contains("1 finding (0 added, 2 dropped)"), "{}", pruned.err);
    let updated = run(folder.path(), &["baseline", "update"]);
    assert!(updated.err.contains("2 findings (1 added, 0 dropped)"), "{}", updated.err);
    let entries = entries(folder.path());
    assert!(entries[0].contains("c.py") && entries[0].contains("reason = \"behind a \\\"proxy\\\"\""), "{entries:?}");
    assert!(entries[1].contains("d.py"), "{entries:?}");
    let before = fs::metadata(&baseline).unwrap().modified().unwrap();
    run(folder.path(), &["baseline", "update"]);
    assert_eq!(fs::metadata(&baseline).unwrap().modified().unwrap(), before, "nothing changed, nothing is written");
}

fn what_a_configuration_leaves_out_keeps_its_entries() {
    let folder = folder(&[("a.py", BIND), ("tests/b.py", BIND), ("gen/c.py", BIND)]);
    run(folder.path(), &["baseline", "create"]);
    let config = "exclude = [\"gen/\"]\nper-file-ignores = { \"tests/\" = [\"unrestricted-bind\"] }\n";
    write(folder.path(), &[("tightwire.toml", config), ("a.py", "x = 1\n")]);
    let pruned = run(folder.path(), &["baseline", "prune"]);
    assert!(pruned.err.contains("2 findings (0 added, 1 dropped)"), "{}", pruned.err);
}

fn what_an_update_found_can_be_printed() {
    let folder = folder(&[("a.py", BIND)]);
    let made = run(folder.path(), &["baseline", "create", "--output-format", "json"]);
    let json = made.json();
    assert!(entries(folder.path())[0].contains(json["findings"][0]["fingerprint"].as_str().unwrap()));
    assert!(run(folder.path(), &["baseline", "update", "--statistics"]).out.contains("unrestricted-bind"));
}

fn findings_in_a_project_without_a_baseline_are_named() {
    let folder = folder(&[("one/.git/HEAD", ""), ("one/a.py", BIND), ("two/.git/HEAD", ""), ("two/a.py", BIND)]);
    run(folder.path(), &["baseline", "create", "one"]);
    let updated = run(folder.path(), &["baseline", "update"]);
    assert_eq!(updated.code, Some(0));
    assert!(updated.err.contains("1 more finding in projects without a baseline"), "{}", updated.err);
    assert_eq!(run(folder.path(), &["check"]).code, Some(1));
}

fn a_file_that_cannot_be_read_keeps_its_entries() {
    let folder = folder(&[("a.py", BIND)]);
    run(folder.path(), &["baseline", "create"]);
    fs::write(folder.path().join("a.py"), format!("{BIND}\0")).unwrap();
    assert_eq!(run(folder.path(), &["baseline", "update"]).code, Some(2));
    assert_eq!(entries(folder.path()).len(), 1);
}

fn a_broken_baseline_silences_nothing_and_nothing_is_fixed() {
    let folder = folder(&[("a.py", BIND), ("b.py", BIND)]);
    run(folder.path(), &["baseline", "create"]);
    let whole = fs::read_to_string(folder.path().join(BASELINE)).unwrap();
    let conflict = whole.replace("findings = [\n", "findings = [\n<<<<<<< HEAD\n");
    for broken in [whole.replace("]\n", ""), whole.replace("rule =", "role ="), conflict, "\u{1b}[31m".into()] {
        fs::write(folder.path().join(BASELINE), &broken).unwrap();
        for args in [&["check"][..], &["fix"], &["baseline", "update"], &["check", "--baseline", BASELINE]] {
            let ran = run(folder.path(), args);
            assert_eq!(ran.code, Some(2), "{args:?}");
            assert_eq!(ran.err.matches("error: ").count(), 1, "{}", ran.err);
            assert!(ran.err.contains("--> tightwire-baseline.toml") && ran.err.contains("help: "), "{}", ran.err);
            assert!(!ran.err.contains('\u{1b}'), "{}", ran.err);
            assert_eq!(ran.out.matches("medium[").count(), if args == ["check"] { 2 } else { 0 });
        }
        assert_eq!(fs::read_to_string(folder.path().join("a.py")).unwrap(), BIND);
        assert_eq!(fs::read_to_string(folder.path().join(BASELINE)).unwrap(), broken);
    }
}

fn misuse_is_refused_with_what_to_do() {
    let folder = folder(&[("a.py", BIND)]);
    let refused = |args: &[&str], message: &str| {
        let ran = run(folder.path(), args);
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.err);
        assert!(ran.err.contains(message) && ran.err.contains("help: "), "{}", ran.err);
    };
    refused(&["baseline", "update"], "these files have no baseline");
    refused(&["check", "--baseline", "none.toml"], "cannot be read");
    refused(&["baseline", "create", "-"], "standard input");
    refused(&["baseline", "create", "--no-baseline"], "--no-baseline");
    assert_eq!(run(folder.path(), &["baseline", "create"]).code, Some(0));
    refused(&["baseline", "create"], "a baseline already exists: tightwire-baseline.toml");
}

fn another_file_may_be_named() {
    let folder = folder(&[("app/a.py", BIND), ("ci/README", "")]);
    let named = ["--baseline", "ci/known.toml"];
    assert_eq!(run(folder.path(), &[&["baseline", "create"], &named[..]].concat()).code, Some(0));
    let text = fs::read_to_string(folder.path().join("ci/known.toml")).unwrap();
    assert!(text.contains("path = \"../app/a.py\""), "{text}");
    assert_eq!(run(folder.path(), &[&["check"], &named[..]].concat()).code, Some(0));
    assert_eq!(run(folder.path(), &["check"]).code, Some(1));
    fs::remove_file(folder.path().join("app/a.py")).unwrap();
    let pruned = run(folder.path(), &[&["baseline", "prune"], &named[..]].concat());
    assert!(pruned.err.contains("0 findings (0 added, 1 dropped)"), "{}", pruned.err);
}

fn branches_that_both_add_findings_merge() {
    // In each: what both have, what one adds, what the other adds. With `merge=union` any of them merges.
    for (union, common, ours, theirs) in [
        (false, &["b.py", "d.py"][..], "a.py", "c.py"),
        (false, &["b.py", "d.py"], "c.py", "c.py"),
        (true, &["b.py"], "c.py", "d.py"),
        (true, &[], "c.py", "d.py"),
    ] {
        let folder = folder(&[]);
        let path = folder.path();
        git(path, &["init", "-q"]);
        write(path, &common.iter().map(|name| (*name, BIND)).collect::<Vec<_>>());
        write(path, &[("z.py", BIND)]);
        if union {
            write(path, &[(".gitattributes", "tightwire-baseline.toml merge=union\n")]);
        }
        let commit = |add: &str| {
            write(path, &[(add, BIND)]);
            assert_eq!(run(path, &["baseline", "update"]).code, Some(0));
            git(path, &["add", "-A"]);
            git(path, &["commit", "-qm", add]);
        };
        run(path, &["baseline", "create"]);
        git(path, &["add", "-A"]);
        git(path, &["commit", "-qm", "base"]);
        git(path, &["checkout", "-qb", "theirs"]);
        commit(theirs);
        git(path, &["checkout", "-q", "main"]);
        commit(ours);
        git(path, &["merge", "-q", "--no-edit", "theirs"]);
        let ran = run(path, &["check"]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        let merged = entries(path);
        assert_eq!(run(path, &["baseline", "update"]).code, Some(0));
        assert_eq!(entries(path).len(), merged.len());
    }
}

#[cfg(unix)]
fn a_link_is_not_written_through() {
    let folder = folder(&[("a.py", BIND), ("elsewhere.toml", "version = 1\nfindings = []\n")]);
    std::os::unix::fs::symlink("elsewhere.toml", folder.path().join(BASELINE)).unwrap();
    let ran = run(folder.path(), &["baseline", "update"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("it is a symbolic link"), "{}", ran.err);
    assert_eq!(fs::read_to_string(folder.path().join("elsewhere.toml")).unwrap(), "version = 1\nfindings = []\n");
}

#[cfg(unix)]
fn a_new_baseline_has_the_mode_of_a_new_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder(&[("a.py", BIND)]);
    run(folder.path(), &["baseline", "create"]);
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
    assert_eq!(mode(BASELINE), mode("a.py"));
}

/// A file whose name is not Unicode has an entry like any other, though its path there is for the reader only.
#[cfg(unix)]
fn a_name_that_is_not_unicode_keeps_its_entry() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = folder(&[("b.py", BIND)]);
    let odd = folder.path().join(OsStr::from_bytes(b"caf\xe9.py"));
    fs::write(&odd, BIND).unwrap();
    run(folder.path(), &["baseline", "create"]);
    let reasoned = fs::read_to_string(folder.path().join(BASELINE)).unwrap().replace(" },", ", reason = \"kept\" },");
    fs::write(folder.path().join(BASELINE), &reasoned).unwrap();
    for (text, command) in [(BIND, "prune"), (BIND, "update"), ("s.bind((", "update"), (BIND, "prune")] {
        fs::write(&odd, text).unwrap();
        run(folder.path(), &["baseline", command]);
        assert_eq!(fs::read_to_string(folder.path().join(BASELINE)).unwrap(), reasoned, "{command}");
    }
    assert_eq!(run(folder.path(), &["check"]).code, Some(0));
}
