//! The summary of a run: the counts for JSON, and the lines on standard error.

use super::exit::Exit;
use super::file_report::FileReport;
use super::input::Input;
use super::needed::Needed;
use super::printer::Printer;
use crate::finding::{Applicability, Outcome};
use crate::problem::Problem;
use crate::report::questions::Questions;
use crate::report::{End, Summary};
use crate::rule::Adjusted;
use crate::terminal::streams::{Terminal, counted};
use crate::text::sanitize::visible_line;
use crate::transforms;
use crate::workspace::project::Cost;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::io;
use std::time::{Duration, Instant};

/// An answer that frees fewer fixes is not worth a line, or a question before a review.
pub(super) const WORTH_ASKING: usize = 2;

/// Takes the reports of a run's files in order, counts them and prints them.
pub(super) struct Collector<'c> {
    terminal: &'c Terminal,
    printer: Printer,
    told: HashSet<Problem>,
    counts: Counts,
}

/// What was counted.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    /// As in the JSON object.
    pub(super) summary: Summary,
    /// Files with open findings.
    pub(super) files_with_findings: usize,
    /// Open findings with a safe fix.
    pub(super) safe: usize,
    /// Open findings with an unsafe fix, each by the first of its reasons.
    pub(super) held_back: BTreeMap<String, usize>,
    /// Those of them that have one reason, by that.
    held_back_by_one: BTreeMap<String, usize>,
    /// What fixes that are held back hang on.
    questions: Questions,
    /// The answers that findings hang on.
    pub(super) needed: Needed,
    /// Open findings without a fix.
    pub(super) manual: usize,
    /// Findings that a person declined.
    pub(super) declined: usize,
    /// Findings whose fix failed.
    pub(super) failed: usize,
}

impl Counts {
    /// Findings that still exist and are not suppressed.
    pub(super) fn left(&self) -> usize {
        self.summary.findings - self.summary.fixed
    }
}

impl<'c> Collector<'c> {
    /// For a run over `input`; takes in what went wrong in finding it.
    pub(super) fn new(terminal: &'c Terminal, printer: Printer, input: &Input) -> io::Result<Self> {
        let (files, errors) = match input {
            Input::Files(walked) => (walked.files.len(), walked.errors.as_slice()),
            Input::Stdin(_) => (1, [].as_slice()),
        };
        let summary = Summary { files, ..Summary::default() };
        let counts = Counts { summary, ..Counts::default() };
        let mut collector = Self { terminal, printer, told: HashSet::new(), counts };
        errors.iter().try_for_each(|error| collector.error(error.clone()))?;
        Ok(collector)
    }

    /// Takes in one file's report.
    pub(super) fn take(&mut self, report: FileReport) -> io::Result<()> {
        self.count(&report);
        self.counts.needed.take(&report.answers, self.terminal);
        for error in report.errors {
            self.error(error)?;
        }
        self.printer.report(&report.output, report.findings)
    }

    /// Takes an error that belongs to no file's report.
    pub(super) fn error(&mut self, error: Problem) -> io::Result<()> {
        // Every file of a configuration that cannot be used reports the same error.
        if !self.told.contains(&error) {
            self.terminal.error(&error);
        }
        self.known_error(error)
    }

    /// Takes an error that the terminal has already shown.
    pub(super) fn known_error(&mut self, error: Problem) -> io::Result<()> {
        if !self.told.insert(error.clone()) {
            return Ok(());
        }
        self.counts.summary.errors += 1;
        self.printer.error(error)
    }

    /// Prints what is still to be printed.
    pub(super) fn finish(self) -> io::Result<Counts> {
        let end = End { questions: self.counts.questions.sorted(), summary: self.counts.summary };
        let table = self.printer.finish(&end)?;
        if let Some(table) = table {
            self.terminal.note(table.trim_end());
        }
        Ok(self.counts)
    }

    /// Flushes the output: a user is waiting at a terminal.
    pub(super) fn show(&mut self) -> io::Result<()> {
        self.printer.show()
    }

