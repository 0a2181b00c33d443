//! Real code: pinned packages and the libraries of every CPython on this machine, through every fix.
//!
//! What is asserted of each file: no panic; the strict parser and our own find no more wrong with it than before; a
//! second run changes nothing; `git apply` of the dry run gives the same bytes as the fix; what a CPython compiled
//! before, it compiles after. A table of the findings is printed, for the person who reads the diffs.
//!
//! The edits that `fix` makes unasked are compared with `corpus/unasked.txt`, where a person has judged each ([`unasked`]), and bring
//! nothing that Ruff finds ([`lints`]).
//!
//! Packages are downloaded once, into `TIGHTWIRE_CORPUS` or `target/corpus`.

mod lints;
mod unasked;

use crate::project::{PROGRAM, STATE};
use crate::trials::{Need, tests};
use ruff_python_parser::parse_module;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, thread};
use tightwire::python::PythonFile;
use tightwire::text::Source;

tests! {
    every_fix_of_real_code_holds: [Need::Patience("it downloads about 600 MB of packages and takes a quarter of an hour")],
    every_unasked_edit_of_real_code_is_judged: [Need::Patience("it downloads about 600 MB of packages")],
    no_unasked_edit_of_real_code_brings_a_lint: [Need::Patience("it downloads about 600 MB of packages")],
}

/// Fewer files than this prove nothing.
const WANTED_FILES: usize = 20_000;
/// Wheels are asked for as this platform would get them, so that every machine sees the same corpus.
const PLATFORM: [&str; 8] = [
    "--python-version",
    "3.13",
    "--implementation",
    "cp",
    "--platform",
    "manylinux_2_28_x86_64",
    "--platform",
    "manylinux2014_x86_64",
];
/// What a Python file is called.
const EXTENSIONS: [&str; 3] = ["py", "pyi", "pyw"];

fn every_fix_of_real_code_holds() {
    let (cache, before) = corpus();
    let names = names(&before);
    println!("corpus: {} files in {}", names.len(), before.display());
    for flags in [&[][..], &["--unsafe-fixes"]] {
        println!("\nfix {}", flags.join(" "));
        hold(&cache, &before, &names, flags);
    }
    assert!(names.len() >= WANTED_FILES, "only {} of {WANTED_FILES} files", names.len());
}

fn every_unasked_edit_of_real_code_is_judged() {
    let (_, before) = corpus();
    unasked::compare(&before, &check(&before));
}

fn no_unasked_edit_of_real_code_brings_a_lint() {
    let (cache, before) = corpus();
    lints::compare(&cache, &before, &check(&before));
}

/// The folder of the corpus, and that of its files.
fn corpus() -> (PathBuf, PathBuf) {
    let cache = match env::var_os("TIGHTWIRE_CORPUS") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("corpus"),
    };
    fs::create_dir_all(&cache).unwrap();
    let cache = cache.canonicalize().unwrap();
    let before = cache.join("unpacked");
    // Two tests may ask at once.
    static COLLECTING: Mutex<()> = Mutex::new(());
    let _collecting = COLLECTING.lock();
    collect(&cache, &before);
    (cache, before)
}

/// One way to run `fix`, from the dry run to the compiled result.
fn hold(cache: &Path, before: &Path, names: &BTreeSet<String>, flags: &[&str]) {
    let fixed = cache.join("fixed");
    remake(&fixed);
    // With the files that say what a project is: its fixes depend on these.
    copy_all(before, &fixed);
    let (_, summary) = fix(&fixed, flags);
    assert!(number(&summary, "files") >= names.len(), "the walk passed over some: {summary}");
    let changed: Vec<&String> = names.iter().filter(|name| read(before, name) != read(&fixed, name)).collect();
    println!("  {} findings fixed in {} files", number(&summary, "fixed"), changed.len());
    assert_eq!(changed.len(), number(&summary, "changed"), "the summary and the files disagree");
    assert_eq!(names, &self::names(&fixed), "files appeared or went away");

    for name in &changed {
        parses_no_worse(name, &read(before, name), &read(&fixed, name));
    }
    println!("  {} parse as well as before", changed.len());

    same_by_git(cache, before, &fixed, &changed, flags);
    println!("  {} are what `git apply` of the dry run gives", changed.len());

    compiles(before, &fixed, &changed);

    let kept: Vec<Vec<u8>> = changed.iter().map(|name| read(&fixed, name)).collect();
    let (_, again) = fix(&fixed, flags);
    assert_eq!((number(&again, "fixed"), number(&again, "changed")), (0, 0), "a second run fixed something");
    for (name, kept) in changed.iter().zip(kept) {
        assert!(kept == read(&fixed, name), "{name}: a second run changed it");
    }
    println!("  a second run changes nothing");
}

