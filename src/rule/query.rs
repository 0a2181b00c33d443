//! The combined tree-sitter query of the enabled transforms, with semantic predicates.
//!
//! tree-sitter matches shapes; which name a shape holds is decided here, by asking the Python model:
//!
//! - `(#in-table? @callee callables)`: a call of `@callee` calls something in that table of the transform;
//! - `(#resolves-to? @callee "functools.partial" …)`: the same for names written in the query.
//!
//! Each pattern marks its site with `@site`; a pattern that does not is refused, and so is an unknown predicate.

use super::{Transform, last_segment};
use crate::python;
use crate::python::{BindingId, BindingKind, Callee, Node, NodeId, PythonFile};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// A match of one of a transform's patterns.
#[derive(Debug, Clone, Copy)]
pub struct Site<'f> {
    /// What `@site` captured.
    pub node: Node<'f>,
    /// What `@callee` captured; the site itself where the pattern has none.
    pub callee: Node<'f>,
}

/// The compiled query.
pub struct SiteQuery {
    query: tree_sitter::Query,
    site: u32,
    callee: Option<u32>,
    /// By pattern.
    patterns: Vec<Pattern>,
    /// The last segments of all names that predicates ask for.
    last_segments: HashSet<String>,
    transforms: usize,
}

struct Pattern {
    /// Index of the transform that it belongs to.
    transform: usize,
    predicates: Vec<Predicate>,
}

struct Predicate {
    capture: u32,
    test: Test,
}

enum Test {
    InTable(&'static dyn Transform, String),
    ResolvesTo(Vec<String>),
}

/// Why a transform's query was refused.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// tree-sitter refuses it.
    #[error("{transform}: query.scm does not compile: {source}")]
    Syntax {
        /// The transform's id.
        transform: String,
        /// What tree-sitter says, with the place.
        source: tree_sitter::QueryError,
    },
    /// A pattern does not say what the site is.
    #[error("{transform}: pattern {pattern} of query.scm has no @site capture; mark the node that is judged")]
    NoSite {
        /// The transform's id.
        transform: String,
        /// One-based number of the pattern.
        pattern: usize,
    },
    /// A predicate that is not known, or not with these arguments.
    #[error(
        "{transform}: query.scm uses #{predicate} with arguments it does not take; known are #in-table? and #resolves-to?"
    )]
    Predicate {
        /// The transform's id.
        transform: String,
        /// The predicate's name.
        predicate: String,
    },
}

impl SiteQuery {
    /// Compiles the transforms' queries into one.
    ///
    /// # Errors
    /// See [`QueryError`].
    pub fn compile(transforms: &[&'static dyn Transform]) -> Result<Self, QueryError> {
        let mut text = String::new();
        let mut owners = Vec::new();
        for (index, transform) in transforms.iter().enumerate() {
            // Compiled alone first: an error then names the transform and the line in its own file.
            let alone = compile(*transform, transform.query())?;
            for pattern in 0..alone.pattern_count() {
                check_site(*transform, &alone, pattern)?;
                owners.push(index);
            }
            text.push_str(transform.query());
            text.push('\n');
        }
        let Some(first) = transforms.first() else {
            let query = tree_sitter::Query::new(&python::language(), "")
                .map_err(|source| QueryError::Syntax { transform: String::new(), source })?;
            return Ok(Self {
                query,
                site: 0,
                callee: None,
                patterns: Vec::new(),
                last_segments: HashSet::new(),
                transforms: 0,
            });
        };
        let query = compile(*first, &text)?;
        let patterns = owners
            .into_iter()
            .enumerate()
            .map(|(index, owner)| pattern(&query, index, owner, transforms))
            .collect::<Result<Vec<Pattern>, _>>()?;
        let tests = patterns.iter().flat_map(|pattern| &pattern.predicates).map(|predicate| &predicate.test);
        let last_segments = tests.flat_map(Test::last_segments).map(str::to_string).collect();
        let site = query.capture_index_for_name("site").unwrap_or(u32::MAX);
        let callee = query.capture_index_for_name("callee");
        Ok(Self { query, site, callee, patterns, last_segments, transforms: transforms.len() })
    }

    /// The sites of a file by transform, in the order that [`SiteQuery::compile`] was given; each in position order.
    pub fn sites<'f>(&self, file: &'f PythonFile) -> Vec<Vec<Site<'f>>> {
        let mut found: Vec<Vec<Site<'f>>> = vec![Vec::new(); self.transforms];
        let mut callees = Callees { file, last_segments: &self.last_segments, known: HashMap::new() };
        file.matches(&self.query, |index, captures| {
            let Some(pattern) = self.patterns.get(index) else { return };
            let captured = |wanted: u32| captures.iter().find(|(at, _)| *at == wanted).map(|(_, node)| *node);
            // `http.client.HTTP!SConnection(h)` calls nothing that can be named.
            let Some(node) = captured(self.site).filter(|node| !node.children().any(Node::is_error)) else { return };
            let holds = pattern.predicates.iter().all(|predicate| {
                captured(predicate.capture).is_some_and(|node| predicate.test.holds(&callees.of(node)))
            });
            if !holds {
                return;
            }
            let callee = self.callee.and_then(captured).unwrap_or(node);
            if let Some(sites) = found.get_mut(pattern.transform) {
                // Captures borrow from the visit; the file's own node lives as long as the file.
                sites.push(Site { node: file.node(node.id()), callee: file.node(callee.id()) });
            }
        });
        for sites in &mut found {
            sites.sort_by_key(|site| site.node.id());
            sites.dedup_by_key(|site| site.node.id());
        }
        found
    }
}

