//! The lines that decide whether a context verifies: `context.verify_mode = …`, `context.check_hostname = …`.

use crate::python::{Assignment, Attribute, Call, Kind, Meaning, Node, PythonFile, Step, last_segment};

/// The attributes of a context that can switch verification off.
pub(super) const TURNED_OFF: [&str; 2] = ["verify_mode", "check_hostname"];

/// `context.verify_mode = …`, `context.check_hostname = …`
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'f> {
    /// The assignment.
    pub(super) node: Node<'f>,
    /// The context.
    pub(super) context: Node<'f>,
    /// `check_hostname`, or `verify_mode`.
    pub(super) is_hostname: bool,
    /// What it does.
    pub(super) kind: SettingKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SettingKind {
    /// It switches a check off.
    Off,
    /// It switches a check on.
    On,
    /// The value is not known.
    Unknown,
}

impl<'f> Setting<'f> {
    /// `node` as an assignment of one of the attributes that decide; `None` also if it is expected to raise.
    pub(super) fn of(file: &PythonFile, node: Node<'f>) -> Option<Self> {
        let Assignment { target, right } = Assignment::of(node)?;
        let Attribute { object: context, name } = Attribute::of(target)?;
        let value = right?;
        let is_hostname = match name.text() {
            "check_hostname" => true,
            "verify_mode" => false,
            _ => return None,
        };
        if is_refused(node) {
            return None;
        }
        let kind = match value.kind() {
            Kind::False => SettingKind::Off,
            Kind::True => SettingKind::On,
            Kind::Integer if !is_hostname && value.text() == "0" => SettingKind::Off,
            Kind::Identifier | Kind::Attribute if !is_hostname => match word(file, value).as_str() {
                "CERT_NONE" => SettingKind::Off,
                "CERT_REQUIRED" | "CERT_OPTIONAL" => SettingKind::On,
                _ => SettingKind::Unknown,
            },
            _ => SettingKind::Unknown,
        };
        Some(Self { node, context, is_hostname, kind })
    }
}

/// Whether `node` ends a block that a test expects to raise, as in `with self.assertRaises(ValueError):`. It then does
/// nothing.
pub(super) fn is_refused(node: Node<'_>) -> bool {
    let statement = node.statement();
    let Some(block) = statement.parent() else { return false };
    let Some(with) = block.parent().filter(|around| around.kind() == Kind::WithStatement) else { return false };
    let managers = with.children().take_while(|child| child.kind() != Kind::Block);
    let mut calls = managers.flat_map(|manager| manager.descendants().take(64)).filter_map(Call::of);
    let raises = calls.any(|call| {
        let name = call.callee.last_identifier().text();
        name == "raises" || name.starts_with("assertRaises")
    });
    raises && block.named_children().filter(|child| child.kind() != Kind::Comment).last() == Some(statement)
}

/// The last segment of the name that `node` stands for, whatever is passed: `CERT_NONE` of `ssl.CERT_NONE`. The text of
/// anything else.
pub(super) fn word(file: &PythonFile, node: Node<'_>) -> String {
    let node = file.value(node).filter(|value| !value.reassigned).map_or(node, |value| value.node);
    let resolved = file.resolve(node).filter(|named| named.via.iter().all(|step| matches!(step, Step::Alias(_))));
    match resolved.map(|named| named.meaning) {
        Some(Meaning::Path(path)) => last_segment(&path).to_string(),
        Some(Meaning::Class(_)) | None => node.last_identifier().text().to_string(),
    }
}