/// Runs `fix` in `folder`: its findings and its summary.
fn fix(folder: &Path, flags: &[&str]) -> (Vec<Value>, Value) {
    let output = tightwire(folder, &[&["fix", "--output-format", "json"], flags].concat());
    let mut report: Value = serde_json::from_slice(&output.stdout).expect("JSON on standard output");
    let Value::Array(findings) = report["findings"].take() else { panic!("no findings") };
    for finding in &findings {
        assert_ne!(finding["outcome"], "failed", "{finding}\n{}", report["errors"]);
    }
    (findings, report["summary"].take())
}

fn tightwire(folder: &Path, arguments: &[&str]) -> Output {
    let output = Command::new(PROGRAM)
        .args(arguments)
        .arg(".")
        .current_dir(folder)
        .env("TIGHTWIRE_STATE_DIR", STATE)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    // A panic aborts the release build and gives 101 in others.
    assert!(matches!(output.status.code(), Some(0..=2)), "{arguments:?}: {}: {said}", output.status);
    output
}

/// All findings; a table of them is printed.
fn check(before: &Path) -> Vec<Value> {
    let output = tightwire(before, &["check", "--output-format", "json"]);
    let mut report: Value = serde_json::from_slice(&output.stdout).expect("JSON on standard output");
    let mut table: BTreeMap<[String; 4], usize> = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        let reasons: Vec<&str> = finding["reasons"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_string();
        *table.entry([text("rule"), text("applicability"), reasons.join(" "), text("outcome")]).or_default() += 1;
    }
    println!("check: {}", report["summary"]);
    println!("{:>6}  {:<26} {:<7} {:<10} reasons", "count", "rule", "fix", "outcome");
    for ([rule, applicability, reasons, outcome], count) in &table {
        println!("{count:>6}  {rule:<26} {applicability:<7} {outcome:<10} {reasons}");
    }
    for error in report["errors"].as_array().unwrap() {
        println!("  error: {}: {}", error["path"].as_str().unwrap_or("-"), error["message"].as_str().unwrap_or("-"));
    }
    let Value::Array(findings) = report["findings"].take() else { panic!("no findings") };
    findings
}

/// No more syntax errors for our own parser, none for a strict one that had none.
fn parses_no_worse(name: &str, before: &[u8], after: &[u8]) {
    let text = |bytes: &[u8]| {
        Source::decode(bytes.to_vec()).unwrap_or_else(|error| panic!("{name}: {error}")).text().to_string()
    };
    let (before, after) = (text(before), text(after));
    let errors = |text: &str| PythonFile::parse(text).unwrap_or_else(|error| panic!("{name}: {error}")).error_count();
    assert!(errors(&after) <= errors(&before), "{name}: more syntax errors than before");
    if parse_module(&before).is_ok()
        && let Err(error) = parse_module(&after)
    {
        panic!("{name}: the strict parser refuses the result: {error}");
    }
}

