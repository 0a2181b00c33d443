//! `tightwire rules`: lists the rules, one per line, or as JSON.

use super::args::Common;
use super::exit::{Exit, Stop};
use super::format;
use super::output::Output;
use crate::finding::Severity;
use crate::report::{ListForm, json};
use crate::rule;
use crate::workspace::select;
use serde::Serialize;
use std::io::Write as _;
use std::sync::Arc;

#[derive(Serialize)]
struct Rule<'r> {
    id: &'r str,
    aliases: &'r [String],
    severity: Severity,
    /// Whether the rule runs if no rule is selected by name.
    default: bool,
    summary: &'r str,
    cwe: &'r [String],
    owasp: &'r [String],
    references: &'r [String],
}

pub(super) fn run(all: &[Arc<dyn rule::Rule>], common: &Common) -> Result<Exit, Stop> {
    let selected = select::ids(all, &common.select, "--select")?;
    let listed = select::listed(all, &selected, &select::ids(all, &common.ignore, "--ignore")?);
    let rules: Vec<Rule<'_>> = listed
        .iter()
        .map(|transform| transform.metadata())
        .map(|metadata| Rule {
            id: &metadata.id,
            aliases: &metadata.aliases,
            severity: metadata.severity,
            default: metadata.default,
            summary: &metadata.summary,
            cwe: &metadata.cwe,
            owasp: &metadata.owasp,
            references: &metadata.references,
        })
        .collect();
    let form = format::list_form(common.output_format, "rules")?;
    let mut out = Output::open(common.output_file.as_deref())?;
    match form {
        ListForm::Json => json::write_value(&mut out, &rules)?,
        ListForm::Text => out.write_all(table(&rules).as_bytes())?,
    }
    out.finish()?;
    Ok(Exit::Clean)
}

fn table(rules: &[Rule<'_>]) -> String {
    let width = |cells: &mut dyn Iterator<Item = usize>| cells.max().unwrap_or(0);
    let id_width = width(&mut rules.iter().map(|rule| rule.id.len()));
    let cwe_width = width(&mut rules.iter().map(|rule| rule.cwe.join(", ").len()));
    let mut table = String::new();
    for rule in rules {
        let cwe = rule.cwe.join(", ");
        table.push_str(&format!(
            "{:id_width$}  {:7}  {cwe:cwe_width$}  {}\n",
            rule.id,
            rule.severity.word(),
            rule.summary
        ));
        if !rule.default {
            table.push_str(&format!("{:id_width$}  off by default; run it with `--select {}`\n", "", rule.id));
        }
        if !rule.aliases.is_empty() {
            table.push_str(&format!("{:id_width$}  also known as {}\n", "", rule.aliases.join(", ")));
        }
    }
    table
}
