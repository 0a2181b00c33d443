//! Runs the review: the session interprets keys, the workspace knows the files, the user answers, and every answer is
//! saved before the next question.

use super::answers::{Answers, Kept};
use super::files::{Resumed, Workspace, Written};
use super::keys::KEYS;
use super::prompter::Prompter;
use super::session::{Answer, Effect, Item, Place, Session, Tally};
use crate::problem::Problem;
use crate::report::diff;
use crate::report::diff::DiffPath;
use crate::rule::Rule;
use crate::text::display_path;
use crate::text::sanitize::{visible, visible_line};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// What follows an answer to a key.
enum Next {
    /// What is shown stays as it is.
    Same,
    /// The finding at the cursor is shown again.
    Again,
    End(End),
}

fn is_skipped(item: &Item) -> bool {
    item.answer == Some(Answer::Skip)
}

/// How a review ended.
#[derive(Debug)]
pub enum End {
    /// What was accepted is written.
    Finished,
    /// Nothing was written since the last `w`; the answers are saved.
    Aborted,
    /// As `Aborted`, by Ctrl-C.
    Interrupted,
    /// As `Aborted`, because the terminal is gone.
    Lost(io::Error),
}

/// A running review.
pub struct Review<'r, 'e> {
    /// The files.
    pub workspace: &'r mut Workspace<'e>,
    /// The prompter for the terminal.
    pub prompter: &'r mut dyn Prompter,
    /// Where answers are saved.
    pub answers: &'r mut Answers,
    /// The rules, for their pages.
    pub transforms: &'r [Arc<dyn Rule>],
    /// Whether "the rest" covers unsafe fixes.
    pub takes_unsafe: bool,
    /// Whether findings can be added to a baseline.
    pub has_baseline: bool,
    /// Whether declined findings are asked about again.
    pub asks_again: bool,
    /// Reports errors while writing.
    pub on_error: &'r mut dyn FnMut(Problem),
}

impl Review<'_, '_> {
    /// Asks until the user is done. Returns the final session, for the summary.
    pub fn run(&mut self) -> (Session, End) {
        let mut session = Session::new(self.workspace.items(), self.takes_unsafe, self.has_baseline);
        let end = match self.begin(&mut session).and_then(|()| self.ask(&mut session)) {
            Ok(end) => end,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => End::Interrupted,
            Err(error) => End::Lost(error),
        };
        (session, end)
    }

    /// Resumes what an earlier review left.
    fn begin(&mut self, session: &mut Session) -> io::Result<()> {
        // Only the answers for findings and files of this review.
        let mut given = self.keys(session, |_| true);
        given.retain(|finding| self.answers.open.contains_key(finding));
        let texts: Vec<PathBuf> = self.workspace.absolute_paths();
        let texts: Vec<PathBuf> = texts.into_iter().filter(|path| self.answers.texts.contains_key(path)).collect();
        if !given.is_empty() || !texts.is_empty() {
            let mut left = vec![format!("{} answer{}", given.len(), plural(given.len()))];
            if !texts.is_empty() {
                left.push(format!("{} changed file{}", texts.len(), plural(texts.len())));
            }
            let left = left.join(" and ");
            self.prompter.show(&format!("An earlier review was not finished: {left} not yet written.\n"))?;
            if self.prompter.confirm("Resume it? (no starts over)", true)? {
                self.resume(session)?;
            } else {
                self.keep(|answers| {
                    answers.keep(given.iter().map(|finding| (finding.as_str(), None)))?;
                    texts.iter().try_for_each(|path| answers.keep_text(path, None))
                })?;
            }
        }
        let mut declined = self.keys(session, |_| true);
        declined.retain(|finding| self.answers.declined.contains(finding));
        if declined.is_empty() {
            return Ok(());
        }
        let count = declined.len();
        if self.asks_again {
            return self.keep(|answers| answers.forget(&declined));
        }
        self.prompter.show(&format!(
            "{count} finding{} declined in an earlier review {} not asked about again (`--ask-again` does).\n",
            plural(count),
            if count == 1 { "is" } else { "are" }
        ))?;
        let is_declined = |file, item: &Item| self.answers.declined.contains(&self.workspace.key(file, &item.id));
        session.resume(|file, item| is_declined(file, item).then_some((Answer::Skip, item.way)));
        Ok(())
    }

