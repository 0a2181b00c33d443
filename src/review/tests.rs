//! Reviews by scripts of answers: every key, every pair of keys, against what a fresh run with the same findings accepted gives.

use super::answers::{Answers, Kept};
use super::files::{ReviewedFile, Surroundings, Workspace};
use super::keys::{KEYS, Key};
use super::prompter::Prompter;
use super::review_loop::{End, Review};
use super::session::{Answer, Item, Session};
use crate::engine::FileContext;
use crate::engine::{Decide, Decision, Engine, Judged};
use crate::state::UserState;
use crate::text::ProjectPath;
use crate::text::Source;
use crate::transforms;
use crate::workspace::baseline::Baseline;
use crate::write;
use crate::write::WriteError;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use tempfile::TempDir;

static ENGINE: LazyLock<Arc<Engine>> = LazyLock::new(|| Arc::new(Engine::new(transforms::all())));

/// Three files: two rules, a safe and an unsafe fix of each, a finding without a fix, two that share an import.
const FILES: [(&str, &str); 3] = [
    (
        "a.py",
        "import http.client\nimport socket\n\na = http.client.HTTPConnection(\"a.example.com\")\nb = http.client.HTTPConnection(\"b.example.com\", 8080)\ns = socket.socket(); socket.create_connection(peer.server_address)\ns.bind((\"\", 8080))\ns.bind((\"0.0.0.0\", 80))\n",
    ),
    (
        "b.py",
        "import socket\r\ns = socket.socket(); socket.create_connection(peer.server_address)\r\ns.bind((\"\", 8080))  # here\r\n",
    ),
    (
        "c.py",
        "import http.client\nimport socket\n\n\ndef serve(port, *rest):\n    s = socket.socket(); socket.create_connection(peer.server_address)\n    s.bind((\"\", port))\n    return http.client.HTTPConnection(\"c.example.com\", *rest)\n",
    ),
];

struct Project {
    folder: TempDir,
    state: TempDir,
}

