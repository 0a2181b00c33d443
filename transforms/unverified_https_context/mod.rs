//! A context that verifies nothing becomes `ssl.create_default_context()`, if a client uses it.
//!
//! The rule follows the constructor in the call, and a name that is assigned once. A context that is configured by hand
//! afterwards is ignored, unless the configuration switches verification off; then it is reported.

use super::connection;
use super::twin::doubt_about;
use crate::finding::{Draft, Findings, Reason, Related, SymbolicEdit};
use crate::python::{Assignment, Attribute, BindingId, Call, Kind, Node, PythonFile, last_segment};
use crate::rule::reasons;
use crate::rule::{
    Beside, Check, FileFacts, Found, Match, Metadata, PrefilterPattern, Row, Rows, Table, Verdict, identifier,
    qualified,
};
use crate::text::Span;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::HashMap;

const UNVERIFIED_CONTEXT: Reason = Reason::new("unverified-context", "verification was switched off on purpose");

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct UnverifiedHttpsContext {
    /// Callables that take a context.
    clients: Rows<Client>,
    /// Callables that create a context that verifies nothing.
    makers: Vec<Maker>,
    /// Callables that create a context that verifies.
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

impl Check for UnverifiedHttpsContext {
    fn tables(&self) -> Vec<(&'static str, &dyn Table)> {
        vec![("clients", &self.clients)]
    }

    fn names(&self) -> Vec<&str> {
        let makers = self.makers.iter().chain(&self.verifying).map(|maker| maker.name.as_str());
        self.clients.names().into_iter().chain(makers).collect()
    }

    fn prefilter(&self) -> Vec<PrefilterPattern> {
        let words = self.clients.0.iter().map(|client| last_segment(&client.name).to_string()).collect();
        let makers = self.makers.iter().map(|maker| last_segment(&maker.name).to_string());
        let signs = makers.chain(TURNED_OFF.map(str::to_string)).collect();
        vec![
            PrefilterPattern { words, beside: vec![Beside::OneOf(signs)], ..PrefilterPattern::default() },
            PrefilterPattern { words: vec![DEFAULT.to_string()], ..PrefilterPattern::default() },
        ]
    }

    fn check(&self, rule: &Metadata, file: &PythonFile, matches: &[Match<'_>], _: &FileFacts<'_>) -> Findings {
        let mut found: Vec<Draft> = Vec::new();
        let mut by_span: HashMap<Span, usize> = HashMap::new();
        let mut around = Around { rule, file, set_ups: HashMap::new() };
        let check = |matched: &Match<'_>| match matched.capture("attribute") {
            Some(_) => self.check_default(rule, file, matched.node),
            None => self.check_call(&mut around, matched),
        };
        for draft in matches.iter().filter_map(check) {
            // One context for several clients is one finding that names every client.
            match by_span.get(&draft.finding.span).and_then(|index| found.get_mut(*index)) {
                Some(known) => known.finding.related.extend(draft.finding.related),
                None => {
                    by_span.insert(draft.finding.span, found.len());
                    found.push(draft);
                }
            }
        }
        found.into_iter().collect()
    }
}

/// The file around the calls, and what is done to the contexts in it.
struct Around<'f> {
    rule: &'f Metadata,
    file: &'f PythonFile,
    set_ups: HashMap<BindingId, SetUp>,
}

impl Around<'_> {
    fn set_up(&mut self, name: BindingId) -> SetUp {
        *self.set_ups.entry(name).or_insert_with(|| SetUp::of(self.file, name))
    }
}

/// What the standard library's clients call if they get no context.
const DEFAULT: &str = "_create_default_https_context";

/// The attributes of a context that can switch verification off.
const TURNED_OFF: [&str; 2] = ["verify_mode", "check_hostname"];

impl UnverifiedHttpsContext {
    fn is_maker(&self, path: &str) -> bool {
        self.makers.iter().any(|known| known.name == path)
    }

