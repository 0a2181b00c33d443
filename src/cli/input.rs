//! What a command works on: the files that its paths name, or standard input.

use super::args::{ChangedArgs, Common};
use super::clock;
use super::exit::Stop;
use crate::problem::Problem;
use crate::terminal::streams::Terminal;
use crate::text::display_path;
use crate::workspace;
use crate::workspace::walk::Walk;
use crate::workspace::{BaselineChoice, Changes, Notice, Options, Unstaged, Workspace};
use std::io;
use std::path::{Path, PathBuf};

/// The input of a command.
pub(super) enum Input {
    /// Files, and errors in finding them.
    Files(Walk),
    /// Standard input, and its name in reports.
    Stdin(PathBuf),
}

/// What every command asks of a workspace.
pub(super) fn options(common: &Common) -> Options {
    Options {
        select: common.select.clone(),
        ignore: common.ignore.clone(),
        extend_safe: common.extend_safe.clone(),
        extend_unsafe: common.extend_unsafe.clone(),
        exclude: common.exclude.clone(),
        config: common.config.clone(),
        baseline: match &common.baseline {
            Some(path) => BaselineChoice::Named(path.clone()),
            None if common.no_baseline => BaselineChoice::Off,
            None => BaselineChoice::Nearest,
        },
        threads: common.threads,
        today: clock::today(),
        ..Options::default()
    }
}

impl ChangedArgs {
    /// What a run is restricted to, and what it does with files that are staged in part.
    pub(super) fn changes(&self, unstaged: Unstaged) -> Option<Changes> {
        let since = self.since.clone().map(Changes::Since);
        let staged = self.staged.then_some(Changes::Staged(unstaged));
        since.or(staged).or(self.changed_lines.clone().map(Changes::Lines))
    }

    /// Refuses standard input where a run is restricted: git knows files.
    fn check_input(&self, input: &Input) -> Result<(), Problem> {
        let option = match (input, self.changes(Unstaged::Take)) {
            (Input::Files(_), _) | (Input::Stdin(_), None) => return Ok(()),
            (Input::Stdin(_), Some(Changes::Since(_))) => "--since",
            (Input::Stdin(_), Some(Changes::Staged(_))) => "--staged",
            (Input::Stdin(_), Some(Changes::Lines(_))) => "--changed-lines",
        };
        Err(Problem::new(format!("{option} cannot work on standard input"), "name files or folders"))
    }
}

/// Finds what `paths` name, restricted to `changed`, and says on standard error what is odd about it.
pub(super) fn find(
    workspace: &Workspace,
    paths: &[PathBuf],
    changed: Option<&ChangedArgs>,
    common: &Common,
    terminal: &Terminal,
) -> Result<Input, Stop> {
    let input = match paths {
        [path] if is_stdin(path) => {
            Input::Stdin(common.stdin_filename.clone().unwrap_or_else(|| PathBuf::from("<stdin>")))
        }
        paths if paths.iter().any(|path| is_stdin(path)) => {
            let help = "pass either `-` or files and folders";
            return Err(Problem::new("`-` cannot be combined with other paths", help).into());
        }
        paths => Input::Files(workspace.find(paths, |notice| terminal.warning(&in_words(&notice)))?),
    };
    changed.map_or(Ok(()), |changed| changed.check_input(&input))?;
    Ok(input)
}

/// Whether `path` stands for standard input.
pub(super) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn in_words(notice: &Notice) -> String {
    let shown = |path: &Path| display_path(path).replace('\n', "\\n");
    match notice {
        Notice::NoPython(folder) => format!("no Python files under {}", shown(folder)),
        Notice::NotStaged(file) => {
            format!("{} has unstaged changes; they are checked too", shown(file))
        }
    }
}

/// Reads standard input; `path` is its name in reports.
pub(super) fn read_stdin(path: &Path) -> Result<Vec<u8>, Problem> {
    let mut buffer = Vec::new();
    match workspace::read_all(io::stdin().lock(), &mut buffer) {
        Ok(()) => Ok(buffer),
        Err(error) => {
            let problem = Problem::new(format!("standard input cannot be read: {error}"), "check what is piped in");
            Err(problem.in_file(display_path(path)))
        }
    }
}
