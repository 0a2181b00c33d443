//! `tightwire check`: what is found, and nothing written.

use super::changed;
use super::changed::{Around, Unstaged};
use super::driver;
use super::driver::{BaselineUse, Driver, FileReport};
use super::exit::Exit;
use super::input;
use super::input::Input;
use super::printer::{Listing, Printer};
use super::summary;
use super::summary::{Collector, Timing};
use super::{CheckArgs, Common, OutputFormat, Stop};
use crate::engine::{Engine, FileResult, ScanError};
use crate::finding::Outcome;
use crate::report::{concise, text};
use crate::rule::FileContext;
use crate::terminal::streams::{Terminal, counted};
use crate::workspace::parallel;
use crate::workspace::walk::WalkedFile;
use std::path::Path;
use std::sync::Arc;

pub(super) fn run(args: &CheckArgs, common: &Common, terminal: &Terminal) -> Result<Exit, Stop> {
    let mut check = Check {
        driver: Driver::new(common, BaselineUse::Report)?,
        format: common.output_format,
        color: terminal.colored_output,
    };
    let printer = Printer::open(common, Listing::Lines, false, check.driver.engine.transforms())?;
    let mut timing = Timing::start();
    let mut input = check.driver.find(&args.paths.paths, common, terminal)?;
    let around = Around { driver: &check.driver, common, terminal };
    check.driver.lines = changed::restrict(&mut input, &args.changed, &args.paths.paths, Unstaged::Warn, around)?;
    timing.walk_is_done();
    let workers = parallel::worker_count(common.threads);
    let mut collector;
    match input {
        Input::Files(walked) => {
            collector = Collector::new(terminal, printer, walked.files.len());
            for error in &walked.errors {
                collector.error(error.clone())?;
            }
            let work = |file: &WalkedFile, buffer: &mut Vec<u8>| {
                check.driver.visit(file, buffer, |engine, disk, context| check.scan(engine, &file.path, disk, context))
            };
            check.driver.for_each(&walked.files, workers, terminal, work, |report| collector.take(report))?;
        }
        Input::Stdin(path) => {
            collector = Collector::new(terminal, printer, 1);
            collector.take(check.stdin(&path))?;
        }
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
            summary::open(&counts, "with an unsafe fix (`--unsafe-fixes`)"),
        ));
    }
    if common.verbose {
        timing.tell(terminal, workers, check.driver.cost());
    }
    Ok(summary::exit(&counts, left > 0))
}

struct Check {
    driver: Driver,
    format: OutputFormat,
    color: bool,
}

impl Check {
    fn scan(&self, engine: &Engine, path: &Path, disk: &[u8], context: &FileContext) -> Result<FileReport, ScanError> {
        let result = engine.check(disk.to_vec(), context)?;
        let mut report = driver::report(path, engine, &result);
        report.output = render(&result, &report, self.format, self.color);
        Ok(report)
    }

    fn stdin(&self, path: &Path) -> FileReport {
        let disk = match input::read_stdin(path) {
            Ok(disk) => disk,
            Err(error) => return FileReport::failed(error),
        };
        let file = WalkedFile { path: path.to_path_buf(), root: path.to_path_buf() };
        let scan = |engine: &Arc<Engine>, disk: &[u8], context: &FileContext| self.scan(engine, path, disk, context);
        self.driver.look(&file, &disk, scan).unwrap_or_default()
    }
}

/// The findings that are not silenced, as `format` has them; nothing for what is printed from their records.
fn render(result: &FileResult, report: &FileReport, format: OutputFormat, color: bool) -> Vec<u8> {
    let mut output = String::new();
    for (judged, record) in result.findings.iter().zip(&report.findings) {
        if matches!(judged.outcome, Outcome::Suppressed | Outcome::Baselined) {
            continue;
        }
        match format {
            OutputFormat::Text => output.push_str(&text::render(&result.source, judged, record, color)),
            OutputFormat::Concise => output.push_str(&concise::render(record)),
            OutputFormat::Json
            | OutputFormat::Jsonl
            | OutputFormat::Sarif
            | OutputFormat::Github
            | OutputFormat::Gitlab
            | OutputFormat::Markdown => {}
        }
    }
    output.into_bytes()
}
