//! Writes the answers about a file: its text with the accepted fixes, and its entries in the baseline.

use super::{ReviewedFile, Surroundings, Workspace, accepted, is_failed, items, with_answer};
use crate::engine::{FileResult, Judged};
use crate::finding::Outcome;
use crate::problem::Problem;
use crate::report;
use crate::report::Reported;
use crate::review::session::{Answer, Item, Session};
use crate::text::Source;
use crate::text::display_path;
use crate::workspace::baseline::Baseline;
use crate::write::WriteError;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

/// The result of writing a file.
#[derive(Debug, Default)]
pub struct Written {
    /// The remaining findings.
    pub items: Vec<Item>,
    /// Findings that were fixed, including edits by hand.
    pub fixed: usize,
    /// Findings that got a comment.
    pub suppressed: usize,
    /// Findings that were added to the baseline.
    pub baselined: usize,
    /// What went wrong.
    pub errors: Vec<Problem>,
    /// Old and new digests of findings: a line next to them was changed.
    pub renamed: Vec<(String, String)>,
    /// Digests of finished findings.
    pub settled: Vec<String>,
}

impl Workspace<'_> {
    /// Writes the answers about `file`: its text with the accepted fixes, and its entries in the baseline. `None` if
    /// there is nothing to write.
    pub fn write(&mut self, session: &Session, file: usize) -> Option<Written> {
        let accepted = accepted(session, file);
        let items = session.files().get(file)?;
        let reviewed = self.files.get_mut(file)?;
        if accepted.is_empty() && with_answer(session, file, Answer::Baseline).is_empty() && reviewed.before.is_empty()
        {
            return None;
        }
        let mut written = Written::default();
        let path = display_path(&reviewed.path);
        let result = match reviewed.fixed(&accepted) {
            Ok(result) => result,
            Err(error) => {
                written.errors.push(error.in_file(path));
                return Some(written);
            }
        };
        written.errors.extend(report::fault_records(&path, &result).into_iter().filter(|_| is_failed(&result)));
        let text = reviewed.now.source.encode(reviewed.now.source.text());
        let new = result.fixed.clone().or(text.ok()).unwrap_or_else(|| reviewed.disk.clone());
        let refused = match new != reviewed.disk {
            true => self.surroundings.write(&reviewed.path, Some(&reviewed.disk), &new).err(),
            false => None,
        };
        reviewed.settle(items, &result, refused.is_some(), &mut written);
        if let Some(error) = refused {
            written.errors.push(write_error(&path, &error));
            // The file is not the one that was reviewed: do not ask about it any more, and keep its answers.
            reviewed.now.findings.clear();
            return Some(Written { errors: written.errors, ..Written::default() });
        }
        if let Err(error) = reviewed.is_written(new) {
            written.errors.push(error.in_file(path));
            reviewed.now.findings.clear();
            return Some(written);
        }
        let renamed = renamed(&result, &reviewed.now);
        let new_name = |id: &str| renamed.get(id).cloned().unwrap_or_else(|| id.to_owned());
        self.put_in_baseline(session, file, &new_name, &mut written);
        let reviewed = self.files.get(file)?;
        written.items = self::items(&reviewed.now);
        // A finding that could not be fixed is not asked about again.
        let failed = result.findings.iter().filter(|judged| judged.outcome == Outcome::Failed);
        let failed: HashSet<String> = failed.map(|judged| new_name(&judged.fingerprint.digest)).collect();
        written.items.retain(|item| !failed.contains(&item.id));
        let skipped = with_answer(session, file, Answer::Skip);
        let skipped: HashSet<String> = skipped.into_iter().map(new_name).collect();
        for item in written.items.iter_mut().filter(|item| skipped.contains(&item.id)) {
            item.answer = Some(Answer::Skip);
        }
        written.renamed = renamed.into_iter().filter(|(old, new)| old != new).collect();
        Some(written)
    }

    /// All findings of `file`, as they are at the end of the review.
    pub fn reported(&self, session: &Session, file: usize) -> Vec<Reported> {
        let Some(reviewed) = self.files.get(file) else { return Vec::new() };
        let path = display_path(&reviewed.path);
        let mut reported = reviewed.done.clone();
        let failed = reported.iter().filter(|finding| finding.record.outcome == Outcome::Failed);
        let failed: HashSet<String> = failed.map(|finding| finding.fingerprint.digest.clone()).collect();
        let skipped = with_answer(session, file, Answer::Skip);
        let current = reviewed.before.first().map_or(&reviewed.now, |(result, _)| result);
        for judged in &current.findings {
            let id = judged.fingerprint.digest.as_str();
            if failed.contains(id) {
                continue;
            }
            let outcome = if skipped.contains(id) { Outcome::Declined } else { judged.outcome };
            reported.push(Reported::new(&path, current, judged, outcome, reviewed.engine.rules()));
        }
        reported
    }

    /// Adds the findings of `file` that were answered so to its baseline, with their current digests.
    fn put_in_baseline(
        &mut self,
        session: &Session,
        file: usize,
        new_name: &dyn Fn(&str) -> String,
        written: &mut Written,
    ) {
        let asked = with_answer(session, file, Answer::Baseline);
        let Some(reviewed) = self.files.get_mut(file).filter(|_| !asked.is_empty()) else { return };
        let Some(path) = self.surroundings.baseline(&reviewed.context.place) else { return };
        let wanted: HashSet<String> = asked.iter().map(|id| new_name(id)).collect();
        match reviewed.put_in_baseline(&path, &wanted, self.surroundings) {
            Ok(added) => {
                written.baselined = added;
                written.settled.extend(asked.into_iter().map(str::to_owned));
            }
            Err(error) => written.errors.push(error.in_file(display_path(&path))),
        }
    }
}