    fn resume(&mut self, session: &mut Session) -> io::Result<()> {
        // Once before the changed texts, in case they are undone; and once after them, for the findings that they
        // contain.
        self.resume_answers(session);
        let (texts, dropped) = self.workspace.resume(self.answers);
        for Resumed { file, items, settled } in texts {
            session.amend(file, items, |item| settled.get(&item.id).copied().unwrap_or(Answer::Edited));
        }
        for path in dropped {
            let path = visible_line(&path).into_owned();
            self.prompter.show(&format!("{path} has changed since, so your edit is dropped.\n"))?;
        }
        self.resume_answers(session);
        Ok(())
    }

    fn resume_answers(&self, session: &mut Session) {
        session.resume(|file, item| {
            let kept = self.answers.open.get(&self.workspace.key(file, &item.id))?;
            match kept.answer {
                // Another way than the one that was accepted is asked about again.
                Answer::Apply => Some((Answer::Apply, item.way_called(kept.fix.as_deref())?)),
                answer => (!answer.is_in_text()).then_some((answer, item.way)),
            }
        });
    }

    /// The keys of the saved answers about the findings for which `is_meant` is true.
    fn keys(&self, session: &Session, is_meant: impl Fn(&Item) -> bool) -> Vec<String> {
        let mut keys = Vec::new();
        for (file, items) in (0..).zip(session.files()) {
            keys.extend(items.iter().filter(|item| is_meant(item)).map(|item| self.workspace.key(file, &item.id)));
        }
        keys
    }

    fn ask(&mut self, session: &mut Session) -> io::Result<End> {
        let is_settled = session.files().iter().flatten().all(is_skipped)
            && self.keys(session, is_skipped).iter().all(|finding| self.answers.declined.contains(finding));
        if is_settled {
            return Ok(End::Finished);
        }
        let mut shown = None;
        loop {
            let now = (session.cursor(), session.context());
            if shown != Some(now) {
                self.show(session)?;
            }
            shown = Some(now);
            let Some(key) = self.prompter.key(&prompt(session))? else {
                self.prompter.show("? shows the keys\n")?;
                continue;
            };
            match self.respond(session.press(key), session)? {
                Next::Same => {}
                Next::Again => shown = None,
                Next::End(end) => return Ok(end),
            }
        }
    }

    /// Does what a key asked for.
    fn respond(&mut self, effect: Effect, session: &mut Session) -> io::Result<Next> {
        let again = |is_changed: bool| if is_changed { Next::Again } else { Next::Same };
        match effect {
            Effect::Moved => {}
            Effect::Answered(places) => self.keep_answers(session, &places)?,
            Effect::Refused(why) => {
                self.prompter.show(&format!("{why}\n"))?;
                return Ok(Next::Same);
            }
            Effect::TakeBack { file } => {
                session.take_back();
                self.workspace.take_back(file);
                self.keep_text(session, file)?;
            }
            Effect::Edit(place) => return Ok(again(self.edit(session, place)?)),
            Effect::Suppress(place) => return Ok(again(self.suppress(session, place)?)),
            Effect::Explain(rule) => {
                let page = self.transforms.iter().find(|transform| transform.metadata().id == *rule);
                self.prompter.page(page.map_or("", |transform| transform.explanation()))?;
            }
            Effect::Page(place) => self.page(session, place)?,
            Effect::Choose => return Ok(again(self.choose(session)?)),
            Effect::Write => {
                self.write(session)?;
                if session.tally() == Tally::default() {
                    self.prompter.show("Nothing is left to ask about.\n")?;
                    return Ok(Next::End(End::Finished));
                }
            }
            Effect::Finish => {
                self.write(session)?;
                let skipped = self.keys(session, is_skipped);
                self.keep(|answers| answers.decline(skipped.iter().map(String::as_str)))?;
                return Ok(Next::End(End::Finished));
            }
            Effect::Abort => {
                let stops = self.prompter.confirm("Stop, and write nothing? Your answers are kept.", false)?;
                return Ok(if stops { Next::End(End::Aborted) } else { Next::Same });
            }
            Effect::Help => {
                let lines: String = KEYS.iter().map(|(_, key, what)| format!("{:3}  {what}\n", key.label())).collect();
                let enter = "Enter is y for a safe fix, and n for any other; Ctrl-C stops and writes nothing\n";
                self.prompter.show(&format!("\n{lines}{enter}"))?;
                return Ok(Next::Same);
            }
        }
        Ok(Next::Again)
    }

    fn show(&mut self, session: &Session) -> io::Result<()> {
        let color = self.prompter.has_color();
        match session.cursor() {
            Some(place) => {
                let text = self.workspace.shown(session, place, color).unwrap_or_default();
                self.prompter.show(&text)
            }
            None => self.prompter.show(&format!("\nAll findings are answered: {}.\n", in_words(&session.tally()))),
        }
    }

