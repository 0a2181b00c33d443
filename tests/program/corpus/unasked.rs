//! The edits that `fix` makes when nobody is asked, each judged by a person who read it as a maintainer of that project:
//! `unasked.txt`.
//!
//! An edit without a verdict fails, and so does a verdict whose edit is gone. The packages are pinned, so only a change of
//! Tightwire or of a version in `packages.txt` does that. The libraries of the CPythons take no part: each machine has others.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::fs;
use std::path::Path;

/// Of more edits only these many are judged: those with the lowest fingerprints, so that one edit more moves one line.
const SAMPLE: usize = 100;
/// Fewer prove nothing.
const WANTED: usize = 40;
/// Percent of the edits that a maintainer merges without a question, at least.
const MERGED: usize = 95;

/// What a maintainer does with an edit that comes unasked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// Merges it without a question.
    Merge,
    /// Asks what it is for, or for a change.
    Ask,
    /// Closes it: it is wrong, or of no use there.
    Reject,
}

impl Verdict {
    const ALL: [(Self, &'static str); 3] = [(Self::Merge, "merge"), (Self::Ask, "ask"), (Self::Reject, "reject")];

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| *known == name).map(|(verdict, _)| verdict)
    }
}

/// An edit, told from all others without a word of the text around it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Unasked {
    package: String,
    path: String,
    rule: String,
    /// The dotted name or the literal at which the finding begins.
    expression: String,
    /// The first digits of the finding's fingerprint, which changes with the lines that the finding touches.
    fingerprint: String,
    /// What is replaced by what.
    change: String,
}

impl fmt::Display for Unasked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { package, path, rule, expression, fingerprint, change } = self;
        write!(f, "{package}\t{path}\t{rule}\t{expression}\t{fingerprint}\t{change}")
    }
}

/// Compares the safe ones of `findings`, which are of the packages in `folder`, with `unasked.txt`.
///
/// # Panics
/// If they differ, if they are too few, or if too few would be merged.
pub fn compare(folder: &Path, findings: &[Value]) {
    let found = sample(edits(folder, findings));
    let judged = judged();
    let new: Vec<&Unasked> = found.iter().filter(|edit| !judged.contains_key(edit)).collect();
    let gone: Vec<&Unasked> = judged.keys().filter(|edit| !found.contains(edit)).collect();

    let all = judged.len().max(1);
    let count = |wanted| judged.values().filter(|(verdict, _)| *verdict == wanted).count();
    println!("\nunasked edits: {} found, {} judged", found.len(), judged.len());
    for (verdict, name) in Verdict::ALL {
        println!("{:>6}  {name:<6} {:>3} %", count(verdict), count(verdict) * 100 / all);
    }
    let mut rules: BTreeMap<(&str, Verdict), usize> = BTreeMap::new();
    for (edit, (verdict, _)) in &judged {
        *rules.entry((&edit.rule, *verdict)).or_default() += 1;
    }
    for ((rule, verdict), count) in rules {
        println!("{count:>6}  {rule:<26} {verdict:?}");
    }
    for (edit, (verdict, why)) in &judged {
        if *verdict != Verdict::Merge {
            println!("  {verdict:?}: {} {} {}: {why}", edit.package, edit.path, edit.expression);
        }
    }
    for edit in &new {
        println!("without a verdict, to be read and added to unasked.txt:\nVERDICT\t{edit}\tWHY");
    }
    for edit in &gone {
        println!("no longer made, to be taken out of unasked.txt:\n{edit}");
    }
    assert!(new.is_empty() && gone.is_empty(), "{} edits without a verdict, {} gone", new.len(), gone.len());
    assert!(judged.len() >= WANTED, "only {} of {WANTED} edits", judged.len());
    assert!(count(Verdict::Merge) * 100 >= MERGED * all, "fewer than {MERGED} % would be merged");
}

