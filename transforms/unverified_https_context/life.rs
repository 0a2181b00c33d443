//! What a file shows of a context after it was made.

use super::settings::{Setting, SettingKind};
use crate::python::Node;
use std::collections::HashMap;

/// What the file shows of a context.
#[derive(Debug, Default)]
pub(super) struct Life<'f> {
    /// What connects with it: the callees.
    pub(super) clients: Vec<Node<'f>>,
    /// A call that connects with it and does not name the server.
    pub(super) unnamed: Option<Node<'f>>,
    /// Something accepts connections with it.
    pub(super) serves: bool,
    /// Where it leaves what the file shows.
    pub(super) leaves: Vec<Node<'f>>,
    /// An attribute of the module or of a class holds it, which other code can read.
    pub(super) is_shared: bool,
    /// What loads the authorities that it trusts.
    pub(super) authorities: Vec<Node<'f>>,
    /// It gets a certificate, which every server needs and few clients have.
    pub(super) has_certificate: bool,
    /// What decides whether it verifies, in position order.
    pub(super) settings: Vec<Setting<'f>>,
    /// An attribute that holds it.
    pub(super) attribute: Option<Node<'f>>,
    /// What uses it may use another value.
    pub(super) mixed: Option<Mixed<'f>>,
    /// What decides whether it verifies may be about another value.
    pub(super) mixed_settings: Option<Mixed<'f>>,
    /// It is only used where this has no value.
    pub(super) stands_in: Option<Node<'f>>,
}

/// A name, an attribute or an expression that holds the context, or another value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mixed<'f> {
    /// What holds either.
    pub(super) read: Node<'f>,
    /// Where the other value is, or is assigned.
    pub(super) other: Node<'f>,
    /// By another assignment, not by an expression.
    pub(super) is_reassigned: bool,
}

impl<'f> Life<'f> {
    /// What switches verification off, if the context is used before the next line of the block sets it anew.
    pub(super) fn off(&self) -> Vec<Setting<'f>> {
        let mut next = HashMap::new();
        let mut off = Vec::new();
        for setting in self.settings.iter().rev() {
            let block = setting.node.statement().parent().map(Node::id);
            let later = next.insert((setting.is_hostname, setting.context.text(), block), setting.node.start());
            let uses = || self.clients.iter().chain(&self.leaves).map(|place| place.start());
            let is_used = later.is_none_or(|later| uses().any(|place| (setting.node.end()..later).contains(&place)));
            if setting.kind == SettingKind::Off && is_used {
                off.push(*setting);
            }
        }
        off.reverse();
        off
    }

    /// Whether nothing connects with it, and it goes nowhere: it is only looked at.
    pub(super) fn is_only_inspected(&self) -> bool {
        self.clients.is_empty() && self.leaves.is_empty() && !self.serves && !self.is_shared
    }

    /// Whether a line sets the mode, or what is checked of names, to something else, by what it does.
    pub(super) fn sets(&self, is_hostname: bool, kind: SettingKind) -> bool {
        self.settings.iter().any(|setting| setting.is_hostname == is_hostname && setting.kind == kind)
    }

    /// Whether a line may switch on what another one switches off.
    pub(super) fn may_be_switched_on(&self, is_hostname: bool) -> bool {
        self.sets(is_hostname, SettingKind::On) || self.sets(is_hostname, SettingKind::Unknown)
    }

    /// A server uses it, and no client does.
    pub(super) fn is_a_servers(&self) -> bool {
        self.serves && self.clients.is_empty()
    }
}
