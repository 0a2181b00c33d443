//! The review as a state machine: which finding is shown, what was answered, and what a key does. No I/O, and nothing of
//! a file's text: what a key asks for beyond that is an [`Effect`] for [`super::review_loop`] to carry out.
//!
//! Answers belong to findings and can be changed until they are written. The history contains what each key changed, so
//! `u` can undo any number of them, across files.

use super::keys::Key;
use crate::finding::{Applicability, FixId, RuleId};
use std::collections::BTreeSet;

/// A finding as the session knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The digest of its fingerprint.
    pub id: String,
    /// Its rule.
    pub rule: RuleId,
    /// Whether it has a fix, and of which kind.
    pub applicability: Applicability,
    /// Findings of one file that share a fix are answered together.
    pub fix: Option<FixId>,
    /// The names of the ways to fix it: the fix, then its alternatives; none if they have no names.
    pub ways: Vec<&'static str>,
    /// The index of the way that is shown, and that [`Answer::Apply`] stands for.
    pub way: usize,
    /// The answer, if there is one.
    pub answer: Option<Answer>,
}

impl Item {
    /// The name of the way that is shown, if it has one.
    pub fn way_name(&self) -> Option<&'static str> {
        self.ways.get(self.way).copied()
    }

    /// The index of the way called `name`. A fix that is its finding's only one needs no name.
    pub fn way_called(&self, name: Option<&str>) -> Option<usize> {
        match name {
            Some(name) => self.ways.iter().position(|way| *way == name),
            None => (self.ways.len() <= 1).then_some(0),
        }
    }
}

/// The answer about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Its fix is applied.
    Apply,
    /// It stays as it is.
    Skip,
    /// It is added to the baseline.
    Baseline,
    /// A comment suppresses it: the file's text already contains it.
    Suppressed,
    /// The user edited the file, and the finding is gone from the text.
    Edited,
}

impl Answer {
    /// Whether it belongs to a changed text, and can only be undone together with it.
    pub fn is_in_text(self) -> bool {
        matches!(self, Self::Suppressed | Self::Edited)
    }
}

/// A finding's position: its file, and its index in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Index of the file.
    pub file: usize,
    /// Index of the item among the file's.
    pub item: usize,
}

/// The effect of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Another finding is to be shown.
    Moved,
    /// The answers of these findings changed; then another finding is to be shown.
    Answered(Vec<Place>),
    /// The key has no meaning here; the text says why.
    Refused(&'static str),
    /// The last change of a file's text is to be undone, with [`Session::take_back`].
    TakeBack {
        /// The file.
        file: usize,
    },
    /// The file's text, with the accepted fixes and the one at `Place`, is to be edited.
    Edit(Place),
    /// The finding is to be suppressed by a comment.
    Suppress(Place),
    /// The rule's page is to be shown.
    Explain(RuleId),
    /// The whole diff of the finding's file is to be shown.
    Page(Place),
    /// A file is to be chosen.
    Choose,
    /// What was accepted is to be written.
    Write,
    /// As `Write`; then the session ends.
    Finish,
    /// The session ends, once the user has confirmed it.
    Abort,
    /// The help is to be shown.
    Help,
}

/// How many lines around a change are shown at first, and at most.
const CONTEXT: usize = 3;
const MOST_CONTEXT: usize = 200;

/// The state of a review.
#[derive(Debug, Clone)]
pub struct Session {
    files: Vec<Vec<Item>>,
    /// `None` if everything is answered.
    cursor: Option<Place>,
    history: Vec<Step>,
    context: usize,
    takes_unsafe: bool,
    has_baseline: bool,
}

/// What one key changed.
#[derive(Debug, Clone)]
struct Step {
    cursor: Option<Place>,
    change: Change,
}

#[derive(Debug, Clone)]
enum Change {
    /// The answers before, and the ways that were shown.
    Answers(Vec<(Place, Option<Answer>, usize)>),
    /// The file's text was changed; these were its items before.
    Text { file: usize, items: Vec<Item> },
}

