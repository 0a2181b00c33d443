//! The interactive session: one finding at a time, and a person decides.
//!
//! [`Session`] is the state machine. It does no I/O of its own: it puts each question to a [`Prompter`] and turns the
//! answers into decisions for the engine. [`terminal`] has the prompter of a real terminal.

pub mod dialog;
pub mod interrupt;
pub mod terminal;

use crate::engine::{Decide, Decision, Judged};
use crate::source::Source;
use crate::transform::{Applicability, Outcome};
use std::io;

/// What a person is asked about.
pub struct Question<'q> {
    /// The file's path, for showing.
    pub path: &'q str,
    /// The file.
    pub source: &'q Source,
    /// The finding, with the edits of its fix.
    pub judged: &'q Judged,
}

/// What a person may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Apply this fix.
    Apply,
    /// Leave it.
    Skip,
    /// Apply this one and the rest.
    ApplyRest,
    /// Write what was accepted, and stop.
    Quit,
    /// Write nothing of this file, and stop.
    Interrupt,
}

/// Who puts a question to a person.
pub trait Prompter {
    /// Asks, and waits for an answer.
    ///
    /// # Errors
    /// When there is nobody to ask any more.
    fn ask(&mut self, question: &Question<'_>) -> io::Result<Answer>;
}

/// How a session stands.
#[derive(Debug)]
pub enum State {
    /// Each finding is asked about.
    Asking,
    /// "The rest" was answered: safe fixes are applied without asking, and unsafe ones if those were asked for.
    ApplyingRest,
    /// The person has finished: what was accepted is written, nothing more is asked.
    Finished,
    /// Ctrl-C, or the terminal went away: nothing of the current file is written.
    Interrupted(Option<io::Error>),
}

/// An interactive session over many files.
pub struct Session<P> {
    prompter: P,
    state: State,
    /// Whether "the rest" covers unsafe fixes, as `--unsafe-fixes` asks.
    rest_is_unsafe_too: bool,
}

impl<P: Prompter> Session<P> {
    /// A session that asks `prompter`. "The rest" covers unsafe fixes only if `rest_is_unsafe_too`: nobody has seen them.
    pub fn new(prompter: P, rest_is_unsafe_too: bool) -> Self {
        Self { prompter, state: State::Asking, rest_is_unsafe_too }
    }

    /// How it stands.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Who decides about the findings of the file at `path`. `preflight` is asked once, before the first question: when
    /// it refuses, nothing of the file is asked, as it could not be written.
    pub fn file<'s>(&'s mut self, path: &'s str, preflight: &'s mut dyn FnMut() -> bool) -> FileReview<'s, P> {
        FileReview { session: self, path, preflight, may_be_written: None }
    }

    fn decide(&mut self, question: &Question<'_>) -> Decision {
        match self.state {
            State::Finished | State::Interrupted(_) => return Decision::Leave,
            State::ApplyingRest if self.is_covered_by_rest(question.judged) => return Decision::Accept,
            State::Asking | State::ApplyingRest => {}
        }
        match self.prompter.ask(question) {
            Ok(Answer::Apply) => Decision::Accept,
            Ok(Answer::Skip) => Decision::Decline,
            Ok(Answer::ApplyRest) => {
                self.state = State::ApplyingRest;
                Decision::Accept
            }
            Ok(Answer::Quit) => {
                self.state = State::Finished;
                Decision::Leave
            }
            Ok(Answer::Interrupt) => {
                self.state = State::Interrupted(None);
                Decision::Leave
            }
            Err(error) => {
                self.state = State::Interrupted(Some(error));
                Decision::Leave
            }
        }
    }

    fn is_covered_by_rest(&self, judged: &Judged) -> bool {
        self.rest_is_unsafe_too || judged.finding.applicability() == Applicability::Safe
    }
}

/// A session at one file.
pub struct FileReview<'s, P> {
    session: &'s mut Session<P>,
    path: &'s str,
    preflight: &'s mut dyn FnMut() -> bool,
    may_be_written: Option<bool>,
}

