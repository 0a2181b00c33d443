//! A context that verifies nothing becomes `ssl.create_default_context()`, where a client is given it.
//!
//! Followed are the constructor written in the call and a name assigned once. A context that is set up by hand afterwards is
//! left alone unless that setting up turns verification off, and then reported.

use super::connection;
use super::judgement::doubt_about;
use crate::finding::{Finding, Fix, Reason, Related, SymbolicEdit};
use crate::python::{BindingId, Call, Field, Kind, Node, PythonFile};
use crate::rule::query::Site;
use crate::rule::{
    Companion, Definition, FileContext, Gate, Metadata, OptionError, Options, Row, Rows, Table, Transform, identifier,
    last_segment, qualified,
};
use crate::text::Span;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

pub(super) static TRANSFORM: LazyLock<UnverifiedHttpsContext> =
    LazyLock::new(|| UnverifiedHttpsContext(Definition::built_in(include_str!("transform.toml"))));

pub(super) struct UnverifiedHttpsContext(Definition<Tables>);

#[derive(Debug, Deserialize, JsonSchema)]
struct Tables {
    /// Callables that take a context.
    clients: Rows<Client>,
    /// Callables that make a context that verifies nothing.
    makers: Vec<Maker>,
    /// Callables that make one that verifies.
    verifying: Vec<Maker>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Client {
    /// Qualified name.
    #[serde(deserialize_with = "qualified")]
    name: String,
    /// The keyword of the context.
    #[serde(deserialize_with = "identifier")]
    keyword: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Maker {
    /// Qualified name.
    #[serde(deserialize_with = "qualified")]
    name: String,
}

impl Row for Client {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Transform for UnverifiedHttpsContext {
    fn metadata(&self) -> &Metadata {
        &self.0.metadata
    }

    fn query(&self) -> &'static str {
        include_str!("query.scm")
    }

    fn table(&self, name: &str) -> Option<&dyn Table> {
        (name == "clients").then_some(&self.0.tables.clients as &dyn Table)
    }

    fn gates(&self) -> Vec<Gate> {
        let words = self.0.tables.clients.0.iter().map(|client| last_segment(&client.name).to_string()).collect();
        let makers = self.0.tables.makers.iter().map(|maker| last_segment(&maker.name).to_string());
        let signs = makers.chain(TURNED_OFF.map(str::to_string)).collect();
        vec![
            Gate { words, as_methods: false, with: vec![Companion::OneOf(signs)] },
            Gate { words: vec![DEFAULT.to_string()], as_methods: false, with: Vec::new() },
        ]
    }

    fn judge(&'static self, file: &PythonFile, sites: &[Site<'_>], _: &FileContext) -> Vec<Finding> {
        let mut found: Vec<Finding> = Vec::new();
        let mut by_span: HashMap<Span, usize> = HashMap::new();
        let mut setups: HashMap<BindingId, SetUp> = HashMap::new();
        let judge = |site: &Site<'_>| match site.node.kind() {
            Kind::Assignment => self.judge_default(file, site.node),
            _ => self.judge_call(file, site, &mut setups),
        };
        for finding in sites.iter().filter_map(judge) {
            // One context for several clients is one finding, with every client named.
            match by_span.get(&finding.span).and_then(|index| found.get_mut(*index)) {
                Some(known) => known.related.extend(finding.related),
                None => {
                    by_span.insert(finding.span, found.len());
                    found.push(finding);
                }
            }
        }
        found
    }

    fn explanation(&self) -> &'static str {
        include_str!("explain.md")
    }

    fn configured(&self, options: &Options<'_>) -> Result<Box<dyn Transform>, OptionError> {
        let definition = Definition::configured(include_str!("transform.toml"), options)?;
        Ok(Box::new(Self(definition)))
    }

    fn options_schema(&self) -> schemars::Schema {
        self.0.options_schema()
    }
}

/// What the standard library's clients call when they are given no context.
const DEFAULT: &str = "_create_default_https_context";

/// The attributes of a context that switch verification off.
const TURNED_OFF: [&str; 2] = ["verify_mode", "check_hostname"];

impl UnverifiedHttpsContext {
    fn is_maker(&self, path: &str) -> bool {
        self.0.tables.makers.iter().any(|known| known.name == path)
    }

    /// `ssl._create_default_https_context = ssl._create_unverified_context`: every client of the process stops verifying.
    fn judge_default(&'static self, file: &PythonFile, assignment: Node<'_>) -> Option<Finding> {
        let (target, value) = (assignment.field(Field::Left)?, assignment.field(Field::Right)?);
        let maker = file.qualified_name(value).filter(|made| self.is_maker(made))?;
        (file.qualified_name(target)? == format!("ssl.{DEFAULT}")).then(|| Finding {
            rule: &TRANSFORM.0.metadata.id,
            message: format!("`{}` makes no client of this process verify anything", last_segment(&maker)),
            span: value.span(),
            related: Vec::new(),
            reasons: vec![Reason::UnverifiedContext],
            fix: None,
            help: "remove the assignment, and pass a context with `cafile=` to the client that needs one".to_string(),
        })
    }

    fn judge_call(
        &'static self,
        file: &PythonFile,
        site: &Site<'_>,
        setups: &mut HashMap<BindingId, SetUp>,
    ) -> Option<Finding> {
        let client =
            file.callees(site.callee).into_iter().find_map(|callee| self.0.tables.clients.find(&callee.path))?;
        let call = Call::of(site.node)?;
        let given = call.keyword(&client.keyword)?;
        self.judge_context(file, site, given, setups).or_else(|| self.judge_choice(file, site, given, setups))
    }

