//! `tightwire why`: what it says about an expression, as text and as JSON, and the errors for a place without one.

use crate::cli::assert_three_parts;
use crate::project::{folder, run};
use crate::trials::tests;
use serde_json::{Value, json};

tests! {
    the_way_of_a_value_is_told_from_where_it_is_written,
    a_column_names_one_expression_in_code_points,
    what_is_not_known_is_named_with_its_place,
    a_value_of_another_module_is_told_with_its_file,
    json_says_the_same,
    what_is_not_a_place_is_an_error,
}

const CLIENT: &str = "\
import http.client
import os

HOST = 'api.example.com'


def _ask(host, timeout=None):
    return http.client.HTTPSConnection(host, timeout=timeout)


_ask(HOST)
_ask('other.example.com' if HOST else os.environ.get('HOST', 'x'))
";

fn why(files: &[(&str, &str)], place: &str) -> Vec<String> {
    let folder = folder(files);
    let ran = run(folder.path(), &["why", place]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{place}");
    ran.out.lines().map(str::to_owned).collect()
}

fn the_way_of_a_value_is_told_from_where_it_is_written() {
    let said = why(&[("a.py", CLIENT)], "a.py:8");
    let expected = [
        "a.py:8:40: `host`",
        "  may be 'api.example.com', written in line 4",
        "    passed here (line 11)",
        "  may be 'other.example.com', written in line 12",
        "    one of several, chosen here (line 12)",
        "    passed here (line 12)",
        "  may be 'x', written in line 12",
        "    the default of a setting, looked up here (line 12)",
        "    one of several, chosen here (line 12)",
        "    passed here (line 12)",
        "  or something else: the environment or a configuration may give another value (line 12)",
        "a.py:8:54: `timeout`",
        "  may be None, written in line 7",
        "    the default of a parameter (line 7)",
        "  and nothing else",
    ];
    assert_eq!(said, expected);
}

fn a_column_names_one_expression_in_code_points() {
    let files = [("a.py", "import http.client\ns = 'ä'; http.client.HTTPConnection(s)\n")];
    assert_eq!(why(&files, "a.py:2:37")[0], "a.py:2:37: `s`");
    assert_eq!(why(&files, "a.py:2:10")[0], "a.py:2:10: `http.client.HTTPConnection(s)`");
    assert_eq!(
        why(&files, "a.py:2:22")[..2],
        ["a.py:2:10: `http.client.HTTPConnection`", "  stands for http.client.HTTPConnection"]
    );
    assert_eq!(why(&files, "a.py:2:10")[1], "  calls http.client.HTTPConnection");
}

fn what_is_not_known_is_named_with_its_place() {
    let said = why(&[("a.py", "def ask(host):\n    get(host)\n")], "a.py:2");
    let unknown = "  or something else: callers that are not seen may pass another value for this parameter (line 1)";
    assert_eq!(said, ["a.py:2:9: `host`", unknown]);
}

fn a_value_of_another_module_is_told_with_its_file() {
    let files = [("a.py", "from settings import HOST\nserve(HOST)\n"), ("settings.py", "\nHOST = '0.0.0.0'\n")];
    assert_eq!(why(&files, "a.py:2")[1], "  may be \"0.0.0.0\", written in settings.py, line 2");
}

fn json_says_the_same() {
    let folder = folder(&[("a.py", CLIENT)]);
    let ran = run(folder.path(), &["why", "a.py:11", "--output-format", "json"]);
    let said: Value = serde_json::from_str(&ran.out).unwrap();
    let value = json!({ "value": "'api.example.com'", "path": "a.py", "line": 4, "column": 8, "via": [] });
    let expected = json!([{
        "path": "a.py", "line": 11, "column": 6, "expression": "HOST", "names": [], "calls": [],
        "values": [value], "complete": true, "unknown": [],
    }]);
    assert_eq!(said, expected);
}

fn what_is_not_a_place_is_an_error() {
    let folder = folder(&[("a.py", CLIENT), ("b.py", "x = '\u{1b}[31m'\n")]);
    for (place, message) in [
        ("a.py", "does not name a place"),
        (":3", "does not name a place"),
        ("a.py:0", "does not name a place"),
        ("a.py:2:0", "does not name a place"),
        ("a.py:99", "line 99 does not exist"),
        ("a.py:3", "nothing is assigned or passed on line 3"),
        ("a.py:4:99", "no expression stands at column 99"),
        ("gone.py:1", "cannot be read"),
    ] {
        let ran = run(folder.path(), &["why", place]);
        assert_eq!(ran.code, Some(2), "{place}: {}", ran.err);
        assert!(ran.err.contains(message) && ran.err.contains("help: "), "{place}: {}", ran.err);
    }
    assert_three_parts(&run(folder.path(), &["why", "a.py:99"]), "a.py");
    assert!(!run(folder.path(), &["why", "b.py:1"]).out.contains('\u{1b}'));
}
