//! `tightwire undo`: reverts what a run of `fix` wrote; `undo --list`: lists the runs.
//!
//! Files are restored and named one by one. A file that changed since the run is left alone, unless the user sees the
//! merged result at a terminal and accepts it.

use super::args::{Common, UndoArgs};
use super::exit::{Exit, Stop};
use super::format;
use super::output::Output;
use crate::problem::Problem;
use crate::report::diff;
use crate::report::diff::DiffPath;
use crate::report::{ListForm, json};
use crate::state::{ProjectState, UserState};
use crate::terminal::streams::{Terminal, counted};
use crate::terminal::{dialog, interrupt};
use crate::text::display_path;
use crate::text::sanitize::visible_line;
use crate::workspace::Disk;
use crate::workspace::project;
use crate::write::WriteError;
use crate::write::journal;
use crate::write::journal::{Recorded, Run};
use crate::write::undo;
use crate::write::undo::{Restoration, Standing};
use console::Term;
use serde::Serialize;
use std::io;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

pub(super) fn run(args: &UndoArgs, common: &Common, terminal: &Terminal) -> Result<Exit, Stop> {
    let user = UserState::find().map_err(|error| {
        Problem::new(
            format!("the folder with the journal of runs cannot be found: {error}"),
            "set TIGHTWIRE_STATE_DIR to the value that it had when the files were fixed",
        )
    })?;
    if common.output_file.is_some() && !args.list {
        let help = "omit it, or list the runs with `undo --list`";
        return Err(Problem::new("`undo` restores files and prints no output for `--output-file`", help).into());
    }
    let (state, runs) = recorded(&user)?;
    if args.list {
        return list(&state, &runs, common, terminal);
    }
    let mut run = chosen(args.run, runs, &state, &user)?;
    let undo = Undo { terminal, may_ask: io::stdin().is_terminal() && terminal.output_is_terminal };
    let Some(counts) = undo.all(&mut run)? else { return Ok(Exit::Interrupted) };
    let number = run.number;
    let what = format!("run {number} (`{}`)", visible_line(&run.command));
    if counts.restored > 0 || counts.left == 0 {
        mark(&mut run, terminal);
    }
    let restored = counted(counts.restored, "file");
    match counts.left {
        0 => terminal.note(format_args!("Restored {restored} of {what}.")),
        left => terminal.note(format_args!(
            "Restored {restored} of {what}; {} left as {}. `tightwire undo {number}` tries {} again.",
            counted(left, "file"),
            if left == 1 { "it is" } else { "they are" },
            if left == 1 { "it" } else { "them" },
        )),
    }
    Ok(if counts.left > 0 { Exit::Failure } else { Exit::Clean })
}

/// The state of the project around the current directory, and its runs. Outside a repository, the project is the
/// nearest folder at or above the current directory that has any runs.
fn recorded(user: &UserState) -> Result<(ProjectState, Vec<Recorded>), Problem> {
    let current = PathBuf::from(".");
    let outermost = project::outermost(std::slice::from_ref(&current)).ok_or_else(|| {
        Problem::new("the current directory cannot be read", "change to the project's folder and try again")
    })?;
    let is_repository = project::is_repository(&Disk, &outermost);
    let depth = if is_repository { 1 } else { usize::MAX };
    let states = outermost.ancestors().take(depth).map(|folder| user.of(folder));
    let found = states.map(|state| (journal::runs(&state), state)).find(|(runs, _)| !runs.is_empty());
    Ok(match found {
        Some((runs, state)) => (state, runs),
        None => (user.of(&outermost), Vec::new()),
    })
}

