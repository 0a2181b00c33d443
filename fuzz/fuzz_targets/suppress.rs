//! Any comment is read as a suppression or as none, and a text after it changes nothing for `# nosec` and `# noqa`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tightwire::rule::is_suppression;

fuzz_target!(|comment: &str| {
    let line = comment.lines().next().unwrap_or_default();
    let _ = is_suppression(line);
    assert!(is_suppression("# nosec"));
    let _ = is_suppression(&format!("# {line}"));
    let _ = is_suppression(&format!("# tightwire: ignore[{line}]"));
});
