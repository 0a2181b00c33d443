//! Properties of the edit plan and of the way from bytes to bytes, for texts and programs that `proptest` makes up.
//!
//! `PROPTEST_CASES=N` makes N of each instead of the few that `cargo test` makes, `PROPTEST_RNG_SEED=S` makes others than those of
//! the seed 0.

use crate::accept::All;
use crate::numbers::from_environment;
use crate::{invariants, programs};
use proptest::prelude::*;
use proptest::test_runner::{FailurePersistence, FileFailurePersistence, RngSeed};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use tightwire::engine::{Decide, Decision, Engine, FileContext, Judged};
use tightwire::finding::{Outcome, RuleId};
use tightwire::python::PythonFile;
use tightwire::rewrite::plan::{Accepted, Planner};
use tightwire::text::{ApplyError, TextEdit, apply};
use tightwire::text::{Source, Span};

static ENGINE: LazyLock<Engine> = LazyLock::new(invariants::engine);

/// As many cases as `PROPTEST_CASES` says, or `cases`, made from the seed `PROPTEST_RNG_SEED`, or 0. What fails is printed, and kept
/// as a fixture rather than a seed.
fn config(cases: u32) -> ProptestConfig {
    let cases = from_environment("PROPTEST_CASES").map_or(cases, |cases| cases.try_into().unwrap());
    let seed = from_environment("PROPTEST_RNG_SEED").unwrap_or_default();
    println!("PROPTEST_RNG_SEED={seed}");
    let nowhere: Option<Box<dyn FailurePersistence>> = Some(Box::new(FileFailurePersistence::Off));
    let rng_seed = RngSeed::Fixed(seed);
    ProptestConfig { cases, failure_persistence: nowhere, rng_seed, ..ProptestConfig::default() }
}

/// Text with characters of one to four bytes and both line endings.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z (),.]{0,6}",
        1 => Just("\n".to_owned()),
        1 => Just("\r\n".to_owned()),
        1 => "[éßя€あ漢😀𝔸\u{301}]{1,3}",
    ];
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

/// A text and edits of it, as (start, end, text) in characters: they may overlap and come in any order.
fn text_and_edits() -> impl Strategy<Value = (String, Vec<(usize, usize, String)>)> {
    text().prop_flat_map(|text| {
        let length = text.chars().count();
        let edit = (0..=length, 0_usize..4, "[xé\n😀]{0,3}")
            .prop_map(move |(start, width, new)| (start, (start + width).min(length), new));
        (Just(text), prop::collection::vec(edit, 0..7))
    })
}

fn byte_edits(text: &str, edits: &[(usize, usize, String)]) -> Vec<TextEdit> {
    let offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let edit = |(start, end, new): &(usize, usize, String)| {
        TextEdit::replacement(Span { start: offsets[*start], end: offsets[*end] }, new.clone())
    };
    edits.iter().map(edit).collect()
}

/// What `apply` should do, character by character: none where two edits claim a character, or one inserts inside another.
fn naive(text: &str, edits: &[(usize, usize, String)]) -> Option<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut owner: Vec<Option<usize>> = vec![None; characters.len()];
    for (index, (start, end, _)) in edits.iter().enumerate() {
        if owner[*start..*end].iter_mut().any(|owner| owner.replace(index).is_some()) {
            return None;
        }
    }
    let is_inside = |at: usize| at > 0 && at < characters.len() && owner[at].is_some() && owner[at] == owner[at - 1];
    if edits.iter().any(|(start, end, _)| start == end && is_inside(*start)) {
        return None;
    }
    let mut result = String::new();
    for at in 0..=characters.len() {
        for (_, _, new) in edits.iter().filter(|(start, end, _)| start == end && *start == at) {
            result.push_str(new);
        }
        for (_, _, new) in edits.iter().filter(|(start, end, _)| start < end && *start == at) {
            result.push_str(new);
        }
        if at < characters.len() && owner[at].is_none() {
            result.push(characters[at]);
        }
    }
    Some(result)
}

