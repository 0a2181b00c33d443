//! The programs that are run: `clients/*.py` and `servers/*.py`, each with what it is about in comments at its top.

use crate::accept::All;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use tightwire::engine::{Engine, FileContext};
use tightwire::finding::Outcome;
use tightwire::transforms;

/// A program before and after all fixes.
pub struct Program {
    pub name: String,
    pub kind: Kind,
    /// The callable of `transforms/unrestricted_bind` that a server is about.
    pub sink: Option<String>,
    pub before: String,
    pub after: String,
    first: (u8, u8),
    last: (u8, u8),
    arrives: Vec<(String, String)>,
    ports: Vec<u16>,
    expect: String,
    needs: String,
    protocol: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Client,
    Server,
}

impl Program {
    /// All programs, fixed; the errors name those that cannot be read or fixed. Programs that say `open: why` are those
    /// whose fix is still missing: they are printed, and are an error as soon as they are fixed.
    pub fn all() -> (Vec<Self>, Vec<String>) {
        let engine = Engine::new(transforms::all());
        let (mut programs, mut errors) = (Vec::new(), Vec::new());
        for (folder, kind) in [("clients", Kind::Client), ("servers", Kind::Server)] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live").join(folder);
            let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
            paths.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
            paths.sort();
            assert!(!paths.is_empty(), "no programs in {}", folder.display());
            for path in paths {
                let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                let text = fs::read_to_string(&path).unwrap();
                let open = text.lines().find_map(|line| line.strip_prefix("# open: "));
                match (Self::read(&engine, &name, kind, &text), open) {
                    (Ok(program), None) => programs.push(program),
                    (Ok(_), Some(_)) => errors.push(format!("{name}: it is fixed now; it can lose `# open`")),
                    (Err(error), None) => errors.push(format!("{name}: {error}")),
                    (Err(error), Some(why)) => eprintln!("open: {name}: {error}: {why}"),
                }
            }
        }
        (programs, errors)
    }

    fn read(engine: &Engine, name: &str, kind: Kind, text: &str) -> Result<Self, String> {
        let mut program = Self {
            name: name.to_owned(),
            kind,
            sink: None,
            before: text.to_owned(),
            after: fixed(engine, text)?,
            first: (2, 7),
            last: (u8::MAX, u8::MAX),
            arrives: Vec::new(),
            ports: Vec::new(),
            expect: "plaintext".into(),
            needs: String::new(),
            protocol: "http".into(),
        };
        for line in text.lines().map_while(|line| line.strip_prefix("# ")) {
            let (key, value) = line.split_once(": ").ok_or(format!("what does `# {line}` say?"))?;
            match key {
                "python" => {
                    let (first, last) = value.split_once("..").ok_or(format!("`{value}` is no range"))?;
                    program.first = version(first)?;
                    if !last.is_empty() {
                        program.last = version(last)?;
                    }
                }
                "sink" => program.sink = Some(value.to_owned()),
                "arrives" => {
                    for pair in value.split(' ') {
                        let (name, literal) = pair.split_once('=').ok_or(format!("`{pair}` is no pair"))?;
                        program.arrives.push((name.to_owned(), literal.to_owned()));
                    }
                }
                "ports" => {
                    let ports: Result<_, _> = value.split(' ').map(str::parse).collect();
                    program.ports = ports.map_err(|e| format!("`{value}`: {e}"))?;
                }
                "before" => program.expect = value.to_owned(),
                "open" => {}
                "needs" => program.needs = value.to_owned(),
                "protocol" => program.protocol = value.to_owned(),
                _ => return Err(format!("what does `# {line}` say?")),
            }
        }
        if program.ports.is_empty() {
            program.ports = vec![if program.expect == "plaintext" { 80 } else { 443 }, 443];
        }
        if (kind == Kind::Server) != program.sink.is_some() {
            return Err("a server, and nothing else, names its sink".into());
        }
        Ok(program)
    }

    /// What `drive.py` reads.
    pub fn task(&self) -> Value {
        let kind = match self.kind {
            Kind::Client => "client",
            Kind::Server => "server",
        };
        let arrives: serde_json::Map<_, _> = self.arrives.iter().map(|(k, v)| (k.clone(), json!(v))).collect();
        json!({
            "name": self.name, "kind": kind, "before": self.before, "after": self.after, "first": [self.first.0, self.first.1],
            "last": [self.last.0, self.last.1], "arrives": arrives, "ports": self.ports, "expect": self.expect,
            "needs": self.needs, "protocol": self.protocol,
        })
    }
}

pub fn version(text: &str) -> Result<(u8, u8), String> {
    let numbers = text.split_once('.').and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    numbers.ok_or(format!("`{text}` is no version"))
}

/// `text` with every fix, of which there must be one, and nothing left that has one.
fn fixed(engine: &Engine, text: &str) -> Result<String, String> {
    let result = engine.fix(text.as_bytes().to_vec(), &FileContext::default(), &mut All);
    let result = result.map_err(|e| e.to_string())?;
    if let Some(judged) =
        result.findings.iter().find(|judged| !matches!(judged.outcome, Outcome::Fixed | Outcome::Suppressed))
    {
        let line = result.source.line_column(judged.finding.span.start).0;
        let finding = &judged.finding;
        return Err(format!("{} on line {line} is {:?} {:?}", finding.rule, judged.outcome, finding.reasons));
    }
    let fixed = result.fixed.ok_or_else(|| format!("nothing was fixed; {:?}", result.problems))?;
    String::from_utf8(fixed).map_err(|e| e.to_string())
}
