//! `tightwire fix`: applies fixes, in place, as a diff, or one at a time with the user.

use super::args::{Common, FixArgs};
use super::exit::{Exit, Stop};
use super::file_report;
use super::file_report::FileReport;
use super::input;
use super::input::Input;
use super::printer::{Listing, Printer};
use super::review;
use super::summary;
use super::summary::{Collector, Counts, Timing};
use crate::engine::{Decide, Decision, Engine, Judged};
use crate::finding::{Applicability, Outcome};
use crate::problem::Problem;
use crate::report::diff;
use crate::report::diff::DiffPath;
use crate::report::{Fixes, Format, Reported};
use crate::rule::Adjusted;
use crate::state::UserState;
use crate::terminal::streams::{Terminal, counted};
use crate::text::Source;
use crate::text::display_path;
use crate::text::sanitize::visible_line;
use crate::transforms;
use crate::workspace::project;
use crate::workspace::walk::Walk;
use crate::workspace::{Candidate, Checked, Options, Unstaged, Workspace};
use crate::write;
use crate::write::WriteError;
use crate::write::journal::Journal;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

pub(super) fn run(args: &FixArgs, common: &Common, terminal: &Terminal) -> Result<Exit, Stop> {
    let changes = args.changed.changes(Unstaged::Refuse);
    let mut options = Options { changes, ..input::options(common) };
    for reason in &args.accept {
        Adjusted::reason(transforms::all(), reason)
            .map_err(|unknown| Problem { message: format!("{} (--accept)", unknown.message), ..unknown })?;
        options.extend_safe.push(reason.clone());
    }
    let workspace = Workspace::new(options)?;
    let prompter = if args.interactive { Some(review::prompter(args, common, terminal)?) } else { None };
    let fix = Fix::new(args, common, terminal);
    let is_filter = args.paths.paths.iter().any(|path| input::is_stdin(path));
    let listing = if args.dry_run || is_filter { Listing::Document } else { Listing::Lines };
    let fixes = if args.dry_run { Fixes::Proposed } else { Fixes::Written };
    let printer = Printer::open(common, listing, fixes, workspace.engine().rules())?;
    let mut timing = Timing::start();
    let input = input::find(&workspace, &args.paths.paths, Some(&args.changed), common, terminal)?;
    timing.walk_is_done();
    let mut workers = workspace.workers();
    let mut exit = Exit::Clean;
    let mut collector = Collector::new(terminal, printer, &input)?;
    match (input, prompter) {
        (Input::Stdin(path), _) => {
            workers = 1;
            collector.take(fix.stdin(&workspace, &path))?;
        }
        (Input::Files(walked), Some(prompter)) => {
            let write = &|path: &Path, disk: Option<&[u8]>, new: &[u8]| fix.write(path, disk, new);
            let review = review::Interactive { workspace: &workspace, write, args, common, terminal };
            exit = review.run(&walked, prompter, &mut collector)?;
        }
        (Input::Files(walked), None) => fix.all(&workspace, &walked, &mut collector)?,
    }
    let counts = collector.finish()?;
    // The end of an interrupted review was already reported.
    if exit != Exit::Interrupted {
        tell(&counts, args, terminal);
    }
    if let Some(number) = fix.journal.as_ref().and_then(Journal::number) {
        terminal.note(format_args!("`tightwire undo` reverts it (run {number})."));
    }
    if common.verbose {
        timing.tell(terminal, workers, workspace.cost());
    }
    Ok(exit.max(summary::exit(&counts, args.dry_run && counts.summary.changed > 0)))
}

/// The journal of a run on `paths`; `None` if no folder for it can be found.
fn journal_of(paths: &[PathBuf], terminal: &Terminal) -> Option<Journal> {
    if paths.iter().any(|path| input::is_stdin(path)) {
        return None;
    }
    // If no path exists, nothing will be written.
    let project = project::outermost(paths)?;
    let arguments: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    match UserState::find() {
        Ok(user) => Some(Journal::new(user.of(&project), arguments.join(" "))),
        Err(error) => {
            cannot_be_undone(&error, terminal);
            None
        }
    }
}

