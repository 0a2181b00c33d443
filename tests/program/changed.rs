//! Runs over what changed: real repositories, odd names, and everything that git may refuse.

use crate::project::{PROGRAM, git, run, run_with, write};
use crate::sources::BIND;
use crate::trials::{Need, tests};
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

tests! {
    since_is_what_this_branch_changed_and_what_git_does_not_know: [GIT],
    #[cfg(unix)]
    names_that_need_quoting_are_found: [GIT],
    changed_lines_are_findings_in_statements_that_changed: [GIT],
    a_syntax_error_in_lines_that_did_not_change_is_not_told: [GIT],
    what_is_staged_is_fixed_unless_more_than_that_changed: [GIT],
    what_is_staged_but_gone_is_not_passed_over: [GIT],
    what_is_gone_but_would_not_be_looked_at_is_not_missed: [GIT],
    what_was_renamed_deleted_or_is_a_submodule_is_no_error: [GIT],
    #[cfg(unix)]
    names_may_hold_anything: [GIT],
    #[cfg(unix)]
    in_a_hook_what_is_being_committed_counts: [GIT],
    the_first_commit_can_be_staged: [GIT],
    a_repository_inside_of_another_is_not_its_own: [GIT],
    what_git_cannot_answer_is_an_error_in_three_parts_and_nothing_is_done: [GIT],
    #[cfg(unix)]
    a_repository_of_somebody_else_is_refused_with_what_to_do: [GIT, GIVING_AWAY],
    #[cfg(unix)]
    no_setting_of_the_repository_gets_in_the_way: [GIT],
}

const GIT: Need = Need::Tool("git");

/// A user who is not this one.
#[cfg(unix)]
const NOBODY: u32 = 65534;

/// A user who may give files away.
#[cfg(unix)]
const GIVING_AWAY: Need = Need::Attempt(|| {
    let file = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
    std::os::unix::fs::chown(file.path(), Some(NOBODY), None)
        .map_err(|error| format!("this user may not give files away: {error}"))
});

/// `path:line` of each finding.
fn found(folder: &Path, args: &[&str]) -> Vec<String> {
    let ran = run(folder, &[&["check", "--output-format", "concise"], args].concat());
    assert!(matches!(ran.code, Some(0 | 1)), "{args:?}: {}", ran.err);
    let place = |line: &str| line.split(':').take(2).collect::<Vec<_>>().join(":");
    ran.out.lines().map(place).collect()
}

/// A repository with one commit of `files`, on the branch `main`.
fn repository(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q"]);
    write(folder.path(), files);
    commit(folder.path());
    folder
}

fn commit(folder: &Path) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-qm", "x", "--allow-empty"]);
}

fn since_is_what_this_branch_changed_and_what_git_does_not_know() {
    let files =
        [("old.py", BIND), ("app/touched.py", BIND), ("gone.py", BIND), ("renamed.py", BIND), ("theirs.py", BIND)];
    let folder = repository(&files);
    let folder = folder.path();
    git(folder, &["checkout", "-qb", "topic"]);
    write(folder, &[("app/touched.py", &format!("{BIND}# more\n")), ("new file.py", BIND)]);
    git(folder, &["mv", "renamed.py", "app/moved.py"]);
    git(folder, &["rm", "-q", "gone.py"]);
    commit(folder);
    // The other branch goes on: what it changed is not ours.
    git(folder, &["checkout", "-q", "main"]);
    write(folder, &[("theirs.py", &format!("# theirs\n{BIND}"))]);
    commit(folder);
    git(folder, &["checkout", "-q", "topic"]);
    write(folder, &[("untracked.py", BIND), (".gitignore", "ignored.py\n"), ("ignored.py", BIND)]);
    let expected = ["app/moved.py:3", "app/touched.py:3", "new file.py:3", "untracked.py:3"];
    assert_eq!(found(folder, &["--since", "main"]), expected);
    assert_eq!(found(&folder.join("app"), &["--since", "main"]), ["moved.py:3", "touched.py:3"]);
    assert_eq!(found(&folder.join("app"), &["--since", "main", "../untracked.py", "../old.py"]), ["../untracked.py:3"]);
    assert_eq!(found(folder, &["--since", "HEAD"]), ["untracked.py:3"]);

    let dry = run(folder, &["fix", "--dry-run", "--since", "main"]);
    assert_eq!((dry.code, dry.out.matches("--- a/").count()), (Some(1), 4), "{}", dry.err);
    assert_eq!(run(folder, &["fix", "--since", "main"]).code, Some(0));
    assert_eq!(fs::read_to_string(folder.join("old.py")).unwrap(), BIND);
    assert_ne!(fs::read_to_string(folder.join("untracked.py")).unwrap(), BIND);
}