/// The dry run's diff, applied by git to copies of the files that it names.
fn same_by_git(cache: &Path, before: &Path, fixed: &Path, changed: &[&String], flags: &[&str]) {
    let output = tightwire(before, &[&["fix", "--dry-run", "--color", "never"], flags].concat());
    let applied = cache.join("applied");
    remake(&applied);
    run(&applied, "git", &["init", "-q"], b"");
    fs::create_dir_all(applied.join(".git/info")).unwrap();
    fs::write(applied.join(".git/info/attributes"), "* -text\n").unwrap();
    for name in changed {
        copy(before, &applied, name);
    }
    if !changed.is_empty() {
        run(&applied, "git", &["apply", "--whitespace=nowarn", "-"], &output.stdout);
    }
    for name in changed {
        assert!(read(&applied, name) == read(fixed, name), "{name}: `git apply` gives other bytes");
    }
}

/// Each file by the newest CPython that compiled it before, and all of them by Python 2.7.
fn compiles(before: &Path, fixed: &Path, changed: &[&String]) {
    let found = interpreters();
    let mut bad = Vec::new();
    let mut judge = |(version, program): &([u32; 2], PathBuf), names: &[String]| -> Vec<String> {
        let script = script("compile.py");
        let arguments = [script.as_str(), before.to_str().unwrap(), fixed.to_str().unwrap()];
        let mut list = names.join("\n");
        list.push('\n');
        let said = run(before, program.to_str().unwrap(), &arguments, list.as_bytes());
        let mut old = Vec::new();
        for line in said.lines() {
            match line.strip_prefix("old ") {
                Some(name) => old.push(name.to_string()),
                None => bad.push(format!("{}.{}: {line}", version[0], version[1])),
            }
        }
        println!(
            "  CPython {}.{} compiles {} that it compiled before",
            version[0],
            version[1],
            names.len() - old.len()
        );
        old
    };
    let mut open: Vec<String> = changed.iter().map(ToString::to_string).collect();
    for interpreter in found.iter().rev().filter(|(version, _)| *version != [2, 7]) {
        if !open.is_empty() {
            open = judge(interpreter, &open);
        }
    }
    println!("  {} compiled on no Python 3 before", open.len());
    match found.iter().find(|(version, _)| *version == [2, 7]) {
        Some(interpreter) => {
            let all: Vec<String> = changed.iter().map(ToString::to_string).collect();
            judge(interpreter, &all);
        }
        None => println!("  skipped: CPython 2.7: no such interpreter in ~/.pyenv/versions"),
    }
    assert!(bad.is_empty(), "no longer compile:\n{}", bad.join("\n"));
}

/// The CPythons of this machine, oldest first.
fn interpreters() -> Vec<([u32; 2], PathBuf)> {
    let mut found: Vec<([u32; 2], PathBuf)> = Vec::new();
    for version in versions() {
        let name = version.file_name().unwrap().to_string_lossy().into_owned();
        let mut parts = name.split('.').map(str::parse);
        if let (Some(Ok(major)), Some(Ok(minor))) = (parts.next(), parts.next()) {
            found.push(([major, minor], version.join("bin/python")));
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no CPython in ~/.pyenv/versions");
    found
}

fn versions() -> Vec<PathBuf> {
    let home = env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let folders = fs::read_dir(home.join(".pyenv/versions")).into_iter().flatten().flatten().map(|entry| entry.path());
    folders.filter(|folder| folder.join("bin/python").exists()).collect()
}

/// A line of `packages.txt`.
struct Package {
    /// `name==version`, as pip takes it.
    requirement: &'static str,
    is_sdist: bool,
}

fn packages() -> Vec<Package> {
    let lines = include_str!("corpus/packages.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let package = |line: &'static str| match line.strip_suffix(" sdist") {
        Some(requirement) => Package { requirement, is_sdist: true },
        None => Package { requirement: line, is_sdist: false },
    };
    lines.map(package).collect()
}

/// Fills `before` with what is missing there: each package, in a folder that is called as its requirement, and each CPython's
/// library without what was installed into it.
fn collect(cache: &Path, before: &Path) {
    let archives = cache.join("archives");
    fs::create_dir_all(&archives).unwrap();
    fs::create_dir_all(before).unwrap();
    let packages = packages();
    download(&archives, &packages);
    let mut arguments = vec![script("unpack.py"), before.display().to_string()];
    let found = packages.iter().filter_map(|package| archive_of(&archives, package));
    arguments.extend(found.map(|archive| archive.display().to_string()));
    run(cache, "python3", &arguments.iter().map(String::as_str).collect::<Vec<_>>(), b"");

    for version in versions() {
        let target = before.join(format!("cpython-{}", version.file_name().unwrap().to_string_lossy()));
        if target.exists() {
            continue;
        }
        let partial = target.with_extension("partial");
        for library in fs::read_dir(version.join("lib")).into_iter().flatten().flatten() {
            if library.file_name().to_string_lossy().starts_with("python") {
                for name in names(&library.path()).iter().filter(|name| !name.contains("site-packages")) {
                    copy(&library.path(), &partial, name);
                }
            }
        }
        fs::rename(&partial, &target).unwrap();
    }
}

/// Three at a time: most of the work is waiting.
fn download(archives: &Path, packages: &[Package]) {
    let next = AtomicUsize::new(0);
    let sdist = script("sdist.py");
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some(package) = packages.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if archive_of(archives, package).is_some() {
                        continue;
                    }
                    let folder = archives.join(package.requirement);
                    let mut python = Command::new("python3");
                    if package.is_sdist {
                        python.arg(&sdist);
                    } else {
                        python.args(["-m", "pip", "-q", "--disable-pip-version-check", "download", "--no-deps"]);
                        python.args(["--only-binary", ":all:"]).args(PLATFORM).arg("-d");
                    }
                    let output = python.arg(folder).arg(package.requirement).stdin(Stdio::null()).output().unwrap();
                    if !output.status.success() {
                        let said = String::from_utf8_lossy(&output.stderr);
                        println!("skipped: {}: {}", package.requirement, said.trim());
                    }
                }
            });
        }
    });
}

