//! The combined tree-sitter query of the enabled rules, with semantic predicates.
//!
//! tree-sitter matches shapes. Which object a name refers to is decided here, with the Python model:
//!
//! - `(#in-table? @callee callables)`: a call of `@callee` calls something in that table of the rule;
//! - `(#resolves-to? @callee "functools.partial" …)`: the same for names written in the query.
//!
//! Each pattern marks its match with `@match`; a pattern that does not is refused, and so is an unknown predicate.

use super::Rule;
use super::matches::{Hit, Match};
use crate::python::{self, BindingId, BindingKind, Callee, Kind, Node, NodeId, PythonFile, last_segment};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

/// The compiled query.
pub struct RuleQuery {
    query: tree_sitter::Query,
    /// The names of captures, by their index.
    captures: Vec<Arc<str>>,
    /// By pattern.
    patterns: Vec<Pattern>,
    /// The last segments of all names that predicates use.
    last_segments: HashSet<String>,
    rules: Vec<Arc<dyn Rule>>,
}

struct Pattern {
    /// Index of the rule that it belongs to.
    rule: usize,
    predicates: Vec<Predicate>,
}

struct Predicate {
    capture: u32,
    test: Test,
}

enum Test {
    /// The table of the pattern's rule.
    InTable(String),
    ResolvesTo(Vec<String>),
}

/// Why a rule's query was refused.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// tree-sitter rejects it.
    #[error("{rule}: the query does not compile: {source}")]
    Syntax {
        /// The rule's id.
        rule: String,
        /// What tree-sitter says, with the place.
        source: tree_sitter::QueryError,
    },
    /// A pattern does not say what the match is.
    #[error("{rule}: pattern {pattern} of the query has no @match capture; mark the node that is checked")]
    NoMatch {
        /// The rule's id.
        rule: String,
        /// One-based number of the pattern.
        pattern: usize,
    },
    /// An unknown predicate, or one with wrong arguments.
    #[error(
        "{rule}: the query uses #{predicate} with arguments it does not take; known are #in-table? and #resolves-to?"
    )]
    Predicate {
        /// The rule's id.
        rule: String,
        /// The predicate's name.
        predicate: String,
    },
}

impl RuleQuery {
    /// Compiles the rules' queries into one.
    ///
    /// # Errors
    /// See [`QueryError`].
    pub fn compile(rules: &[Arc<dyn Rule>]) -> Result<Self, QueryError> {
        let mut text = String::new();
        let mut owners = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            // Compiled alone first: an error then names the rule and the line in its own file.
            let alone = compile(&**rule, rule.query())?;
            for pattern in 0..alone.pattern_count() {
                check_match(&**rule, &alone, pattern)?;
                owners.push(index);
            }
            text.push_str(rule.query());
            text.push('\n');
        }
        let query = tree_sitter::Query::new(&python::language(), &text)
            .map_err(|source| QueryError::Syntax { rule: String::new(), source })?;
        let patterns = owners
            .into_iter()
            .enumerate()
            .map(|(index, owner)| pattern(&query, index, owner, rules))
            .collect::<Result<Vec<Pattern>, _>>()?;
        let last_segments = patterns
            .iter()
            .filter_map(|pattern| Some((rules.get(pattern.rule)?, pattern)))
            .flat_map(|(rule, pattern)| {
                pattern.predicates.iter().flat_map(|predicate| predicate.test.last_segments(&**rule))
            })
            .map(str::to_string)
            .collect();
        let captures = query.capture_names().iter().map(|name| Arc::from(*name)).collect();
        Ok(Self { query, captures, patterns, last_segments, rules: rules.to_vec() })
    }

    /// The matches of a file by rule, in the order that [`RuleQuery::compile`] was given; each in position order.
    pub fn matches<'f>(&self, file: &'f PythonFile) -> Vec<Vec<Match<'f>>> {
        let mut found: Vec<Vec<Match<'f>>> = vec![Vec::new(); self.rules.len()];
        let mut callees = Callees { file, last_segments: &self.last_segments, known: HashMap::new() };
        file.matches(&self.query, |index, captures| {
            let Some(pattern) = self.patterns.get(index) else { return };
            let captured = |wanted: u32| captures.iter().find(|(at, _)| *at == wanted).map(|(_, node)| *node);
            let named = |wanted: &str| captured(self.index_of(wanted)?);
            // `http.client.HTTP!SConnection(h)` calls nothing that has a name.
            let Some(node) = named("match").filter(|node| !node.children().any(Node::is_error)) else { return };
            let callee = named("callee").unwrap_or(node);
            let mut matched = Match { node, callee, callees: Rc::default(), captures: Vec::new(), hits: Vec::new() };
            for predicate in &pattern.predicates {
                let Some(tested) = captured(predicate.capture) else { return };
                let candidates = callees.of(tested);
                let Some(hit) = predicate.test.holds(self.rules.get(pattern.rule), &candidates) else { return };
                if tested == callee {
                    matched.callees = candidates;
                    matched.hits.extend(hit);
                }
            }
            matched.captures = captures.iter().filter_map(|(at, node)| Some((self.name_of(*at)?, *node))).collect();
            if let Some(matches) = found.get_mut(pattern.rule) {
                matches.push(matched);
            }
        });
        for matches in &mut found {
            matches.sort_by_key(|matched| matched.node.id());
            // Two patterns of a rule may match one node: in another table, say.
            matches.dedup_by(|later, first| {
                let is_same = later.node.id() == first.node.id();
                if is_same && later.callee == first.callee {
                    first.hits.append(&mut later.hits);
                }
                is_same
            });
        }
        found
    }

    fn index_of(&self, capture: &str) -> Option<u32> {
        self.captures.iter().position(|name| &**name == capture).and_then(|at| u32::try_from(at).ok())
    }

    fn name_of(&self, capture: u32) -> Option<Arc<str>> {
        self.captures.get(usize::try_from(capture).ok()?).cloned()
    }
}

