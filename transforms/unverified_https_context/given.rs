//! Backwards: from a client's argument to the call that made the context, through everything that the model follows.

use super::choice::context_otherwise;
use super::life::{Life, Mixed};
use super::made::{chosen, default_of, made_unverified, mixed, on_purpose, replaces, unnamed_server};
use super::settings::TURNED_OFF;
use super::tables::UnverifiedHttpsContext;
use crate::finding::{Draft, Reason, Related};
use crate::python::{Assignment, Attribute, BindingId, Call, Kind, Node, NodeId, PythonFile, Value};
use crate::rule::{Match, Metadata, reasons};
use crate::transforms::twin::doubt_about;
use std::collections::HashMap;

/// The file around the calls, and what is done to the contexts in it.
pub(super) struct Around<'f> {
    pub(super) rule: &'f Metadata,
    pub(super) file: &'f PythonFile,
    set_ups: HashMap<BindingId, SetUp>,
    /// What connects with a context that is switched off later, by the call that makes it.
    pub(super) clients: HashMap<NodeId, Vec<Node<'f>>>,
}

impl<'f> Around<'f> {
    pub(super) fn of(rule: &'f Metadata, file: &'f PythonFile) -> Self {
        Self { rule, file, set_ups: HashMap::new(), clients: HashMap::new() }
    }

    fn set_up(&mut self, name: BindingId) -> SetUp {
        *self.set_ups.entry(name).or_insert_with(|| SetUp::of(self.file, name))
    }
}

impl UnverifiedHttpsContext {
    /// The finding for the context that the call `matched` gets, at the call that made it.
    pub(super) fn check_call(&self, around: &mut Around<'_>, matched: &Match<'_>) -> Option<Draft> {
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
        if value.reassigned || !is_maker && self.verifying.find(&made).is_none() {
            return None;
        }
        let by_attribute = attributes.first().map(|_| SetUp::of_attribute(file, value.node));
        let setup =
            value.names.iter().map(|name| around.set_up(*name)).chain(by_attribute).max().unwrap_or(SetUp::Untouched);
        if setup == SetUp::TurnedOff {
            around.clients.entry(maker.node.id()).or_default().push(file.node(matched.callee.id()));
            return None;
        }
        let is_fixable = match setup {
            SetUp::Untouched if is_maker => replaces(file, &maker)?,
            _ => return None,
        };
        let mut reasons = vec![on_purpose(&maker)];
        let stored = format!("the context is stored in {}, which other code can read", reasons::quoted(value.node));
        reasons.extend(by_attribute.map(|_| reasons::ATTRIBUTE.says(stored)));
        Some(self.found(around, matched, given, &maker, (reasons, is_fixable)))
    }

    /// The finding for a context that is one of several: by a conditional expression, a second assignment, a
    /// parameter's default.
    fn check_choice(&self, around: &mut Around<'_>, matched: &Match<'_>, given: Node<'_>) -> Option<Draft> {
        let file = around.file;
        let values = file.sources(given);
        let is_only = values.len() == 1;
        values.into_iter().find_map(|value| {
            let maker = Call::of(value.node)?;
            file.qualified_name(maker.callee).filter(|made| self.is_maker(made))?;
            let is_whole = replaces(file, &maker)?;
            if value.names.iter().map(|name| around.set_up(*name)).max().is_some_and(|setup| setup != SetUp::Untouched)
            {
                return None;
            }
            let life = Life::of(file, self, [maker.node]);
            let doubts = value.via.iter().map(|step| doubt_about(file, "the context", step));
            let mut reasons: Vec<Reason> = doubts.collect();
            let stands_in = life.stands_in.is_some() && life.mixed.is_none();
            let is_chosen = !stands_in && (!is_only || value.reassigned || reasons.contains(&reasons::CONDITIONAL));
            if stands_in {
                reasons.retain(|reason| *reason != reasons::CONDITIONAL);
                reasons.extend(default_of(file, &life));
            } else if value.reassigned {
                reasons.extend(other_value(file, given, &value).or(life.mixed).map(mixed));
            } else if is_chosen {
                reasons.push(reasons::CONDITIONAL.says("the program chooses between this context and others"));
            }
            reasons.push(on_purpose(&maker));
            // The other value may be a context that verifies: the program chooses.
            Some(self.found(around, matched, given, &maker, (reasons, !is_chosen && is_whole)))
        })
    }

    /// The finding at `maker`, for `reasons` and those that its surroundings give.
    fn found(
        &self,
        around: &Around<'_>,
        matched: &Match<'_>,
        given: Node<'_>,
        maker: &Call<'_>,
        (mut reasons, mut is_fixable): (Vec<Reason>, bool),
    ) -> Draft {
        let file = around.file;
        let life = Life::of(file, self, [file.node(maker.node.id())]);
        let otherwise =
            context_otherwise(file, self, file.node(maker.node.id()), &[], &[file.node(matched.callee.id())]);
        let refused: Vec<Reason> = unnamed_server(&life).into_iter().chain(otherwise.map(chosen)).collect();
        is_fixable &= refused.is_empty();
        reasons.extend(refused);
        let related = match given.contains(maker.node) {
            true => Vec::new(),
            false => vec![Related::new("used here", matched.callee.span())],
        };
        made_unverified(around.rule, maker, related, reasons, is_fixable, Vec::new())
    }
}

/// Where the name `given` gets another value than `value`.
fn other_value<'f>(file: &'f PythonFile, given: Node<'f>, value: &Value<'f>) -> Option<Mixed<'f>> {
    let bindings = file.reaching(given.text(), given.start());
    let other = bindings.into_iter().find(|id| !value.names.contains(id)).and_then(|id| file.binding(id))?;
    Some(Mixed { read: given, other: file.node(other.identifier), is_reassigned: true })
}

/// What happens to a context after it was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SetUp {
    Untouched,
    ByHand,
    TurnedOff,
}

impl SetUp {
    pub(super) fn of(file: &PythonFile, name: BindingId) -> Self {
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