    /// The finding of a context that is certain.
    fn judge_context(
        &'static self,
        file: &PythonFile,
        site: &Site<'_>,
        given: Node<'_>,
        setups: &mut HashMap<BindingId, SetUp>,
    ) -> Option<Finding> {
        let value = file.value(given)?;
        // `self.context`, assigned once in the class.
        let attributes = if value.node.kind() == Kind::Attribute { file.origins(value.node) } else { Vec::new() };
        let maker = match (value.node.kind(), attributes.as_slice()) {
            (Kind::Attribute, [only]) => Call::of(*only)?,
            _ => Call::of(value.node)?,
        };
        let made = file.qualified_name(maker.callee)?;
        let is_maker = self.is_maker(&made);
        if value.reassigned || !is_maker && !self.0.tables.verifying.iter().any(|known| known.name == made) {
            return None;
        }
        let by_attribute = attributes.first().map(|_| SetUp::of_attribute(file, value.node));
        let setup = value
            .names
            .iter()
            .map(|name| *setups.entry(*name).or_insert_with(|| SetUp::of(file, *name)))
            .chain(by_attribute)
            .max()
            .unwrap_or(SetUp::Untouched);
        let is_factory = last_segment(&made).starts_with('_');
        let fixable = match (setup, maker.arguments.is_empty()) {
            (SetUp::TurnedOff, _) => false,
            (SetUp::Untouched | SetUp::ByHand, _) if !is_maker => return None,
            (SetUp::Untouched, true) => true,
            // A factory of contexts that verify nothing, with arguments that may matter.
            (SetUp::Untouched, false) if is_factory => false,
            (SetUp::Untouched | SetUp::ByHand, _) => return None,
        };
        let mut reasons = vec![Reason::UnverifiedContext];
        reasons.extend(by_attribute.map(|_| Reason::Attribute));
        Some(finding(site, given, &maker, reasons, fixable))
    }

    /// The finding of a context that is one of several: by a ternary, a second assignment, a parameter's default.
    fn judge_choice(
        &'static self,
        file: &PythonFile,
        site: &Site<'_>,
        given: Node<'_>,
        setups: &mut HashMap<BindingId, SetUp>,
    ) -> Option<Finding> {
        let values = file.sources(given);
        let is_only = values.len() == 1;
        values.into_iter().find_map(|value| {
            let maker = Call::of(value.node).filter(|maker| maker.arguments.is_empty())?;
            let made = file.qualified_name(maker.callee).filter(|made| self.is_maker(made));
            made?;
            let mut setup = |name: &BindingId| *setups.entry(*name).or_insert_with(|| SetUp::of(file, *name));
            if value.names.iter().map(&mut setup).max().is_some_and(|setup| setup == SetUp::ByHand) {
                return None;
            }
            let mut reasons: Vec<Reason> = value.ways.iter().map(doubt_about).collect();
            let is_chosen = !is_only || value.reassigned || reasons.contains(&Reason::Conditional);
            if value.reassigned {
                reasons.push(Reason::Reassigned);
            } else if is_chosen {
                reasons.push(Reason::Conditional);
            }
            reasons.push(Reason::UnverifiedContext);
            // The other value may be the one that verifies: the program chooses.
            Some(finding(site, given, &maker, reasons, !is_chosen))
        })
    }
}

fn finding(site: &Site<'_>, given: Node<'_>, maker: &Call<'_>, mut reasons: Vec<Reason>, fixable: bool) -> Finding {
    let span = maker.node.span();
    let fix = fixable.then(|| Fix {
        title: "make a context that verifies".to_string(),
        edits: vec![SymbolicEdit { span, text: connection::default_context(span.start) }],
        renames: Vec::new(),
    });
    reasons.sort();
    reasons.dedup();
    let related = match given.contains(maker.node) {
        true => Vec::new(),
        false => vec![Related { message: "used here".to_string(), span: site.callee.span() }],
    };
    Finding {
        rule: &TRANSFORM.0.metadata.id,
        message: format!("`{}` makes a context that verifies nothing", maker.callee.text()),
        span,
        related,
        reasons,
        fix,
        help: "use `ssl.create_default_context()`, with `cafile=` for a certificate of your own".to_string(),
    }
}

/// What is done to a context after it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum SetUp {
    Untouched,
    ByHand,
    TurnedOff,
}

impl SetUp {
    fn of(file: &PythonFile, name: BindingId) -> Self {
        file.uses(name).into_iter().filter_map(change).max().unwrap_or(Self::Untouched)
    }

    fn of_attribute(file: &PythonFile, context: Node<'_>) -> Self {
        let name = context.field(Field::Attribute).map(Node::text).unwrap_or_default();
        file.attributes_called(name).filter_map(change).max().unwrap_or(Self::Untouched)
    }
}

/// What `context.attribute = value` does; none for other uses of the name.
fn change(context: Node<'_>) -> Option<SetUp> {
    let attribute = context.parent().filter(|parent| parent.kind() == Kind::Attribute)?;
    let assignment = attribute.parent()?;
    if assignment.kind() != Kind::Assignment || attribute.parent_field() != Some(Field::Left) {
        let called = assignment.kind() == Kind::Call && attribute.parent_field() == Some(Field::Function);
        return called.then_some(SetUp::ByHand);
    }
    let value = assignment.field(Field::Right)?;
    let off = value.kind() == Kind::False || value.text().ends_with("CERT_NONE");
    let decides = TURNED_OFF.contains(&attribute.field(Field::Attribute)?.text());
    Some(if decides && off { SetUp::TurnedOff } else { SetUp::ByHand })
}
