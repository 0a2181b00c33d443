//! Turns the accepted fixes of one file into edits: each fix whole or not at all, with the import changes that these
//! fixes need.
//!
//! A fix is a transaction. Fixes are taken in position order. A fix whose edits overlap an earlier one waits for the
//! next round; fixes are never merged. Edits that two fixes share are applied once.

use super::imports::{Imports, MemberUse, Spelled};
use super::renames;
use super::renames::RenameEdits;
use crate::finding::{Fix, Fragment, Rename, SymbolicEdit};
use crate::python::PythonFile;
use crate::text::Span;
use crate::text::TextEdit;
use std::collections::BTreeMap;
use std::ops::Deref;

/// Import edits could overlap edits at sites. After this many attempts without the fixes concerned, no fix is applied.
const MAX_ATTEMPTS: usize = 3;

/// What a set of accepted fixes comes to. Indexes are those of [`Accepted`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The edits, import edits included.
    pub edits: PlannedEdits,
    /// Findings that the edits fix, in position order.
    pub fixed: Vec<usize>,
    /// Accepted findings whose fixes overlap those of `fixed`, in position order.
    pub conflicted: Vec<usize>,
}

/// Edits in position order and without overlaps, and which of them are for the imports; offsets into the file's text.
///
/// Most of those who take them make all of them, so it is a slice of [`TextEdit`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlannedEdits {
    edits: Vec<TextEdit>,
    /// For each of `edits`, what it is for.
    purposes: Vec<Purpose>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Import,
    Match,
}

impl PlannedEdits {
    /// Of two edits at one place, that of the imports comes first.
    fn new(at_matches: Vec<TextEdit>, of_imports: Vec<TextEdit>) -> Self {
        let of_imports = of_imports.into_iter().map(|edit| (edit, Purpose::Import));
        let at_matches = at_matches.into_iter().map(|edit| (edit, Purpose::Match));
        let mut all: Vec<(TextEdit, Purpose)> = of_imports.chain(at_matches).collect();
        all.sort_by_key(|(edit, _)| edit.span);
        let (edits, purposes) = all.into_iter().unzip();
        Self { edits, purposes }
    }

    /// The edits of import statements, which several fixes may need.
    pub fn of_imports(&self) -> impl Iterator<Item = &TextEdit> {
        self.with(Purpose::Import)
    }

    /// The edits at the matches themselves.
    pub fn at_matches(&self) -> impl Iterator<Item = &TextEdit> {
        self.with(Purpose::Match)
    }

    fn with(&self, wanted: Purpose) -> impl Iterator<Item = &TextEdit> {
        self.edits.iter().zip(&self.purposes).filter(move |(_, purpose)| **purpose == wanted).map(|(edit, _)| edit)
    }
}

impl Deref for PlannedEdits {
    type Target = [TextEdit];

    fn deref(&self) -> &[TextEdit] {
        &self.edits
    }
}

/// A fix that is to be made.
#[derive(Debug, Clone, Copy)]
pub struct Accepted<'a> {
    /// What the plan calls it by.
    pub index: usize,
    /// The span of its finding: fixes are taken in the order of these.
    pub span: Span,
    /// The fix.
    pub fix: &'a Fix,
}

/// Plans for one file. Facts about its imports are shared by all plans.
pub struct Planner<'f> {
    imports: Imports<'f>,
}

impl<'f> Planner<'f> {
    /// A planner for `file`, whose lines end with `newline`.
    pub fn new(file: &'f PythonFile, newline: &'static str) -> Self {
        Self { imports: Imports::new(file, newline) }
    }

    /// The plan for `accepted`.
    pub fn plan<'a>(&self, accepted: impl IntoIterator<Item = Accepted<'a>>) -> Plan {
        let mut ordered: Vec<Accepted<'a>> = accepted.into_iter().collect();
        ordered.sort_by_key(|accepted| (accepted.span, accepted.index));
        ordered.dedup_by_key(|accepted| accepted.index);

        let mut claims = Claims::default();
        let (mut kept, mut conflicted): (Vec<_>, Vec<_>) =
            ordered.into_iter().partition(|accepted| claims.take(accepted.fix));
        for _ in 0..MAX_ATTEMPTS {
            let fixes: Vec<&Fix> = kept.iter().map(|accepted| accepted.fix).collect();
            let (at_matches, of_imports) = self.render(&fixes);
            let collides = |fix: &Fix| spans(fix).any(|span| of_imports.iter().any(|edit| overlap(span, edit.span)));
            let (bad, good): (Vec<_>, Vec<_>) = kept.into_iter().partition(|accepted| collides(accepted.fix));
            kept = good;
            if bad.is_empty() {
                let edits = PlannedEdits::new(at_matches, of_imports);
                let indexes = |fixes: Vec<Accepted<'_>>| fixes.into_iter().map(|accepted| accepted.index).collect();
                conflicted.sort_by_key(|accepted| (accepted.span, accepted.index));
                return Plan { edits, fixed: indexes(kept), conflicted: indexes(conflicted) };
            }
            conflicted.extend(bad);
        }
        conflicted.extend(kept);
        conflicted.sort_by_key(|accepted| (accepted.span, accepted.index));
        Plan { conflicted: conflicted.into_iter().map(|accepted| accepted.index).collect(), ..Plan::default() }
    }

    /// The edits at the matches of `fixes`, and those of the imports.
    fn render(&self, fixes: &[&Fix]) -> (Vec<TextEdit>, Vec<TextEdit>) {
        let members: Vec<MemberUse> = fixes.iter().flat_map(|fix| &fix.edits).flat_map(members_of).collect();
        let spelled = self.imports.spell(&members);
        let mut texts: BTreeMap<Span, String> = BTreeMap::new();
        for fix in fixes {
            for (span, text) in merged(fix) {
                texts.insert(span, self.text_of(&text, &spelled));
            }
        }
        let mut at_matches: Vec<TextEdit> = texts.into_iter().map(|(span, text)| TextEdit { span, text }).collect();
        let renames: Vec<&Rename> = fixes.iter().flat_map(|fix| &fix.renames).collect();
        // Renames first: an element added at the end of a line comes before a new line after it.
        let RenameEdits { at_names, in_imports: mut of_imports } = renames::edits(&self.imports, &renames);
        at_matches.extend(at_names);
        of_imports.extend(spelled.edits);
        (at_matches, of_imports)
    }

    fn text_of(&self, fragments: &[&Fragment], spelled: &Spelled) -> String {
        let mut text = String::new();
        for fragment in fragments {
            match fragment {
                Fragment::Text(literal) => text.push_str(literal),
                Fragment::Newline => text.push_str(self.imports.newline),
                Fragment::Member { module, member, site } => {
                    let wanted = MemberUse { module, member, site: *site };
                    match spelled.spellings.get(&wanted) {
                        Some(spelling) => text.push_str(spelling),
                        None => text.extend([*module, ".", *member]),
                    }
                }
            }
        }
        text
    }
}

