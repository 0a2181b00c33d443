//! Prints the output of a run in the requested format, as it comes or as one document at the end.

use super::args::Common;
use super::output::Output;
use crate::problem::Problem;
use crate::report::statistics::Statistics;
use crate::report::{End, Fixes, Report, Reported, Run};
use crate::rule::Rule;
use crate::transforms;
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
    report: Box<dyn Report>,
    out: Output,
    statistics: Option<Statistics>,
    /// The table of statistics stands in place of the listings.
    is_table_only: bool,
}

impl Printer {
    /// A printer for `rules`, the ones that run where no configuration says otherwise.
    ///
    /// # Errors
    /// If the output file cannot be written.
    pub(super) fn open(
        common: &Common,
        listing: Listing,
        fixes: Fixes,
        rules: &[Arc<dyn Rule>],
    ) -> Result<Self, Problem> {
        let run = Run { rules: rules.to_vec(), known_rules: transforms::all().to_vec(), fixes };
        let format = common.output_format;
        Ok(Self {
            report: format.begin(run),
            out: Output::open(common.output_file.as_deref())?,
            statistics: common.statistics.then(Statistics::default),
            is_table_only: common.statistics && listing == Listing::Lines && format.is_for_people(),
        })
    }

    /// Takes the report of one file.
    pub(super) fn report(&mut self, output: &[u8], findings: Vec<Reported>) -> io::Result<()> {
        if let Some(statistics) = &mut self.statistics {
            findings.iter().for_each(|finding| statistics.count(&finding.record));
        }
        match self.is_table_only {
            true => Ok(()),
            false => self.report.file(&mut self.out, output, findings),
        }
    }

    /// Takes a report that contains only an error.
    pub(super) fn error(&mut self, error: Problem) -> io::Result<()> {
        self.report.error(&mut self.out, error)
    }

    /// Prints the rest, and returns the table of statistics if it must be printed elsewhere.
    pub(super) fn finish(mut self, end: &End) -> io::Result<Option<String>> {
        self.report.finish(&mut self.out, end)?;
        let mut table = self.statistics.as_ref().map(Statistics::table);
        if let Some(table) = table.take_if(|_| self.is_table_only) {
            self.out.write_all(table.as_bytes())?;
        }
        self.out.finish()?;
        Ok(table)
    }

    /// Flushes the output: a user is waiting at a terminal.
    pub(super) fn show(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