fn cannot_be_undone(error: &io::Error, terminal: &Terminal) {
    terminal.warning(&format!(
        "this run cannot be undone, because its journal cannot be written: {error} (set TIGHTWIRE_STATE_DIR to a writable folder)"
    ));
}

/// The last lines of a run.
fn tell(counts: &Counts, args: &FixArgs, terminal: &Terminal) {
    let verb = if args.dry_run { "Would fix" } else { "Fixed" };
    let what = if counts.summary.fixed == 0 {
        format!("{verb} nothing")
    } else {
        let (fixed, changed) = (counted(counts.summary.fixed, "finding"), counted(counts.summary.changed, "file"));
        format!("{verb} {fixed} in {changed}")
    };
    let extent = summary::extent(&counts.summary);
    match counts.left() {
        0 => terminal.note(format_args!("{what} ({extent}); nothing left.")),
        left => {
            terminal.note(format_args!("{what} ({extent}); {left} left: {}.", summary::open(counts)));
            if let Some(how) = summary::how_to_go_on(counts) {
                terminal.note(how);
            }
        }
    }
}

/// The target of the new contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    File,
    Diff,
}

struct Fix {
    target: Target,
    unsafe_too: bool,
    format: &'static dyn Format,
    style: diff::Style,
    /// Records what the run writes; `None` in a dry run, and if no folder for it can be found.
    journal: Option<Journal>,
    terminal: Terminal,
}

/// Takes all safe fixes and, if asked, the unsafe ones.
struct Batch {
    unsafe_too: bool,
}

impl Decide for Batch {
    fn decide(&mut self, _: &Source, judged: &Judged) -> Decision {
        match judged.finding.applicability() {
            Applicability::Safe => Decision::Accept,
            Applicability::Unsafe if self.unsafe_too => Decision::Accept,
            Applicability::Unsafe | Applicability::Report => Decision::Leave,
        }
    }
}

impl Fix {
    fn new(args: &FixArgs, common: &Common, terminal: &Terminal) -> Self {
        Self {
            target: if args.dry_run { Target::Diff } else { Target::File },
            unsafe_too: args.unsafe_fixes,
            format: common.output_format,
            style: match terminal.output_is_terminal {
                true => diff::Style::Visible { color: terminal.colored_output },
                false => diff::Style::Exact,
            },
            journal: (!args.dry_run).then(|| journal_of(&args.paths.paths, terminal)).flatten(),
            terminal: *terminal,
        }
    }

