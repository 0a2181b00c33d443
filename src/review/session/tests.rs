//! Any keys in any order: nothing is answered that nobody answered, and everything can be taken back.

use super::*;
use crate::review::keys::KEYS;
use proptest::prelude::*;

const RULES: [&str; 3] = ["a", "b", "c"];
const WAYS: [&str; 3] = ["loopback", "environment", "other"];

fn items() -> impl Strategy<Value = Vec<Vec<Item>>> {
    let applicability =
        prop_oneof![Just(Applicability::Safe), Just(Applicability::Unsafe), Just(Applicability::Report)];
    let item = (prop::sample::select(&RULES[..]), applicability, 0..3_usize);
    let files = prop::collection::vec(prop::collection::vec(item, 0..5), 0..4);
    files.prop_map(|files| {
        let number = |(file, items): (usize, Vec<(&'static str, Applicability, usize)>)| {
            let item = |(at, (rule, applicability, bundle)): (usize, (&'static str, Applicability, usize))| {
                // Findings that have one fix are of one kind.
                let fix = Some(FixId(if bundle == 0 && applicability == Applicability::Safe { 100 } else { at }));
                let id = format!("{file}.{at}");
                let ways = if bundle == 1 { WAYS[1..].to_vec() } else { WAYS[..2].to_vec() };
                Item { id, rule: rule.into(), applicability, fix, ways, way: 0, answer: None }
            };
            items.into_iter().enumerate().map(item).collect()
        };
        files.into_iter().enumerate().map(number).collect()
    })
}

fn keys() -> impl Strategy<Value = Vec<Key>> {
    let others = [Key::Default, Key::Way(1), Key::Way(2), Key::Way(9)];
    let all: Vec<Key> = KEYS.iter().map(|(_, key, _)| *key).chain(others).collect();
    prop::collection::vec(prop::sample::select(all), 0..40)
}

fn answers(session: &Session) -> Vec<Option<Answer>> {
    session.files().iter().flatten().map(|item| item.answer).collect()
}

/// What is applied: the finding, and by which way.
fn applied(session: &Session) -> Vec<(&str, Option<&'static str>)> {
    let items = session.files().iter().flatten().filter(|item| item.answer == Some(Answer::Apply));
    items.map(|item| (item.id.as_str(), item.way_name())).collect()
}

/// Presses `key`, and does what a person who goes through with everything would: an edit mends what is shown, and nothing else.
fn press(session: &mut Session, key: Key) -> Effect {
    let effect = session.press(key);
    match &effect {
        Effect::Edit(place) | Effect::Suppress(place) => {
            let items = session.files().get(place.file).unwrap().clone();
            let gone = session.item(*place).unwrap().id.clone();
            let found =
                items.into_iter().filter(|item| item.id != gone && !item.answer.is_some_and(Answer::is_in_text));
            let found = found.map(|item| Item { answer: None, ..item }).collect();
            session.amend(place.file, found, |_| Answer::Edited);
        }
        Effect::TakeBack { .. } => session.take_back(),
        _ => {}
    }
    effect
}

proptest! {
    #[test]
    fn whatever_is_pressed_can_be_taken_back(files in items(), pressed in keys()) {
        let fresh = Session::new(files, false, true);
        let mut session = fresh.clone();
        for key in pressed {
            let before = session.clone();
            let effect = press(&mut session, key);
            // What is shown is there, and is undecided as long as anything is, unless the person went back to it.
            prop_assert!(session.cursor().is_none_or(|place| session.item(place).is_some()));
            prop_assert!(session.cursor().is_some() || session.tally().undecided == 0);
            // No finding without a fix is ever applied.
            let is_wrong = |item: &&Item| item.answer == Some(Answer::Apply) && item.applicability == Applicability::Report;
            prop_assert!(session.files().iter().flatten().find(is_wrong).is_none());
            if matches!(effect, Effect::Refused(_)) {
                prop_assert_eq!(answers(&session), answers(&before));
                prop_assert_eq!(session.cursor(), before.cursor());
            }
            // What is applied is applied in the way in which it was accepted, unless it is answered anew.
            if matches!(key, Key::NextWay | Key::Way(_)) {
                let before = applied(&before);
                prop_assert!(applied(&session).iter().all(|now| before.contains(now)));
            }
            // Findings that share a fix are shown, and fixed, in one way.
            for items in session.files() {
                let shared = items.iter().filter(|item| item.fix == Some(FixId(100)));
                let ways: BTreeSet<usize> = shared.map(|item| item.way).collect();
                prop_assert!(ways.len() <= 1);
            }
            // Each answer that differs is one that is to be kept.
            if let Effect::Answered(places) = &effect {
                for (file, items) in session.files().iter().enumerate() {
                    for (item, now) in items.iter().enumerate() {
                        let place = Place { file, item };
                        prop_assert!(before.item(place).unwrap().answer == now.answer || places.contains(&place));
                    }
                }
            }
            // The key before `u` is undone by it.
            if key != Key::Undo && matches!(effect, Effect::Answered(_) | Effect::Edit(_) | Effect::Suppress(_)) {
                let mut undone = session.clone();
                press(&mut undone, Key::Undo);
                prop_assert_eq!(undone.files(), before.files());
                prop_assert_eq!(undone.cursor(), before.cursor());
            }
        }
        while !matches!(press(&mut session, Key::Undo), Effect::Refused(_)) {}
        prop_assert_eq!(answers(&session), answers(&fresh));
    }

    #[test]
    fn the_rest_is_applied_in_the_way_that_is_shown_where_it_has_it(files in items(), number in 1..3_u8) {
        let mut session = Session::new(files, true, true);
        let Some(place) = session.cursor() else { return Ok(()) };
        session.press(Key::Way(number));
        let shown = session.item(place).unwrap().clone();
        if matches!(session.press(Key::ApplyRule), Effect::Refused(_)) {
            return Ok(());
        }
        let meant = session.files().iter().flatten().filter(|item| item.answer == Some(Answer::Apply));
        let name = shown.way_name().unwrap();
        for item in meant {
            prop_assert_eq!(item.ways.contains(&name), item.way_name() == Some(name));
        }
    }

    #[test]
    fn every_answer_of_yes_or_no_leads_to_the_end(files in items(), yes in prop::collection::vec(any::<bool>(), 30)) {
        let mut session = Session::new(files, false, true);
        for yes in yes {
            let key = if yes { Key::Apply } else { Key::Skip };
            if matches!(session.press(key), Effect::Refused(_)) {
                session.press(Key::Skip);
            }
        }
        prop_assert_eq!(session.cursor(), None);
        prop_assert_eq!(session.tally().undecided, 0);
    }
}
