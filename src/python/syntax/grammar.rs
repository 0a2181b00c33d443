//! tree-sitter-python, and its tables of kinds and fields.

use super::kinds::{Field, Kind};
use std::sync::LazyLock;

static LANGUAGE: LazyLock<tree_sitter::Language> = LazyLock::new(|| tree_sitter_python::LANGUAGE.into());

/// By a kind's id. An ERROR node's id is `u16::MAX`, which is in no table.
static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    let names =
        (0..=u16::MAX).take(language().node_kind_count()).map(|id| language().node_kind_for_id(id).unwrap_or(""));
    names.map(|name| Kind::named(name).unwrap_or(Kind::Other)).collect()
});

/// By a field's id; 0 is no field.
static FIELDS: LazyLock<Vec<Option<Field>>> = LazyLock::new(|| {
    let names = (0..=u16::MAX).take(language().field_count() + 1).map(|id| language().field_name_for_id(id));
    names.map(|name| name.and_then(Field::named)).collect()
});

/// tree-sitter-python, as the parser and the queries use it.
pub(crate) fn language() -> &'static tree_sitter::Language {
    &LANGUAGE
}

/// The kind with this id.
pub(super) fn kind(id: u16) -> Kind {
    KINDS.get(usize::from(id)).copied().unwrap_or(Kind::Error)
}

/// The field with this id.
pub(super) fn field(id: u16) -> Option<Field> {
    FIELDS.get(usize::from(id)).copied().flatten()
}
