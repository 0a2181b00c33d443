//! What modules are called, and what a wildcard import brings: the facts of `modules.toml`.

use super::callables;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::LazyLock;

const TEXT: &str = include_str!("modules.toml");

/// A test reads the text, so that it is never empty.
static MODULES: LazyLock<Modules> = LazyLock::new(|| toml::from_str(TEXT).unwrap_or_default());

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Modules {
    renamed: Vec<Renamed>,
    only_python_3: Vec<String>,
    reexported: Vec<Reexported>,
    wildcard: Vec<Wildcard>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Renamed {
    old: String,
    new: String,
    #[serde(default)]
    only_moved: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reexported {
    place: String,
    home: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wildcard {
    module: String,
    names: Vec<String>,
}

/// Words of which one stands in every import that gives one of the canonical qualified `names`: the top-level modules, as Python 2,
/// Python 3, `six` and `future` spell them, those that hand the member on, and those of the factories of its class.
pub fn import_words<'n>(names: impl IntoIterator<Item = &'n str>) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for name in names {
        let class = name.rsplit_once('.').map_or(name, |(class, _)| class);
        let makers = callables::makers_of(class).chain(callables::makers_of(name));
        for name in makers.chain([name]) {
            let places = MODULES.reexported.iter().filter(|known| name.starts_with(&known.home));
            for path in places.map(|known| known.place.as_str()).chain([name]) {
                words.insert(top(path).to_string());
                for renamed in MODULES.renamed.iter().filter(|renamed| is_in(path, &renamed.new)) {
                    words.insert(top(&renamed.old).to_string());
                    // `import six`, then `six.moves.http_client`.
                    words.insert("six".to_string());
                }
            }
        }
    }
    words
}

fn top(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

/// Whether `path` is `module`, or in it.
fn is_in(path: &str, module: &str) -> bool {
    path.strip_prefix(module).is_some_and(|member| member.is_empty() || member.starts_with('.'))
}

/// The Python 3 name of a qualified name as written: `httplib.HTTPConnection` is `http.client.HTTPConnection`, and so
/// is `anything.six.moves.http_client.HTTPConnection`.
pub fn canonical(path: &str) -> String {
    let (rest, moved) = after_moves(path);
    for Renamed { old, new, only_moved } in &MODULES.renamed {
        if *only_moved && !moved {
            continue;
        }
        if let Some(member) =
            rest.strip_prefix(old.as_str()).filter(|member| member.is_empty() || member.starts_with('.'))
        {
            return format!("{new}{member}");
        }
    }
    for Reexported { place, home } in &MODULES.reexported {
        if let Some(member) = path.strip_prefix(place.as_str()) {
            return format!("{home}{member}");
        }
    }
    path.to_string()
}

/// The last parts of a module's other names, given the last part of its canonical name: `client` is also `httplib` and
/// `http_client`.
pub(in crate::python) fn spellings(last_part: &str) -> impl Iterator<Item = &str> {
    let others = MODULES
        .renamed
        .iter()
        .filter(move |known| last_segment(&known.new) == last_part && last_segment(&known.old) != last_part);
    others.map(|known| last_segment(&known.old))
}

/// The last part of a dotted name.
pub fn last_segment(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// The part after `six.moves.` (vendored anywhere) or `future.moves.`.
fn after_moves(path: &str) -> (&str, bool) {
    for package in ["six.moves.", "future.moves."] {
        if let Some(at) = path.find(package)
            && (at == 0 || path.get(..at).is_some_and(|before| before.ends_with('.')))
        {
            return (path.get(at + package.len()..).unwrap_or_default(), true);
        }
    }
    (path, false)
}

/// Whether a path, as written, exists only in Python 2, only in Python 3, or in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `httplib`.
    Python2,
    /// `http.client`.
    Python3,
    /// `six.moves.http_client`.
    Both,
}

/// See [`Dialect`].
pub fn dialect(path: &str) -> Dialect {
    let (rest, moved) = after_moves(path);
    if moved {
        return Dialect::Both;
    }
    let first = top(rest);
    let is_old = |known: &Renamed| known.old == first && known.new != first && !known.only_moved;
    if MODULES.renamed.iter().any(is_old) {
        Dialect::Python2
    } else if MODULES.only_python_3.iter().any(|known| known == first) {
        Dialect::Python3
    } else {
        Dialect::Both
    }
}

/// Whether `from module import *` (a canonical module name) binds `name`.
pub fn wildcard_import_binds(module: &str, name: &str) -> bool {
    MODULES.wildcard.iter().any(|known| known.module == module && known.names.iter().any(|known| known == name))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::{Dialect, Modules, TEXT, canonical, dialect, import_words, is_in};

    #[test]
    fn every_row_can_be_read() {
        let modules: Modules = toml::from_str(TEXT).unwrap();
        assert!(modules.reexported.iter().all(|row| row.place.ends_with('.') == row.home.ends_with('.')));
        assert!(modules.only_python_3.iter().all(|top| modules.renamed.iter().any(|row| is_in(&row.new, top))));
    }

    #[test]
    fn a_name_is_imported_under_each_of_its_spellings() {
        let words = |name: &'static str| import_words([name]).into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(words("http.client.HTTPConnection"), "http http_client httplib six");
        assert_eq!(words("telnetlib.Telnet"), "telnetlib");
        assert_eq!(words("flask.Flask.run"), "flask");
        assert_eq!(words("socket.socket.bind"), "_socket socket ssl");
    }

    #[test]
    fn python_2_and_compatibility_spellings_have_one_name() {
        for (written, meant) in [
            ("httplib.HTTPConnection", "http.client.HTTPConnection"),
            ("six.moves.http_client.HTTPSConnection", "http.client.HTTPSConnection"),
            ("six.moves.BaseHTTPServer.HTTPServer", "http.server.HTTPServer"),
            ("botocore.vendored.six.moves.http_client", "http.client"),
            (".packages.six.moves.http_client.HTTPConnection", "http.client.HTTPConnection"),
            ("future.moves.http.client.HTTPConnection", "http.client.HTTPConnection"),
            ("SocketServer.TCPServer", "socketserver.TCPServer"),
            ("http_client.HTTPConnection", "http_client.HTTPConnection"),
            ("httplib2.Http", "httplib2.Http"),
            ("urllib2.urlopen", "urllib.request.urlopen"),
            ("notsix.moves.http_client", "notsix.moves.http_client"),
            (".httplib.HTTPConnection", ".httplib.HTTPConnection"),
            ("asyncio.streams.start_server", "asyncio.start_server"),
        ] {
            assert_eq!(canonical(written), meant, "{written}");
        }
    }

    #[test]
    fn a_path_tells_the_dialect() {
        assert_eq!(dialect("httplib.HTTPConnection"), Dialect::Python2);
        assert_eq!(dialect("http.client.HTTPConnection"), Dialect::Python3);
        assert_eq!(dialect("six.moves.http_client"), Dialect::Both);
    }
}
