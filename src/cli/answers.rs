//! Answers that a person or a probe gives, on their way into a configuration.

use super::args::Common;
use super::clock;
use super::exit::Stop;
use super::fix::write_error;
use super::summary::WORTH_ASKING;
use crate::problem::Problem;
use crate::report::questions::{Question, anchored};
use crate::review::prompter::Prompter;
use crate::terminal::streams::{Terminal, counted};
use crate::text::sanitize::visible_line;
use crate::workspace::{project, shown};
use crate::write;
use crate::write::WriteError;
use crate::write::evidence::Stated;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Nobody wants to be asked more before a review begins.
const MOST_ASKED: usize = 8;

/// Asks the user those of `questions` whose answers free most fixes, before a review. Returns what the user knows, as answers for the
/// configuration at `path` in the project whose outermost folder is `root`.
///
/// # Errors
/// As [`Prompter`].
pub(super) fn ask(
    prompter: &mut dyn Prompter,
    questions: &[Question],
    path: &Path,
    root: &Path,
) -> io::Result<Vec<Stated>> {
    let asked: Vec<&Question> =
        questions.iter().filter(|question| question.fixes >= WORTH_ASKING).take(MOST_ASKED).collect();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    prompter.show(&format!(
        "{} first. A yes holds for all fixes that hang on it, and is written to {}.\n",
        counted(asked.len(), "question"),
        visible_line(&shown(path)),
    ))?;
    let mut stated = Vec::new();
    for question in asked {
        prompter.show("\n")?;
        if !prompter.confirm(&visible_line(&question.in_words()), false)? {
            continue;
        }
        let Some(why) = prompter.text("How do you know? (Enter for no reason)")? else { continue };
        let why = Some(why.trim()).filter(|why| !why.is_empty()).unwrap_or("answered in a review");
        let today = clock::today().map(|day| format!(", {day}")).unwrap_or_default();
        stated.push(Stated {
            setting: question.setting,
            about: about(question, path, root),
            reason: format!("{why}{today}"),
            until: None,
        });
    }
    Ok(stated)
}

/// What `question` is about as the configuration at `path` names it: a folder by its way from there.
fn about(question: &Question, path: &Path, root: &Path) -> String {
    let from_root = path.parent().and_then(|folder| folder.strip_prefix(root).ok());
    let below = from_root.and_then(|above| Path::new(&question.about).strip_prefix(above).ok()?.to_str());
    match (question.setting, below) {
        ("tls", _) => question.about.clone(),
        (_, None | Some("")) => anchored(&question.about),
        (_, Some(below)) => anchored(&format!("{below}{}", if question.about.ends_with('/') { "/" } else { "" })),
    }
}

/// Writes `answers` to the configuration at `path`, which need not exist.
pub(super) fn write_answers(answers: &[Stated], path: &Path, terminal: &Terminal) -> Result<(), Stop> {
    let refused = |problem: Problem| problem.in_file(shown(path));
    let failed = |error: &WriteError| Stop::from(write_error(path, error));
    let old = match fs::read(path) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            let help = "check its permissions";
            return Err(refused(Problem::new(format!("the configuration cannot be read: {error}"), help)).into());
        }
    };
    let text = std::str::from_utf8(old.as_deref().unwrap_or_default())
        .map_err(|_| refused(Problem::new("the configuration is not UTF-8", "save it as UTF-8")))?;
    let new = write::evidence::with_answers(text, answers).map_err(refused)?;
    match &old {
        Some(old) => write::replace(path, old, new.as_bytes()).map_err(|error| failed(&error))?,
        None => write::create_after(path, new.as_bytes(), || ()).map_err(|error| failed(&error))?,
    }
    terminal.note(format_args!(
        "{}: {} under [evidence].",
        visible_line(&shown(path)),
        counted(answers.len(), "answer")
    ));
    Ok(())
}

/// The configuration for answers about `paths`: the one that was named, the nearest `tightwire.toml`, or that of the project, which need
/// not exist.
pub(super) fn configuration(paths: &[PathBuf], common: &Common) -> PathBuf {
    const NAME: &str = "tightwire.toml";
    if let Some(path) = &common.config {
        return path.clone();
    }
    let root = project::outermost(paths).unwrap_or_default();
    let folder = |path: &PathBuf| {
        let path = fs::canonicalize(path).ok()?;
        if path.is_dir() { Some(path) } else { path.parent().map(Path::to_path_buf) }
    };
    let shared = |one: PathBuf, other: PathBuf| {
        one.ancestors().find(|folder| other.starts_with(folder)).map(Path::to_path_buf).unwrap_or(one)
    };
    let inner = paths.iter().filter_map(folder).reduce(shared).unwrap_or_else(|| root.clone());
    let within = inner.ancestors().take_while(|folder| folder.starts_with(&root));
    within.map(|folder| folder.join(NAME)).find(|path| path.exists()).unwrap_or_else(|| root.join(NAME))
}
