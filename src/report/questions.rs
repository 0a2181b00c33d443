//! What fixes are held back for want of, as questions that a person answers once for all of them.

use crate::finding::{Applicability, Fact, Outcome};
use crate::report::Reported;
use crate::transforms::{canonical, is_loopback};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

/// A question, and what its answer would free.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// In words.
    pub question: String,
    /// The setting below `[evidence]` that answers it.
    pub setting: &'static str,
    /// What the answer is about: a host, or a folder.
    pub about: String,
    /// How many fixes are held back for nothing else.
    pub fixes: usize,
    /// In how many files.
    pub files: usize,
    /// How many more need other answers too.
    pub with_others: usize,
}

impl Question {
    /// The question, and what an answer frees: `does `a.corp` speak TLS? 14 fixes in 9 files`.
    pub fn in_words(&self) -> String {
        let Self { question, fixes, files, with_others, .. } = self;
        let of = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        let fixes_of = |count: usize| of(count, "fix", "fixes");
        let freed = match (*fixes, *with_others) {
            (fixes, 0) => fixes_of(fixes),
            (0, others) => format!("{} with other answers", fixes_of(others)),
            (fixes, others) => format!("{}, and {others} with other answers,", fixes_of(fixes)),
        };
        format!("{question} {freed} in {}", of(*files, "file", "files"))
    }

    /// The line below `[evidence]` that answers it: `tls = ["a.corp"]`.
    pub fn answer(&self) -> String {
        let about = if self.setting == "tls" { self.about.clone() } else { anchored(&self.about) };
        format!("{} = [{about:?}]", self.setting)
    }
}

/// `path` as a glob for nothing but that: without a slash inside, it would be about every file or folder of that name.
pub fn anchored(path: &str) -> String {
    if path.trim_end_matches('/').contains('/') { path.to_owned() } else { format!("/{path}") }
}

/// The questions on which fixes of findings hang, gathered file by file.
#[derive(Debug, Clone, Default)]
pub struct Questions {
    /// By question: the fixes for which its answer is enough, each with its path, and how many need others too.
    asked: BTreeMap<Subject, Asked>,
}

#[derive(Debug, Clone, Default)]
struct Asked {
    paths: BTreeSet<String>,
    fixes: usize,
    with_others: usize,
}

/// What a question is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Subject {
    Tls(String),
    LocalOnly(String),
    Reachable(String),
}

impl Subject {
    fn of(fact: &Fact, path: &str) -> Vec<Self> {
        let folder = || match Path::new(path).parent().and_then(Path::to_str).filter(|folder| !folder.is_empty()) {
            Some(folder) => format!("{}/", folder.replace('\\', "/")),
            None => path.to_owned(),
        };
        match fact {
            Fact::SpeakTls(hosts) => hosts.iter().map(|host| Self::Tls(canonical(host))).collect(),
            Fact::LocalOnly => vec![Self::LocalOnly(folder())],
            Fact::Reachable => vec![Self::Reachable(folder())],
        }
    }

    fn asked(&self, asked: &Asked) -> Question {
        let (setting, about, question) = match self {
            Self::Tls(host) => {
                ("tls", host.clone(), format!("does `{host}` speak TLS, with a certificate that Python accepts?"))
            }
            Self::LocalOnly(folder) => {
                ("local-only", folder.clone(), format!("are the servers in `{folder}` for this machine alone?"))
            }
            Self::Reachable(folder) => {
                ("reachable", folder.clone(), format!("are the servers in `{folder}` reached from other machines?"))
            }
        };
        let Asked { paths, fixes, with_others } = asked;
        Question { question, setting, about, fixes: *fixes, files: paths.len(), with_others: *with_others }
    }
}

impl Questions {
    /// Adds what the findings of one file hang on. Findings that share a fix count once.
    pub fn add(&mut self, found: &[Reported]) {
        let mut seen = HashSet::new();
        for record in found.iter().map(|found| &found.record) {
            let Some(fix) = record.fix.as_ref().filter(|_| record.applicability == Applicability::Unsafe) else {
                continue;
            };
            let edits: Vec<(usize, &str)> =
                fix.edits.iter().map(|edit| (edit.start.byte, edit.text.as_str())).collect();
            if record.outcome != Outcome::Found || !seen.insert(edits) {
                continue;
            }
            // The fix also waits for something that nobody is asked about.
            let Some(lacking) = record.reasons.iter().map(|reason| reason.lacks.as_ref()).collect::<Option<Vec<_>>>()
            else {
                continue;
            };
            let subjects: BTreeSet<Subject> =
                lacking.into_iter().flat_map(|fact| Subject::of(fact, &record.project_path)).collect();
            // Hardly anybody gives this machine a certificate.
            if subjects.iter().any(|subject| matches!(subject, Subject::Tls(host) if is_loopback(host))) {
                continue;
            }
            let is_enough = subjects.len() == 1;
            for subject in subjects {
                let asked = self.asked.entry(subject).or_default();
                asked.fixes += usize::from(is_enough);
                asked.with_others += usize::from(!is_enough);
                asked.paths.insert(record.project_path.clone());
            }
        }
    }

    /// The questions; those whose answers free most fixes first.
    pub fn sorted(&self) -> Vec<Question> {
        let mut questions: Vec<Question> = self.asked.iter().map(|(subject, asked)| subject.asked(asked)).collect();
        questions.sort_by_key(|question| (std::cmp::Reverse(question.fixes), std::cmp::Reverse(question.with_others)));
        questions
    }
}
