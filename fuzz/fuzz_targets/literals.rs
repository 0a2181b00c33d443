//! What string and number literals say: where a value is known, writing it in the literal's place gives the value again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tightwire::python::PythonFile;
use tightwire::python::syntax::literals::{StringLiteral, string_value};

fuzz_target!(|text: &str| {
    let Ok(file) = PythonFile::parse(text) else { return };
    for node in file.root().descendants() {
        let Some(literal) = StringLiteral::of(node) else { continue };
        let (start, end) = (literal.content.start, literal.content.end);
        assert!(node.start() <= start && start <= end && end <= node.end());
        assert!(text.get(start..end).is_some(), "the contents do not fit the text");
        assert_eq!(string_value(node), literal.value);
        if let Some(value) = &literal.value {
            // No escape is shorter than what it means.
            assert!(value.len() <= end - start, "{:?} says {value:?}", node.text());
        }
    }
});
