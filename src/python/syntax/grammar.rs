//! The grammar's tables.

use std::sync::LazyLock;

static LANGUAGE: LazyLock<tree_sitter::Language> = LazyLock::new(|| tree_sitter_python::LANGUAGE.into());

/// The names of fields, by id; 0 is no field.
pub(super) static FIELDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    (0..=LANGUAGE.field_count())
        .map(|id| u16::try_from(id).ok().and_then(|id| LANGUAGE.field_name_for_id(id)).unwrap_or(""))
        .collect()
});

/// The names of kinds, by id. An ERROR node's id is `u16::MAX`, which is in no table.
pub(super) static KINDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    (0..LANGUAGE.node_kind_count())
        .map(|id| u16::try_from(id).ok().and_then(|id| LANGUAGE.node_kind_for_id(id)).unwrap_or("").to_string())
        .collect()
});

/// tree-sitter-python, as the parser and the queries use it.
pub(crate) fn language() -> &'static tree_sitter::Language {
    &LANGUAGE
}
