//! The proof of each reason: a program that works, and that the fix breaks when it is taken anyway.
//!
//! A proof is a file `reasons/<rule>/<name>.py`, or a folder `reasons/<rule>/<name>/` with `main.py` and what is around it. Comments at
//! the top of the program say what it proves:
//!
//! | key | says |
//! | --- | --- |
//! | `proves` | `unsafe` or `report`, and the reason |
//! | `beside` | the other reasons of the finding; without it there are none |
//! | `breaks` | what no longer works with the fix, in a sentence |
//! | `fails` | the exception that the program then dies of, and a regular expression for its message or the statement that raised it |
//! | `taken` | `OLD => NEW`: the fix of a report, by hand, as the rule would write it: it replaces the one `OLD` in the program |
//! | `network` | `HOST:PORT KIND`: who answers there: `plaintext`, `tls`, `wrong_name` or `unknown_issuer`; nobody does elsewhere |
//! | `protocol` | what they speak: `http` without it, or `imap`, `pop`, `smtp`, `ftp`, `telnet` |
//! | `old` | the Python to play: one that verifies nothing without a context (before 3.4.3 and 2.7.9), or has no `ssl` at all |
//! | `place` | the program's path in its project; `main.py` without it |
//! | `finding` | the path of the file with the finding; the program's without it |
//! | `python`, `needs` | as in the other programs |
//!
//! `not_shown.toml` lists the reasons that no program can show, and why.

use crate::interpreter::Interpreter;
use crate::program::version;
use crate::server::Servers;
use crate::{Answer, drive};
use libtest_mimic::Failed;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use tightwire::engine::{Decide, Decision, Judged, WITHHELD_FOR};
use tightwire::text::Source;
use tightwire::{Applicability, Options, Workspace, transforms};

/// A program that shows that a reason is one.
pub struct Proof {
    name: String,
    rule: String,
    shown: Shown,
    /// By path; what runs is `place`.
    before: BTreeMap<String, String>,
    after: BTreeMap<String, String>,
    header: Header,
}

/// What a proof shows: a kind, `unsafe` or `report`, and a reason.
type Shown = (String, String);

#[derive(Default)]
struct Header {
    beside: Vec<String>,
    breaks: String,
    fails: String,
    taken: Vec<(String, String)>,
    network: BTreeMap<String, String>,
    protocol: String,
    old: String,
    place: String,
    finding: String,
    first: (u8, u8),
    last: (u8, u8),
    needs: String,
}

