//! `tightwire probe`: asks the hosts of open questions for a TLS handshake, and writes what it saw as answers.
//!
//! Nothing is contacted before the user has seen the list of hosts and agreed.

use super::answers::{configuration, write_answers};
use super::args::{Common, ProbeArgs};
use super::clock;
use super::exit::{Exit, Stop};
use super::format;
use super::input;
use super::output::Output;
use super::questions;
use crate::probe::{Answered, Limits, Outcome, Target, ask_all};
use crate::problem::Problem;
use crate::report::{ListForm, json};
use crate::terminal::dialog;
use crate::terminal::interrupt;
use crate::terminal::streams::{Terminal, counted};
use crate::text::sanitize::visible_line;
use crate::transforms::{canonical, name_and_port, with_port};
use crate::workspace::Workspace;
use crate::write::evidence::{PROBED, Stated};
use console::Term;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io;
use std::io::{IsTerminal as _, Write as _};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How many hosts are asked at once.
const AT_ONCE: usize = 16;

/// A host that is to be asked.
#[derive(Debug)]
struct Asked {
    /// The host and the port, as an answer names them.
    about: String,
    target: Target,
    /// How many fixes hang on it, alone or with others.
    fixes: usize,
}

/// A line of the output.
#[derive(Debug, Serialize)]
struct Line<'a> {
    about: &'a str,
    host: &'a str,
    port: u16,
    fixes: usize,
    outcome: Outcome,
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<Seen<'a>>,
}

#[derive(Debug, Serialize)]
struct Seen<'a> {
    names: &'a [String],
    until: Option<String>,
}

pub(super) fn run(args: &ProbeArgs, common: &Common, terminal: &Terminal) -> Result<Exit, Stop> {
    let form = format::list_form(common.output_format, "answers of a probe")?;
    let resolved = args.resolve.iter().map(|text| resolve(text)).collect::<Result<BTreeMap<_, _>, _>>()?;
    if args.write && args.paths.paths.iter().any(|path| input::is_stdin(path)) {
        return Err(Problem::new("`--write` cannot be used for standard input", "name files or folders").into());
    }
    let workspace = Workspace::new(input::options(common))?;
    let open = questions::gather(&workspace, &args.paths, common, terminal)?;
    let mut about: Vec<(String, usize)> = Vec::new();
    for question in open.questions.into_iter().filter(|question| question.setting == "tls") {
        about.push((question.about, question.fixes + question.with_others));
    }
    if args.again {
        let answers = workspace.answers().into_iter().map(|(_, answer)| answer);
        let probed = answers.filter(|answer| answer.reason.as_ref().is_some_and(|reason| reason.starts_with(PROBED)));
        about.extend(probed.map(|answer| (answer.about.clone(), 0)));
    }
    let hosts = hosts(&about, terminal);
    let failed = if open.has_errors { Exit::Failure } else { Exit::Clean };
    if hosts.is_empty() {
        terminal.note("No host to ask: no fix is held back because it is not known whether a host speaks TLS.");
        return Ok(failed);
    }
    if let Some(exit) = declined(&hosts, args, terminal)? {
        terminal.note("Nothing was contacted.");
        return Ok(exit);
    }
    let targets: Vec<Target> = hosts.iter().map(|host| host.target.clone()).collect();
    let (each, total) = (Duration::from_secs(args.timeout), Duration::from_secs(args.total_timeout));
    let limits = Limits { at_once: AT_ONCE, each, total };
    let (answers, is_stopped) = interrupt::while_stoppable(|stop| {
        let done: Arc<AtomicUsize> = Arc::default();
        let _progress = terminal.progress(targets.len(), "hosts", &done);
        (ask_all(&targets, &resolved, limits, &done, stop), stop.load(Ordering::SeqCst))
    });
    let answers = answers?;
    print(&hosts, &answers, form, common)?;
    let count = |wanted: Outcome| answers.iter().filter(|answer| answer.outcome == wanted).count();
    let (tls, not_asked) = (count(Outcome::SpeaksTls), count(Outcome::NotAsked));
    let left = if not_asked > 0 { format!(", {not_asked} not asked") } else { String::new() };
    terminal.note(format_args!("{tls} of {} TLS{left}.", counted_speaks(hosts.len())));
    let proven = hosts.iter().zip(&answers).filter(|(_, answer)| answer.outcome == Outcome::SpeaksTls);
    let proven: Vec<Stated> = proven.map(|(host, answer)| stated(host, answer)).collect();
    if args.write {
        match proven.is_empty() {
            true => terminal.note("Nothing to write."),
            false => write_answers(&proven, &configuration(&args.paths.paths, common), terminal)?,
        }
    } else if !proven.is_empty() {
        terminal.note("`--write` adds them to the configuration, with what was seen.");
    }
    Ok(if is_stopped { Exit::Interrupted } else { failed })
}

/// `3 hosts speak`.
fn counted_speaks(count: usize) -> String {
    format!("{} {}", counted(count, "host"), if count == 1 { "speaks" } else { "speak" })
}