/// The edits that undo `edits`, which do not overlap.
fn reverse(text: &str, edits: &[TextEdit]) -> Vec<TextEdit> {
    let mut sorted: Vec<&TextEdit> = edits.iter().collect();
    sorted.sort_by_key(|edit| edit.span);
    let mut at = 0;
    let mut written = 0;
    let undo = |edit: &&TextEdit| {
        written += edit.span.start - at;
        at = edit.span.end;
        let span = Span { start: written, end: written + edit.text.len() };
        written = span.end;
        TextEdit::replacement(span, &text[edit.span.start..edit.span.end])
    };
    sorted.iter().map(undo).collect()
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn applying_edits_is_what_the_naive_model_does((text, edits) in text_and_edits()) {
        let applied = apply(&text, &byte_edits(&text, &edits));
        match naive(&text, &edits) {
            Some(expected) => prop_assert_eq!(applied, Ok(expected)),
            None => prop_assert!(matches!(applied, Err(ApplyError::Overlap { .. })), "{:?}", applied),
        }
    }

    #[test]
    fn reversed_edits_give_the_bytes_back((text, edits) in text_and_edits()) {
        let edits = byte_edits(&text, &edits);
        if let Ok(applied) = apply(&text, &edits) {
            prop_assert_eq!(apply(&applied, &reverse(&text, &edits)), Ok(text));
        }
    }

    #[test]
    fn edits_that_do_not_fit_are_refused(text in text(), start in 0_usize..40, length in 0_usize..40, new in "[xé]{0,2}") {
        let span = Span { start, end: start + length };
        let fits = text.get(start..start + length).is_some();
        let applied = apply(&text, &[TextEdit::replacement(span, new)]);
        prop_assert_eq!(applied.is_ok(), fits);
    }

    #[test]
    fn any_bytes_come_back_as_they_were(
        encoding in prop::sample::select(&ENCODINGS[..]),
        has_cookie in any::<bool>(),
        has_bom in any::<bool>(),
        bytes in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        let mut disk = if has_bom { b"\xef\xbb\xbf".to_vec() } else { Vec::new() };
        if has_cookie {
            disk.extend(format!("# coding: {encoding}\n").bytes());
        }
        disk.extend(bytes);
        if let Ok(source) = Source::decode(disk.clone()) {
            prop_assert_eq!(source.encode(source.text()), Ok(disk));
        }
    }

    #[test]
    fn text_in_its_encoding_is_read_and_comes_back(
        encoding in prop::sample::select(&ENCODINGS[..]),
        words in prop::collection::vec("[ -~]{0,5}|[à-ü]{1,4}|[а-я]{1,4}|[あ-ん]{1,4}|[一-丂]{1,3}|[가-각]{1,3}|€", 0..8),
        newline in prop::sample::select(&["\n", "\r\n"][..]),
    ) {
        let label = encoding.replace("latin-1", "iso-8859-1");
        let codec = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        // What the encoding has; `cp1252` and `latin-1` differ from the web's from 0x80 to 0x9f.
        let is_writable = |word: &&String| !(codec.encode(word).2 || encoding == "latin-1" && word.contains('€'));
        let text = words.iter().filter(is_writable).fold(String::new(), |text, word| text + word + newline);
        let text = format!("# -*- coding: {encoding} -*-{newline}{text}");
        let disk = codec.encode(&text).0.into_owned();
        let source = Source::decode(disk.clone()).unwrap();
        prop_assert_eq!(source.text(), &text);
        prop_assert_eq!(source.newline(), newline);
        prop_assert_eq!(source.encode(&text), Ok(disk.clone()));
        prop_assert_eq!(source.disk_offset(text.len()), disk.len());
    }
}

/// Encodings that files are written in, by Python's names; each label of the web's that is the same name.
const ENCODINGS: [&str; 17] = [
    "utf-8",
    "latin-1",
    "iso-8859-2",
    "iso-8859-5",
    "iso-8859-15",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "koi8-r",
    "koi8-u",
    "macintosh",
    "shift_jis",
    "euc-jp",
    "gbk",
    "gb18030",
    "big5",
    "euc-kr",
];

/// Says yes to the findings of the first round whose turn the mask says it is, and to all that conflicted after it.
struct Some_ {
    mask: u64,
    asked: Vec<Span>,
    first: Option<String>,
}

impl Some_ {
    fn of(mask: u64) -> Self {
        Self { mask, asked: Vec::new(), first: None }
    }

    fn wants(&self, index: usize) -> bool {
        self.mask >> (index % 64) & 1 == 1
    }
}

impl Decide for Some_ {
    fn decide(&mut self, source: &Source, judged: &Judged) -> Decision {
        if self.first.get_or_insert_with(|| source.text().to_owned()) != source.text() {
            return Decision::Accept;
        }
        self.asked.push(judged.finding.span);
        if self.wants(self.asked.len() - 1) { Decision::Accept } else { Decision::Decline }
    }
}

