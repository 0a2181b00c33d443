//! A context that does not verify is found where it is made so: at the call that makes it, or at the lines that switch
//! verification off.
//!
//! Two walks meet here. Backwards, from a client's argument to the call that made the context, through everything that the
//! model follows; forwards, from the call or the lines to whatever happens to the context ([`life`]). What a server accepts
//! connections with is not a finding.

mod choice;
mod given;
mod life;
mod lines;
mod made;
mod off;
mod settings;
mod tables;
mod walk;
mod wrapper;

use super::connection;
use crate::finding::{Draft, Findings};
use crate::python::{Assignment, Node, PythonFile, last_segment};
use crate::rule::{Beside, Check, FileFacts, Found, Match, Metadata, PrefilterPattern, Standing, Table, Verdict};
use crate::text::Span;
use given::Around;
use lines::Lines;
use made::UNVERIFIED_CONTEXT;
use settings::TURNED_OFF;
use std::collections::HashMap;
pub(super) use tables::UnverifiedHttpsContext;
use wrapper::check_wrapper;

impl Check for UnverifiedHttpsContext {
    fn tables(&self) -> Vec<(&'static str, &dyn Table)> {
        vec![
            ("clients", &self.clients),
            ("makers", &self.makers),
            ("verifying", &self.verifying),
            ("wrappers", &self.wrappers),
        ]
    }

    fn prefilter(&self) -> Vec<PrefilterPattern> {
        let words = |table: &dyn Table| table.last_segments().into_iter().map(str::to_string).collect::<Vec<_>>();
        // What a class of another module makes its context with is not read: a client's call may get any.
        let signs = [words(&self.makers), words(&self.verifying), TURNED_OFF.map(str::to_string).to_vec()].concat();
        let beside_ssl = || vec![Beside::OneOf(vec!["ssl".to_string()])];
        let words_beside_ssl =
            |words: Vec<String>| PrefilterPattern { words, beside: beside_ssl(), ..PrefilterPattern::default() };
        vec![
            PrefilterPattern {
                words: words(&self.clients),
                beside: vec![Beside::OneOf(signs)],
                ..PrefilterPattern::default()
            },
            PrefilterPattern { words: vec![connection::DEFAULT_CONTEXT.to_string()], ..PrefilterPattern::default() },
            words_beside_ssl(words(&self.makers)),
            words_beside_ssl(words(&self.wrappers)),
            PrefilterPattern {
                words: TURNED_OFF.map(str::to_string).to_vec(),
                standing: Standing::Assigned,
                beside: beside_ssl(),
            },
        ]
    }

    fn check(&self, rule: &Metadata, file: &PythonFile, matches: &[Match<'_>], _: &FileFacts<'_>) -> Findings {
        let mut found = Drafts::default();
        let mut around = Around::of(rule, file);
        for matched in matches {
            let draft = match matched.capture("default") {
                Some(_) => self.check_default(rule, file, matched.node),
                None => self.check_call(&mut around, matched),
            };
            found.extend(draft);
        }
        let mut lines = Lines::default();
        for matched in matches.iter().filter(|matched| matched.hit("makers").or(matched.hit("verifying")).is_some()) {
            if !found.by_span.contains_key(&matched.node.span()) {
                found.extend(self.check_maker(&around, matched.node, &mut lines));
            }
        }
        for matched in matches.iter().filter(|matched| matched.capture("setting").is_some()) {
            if !lines.judged.contains(&matched.node.id()) {
                found.extend(self.check_line(&around, matched.node, &mut lines));
            }
        }
        for matched in matches.iter().filter(|matched| matched.hit("wrappers").is_some()) {
            found.extend(check_wrapper(rule, file, matched));
        }
        found.drafts.into_iter().collect()
    }
}

/// Findings by their place: one context for several clients is one finding that names every client.
#[derive(Debug, Default)]
struct Drafts {
    drafts: Vec<Draft>,
    by_span: HashMap<Span, usize>,
}

impl Drafts {
    fn extend(&mut self, draft: Option<Draft>) {
        let Some(draft) = draft else { return };
        match self.by_span.get(&draft.finding.span).and_then(|index| self.drafts.get_mut(*index)) {
            Some(known) => known.finding.related.extend(draft.finding.related),
            None => {
                self.by_span.insert(draft.finding.span, self.drafts.len());
                self.drafts.push(draft);
            }
        }
    }
}

impl UnverifiedHttpsContext {
    /// `ssl._create_default_https_context = ssl._create_unverified_context`: every client in the process stops
    /// verifying.
    fn check_default(&self, rule: &Metadata, file: &PythonFile, assignment: Node<'_>) -> Option<Draft> {
        let Assignment { target, right } = Assignment::of(assignment)?;
        let value = right?;
        let maker = file.qualified_name(value).filter(|made| self.is_maker(made))?;
        if file.qualified_name(target)? != format!("ssl.{}", connection::DEFAULT_CONTEXT) {
            return None;
        }
        let mut verdict = Verdict::default();
        let every_client = "the assignment switches verification off on purpose, for every client of the process";
        verdict.refuse(UNVERIFIED_CONTEXT.says(every_client));
        let found = Found {
            message: format!(
                "`{}` stops every client in this process from verifying certificates",
                last_segment(&maker)
            ),
            span: value.span(),
            related: Vec::new(),
            title: String::new(),
            help: "remove the assignment, and pass a context with `cafile=` to the client that needs one".to_string(),
        };
        Some(verdict.finish(rule, found))
    }
}
