//! The fixed programs run. Each program of `live/clients` and `live/servers` is fixed and then executed, as it was and as
//! it is, by every CPython on this machine.
//!
//! A fixed client gets its answer over TLS, verified: it refuses a certificate for another name, and one of an authority that
//! it does not trust, where the program as it was talks plaintext or accepts both. What it passed by position arrives in the
//! attribute that it was meant for. A fixed server is bound to loopback only, where it was bound to every interface; the test
//! reads that from the socket.
//!
//! The programs of `live/reasons` prove the other half: each works, and a fix that Tightwire withholds or asks about, taken anyway,
//! breaks it. Those of `live/alternatives` are fixed in each way that is offered. `live/rows.toml` names the programs that show each change that comes unasked.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may panic, and says what it skips"
)]

#[path = "../engine/accept.rs"]
mod accept;
mod alternatives;
#[path = "../fixtures/interpreter.rs"]
mod interpreter;
mod program;
mod reasons;
mod rows;
mod server;

use alternatives::Choice;
use interpreter::Interpreter;
use libtest_mimic::{Arguments, Failed, Trial};
use program::{Kind, Program};
use reasons::Proof;
use serde_json::{Value, json};
use server::Servers;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// An interpreter that takes longer over all programs hangs.
const LIMIT: Duration = Duration::from_secs(300);
const DEFINITION: &str = include_str!("../../transforms/unrestricted_bind/transform.toml");
/// The packages of the standard library that have sinks.
const STANDARD_LIBRARY: [&str; 9] =
    ["asyncio", "asyncore", "http", "multiprocessing", "smtpd", "socket", "socketserver", "wsgiref", "xmlrpc"];