    /// Fixes all files without asking.
    fn all(&self, workspace: &Workspace, walked: &Walk, collector: &mut Collector<'_>) -> Result<(), Stop> {
        let work = |candidate: &Candidate<'_>| {
            let checked = candidate.fix(&mut Batch { unsafe_too: self.unsafe_too });
            self.finish(&candidate.engine, candidate.path, candidate.disk, &checked)
        };
        // If the reader of a diff closes the pipe, the run ends; files are fixed to the end.
        let mut closed = None;
        file_report::each(workspace, &walked.files, &self.terminal, work, |_, report| {
            match (collector.take(report), self.target) {
                (Err(error), Target::File) => {
                    closed.get_or_insert(error);
                    Ok(())
                }
                (taken, _) => taken,
            }
        })?;
        closed.map_or(Ok(()), |error| Err(error.into()))
    }

    /// Writes the result for a file, or prints it as a diff.
    fn finish(&self, engine: &Engine, path: &Path, disk: &[u8], checked: &Checked) -> FileReport {
        let new = checked.result.as_ref().and_then(|result| result.fixed.as_deref());
        let mut report = match new.and_then(|new| self.refusal(path, disk, new)) {
            Some(error) => FileReport::unwritten(path, engine, checked, write_error(path, &error)),
            None => FileReport::of(path, engine, checked),
        };
        if let (Some(new), Target::Diff, true) = (new, self.target, report.is_changed) {
            report.output = diff::unified(&DiffPath::new(path), disk, new, self.style);
        }
        if self.target == Target::File && self.format.is_for_people() {
            report.output = file_line(path, &report.findings).into_bytes();
        }
        report
    }

    /// Writes a file's new contents, if they are to be written, and returns why that cannot be done.
    fn refusal(&self, path: &Path, disk: &[u8], new: &[u8]) -> Option<WriteError> {
        match self.target {
            Target::File => self.write(path, Some(disk), new).err(),
            // A diff of a link's name does not apply to the link's target.
            Target::Diff => write::refusal(path).filter(|error| matches!(error, WriteError::Symlink)),
        }
    }

    /// Replaces the contents `disk`, or creates the file if there is none, and records the change.
    fn write(&self, path: &Path, disk: Option<&[u8]>, new: &[u8]) -> Result<(), WriteError> {
        let record = |mode| {
            if let Some(Err(error)) = self.journal.as_ref().map(|journal| journal.record(path, mode, disk, new)) {
                cannot_be_undone(&error, &self.terminal);
            }
        };
        let Some(disk) = disk else { return write::create_after(path, new, || record(None)) };
        let links = write::other_links(path);
        write::replace_after(path, disk, new, record)?;
        if links > 0 {
            let keep = if links == 1 { "keeps" } else { "keep" };
            self.terminal.warning(&format!(
                "{}: {}, which {keep} the old contents",
                visible_line(&display_path(path)),
                counted(usize::try_from(links).unwrap_or(usize::MAX), "other hard link")
            ));
        }
        Ok(())
    }

    /// Standard input as a filter: writes the fixed text, or its diff, to standard output.
    fn stdin(&self, workspace: &Workspace, path: &Path) -> FileReport {
        let disk = match input::read_stdin(path) {
            Ok(disk) => disk,
            Err(error) => return FileReport::failed(error),
        };
        let mut report = match workspace.candidate(path, &disk) {
            Ok(candidate) => candidate.map(|candidate| self.filtered(&candidate)).unwrap_or_default(),
            Err(error) => FileReport::failed(error),
        };
        // A filter returns text that it cannot fix unchanged: an editor that pipes through it must not lose the text.
        if self.target == Target::File && !report.is_changed {
            report.output = disk;
        }
        report
    }

    fn filtered(&self, candidate: &Candidate<'_>) -> FileReport {
        let checked = candidate.fix(&mut Batch { unsafe_too: self.unsafe_too });
        let mut report = FileReport::of(candidate.path, &candidate.engine, &checked);
        if let Some(new) = checked.result.and_then(|result| result.fixed) {
            report.output = match self.target {
                Target::File => new,
                Target::Diff => diff::unified(&DiffPath::new(candidate.path), candidate.disk, &new, self.style),
            };
        }
        report
    }
}

/// What is said of a file that could not be written.
pub(super) fn write_error(path: &Path, error: &WriteError) -> Problem {
    Problem::new(error.to_string(), error.help()).in_file(display_path(path))
}

/// `app/server.py: fixed 2 (unrestricted-bind 2), 1 left (http-server-usage 1 unsafe)`; empty if there is nothing to
/// report.
fn file_line(path: &Path, findings: &[Reported]) -> String {
    let mut fixed: BTreeMap<&str, usize> = BTreeMap::new();
    let mut left: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for finding in findings.iter().map(|finding| &finding.record) {
        let state = match finding.outcome {
            Outcome::Suppressed | Outcome::Baselined => continue,
            Outcome::Fixed => {
                *fixed.entry(&finding.rule).or_default() += 1;
                continue;
            }
            Outcome::Declined => "declined",
            Outcome::Conflicted => "overlaps another fix",
            Outcome::Failed => "failed",
            Outcome::Unfixable => "to change by hand",
            Outcome::Found => match finding.applicability {
                Applicability::Safe => "not applied",
                Applicability::Unsafe => "unsafe",
                Applicability::Report => "to change by hand",
            },
        };
        *left.entry((&finding.rule, state)).or_default() += 1;
    }
    if fixed.is_empty() && left.is_empty() {
        return String::new();
    }
    let mut line = format!("{}: fixed {}", visible_line(&display_path(path)), fixed.values().sum::<usize>());
    let rules: Vec<_> = fixed.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
    if !rules.is_empty() {
        line.push_str(&format!(" ({})", rules.join(", ")));
    }
    let open: Vec<_> = left.iter().map(|((rule, state), count)| format!("{rule} {count} {state}")).collect();
    if !open.is_empty() {
        line.push_str(&format!(", {} left ({})", left.values().sum::<usize>(), open.join(", ")));
    }
    line.push('\n');
    line
}
