//! Any bytes are scanned, or refused with a reason, and no finding is in a file that the prefilter would pass over.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use tightwire::engine::{Engine, FileContext};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(tightwire::transforms::all()));

fuzz_target!(|disk: &[u8]| {
    match ENGINE.check(disk.to_vec(), &FileContext::default()) {
        Ok(result) => {
            assert!(result.findings.is_empty() || ENGINE.is_candidate(disk), "the prefilter would lose a finding");
            assert_eq!(result.source.encode(result.source.text()).as_deref(), Ok(disk));
            for judged in &result.findings {
                let span = judged.finding.span;
                let (line, column) = result.source.line_column(span.start);
                assert!(line > 0 && column > 0 && result.source.disk_offset(span.end) <= disk.len());
            }
        }
        Err(error) => assert!(!error.to_string().is_empty() && !error.help().is_empty()),
    }
});