#[cfg(unix)]
fn names_that_need_quoting_are_found() {
    let odd = ["a\tb.py", "a\nb.py", "\"q\".py", "-x.py", "ä \\.py", " b.py", "b c.py", ":(glob)x.py"];
    let folder = repository(&odd.map(|name| (name, "x = 1\n")));
    let folder = folder.path();
    odd.iter().for_each(|name| fs::write(folder.join(name), BIND).unwrap());
    git(folder, &["add", "-A"]);
    for args in [&["--since", "HEAD"][..], &["--staged"], &["--changed-lines", "HEAD"]] {
        assert_eq!(found(folder, args).len(), odd.len(), "{args:?}");
    }
}

fn changed_lines_are_findings_in_statements_that_changed() {
    let long = "import socket\nADDRESS = (\n    \"0.0.0.0\",\n    8080,\n)\ns = socket.socket(); socket.create_connection(peer.server_address)\ns.bind(ADDRESS)\n";
    let spread =
        "import http.client\nconn = http.client.HTTPSConnection(\n    'h',\n    timeout=3,\n    context=make(),\n)\n";
    let files =
        [("a.py", BIND), ("long.py", long), ("sink.py", long), ("old.py", long), ("spread.py", spread), ("m.py", BIND)];
    let folder = repository(&files);
    let folder = folder.path();
    git(folder, &["checkout", "-qb", "topic"]);
    git(folder, &["mv", "m.py", "moved.py"]);
    write(
        folder,
        &[
            // A new finding beside an old one.
            ("a.py", &format!("# above\n{BIND}s.bind((\"0.0.0.0\", 9090))\n")),
            ("long.py", &long.replace("8080", "9090")),
            ("sink.py", &long.replace("s.bind(ADDRESS)", "s.bind(ADDRESS)  # here")),
            ("old.py", &format!("{long}x = 1\n")),
            // What is taken out of a call changes the call.
            ("spread.py", &spread.replace("    context=make(),\n", "")),
            ("new.py", BIND),
        ],
    );
    let expected = ["a.py:5", "long.py:3", "new.py:3", "sink.py:3", "spread.py:2"];
    assert_eq!(found(folder, &["--changed-lines", "main"]), expected);
    assert_eq!(found(folder, &["--changed-lines", "main", "moved.py"]), [] as [&str; 0], "a new name changes no line");
    let json = run(folder, &["check", "--changed-lines", "main", "--output-format", "json", "a.py"]).json();
    assert_eq!(json["summary"]["findings"], 1);
    assert_eq!(run(folder, &["fix", "--changed-lines", "main"]).code, Some(0));
    let fixed = fs::read_to_string(folder.join("a.py")).unwrap();
    assert_eq!(fixed, format!("# above\n{BIND}s.bind((\"127.0.0.1\", 9090))\n"));
    assert_eq!(fs::read_to_string(folder.join("old.py")).unwrap(), format!("{long}x = 1\n"));
}

