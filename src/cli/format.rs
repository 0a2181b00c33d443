//! `--output-format`: its values are the formats that [`crate::report`] lists.

use crate::problem::Problem;
use crate::report::{FORMATS, Format, ListForm};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// What reads the value of `--output-format`.
pub(super) fn parser() -> impl TypedValueParser<Value = &'static dyn Format> {
    let values = FORMATS.iter().map(|format| PossibleValue::new(format.name()).help(format.summary()));
    PossibleValuesParser::new(values)
        .try_map(|name| FORMATS.iter().find(|format| format.name() == name).copied().ok_or("unknown output format"))
}

/// How a list of `what`, which are not findings, is written.
pub(super) fn list_form(format: &dyn Format, what: &str) -> Result<ListForm, Problem> {
    format.list_form().ok_or_else(|| {
        Problem::new(
            format!("the {what} cannot be printed in this output format"),
            "use `--output-format text` or `json`",
        )
    })
}