fn rules<'f>(findings: impl Iterator<Item = &'f Judged>) -> BTreeMap<RuleId, usize> {
    let mut counts = BTreeMap::new();
    for judged in findings {
        *counts.entry(judged.finding.rule.clone()).or_default() += 1;
    }
    counts
}

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn accepting_any_subset_leaves_exactly_the_rest(program in programs::program(), mask in any::<u64>()) {
        let disk = program.as_bytes().to_vec();
        let mut decide = Some_::of(mask);
        let result = ENGINE.fix(disk.clone(), &FileContext::default(), &mut decide).unwrap();
        let fixable = result.findings.iter().filter(|judged| judged.finding.fix.is_some() && judged.outcome != Outcome::Suppressed);
        let asked: Vec<Span> = fixable.clone().map(|judged| judged.finding.span).collect();
        prop_assert_eq!(&decide.asked, &asked, "each is asked about once, in position order");
        for (index, judged) in fixable.enumerate() {
            let expected = if decide.wants(index) { Outcome::Fixed } else { Outcome::Declined };
            prop_assert_eq!(judged.outcome, expected, "{} at {:?}, {:?}, in\n{}", judged.finding.rule, judged.finding.span, result.problems, program);
        }
        let new = result.fixed.clone().unwrap_or_else(|| disk.clone());
        let new_text = String::from_utf8(new.clone()).unwrap();
        let parses = invariants::parses_no_worse(&program, &new_text);
        prop_assert!(parses.is_ok(), "{:?}\n{}\n--- fixed ---\n{}", parses, program, new_text);
        let again = ENGINE.check(new, &FileContext::default()).unwrap();
        let mut rest = rules(result.findings.iter().filter(|judged| judged.outcome != Outcome::Fixed));
        invariants::forget_mended(&mut rest, &rules(again.findings.iter()));
        prop_assert_eq!(rest, rules(again.findings.iter()), "{}\n--- fixed ---\n{}", program, new_text);
    }

    #[test]
    fn every_invariant_holds_for_programs(program in programs::program()) {
        let checked = invariants::check(&ENGINE, program.as_bytes());
        prop_assert!(checked.is_ok(), "{}\n{}", checked.unwrap_err(), program);
        let checked = checked.unwrap();
        prop_assert!(checked.is_strict, "the grammar makes invalid programs:\n{}", program);
        prop_assert!(checked.refused.is_empty(), "{:?}\n{}", checked.refused, program);
    }

    #[test]
    fn a_batch_is_a_session_that_answers_yes_to_each(program in programs::program()) {
        let batch = ENGINE.fix(program.as_bytes().to_vec(), &FileContext::default(), &mut All).unwrap();
        let session = ENGINE.fix(program.as_bytes().to_vec(), &FileContext::default(), &mut Some_::of(u64::MAX)).unwrap();
        prop_assert_eq!(batch.fixed, session.fixed);
        let outcomes = |findings: &[Judged]| findings.iter().map(|judged| judged.outcome).collect::<Vec<_>>();
        prop_assert_eq!(outcomes(&batch.findings), outcomes(&session.findings));
    }

    #[test]
    fn declining_everything_writes_nothing(program in programs::program()) {
        let result = ENGINE.fix(program.as_bytes().to_vec(), &FileContext::default(), &mut Some_::of(0)).unwrap();
        prop_assert_eq!(result.fixed, None);
        prop_assert_eq!(result.problems.len(), 0);
        let left_open = |judged: &&Judged| !matches!(judged.outcome, Outcome::Declined | Outcome::Unfixable | Outcome::Suppressed);
        prop_assert_eq!(result.findings.iter().filter(left_open).count(), 0);
    }

    #[test]
    fn the_order_of_acceptance_does_not_matter(program in programs::program(), seed in any::<u64>()) {
        let found = ENGINE.check(program.as_bytes().to_vec(), &FileContext::default()).unwrap();
        let file = PythonFile::parse(&program).unwrap();
        let accepted: Vec<usize> = (0..found.findings.len()).filter(|index| seed >> (index % 64) & 1 == 1).collect();
        let mut shuffled = accepted.clone();
        // Any fixed permutation will do: by a number that depends on the seed.
        shuffled.sort_by_key(|index| (*index as u64 + 1).wrapping_mul(seed | 1));
        let planner = Planner::new(&file, found.source.newline());
        let plan = |indexes: &[usize]| {
            planner.plan(indexes.iter().filter_map(|&index| {
                let judged = &found.findings[index];
                Some(Accepted { index, span: judged.finding.span, fix: judged.fix.as_ref()? })
            }))
        };
        let (one, other) = (plan(&accepted), plan(&shuffled));
        prop_assert_eq!(&one.edits, &other.edits);
        prop_assert_eq!((&one.fixed, &one.conflicted), (&other.fixed, &other.conflicted));
        prop_assert!(apply(&program, &one.edits).is_ok());
        let text = apply(&program, &one.edits).unwrap();
        prop_assert_eq!(apply(&text, &reverse(&program, &one.edits)).unwrap(), program);
    }
}