impl ReviewedFile {
    /// Records the outcomes of its findings: those that its changed text settled, from the text before; those that
    /// fixes were for, from `result`.
    fn settle(&mut self, items: &[Item], result: &FileResult, is_refused: bool, written: &mut Written) {
        let path = display_path(&self.path);
        let transforms = self.engine.rules();
        let reported = |result: &FileResult, judged: &Judged, outcome: Outcome| {
            let outcome = if is_refused { Outcome::Failed } else { outcome };
            Reported::new(&path, result, judged, outcome, transforms)
        };
        let mut done = Vec::new();
        for item in items {
            let (outcome, count) = match item.answer {
                Some(Answer::Edited) => (Outcome::Fixed, &mut written.fixed),
                Some(Answer::Suppressed) => (Outcome::Suppressed, &mut written.suppressed),
                Some(Answer::Apply | Answer::Skip | Answer::Baseline) | None => continue,
            };
            *count += 1;
            written.settled.push(item.id.clone());
            // A finding that a comment suppresses is found again, suppressed.
            if outcome == Outcome::Fixed || is_refused {
                done.extend(self.judged(&item.id).map(|(result, judged)| reported(result, judged, outcome)));
            }
        }
        for judged in &result.findings {
            if matches!(judged.outcome, Outcome::Fixed | Outcome::Failed) {
                written.fixed += usize::from(judged.outcome == Outcome::Fixed);
                written.settled.push(judged.fingerprint.digest.clone());
                done.push(reported(result, judged, judged.outcome));
            }
        }
        self.done.extend(done);
    }

    /// Records `disk` as its current contents.
    fn is_written(&mut self, disk: Vec<u8>) -> Result<(), Problem> {
        let text = Source::decode(disk.clone())?.text().to_owned();
        let found = self.scanned(&text, disk.clone())?;
        (self.now, self.context.lines) = found;
        self.before.clear();
        self.disk = disk;
        Ok(())
    }

    /// Adds the findings with these digests to the baseline at `path`, and returns their number.
    fn put_in_baseline(
        &mut self,
        path: &Path,
        wanted: &HashSet<String>,
        surroundings: &dyn Surroundings,
    ) -> Result<usize, Problem> {
        let mut baseline = Baseline::load_or_new(path)?;
        let is_wanted = |judged: &&mut Judged| wanted.contains(&judged.fingerprint.digest);
        for judged in self.now.findings.iter_mut().filter(is_wanted) {
            baseline.add(&judged.finding.rule, &self.context.place, &judged.fingerprint, None);
        }
        baseline.save_by(|path, expected, new| surroundings.write(path, expected, new))?;
        let mut added = 0;
        for judged in self.now.findings.iter_mut().filter(is_wanted) {
            judged.outcome = Outcome::Baselined;
            added += 1;
        }
        let mut known = self.context.baseline.as_deref().cloned().unwrap_or_default();
        known.extend(wanted.iter().cloned());
        self.context.baseline = Some(Arc::new(known));
        Ok(added)
    }
}

fn write_error(path: &str, error: &WriteError) -> Problem {
    let (message, help) = (error.to_string(), error.help().to_owned());
    Problem { path: Some(path.to_owned()), line: None, message, help }
}

/// The digests of findings that were not fixed, before and after their file was written: the n-th of a rule is still the n-th.
fn renamed(before: &FileResult, after: &FileResult) -> HashMap<String, String> {
    let mut by_rule: HashMap<&str, (Vec<&str>, Vec<&str>)> = HashMap::new();
    for judged in before.findings.iter().filter(|judged| judged.outcome != Outcome::Fixed) {
        by_rule.entry(&judged.finding.rule).or_default().0.push(&judged.fingerprint.digest);
    }
    for judged in &after.findings {
        by_rule.entry(&judged.finding.rule).or_default().1.push(&judged.fingerprint.digest);
    }
    let kept = by_rule.into_values().filter(|(before, after)| before.len() == after.len());
    kept.flat_map(|(before, after)| before.into_iter().map(str::to_owned).zip(after.into_iter().map(str::to_owned)))
        .collect()
}