/// CPython 3.14 has these, and needs a certificate to make them.
const WITHOUT_A_PROGRAM: [&str; 2] = ["http.server.HTTPSServer", "http.server.ThreadingHTTPSServer"];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let (programs, errors) = Program::all();
    let programs = Arc::new(programs);
    let servers = Arc::new(Servers::start());
    let mut trials = vec![Trial::test("programs::are_fixed", move || none(&errors))];
    let ours = Arc::clone(&programs);
    trials.push(Trial::test("programs::cover_every_sink", move || cover_every_sink(&ours)));
    let (proofs, errors) = Proof::all();
    let proofs = Arc::new(proofs);
    trials.push(Trial::test("reasons::are_given", move || none(&errors)));
    let ours = Arc::clone(&proofs);
    trials.push(Trial::test("reasons::are_all_shown_or_listed", move || none(&reasons::missing(&ours))));
    let (choices, errors) = Choice::all();
    let choices = Arc::new(choices);
    trials.push(Trial::test("alternatives::are_offered", move || none(&errors)));
    trials.push(Trial::test("rows::are_all_safe", || none(&rows::wrong())));
    let (found, missing) = interpreter::all();
    for interpreter in &found {
        let is_slow = !interpreter.is_at_an_end;
        let (ours, programs, answering) = (interpreter.clone(), Arc::clone(&programs), Arc::clone(&servers));
        let name = format!("cpython::{}", interpreter.version);
        trials.push(Trial::test(name, move || run(&ours, &programs, &answering)).with_ignored_flag(is_slow));
        let (ours, choices, answering) = (interpreter.clone(), Arc::clone(&choices), Arc::clone(&servers));
        let name = format!("alternatives::cpython::{}", interpreter.version);
        trials
            .push(Trial::test(name, move || alternatives::run(&ours, &choices, &answering)).with_ignored_flag(is_slow));
        let (ours, proofs, answering) = (interpreter.clone(), Arc::clone(&proofs), Arc::clone(&servers));
        let name = format!("reasons::cpython::{}", interpreter.version);
        trials.push(Trial::test(name, move || reasons::run(&ours, &proofs, &answering)).with_ignored_flag(is_slow));
    }
    trials.extend(missing.into_iter().map(interpreter::skipped));
    if let Some(interpreter) = found.into_iter().next_back() {
        let (ours, answering) = (interpreter.clone(), Arc::clone(&servers));
        trials.push(Trial::test("alternatives::others_fail", move || {
            alternatives::others_fail(&ours, &choices, &answering)
        }));
        let (ours, answering) = (interpreter.clone(), Arc::clone(&servers));
        trials.push(Trial::test("unfixed_programs_fail", move || unfixed_fail(&ours, &programs, &answering)));
        trials.push(Trial::test("reasons::need_the_failure", move || {
            reasons::need_the_failure(&interpreter, &proofs, &servers)
        }));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn none(errors: &[String]) -> Result<(), Failed> {
    if errors.is_empty() { Ok(()) } else { Err(errors.join("\n").into()) }
}

/// A sink without a program here would be a row that nobody ran.
fn cover_every_sink(programs: &[Program]) -> Result<(), Failed> {
    let definition: toml::Table = toml::from_str(DEFINITION)?;
    let sinks = definition.get("sinks").and_then(toml::Value::as_array).ok_or("no sinks")?;
    let of_row = |row: &toml::Value| row.get("callable").and_then(toml::Value::as_str).unwrap_or_default().to_owned();
    let standard: Vec<String> = sinks
        .iter()
        .map(of_row)
        .filter(|sink| sink.split('.').next().is_some_and(|first| STANDARD_LIBRARY.contains(&first)))
        .collect();
    let has_program = |sink: &String| programs.iter().any(|program| program.sink.as_ref() == Some(sink));
    let uncovered: Vec<String> = standard
        .iter()
        .filter(|sink| !WITHOUT_A_PROGRAM.contains(&sink.as_str()) && !has_program(sink))
        .map(|sink| format!("{sink} has no program in tests/live/servers"))
        .collect();
    none(&uncovered)
}

/// Runs all programs in `interpreter`, and fails with what it found wrong.
fn run(interpreter: &Interpreter, programs: &[Program], servers: &Servers) -> Result<(), Failed> {
    let tasks: Vec<Value> = programs.iter().map(Program::task).collect();
    let answer = drive(interpreter, &tasks, servers)?;
    let ran = answer.ran.len();
    eprintln!("cpython::{}: CPython {}, {ran} programs run", interpreter.version, answer.python);
    for (reason, names) in &answer.skipped {
        eprintln!("  skipped, {reason}: {}", names.join(", "));
    }
    if ran == 0 {
        return Err("it runs none of the programs".into());
    }
    let wrong: Vec<String> = answer
        .wrong
        .iter()
        .map(|(name, wrongs)| {
            let after = programs.iter().find(|program| program.name == *name).map_or("", |program| &program.after);
            format!("{name}:\n  {}\n{after}", wrongs.join("\n  "))
        })
        .collect();
    none(&wrong)
}

/// The test's own test: a program that is passed off as fixed, and is not, fails.
fn unfixed_fail(interpreter: &Interpreter, programs: &[Program], servers: &Servers) -> Result<(), Failed> {
    let mut tasks: Vec<Value> = programs.iter().map(Program::task).collect();
    for task in &mut tasks {
        let before = task["before"].clone();
        task["after"] = before;
    }
    let answer = drive(interpreter, &tasks, servers)?;
    let kind = |name: &str| programs.iter().find(|program| program.name == name).map(|program| program.kind);
    let mut passed = Vec::new();
    for name in &answer.ran {
        let wrong = answer.wrong.get(name).map_or(&[][..], Vec::as_slice);
        let needed: &[&str] = match kind(name) {
            Some(Kind::Client) => &["wrong_name:", "unknown_issuer:"],
            Some(Kind::Server) | None => &["after:"],
        };
        if !needed.iter().all(|check| wrong.iter().any(|wrong| wrong.starts_with(check))) {
            passed.push(format!("{name} passes unfixed: {wrong:?}"));
        }
    }
    none(&passed)
}

/// What an interpreter says of the programs.
struct Answer {
    python: String,
    ran: Vec<String>,
    /// The programs, by the reason.
    skipped: BTreeMap<String, Vec<String>>,
    /// What is wrong, by the program.
    wrong: BTreeMap<String, Vec<String>>,
}

/// One process over all programs; see `live/drive.py`.
fn drive(interpreter: &Interpreter, tasks: &[Value], servers: &Servers) -> Result<Answer, Failed> {
    let folder = tempfile::tempdir()?;
    let at = |name: &str| folder.path().join(name);
    fs::write(at("authority.pem"), &servers.authority)?;
    fs::write(at("task.json"), json!({"programs": tasks, "servers": servers.ports()}).to_string())?;
    let mut child = Command::new(&interpreter.program)
        .args(["-W", "ignore"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live/drive.py"))
        .args([at("task.json"), at("answer.json")])
        .env("SSL_CERT_FILE", at("authority.pem"))
        .envs([("SSL_CERT_DIR", ""), ("no_proxy", "*"), ("PYTHONDONTWRITEBYTECODE", "1")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(at("stderr"))?)
        .spawn()?;
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if started.elapsed() > LIMIT {
            child.kill()?;
            child.wait()?;
            return Err(format!("{} did not end", interpreter.version).into());
        }
        thread::sleep(Duration::from_millis(20));
    };
    if !status.success() {
        return Err(format!("{status}: {}", fs::read_to_string(at("stderr"))?).into());
    }
    let answer: Value = serde_json::from_str(&fs::read_to_string(at("answer.json"))?)?;
    let mut skipped: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let reasons: BTreeMap<String, String> = serde_json::from_value(answer["skipped"].clone())?;
    for (name, reason) in reasons {
        skipped.entry(reason).or_default().push(name);
    }
    Ok(Answer {
        python: serde_json::from_value(answer["python"].clone())?,
        ran: serde_json::from_value(answer["ran"].clone())?,
        wrong: serde_json::from_value(answer["wrong"].clone())?,
        skipped,
    })
}