impl Proof {
    /// All proofs; the errors name those whose finding is not what they say.
    pub fn all() -> (Vec<Self>, Vec<String>) {
        let (mut proofs, mut errors) = (Vec::new(), Vec::new());
        for rule in transforms::all() {
            let rule = rule.metadata().id.as_str();
            let folder = folder().join(rule.replace('-', "_"));
            let mut paths: Vec<_> =
                fs::read_dir(&folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
            paths.sort();
            for path in paths {
                let name = format!("{rule}::{}", path.file_stem().unwrap().to_string_lossy());
                match Self::read(rule, &name, &path) {
                    Ok(proof) => proofs.push(proof),
                    Err(error) => errors.push(format!("{name}: {error}")),
                }
            }
        }
        (proofs, errors)
    }

    fn read(rule: &str, name: &str, path: &Path) -> Result<Self, String> {
        let mut before = BTreeMap::new();
        let program = if path.is_dir() { path.join("main.py") } else { path.to_owned() };
        let text = fs::read_to_string(&program).map_err(|error| format!("{}: {error}", program.display()))?;
        let (shown, header) = Header::of(&text)?;
        if path.is_dir() {
            read_all(path, path, &mut before);
            before.remove("main.py");
        }
        before.insert(header.place.clone(), text);
        let mut proof =
            Self { name: name.to_owned(), rule: rule.to_owned(), shown, after: before.clone(), before, header };
        proof.take()?;
        Ok(proof)
    }

    /// Takes the fix, where there is one; the edit by hand, where there is none.
    fn take(&mut self) -> Result<(), String> {
        let project = tempfile::tempdir().unwrap();
        fs::create_dir(project.path().join(".git")).unwrap();
        for (path, text) in &self.before {
            let path = project.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let options = Options { select: vec![self.rule.clone()], ..Options::default() };
        let workspace = Workspace::new(options).map_err(|problem| problem.message)?;
        let path = project.path().join(&self.header.finding);
        let checked = workspace.fix(&path, &mut Those(&self.shown.1));
        let result = checked.result.ok_or_else(|| format!("nothing is found; {:?}", checked.problems))?;
        let found = |judged: &Judged| {
            let reasons: Vec<&str> = judged.finding.reasons.iter().map(|reason| &*reason.slug).collect();
            (word(judged.finding.applicability()), reasons.join(" "))
        };
        let mut reasons = self.header.beside.clone();
        reasons.push(self.shown.1.clone());
        reasons.sort();
        let expected = (self.shown.0.as_str(), reasons.join(" "));
        if !result.findings.iter().any(|judged| found(judged) == expected) {
            let all: Vec<_> = result.findings.iter().map(found).collect();
            return Err(format!("expected {expected:?}, found {all:?}"));
        }
        match (result.fixed, self.shown.0.as_str()) {
            (Some(fixed), "unsafe") => {
                let fixed = String::from_utf8(fixed).map_err(|error| error.to_string())?;
                self.after.insert(self.header.finding.clone(), fixed);
            }
            (None, "report") => self.after = by_hand(&self.before, &self.header.finding, &self.header.taken)?,
            (fixed, _) => return Err(format!("fixed: {}", fixed.is_some())),
        }
        Ok(())
    }

    /// What `drive.py` reads.
    fn task(&self) -> Value {
        let Header { fails, network, protocol, old, place, first, last, needs, .. } = &self.header;
        let (error, message) = fails.split_once(' ').unwrap_or((fails, ""));
        json!({
            "name": self.name, "kind": "proof", "before": self.before, "after": self.after, "place": place,
            "error": error, "message": message, "network": network, "protocol": protocol, "old": old,
            "first": [first.0, first.1], "last": [last.0, last.1], "needs": needs,
        })
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live/reasons")
}

fn read_all(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

fn word(applicability: Applicability) -> &'static str {
    match applicability {
        Applicability::Safe => "safe",
        Applicability::Unsafe => "unsafe",
        Applicability::Report => "report",
    }
}

/// Accepts the fixes that are unsafe for one reason.
struct Those<'r>(&'r str);

impl Decide for Those<'_> {
    fn decide(&mut self, _: &Source, judged: &Judged) -> Decision {
        match judged.finding.reasons.iter().any(|reason| reason.slug == self.0) {
            true => Decision::Accept,
            false => Decision::Decline,
        }
    }
}

/// `files` with the replacements of the `taken` lines: in the file at `finding`, or in another one if it does not hold the text.
fn by_hand(
    files: &BTreeMap<String, String>,
    finding: &str,
    taken: &[(String, String)],
) -> Result<BTreeMap<String, String>, String> {
    let mut edited = files.clone();
    for (old, new) in taken {
        let holders: Vec<String> =
            edited.iter().filter(|(_, text)| apart(text).1.contains(old)).map(|(path, _)| path.clone()).collect();
        let place =
            if holders.iter().any(|path| path == finding) { finding } else { holders.first().map_or("", |it| it) };
        let Some(text) = edited.get_mut(place).filter(|text| apart(text).1.matches(old).count() == 1) else {
            return Err(format!("the program does not hold `{old}` once"));
        };
        let (header, program) = apart(text);
        *text = format!("{header}{}", program.replace(old, new));
    }
    Ok(edited)
}

/// The comments at the top of `text`, and the rest.
fn apart(text: &str) -> (&str, &str) {
    text.split_at(text.split_inclusive('\n').take_while(|line| line.starts_with("# ")).map(str::len).sum())
}

impl Header {
    fn of(text: &str) -> Result<(Shown, Self), String> {
        let mut header = Self {
            first: (3, 6),
            last: (u8::MAX, u8::MAX),
            protocol: "http".into(),
            place: "main.py".into(),
            ..Self::default()
        };
        let mut shown = None;
        for line in text.lines().map_while(|line| line.strip_prefix("# ")) {
            let what = || format!("what does `# {line}` say?");
            let (key, value) = line.split_once(": ").ok_or_else(what)?;
            let pair = |separator| value.split_once(separator).map(|(a, b): (&str, &str)| (a.to_owned(), b.to_owned()));
            match key {
                "proves" => shown = Some(pair(" ").ok_or_else(what)?),
                "beside" => header.beside = value.split(' ').map(str::to_owned).collect(),
                "breaks" => value.clone_into(&mut header.breaks),
                "fails" => value.clone_into(&mut header.fails),
                "taken" => {
                    let (old, new) = pair(" => ").ok_or_else(what)?;
                    // Headers are ASCII, as the rest of a file that Python 2 reads.
                    let plain = |text: String| text.replace("\\n", "\n").replace("\\xfc", "\u{fc}");
                    header.taken.push((plain(old), plain(new)));
                }
                "network" => {
                    let (address, kind) = pair(" ").ok_or_else(what)?;
                    header.network.insert(address, kind);
                }
                "protocol" => value.clone_into(&mut header.protocol),
                "old" => value.clone_into(&mut header.old),
                "place" => value.clone_into(&mut header.place),
                "finding" => value.clone_into(&mut header.finding),
                "python" => {
                    let (first, last) = value.split_once("..").ok_or_else(what)?;
                    header.first = version(first)?;
                    if !last.is_empty() {
                        header.last = version(last)?;
                    }
                }
                "needs" => value.clone_into(&mut header.needs),
                _ => return Err(what()),
            }
        }
        let shown = shown.ok_or("it does not say what it proves")?;
        if header.breaks.is_empty() || !header.fails.contains(' ') {
            return Err("it does not say what breaks, and how it fails".into());
        }
        if (shown.0 == "report") == header.taken.is_empty() {
            return Err("the fix of a report, and of nothing else, is taken by hand".into());
        }
        if header.finding.is_empty() {
            header.finding.clone_from(&header.place);
        }
        Ok((shown, header))
    }
}

/// The file of the reasons that no program shows.
#[derive(Deserialize)]
struct NotShown {
    reason: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    rules: Vec<String>,
    kind: String,
    reasons: Vec<String>,
    why: String,
}

/// The reasons of rules that have neither a program nor a line that says why not; and the lines and programs about none.
pub fn missing(proofs: &[Proof]) -> Vec<String> {
    let listed: NotShown = toml::from_str(include_str!("reasons/not_shown.toml")).unwrap();
    let mut wrong = Vec::new();
    let mut excused: BTreeSet<(String, Shown)> = BTreeSet::new();
    for entry in &listed.reason {
        if entry.why.split(' ').count() < 5 {
            wrong.push(format!("`{}` does not say why {:?} cannot be shown", entry.why, entry.reasons));
        }
        for rule in &entry.rules {
            let all = entry.reasons.iter().map(|reason| (rule.clone(), (entry.kind.clone(), reason.clone())));
            excused.extend(all);
        }
    }
    let shown: BTreeSet<(String, Shown)> =
        proofs.iter().map(|proof| (proof.rule.clone(), proof.shown.clone())).collect();
    let mut given: BTreeSet<(String, Shown)> = BTreeSet::new();
    for rule in transforms::all() {
        let rule = rule.metadata();
        for (kind, reasons) in [("unsafe", &rule.unsafe_for), ("report", &rule.no_fix_for)] {
            let of_kind = |reason: &String| (rule.id.to_string(), (kind.to_owned(), reason.clone()));
            given.extend(reasons.iter().map(of_kind));
        }
    }
    for (rule, (kind, reason)) in given.difference(&shown.union(&excused).cloned().collect()) {
        wrong.push(format!(
            "{rule}: {kind} {reason} has no program in tests/live/reasons, and is not in not_shown.toml"
        ));
    }
    for (rule, (kind, reason)) in excused.intersection(&shown) {
        wrong.push(format!("{rule}: {kind} {reason} is shown; not_shown.toml says that it cannot be"));
    }
    for (rule, (kind, reason)) in excused.difference(&given) {
        wrong.push(format!("{rule}: {kind} {reason} is in not_shown.toml, and is not a reason of that rule"));
    }
    // What the engine withholds, it withholds from every rule in the same way.
    for withheld in WITHHELD_FOR {
        let is_shown = |(_, (kind, reason)): &(String, Shown)| kind == "report" && *reason == withheld.slug;
        if !shown.iter().any(is_shown) {
            wrong.push(format!("{}, for which the engine withholds fixes, has no program", withheld.slug));
        }
    }
    wrong
}

/// Runs all proofs in `interpreter`, and fails with what it found wrong.
pub fn run(interpreter: &Interpreter, proofs: &[Proof], servers: &Servers) -> Result<(), Failed> {
    let tasks: Vec<Value> = proofs.iter().map(Proof::task).collect();
    let Answer { python, ran, skipped, wrong } = drive(interpreter, &tasks, servers)?;
    eprintln!("reasons: CPython {python}, {} programs run", ran.len());
    for (reason, names) in skipped.iter().filter(|(reason, _)| *reason != "another Python's") {
        eprintln!("  skipped, {reason}: {}", names.join(", "));
    }
    let wrong: Vec<String> = wrong
        .iter()
        .map(|(name, wrongs)| {
            let proof = proofs.iter().find(|proof| proof.name == *name);
            let after = proof.map_or("", |proof| &proof.after[&proof.header.finding]);
            format!("{name}:\n  {}\n{after}", wrongs.join("\n  "))
        })
        .collect();
    crate::none(&wrong)
}

/// The test's own test: a program that nobody fixed shows nothing.
pub fn need_the_failure(interpreter: &Interpreter, proofs: &[Proof], servers: &Servers) -> Result<(), Failed> {
    let mut tasks: Vec<Value> = proofs.iter().map(Proof::task).collect();
    for task in &mut tasks {
        let before = task["before"].clone();
        task["after"] = before;
    }
    let answer = drive(interpreter, &tasks, servers)?;
    let passed = answer.ran.iter().filter(|name| !answer.wrong.contains_key(*name));
    crate::none(&passed.map(|name| format!("{name} passes unfixed")).collect::<Vec<_>>())
}