/// What calls call, asked once for each callee however many transforms want to know.
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

    /// Whether `callee` can have a name that is asked for. Most calls in a file call something else, and that can be seen
    /// without following their names: a member is called by its own name, and so is what an import brings.
    fn may_be_named(&self, callee: Node<'_>) -> bool {
        match (callee.kind(), callee.object_and_name()) {
            (_, Some((object, name))) => {
                self.last_segments.contains(name.text()) || self.file.class_of_self(object).is_some()
            }
            ("identifier", None) => {
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
    fn last_segments(&self) -> Vec<&str> {
        match self {
            Self::InTable(transform, table) => {
                transform.table(table).map(|table| table.last_segments()).unwrap_or_default()
            }
            Self::ResolvesTo(names) => names.iter().map(|name| last_segment(name)).collect(),
        }
    }

    fn holds(&self, callees: &[Callee]) -> bool {
        callees.iter().any(|callee| match self {
            Self::InTable(transform, table) => transform.table(table).is_some_and(|table| table.contains(&callee.path)),
            Self::ResolvesTo(names) => names.contains(&callee.path),
        })
    }
}

fn compile(transform: &dyn Transform, text: &str) -> Result<tree_sitter::Query, QueryError> {
    tree_sitter::Query::new(&python::language(), text)
        .map_err(|source| QueryError::Syntax { transform: transform.metadata().id.clone(), source })
}

fn check_site(transform: &dyn Transform, query: &tree_sitter::Query, pattern: usize) -> Result<(), QueryError> {
    let marked = query.capture_index_for_name("site").is_some_and(|site| {
        query
            .capture_quantifiers(pattern)
            .get(site as usize)
            .is_some_and(|quantifier| *quantifier != tree_sitter::CaptureQuantifier::Zero)
    });
    if marked {
        Ok(())
    } else {
        Err(QueryError::NoSite { transform: transform.metadata().id.clone(), pattern: pattern + 1 })
    }
}

fn pattern(
    query: &tree_sitter::Query,
    index: usize,
    owner: usize,
    transforms: &[&'static dyn Transform],
) -> Result<Pattern, QueryError> {
    use tree_sitter::QueryPredicateArg::{Capture, String as Text};
    let mut predicates = Vec::new();
    for written in query.general_predicates(index) {
        let refused = || QueryError::Predicate {
            transform: transforms.get(owner).map(|transform| transform.metadata().id.clone()).unwrap_or_default(),
            predicate: written.operator.to_string(),
        };
        let transform = *transforms.get(owner).ok_or_else(refused)?;
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
            ("in-table?", Some([table])) if transform.table(table).is_some() => Test::InTable(transform, table.clone()),
            ("resolves-to?", Some(names)) if !names.is_empty() => Test::ResolvesTo(names.to_vec()),
            _ => return Err(refused()),
        };
        predicates.push(Predicate { capture: *capture, test });
    }
    Ok(Pattern { transform: owner, predicates })
}
