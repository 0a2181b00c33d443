//! What a run is asked to do, as plain data: an embedder fills it in, the program makes it from its command line.

use std::path::PathBuf;
use toml::value::Date;

/// How a [`Workspace`](super::Workspace) looks at files. The default is what `tightwire check` does without an option.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Ids or aliases of the rules that run; empty for those that the configurations select, else those that are on by default.
    pub select: Vec<String>,
    /// Ids or aliases of rules that do not run.
    pub ignore: Vec<String>,
    /// Reasons that no longer make a fix unsafe, and rules whose fixes are safe.
    pub extend_safe: Vec<String>,
    /// Reasons and rules whose fixes are unsafe.
    pub extend_unsafe: Vec<String>,
    /// Globs of what a walk leaves out, in `.gitignore` syntax, relative to the current directory.
    pub exclude: Vec<String>,
    /// Use only this configuration, instead of those in the files' folders and above them.
    pub config: Option<PathBuf>,
    /// Which baseline silences findings.
    pub baseline: BaselineChoice,
    /// What the baseline is for.
    pub baseline_use: BaselineUse,
    /// How many files are worked on at once; 0 is one for each processor.
    pub threads: usize,
    /// What of the files is looked at; all without it.
    pub changes: Option<Changes>,
    /// Today, on which an answer with an earlier `until` date no longer counts. Without it, all answers count.
    pub today: Option<Date>,
}

/// Which baseline is used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum BaselineChoice {
    /// The nearest one, in the file's folder or above it.
    #[default]
    Nearest,
    /// The one with this path.
    Named(PathBuf),
    /// No baseline.
    Off,
}

/// What the baseline is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BaselineUse {
    /// Its findings are silenced. A check with a baseline that cannot be read silences none and says so; a fix leaves the file alone.
    #[default]
    Silence,
    /// It silences nothing, and need not be there: it is what is worked on.
    Edit,
}

/// What a run over files is restricted to; git is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changes {
    /// Files that changed since the branch left this revision, and files that git does not know yet.
    Since(String),
    /// Files that are staged.
    Staged(Unstaged),
    /// Findings in statements with lines that changed since the branch left this revision.
    Lines(String),
}

/// What to do with a staged file whose contents differ from the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unstaged {
    /// It is looked at as it is in the worktree, with a notice.
    Take,
    /// It is left alone: a fix would mix with changes that are not to be committed.
    Refuse,
}

/// Something odd about the files of a run that is not a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A named folder holds no Python file.
    NoPython(PathBuf),
    /// A staged file is looked at with changes that are not staged.
    NotStaged(PathBuf),
}