    /// `ssl._create_default_https_context = ssl._create_unverified_context`: every client in the process stops
    /// verifying.
    fn check_default(&self, rule: &Metadata, file: &PythonFile, assignment: Node<'_>) -> Option<Draft> {
        let Assignment { target, right } = Assignment::of(assignment)?;
        let value = right?;
        let maker = file.qualified_name(value).filter(|made| self.is_maker(made))?;
        if file.qualified_name(target)? != format!("ssl.{DEFAULT}") {
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

    fn check_call(&self, around: &mut Around<'_>, matched: &Match<'_>) -> Option<Draft> {
        let (_, client) = matched.row("clients", &self.clients)?;
        let given = Call::of(matched.node)?.keyword(&client.keyword)?;
        self.check_context(around, matched, given).or_else(|| self.check_choice(around, matched, given))
    }

    /// The finding for a context that is known for certain.
    fn check_context(&self, around: &mut Around<'_>, matched: &Match<'_>, given: Node<'_>) -> Option<Draft> {
        let file = around.file;
        let value = file.value(given)?;
        // `self.context`, assigned once in the class.
        let attributes = if value.node.kind() == Kind::Attribute { file.origins(value.node) } else { Vec::new() };
        let maker = match (value.node.kind(), attributes.as_slice()) {
            (Kind::Attribute, [only]) => Call::of(*only)?,
            _ => Call::of(value.node)?,
        };
        let made = file.qualified_name(maker.callee)?;
        let is_maker = self.is_maker(&made);
        if value.reassigned || !is_maker && !self.verifying.iter().any(|known| known.name == made) {
            return None;
        }
        let by_attribute = attributes.first().map(|_| SetUp::of_attribute(file, value.node));
        let setup =
            value.names.iter().map(|name| around.set_up(*name)).chain(by_attribute).max().unwrap_or(SetUp::Untouched);
        let is_factory = last_segment(&made).starts_with('_');
        let fixable = match (setup, maker.arguments.is_empty()) {
            (SetUp::TurnedOff, _) => false,
            (SetUp::Untouched | SetUp::ByHand, _) if !is_maker => return None,
            (SetUp::Untouched, true) => true,
            // A factory of contexts that verify nothing, with arguments that may matter.
            (SetUp::Untouched, false) if is_factory => false,
            (SetUp::Untouched | SetUp::ByHand, _) => return None,
        };
        let named = value.names.iter().flat_map(|name| file.uses(*name));
        let stored_ones = attributes.first().map(|_| uses_of_attribute(file, value.node)).into_iter().flatten();
        let off = named.chain(stored_ones).find(|context| change(*context) == Some(SetUp::TurnedOff));
        let mut reasons = vec![off.filter(|_| setup == SetUp::TurnedOff).map_or(on_purpose(&maker), |context| {
            let statement = context.statement();
            let sentence = format!("verification is switched off by {}", reasons::quoted(statement));
            UNVERIFIED_CONTEXT.says(sentence).at(Related::new("verification is switched off here", statement.span()))
        })];
        let stored = format!("the context is stored in {}, which other code can read", reasons::quoted(value.node));
        reasons.extend(by_attribute.map(|_| reasons::ATTRIBUTE.says(stored)));
        Some(finding(around.rule, matched, given, &maker, reasons, fixable, setup == SetUp::TurnedOff))
    }

    /// The finding for a context that is one of several: by a conditional expression, a second assignment, a
    /// parameter's default.
    fn check_choice(&self, around: &mut Around<'_>, matched: &Match<'_>, given: Node<'_>) -> Option<Draft> {
        let file = around.file;
        let values = file.sources(given);
        let is_only = values.len() == 1;
        values.into_iter().find_map(|value| {
            let maker = Call::of(value.node).filter(|maker| maker.arguments.is_empty())?;
            let made = file.qualified_name(maker.callee).filter(|made| self.is_maker(made));
            made?;
            if value.names.iter().map(|name| around.set_up(*name)).max().is_some_and(|setup| setup == SetUp::ByHand) {
                return None;
            }
            let doubts = value.via.iter().map(|step| doubt_about(file, "the context", step));
            let mut reasons: Vec<Reason> = doubts.collect();
            let is_chosen = !is_only || value.reassigned || reasons.contains(&reasons::CONDITIONAL);
            if value.reassigned {
                reasons.push(
                    reasons::REASSIGNED
                        .says("the name of the context is assigned more than once, and the program chooses"),
                );
            } else if is_chosen {
                reasons.push(reasons::CONDITIONAL.says("the program chooses between this context and others"));
            }
            reasons.push(on_purpose(&maker));
            // The other value may be a context that verifies: the program chooses.
            Some(finding(around.rule, matched, given, &maker, reasons, !is_chosen, false))
        })
    }
}

fn finding(
    rule: &Metadata,
    matched: &Match<'_>,
    given: Node<'_>,
    maker: &Call<'_>,
    reasons: Vec<Reason>,
    is_fixable: bool,
    is_turned_off: bool,
) -> Draft {
    let span = maker.node.span();
    let mut verdict = Verdict::default();
    verdict.edits.push(SymbolicEdit { span, text: connection::default_context(span.start) });
    for reason in reasons {
        if is_fixable {
            verdict.doubt(reason);
        } else {
            verdict.refuse(reason);
        }
    }
    let related = match given.contains(maker.node) {
        true => Vec::new(),
        false => vec![Related::new("used here", matched.callee.span())],
    };
    let found = Found {
        message: match is_turned_off {
            true => format!("the context that `{}` creates is told to verify nothing", maker.callee.text()),
            false => format!("`{}` creates a context that verifies nothing", maker.callee.text()),
        },
        span,
        related,
        title: "create a context that verifies".to_string(),
        help: match is_turned_off {
            true => "remove what switches verification off; for your own certificate, load it as `cafile=`".to_string(),
            false => "use `ssl.create_default_context()`; for your own certificate, pass it as `cafile=`".to_string(),
        },
    };
    verdict.finish(rule, found)
}

/// What happens to a context after it was created.
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
        uses_of_attribute(file, context).filter_map(change).max().unwrap_or(Self::Untouched)
    }
}

/// The uses of the attribute `context`, of any object.
fn uses_of_attribute<'f>(file: &'f PythonFile, context: Node<'_>) -> impl Iterator<Item = Node<'f>> {
    let name = Attribute::of(context).map(|attribute| attribute.name.text()).unwrap_or_default();
    file.attributes_called(name)
}

/// Somebody called `maker` for what it makes.
fn on_purpose(maker: &Call<'_>) -> Reason {
    let maker = reasons::quoted(maker.callee);
    UNVERIFIED_CONTEXT.says(format!("{maker} was written on purpose, often for a server with a certificate of its own"))
}

/// The effect of `context.attribute = value`; `None` for other uses of the name.
fn change(context: Node<'_>) -> Option<SetUp> {
    let node = context.parent()?;
    let attribute = Attribute::of(node)?;
    // A method that is called, `load_cert_chain` or `set_ciphers`, does not make it verify.
    let assignment = Assignment::of(node.parent()?).filter(|made| made.target == node)?;
    let value = assignment.right?;
    let off = value.kind() == Kind::False || value.text().ends_with("CERT_NONE");
    let decides = TURNED_OFF.contains(&attribute.name.text());
    Some(if decides && off { SetUp::TurnedOff } else { SetUp::ByHand })
}
