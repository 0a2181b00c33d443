//! `tightwire fix --interactive`: scans all files, then asks the user.

use super::answers::{ask, configuration, write_answers};
use super::args::{Common, FixArgs};
use super::exit::{Exit, Stop};
use super::file_report;
use super::file_report::FileReport;
use super::fix::write_error;
use super::input;
use super::summary::Collector;
use crate::finding::Outcome;
use crate::problem::Problem;
use crate::report::questions::Questions;
use crate::review::answers::Answers;
use crate::review::files;
use crate::review::files::{ReviewedFile, Surroundings};
use crate::review::review_loop::{End, Review, in_words};
use crate::review::terminal_prompter::TerminalPrompter;
use crate::state::UserState;
use crate::terminal::streams::Terminal;
use crate::text::ProjectPath;
use crate::transforms;
use crate::workspace::project;
use crate::workspace::walk::Walk;
use crate::workspace::{Candidate, Workspace};
use crate::write;
use crate::write::WriteError;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The prompter for the terminal.
///
/// # Errors
/// If standard input is not a terminal, or two options contradict each other.
pub(super) fn prompter(args: &FixArgs, common: &Common, terminal: &Terminal) -> Result<TerminalPrompter, Problem> {
    if !common.output_format.is_for_people() {
        let message = "--interactive cannot be combined with JSON or another format for programs";
        return Err(Problem::new(message, "omit one of the two"));
    }
    if args.paths.paths.iter().any(|path| input::is_stdin(path)) {
        return Err(Problem::new("--interactive cannot work on standard input", "name files or folders"));
    }
    let prompter = TerminalPrompter::new(terminal.colored_output).map_err(|error| {
        Problem::new(format!("--interactive cannot use this terminal: {error}"), "use another terminal")
    })?;
    prompter.ok_or_else(|| {
        Problem::new(
            "--interactive needs a terminal on standard input and output",
            "run it at a terminal, or use `--dry-run` to see the changes and `fix` to apply them",
        )
    })
}

/// Replaces a file's contents if they are still as expected; creates the file if none is expected.
pub(super) type Write<'w> = dyn Fn(&Path, Option<&[u8]>, &[u8]) -> Result<(), WriteError> + 'w;

/// The review's view of the command.
pub(super) struct Interactive<'i> {
    pub(super) workspace: &'i Workspace,
    pub(super) write: &'i Write<'i>,
    pub(super) args: &'i FixArgs,
    pub(super) common: &'i Common,
    pub(super) terminal: &'i Terminal,
}

impl Surroundings for Interactive<'_> {
    fn write(&self, path: &Path, expected: Option<&[u8]>, new: &[u8]) -> Result<(), WriteError> {
        (self.write)(path, expected, new)
    }

    fn baseline(&self, place: &ProjectPath) -> Option<PathBuf> {
        (!self.common.no_baseline).then(|| self.workspace.baseline_for(place))
    }
}

