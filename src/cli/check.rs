//! `tightwire check`: reports findings and writes nothing.

use super::args::{CheckArgs, Common};
use super::exit::{Exit, Stop};
use super::file_report;
use super::file_report::FileReport;
use super::input;
use super::input::Input;
use super::needed::Needed;
use super::printer::{Listing, Printer};
use super::summary;
use super::summary::{Collector, Timing};
use crate::engine::FileResult;
use crate::problem::Problem;
use crate::report::{Fixes, Format};
use crate::terminal::streams::{Terminal, counted};
use crate::workspace::{Candidate, Options, Unstaged, Workspace};
use std::path::Path;

pub(super) fn run(args: &CheckArgs, common: &Common, terminal: &Terminal) -> Result<Exit, Stop> {
    let changes = args.changed.changes(Unstaged::Take);
    if args.report_unused {
        can_judge_answers(args, common)?;
    }
    let workspace = Workspace::new(Options { changes, ..input::options(common) })?;
    let check = Check { format: common.output_format, color: terminal.colored_output };
    let printer = Printer::open(common, Listing::Lines, Fixes::Proposed, workspace.engine().rules())?;
    let mut timing = Timing::start();
    let input = input::find(&workspace, &args.paths.paths, Some(&args.changed), common, terminal)?;
    timing.walk_is_done();
    let mut collector = Collector::new(terminal, printer, &input)?;
    match input {
        Input::Files(walked) => {
            let work = |candidate: &Candidate<'_>| check.report(candidate);
            file_report::each(&workspace, &walked.files, terminal, work, |_, report| collector.take(report))?;
        }
        Input::Stdin(path) => collector.take(check.stdin(&workspace, &path))?,
    }
    let counts = collector.finish()?;
    let left = counts.left();
    if left == 0 {
        terminal.note(format_args!("No findings ({}).", summary::extent(&counts.summary)));
    } else {
        terminal.note(format_args!(
            "{} in {} ({}): {}.",
            counted(left, "finding"),
            counted(counts.files_with_findings, "file"),
            summary::extent(&counts.summary),
            summary::open(&counts),
        ));
        if let Some(how) = summary::how_to_go_on(&counts) {
            terminal.note(how);
        }
    }
    if args.report_unused && counts.summary.errors > 0 {
        terminal.warning(&Needed::cannot_judge("not all files could be checked").to_string());
    } else if args.report_unused {
        counts.needed.tell_unused(&workspace, &args.paths.paths, terminal);
    }
    if common.verbose {
        timing.tell(terminal, workspace.workers(), workspace.cost());
    }
    Ok(summary::exit(&counts, left > 0))
}

/// Refuses runs that look at less than the project: what they leave out may need an answer.
fn can_judge_answers(args: &CheckArgs, common: &Common) -> Result<(), Problem> {
    let options = [
        ("--since, --staged and --changed-lines look at what changed", args.changed.changes(Unstaged::Take).is_some()),
        (
            "--select and --ignore run other rules than the project does",
            !(common.select.is_empty() && common.ignore.is_empty()),
        ),
        ("--exclude leaves files out", !common.exclude.is_empty()),
        ("standard input is one file", args.paths.paths.iter().any(|path| input::is_stdin(path))),
    ];
    let why = options.iter().find_map(|(why, is_given)| is_given.then_some(*why));
    why.map_or(Ok(()), |why| Err(Needed::cannot_judge(why)))
}

/// How findings are shown.
struct Check {
    format: &'static dyn Format,
    color: bool,
}

impl Check {
    fn report(&self, candidate: &Candidate<'_>) -> FileReport {
        let checked = candidate.check();
        let mut report = FileReport::of(candidate.path, &candidate.engine, &checked);
        if let Some(result) = &checked.result {
            report.output = listing(result, &report, self.format, self.color);
        }
        report
    }

    fn stdin(&self, workspace: &Workspace, path: &Path) -> FileReport {
        let disk = match input::read_stdin(path) {
            Ok(disk) => disk,
            Err(error) => return FileReport::failed(error),
        };
        match workspace.candidate(path, &disk) {
            Ok(candidate) => candidate.map(|candidate| self.report(&candidate)).unwrap_or_default(),
            Err(error) => FileReport::failed(error),
        }
    }
}

/// The findings that are not silenced, as `format` lists them.
fn listing(result: &FileResult, report: &FileReport, format: &dyn Format, has_color: bool) -> Vec<u8> {
    let found = result.findings.iter().zip(&report.findings).filter(|(_, found)| !found.record.is_silenced());
    found
        .map(|(judged, found)| format.listed(&result.source, judged, &found.record, has_color))
        .collect::<String>()
        .into()
}
