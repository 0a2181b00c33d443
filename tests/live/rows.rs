//! The changes that come unasked: `rows.toml` names, for each, programs that work before and after it.

use serde::Deserialize;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tightwire::{Applicability, Options, Workspace, transforms};

#[derive(Deserialize)]
struct Rows {
    row: Vec<Row>,
}

/// A change that comes unasked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    rule: String,
    /// What the code shows.
    shows: String,
    /// Programs of `clients/` and `servers/`, which the other tests run.
    programs: Vec<String>,
    /// The project that they are in, as its `pyproject.toml`.
    #[serde(default)]
    project: String,
}

/// The programs whose fix does not come unasked, and the rules without a row.
pub fn wrong() -> Vec<String> {
    let rows: Rows = toml::from_str(include_str!("rows.toml")).unwrap();
    let mut wrong = Vec::new();
    for Row { rule, shows, programs, project } in &rows.row {
        let options = Options { select: vec![rule.clone()], ..Options::default() };
        let workspace = Workspace::new(options).unwrap();
        // A project of its own: this one's `tests/` makes each a test.
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(".git")).unwrap();
        fs::write(folder.path().join("pyproject.toml"), project).unwrap();
        if programs.is_empty() {
            wrong.push(format!("{rule}: {shows}: no program shows it"));
        }
        for program in programs {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live").join(program).with_extension("py");
            let text = fs::read_to_string(&path).unwrap_or_default();
            let checked = workspace.check_text(&folder.path().join("program.py"), &text);
            let findings = checked.result.map(|result| result.findings).unwrap_or_default();
            let is_safe = |applicability| applicability == Applicability::Safe;
            if findings.is_empty() || !findings.iter().all(|judged| is_safe(judged.finding.applicability())) {
                let all: Vec<_> = findings.iter().map(|judged| &judged.finding.reasons).collect();
                wrong.push(format!("{rule}: {shows}: the fix of {program} does not come unasked: {all:?}"));
            }
        }
    }
    let shown: BTreeSet<&str> = rows.row.iter().map(|row| row.rule.as_str()).collect();
    let never = ["plaintext-ftp", "plaintext-smtp", "telnet"];
    for rule in transforms::all().iter().map(|rule| rule.metadata()).filter(|rule| !rule.never_safe) {
        if !shown.contains(rule.id.as_str()) && !never.contains(&rule.id.as_str()) {
            wrong.push(format!("{} has no row in tests/live/rows.toml", rule.id));
        }
    }
    wrong
}