/// Selects the run.
fn chosen(number: Option<u32>, runs: Vec<Recorded>, state: &ProjectState, user: &UserState) -> Result<Run, Problem> {
    let project = visible_line(&display_path(state.project())).into_owned();
    let wanted = |(known, run): &Recorded| match number {
        Some(number) => *known == number,
        None => run.as_ref().map_or(true, |run| !run.is_undone),
    };
    let is_empty = runs.is_empty();
    match runs.into_iter().rev().find(wanted) {
        Some((_, run)) => run,
        None => Err(match (number, is_empty) {
            (Some(number), false) => Problem::new(
                format!("there is no run {number} of {project}"),
                "`tightwire undo --list` lists the runs; old runs are deleted",
            ),
            (None, false) => Problem::new(
                format!("every run of {project} is already undone"),
                "`tightwire undo --list` lists them; name one to undo it again",
            ),
            (_, true) => Problem::new(format!("there are no recorded runs of {project}"), elsewhere(user)),
        }),
    }
}

/// The help if there is no run.
fn elsewhere(user: &UserState) -> String {
    match journal::newest_of(&user.folders()) {
        Some(run) if !run.project.exists() => format!(
            "the last run was in {}, which no longer exists; if you moved the project, move it back to undo the run",
            visible_line(&display_path(&run.project))
        ),
        Some(run) => {
            format!("the last run was in {}: run `tightwire undo` there", visible_line(&display_path(&run.project)))
        }
        None => "`tightwire undo` reverts only what `tightwire fix` wrote".to_owned(),
    }
}

fn mark(run: &mut Run, terminal: &Terminal) {
    if run.is_undone {
        return;
    }
    if let Err(error) = run.mark_undone() {
        let help = "the files were restored; to go back further, name the run before this one";
        terminal.error(&Problem::new(format!("run {} cannot be marked as undone: {error}", run.number), help));
    }
}

#[derive(Default)]
struct Counts {
    restored: usize,
    /// Files whose contents differ from those before the run.
    left: usize,
}

struct Undo<'t> {
    terminal: &'t Terminal,
    may_ask: bool,
}

impl Undo<'_> {
    /// Restores the files that can be restored; `None` if Ctrl-C stopped it.
    fn all(&self, run: &mut Run) -> io::Result<Option<Counts>> {
        let mut counts = Counts::default();
        let mut out = io::stdout().lock();
        for path in undo::files(run) {
            match self.one(run, &path) {
                Ok(None) => {}
                Ok(Some(done)) => {
                    counts.restored += 1;
                    writeln!(out, "{}: {done}", visible_line(&shown(&path)))?;
                }
                Err(Left::Interrupted) => return Ok(None),
                Err(Left::Named(error)) => {
                    // The lines for earlier files must appear first.
                    out.flush()?;
                    counts.left += 1;
                    self.terminal.error(&error.in_file(shown(&path)));
                }
            }
        }
        out.flush()?;
        Ok(Some(counts))
    }

    /// Restores one file and says what was done; `None` if it already has its old contents.
    fn one(&self, run: &mut Run, path: &Path) -> Result<Option<&'static str>, Left> {
        let number = run.number;
        match undo::look(run, path).map_err(|error| left(format!("cannot be inspected: {error}"), LOOK))? {
            Standing::AsBefore => Ok(None),
            Standing::AsWritten(restoration) => write(path, &restoration),
            Standing::Gone => Err(left("not restored: the file is no longer there", GONE)),
            Standing::Conflicting => Err(left("not restored: the fixed lines have changed since", CHANGED)),
            Standing::Mergeable(restoration) if self.may_ask => {
                let wanted = self.is_wanted(path, &restoration).map_err(|error| match error.kind() {
                    io::ErrorKind::Interrupted => Left::Interrupted,
                    _ => left(format!("not restored: the terminal cannot be read: {error}"), CHANGED),
                });
                if wanted? {
                    write(path, &restoration)
                } else {
                    Err(left("not restored: the file has changed since", CHANGED))
                }
            }
            Standing::Mergeable(_) => Err(left(
                "not restored: the file has changed since",
                &format!(
                    "run `tightwire undo {number}` at a terminal: it offers to remove the fix and keep your change"
                ),
            )),
        }
    }

    /// Asks whether to write the merged contents.
    fn is_wanted(&self, path: &Path, restoration: &Restoration) -> io::Result<bool> {
        let style = diff::Style::Visible { color: self.terminal.colored_output };
        let contents = restoration.contents.as_deref().unwrap_or_default();
        let diff = diff::unified(&DiffPath::new(path), &restoration.current, contents, style);
        let mut out = io::stdout().lock();
        writeln!(out, "{} has changed since. This removes the fix and keeps your change:", visible_line(&shown(path)))?;
        out.write_all(&diff)?;
        out.flush()?;
        drop(out);
        interrupt::guard_terminal()?;
        let _keys = interrupt::Keys::wanted();
        interrupt::while_asking(|| dialog::confirm(&Term::stdout(), "Write this?", false))
    }
}