/// `HOST:PORT:ADDRESS`.
fn resolve(text: &str) -> Result<(Target, IpAddr), Problem> {
    let wrong = || {
        let help = "write HOST:PORT:ADDRESS, such as `api.corp.example:8443:127.0.0.1`";
        Problem::new(format!("`--resolve {text}` cannot be read"), help)
    };
    let mut parts = text.splitn(3, ':');
    let (Some(host), Some(port), Some(address)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(wrong());
    };
    let address = address.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(address);
    let port = port.parse::<u16>().ok().filter(|port| *port != 0).ok_or_else(wrong)?;
    Ok((Target::new(host, port).map_err(|_| wrong())?, address.parse().map_err(|_| wrong())?))
}

/// The hosts to ask, each once. Says which of them cannot be asked.
fn hosts(about: &[(String, usize)], terminal: &Terminal) -> Vec<Asked> {
    let mut found: Vec<Asked> = Vec::new();
    let mut known: BTreeMap<Target, usize> = BTreeMap::new();
    for (about, fixes) in about {
        let (name, port) = name_and_port(about);
        let number = port.map_or(Ok(443), str::parse::<u16>).ok().filter(|port| *port != 0);
        let Some(target) = number.and_then(|port| Target::new(name, port).ok()) else {
            terminal.warning(&format!("`{}` is not a host that can be asked", visible_line(about)));
            continue;
        };
        if let Some(same) = known.get(&target).and_then(|index| found.get_mut(*index)) {
            same.fixes += fixes;
            continue;
        }
        known.insert(target.clone(), found.len());
        let about = with_port(&canonical(name), &target.port.to_string());
        found.push(Asked { about, target, fixes: *fixes });
    }
    found
}

/// Shows which hosts are contacted, and asks whether to go on; the exit code if not.
fn declined(hosts: &[Asked], args: &ProbeArgs, terminal: &Terminal) -> Result<Option<Exit>, Stop> {
    let may_ask = io::stdin().is_terminal() && io::stderr().is_terminal();
    if !args.yes && !may_ask {
        let message = "`probe` asks before it contacts hosts, but standard input or standard error is not a terminal";
        return Err(Problem::new(message, "pass `--yes` to go on without being asked").into());
    }
    let mut list = format!("A TLS handshake with {}:", counted(hosts.len(), "host"));
    for host in hosts {
        list.push_str(&format!("\n  {}", visible_line(&host.about)));
    }
    if args.yes {
        terminal.note(list);
        return Ok(None);
    }
    // Without it, Ctrl-C ends the program at once.
    drop(interrupt::guard_terminal());
    let asked = Term::stderr();
    // Also with `-q`: it is what the user agrees to.
    let answer = asked
        .write_line(&list)
        .and_then(|()| interrupt::while_asking(|| dialog::confirm(&asked, "Contact them now?", false)));
    match answer {
        Ok(true) => Ok(None),
        Ok(false) => Ok(Some(Exit::Clean)),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(Some(Exit::Interrupted)),
        Err(error) => Err(Problem::new(format!("the terminal cannot be used: {error}"), "pass `--yes`").into()),
    }
}

fn print(hosts: &[Asked], answers: &[Answered], form: ListForm, common: &Common) -> Result<(), Stop> {
    let lines: Vec<Line<'_>> = hosts.iter().zip(answers).map(|(host, answer)| line(host, answer)).collect();
    let mut out = Output::open(common.output_file.as_deref())?;
    match form {
        ListForm::Json => json::write_value(&mut out, &lines)?,
        ListForm::Text => lines.iter().try_for_each(|line| writeln!(out, "{}", visible_line(&text(line))))?,
    }
    Ok(out.finish()?)
}

fn line<'a>(host: &'a Asked, answer: &'a Answered) -> Line<'a> {
    let Answered { outcome, detail, certificate } = answer;
    let seen = certificate.as_ref();
    let certificate =
        seen.map(|seen| Seen { names: &seen.names, until: clock::day_of(seen.until).map(|day| day.to_string()) });
    let Target { host: name, port } = &host.target;
    Line { about: &host.about, host: name, port: *port, fixes: host.fixes, outcome: *outcome, detail, certificate }
}

/// `api.corp.example:443 speaks TLS (certificate for *.corp.example, until 2027-02-01)`.
fn text(line: &Line<'_>) -> String {
    let seen = line.certificate.as_ref().map(|seen| {
        let until = seen.until.as_ref().map(|until| format!(", until {until}")).unwrap_or_default();
        format!("certificate for {}{until}", seen.names.join(", "))
    });
    let more = seen.or_else(|| (!line.detail.is_empty()).then(|| line.detail.to_owned()));
    let more = more.map(|more| format!(" ({more})")).unwrap_or_default();
    format!("{} {}{more}", line.about, line.outcome.words())
}

/// What was seen, as an answer that counts as long as the certificate does.
fn stated(host: &Asked, answer: &Answered) -> Stated {
    let names = answer.certificate.as_ref().map(|seen| seen.names.join(", ")).unwrap_or_default();
    let today = clock::today().map(|day| format!(" on {day}")).unwrap_or_default();
    let until = answer.certificate.as_ref().and_then(|seen| clock::day_of(seen.until));
    Stated {
        setting: "tls",
        about: host.about.clone(),
        reason: format!("{PROBED}certificate for {names}{today}"),
        until: until.and_then(|day| day.to_string().parse().ok()),
    }
}
