//! What `ruff check` says of the files that `fix` changes unasked, with the settings of their own project: nothing that it did not
//! say before.

use super::{copy_all, fix, names, read, remake};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The release of Ruff. Others have other rules on by default.
const RUFF: &str = "ruff==0.17.6";
/// The files in which a project's settings for Ruff are. Hidden ones are not in the corpus.
const SETTINGS: [&str; 2] = ["ruff.toml", "pyproject.toml"];

/// How often each rule is broken, by file.
type Counts = BTreeMap<(String, String), usize>;

/// Fixes what comes unasked in copies of those packages of `before` in which `findings` are safe, and compares.
///
/// # Panics
/// If a fixed file breaks a rule more often than before.
pub fn compare(cache: &Path, before: &Path, findings: &[Value]) {
    let ruff = match ruff(cache) {
        Ok(ruff) => ruff,
        Err(why) => return println!("skipped: {RUFF}: {why}"),
    };
    let safe = findings.iter().filter(|finding| finding["applicability"] == "safe" && finding["outcome"] == "found");
    let packages: BTreeSet<&str> = safe.filter_map(|finding| finding["path"].as_str()?.split('/').next()).collect();
    let fixed = cache.join("linted");
    remake(&fixed);
    for package in &packages {
        copy_all(&before.join(package), &fixed.join(package));
    }
    fix(&fixed, &[]);
    let (mut checked, mut configured, mut new) = (0, 0, Vec::new());
    for package in packages {
        let (old_folder, new_folder) = (before.join(package), fixed.join(package));
        let changed = names(&new_folder).into_iter().filter(|name| read(&old_folder, name) != read(&new_folder, name));
        let (with_settings, without): (Vec<String>, _) = changed.partition(|name| has_settings(&old_folder, name));
        for (files, arguments) in [(&with_settings, &[][..]), (&without, &["--isolated"])] {
            let counts = |folder| lints(&ruff, folder, files, arguments);
            match (counts(&old_folder), counts(&new_folder)) {
                (Ok(old), Ok(counts)) => {
                    checked += files.len();
                    configured += if arguments.is_empty() { files.len() } else { 0 };
                    let more = counts.iter().filter(|(key, count)| *count > old.get(key).unwrap_or(&0));
                    new.extend(more.map(|((file, code), _)| format!("{package}/{file}: {code}")));
                }
                (Err(why), _) | (_, Err(why)) => println!("  skipped: {package}: {why}"),
            }
        }
    }
    println!("  {RUFF} finds nothing new in {checked} files, {configured} of them with settings of their project");
    assert!(checked > 20 && configured > 0, "these prove nothing");
    assert!(new.is_empty(), "new findings of {RUFF}:\n{}", new.join("\n"));
}

/// Ruff, installed into `cache` from PyPI.
fn ruff(cache: &Path) -> Result<PathBuf, String> {
    let folder = cache.join(RUFF);
    let ruff = folder.join("bin/ruff");
    if !ruff.is_file() {
        // Made whole elsewhere, so that half of one is never taken for it; a program in it does not ask where it is.
        let partial = folder.with_extension("partial");
        remake(&partial);
        run(Command::new("python3")
            .args(["-m", "pip", "-q", "--disable-pip-version-check", "install", "--no-deps"])
            .args(["--only-binary", ":all:", "--target", &partial.display().to_string(), RUFF]))?;
        fs::rename(&partial, &folder).map_err(|error| error.to_string())?;
    }
    run(Command::new(&ruff).arg("--version"))?;
    Ok(ruff)
}

/// Whether Ruff has settings for the file `name` in `package`.
fn has_settings(package: &Path, name: &str) -> bool {
    let is_own = |path: PathBuf| {
        let is_project = path.ends_with("pyproject.toml");
        fs::read_to_string(path).is_ok_and(|text| !is_project || text.contains("[tool.ruff"))
    };
    let folders = Path::new(name).ancestors().skip(1);
    folders.flat_map(|folder| SETTINGS.map(|file| package.join(folder).join(file))).any(is_own)
}

fn lints(ruff: &Path, folder: &Path, files: &[String], arguments: &[&str]) -> Result<Counts, String> {
    if files.is_empty() {
        return Ok(Counts::new());
    }
    let mut command = Command::new(ruff);
    command.args(["check", "--no-cache", "--exit-zero", "--output-format", "json"]).args(arguments).args(files);
    let said = run(command.current_dir(folder))?;
    let found: Vec<Value> = serde_json::from_str(&said).map_err(|error| error.to_string())?;
    let mut counts = Counts::new();
    for lint in found {
        let text = |key: &str| lint[key].as_str().unwrap_or("syntax error").to_owned();
        let file = text("filename");
        let file = Path::new(&file).strip_prefix(folder).map_or(file.clone(), |name| name.display().to_string());
        *counts.entry((file, text("code"))).or_default() += 1;
    }
    Ok(counts)
}

fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().lines().take(3).collect::<Vec<_>>().join(" ")),
    }
}