/// A package's downloaded wheel or sdist.
fn archive_of(archives: &Path, package: &Package) -> Option<PathBuf> {
    let mut files = fs::read_dir(archives.join(package.requirement)).ok()?.flatten().map(|entry| entry.path());
    let is_wheel = |path: &Path| path.extension().is_some_and(|extension| extension == "whl");
    let is_whole = |path: &Path| path.extension().is_some_and(|extension| extension != "partial");
    files.find(|path| is_whole(path) && is_wheel(path) != package.is_sdist)
}

/// The path of a Python program beside this file.
fn script(name: &str) -> String {
    format!("{}/tests/program/corpus/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// The Python files below `folder`, relative to it.
fn names(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(&at).unwrap().flatten() {
            let kind = entry.file_type().unwrap();
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file() && path.extension().is_some_and(|e| EXTENSIONS.iter().any(|known| e == *known)) {
                // No test file of any package has a name that is not UTF-8, or a line end in it.
                found.insert(path.strip_prefix(folder).unwrap().to_str().unwrap().to_string());
            }
        }
    }
    found
}

/// All files of `from`, and its folders, also the empty and hidden ones.
fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_all(&entry.path(), &target);
        } else {
            fs::write(target, fs::read(entry.path()).unwrap()).unwrap();
        }
    }
}

fn copy(from: &Path, to: &Path, name: &str) {
    let target = to.join(name);
    fs::create_dir_all(target.parent().unwrap()).unwrap();
    // Not `fs::copy`: a library may be installed read-only, and that is another test's subject.
    fs::write(target, read(from, name)).unwrap();
}

fn read(folder: &Path, name: &str) -> Vec<u8> {
    fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn remake(folder: &Path) {
    if folder.exists() {
        fs::remove_dir_all(folder).unwrap();
    }
    fs::create_dir_all(folder).unwrap();
}

fn number(summary: &Value, key: &str) -> usize {
    usize::try_from(summary[key].as_u64().unwrap()).unwrap()
}

fn run(at: &Path, program: &str, arguments: &[&str], input: &[u8]) -> String {
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(at)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    let mut stdin = child.stdin.take().unwrap();
    let output = thread::scope(|scope| {
        // Beside the reading: either side may fill its pipe.
        scope.spawn(move || drop(stdin.write_all(input)));
        child.wait_with_output().unwrap()
    });
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