/// The number of findings by answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// To be applied, including edits by hand.
    pub accepted: usize,
    /// To be suppressed by a comment.
    pub suppressed: usize,
    /// To be added to the baseline.
    pub baselined: usize,
    /// Left as they are.
    pub skipped: usize,
    /// Not answered yet.
    pub undecided: usize,
}

impl Session {
    /// A session over the items of some files. "The rest" includes unsafe fixes if `takes_unsafe` (`--unsafe-fixes`);
    /// without `has_baseline`, no finding can be added to one.
    pub fn new(files: Vec<Vec<Item>>, takes_unsafe: bool, has_baseline: bool) -> Self {
        let mut session =
            Self { files, cursor: None, history: Vec::new(), context: CONTEXT, takes_unsafe, has_baseline };
        session.cursor = session.undecided_from(Place { file: 0, item: 0 });
        session
    }

    /// The current finding; `None` if everything is answered.
    pub fn cursor(&self) -> Option<Place> {
        self.cursor
    }

    /// Number of lines shown around a change.
    pub fn context(&self) -> usize {
        self.context
    }

    /// The item at `place`.
    pub fn item(&self, place: Place) -> Option<&Item> {
        self.files.get(place.file)?.get(place.item)
    }

    /// The items of each file.
    pub fn files(&self) -> &[Vec<Item>] {
        &self.files
    }

    /// The one-based number of the finding at `place`, and of its file, and the total number of each.
    pub fn position(&self, place: Place) -> ((usize, usize), (usize, usize)) {
        let before: usize = self.files.iter().take(place.file).map(Vec::len).sum();
        let all: usize = self.files.iter().map(Vec::len).sum();
        let with_items = |files: &[Vec<Item>]| files.iter().filter(|items| !items.is_empty()).count();
        let earlier = self.files.get(..place.file).map_or(0, with_items);
        ((before + place.item + 1, all), (earlier + 1, with_items(&self.files)))
    }