/// What a script may do.
#[derive(Debug, Clone)]
enum Reply {
    Key(char),
    Enter,
    /// To a question of yes or no.
    Confirm(bool),
    Text(&'static str),
    Choice(Option<usize>),
    /// Replaces the first of the two by the second in the editor.
    Edit(&'static str, &'static str),
    /// Ctrl-C, at whatever is asked.
    Interrupt,
}

/// A person who does what a script says, and then goes away.
struct Script {
    replies: VecDeque<Reply>,
    shown: String,
    /// Called before each key.
    watch: Box<dyn FnMut()>,
}

impl Script {
    fn next(&mut self) -> io::Result<Reply> {
        match self.replies.pop_front() {
            Some(Reply::Interrupt) => Err(io::ErrorKind::Interrupted.into()),
            Some(reply) => Ok(reply),
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// The next reply if it is one to this kind of question; else what a person who wants nothing would say.
    fn next_if(&mut self, is_meant: impl Fn(&Reply) -> bool) -> io::Result<Option<Reply>> {
        match self.replies.front() {
            Some(reply) if is_meant(reply) || matches!(reply, Reply::Interrupt) => self.next().map(Some),
            Some(_) | None => Ok(None),
        }
    }
}

impl Prompter for Script {
    fn show(&mut self, text: &str) -> io::Result<()> {
        self.shown.push_str(text);
        Ok(())
    }

    fn key(&mut self, _: &str) -> io::Result<Option<Key>> {
        (self.watch)();
        match self.next()? {
            Reply::Key(character) => Ok(Key::of(character)),
            Reply::Enter => Ok(Some(Key::Default)),
            other => panic!("a key was asked for, and the script has {other:?}\n{}", self.shown),
        }
    }

    fn choose(&mut self, _: &str, options: &[String], _: usize) -> io::Result<Option<usize>> {
        match self.next_if(|reply| matches!(reply, Reply::Choice(_)))? {
            Some(Reply::Choice(choice)) => Ok(choice.filter(|choice| *choice < options.len())),
            _ => Ok(None),
        }
    }

    fn confirm(&mut self, _: &str, default: bool) -> io::Result<bool> {
        match self.next_if(|reply| matches!(reply, Reply::Confirm(_)))? {
            Some(Reply::Confirm(answer)) => Ok(answer),
            _ => Ok(default),
        }
    }

    fn text(&mut self, _: &str) -> io::Result<Option<String>> {
        match self.next_if(|reply| matches!(reply, Reply::Text(_)))? {
            Some(Reply::Text(text)) => Ok(Some(text.to_owned())),
            _ => Ok(None),
        }
    }

    fn edit(&mut self, text: &str) -> io::Result<Option<String>> {
        match self.next_if(|reply| matches!(reply, Reply::Edit(..)))? {
            Some(Reply::Edit(old, new)) => {
                assert!(text.contains(old), "{old} in {text}\n{}", self.shown);
                Ok(Some(text.replacen(old, new, 1)))
            }
            _ => Ok(None),
        }
    }

    fn page(&mut self, text: &str) -> io::Result<()> {
        self.show(text)
    }

    fn has_color(&self) -> bool {
        false
    }
}

impl Surroundings for Project {
    fn write(&self, path: &Path, expected: Option<&[u8]>, new: &[u8]) -> Result<(), WriteError> {
        match expected {
            Some(expected) => write::replace(path, expected, new),
            None => write::create_after(path, new, || ()),
        }
    }

    fn baseline(&self, place: &ProjectPath) -> Option<PathBuf> {
        Some(place.root.join("baseline.toml"))
    }
}

/// What a review came to.
struct Done {
    session: Session,
    end: End,
    shown: String,
    errors: Vec<String>,
}

impl Project {
    fn new() -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap(), state: tempfile::tempdir().unwrap() };
        for (name, text) in FILES {
            fs::write(project.path(name), text).unwrap();
        }
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn texts(&self) -> Vec<String> {
        FILES.iter().map(|(name, _)| self.read(name)).collect()
    }

    fn context(&self, name: &str) -> FileContext {
        let place = ProjectPath { root: self.folder.path().to_path_buf(), file: name.into() };
        let baseline = Baseline::load(&self.path("baseline.toml")).ok().map(|baseline| Arc::new(baseline.digests()));
        FileContext { place, baseline, ..FileContext::default() }
    }

    fn files(&self) -> Vec<ReviewedFile> {
        let file = |(name, _): &(&str, &str)| {
            let disk = fs::read(self.path(name)).unwrap();
            let found = ENGINE.check(disk.clone(), &self.context(name)).unwrap();
            ReviewedFile::new(Arc::clone(&ENGINE), self.path(name), disk, self.context(name), found)
        };
        FILES.iter().map(file).collect()
    }

    fn answers(&self) -> Answers {
        Answers::open(&UserState::at(self.state.path()).of(self.folder.path())).unwrap()
    }

    fn review(&self, replies: &[Reply]) -> Done {
        self.review_with(replies, false, Box::new(|| {}))
    }

    fn review_with(&self, replies: &[Reply], asks_again: bool, watch: Box<dyn FnMut()>) -> Done {
        let mut prompter = Script { replies: replies.iter().cloned().collect(), shown: String::new(), watch };
        let mut workspace = Workspace::new(self, self.files());
        let mut answers = self.answers();
        let mut errors = Vec::new();
        let (session, end) = Review {
            workspace: &mut workspace,
            prompter: &mut prompter,
            answers: &mut answers,
            transforms: ENGINE.rules(),
            takes_unsafe: false,
            has_baseline: true,
            asks_again,
            on_error: &mut |error| errors.push(error.message),
        }
        .run();
        assert!(!prompter.shown.contains('\x1b'));
        Done { session, end, shown: prompter.shown, errors }
    }

    fn is_unfinished(&self) -> bool {
        let answers = self.answers();
        !answers.open.is_empty() || !answers.texts.is_empty()
    }

    /// What the files become when just the findings at these places are fixed.
    fn fixed(&self, accepted: &[(usize, usize)]) -> Vec<String> {
        struct These(BTreeSet<usize>, usize);
        impl Decide for These {
            fn decide(&mut self, _: &Source, _: &Judged) -> Decision {
                self.1 += 1;
                if self.0.contains(&(self.1 - 1)) { Decision::Accept } else { Decision::Leave }
            }
        }
        let fix = |(index, (name, text)): (usize, &(&str, &str))| {
            // The engine asks about findings with a fix only.
            let open = ENGINE.check(text.as_bytes().to_vec(), &self.context(name)).unwrap();
            let with_fix: Vec<usize> =
                (0..open.findings.len()).filter(|at| open.findings[*at].finding.fix.is_some()).collect();
            let mine = accepted.iter().filter(|(file, _)| *file == index);
            let wanted = mine.filter_map(|(_, item)| with_fix.iter().position(|at| at == item)).collect();
            let result = ENGINE.fix(text.as_bytes().to_vec(), &self.context(name), &mut These(wanted, 0)).unwrap();
            String::from_utf8(result.fixed.unwrap_or_else(|| text.as_bytes().to_vec())).unwrap()
        };
        FILES.iter().enumerate().map(fix).collect()
    }
}

fn keys(keys: &str) -> Vec<Reply> {
    keys.chars().map(|key| if key == '\n' { Reply::Enter } else { Reply::Key(key) }).collect()
}

/// The answers of a session: `y`, `n`, `b`, `s`, `e` or `.`, with a blank between files.
fn answered(session: &Session) -> String {
    let letter = |answer: Option<Answer>| match answer {
        None => '.',
        Some(Answer::Apply) => 'y',
        Some(Answer::Skip) => 'n',
        Some(Answer::Baseline) => 'b',
        Some(Answer::Suppressed) => 's',
        Some(Answer::Edited) => 'e',
    };
    let file = |items: &Vec<Item>| items.iter().map(|item| letter(item.answer)).collect::<String>();
    session.files().iter().map(file).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_project_has_what_the_scripts_need() {
    use crate::finding::Applicability::{Report, Safe, Unsafe};
    let project = Project::new();
    let workspace_files = project.files();
    let items = Workspace::new(&project, workspace_files).items();
    let kinds: Vec<Vec<_>> = items.iter().map(|file| file.iter().map(|item| item.applicability).collect()).collect();
    assert_eq!(kinds, [vec![Safe, Unsafe, Safe, Unsafe], vec![Safe], vec![Safe, Report]]);
}

/// The keys that were pressed, and what was answered then; the review is left by Ctrl-C, so nothing is written.
#[test]
fn every_key_does_what_it_says() {
    for (pressed, expected) in [
        ("", ".... . .."),
        ("y", "y... . .."),
        ("n", "n... . .."),
        // Enter takes what is safe, and skips what is not.
        ("\n", "y... . .."),
        ("\n\n", "yn.. . .."),
        ("yu", ".... . .."),
        ("ynuu", ".... . .."),
        ("u", ".... . .."),
        // The rest of the file: the safe ones, because the one shown is safe.
        ("a", "y.y. . .."),
        // The unsafe ones too, because the one shown is unsafe.
        ("na", "nyyy . .."),
        ("au", ".... . .."),
        ("d", "nnnn . .."),
        ("yd", "ynnn . .."),
        ("du", ".... . .."),
        // The rest of the rule, in every file.
        ("A", "y... . .."),
        ("jjA", "..y. y y."),
        ("jjjA", "..yy y y."),
        ("D", "nn.. . .n"),
        ("jjD", "..nn n n."),
        ("jjDu", ".... . .."),
        ("b", "b... . .."),
        ("bu", ".... . .."),
        // Moving answers nothing, and an answer can be given again.
        ("jky", "y... . .."),
        ("ykn", "n... . .."),
        ("yknu", "y... . .."),
        ("yknuu", ".... . .."),
        ("k", ".... . .."),
        ("jjjjjjj", ".... . .."),
        ("+-x?p", ".... . .."),
        ("z", ".... . .."),
        // There is no fix to take, whatever is pressed; it can be skipped and put in the baseline.
        ("jjjjjjy", ".... . .."),
        ("jjjjjja", ".... . .."),
        ("jjjjjjA", ".... . .."),
        ("jjjjjj\n", ".... . .n"),
        ("jjjjjjb", ".... . .b"),
        // After the last one, on to those that were passed over.
        ("jjjjjjny", "y... . .n"),
        ("jjjjjd", ".... . nn"),
        ("yyyyyyn", "yyyy y yn"),
        ("yyyyyynu", "yyyy y y."),
        ("yyyyyynkb", "yyyy y yb"),
        // Everything is answered: there is nothing to answer, but a way back.
        ("yyyyyynyny", "yyyy y yn"),
    ] {
        let project = Project::new();
        let mut replies = keys(pressed);
        replies.push(Reply::Interrupt);
        let done = project.review(&replies);
        assert!(matches!(done.end, End::Interrupted), "{pressed:?}: {:?}", done.end);
        assert_eq!(answered(&done.session), expected, "{pressed:?}\n{}", done.shown);
        assert_eq!(project.texts(), FILES.map(|(_, text)| text), "{pressed:?}: nothing is written");
    }
}

#[test]
fn what_is_accepted_is_written_by_q_and_w_and_nothing_else() {
    for (pressed, accepted) in [
        ("q", &[][..]),
        ("yq", &[(0, 0)]),
        ("yyyyyynq", &[(0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (2, 0)]),
        ("yyyyyyn\n", &[(0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (2, 0)]),
        ("nyq", &[(0, 1)]),
        ("yw", &[(0, 0)]),
        ("yuw", &[]),
        ("ywyw", &[(0, 0), (0, 1)]),
        ("ywyq", &[(0, 0), (0, 1)]),
        ("jjAw", &[(0, 2), (1, 0), (2, 0)]),
        // What was written stays written.
        ("ywu", &[(0, 0)]),
        ("ywnu", &[(0, 0)]),
        ("dyq", &[(1, 0)]),
    ] {
        let project = Project::new();
        let mut replies = keys(pressed);
        replies.push(Reply::Interrupt);
        let done = project.review(&replies);
        assert_eq!(project.texts(), project.fixed(accepted), "{pressed:?}\n{}", done.shown);
        assert_eq!(done.errors, Vec::<String>::new());
        let is_finished = pressed.ends_with(['q', '\n']);
        assert_eq!(matches!(done.end, End::Finished), is_finished, "{pressed:?}");
    }
}

#[test]
fn when_everything_is_written_the_review_is_over() {
    let project = Project::new();
    let done =
        project.review(&[&keys("yyyyyy")[..], &[Reply::Key('s'), Reply::Text("by design")], &keys("w")].concat());
    assert!(matches!(done.end, End::Finished), "{}", done.shown);
    assert!(done.shown.ends_with("Nothing is left to ask about.\n"), "{}", done.shown);
}

/// Every pair of keys, with a person who answers what they lead to: before a key that writes, no file changes; what is
/// written is what the answers say; every answer is kept; and `u` takes back the last of them.
#[test]
fn no_two_keys_interfere() {
    let replies_of = |key: char| -> Vec<Reply> {
        let mut replies = vec![Reply::Key(key)];
        replies.extend(match key {
            'g' => vec![Reply::Choice(Some(1))],
            's' => vec![Reply::Text("behind a proxy")],
            'e' => vec![Reply::Edit("import socket", "import socket  # seen"), Reply::Choice(Some(0))],
            'Q' => vec![Reply::Confirm(true)],
            _ => Vec::new(),
        });
        replies
    };
    let answers_of = |replies: &[Reply]| {
        let replies: Vec<Reply> = replies.iter().cloned().chain([Reply::Interrupt]).collect();
        answered(&Project::new().review(&replies).session)
    };
    let mut pairs = 0;
    for (first, ..) in KEYS {
        let mut before = None;
        for (second, ..) in KEYS {
            let pair = format!("{first}{second}");
            let (first, second) = (replies_of(first), replies_of(second));
            let project = Project::new();
            let ends = |keys: &str| keys.contains(['q', 'Q']);
            let mut replies = first.clone();
            if !ends(&pair[..1]) {
                replies.extend(second);
            }
            if !ends(&pair) {
                replies.push(Reply::Interrupt);
            }
            let done = project.review(&replies);
            let writes = pair.contains('w') || (pair.contains('q') && !pair.starts_with('Q'));
            if !writes {
                assert_eq!(project.texts(), FILES.map(|(_, text)| text), "{pair}: written");
            }
            assert_eq!(done.errors, Vec::<String>::new(), "{pair}");
            // What is open is kept, answer for answer.
            let mut kept = project.answers();
            // All files are of one project: the digest is enough.
            let digest = |key: &String| key.rsplit(':').next().unwrap().to_owned();
            kept.open = kept.open.iter().map(|(key, answer)| (digest(key), answer.clone())).collect();
            kept.declined = kept.declined.iter().map(digest).collect();
            // What a changed text has settled may have had an answer, which counts again when the text is taken back.
            for item in done.session.files().iter().flatten().filter(|item| item.answer.is_some_and(Answer::is_in_text))
            {
                kept.open.remove(&item.id);
            }
            let kept_of = |item: &Item| {
                let answer = item.answer.filter(|answer| !answer.is_in_text())?;
                let fix = item.way_name().filter(|_| answer == Answer::Apply).map(str::to_owned);
                Some((item.id.clone(), Kept { answer, fix }))
            };
            let open: BTreeMap<String, Kept> = done.session.files().iter().flatten().filter_map(kept_of).collect();
            let is_finished = matches!(done.end, End::Finished);
            let skipped = done.session.files().iter().flatten().filter(|item| item.answer == Some(Answer::Skip));
            let skipped: BTreeSet<String> = skipped.map(|item| item.id.clone()).collect();
            assert_eq!(kept.declined, if is_finished { skipped } else { BTreeSet::new() }, "{pair}");
            assert_eq!(kept.open, if is_finished { BTreeMap::new() } else { open }, "{pair}");
            let changed = done
                .session
                .files()
                .iter()
                .filter(|items| items.iter().any(|item| item.answer.is_some_and(Answer::is_in_text)));
            assert_eq!(kept.texts.len(), if is_finished { 0 } else { changed.count() }, "{pair}");
            drop(kept);
            // A file is what a fresh scan of it calls sound, whatever was done to it.
            for ((name, before), after) in FILES.iter().zip(project.texts()) {
                let found = |text: &str| ENGINE.check(text.as_bytes().to_vec(), &FileContext::default()).unwrap();
                assert!(found(&after).findings.len() <= found(before).findings.len(), "{pair}: {name}");
                assert_eq!(before.matches("\r\n").count() > 0, after.matches("\r\n").count() > 0, "{pair}: {name}");
            }
            // The last answer is taken back, and the one before it stands.
            if !ends(&pair) && !pair.contains(['w', 'u']) {
                let before = before.get_or_insert_with(|| answers_of(&first)).clone();
                let mut undone = replies.clone();
                undone.pop();
                undone.push(Reply::Key('u'));
                if answered(&done.session) != before {
                    assert_eq!(answers_of(&undone), before, "{pair}u");
                }
            }
            pairs += 1;
        }
    }
    assert_eq!(pairs, KEYS.len() * KEYS.len());
}

#[test]
fn a_suppression_is_read_as_one_and_can_be_taken_back() {
    let suppressed = FILES[1].1.replace("s.bind", "# tightwire: ignore[unrestricted-bind] behind a proxy\r\ns.bind");
    let go = [Reply::Key('g'), Reply::Choice(Some(1))];
    let suppress = [Reply::Key('s'), Reply::Text("behind a proxy")];
    let project = Project::new();
    let done = project.review(&[&go[..], &suppress, &keys("q")].concat());
    assert_eq!(project.read("b.py"), suppressed, "{}", done.shown);
    let again = project.review(&keys("q"));
    assert_eq!(answered(&again.session), ".... . ..".replace(" . ", "  "), "it is not asked about again");
    // Taken back, it is not written.
    let project = Project::new();
    project.review(&[&go[..], &suppress, &keys("uq")].concat());
    assert_eq!(project.texts(), FILES.map(|(_, text)| text));
    // A suppression takes a reason.
    let project = Project::new();
    let done = project.review(&[&go[..], &[Reply::Key('s'), Reply::Text("  ")], &keys("q")].concat());
    assert!(done.shown.contains("needs a reason"), "{}", done.shown);
    assert_eq!(project.texts(), FILES.map(|(_, text)| text));
}

#[test]
fn a_suppression_goes_with_accepted_fixes_of_the_same_file() {
    let project = Project::new();
    project.review(&[&keys("y")[..], &[Reply::Key('s'), Reply::Text("internal")], &keys("yq")].concat());
    let fixed = project.fixed(&[(0, 0), (0, 2)]).remove(0);
    assert_eq!(
        project.read("a.py"),
        fixed.replace("b = http", "# tightwire: ignore[plaintext-http-connection] internal\nb = http")
    );
}

#[test]
fn an_edit_by_hand_counts_when_it_parses_and_was_seen() {
    let project = Project::new();
    let edit = Reply::Edit("HTTPSConnection(\"a.example.com\"", "HTTPSConnection(\"a.example.org\"");
    let done = project.review(&[Reply::Key('e'), edit.clone(), Reply::Choice(Some(0)), Reply::Key('q')]);
    let expected = project.fixed(&[(0, 0)]).remove(0).replace("a.example.com", "a.example.org");
    assert_eq!(project.read("a.py"), expected, "{}", done.shown);
    assert!(done.shown.contains("+a = http.client.HTTPSConnection(\"a.example.org\""), "{}", done.shown);
    // Dropped, it does not.
    let project = Project::new();
    let done = project.review(&[Reply::Key('e'), edit.clone(), Reply::Choice(Some(2)), Reply::Key('q')]);
    assert_eq!(project.texts(), FILES.map(|(_, text)| text), "{}", done.shown);
    // What does not parse is refused, and edited again.
    let project = Project::new();
    let broken = Reply::Edit("a = http", "a = = http");
    let replies = [
        Reply::Key('e'),
        broken,
        Reply::Choice(Some(0)),
        Reply::Confirm(true),
        Reply::Edit("a = = http", "aa = http"),
        Reply::Choice(Some(0)),
        Reply::Key('q'),
    ];
    let done = project.review(&replies);
    assert!(done.shown.contains("does not parse: there is a syntax error on line 5"), "{}", done.shown);
    assert!(project.read("a.py").contains("aa = http.client.HTTPSConnection"), "{}", done.shown);
    // The other findings of the file are still asked about, and what was answered stands.
    let project = Project::new();
    let replies =
        [&keys("jn")[..], &keys("kk"), &[Reply::Key('e'), edit, Reply::Choice(Some(0)), Reply::Interrupt]].concat();
    let done = project.review(&replies);
    assert_eq!(answered(&done.session), "en.. . ..".to_owned(), "{}", done.shown);
}

#[test]
fn the_baseline_gets_what_was_put_in_it_when_it_is_written() {
    let project = Project::new();
    // Its line is changed by another fix: it is in the baseline as it then is.
    let text = "import socket\ns = socket.socket(); socket.create_connection(peer.server_address)\ns.bind((\"\", 8080)); s.bind((\"0.0.0.0\", 8081))\n";
    fs::write(project.path("b.py"), text).unwrap();
    let go = [Reply::Key('g'), Reply::Choice(Some(1))];
    let done = project.review(&[&go[..], &keys("b")].concat());
    assert!(!project.path("baseline.toml").exists(), "{}", done.shown);
    let done = project.review(&[&[Reply::Confirm(true)][..], &go, &keys("y"), &keys("q")].concat());
    assert!(matches!(done.end, End::Finished));
    assert_eq!(project.read("b.py"), text.replace("0.0.0.0", "127.0.0.1"), "{}", done.shown);
    let again = project.review(&keys("q"));
    assert_eq!(answered(&again.session), "....  ..", "{}", again.shown);
}

#[test]
fn nothing_is_lost_when_the_review_ends_after_any_answer() {
    let all = [
        &keys("ynu")[..],
        &[Reply::Key('s'), Reply::Text("internal")],
        &keys("yb"),
        &[Reply::Edit("", "")][..0],
        &[Reply::Key('e'), Reply::Edit("# here", "# there"), Reply::Choice(Some(0))],
        &keys("yn"),
    ]
    .concat();
    let project = Project::new();
    project.review(&[&all[..], &keys("q")].concat());
    let expected = (project.texts(), fs::read_to_string(project.path("baseline.toml")).unwrap());
    for cut in 0..=all.len() {
        if !matches!(all.get(cut), None | Some(Reply::Key(_))) {
            continue;
        }
        let project = Project::new();
        let first = project.review(&all[..cut]);
        assert!(matches!(first.end, End::Lost(_)));
        assert_eq!(project.texts(), FILES.map(|(_, text)| text), "{cut}");
        let rest = [&[Reply::Confirm(true)][..usize::from(cut > 0)], &all[cut..], &keys("q")].concat();
        // An answer that was undone in the first part leaves nothing to resume.
        let rest = if project.is_unfinished() { rest } else { [&all[cut..], &keys("q")].concat() };
        // What the first part answered can no longer be undone in the second.
        if matches!(all.get(cut), Some(Reply::Key('u'))) {
            continue;
        }
        let second = project.review(&rest);
        let got = (project.texts(), fs::read_to_string(project.path("baseline.toml")).unwrap());
        assert_eq!(got, expected, "cut after {cut}\n{}", second.shown);
    }
}

#[test]
fn a_review_of_other_files_leaves_the_answers_that_are_not_its_own() {
    for answer in [Reply::Key('q'), Reply::Interrupt] {
        let project = Project::new();
        project.review(&keys("yn"));
        let hidden = project.read("a.py");
        fs::write(project.path("a.py"), "").unwrap();
        let other = project.review(&[answer]);
        assert!(!other.shown.contains("Resume"), "{}", other.shown);
        fs::write(project.path("a.py"), hidden).unwrap();
        let done = project.review(&[Reply::Confirm(true), Reply::Interrupt]);
        assert_eq!(answered(&done.session), "yn.. . ..");
    }
}

#[test]
fn answers_about_a_file_that_could_not_be_written_stay() {
    let project = Project::new();
    let path = project.path("a.py");
    let old = project.read("a.py");
    let mut keys_left = 3;
    let watch = Box::new(move || {
        keys_left -= 1;
        if keys_left == 0 {
            fs::write(&path, "theirs = 1\n").unwrap();
        }
    });
    let done = project.review_with(&keys("ynq"), false, watch);
    assert_eq!(done.errors.len(), 1);
    fs::write(project.path("a.py"), old).unwrap();
    let done = project.review(&[Reply::Confirm(true), Reply::Interrupt]);
    assert_eq!(answered(&done.session), "yn.. . ..", "{}", done.shown);
}

#[test]
fn starting_again_asks_about_everything() {
    let project = Project::new();
    project.review(&keys("yn"));
    let done = project.review(&[Reply::Confirm(false), Reply::Interrupt]);
    assert_eq!(answered(&done.session), ".... . ..");
    assert!(done.shown.contains("2 answers not yet written"), "{}", done.shown);
    assert!(!project.is_unfinished());
}

/// `b.py` with its bind fixed by an environment variable.
const B_BY_ENVIRONMENT: &str = "import os\r\nimport socket\r\ns = socket.socket(); socket.create_connection(peer.server_address)\r\ns.bind((os.environ.get(\"HOST\", \"127.0.0.1\"), 8080))  # here\r\n";

/// Goes to `b.py`.
fn to_b(pressed: &str) -> Vec<Reply> {
    [&[Reply::Key('g'), Reply::Choice(Some(1))][..], &keys(pressed)].concat()
}

#[test]
fn the_way_that_is_shown_is_the_one_that_is_written() {
    for (pressed, expected) in [
        ("\tyq", B_BY_ENVIRONMENT),
        ("2yq", B_BY_ENVIRONMENT),
        ("2\nq", B_BY_ENVIRONMENT),
        ("\t\t\tyq", B_BY_ENVIRONMENT),
        ("\tdq", FILES[1].1),
    ] {
        let project = Project::new();
        project.review(&to_b(pressed));
        assert_eq!(project.read("b.py"), expected, "{pressed:?}");
    }
    for pressed in ["yq", "1yq", "\t\tyq", "\t1yq"] {
        let project = Project::new();
        project.review(&to_b(pressed));
        assert_eq!(project.texts(), project.fixed(&[(1, 0)]), "{pressed:?}");
    }
}

#[test]
fn the_diff_follows_the_way_and_the_others_are_named() {
    let project = Project::new();
    let done = project.review(&to_b("\t"));
    let shown: Vec<&str> = done.shown.split("b.py:3").skip(1).collect();
    assert_eq!(shown.len(), 2, "{}", done.shown);
    let (first, second) = (shown[0], shown[1]);
    for line in
        ["fix 1: bind to 127.0.0.1", "or  2: take the address from the environment variable HOST", "+s.bind((\"127"]
    {
        assert!(first.contains(line), "{line}: {first}");
    }
    for line in
        ["or  1: bind to 127.0.0.1", "fix 2: take the address", "or  s: leave it", "+s.bind((os.environ", "+import os"]
    {
        assert!(second.contains(line), "{line}: {second}");
    }
    assert!(!first.contains("import os"), "{first}");
    // The page is of the way that is shown.
    let paged = project.review(&to_b("2p")).shown;
    assert!(paged.contains("+import os"), "{paged}");
    // A finding with one fix, one without a fix, a number that there is not.
    for (pressed, said) in
        [("\t", "there is no other way to fix this"), ("2", "there is no other way"), ("jj3", "with that number")]
    {
        let done = Project::new().review(&keys(pressed));
        assert!(done.shown.contains(said), "{pressed:?}: {}", done.shown);
    }
}

#[test]
fn another_way_takes_the_answer_back_and_u_gives_it_again() {
    for (pressed, expected) in
        [("jjyk2", ".... . .."), ("jjyk2u", "..y. . .."), ("jj2yk2", "..y. . .."), ("jjnk2", "..n. . ..")]
    {
        let pressed: Vec<Reply> = keys(pressed).into_iter().chain([Reply::Interrupt]).collect();
        let project = Project::new();
        assert_eq!(answered(&project.review(&pressed).session), expected, "{pressed:?}");
    }
}

#[test]
fn the_rest_is_fixed_in_the_way_that_is_shown_where_it_has_it() {
    // The unsafe bind of `a.py` and the rest of its rule, but not the other rule.
    let project = Project::new();
    project.review(&keys("jjj2Aq"));
    assert_eq!(project.read("b.py"), B_BY_ENVIRONMENT);
    assert_eq!(project.read("a.py").matches("os.environ.get(\"HOST\"").count(), 2);
    assert!(project.read("c.py").contains("s.bind((os.environ.get(\"HOST\", \"127.0.0.1\"), port))"));
    assert!(project.texts().iter().all(|text| !text.contains("HTTPSConnection")));
    // The rest of the file: the other rule has no such way, and is fixed by its own.
    let project = Project::new();
    project.review(&keys("jjj2aq"));
    let text = project.read("a.py");
    assert_eq!(text.matches("os.environ.get(\"HOST\"").count(), 2, "{text}");
    assert_eq!(text.matches("HTTPSConnection").count(), 2, "{text}");
    assert_eq!(project.read("b.py"), FILES[1].1);
}

#[test]
fn the_way_that_was_chosen_is_resumed_and_a_way_that_is_gone_is_asked_about() {
    let project = Project::new();
    project.review(&[&to_b("2y")[..], &[Reply::Interrupt]].concat());
    assert_eq!(project.read("b.py"), FILES[1].1);
    let resumed = project.review(&[Reply::Confirm(true), Reply::Key('q')]);
    assert_eq!(project.read("b.py"), B_BY_ENVIRONMENT, "{}", resumed.shown);
    // An answer that names no fix, or another one, was given to something else.
    for fix in [None, Some("option".to_owned())] {
        let project = Project::new();
        project.review(&[&to_b("2y")[..], &[Reply::Interrupt]].concat());
        let mut answers = project.answers();
        let key = answers.open.keys().next().unwrap().clone();
        answers.keep([(key.as_str(), Some(Kept { answer: Answer::Apply, fix }))]).unwrap();
        drop(answers);
        let resumed = project.review(&[Reply::Confirm(true), Reply::Interrupt]);
        assert_eq!(answered(&resumed.session), ".... . ..");
    }
}

#[test]
fn declined_findings_are_not_asked_about_again_until_they_change() {
    let project = Project::new();
    project.review(&keys("nyq"));
    let second = project.review(&[Reply::Interrupt]);
    assert_eq!(answered(&second.session), "n.. . ..");
    assert!(
        second.shown.contains("1 finding declined in an earlier review is not asked about again"),
        "{}",
        second.shown
    );
    let asked = project.review_with(&[Reply::Interrupt], true, Box::new(|| {}));
    assert_eq!(answered(&asked.session), "... . ..");
    // When all are declined, there is nothing to ask.
    let project = Project::new();
    project.review(&keys("dddq"));
    let done = project.review(&[]);
    assert!(matches!(done.end, End::Finished), "{}", done.shown);
    assert_eq!(answered(&project.review_with(&[Reply::Interrupt], true, Box::new(|| {})).session), ".... . ..");
    // A line above it is no change; one in it is.
    let project = Project::new();
    project.review(&keys("nq"));
    fs::write(project.path("a.py"), format!("# more\n{}", project.read("a.py"))).unwrap();
    assert_eq!(answered(&project.review(&[Reply::Interrupt]).session), "n... . ..");
    fs::write(project.path("a.py"), project.read("a.py").replace("a.example.com", "a.example.org")).unwrap();
    assert_eq!(answered(&project.review(&[Reply::Interrupt]).session), ".... . ..");
}

#[test]
fn a_declined_finding_whose_line_is_changed_by_another_fix_stays_declined() {
    let project = Project::new();
    let text = "import socket\ns = socket.socket(); socket.create_connection(peer.server_address)\ns.bind((\"\", 8080)); s.bind((\"0.0.0.0\", 8081))\n";
    fs::write(project.path("b.py"), text).unwrap();
    project.review(&[&[Reply::Key('g'), Reply::Choice(Some(1))][..], &keys("nyq")].concat());
    assert_eq!(project.read("b.py"), text.replace("0.0.0.0", "127.0.0.1"));
    assert_eq!(answered(&project.review(&[Reply::Interrupt]).session), ".... n ..");
}

#[test]
fn a_file_that_changed_while_it_was_reviewed_is_left_and_the_others_are_written() {
    let project = Project::new();
    let path = project.path("a.py");
    let mut keys_left = 6;
    let watch = Box::new(move || {
        keys_left -= 1;
        if keys_left == 0 {
            fs::write(&path, "theirs = 1\n").unwrap();
        }
    });
    let done = project.review_with(&keys("yyyyyynq"), false, watch);
    assert!(done.errors.iter().any(|error| error.contains("changed while")), "{:?}", done.errors);
    let mut expected = project.fixed(&[(1, 0), (2, 0)]);
    "theirs = 1\n".clone_into(&mut expected[0]);
    assert_eq!(project.texts(), expected);
}

#[test]
fn an_edit_that_no_longer_fits_its_file_is_named_and_dropped() {
    let project = Project::new();
    project.review(&[Reply::Key('e'), Reply::Edit("import socket", "import  socket"), Reply::Choice(Some(0))]);
    fs::write(project.path("a.py"), format!("# theirs\n{}", FILES[0].1)).unwrap();
    let done = project.review(&[Reply::Confirm(true), Reply::Key('q')]);
    assert!(done.shown.contains("your edit is dropped"), "{}", done.shown);
    assert!(project.read("a.py").starts_with("# theirs\n"));
}

#[test]
fn ctrl_c_at_any_question_writes_nothing_and_keeps_the_answers() {
    for replies in [
        vec![],
        vec![Reply::Key('s')],
        vec![Reply::Key('g')],
        vec![Reply::Key('Q')],
        vec![Reply::Key('e')],
        vec![Reply::Key('e'), Reply::Edit("import socket", "import  socket")],
    ] {
        let project = Project::new();
        let done = project.review(&[&keys("y")[..], &replies, &[Reply::Interrupt]].concat());
        assert!(matches!(done.end, End::Interrupted), "{replies:?}");
        assert_eq!(project.texts(), FILES.map(|(_, text)| text));
        assert_eq!(project.answers().open.len(), 1);
    }
}
