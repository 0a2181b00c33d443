//! The fixtures, spliced into each other: what comes out is Python as nobody writes it, and nearly Python.
//!
//! A run is a number; the same number makes the same text. `TIGHTWIRE_MUTATIONS=N` makes N texts instead of the few that
//! `cargo test` makes, `TIGHTWIRE_MUTATION_SEED=S` starts at number S (with `TIGHTWIRE_MUTATIONS=1` that is one text again,
//! and it is printed). What this finds becomes a fixture.

use crate::invariants::{self, Checked};
use crate::mutator::{self, Mutator};
use crate::numbers::from_environment;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

/// How many texts `cargo test` makes: bounded by number, so that every machine makes the same ones.
const DEFAULT_RUNS: u64 = 2_000;

/// After this many failures there is enough to look at.
const MAX_FAILURES: usize = 20;

#[derive(Default)]
struct Tally {
    with_findings: u64,
    findings: usize,
    fixed: usize,
    strict: u64,
    refused: u64,
    /// Texts that the strict parser takes and whose fixes verification refused: safe, but a fix that should have been right.
    refused_strict: Vec<(u64, String)>,
    failures: Vec<(u64, String)>,
}

#[test]
fn fixtures_keep_every_invariant() {
    let engine = invariants::engine();
    let failures: Vec<String> = mutator::fixtures()
        .into_iter()
        .filter_map(|path| {
            let failure = invariants::check(&engine, &std::fs::read(&path).unwrap()).err()?;
            Some(format!("=== {} ===\n{failure}", path.display()))
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// What was found in texts for which a fixture has no words: the edits that a finding reports are those that it makes.
const REGRESSIONS: [&str; 1] = [
    // The import for the first use and that for the second have different places.
    "import http.client; first = http.client.HTTPSConnection('one.example.com')\nimport os\n\n\
     second = http.client.HTTPSConnection('two.example.com')\nprint(os.name)\n",
];

#[test]
fn regressions_keep_every_invariant() {
    let engine = invariants::engine();
    for text in REGRESSIONS {
        let checked = invariants::check(&engine, text.as_bytes()).unwrap_or_else(|failure| panic!("{failure}\n{text}"));
        assert_eq!((checked.fixed, checked.refused.as_slice()), (checked.findings, [].as_slice()), "{text}");
    }
}

#[test]
fn spliced_fixtures_keep_every_invariant() {
    let runs = from_environment("TIGHTWIRE_MUTATIONS").unwrap_or(DEFAULT_RUNS);
    let first = from_environment("TIGHTWIRE_MUTATION_SEED").unwrap_or(0);
    let mutator = Mutator::of_fixtures();
    let next = AtomicU64::new(first);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| work(&mutator, &next, first.saturating_add(runs), runs == 1)))
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    let mut all = Tally::default();
    for tally in tallies {
        all.with_findings += tally.with_findings;
        all.findings += tally.findings;
        all.fixed += tally.fixed;
        all.strict += tally.strict;
        all.refused += tally.refused;
        all.refused_strict.extend(tally.refused_strict);
        all.failures.extend(tally.failures);
    }
    eprintln!(
        "{runs} texts from seed {first}: {} valid Python; {} with findings, {} findings, {} fixed; \
         fixes refused by verification in {}, of valid Python {}",
        all.strict,
        all.with_findings,
        all.findings,
        all.fixed,
        all.refused,
        all.refused_strict.len()
    );
    for (seed, fault) in all.refused_strict.iter().take(MAX_FAILURES) {
        eprintln!("refused, seed {seed}: {fault}");
    }
    all.failures.sort();
    for (seed, failure) in &all.failures {
        eprintln!("\n=== TIGHTWIRE_MUTATIONS=1 TIGHTWIRE_MUTATION_SEED={seed} ===\n{failure}");
    }
    assert!(all.failures.is_empty(), "{} texts break an invariant", all.failures.len());
}

fn work(mutator: &Mutator, next: &AtomicU64, end: u64, is_shown: bool) -> Tally {
    let engine = invariants::engine();
    let mut tally = Tally::default();
    while tally.failures.len() < MAX_FAILURES {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= end {
            break;
        }
        let disk = mutator.text(seed);
        if is_shown {
            eprintln!("{}", String::from_utf8_lossy(&disk));
        }
        match catch_unwind(AssertUnwindSafe(|| invariants::check(&engine, &disk))) {
            Ok(Ok(Checked { findings, fixed, refused, is_strict })) => {
                tally.findings += findings;
                tally.fixed += fixed;
                tally.with_findings += u64::from(findings > 0);
                tally.strict += u64::from(is_strict);
                tally.refused += u64::from(!refused.is_empty());
                if is_strict && !refused.is_empty() {
                    tally.refused_strict.push((seed, refused.join("; ")));
                }
            }
            Ok(Err(failure)) => {
                tally.failures.push((seed, format!("{failure}\n--- text ---\n{}", String::from_utf8_lossy(&disk))));
            }
            Err(_) => tally.failures.push((seed, format!("panics\n{}", String::from_utf8_lossy(&disk)))),
        }
    }
    tally
}