    fn count(&mut self, report: &FileReport) {
        let counts = &mut self.counts;
        counts.questions.add(&report.findings);
        counts.summary.parsed += usize::from(report.is_parsed);
        counts.summary.changed += usize::from(report.is_changed);
        let mut has_open = false;
        for finding in report.findings.iter().map(|finding| &finding.record) {
            match finding.outcome {
                Outcome::Suppressed => {
                    counts.summary.suppressed += 1;
                    continue;
                }
                Outcome::Baselined => {
                    counts.summary.baselined += 1;
                    continue;
                }
                Outcome::Fixed => counts.summary.fixed += 1,
                Outcome::Declined => counts.declined += 1,
                Outcome::Failed => counts.failed += 1,
                Outcome::Found | Outcome::Conflicted | Outcome::Unfixable => {
                    has_open = true;
                    match finding.applicability {
                        Applicability::Safe => counts.safe += 1,
                        Applicability::Unsafe => {
                            let first = finding.reasons.first().map(|reason| reason.slug.to_string());
                            let first = first.unwrap_or_default();
                            if finding.reasons.len() == 1 {
                                *counts.held_back_by_one.entry(first.clone()).or_default() += 1;
                            }
                            *counts.held_back.entry(first).or_default() += 1;
                        }
                        Applicability::Report => counts.manual += 1,
                    }
                }
            }
            counts.summary.findings += 1;
            counts.summary.fixable += usize::from(finding.fix.is_some());
        }
        counts.files_with_findings += usize::from(has_open);
    }
}

/// The exit code, unless something else decides.
pub(super) fn exit(counts: &Counts, has_something_to_show: bool) -> Exit {
    if counts.summary.errors > 0 || counts.failed > 0 {
        Exit::Failure
    } else if has_something_to_show {
        Exit::Findings
    } else {
        Exit::Clean
    }
}

/// Open findings by what can be done about them: `1 with a safe fix, 31 held back (20 unknown-host, 11 may-be-reached)`.
pub(super) fn open(counts: &Counts) -> String {
    let by_reason: Vec<String> =
        most_frequent_first(&counts.held_back).iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    let held_back = format!("held back ({})", by_reason.join(", "));
    let parts = [
        (counts.safe, "with a safe fix"),
        (counts.held_back.values().sum(), held_back.as_str()),
        (counts.manual, "to change by hand"),
        (counts.declined, "declined"),
        (counts.failed, "with a failed fix"),
    ];
    let said: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    said.join(", ")
}

/// How to continue with the fixes that are held back; `None` if no fix is.
pub(super) fn how_to_go_on(counts: &Counts) -> Option<String> {
    if counts.held_back.is_empty() {
        return None;
    }
    let can_be_accepted = |reason: &&str| Adjusted::reason(transforms::all(), reason).is_ok();
    let reason =
        most_frequent_first(&counts.held_back_by_one).into_iter().map(|(reason, _)| reason).find(can_be_accepted);
    let accepts = reason.map(|reason| format!("`--accept {reason}` applies those with no other reason, "));
    let held_back = format!(
        "Held back: `fix --interactive` asks about each, {}`--unsafe-fixes` applies all.",
        accepts.unwrap_or_default()
    );
    let asked = counts.questions.sorted().into_iter().next().filter(|asked| asked.fixes >= WORTH_ASKING);
    Some(match asked {
        Some(asked) => {
            let question = visible_line(&asked.question);
            let (fixes, lists) = (asked.fixes, "`tightwire questions` lists what to ask");
            format!("{held_back}\n{fixes} of them hang on one answer: {question} {lists}.")
        }
        None => held_back,
    })
}

fn most_frequent_first(counts: &BTreeMap<String, usize>) -> Vec<(&str, usize)> {
    let mut sorted: Vec<_> = counts.iter().map(|(reason, count)| (reason.as_str(), *count)).collect();
    sorted.sort_by_key(|(_, count)| Reverse(*count));
    sorted
}

/// `120 files read, 14 parsed, 2 findings suppressed, 3 in the baseline, 1 error`.
pub(super) fn extent(summary: &Summary) -> String {
    let mut said = vec![format!("{} read", counted(summary.files, "file")), format!("{} parsed", summary.parsed)];
    if summary.suppressed > 0 {
        said.push(format!("{} suppressed", counted(summary.suppressed, "finding")));
    }
    if summary.baselined > 0 {
        said.push(format!("{} in the baseline", summary.baselined));
    }
    if summary.errors > 0 {
        said.push(counted(summary.errors, "error"));
    }
    said.join(", ")
}

/// The time of each phase of a run, for `-v`.
pub(super) struct Timing {
    started: Instant,
    walked: Option<Duration>,
}

impl Timing {
    pub(super) fn start() -> Self {
        Self { started: Instant::now(), walked: None }
    }

    pub(super) fn walk_is_done(&mut self) {
        self.walked = Some(self.started.elapsed());
    }

    pub(super) fn tell(&self, terminal: &Terminal, workers: usize, modules: Cost) {
        let total = self.started.elapsed();
        let walked = self.walked.unwrap_or_default();
        terminal.note(format_args!(
            "walk {walked:.1?}, scan and report {:.1?}, {}",
            total.saturating_sub(walked),
            counted(workers, "thread")
        ));
        terminal.note(format_args!(
            "other modules of the project: {} read, {} parsed, {:.1?}; imports of {} searched, {:.1?}",
            modules.read, modules.parsed, modules.reading, modules.searched, modules.searching
        ));
    }
}
