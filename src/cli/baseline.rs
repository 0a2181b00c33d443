//! `tightwire baseline`: creates the baseline, adds findings to it, and removes those that are gone.
//!
//! An entry is gone if its rule ran, its file was read without an error (or no longer exists), and the finding is not
//! in it. Files and rules that a run skips keep their entries.

use super::args::{BaselineCommand, Common};
use super::exit::{Exit, Stop};
use super::file_report;
use super::file_report::FileReport;
use super::input;
use super::input::Input;
use super::printer::{Listing, Printer};
use super::summary;
use super::summary::Collector;
use crate::engine::Engine;
use crate::finding::Outcome;
use crate::problem::Problem;
use crate::report::{Fixes, Reported};
use crate::terminal::streams::{Terminal, counted};
use crate::text::sanitize::visible_line;
use crate::workspace::baseline::{Baseline, Change, Entry, FILE_NAME};
use crate::workspace::walk::Walk;
use crate::workspace::{BaselineUse, Candidate, Options, Workspace, shown};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(super) fn run(command: &BaselineCommand, common: &Common, terminal: &Terminal) -> Result<Exit, Stop> {
    let (BaselineCommand::Create(args) | BaselineCommand::Update(args) | BaselineCommand::Prune(args)) = command;
    if common.no_baseline {
        let help = "omit it; to use another file, pass `--baseline`";
        return Err(Problem::new("`--no-baseline` cannot be combined with the command `baseline`", help).into());
    }
    let updater = BaselineUpdater {
        workspace: Workspace::new(Options { baseline_use: BaselineUse::Edit, ..input::options(common) })?,
        roots: args.paths.iter().filter_map(|path| fs::canonicalize(path).ok()).collect(),
    };
    let input = input::find(&updater.workspace, &args.paths, None, common, terminal)?;
    let Input::Files(walked) = &input else {
        return Err(Problem::new("a baseline cannot be made of standard input", "name files or folders").into());
    };
    let printer = Printer::open(common, Listing::Lines, Fixes::Proposed, updater.workspace.engine().rules())?;
    let mut collector = Collector::new(terminal, printer, &input)?;
    let run = updater.scan(walked, &mut collector, terminal)?;
    match command {
        BaselineCommand::Create(_) => updater.create(&run, terminal)?,
        BaselineCommand::Update(_) => updater.keep(&run, Keep::New, terminal)?,
        BaselineCommand::Prune(_) => updater.keep(&run, Keep::Known, terminal)?,
    }
    Ok(summary::exit(&collector.finish()?, false))
}

struct BaselineUpdater {
    workspace: Workspace,
    /// The paths that the user named, absolute and without links.
    roots: Vec<PathBuf>,
}

/// What was found, and where the run looked.
struct Scanned {
    /// Findings that no comment suppresses.
    findings: Vec<Reported>,
    /// The absolute paths of files without an error, with the rules that ran.
    files: HashMap<PathBuf, Arc<Engine>>,
    /// The baselines that apply to the files.
    baselines: Vec<PathBuf>,
}

/// Which findings stay in the baseline after an update.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// All current findings.
    New,
    /// Findings that were in the baseline and still exist.
    Known,
}

impl BaselineUpdater {
    fn scan(&self, walked: &Walk, collector: &mut Collector<'_>, terminal: &Terminal) -> Result<Scanned, Stop> {
        let mut failed: HashSet<PathBuf> = HashSet::new();
        let mut findings = Vec::new();
        let work = |candidate: &Candidate<'_>| FileReport::of(candidate.path, &candidate.engine, &candidate.check());
        file_report::each(&self.workspace, &walked.files, terminal, work, |path, report| {
            if !report.errors.is_empty() {
                failed.insert(path);
            }
            let found = report.findings.iter().filter(|finding| finding.record.outcome != Outcome::Suppressed);
            findings.extend(found.cloned());
            collector.take(report)
        })?;
        let mut folders: HashMap<PathBuf, Option<(PathBuf, Option<PathBuf>)>> = HashMap::new();
        let mut files = HashMap::new();
        for file in walked.files.iter().filter(|file| !failed.contains(&file.path)) {
            let (Some(folder), Some(name)) = (file.path.parent(), file.path.file_name()) else { continue };
            let place = folders.entry(folder.to_path_buf()).or_insert_with(|| {
                let (place, baseline) = self.workspace.place(&file.path, &file.root)?;
                Some((place.absolute().parent()?.to_path_buf(), baseline))
            });
            // Files that a configuration excludes were not checked.
            if let (Some((folder, _)), Ok(Some(engine))) = (place, self.workspace.engine_for(file)) {
                files.insert(folder.join(name), engine);
            }
        }
        // A folder without files has a baseline too.
        let named = self.roots.iter().filter(|root| root.is_dir());
        let above = named.filter_map(|root| self.workspace.place(&root.join(FILE_NAME), root)?.1);
        let mut baselines: Vec<PathBuf> =
            folders.into_values().flatten().filter_map(|(_, path)| path).chain(above).collect();
        baselines.sort_unstable();
        baselines.dedup();
        Ok(Scanned { findings, files, baselines })
    }

