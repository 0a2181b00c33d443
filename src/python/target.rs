//! The Python versions that a file supports.

use super::library::modules::Dialect;
use pep440_rs::{Version, VersionSpecifiers};
use std::str::FromStr as _;

/// A minor version of Python: `(3, 8)`.
pub type Minor = (u64, u64);

/// The known minor versions with their last release, including future ones.
const RELEASED: [(Minor, u64); 24] = [
    ((2, 5), 6),
    ((2, 6), 9),
    ((2, 7), 18),
    ((3, 0), 1),
    ((3, 1), 5),
    ((3, 2), 6),
    ((3, 3), 7),
    ((3, 4), 10),
    ((3, 5), 10),
    ((3, 6), 15),
    ((3, 7), 17),
    ((3, 8), 20),
    ((3, 9), 99),
    ((3, 10), 99),
    ((3, 11), 99),
    ((3, 12), 99),
    ((3, 13), 99),
    ((3, 14), 99),
    ((3, 15), 99),
    ((3, 16), 99),
    ((3, 17), 99),
    ((3, 18), 99),
    ((3, 19), 99),
    ((3, 20), 99),
];

/// The Python versions that a project supports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// In ascending order, never empty.
    supported: Vec<Minor>,
}

impl Target {
    /// Parses a minor version, which means this one and all later ones (`3.8`), or version specifiers (PEP 440 as in
    /// `requires-python`, Poetry's `^3.8`, `~3.8` and `||`). `None` for anything else, or if no Python matches.
    pub fn parse(text: &str) -> Option<Self> {
        let alternatives = text.split("||").map(specifiers).collect::<Option<Vec<VersionSpecifiers>>>()?;
        let is_supported = |(major, minor): &Minor, micro: &u64| {
            let version = Version::new([*major, *minor, *micro]);
            alternatives.iter().any(|specifiers| specifiers.contains(&version))
        };
        let released = RELEASED.iter().filter(|(version, micro)| is_supported(version, micro));
        let supported: Vec<Minor> = released.map(|(version, _)| *version).collect();
        (!supported.is_empty()).then_some(Self { supported })
    }

    /// Whether the lowest supported Python is at least one of these: the first for Python 2, the second for Python 3.
    /// Packages that say `>=2.7` do not mean 3.0 to 3.3.
    pub fn is_at_least(&self, on_2: Minor, on_3: Minor) -> bool {
        self.supported.first().is_some_and(|version| *version >= if version.0 < 3 { on_2 } else { on_3 })
    }

    /// Whether the project supports Python 2, Python 3 or both.
    pub fn dialect(&self) -> Dialect {
        let on_2 = self.supported.iter().any(|version| version.0 < 3);
        let on_3 = self.supported.iter().any(|version| version.0 >= 3);
        match (on_2, on_3) {
            (true, false) => Dialect::Python2,
            (false, true) => Dialect::Python3,
            _ => Dialect::Both,
        }
    }
}

fn specifiers(text: &str) -> Option<VersionSpecifiers> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let is_version = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_version {
        return VersionSpecifiers::from_str(&format!(">={text}")).ok();
    }
    let parts = text.split(',').map(as_pep_440).collect::<Option<Vec<String>>>()?;
    VersionSpecifiers::from_str(&parts.join(",")).ok()
}

/// Poetry's `^3.8` is `>=3.8,<4`, and its `~3.8` is `~=3.8.0`.
fn as_pep_440(part: &str) -> Option<String> {
    let part = part.trim();
    if let Some(version) = part.strip_prefix('^') {
        let major: u64 = version.split('.').next()?.trim().parse().ok()?;
        return Some(format!(">={version},<{}", major.checked_add(1)?));
    }
    if let Some(version) = part.strip_prefix('~').filter(|version| !version.starts_with('=')) {
        return Some(if version.matches('.').count() < 2 { format!("~={version}.0") } else { format!("~={version}") });
    }
    Some(part.to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn specifiers_of_all_kinds_are_read() {
        for (text, lowest, dialect) in [
            ("3.8", (3, 8), Dialect::Python3),
            (">=3.6", (3, 6), Dialect::Python3),
            (">=2.7, !=3.0.*, !=3.1.*", (2, 7), Dialect::Both),
            (">=2.6,<3", (2, 6), Dialect::Python2),
            ("==2.7.*", (2, 7), Dialect::Python2),
            ("~=3.9", (3, 9), Dialect::Python3),
            ("^3.10", (3, 10), Dialect::Python3),
            ("~3.7", (3, 7), Dialect::Python3),
            ("~2.7 || ^3.5", (2, 7), Dialect::Both),
            ("<4", (2, 5), Dialect::Both),
            (">3.8.1", (3, 8), Dialect::Python3),
        ] {
            let target = Target::parse(text).unwrap();
            assert_eq!(target.supported.first(), Some(&lowest), "{text}");
            assert_eq!(target.dialect(), dialect, "{text}");
        }
        for text in ["", "py38", ">=9", "three", ">=3.8;", "^x"] {
            assert_eq!(Target::parse(text), None, "{text}");
        }
    }
}
