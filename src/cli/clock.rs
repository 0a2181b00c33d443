//! Which day it is.

use std::time::SystemTime;
use toml::value::{Date, Datetime};

/// The environment variable that names another day than the clock, for tests: `2026-12-01`.
const VARIABLE: &str = "TIGHTWIRE_TODAY";

/// Today, in UTC; none if the clock is beyond what dates can say.
pub(super) fn today() -> Option<Date> {
    let named = std::env::var(VARIABLE).ok().and_then(|day| date(&day));
    named.or_else(|| day_of(SystemTime::now()))
}

/// The day of `time`, in UTC.
pub(super) fn day_of(time: SystemTime) -> Option<Date> {
    let written = humantime::format_rfc3339_seconds(time).to_string();
    written.split_once('T').and_then(|(day, _)| date(day))
}

fn date(day: &str) -> Option<Date> {
    day.parse::<Datetime>().ok()?.date
}