    /// The number of findings by answer.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for item in self.files.iter().flatten() {
            *match item.answer {
                None => &mut tally.undecided,
                Some(Answer::Apply | Answer::Edited) => &mut tally.accepted,
                Some(Answer::Suppressed) => &mut tally.suppressed,
                Some(Answer::Baseline) => &mut tally.baselined,
                Some(Answer::Skip) => &mut tally.skipped,
            } += 1;
        }
        tally
    }

    /// Executes `key`.
    pub fn press(&mut self, key: Key) -> Effect {
        if let Some(effect) = self.press_anywhere(key) {
            return effect;
        }
        let Some(place) = self.cursor else {
            return match key {
                Key::Default => Effect::Finish,
                _ => Effect::Refused(
                    "all findings are answered: q writes and stops, u undoes the last answer, k goes back",
                ),
            };
        };
        match self.item(place).cloned() {
            Some(item) => self.press_at(key, place, &item),
            None => Effect::Moved,
        }
    }

    /// What `key` does wherever the cursor is; none for a key about the finding there.
    fn press_anywhere(&mut self, key: Key) -> Option<Effect> {
        Some(match key {
            Key::Undo => self.undo(),
            Key::GoTo => Effect::Choose,
            Key::Write => Effect::Write,
            Key::Finish => Effect::Finish,
            Key::Abort => Effect::Abort,
            Key::Help => Effect::Help,
            Key::Previous => self.step_back(),
            Key::Next => self.step_forward(),
            Key::More => {
                self.context = (self.context * 2 + 1).min(MOST_CONTEXT);
                Effect::Moved
            }
            Key::Less => {
                self.context = self.context.saturating_sub(1) / 2;
                Effect::Moved
            }
            _ => return None,
        })
    }

    /// What `key` does about `item`, the finding at `place`.
    fn press_at(&mut self, key: Key, place: Place, item: &Item) -> Effect {
        match key {
            Key::Explain => return Effect::Explain(item.rule.clone()),
            Key::Page => return Effect::Page(place),
            _ if item.answer.is_some_and(Answer::is_in_text) => {
                return Effect::Refused("this belongs to a change of the file's text: u undoes it");
            }
            Key::Edit => return Effect::Edit(place),
            Key::Suppress => return Effect::Suppress(place),
            Key::NextWay | Key::Way(_) if item.ways.len() < 2 => {
                return Effect::Refused("there is no other way to fix this");
            }
            Key::NextWay => return self.show_way(place, (item.way + 1) % item.ways.len()),
            Key::Way(number) => {
                return match usize::from(number).checked_sub(1).filter(|way| *way < item.ways.len()) {
                    Some(way) => self.show_way(place, way),
                    None => Effect::Refused("there is no way to fix this with that number"),
                };
            }
            _ => {}
        }
        let is_like = |other: &Item| {
            self.takes_unsafe && other.applicability != Applicability::Report
                || other.applicability <= item.applicability
        };
        let undecided = |is_meant: &dyn Fn(Place, &Item) -> bool| -> Vec<Place> {
            self.places()
                .filter(|(at, other)| other.answer.is_none() && is_meant(*at, other))
                .map(|(at, _)| at)
                .collect()
        };
        const NO_FIX: &str =
            "there is no fix to apply: n skips the finding, s suppresses it, b adds it to the baseline";
        let has_fix = item.applicability != Applicability::Report;
        match key {
            Key::Default if item.applicability == Applicability::Safe => self.answer(&[place], Answer::Apply),
            Key::Default | Key::Skip => self.answer(&[place], Answer::Skip),
            Key::Apply | Key::ApplyFile | Key::ApplyRule if !has_fix => Effect::Refused(NO_FIX),
            Key::Apply => self.answer(&[place], Answer::Apply),
            Key::ApplyFile => {
                let rest = undecided(&|at, other| at.file == place.file && is_like(other));
                self.answer_rest(place, rest, Answer::Apply)
            }
            Key::ApplyRule => {
                let rest = undecided(&|_, other| other.rule == item.rule && is_like(other));
                self.answer_rest(place, rest, Answer::Apply)
            }
            Key::SkipFile => self.answer_rest(place, undecided(&|at, _| at.file == place.file), Answer::Skip),
            Key::SkipRule => self.answer_rest(place, undecided(&|_, other| other.rule == item.rule), Answer::Skip),
            Key::Baseline if !self.has_baseline => Effect::Refused("there is no baseline: --no-baseline was given"),
            Key::Baseline => self.answer(&[place], Answer::Baseline),
            _ => Effect::Moved,
        }
    }

    /// Shows the first undecided finding of `file`, or its first.
    pub fn go_to(&mut self, file: usize) {
        let Some(items) = self.files.get(file).filter(|items| !items.is_empty()) else { return };
        let item = items.iter().position(|item| item.answer.is_none()).unwrap_or(0);
        self.cursor = Some(Place { file, item });
    }

    /// Records that the text of `file` was changed, and what is found in it now. Findings that are gone were answered
    /// by the change, as `answer_of` says; the others keep their answers.
    pub fn amend(&mut self, file: usize, found: Vec<Item>, answer_of: impl Fn(&Item) -> Answer) {
        let cursor = self.cursor;
        let Some(items) = self.files.get_mut(file) else { return };
        let before = std::mem::take(items);
        *items = carried_over(&before, found, answer_of);
        self.history.push(Step { cursor, change: Change::Text { file, items: before } });
        self.cursor = self.undecided_from(Place { file, item: 0 });
    }

    /// Undoes the last change of a text, after [`Effect::TakeBack`].
    pub fn take_back(&mut self) {
        let Some(Step { cursor, change: Change::Text { file, items } }) = self.history.pop() else { return };
        if let Some(now) = self.files.get_mut(file) {
            *now = items;
        }
        self.cursor = cursor;
    }

    /// Records what is found in `file` after it was written; `name_of` maps digests to the current ones. What was
    /// written can no longer be undone here.
    pub fn written(&mut self, file: usize, found: Vec<Item>, name_of: impl Fn(&str) -> String) {
        let Some(items) = self.files.get_mut(file) else { return };
        let before = std::mem::replace(items, found);
        self.history.clear();
        let mut from = self.cursor.unwrap_or(Place { file: 0, item: 0 });
        if from.file == file {
            // The index of the current finding, or of the next one, may have changed.
            let rest = before.iter().skip(from.item).map(|item| name_of(&item.id));
            let find = |id: String| self.files.get(file)?.iter().position(|item| item.id == id);
            from.item = rest.into_iter().find_map(find).unwrap_or(usize::MAX);
        }
        self.cursor = self.undecided_from(from);
    }

    /// Restores answers from an earlier session, without a history entry. `answer_of` also gets the file's index, and gives an
    /// answer with the index of the way that it is about.
    pub fn resume(&mut self, answer_of: impl Fn(usize, &Item) -> Option<(Answer, usize)>) {
        for (file, items) in (0..).zip(&mut self.files) {
            for item in items.iter_mut().filter(|item| item.answer.is_none()) {
                if let Some((answer, way)) = answer_of(file, item) {
                    (item.answer, item.way) = (Some(answer), way);
                }
            }
        }
        self.cursor = self.undecided_from(Place { file: 0, item: 0 });
    }

    fn answer_rest(&mut self, place: Place, mut rest: Vec<Place>, answer: Answer) -> Effect {
        rest.push(place);
        self.answer(&rest, answer)
    }

    /// Shows the way with this index at `place`, and at those that share its fix. Nobody has agreed to it yet: an answer that
    /// another way be applied is taken back.
    fn show_way(&mut self, place: Place, way: usize) -> Effect {
        let Some(fix) = self.item(place).map(|item| item.fix) else { return Effect::Moved };
        let is_meant =
            |at: Place, item: &Item| at == place || at.file == place.file && fix.is_some() && item.fix == fix;
        let changed: Vec<(Place, Option<Answer>, usize)> = self
            .places()
            .filter(|(at, item)| is_meant(*at, item) && item.way != way)
            .map(|(at, item)| (at, item.answer, item.way))
            .collect();
        let is_applied = |answer: &Option<Answer>| *answer == Some(Answer::Apply);
        for (at, ..) in &changed {
            if let Some(item) = self.item_mut(*at) {
                item.way = way;
                item.answer = item.answer.filter(|answer| *answer != Answer::Apply);
            }
        }
        let reopened: Vec<Place> =
            changed.iter().filter(|(_, answer, _)| is_applied(answer)).map(|(at, ..)| *at).collect();
        if reopened.is_empty() {
            return Effect::Moved;
        }
        self.history.push(Step { cursor: self.cursor, change: Change::Answers(changed) });
        Effect::Answered(reopened)
    }

    /// Answers the items at `places`, of which the last is shown, and those that share their fixes, and moves on to the next undecided
    /// one. What is applied is applied in the way that is shown, where an item has it.
    fn answer(&mut self, places: &[Place], answer: Answer) -> Effect {
        let name = places.last().and_then(|place| self.item(*place)?.way_name());
        let fix = |place: &Place| Some((place.file, self.item(*place)?.fix?));
        let fixes: BTreeSet<(usize, FixId)> = places.iter().filter_map(fix).collect();
        let chosen: BTreeSet<Place> = places.iter().copied().collect();
        let is_meant = |at: &Place, item: &Item| {
            chosen.contains(at) || item.fix.is_some_and(|fix| fixes.contains(&(at.file, fix)))
        };
        let meant: Vec<(Place, Option<Answer>, usize)> = self
            .places()
            .filter(|(at, item)| is_meant(at, item))
            .filter(|(_, item)| !item.answer.is_some_and(Answer::is_in_text))
            .map(|(at, item)| (at, item.answer, item.way))
            .collect();
        for (place, ..) in &meant {
            if let Some(item) = self.item_mut(*place) {
                item.answer = Some(answer);
                if let (Answer::Apply, Some(way)) = (answer, name.and_then(|name| item.way_called(Some(name)))) {
                    item.way = way;
                }
            }
        }
        let changed = meant.iter().map(|(place, ..)| *place).collect();
        self.history.push(Step { cursor: self.cursor, change: Change::Answers(meant) });
        self.cursor = self.cursor.and_then(|place| self.undecided_from(place));
        Effect::Answered(changed)
    }

    fn undo(&mut self) -> Effect {
        match self.history.pop() {
            None => Effect::Refused("there is no answer to undo; to revert what was written, use `tightwire undo`"),
            Some(Step { cursor, change: Change::Answers(changes) }) => {
                for (place, answer, way) in &changes {
                    if let Some(item) = self.item_mut(*place) {
                        (item.answer, item.way) = (*answer, *way);
                    }
                }
                self.cursor = cursor;
                Effect::Answered(changes.into_iter().map(|(place, ..)| place).collect())
            }
            Some(step @ Step { change: Change::Text { file, .. }, .. }) => {
                self.history.push(step);
                Effect::TakeBack { file }
            }
        }
    }

    fn step_forward(&mut self) -> Effect {
        let Some(now) = self.cursor else { return Effect::Refused("this is the end: k goes back") };
        let next = self.places().map(|(at, _)| at).find(|at| *at > now);
        match next {
            Some(next) => self.cursor = Some(next),
            None if self.tally().undecided == 0 => self.cursor = None,
            None => return Effect::Refused("this is the last finding: k goes back, g to another file"),
        }
        Effect::Moved
    }

    fn step_back(&mut self) -> Effect {
        let before = |at: &Place| self.cursor.is_none_or(|now| *at < now);
        let previous = self.places().map(|(at, _)| at).filter(before).last();
        match previous {
            Some(previous) => {
                self.cursor = Some(previous);
                Effect::Moved
            }
            None => Effect::Refused("this is the first finding"),
        }
    }

    /// The first undecided finding at `place` or after it; if there is none, the first of all.
    fn undecided_from(&self, place: Place) -> Option<Place> {
        let undecided = || self.places().filter(|(_, item)| item.answer.is_none()).map(|(at, _)| at);
        undecided().find(|at| *at >= place).or_else(|| undecided().next())
    }

    fn places(&self) -> impl Iterator<Item = (Place, &Item)> {
        self.files
            .iter()
            .enumerate()
            .flat_map(|(file, items)| items.iter().enumerate().map(move |(item, each)| (Place { file, item }, each)))
    }

    fn item_mut(&mut self, place: Place) -> Option<&mut Item> {
        self.files.get_mut(place.file)?.get_mut(place.item)
    }
}

/// The items of a file after its text was changed: those that are `found`, with their answers from `before`, preceded
/// by those that are gone, answered by the change.
fn carried_over(before: &[Item], found: Vec<Item>, answer_of: impl Fn(&Item) -> Answer) -> Vec<Item> {
    let is_found = |item: &Item| found.iter().any(|found| found.id == item.id);
    let gone = before.iter().filter(|item| !is_found(item)).map(|item| Item {
        answer: Some(item.answer.filter(|given| given.is_in_text()).unwrap_or_else(|| answer_of(item))),
        // It shares no fix with the findings of the new text.
        fix: None,
        ..item.clone()
    });
    let mut items: Vec<Item> = gone.collect();
    items.extend(found.into_iter().map(|item| {
        let known = before.iter().find(|known| known.id == item.id);
        let way = known.and_then(|known| item.way_called(known.way_name()));
        let answer = known.and_then(|known| known.answer).filter(|given| !given.is_in_text());
        // A way that is gone cannot be applied.
        let answer = answer.filter(|given| *given != Answer::Apply || way.is_some());
        Item { answer, way: way.unwrap_or(item.way), ..item }
    }));
    items
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;
