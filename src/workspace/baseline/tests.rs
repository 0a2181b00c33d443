#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;

fn fingerprint(digest: &str) -> Fingerprint {
    Fingerprint { snippet: format!("bind('') # {digest}"), ordinal: 0, digest: digest.into() }
}

fn place(root: &Path, file: &str) -> ProjectPath {
    ProjectPath { root: fs::canonicalize(root).unwrap(), file: file.into() }
}

#[test]
fn what_is_saved_is_read_again_in_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    let mut baseline = Baseline::load_or_new(&path).unwrap();
    let odd = Fingerprint { snippet: "\"\\ \u{1b}[2J\u{202e}ä".into(), ordinal: 3, digest: "f0".into() };
    assert!(baseline.add("unrestricted-bind", &place(folder.path(), "b/x\n\u{1b}.py"), &odd, Some("a\n\"b\"")));
    assert!(baseline.add("telnet", &place(folder.path(), "a.py"), &fingerprint("f1"), None));
    assert!(!baseline.add("telnet", &place(folder.path(), "a.py"), &fingerprint("f1"), None));
    baseline.save().unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains(['\u{1b}', '\u{202e}']) && text.contains("reason = \"a\\n\\\"b\\\"\""), "{text}");
    let again = Baseline::load(&path).unwrap();
    assert_eq!(again.entries, baseline.entries);
    let paths: Vec<_> = text.lines().filter(|line| line.starts_with("  {")).collect();
    assert!(paths.is_sorted() && paths.len() == 2, "{text}");
}

#[test]
fn entries_name_files_from_the_baselines_folder() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("ci")).unwrap();
    for (file, expected) in [(FILE_NAME, "app/x.py"), ("ci/known.toml", "../app/x.py")] {
        let mut baseline = Baseline::load_or_new(&folder.path().join(file)).unwrap();
        baseline.add("telnet", &place(folder.path(), "app/x.py"), &fingerprint("f"), None);
        assert_eq!(baseline.entries().next().unwrap().path, expected);
        let x = fs::canonicalize(folder.path()).unwrap().join("app/x.py");
        assert_eq!(baseline.clone().drop_gone(|_, path| path != x), 0);
        assert_eq!(baseline.drop_gone(|_, path| path == x), 1);
    }
}

#[test]
fn a_file_that_is_no_whole_baseline_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    let whole = "version = 1\nfindings = [\n  { path = 'a', rule = 'b', snippet = 'c', fingerprint = 'd' },\n]\n";
    fs::write(&path, whole).unwrap();
    assert!(Baseline::load(&path).unwrap().contains("d"));
    for (text, message, line) in [
        (whole.replace("]\n", ""), "cannot be read", Some(3)),
        (whole.replace("snippet", "snipet"), "cannot be read: unknown field `snipet`", Some(3)),
        (whole.replace("version = 1", "version = 2"), "has version 2", None),
        (whole.replace("version = 1\n", ""), "missing field `version`", Some(1)),
        (whole.replace("findings", "<<<<<<< ours\nfindings"), "merge conflict", Some(2)),
        (String::from("import socket\n"), "cannot be read", Some(1)),
    ] {
        fs::write(&path, &text).unwrap();
        let error = Baseline::load(&path).unwrap_err();
        assert!(error.message.contains(message), "{error:?}");
        assert_eq!(error.line, line, "{error:?}");
    }
    fs::write(&path, b"version = 1 # \xff").unwrap();
    assert!(Baseline::load(&path).unwrap_err().message.contains("not UTF-8"));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(Baseline::load_or_new(&path).unwrap_err().message.contains("not a regular file"));
}

#[test]
fn a_baseline_that_changed_since_it_was_read_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    let mut first = Baseline::load_or_new(&path).unwrap();
    let mut second = first.clone();
    first.add("telnet", &place(folder.path(), "a.py"), &fingerprint("f1"), None);
    first.save().unwrap();
    second.add("telnet", &place(folder.path(), "b.py"), &fingerprint("f2"), None);
    assert!(second.save().unwrap_err().message.contains("changed while"));
    let mut third = Baseline::load(&path).unwrap();
    first.add("telnet", &place(folder.path(), "c.py"), &fingerprint("f3"), None);
    first.save().unwrap();
    third.add("telnet", &place(folder.path(), "d.py"), &fingerprint("f4"), None);
    assert!(third.save().unwrap_err().message.contains("changed"));
    assert_eq!(Baseline::load(&path).unwrap().entries, first.entries);
}

#[test]
fn the_nearest_baseline_is_found_up_to_the_repository() {
    let outer = tempfile::tempdir().unwrap();
    let outer = fs::canonicalize(outer.path()).unwrap();
    let inner = outer.join("project/app");
    fs::create_dir_all(&inner).unwrap();
    fs::write(outer.join(FILE_NAME), "").unwrap();
    assert_eq!(
        Baselines::new(Arc::new(Disk), BaselineChoice::Nearest).file_for(&inner, None),
        Some(outer.join(FILE_NAME))
    );
    assert_eq!(
        Baselines::new(Arc::new(Disk), BaselineChoice::Nearest).file_for(&inner, Some(&outer.join("project"))),
        None
    );
    fs::write(outer.join("project").join(FILE_NAME), "").unwrap();
    let project = Some(outer.join("project").join(FILE_NAME));
    assert_eq!(
        Baselines::new(Arc::new(Disk), BaselineChoice::Nearest).file_for(&inner, Some(&outer.join("project"))),
        project
    );
    assert_eq!(Baselines::new(Arc::new(Disk), BaselineChoice::Off).file_for(&inner, None), None);
    assert_eq!(
        Baselines::new(Arc::new(Disk), BaselineChoice::Named("x".into())).file_for(&inner, None),
        Some("x".into())
    );
}
