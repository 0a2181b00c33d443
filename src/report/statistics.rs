//! A table of findings by rule and outcome.

use super::record::FindingRecord;
use crate::finding::{Applicability, Outcome};
use std::collections::BTreeMap;

const HEAD: [&str; 8] = ["rule", "found", "safe", "unsafe", "report", "fixed", "suppressed", "baselined"];

/// Counts by rule.
#[derive(Debug, Default)]
pub struct Statistics {
    rules: BTreeMap<String, Row>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Row {
    /// Findings that are not suppressed; of those: with a safe fix, with an unsafe one, without one; and those that
    /// were fixed.
    found: usize,
    safe: usize,
    unsafe_: usize,
    report: usize,
    fixed: usize,
    suppressed: usize,
    baselined: usize,
}

impl Statistics {
    /// Counts a finding.
    pub fn count(&mut self, finding: &FindingRecord) {
        let row = self.rules.entry(finding.rule.clone()).or_default();
        match finding.outcome {
            Outcome::Suppressed => {
                row.suppressed += 1;
                return;
            }
            Outcome::Baselined => {
                row.baselined += 1;
                return;
            }
            Outcome::Fixed => row.fixed += 1,
            Outcome::Found | Outcome::Declined | Outcome::Conflicted | Outcome::Unfixable | Outcome::Failed => {}
        }
        row.found += 1;
        match finding.applicability {
            Applicability::Safe => row.safe += 1,
            Applicability::Unsafe => row.unsafe_ += 1,
            Applicability::Report => row.report += 1,
        }
    }

    /// The table, most frequent rule first, with totals if there are several rules.
    pub fn table(&self) -> String {
        let mut rules: Vec<(&str, Row)> = self.rules.iter().map(|(rule, row)| (rule.as_str(), *row)).collect();
        rules.sort_by_key(|(_, row)| std::cmp::Reverse(row.found));
        if rules.len() > 1 {
            let sum = rules.iter().fold(Row::default(), |sum, (_, row)| sum.plus(row));
            rules.push(("all", sum));
        }
        let width = rules.iter().map(|(rule, _)| rule.len()).chain(["rule".len()]).max().unwrap_or_default();
        let line = |rule: &str, cells: &[String]| {
            let cells: String = cells
                .iter()
                .zip(HEAD.iter().skip(1))
                .map(|(cell, head)| format!("  {cell:>width$}", width = head.len()))
                .collect();
            format!("{rule:width$}{cells}\n")
        };
        let head: Vec<String> = HEAD.iter().skip(1).map(|name| (*name).to_owned()).collect();
        let mut table = line("rule", &head);
        for (rule, row) in rules {
            table.push_str(&line(rule, &row.cells().map(|count| count.to_string())));
        }
        table
    }
}

impl Row {
    fn cells(&self) -> [usize; 7] {
        [self.found, self.safe, self.unsafe_, self.report, self.fixed, self.suppressed, self.baselined]
    }

    fn plus(self, other: &Self) -> Self {
        Self {
            found: self.found + other.found,
            safe: self.safe + other.safe,
            unsafe_: self.unsafe_ + other.unsafe_,
            report: self.report + other.report,
            fixed: self.fixed + other.fixed,
            suppressed: self.suppressed + other.suppressed,
            baselined: self.baselined + other.baselined,
        }
    }
}