    fn keep_answers(&mut self, session: &Session, places: &[Place]) -> io::Result<()> {
        let given = |place: &Place| {
            let item = session.item(*place)?;
            let kept = item.answer.map(|answer| {
                let way = item.way_name().filter(|_| answer == Answer::Apply);
                Kept { answer, fix: way.map(str::to_owned) }
            });
            Some((self.workspace.key(place.file, &item.id), kept))
        };
        let given: Vec<_> = places.iter().filter_map(given).collect();
        self.keep(|answers| answers.keep(given.iter().map(|(finding, kept)| (finding.as_str(), kept.clone()))))
    }

    fn keep_text(&mut self, session: &Session, file: usize) -> io::Result<()> {
        let Some((path, text)) = self.workspace.text(session, file) else { return Ok(()) };
        self.keep(|answers| answers.keep_text(&path, text))
    }

    /// Saves something, and reports a failure once: the review continues.
    fn keep(&mut self, keep: impl FnOnce(&mut Answers) -> io::Result<()>) -> io::Result<()> {
        if let Err(error) = keep(self.answers) {
            self.answers.give_up();
            self.prompter.show(&format!("From now on, answers are not saved for another run: {error}\n"))?;
        }
        Ok(())
    }

    /// Whether another finding is to be shown.
    fn edit(&mut self, session: &mut Session, place: Place) -> io::Result<bool> {
        let (on_disk, mut text) = match self.workspace.result(session, place) {
            Ok(texts) => texts,
            Err(why) => {
                self.prompter.show(&format!("{}\n", visible(&why)))?;
                return Ok(false);
            }
        };
        let path = self.workspace.files().get(place.file).map(|file| DiffPath::new(file.path()));
        let Some(path) = path else { return Ok(false) };
        loop {
            match self.prompter.edit(&text) {
                Ok(Some(edited)) => text = edited,
                Ok(None) => {
                    self.prompter.show("Nothing was edited.\n")?;
                    return Ok(false);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
                Err(error) => {
                    let why = format!("The editor cannot be used: {error}; set $VISUAL or $EDITOR\n");
                    self.prompter.show(&visible(&why))?;
                    return Ok(false);
                }
            }
            // Shows the resulting file before it counts.
            let style = diff::Style::Visible { color: self.prompter.has_color() };
            let diff = diff::unified(&path, on_disk.as_bytes(), text.as_bytes(), style);
            self.prompter.show(&format!("\n{}", String::from_utf8_lossy(&diff)))?;
            let options = ["accept it", "edit it again", "drop it"].map(str::to_owned);
            // A failed editor may leave nothing.
            let proposed = if text.trim().is_empty() { 2 } else { 0 };
            match self.prompter.choose("Your edit", &options, proposed)? {
                Some(0) => match self.workspace.amend(place.file, &text) {
                    Ok(items) => {
                        session.amend(place.file, items, |_| Answer::Edited);
                        self.keep_text(session, place.file)?;
                        return Ok(true);
                    }
                    Err(why) => {
                        self.prompter.show(&format!("Refused: {}\n", visible(&why)))?;
                        if !self.prompter.confirm("Edit again? (no drops the edit)", true)? {
                            return Ok(true);
                        }
                    }
                },
                Some(1) => {}
                Some(_) | None => return Ok(true),
            }
        }
    }

    fn suppress(&mut self, session: &mut Session, place: Place) -> io::Result<bool> {
        let Some(reason) = self.prompter.text("Reason for the suppression")? else { return Ok(false) };
        if reason.trim().is_empty() {
            self.prompter.show("Nothing was suppressed: a suppression needs a reason.\n")?;
            return Ok(false);
        }
        match self.workspace.suppress(session, place, &reason) {
            Ok(items) => {
                session.amend(place.file, items, |_| Answer::Suppressed);
                self.keep_text(session, place.file)?;
                Ok(true)
            }
            Err(why) => {
                self.prompter.show(&format!("Not suppressed: {}\n", visible(&why)))?;
                Ok(false)
            }
        }
    }

    fn page(&mut self, session: &Session, place: Place) -> io::Result<()> {
        let path = self.workspace.files().get(place.file).map(|file| DiffPath::new(file.path()));
        let text = match (self.workspace.result(session, place), path) {
            (Ok((old, new)), Some(path)) => {
                let style = diff::Style::Visible { color: self.prompter.has_color() };
                let diff = diff::unified(&path, old.as_bytes(), new.as_bytes(), style);
                if diff.is_empty() {
                    "Nothing would change in this file.\n".to_owned()
                } else {
                    String::from_utf8_lossy(&diff).into_owned()
                }
            }
            (Err(why), _) => format!("{}\n", visible(&why)),
            (Ok(_), None) => String::new(),
        };
        self.prompter.page(&text)
    }

    fn choose(&mut self, session: &mut Session) -> io::Result<bool> {
        let with_items: Vec<usize> =
            (0..).zip(session.files()).filter(|(_, items)| !items.is_empty()).map(|(file, _)| file).collect();
        let current = session.cursor().and_then(|place| with_items.iter().position(|file| *file == place.file));
        let option = |file: &usize| {
            let path = self.workspace.files().get(*file).map(|file| display_path(file.path())).unwrap_or_default();
            let items = session.files().get(*file).map(Vec::as_slice).unwrap_or_default();
            let undecided = items.iter().filter(|item| item.answer.is_none()).count();
            format!("{} ({undecided} of {} undecided)", visible_line(&path), items.len())
        };
        let options: Vec<String> = with_items.iter().map(option).collect();
        let chosen = self.prompter.choose("Go to file", &options, current.unwrap_or(0))?;
        if let Some(file) = chosen.and_then(|chosen| with_items.get(chosen)) {
            session.go_to(*file);
        }
        Ok(true)
    }

    /// Writes what is accepted in each file, and reports the outcome.
    fn write(&mut self, session: &mut Session) -> io::Result<()> {
        let mut is_anything = false;
        for file in 0..self.workspace.files().len() {
            let Some(written) = self.workspace.write(session, file) else { continue };
            is_anything = true;
            let path = self.workspace.files().get(file).map(|file| display_path(file.path())).unwrap_or_default();
            let Written { items, fixed, suppressed, baselined, errors, renamed, settled } = written;
            let counts = [(fixed, "fixed"), (suppressed, "suppressed"), (baselined, "added to the baseline")];
            let said: Vec<String> =
                counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
            if !said.is_empty() {
                self.prompter.show(&format!("{}: {}\n", visible_line(&path), said.join(", ")))?;
            }
            let is_refused = !errors.is_empty();
            errors.into_iter().for_each(&mut *self.on_error);
            // Findings whose lines changed have other digests now; finished ones need no answer.
            let skipped = |id: &String| {
                items.iter().any(|item| item.id == *id && item.answer == Some(Answer::Skip)).then_some(Answer::Skip)
            };
            let key = |id: &String| self.workspace.key(file, id);
            let old: Vec<String> = settled.iter().chain(renamed.iter().map(|(old, _)| old)).map(key).collect();
            let new: Vec<(String, Kept)> =
                renamed.iter().filter_map(|(_, new)| Some((key(new), Kept::new(skipped(new)?)))).collect();
            self.keep(|answers| {
                answers.keep(old.iter().map(|id| (id.as_str(), None)))?;
                answers.keep(new.iter().map(|(id, kept)| (id.as_str(), Some(kept.clone()))))
            })?;
            let name_of = |id: &str| renamed.iter().find(|(old, _)| old == id).map_or(id, |(_, new)| new).to_owned();
            session.written(file, items, name_of);
            if !is_refused {
                self.keep_text(session, file)?;
            }
        }
        if !is_anything {
            self.prompter.show("There was nothing to write.\n")?;
        }
        Ok(())
    }
}

/// The prompt line.
fn prompt(session: &Session) -> String {
    match session.cursor().and_then(|place| session.item(place)) {
        Some(item) => {
            let default = if item.applicability == crate::finding::Applicability::Safe { 'y' } else { 'n' };
            let next = if item.ways.len() > 1 { "Tab," } else { "" };
            format!("[y,n,{next}u,a,d,A,D,e,s,b,x,+,-,p,j,k,g,w,q,Q,?] ({default}) ")
        }
        None => "Write it and stop? [u,k,g,w,q,Q,?] (q) ".to_owned(),
    }
}

/// `3 to apply, 1 to skip`.
pub fn in_words(tally: &Tally) -> String {
    let counts = [
        (tally.accepted, "to apply"),
        (tally.suppressed, "to suppress"),
        (tally.baselined, "for the baseline"),
        (tally.skipped, "to skip"),
        (tally.undecided, "undecided"),
    ];
    let said: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    said.join(", ")
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