fn a_syntax_error_in_lines_that_did_not_change_is_not_told() {
    let broken = "import socket\ns = socket.socket(); socket.create_connection(peer.server_address)\ns.bind((\"0.0.0.0\", 8080) if else\n\n\n";
    let folder = repository(&[("a.py", broken)]);
    fs::write(folder.path().join("a.py"), format!("# above\n{broken}")).unwrap();
    assert_eq!(run(folder.path(), &["check"]).code, Some(2));
    let ran = run(folder.path(), &["check", "--changed-lines", "HEAD"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
}

fn what_is_staged_is_fixed_unless_more_than_that_changed() {
    let folder = repository(&[("a.py", "x = 1\n"), ("b.py", "x = 1\n"), ("c.py", "x = 1\n")]);
    let folder = folder.path();
    write(folder, &[("a.py", BIND), ("b.py", BIND), ("c.py", BIND)]);
    git(folder, &["add", "a.py", "b.py"]);
    let more = format!("{BIND}# not yet\n");
    write(folder, &[("b.py", &more)]);
    assert_eq!(found(folder, &["--staged"]), ["a.py:3", "b.py:3"]);
    let check = run(folder, &["check", "--staged"]);
    assert!(check.err.contains("warning: b.py has unstaged changes"), "{}", check.err);
    for args in [&["fix", "--staged", "--dry-run"][..], &["fix", "--staged"]] {
        let ran = run(folder, args);
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        assert!(ran.err.contains("not fixed: it has unstaged changes") && ran.err.contains("--> b.py"));
        assert!(ran.err.contains("help: stage them"), "{}", ran.err);
    }
    assert!(fs::read_to_string(folder.join("a.py")).unwrap().contains("127.0.0.1"));
    assert_eq!(fs::read_to_string(folder.join("b.py")).unwrap(), more);
    assert_eq!(fs::read_to_string(folder.join("c.py")).unwrap(), BIND);
}

fn what_is_staged_but_gone_is_not_passed_over() {
    let folder = repository(&[("other/b.py", "x = 1\n")]);
    let folder = folder.path();
    write(folder, &[("app/a.py", BIND), ("app/notes.txt", "")]);
    git(folder, &["add", "-A"]);
    fs::remove_dir_all(folder.join("app")).unwrap();
    let ran = run(folder, &["check", "--staged"]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(
        ran.err.contains("it is staged, but missing from the worktree") && ran.err.contains("--> app/a.py"),
        "{}",
        ran.err
    );
    assert_eq!(ran.err.matches("error: ").count(), 1, "{}", ran.err);
    assert_eq!(run(folder, &["check", "--staged", "other"]).code, Some(0));
}

fn what_is_gone_but_would_not_be_looked_at_is_not_missed() {
    let folder = repository(&[("b.py", "x = 1\n"), (".gitignore", "ignored/\n")]);
    let folder = folder.path();
    let gone = ["gen/a.py", "vendor/deep/a.py", ".hidden/a.py", "ignored/a.py", "own/a_pb2.py", "flag/x.py", "dir.py"];
    for path in gone {
        write(folder, &[(path, BIND)]);
    }
    write(
        folder,
        &[("tightwire.toml", "exclude = ['gen/', '/vendor']"), ("own/tightwire.toml", "exclude = ['*_pb2.py']")],
    );
    git(folder, &["add", "-f", "."]);
    for path in gone {
        fs::remove_file(folder.join(path)).unwrap();
    }
    for path in ["gen", "vendor", "ignored"] {
        fs::remove_dir_all(folder.join(path)).unwrap();
    }
    fs::create_dir(folder.join("dir.py")).unwrap();
    let check = |args: &[&str]| run(folder, &[&["check", "--staged"], args].concat());
    let ran = check(&["--exclude", "flag/"]);
    assert_eq!((ran.code, ran.err.matches("error: ").count()), (Some(2), 1), "{}", ran.err);
    assert!(ran.err.contains("--> dir.py"), "a folder of that name is no file: {}", ran.err);
    let ran = check(&[]);
    assert!(ran.err.contains("--> flag/x.py") && ran.err.matches("error: ").count() == 2, "{}", ran.err);
    let ran = run(&folder.join("own"), &["check", "--staged", "..", "--exclude", "flag/", "--exclude", "dir.py"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
}

fn what_was_renamed_deleted_or_is_a_submodule_is_no_error() {
    let names = ["del.py", "old.py", "both.py", "kept.py"];
    let long = format!("{BIND}{}", "# a line\n".repeat(30));
    let folder = repository(&names.map(|name| (name, long.as_str())));
    let folder = folder.path();
    let other = tempfile::tempdir().unwrap();
    git(other.path(), &["init", "-q"]);
    write(other.path(), &[("a.py", BIND)]);
    commit(other.path());
    let source = other.path().display().to_string();
    git(folder, &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &source, "sub.py"]);
    git(folder, &["rm", "-q", "del.py"]);
    git(folder, &["mv", "old.py", "new.py"]);
    git(folder, &["rm", "-q", "--cached", "both.py"]);
    let staged = found(folder, &["--staged"]);
    assert_eq!(staged, ["new.py:3"]);
    assert_eq!(found(folder, &["--since", "HEAD"]), ["both.py:3", "new.py:3"]);
    for args in [&["--since", "HEAD"][..], &["--changed-lines", "HEAD"], &["--staged"]] {
        assert_eq!(run(folder, &[&["fix", "--dry-run"], args].concat()).err.matches("error").count(), 0, "{args:?}");
    }
    fs::remove_dir_all(folder.join("sub.py")).unwrap();
    assert_eq!(run(folder, &["check", "--staged"]).code, Some(1));
}

#[cfg(unix)]
fn names_may_hold_anything() {
    let names = [
        "a\nb.py",
        "-x.py",
        "\"q\".py",
        "\u{1b}[31m.py",
        "tab\t.py",
        "\u{e4}.py",
        "*.py",
        ":(top).py",
        "back\\slash.py",
    ];
    let folder = repository(&[("b.py", "x = 1\n")]);
    let folder = folder.path();
    write(folder, &names.map(|name| (name, BIND)));
    git(folder, &["add", "-A"]);
    for args in [&["--since", "HEAD"][..], &["--changed-lines", "HEAD"], &["--staged"]] {
        let ran = run(folder, &[&["check", "--output-format", "json"], args].concat());
        assert_eq!(
            (ran.code, ran.out.matches("\"outcome\":\"found\"").count()),
            (Some(1), names.len()),
            "{args:?}: {}",
            ran.err
        );
    }
    for name in names {
        fs::remove_file(folder.join(name)).unwrap();
    }
    let ran = run(folder, &["check", "--staged"]);
    assert_eq!((ran.code, ran.err.matches("error: ").count()), (Some(2), names.len()), "{}", ran.err);
    assert!(!ran.err.contains('\u{1b}'), "{}", ran.err);
}

#[cfg(unix)]
fn in_a_hook_what_is_being_committed_counts() {
    let folder = repository(&[("app/a.py", "x = 1\n"), ("b.py", "x = 1\n")]);
    let hook = folder.path().join(".git/hooks/pre-commit");
    let check = format!("exec '{PROGRAM}' check --staged --output-format concise");
    write(
        folder.path(),
        &[("app/a.py", BIND), ("b.py", BIND), (".git/hooks/pre-commit", &format!("#!/bin/sh\n{check}\n"))],
    );
    fs::set_permissions(hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    // One path of several, then all: git makes an index of its own for each.
    for (args, expected) in [(&["a.py"][..], 1), (&["-a"], 2)] {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-m", "x"];
        let mut git = Command::new("git");
        let output = git.args(identity).args(args).current_dir(folder.path().join("app")).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "the hook lets it through: {said}");
        assert_eq!(said.matches(": unrestricted-bind ").count(), expected, "{said}");
    }
}

fn the_first_commit_can_be_staged() {
    let folder = repository(&[]);
    let fresh = folder.path().join("fresh");
    fs::create_dir(&fresh).unwrap();
    git(&fresh, &["init", "-q"]);
    write(&fresh, &[("a.py", BIND)]);
    git(&fresh, &["add", "a.py"]);
    assert_eq!(found(&fresh, &["--staged"]), ["a.py:3"]);
    let ran = run(&fresh, &["check", "--since", "HEAD"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("git knows no commit `HEAD`"), "{}", ran.err);
}

fn a_repository_inside_of_another_is_not_its_own() {
    let outer = repository(&[("a.py", "x = 1\n")]);
    let folder = outer.path();
    git(folder, &["checkout", "-qb", "topic"]);
    write(folder, &[("a.py", BIND), ("inner/b.py", BIND)]);
    git(&folder.join("inner"), &["init", "-q"]);
    commit(&folder.join("inner"));
    for args in [&["--since", "topic"][..], &["--changed-lines", "topic"]] {
        assert_eq!(found(folder, args), ["a.py:3"], "the inner one knows no such branch");
    }
    // Asked about by itself, and with others from a folder that is in none.
    write(folder, &[("inner/c.py", BIND)]);
    assert_eq!(found(&folder.join("inner"), &["--since", "HEAD"]), ["c.py:3"]);
    let around = tempfile::tempdir().unwrap();
    fs::rename(folder.join("inner"), around.path().join("one")).unwrap();
    fs::create_dir(around.path().join("two")).unwrap();
    git(&around.path().join("two"), &["init", "-q"]);
    commit(&around.path().join("two"));
    write(around.path(), &[("two/d.py", BIND)]);
    let ran = run_with(around.path(), &["check", "--since", "HEAD", "--output-format", "concise"], &[]);
    assert_eq!((ran.code, ran.out.lines().count()), (Some(1), 2), "{}{}", ran.out, ran.err);
}

fn what_git_cannot_answer_is_an_error_in_three_parts_and_nothing_is_done() {
    let folder = repository(&[("a.py", BIND)]);
    let folder = folder.path();
    git(folder, &["checkout", "-q", "--orphan", "other"]);
    write(folder, &[("other.txt", "")]);
    commit(folder);
    git(folder, &["checkout", "-q", "main"]);
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), &[("a.py", BIND)]);
    let cases: [(&Path, &[&str], &str); 8] = [
        (folder, &["--since", "nothing"], "git knows no commit `nothing`"),
        (folder, &["--since", ""], "`` is not a revision"),
        (folder, &["--since=--output=x"], "`--output=x` is not a revision"),
        (folder, &["--changed-lines=-O/dev/null"], "is not a revision"),
        (folder, &["--since", "HEAD:a.py"], "git knows no commit"),
        (folder, &["--since", "other"], "have no commit in common"),
        (outside.path(), &["--since", "main"], "not a git repository"),
        (outside.path(), &["--staged"], "not a git repository"),
    ];
    for (place, args, message) in cases {
        for command in ["check", "fix"] {
            let ran = run(place, &[&[command], args].concat());
            assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{args:?}");
            assert!(ran.err.contains(message), "{args:?}: {}", ran.err);
            assert!(
                ran.err.contains("error: ") && ran.err.contains("--> ") && ran.err.contains("help: "),
                "{}",
                ran.err
            );
            assert_eq!(fs::read_to_string(place.join("a.py")).unwrap(), BIND);
        }
    }
    assert!(!folder.join("x").exists());
    let none = run_with(folder, &["check", "--staged"], &[("PATH", "/nonexistent")]);
    assert_eq!(none.code, Some(2));
    assert!(none.err.contains("git is not installed") && none.err.contains("help: "), "{}", none.err);
    for args in [&["check", "--staged", "--since", "main"][..], &["check", "--staged", "-"]] {
        assert_eq!(run(folder, args).code, Some(2), "{args:?}");
    }
}

#[cfg(unix)]
fn a_repository_of_somebody_else_is_refused_with_what_to_do() {
    let folder = repository(&[("a.py", BIND)]);
    for path in [folder.path(), &folder.path().join(".git")] {
        std::os::unix::fs::chown(path, Some(NOBODY), None).unwrap();
    }
    let environment = [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null"), ("SUDO_UID", "")];
    let ran = run_with(folder.path(), &["check", "--since", "HEAD"], &environment);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("dubious ownership") && ran.err.contains("`safe.directory`"), "{}", ran.err);
}

/// What a repository's own configuration names is not run, and what it says of diffs changes nothing.
#[cfg(unix)]
fn no_setting_of_the_repository_gets_in_the_way() {
    let folder = repository(&[("a b.py", "x = 1\n"), ("app/c.py", "x = 1\n")]);
    let folder = folder.path();
    fs::write(folder.join(".git/evil"), "#!/bin/sh\necho run >> \"$(dirname \"$0\")/proof\"\n").unwrap();
    fs::set_permissions(folder.join(".git/evil"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let evil = folder.join(".git/evil");
    let evil = evil.to_str().unwrap();
    for (key, value) in [
        ("core.fsmonitor", evil),
        ("diff.external", evil),
        ("diff.x.textconv", evil),
        ("core.pager", evil),
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("diff.relative", "true"),
        ("diff.renames", "copies"),
        ("diff.context", "9"),
        ("diff.interHunkContext", "9"),
        ("color.ui", "always"),
        ("core.quotePath", "false"),
    ] {
        git(folder, &["config", key, value]);
    }
    write(folder, &[(".gitattributes", "*.py diff=x\n"), ("a b.py", BIND), ("app/c.py", BIND)]);
    let unchanged = format!("{BIND}\n\n\n# old\n");
    write(folder, &[("d.py", &unchanged)]);
    git(folder, &["-c", "core.fsmonitor=false", "add", "-A"]);
    for args in [&["--since", "HEAD"][..], &["--staged"], &["--changed-lines", "HEAD"]] {
        assert_eq!(found(&folder.join("app"), &[args, &[".."]].concat()).len(), 3, "{args:?}");
    }
    assert!(!folder.join(".git/proof").exists(), "a program of the repository's was run");
}