    /// Writes a new baseline for each project that has findings.
    fn create(&self, run: &Scanned, terminal: &Terminal) -> Result<(), Stop> {
        let mut by_file: BTreeMap<PathBuf, Vec<&Reported>> = BTreeMap::new();
        for finding in &run.findings {
            by_file.entry(self.workspace.baseline_for(&finding.place)).or_default().push(finding);
        }
        if let Some(there) = by_file.keys().find(|path| fs::symlink_metadata(path).is_ok()) {
            let message = format!("a baseline already exists: {}", shown(there));
            return Err(Problem::new(message, "update it with `tightwire baseline update`").into());
        }
        if by_file.is_empty() {
            terminal.note("No findings: no baseline is needed.");
        }
        for (path, findings) in by_file {
            let mut baseline = Baseline::load_or_new(&path)?;
            let change = Change { added: add(&mut baseline, &findings), dropped: 0 };
            save(&mut baseline, change, terminal)?;
        }
        Ok(())
    }

    /// Updates the baselines that apply to the files.
    fn keep(&self, run: &Scanned, keep: Keep, terminal: &Terminal) -> Result<(), Stop> {
        let mut baselines = run.baselines.iter().map(|path| Baseline::load(path)).collect::<Result<Vec<_>, _>>()?;
        if baselines.is_empty() {
            let help = "create one with `tightwire baseline create`, or name one with `--baseline`";
            return Err(Problem::new("these files have no baseline", help).into());
        }
        let found: HashSet<&str> = run.findings.iter().map(|finding| finding.record.fingerprint.as_str()).collect();
        for baseline in &mut baselines {
            let dropped = baseline.drop_gone(|entry, path| self.is_gone(entry, path, &found, run));
            let mut added = 0;
            if keep == Keep::New {
                let its = |finding: &&Reported| self.workspace.baseline_for(&finding.place) == baseline.path();
                let findings: Vec<_> = run.findings.iter().filter(its).collect();
                added = add(baseline, &findings);
            }
            save(baseline, Change { added, dropped }, terminal)?;
        }
        let held = |finding: &&Reported| run.baselines.contains(&self.workspace.baseline_for(&finding.place));
        let others = run.findings.iter().filter(|finding| !held(finding)).count();
        if others > 0 {
            terminal.note(format_args!(
                "{} in projects without a baseline; `tightwire baseline create` creates one for each.",
                counted(others, "more finding")
            ));
        }
        Ok(())
    }

    /// Whether the finding of `entry`, in the file at `path`, no longer exists.
    fn is_gone(&self, entry: &Entry, path: &Path, found: &HashSet<&str>, run: &Scanned) -> bool {
        if found.contains(entry.fingerprint.as_str()) {
            return false;
        }
        let runs = |engine: &Engine| engine.metadata(&entry.rule).is_some();
        // An entry does not identify a name that is not Unicode.
        let is_missing = || {
            !entry.path.contains(char::REPLACEMENT_CHARACTER)
                && self.roots.iter().any(|root| path.starts_with(root))
                && fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
        };
        match run.files.get(path) {
            Some(engine) => runs(engine),
            None => runs(self.workspace.engine()) && is_missing(),
        }
    }
}

/// Adds `findings`, and returns how many are new.
fn add(baseline: &mut Baseline, findings: &[&Reported]) -> usize {
    let is_new = |finding: &&&Reported| baseline.add(&finding.record.rule, &finding.place, &finding.fingerprint, None);
    findings.iter().filter(is_new).count()
}

fn save(baseline: &mut Baseline, change: Change, terminal: &Terminal) -> Result<(), Stop> {
    baseline.save()?;
    let path = shown(baseline.path());
    terminal.note(format_args!(
        "{}: {} ({} added, {} dropped)",
        visible_line(&path),
        counted(baseline.entries().len(), "finding"),
        change.added,
        change.dropped
    ));
    Ok(())
}