impl<P: Prompter> Decide for FileReview<'_, P> {
    fn decide(&mut self, source: &Source, judged: &Judged) -> Decision {
        if !*self.may_be_written.get_or_insert_with(|| (self.preflight)()) {
            return Decision::Leave;
        }
        // Asked again in a later round, a fix that was accepted before and overlapped another is still wanted.
        if judged.outcome == Outcome::Conflicted {
            return match self.session.state {
                State::Interrupted(_) => Decision::Leave,
                State::Asking | State::ApplyingRest | State::Finished => Decision::Accept,
            };
        }
        self.session.decide(&Question { path: self.path, source, judged })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::fingerprint::Fingerprint;
    use crate::source::Span;
    use crate::transform::{Finding, Fix, Reason};
    use std::collections::VecDeque;

    struct Script(VecDeque<Answer>);

    impl Prompter for Script {
        fn ask(&mut self, _: &Question<'_>) -> io::Result<Answer> {
            self.0.pop_front().ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
        }
    }

    fn judged(reasons: &[Reason]) -> Judged {
        let finding = Finding {
            rule: "unrestricted-bind",
            message: String::new(),
            span: Span { start: 0, end: 0 },
            related: Vec::new(),
            reasons: reasons.to_vec(),
            fix: Some(Fix { title: String::new(), edits: Vec::new(), renames: Vec::new() }),
            help: String::new(),
        };
        Judged { finding, outcome: Outcome::Found, edits: Vec::new(), fingerprint: Fingerprint::default() }
    }

    /// The decisions about a safe, an unsafe and a safe finding.
    fn decisions(answers: &[Answer], rest_is_unsafe_too: bool) -> (Vec<Decision>, Session<Script>) {
        let source = Source::decode(b"x\n".to_vec()).unwrap();
        let mut session = Session::new(Script(answers.iter().copied().collect()), rest_is_unsafe_too);
        let mut preflight = || true;
        let mut review = session.file("x.py", &mut preflight);
        let findings = [judged(&[]), judged(&[Reason::Container]), judged(&[])];
        let decided = findings.iter().map(|judged| review.decide(&source, judged)).collect();
        (decided, session)
    }

    #[test]
    fn each_finding_is_asked_about() {
        use Decision::{Accept, Decline};
        let (decided, session) = decisions(&[Answer::Apply, Answer::Skip, Answer::Apply], false);
        assert_eq!(decided, [Accept, Decline, Accept]);
        assert!(matches!(session.state(), State::Asking));
    }

    #[test]
    fn the_rest_asks_about_unsafe_fixes_unless_they_were_asked_for() {
        use Decision::{Accept, Decline};
        assert_eq!(decisions(&[Answer::ApplyRest, Answer::Skip], false).0, [Accept, Decline, Accept]);
        assert_eq!(decisions(&[Answer::ApplyRest], true).0, [Accept, Accept, Accept]);
    }

    #[test]
    fn quitting_leaves_the_rest_and_keeps_what_was_accepted() {
        use Decision::{Accept, Leave};
        let (decided, session) = decisions(&[Answer::Apply, Answer::Quit], false);
        assert_eq!(decided, [Accept, Leave, Leave]);
        assert!(matches!(session.state(), State::Finished));
    }

    #[test]
    fn an_interrupt_or_a_lost_terminal_stops_the_session() {
        use Decision::{Accept, Leave};
        let (decided, session) = decisions(&[Answer::Apply, Answer::Interrupt], false);
        assert_eq!(decided, [Accept, Leave, Leave]);
        assert!(matches!(session.state(), State::Interrupted(None)));
        assert!(matches!(decisions(&[], false).1.state(), State::Interrupted(Some(_))));
    }

    #[test]
    fn nothing_is_asked_about_a_file_that_cannot_be_written() {
        let source = Source::decode(b"x\n".to_vec()).unwrap();
        let mut session = Session::new(Script(VecDeque::new()), false);
        let mut preflight = || false;
        let decided = session.file("x.py", &mut preflight).decide(&source, &judged(&[]));
        assert_eq!(decided, Decision::Leave);
        assert!(matches!(session.state(), State::Asking));
    }
}