/// What calls call, asked once for each callee however many rules want to know.
struct Callees<'f> {
    file: &'f PythonFile,
    last_segments: &'f HashSet<String>,
    known: HashMap<NodeId, Rc<[Callee]>>,
}

impl Callees<'_> {
    fn of(&mut self, node: Node<'_>) -> Rc<[Callee]> {
        if let Some(known) = self.known.get(&node.id()) {
            return Rc::clone(known);
        }
        let found: Rc<[Callee]> =
            if self.may_be_named(node) { self.file.callees(self.file.node(node.id())).into() } else { Rc::default() };
        self.known.insert(node.id(), Rc::clone(&found));
        found
    }

    /// Whether `callee` can have a name that a predicate asks for. Most calls in a file refer to something else, and
    /// that can be seen without resolving their names: a member is called by its own name, and so is an imported one.
    fn may_be_named(&self, callee: Node<'_>) -> bool {
        match (callee.kind(), callee.object_and_name()) {
            (_, Some((object, name))) => {
                self.last_segments.contains(name.text()) || self.file.class_of_self(object).is_some()
            }
            (Kind::Identifier, None) => {
                let bindings = self.file.reaching(callee.text(), callee.start());
                let imported = |id: &BindingId| match &self.file.binding(*id)?.kind {
                    BindingKind::Import { path, .. } => Some(last_segment(path)),
                    _ => None,
                };
                bindings.is_empty() && self.last_segments.contains(callee.text())
                    || bindings.iter().any(|id| imported(id).is_none_or(|name| self.last_segments.contains(name)))
            }
            _ => true,
        }
    }
}

impl Test {
    fn last_segments<'t>(&'t self, rule: &'t dyn Rule) -> Vec<&'t str> {
        match self {
            Self::InTable(table) => rule.table(table).map(|table| table.last_segments()).unwrap_or_default(),
            Self::ResolvesTo(names) => names.iter().map(|name| last_segment(name)).collect(),
        }
    }

    /// Whether one of `callees` passes; the row that it is in, where a table is asked for.
    fn holds(&self, rule: Option<&Arc<dyn Rule>>, callees: &[Callee]) -> Option<Option<Hit>> {
        match self {
            Self::InTable(name) => {
                let table = rule?.table(name)?;
                let (callee, row) =
                    callees.iter().enumerate().find_map(|(at, callee)| Some((at, table.position(&callee.path)?)))?;
                Some(Some(Hit { table: name.as_str().into(), callee, row }))
            }
            Self::ResolvesTo(names) => callees.iter().any(|callee| names.contains(&callee.path)).then_some(None),
        }
    }
}

fn compile(rule: &dyn Rule, text: &str) -> Result<tree_sitter::Query, QueryError> {
    tree_sitter::Query::new(&python::language(), text)
        .map_err(|source| QueryError::Syntax { rule: rule.metadata().id.to_string(), source })
}

fn check_match(rule: &dyn Rule, query: &tree_sitter::Query, pattern: usize) -> Result<(), QueryError> {
    let marked = query.capture_index_for_name("match").is_some_and(|at| {
        query
            .capture_quantifiers(pattern)
            .get(at as usize)
            .is_some_and(|quantifier| *quantifier != tree_sitter::CaptureQuantifier::Zero)
    });
    if marked {
        Ok(())
    } else {
        Err(QueryError::NoMatch { rule: rule.metadata().id.to_string(), pattern: pattern + 1 })
    }
}

fn pattern(
    query: &tree_sitter::Query,
    index: usize,
    owner: usize,
    rules: &[Arc<dyn Rule>],
) -> Result<Pattern, QueryError> {
    use tree_sitter::QueryPredicateArg::{Capture, String as Text};
    let mut predicates = Vec::new();
    for written in query.general_predicates(index) {
        let refused = || QueryError::Predicate {
            rule: rules.get(owner).map(|rule| rule.metadata().id.to_string()).unwrap_or_default(),
            predicate: written.operator.to_string(),
        };
        let rule = rules.get(owner).ok_or_else(refused)?;
        let (Some(Capture(capture)), Some(rest)) = (written.args.first(), written.args.get(1..)) else {
            return Err(refused());
        };
        let names: Option<Vec<String>> = rest
            .iter()
            .map(|argument| match argument {
                Text(name) => Some(name.to_string()),
                Capture(_) => None,
            })
            .collect();
        let test = match (&*written.operator, names.as_deref()) {
            ("in-table?", Some([table])) if rule.table(table).is_some() => Test::InTable(table.clone()),
            ("resolves-to?", Some(names)) if !names.is_empty() => Test::ResolvesTo(names.to_vec()),
            _ => return Err(refused()),
        };
        predicates.push(Predicate { capture: *capture, test });
    }
    Ok(Pattern { rule: owner, predicates })
}