/// What `unasked.txt` says.
fn judged() -> BTreeMap<Unasked, (Verdict, &'static str)> {
    let lines = include_str!("unasked.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let mut judged = BTreeMap::new();
    for line in lines {
        let columns: Vec<&str> = line.split('\t').collect();
        let [verdict, package, path, rule, expression, fingerprint, change, why] = columns[..] else {
            panic!("not eight columns: {line}");
        };
        let verdict = Verdict::named(verdict).unwrap_or_else(|| panic!("no verdict: {line}"));
        assert!(!why.is_empty(), "why? {line}");
        let text = str::to_string;
        let edit = Unasked {
            package: text(package),
            path: text(path),
            rule: text(rule),
            expression: text(expression),
            fingerprint: text(fingerprint),
            change: text(change),
        };
        assert!(judged.insert(edit, (verdict, why)).is_none(), "twice: {line}");
    }
    judged
}

fn sample(mut edits: Vec<Unasked>) -> BTreeSet<Unasked> {
    edits.sort_by(|a, b| a.fingerprint.cmp(&b.fingerprint));
    edits.truncate(SAMPLE);
    edits.into_iter().collect()
}

/// The safe edits of the packages. One that stands in copies of a file of the same package counts once.
fn edits(folder: &Path, findings: &[Value]) -> Vec<Unasked> {
    let mut edits = Vec::new();
    // Rule, line and change, and the first path with them.
    let mut seen: HashMap<[String; 5], String> = HashMap::new();
    for finding in findings.iter().filter(|finding| finding["applicability"] == "safe") {
        let whole = finding["path"].as_str().unwrap();
        let (package, path) = whole.split_once('/').unwrap();
        if package.starts_with("cpython-") {
            continue;
        }
        let bytes = fs::read(folder.join(whole)).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let start = usize::try_from(finding["start"]["byte"].as_u64().unwrap()).unwrap();
        let change = change(&text, finding["fix"]["edits"].as_array().unwrap());
        let rule = finding["rule"].as_str().unwrap().to_string();
        let name = path.rsplit('/').next().unwrap_or_default().to_string();
        let key = [package.to_string(), rule.clone(), name, line(&text, start).to_string(), change.clone()];
        let path = path.to_string();
        if *seen.entry(key).or_insert_with(|| path.clone()) != path {
            continue;
        }
        edits.push(Unasked {
            package: package.to_string(),
            path,
            rule,
            expression: expression(text.get(start..).unwrap_or_default()),
            fingerprint: finding["fingerprint"].as_str().unwrap()[..12].to_string(),
            change,
        });
    }
    edits
}

/// Each edit as `old → new`, or `+new` where nothing is replaced; white space around it is left out.
fn change(text: &str, edits: &[Value]) -> String {
    let parts = edits.iter().map(|edit| {
        let offset = |key: &str| usize::try_from(edit[key].as_u64().unwrap()).unwrap();
        let old = text.get(offset("start")..offset("end")).unwrap_or_default();
        let new = edit["text"].as_str().unwrap_or_default().trim();
        if old.is_empty() { format!("+{new}") } else { format!("{} → {new}", old.trim()) }
    });
    let joined = parts.collect::<Vec<_>>().join("; ");
    joined.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The whole line around `offset`.
fn line(text: &str, offset: usize) -> &str {
    let (before, after) = (text.get(..offset).unwrap_or_default(), text.get(offset..).unwrap_or_default());
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = after.find('\n').map_or(text.len(), |at| offset + at);
    text.get(start..end).unwrap_or_default().trim()
}

/// The dotted name, or the literal, with which `text` begins.
fn expression(text: &str) -> String {
    let name: String = text.chars().take_while(|char| char.is_alphanumeric() || matches!(char, '_' | '.')).collect();
    match text.get(name.len()..).and_then(|rest| rest.chars().next()) {
        // With its prefix.
        Some(quote @ ('"' | '\'')) => {
            let literal = text.get(name.len() + 1..).and_then(|rest| rest.split(quote).next()).unwrap_or_default();
            format!("{name}{quote}{literal}{quote}")
        }
        _ => name,
    }
}