impl Interactive<'_> {
    /// Scans, asks, and reports the outcome for each file to `collector`.
    pub(super) fn run(
        &self,
        walked: &Walk,
        mut prompter: TerminalPrompter,
        collector: &mut Collector<'_>,
    ) -> Result<Exit, Stop> {
        let mut scanned = self.scan(walked)?;
        if !self.args.dry_run {
            match self.ask(&scanned, &mut prompter)? {
                Ok(false) => {}
                Ok(true) => scanned = self.scan(walked)?,
                Err(End::Interrupted) => {
                    self.terminal.note("Interrupted; nothing was written.");
                    return Ok(Exit::Interrupted);
                }
                Err(end) => return Ok(self.ended(end, "no question was answered", collector)?),
            }
        }
        for report in scanned.reports {
            collector.take(report)?;
        }
        collector.show()?;
        let files: Vec<ReviewedFile> = scanned.files.into_values().collect();
        let mut reviewed = files::Workspace::new(self, files);
        let mut answers = self.answers();
        let mut errors: Vec<Problem> = Vec::new();
        let mut on_error = |error: Problem| {
            self.terminal.error(&error);
            errors.push(error);
        };
        let (session, end) = Review {
            workspace: &mut reviewed,
            prompter: &mut prompter,
            answers: &mut answers,
            transforms: transforms::all(),
            takes_unsafe: self.args.unsafe_fixes,
            has_baseline: !self.common.no_baseline,
            asks_again: self.args.ask_again,
            on_error: &mut on_error,
        }
        .run();
        for error in errors {
            collector.known_error(error)?;
        }
        let exit = self.ended(end, &in_words(&session.tally()), collector)?;
        if exit == Exit::Interrupted {
            return Ok(exit);
        }
        for file in 0..reviewed.files().len() {
            let findings = reviewed.reported(&session, file);
            let is_changed = findings.iter().any(|finding| finding.record.outcome == Outcome::Fixed);
            collector.take(FileReport { findings, is_changed, ..FileReport::default() })?;
        }
        Ok(exit)
    }

    /// Says how the review ended, with what `tally` says was decided.
    fn ended(&self, end: End, tally: &str, collector: &mut Collector<'_>) -> io::Result<Exit> {
        let kept = |verb: &str| {
            self.terminal.note(format_args!(
                "{verb}; nothing more was written ({tally}). Your answers are saved: `fix -i` offers to resume."
            ));
        };
        match end {
            End::Finished => Ok(Exit::Clean),
            End::Aborted => {
                kept("Stopped");
                Ok(Exit::Clean)
            }
            End::Interrupted => {
                kept("Interrupted");
                Ok(Exit::Interrupted)
            }
            End::Lost(error) => {
                let help = "nothing more was written; your answers are saved, and `fix -i` offers to resume";
                collector.error(Problem::new(format!("the terminal cannot be read: {error}"), help))?;
                Ok(Exit::Interrupted)
            }
        }
    }

    /// Asks what fixes hang on, and writes what the user knows to the configuration. Returns whether anything was written, or how the
    /// review ends before it begins.
    fn ask(&self, scanned: &Scanned, prompter: &mut TerminalPrompter) -> Result<Result<bool, End>, Stop> {
        let paths = &self.args.paths.paths;
        let path = configuration(paths, self.common);
        let root = project::outermost(paths).unwrap_or_default();
        let stated = match ask(prompter, &scanned.questions.sorted(), &path, &root) {
            Ok(stated) => stated,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(Err(End::Interrupted)),
            Err(error) => return Ok(Err(End::Lost(error))),
        };
        if stated.is_empty() {
            return Ok(Ok(false));
        }
        write_answers(&stated, &path, self.terminal)?;
        self.workspace.changed(&path);
        Ok(Ok(true))
    }

    /// Looks at all files.
    fn scan(&self, walked: &Walk) -> Result<Scanned, Stop> {
        let found: Mutex<BTreeMap<PathBuf, ReviewedFile>> = Mutex::default();
        let questions: Mutex<Questions> = Mutex::default();
        let mut reports = Vec::new();
        let work = |candidate: &Candidate<'_>| {
            let (report, reviewed) = look(candidate, &questions);
            if let Some(reviewed) = reviewed {
                found.lock().unwrap_or_else(PoisonError::into_inner).insert(candidate.path.to_path_buf(), reviewed);
            }
            report
        };
        file_report::each(self.workspace, &walked.files, self.terminal, work, |_, report| {
            reports.push(report);
            Ok(())
        })?;
        let files = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(Scanned { files, reports, questions: questions.into_inner().unwrap_or_else(PoisonError::into_inner) })
    }

    /// The saved answers of the project. If they cannot be saved, the review continues without.
    fn answers(&self) -> Answers {
        let state = project::outermost(&self.args.paths.paths).map(|project| Ok(UserState::find()?.of(&project)));
        let opened = state.map(|state: io::Result<_>| Answers::open(&state?));
        match opened {
            None => Answers::default(),
            Some(Ok(answers)) => answers,
            Some(Err(error)) => {
                let why = match error.kind() {
                    io::ErrorKind::WouldBlock => "another review of this project is running".to_owned(),
                    _ => format!("{error} (set TIGHTWIRE_STATE_DIR to a writable folder)"),
                };
                self.terminal.warning(&format!("the answers of this review cannot be saved: {why}"));
                Answers::default()
            }
        }
    }
}

/// What is known before anything is asked.
struct Scanned {
    /// The files with findings to ask about, by their paths.
    files: BTreeMap<PathBuf, ReviewedFile>,
    /// What is to be told of the other files, and of these.
    reports: Vec<FileReport>,
    /// What fixes hang on.
    questions: Questions,
}

/// What is to be told of a file at once, and the file, if something in it is to be asked.
fn look(candidate: &Candidate<'_>, questions: &Mutex<Questions>) -> (FileReport, Option<ReviewedFile>) {
    if let Some(problem) = &candidate.unreadable_baseline {
        return (FileReport::failed(problem.clone()), None);
    }
    let checked = candidate.check();
    let mut report = FileReport::of(candidate.path, &candidate.engine, &checked);
    let Some(result) = checked.result else { return (report, None) };
    let (engine, path) = (Arc::clone(&candidate.engine), candidate.path.to_path_buf());
    let reviewed = ReviewedFile::new(engine, path, candidate.disk.to_vec(), candidate.context.clone(), result);
    if !reviewed.has_open() {
        return (report, None);
    }
    // Do not ask about a file that cannot be written.
    if let Some(refusal) = write::refusal(candidate.path) {
        report.errors.push(write_error(candidate.path, &refusal));
        return (report, None);
    }
    questions.lock().unwrap_or_else(PoisonError::into_inner).add(&report.findings);
    // Its findings are counted at the end, its errors now.
    (FileReport { findings: Vec::new(), ..report }, Some(reviewed))
}