fn members_of(edit: &SymbolicEdit) -> impl Iterator<Item = MemberUse> {
    edit.text.iter().filter_map(|fragment| match fragment {
        Fragment::Member { module, member, site } => Some(MemberUse { module, member, site: *site }),
        Fragment::Text(_) | Fragment::Newline => None,
    })
}

/// A fix's edits by place; its insertions at one place follow each other.
fn merged(fix: &Fix) -> BTreeMap<Span, Vec<&Fragment>> {
    let mut by_span: BTreeMap<Span, Vec<&Fragment>> = BTreeMap::new();
    for edit in &fix.edits {
        by_span.entry(edit.span).or_default().extend(&edit.text);
    }
    by_span
}

/// The places that a fix edits by itself, without its renames' names.
fn spans(fix: &Fix) -> impl Iterator<Item = Span> {
    fix.edits.iter().map(|edit| edit.span)
}

/// Whether two edits conflict. Touching edits do not; an insertion strictly inside a replaced range does.
fn overlap(a: Span, b: Span) -> bool {
    let is_same_replacement = a == b && a.start < a.end;
    is_same_replacement || (a.start < b.end && b.start < a.end && (a.start, a.end) != (b.start, b.end))
}

/// Which bytes the accepted fixes change, and how.
#[derive(Default)]
struct Claims<'p> {
    by_span: BTreeMap<Span, Claim<'p>>,
}

#[derive(PartialEq)]
enum Claim<'p> {
    Edit(Vec<ClaimedFragment<'p>>),
    Rename(&'p str),
}

/// A fragment without its site: two fixes that write the same member at the same place agree.
#[derive(PartialEq)]
enum ClaimedFragment<'p> {
    Text(&'p str),
    Newline,
    Member(&'static str, &'static str),
}

impl<'p> Claims<'p> {
    /// Claims all places that `fix` edits. Returns false and claims nothing if an earlier fix is in the way.
    fn take(&mut self, fix: &'p Fix) -> bool {
        let edits =
            merged(fix).into_iter().map(|(span, text)| (span, Claim::Edit(text.into_iter().map(claimed).collect())));
        let renames = fix.renames.iter().map(|rename| (rename.name, Claim::Rename(&rename.to)));
        let wanted: Vec<(Span, Claim<'p>)> = edits.chain(renames).collect();
        let mut own: Vec<Span> = wanted.iter().map(|(span, _)| *span).collect();
        own.sort_unstable();
        let is_sound = own.iter().zip(own.iter().skip(1)).all(|(a, b)| a.end <= b.start && a != b);
        if !is_sound || !wanted.iter().all(|(span, claim)| self.is_open(*span, claim)) {
            return false;
        }
        self.by_span.extend(wanted);
        true
    }

    /// Whether `span` can be claimed: no earlier claim overlaps it, or an equal one exists.
    fn is_open(&self, span: Span, claim: &Claim<'_>) -> bool {
        if let Some(taken) = self.by_span.get(&span) {
            return taken == claim;
        }
        let before = self.by_span.range(..span).next_back().is_none_or(|(taken, _)| !overlap(*taken, span));
        // Insertions at the start of `span` touch it; the first claim after them decides.
        let after = self.by_span.range(span..).take_while(|(taken, _)| taken.start < span.end.max(span.start + 1));
        before && after.map(|(taken, _)| *taken).all(|taken| !overlap(taken, span))
    }
}

fn claimed(fragment: &Fragment) -> ClaimedFragment<'_> {
    match fragment {
        Fragment::Text(text) => ClaimedFragment::Text(text),
        Fragment::Newline => ClaimedFragment::Newline,
        Fragment::Member { module, member, .. } => ClaimedFragment::Member(module, member),
    }
}
