//! Prints the output of a run in the requested format, as it comes or as one document at the end.

use super::args::{Common, OutputFormat};
use super::output::Output;
use crate::problem::Problem;
use crate::report::json::Summary;
use crate::report::sarif;
use crate::report::sarif::Contents;
use crate::report::statistics::Statistics;
use crate::report::{FindingRecord, github, gitlab, json, jsonl, markdown};
use crate::rule::Rule;
use crate::transforms;
use std::collections::HashSet;
use std::io;
use std::io::Write as _;
use std::sync::Arc;

/// What the text output of a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listing {
    /// Findings or files, which a table of statistics can replace.
    Lines,
    /// A diff or a fixed text, which must stay complete.
    Document,
}

/// Collects the results of a run, and prints them.
pub(super) struct Printer {
    format: OutputFormat,
    listing: Listing,
    out: Output,
    rules: Vec<Arc<dyn Rule>>,
    is_written: bool,
    /// Kept for a document at the end.
    findings: Vec<FindingRecord>,
    errors: Vec<Problem>,
    statistics: Option<Statistics>,
}

impl Printer {
    /// A printer for `rules`, the rules that run without a configuration. `is_written`: fixes are written to disk.
    ///
    /// # Errors
    /// If the output file cannot be written.
    pub(super) fn open(
        common: &Common,
        listing: Listing,
        is_written: bool,
        rules: &[Arc<dyn Rule>],
    ) -> Result<Self, Problem> {
        Ok(Self {
            format: common.output_format,
            listing,
            out: Output::open(common.output_file.as_deref())?,
            rules: rules.to_vec(),
            is_written,
            findings: Vec::new(),
            errors: Vec::new(),
            statistics: common.statistics.then(Statistics::default),
        })
    }

    /// Takes the report of one file.
    pub(super) fn report(&mut self, output: &[u8], mut findings: Vec<FindingRecord>) -> io::Result<()> {
        findings.iter_mut().for_each(|finding| finding.is_on_disk = self.is_written);
        if let Some(statistics) = &mut self.statistics {
            findings.iter().for_each(|finding| statistics.count(finding));
        }
        match self.format {
            OutputFormat::Text | OutputFormat::Concise if self.table_replaces_listing() => Ok(()),
            OutputFormat::Text | OutputFormat::Concise => self.out.write_all(output),
            OutputFormat::Github => {
                findings.iter().try_for_each(|finding| self.out.write_all(github::render(finding).as_bytes()))
            }
            OutputFormat::Jsonl => findings.iter().try_for_each(|finding| jsonl::write_finding(&mut self.out, finding)),
            OutputFormat::Json | OutputFormat::Sarif | OutputFormat::Gitlab | OutputFormat::Markdown => {
                self.findings.extend(findings);
                Ok(())
            }
        }
    }

    /// Takes a report that contains only an error.
    pub(super) fn error(&mut self, error: Problem) -> io::Result<()> {
        match self.format {
            OutputFormat::Jsonl => jsonl::write_error(&mut self.out, &error),
            OutputFormat::Github => self.out.write_all(github::render_error(&error).as_bytes()),
            OutputFormat::Json | OutputFormat::Sarif | OutputFormat::Markdown => {
                self.errors.push(error);
                Ok(())
            }
            OutputFormat::Text | OutputFormat::Concise | OutputFormat::Gitlab => Ok(()),
        }
    }

    /// Prints the rest, and returns the table of statistics if it must be printed elsewhere.
    pub(super) fn finish(mut self, summary: Summary) -> io::Result<Option<String>> {
        let mut table = self.statistics.as_ref().map(Statistics::table);
        let in_place = if self.table_replaces_listing() { table.take() } else { None };
        let out = &mut self.out;
        match self.format {
            OutputFormat::Text | OutputFormat::Concise => out.write_all(in_place.unwrap_or_default().as_bytes())?,
            OutputFormat::Github => {}
            OutputFormat::Jsonl => jsonl::write_summary(out, summary)?,
            OutputFormat::Json => json::write(out, &self.findings, &self.errors, summary)?,
            OutputFormat::Gitlab => gitlab::write(out, &self.findings)?,
            OutputFormat::Markdown => markdown::write(out, &self.findings, &self.errors)?,
            OutputFormat::Sarif => {
                // A configuration may run other rules in some of the files.
                let found: HashSet<&str> = self.findings.iter().map(|finding| finding.rule.as_str()).collect();
                let listed: HashSet<&str> = self.rules.iter().map(|rule| rule.metadata().id.as_str()).collect();
                let is_other = |id: &str| !listed.contains(id) && found.contains(id);
                let others = transforms::all().iter().filter(|rule| is_other(rule.metadata().id.as_str()));
                let others: Vec<Arc<dyn Rule>> = others.cloned().collect();
                self.rules.extend(others);
                let contents = Contents { findings: &self.findings, errors: &self.errors, rules: &self.rules };
                sarif::write(out, &contents)?;
            }
        }
        self.out.finish()?;
        Ok(table)
    }

    /// Flushes the output: a user is waiting at a terminal.
    pub(super) fn show(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn table_replaces_listing(&self) -> bool {
        self.statistics.is_some() && self.listing == Listing::Lines && self.format.is_text()
    }
}
