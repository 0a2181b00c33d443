//! tree-sitter-python, and its tables of kinds and fields.

use super::kinds::{Field, Kind};
use std::sync::LazyLock;

/// By a kind's id. An ERROR node's id is `u16::MAX`, which is in no table.
static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    let language = language();
    let kind = |id| language.node_kind_for_id(id).and_then(Kind::named).unwrap_or(Kind::Other);
    (0..=u16::MAX).take(language.node_kind_count()).map(kind).collect()
});

/// By a field's id; 0 is no field.
static FIELDS: LazyLock<Vec<Option<Field>>> = LazyLock::new(|| {
    let language = language();
    let field = |id| language.field_name_for_id(id).and_then(Field::named);
    (0..=u16::MAX).take(language.field_count() + 1).map(field).collect()
});

/// tree-sitter-python, as the parser and the queries use it. By value: where there are no threads, it cannot be shared.
pub(crate) fn language() -> tree_sitter::Language {
    tree_sitter_python::LANGUAGE.into()
}

/// The kind with this id.
pub(super) fn kind(id: u16) -> Kind {
    KINDS.get(usize::from(id)).copied().unwrap_or(Kind::Error)
}

/// The field with this id.
pub(super) fn field(id: u16) -> Option<Field> {
    FIELDS.get(usize::from(id)).copied().flatten()
}