const LOOK: &str = "check the file and its permissions, then undo the run again";
const READ_ONLY: &str = "make it writable (`chmod u+w`), then undo the run again";
const GONE: &str = "if you deleted it on purpose, there is nothing to do; if you moved it, use your version control";
const CHANGED: &str = "nothing is lost: revert the fix by hand, or use your version control";

/// Why a file was left alone.
enum Left {
    Named(Problem),
    /// Ctrl-C.
    Interrupted,
}

fn left(message: impl Into<String>, help: &str) -> Left {
    Left::Named(Problem::new(message, help))
}

fn write(path: &Path, restoration: &Restoration) -> Result<Option<&'static str>, Left> {
    undo::restore(path, restoration).map_err(|error: WriteError| match error {
        WriteError::ReadOnly => left(error.to_string(), READ_ONLY),
        WriteError::NotAFile | WriteError::Symlink | WriteError::Changed => left(error.to_string(), LOOK),
        WriteError::Gone | WriteError::Io { .. } => left(error.to_string(), error.help()),
    })?;
    Ok(Some(if restoration.contents.is_some() { "restored" } else { "removed: the run had created it" }))
}

/// `path` relative to the current directory, if it is below it.
fn shown(path: &Path) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    display_path(path.strip_prefix(&current).unwrap_or(path))
}

#[derive(Serialize)]
struct RunRecord<'r> {
    run: u32,
    /// RFC 3339, in UTC.
    started: String,
    command: &'r str,
    files: Vec<String>,
    undone: bool,
}

fn list(state: &ProjectState, runs: &[Recorded], common: &Common, terminal: &Terminal) -> Result<Exit, Stop> {
    let started = |run: &Run| humantime::format_rfc3339_seconds(run.started).to_string();
    let form = format::list_form(common.output_format, "runs")?;
    let mut out = Output::open(common.output_file.as_deref())?;
    if form == ListForm::Json {
        let mut records = Vec::new();
        for run in runs.iter().filter_map(|(_, run)| run.as_ref().ok()) {
            let files = undo::files(run).iter().map(|path| display_path(path)).collect();
            let (started, undone) = (started(run), run.is_undone);
            records.push(RunRecord { run: run.number, started, command: &run.command, files, undone });
        }
        json::write_value(&mut out, &records)?;
        out.finish()?;
        return Ok(Exit::Clean);
    }
    for (number, run) in runs.iter().rev() {
        match run {
            Ok(run) => {
                let undone = if run.is_undone { "  (undone)" } else { "" };
                let files = counted(undo::files(run).len(), "file");
                let command = visible_line(&run.command);
                writeln!(out, "{:>4}  {}  {files:>9}  {command}{undone}", run.number, started(run))?;
            }
            Err(problem) => writeln!(out, "{number:>4}  {}", visible_line(&problem.message))?,
        }
    }
    out.finish()?;
    if runs.is_empty() {
        terminal.note(format_args!("There are no recorded runs of {}.", visible_line(&display_path(state.project()))));
    }
    Ok(Exit::Clean)
}
