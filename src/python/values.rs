//! Where a value that reaches a place was written.
//!
//! An edit must go where the literal stands, and whether it may go there depends on the way from the literal to the place:
//! each [`Value`] carries both. Followed are names and tuples assigned once; parameters, attributes and defaults are not
//! yet, and then there is no value.

use super::PythonFile;
use super::scopes::{BindingId, BindingKind};
use super::tree::{Node, NodeId};

/// An expression that is not itself a name, and how it reaches the place that was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value<'f> {
    /// Where it was written.
    pub node: Node<'f>,
    /// The names through which it came, nearest to the place first.
    pub names: Vec<BindingId>,
    /// One of the names is assigned more than once.
    pub reassigned: bool,
}

/// How many names may stand between a literal and its place.
const MAX_NAMES: usize = 8;

impl PythonFile {
    /// The values that `node` may have; empty when they are not known.
    pub fn values<'f>(&'f self, node: Node<'f>) -> Vec<Value<'f>> {
        let mut found = Vec::new();
        let mut open = vec![Value { node, names: Vec::new(), reassigned: false }];
        while let Some(at) = open.pop() {
            match at.node.kind() {
                "parenthesized_expression" => {
                    open.extend(at.node.named_children().next().map(|inner| Value { node: inner, ..at.clone() }));
                }
                "identifier" => {
                    if at.names.len() < MAX_NAMES && found.len() + open.len() < 64 {
                        self.follow(&at, &mut open);
                    }
                }
                _ => found.push(at),
            }
        }
        found.reverse();
        found
    }

    /// The value of `node` when there is exactly one.
    pub fn value<'f>(&'f self, node: Node<'f>) -> Option<Value<'f>> {
        let mut found = self.values(node);
        if found.len() == 1 { found.pop() } else { None }
    }

    /// The expressions from which the value of `node`, a name or an attribute of `self`, may come: what its bindings assign, what
    /// they unpack, what they loop over, parameters' defaults. More than [`PythonFile::values`], and less certain.
    pub fn sources<'f>(&'f self, node: Node<'f>) -> Vec<Node<'f>> {
        if let Some((object, name)) = node.object_and_name() {
            let class = self.class_of_self(object);
            let attributes = class.map(|class| self.class_attributes(class, name.text())).unwrap_or_default();
            return attributes.iter().filter_map(|attribute| attribute.value).map(|value| self.node(value)).collect();
        }
        let bindings = match node.kind() {
            "identifier" => self.reaching(node.text(), node.start()),
            _ => return Vec::new(),
        };
        let source = |id: &BindingId| {
            let binding = self.binding(*id)?;
            match binding.kind {
                BindingKind::Assign { value } | BindingKind::Unpack { value, .. } => Some(self.node(value)),
                BindingKind::Parameter { default, .. } => default.map(|default| self.node(default)),
                BindingKind::Opaque => {
                    let mut around = self.node(binding.identifier).ancestors();
                    let looped =
                        around.find(|around| matches!(around.kind(), "for_statement" | "for_in_clause" | "block"))?;
                    looped.field("right")
                }
                _ => None,
            }
        };
        bindings.iter().filter_map(source).collect()
    }

    fn follow<'f>(&'f self, at: &Value<'f>, open: &mut Vec<Value<'f>>) {
        let name = at.node.text();
        let reaching = self.reaching(name, at.node.start());
        let all = self.owner_bindings(name, at.node.start());
        let is_rebound = all
            .iter()
            .filter_map(|&id| self.binding(id))
            .filter(|binding| binding.kind != BindingKind::Declaration)
            .nth(1)
            .is_some();
        for id in reaching {
            let Some(binding) = self.binding(id) else { continue };
            let value = match &binding.kind {
                BindingKind::Assign { value } => Some(self.node(*value)),
                BindingKind::Unpack { value, path } => self.element(*value, path),
                _ => None,
            };
            if let Some(node) = value.filter(|_| !at.names.contains(&id)) {
                let names = at.names.iter().copied().chain([id]).collect();
                open.push(Value { node, names, reassigned: at.reassigned || is_rebound });
            }
        }
    }

    /// The element of a tuple or list literal that an unpacking target takes.
    fn element(&self, value: NodeId, path: &[usize]) -> Option<Node<'_>> {
        let mut at = self.node(value);
        if path.is_empty() {
            return None;
        }
        for &index in path {
            if at.kind() == "parenthesized_expression" {
                at = at.named_children().next()?;
            }
            if !matches!(at.kind(), "tuple" | "list" | "expression_list") {
                return None;
            }
            let elements: Vec<Node<'_>> = at.named_children().collect();
            if elements.iter().any(|element| element.kind() == "list_splat") {
                return None;
            }
            at = elements.get(index).copied()?;
        }
        Some(at)
    }
}
