//! Every way to fix a bind runs, and listens where it says.
//!
//! A program of `alternatives` binds `PORT`, which it is given, to every interface; it leaves the addresses in `bound` and what
//! ends it in `close`. It is fixed in each way that its finding offers, and run as it was and as it is. The way `environment` is run
//! without its variable, and with it set to each of several addresses: that is where it must listen.

use crate::interpreter::Interpreter;
use crate::program::version;
use crate::server::Servers;
use crate::{drive, none};
use libtest_mimic::Failed;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tightwire::engine::{Decide, Decision, Engine, FileContext, Judged};
use tightwire::finding::Outcome;
use tightwire::text::Source;
use tightwire::transforms;

/// What each bind of these programs must offer, in this order.
const WAYS: [&str; 2] = ["loopback", "environment"];

/// A program, and what it becomes by each way to fix it.
pub struct Choice {
    name: String,
    before: String,
    after: BTreeMap<&'static str, String>,
    first: (u8, u8),
    last: (u8, u8),
    needs: String,
}

impl Choice {
    /// All programs; the errors name those that cannot be read, or do not offer what they must.
    pub fn all() -> (Vec<Self>, Vec<String>) {
        let bind = transforms::all().iter().filter(|rule| rule.metadata().id.as_str() == "unrestricted-bind");
        let engine = Engine::new(bind.cloned().collect::<Vec<_>>());
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live/alternatives");
        let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let (mut choices, mut errors) = (Vec::new(), Vec::new());
        for path in paths {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            match Self::read(&engine, &name, &fs::read_to_string(&path).unwrap()) {
                Ok(choice) => choices.push(choice),
                Err(error) => errors.push(format!("{name}: {error}")),
            }
        }
        assert!(!choices.is_empty() || !errors.is_empty(), "no programs in {}", folder.display());
        (choices, errors)
    }

    fn read(engine: &Engine, name: &str, text: &str) -> Result<Self, String> {
        let (mut first, mut last, mut needs) = ((2, 7), (u8::MAX, u8::MAX), String::new());
        for line in text.lines().map_while(|line| line.strip_prefix("# ")) {
            match line.split_once(": ") {
                Some(("python", range)) => {
                    let (from, to) = range.split_once("..").ok_or(format!("`{range}` is no range"))?;
                    first = version(from)?;
                    if !to.is_empty() {
                        last = version(to)?;
                    }
                }
                Some(("needs", what)) => what.clone_into(&mut needs),
                _ => return Err(format!("what does `# {line}` say?")),
            }
        }
        let found = engine.check(text.into(), &FileContext::default()).map_err(|e| e.to_string())?;
        for judged in &found.findings {
            let offered: Vec<&str> = judged.ways().filter_map(|(way, _)| way.name).collect();
            if offered != WAYS {
                return Err(format!("it offers {offered:?}"));
            }
        }
        let after = WAYS.into_iter().map(|way| Ok((way, fixed(engine, text, way)?))).collect::<Result<_, String>>()?;
        Ok(Self { name: name.to_owned(), before: text.to_owned(), after, first, last, needs })
    }

    fn task(&self) -> Value {
        json!({
            "name": self.name, "kind": "choice", "before": self.before, "after": self.after, "needs": self.needs,
            "first": [self.first.0, self.first.1], "last": [self.last.0, self.last.1],
        })
    }
}

/// Fixes everything in one way.
struct By(&'static str);

impl Decide for By {
    fn decide(&mut self, _: &Source, judged: &Judged) -> Decision {
        judged.decision_for(Some(self.0))
    }
}

/// `text` with all of its findings fixed in this way; there must be one.
fn fixed(engine: &Engine, text: &str, way: &'static str) -> Result<String, String> {
    let result = engine.fix(text.into(), &FileContext::default(), &mut By(way)).map_err(|e| e.to_string())?;
    if let Some(judged) = result.findings.iter().find(|judged| judged.outcome != Outcome::Fixed) {
        return Err(format!("by {way}, a finding is {:?}; {:?}", judged.outcome, result.problems));
    }
    String::from_utf8(result.fixed.ok_or("nothing was fixed")?).map_err(|e| e.to_string())
}

/// Runs all programs in `interpreter`, and fails with what it found wrong.
pub fn run(interpreter: &Interpreter, choices: &[Choice], servers: &Servers) -> Result<(), Failed> {
    let tasks: Vec<Value> = choices.iter().map(Choice::task).collect();
    let answer = drive(interpreter, &tasks, servers)?;
    if answer.ran.is_empty() {
        return Err("it runs none of the programs".into());
    }
    eprintln!("alternatives::cpython::{}: {} programs run", interpreter.version, answer.ran.len());
    let wrong: Vec<String> =
        answer.wrong.iter().map(|(name, wrongs)| format!("{name}:\n  {}", wrongs.join("\n  "))).collect();
    none(&wrong)
}

/// The test's own test: what is passed off as a way to fix it, and is another text, fails.
pub fn others_fail(interpreter: &Interpreter, choices: &[Choice], servers: &Servers) -> Result<(), Failed> {
    let mut passed = Vec::new();
    // `None` is the program as it was.
    for (way, other) in [("loopback", None), ("environment", None), ("environment", Some("loopback"))] {
        let tasks: Vec<Value> = choices
            .iter()
            .map(|choice| {
                let mut task = choice.task();
                let text = other.map_or(&choice.before, |other| &choice.after[other]);
                task["after"][way] = text.as_str().into();
                task
            })
            .collect();
        let answer = drive(interpreter, &tasks, servers)?;
        let fails = |name: &&String| {
            answer.wrong.get(*name).is_some_and(|wrong| wrong.iter().any(|wrong| wrong.starts_with(way)))
        };
        passed.extend(answer.ran.iter().filter(|name| !fails(name)).map(|name| format!("{name} passes as {way}")));
    }
    none(&passed)
}
