//! What the plan does to a file's imports: for each small file, the accepted calls and the text that must come out.
//!
//! The findings are made here, not by a transform: a call written `NEED(…)` gets `ssl.create_default_context()` in front of
//! its closing parenthesis, and a name written `HTTPConnection@` (with the `@` taken away) must become `HTTPSConnection`.

use tightwire::finding::{Fix, Fragment, Rename, SymbolicEdit};
use tightwire::python::PythonFile;
use tightwire::rewrite::plan::{Accepted, Planner};
use tightwire::text::Span;
use tightwire::text::apply;

/// The file without its marks, and a finding for each of them.
fn marked(text: &str) -> (String, Vec<(Span, Fix)>) {
    let mut clean = String::new();
    let mut fixes = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['@', '$']) {
        clean.push_str(&rest[..at]);
        let end = clean.len();
        let fix = if rest[at..].starts_with('$') {
            let member = Fragment::Member { module: "ssl", member: "create_default_context", site: end };
            let edit = SymbolicEdit { span: Span { start: end, end }, text: vec![member, Fragment::Text("()".into())] };
            Fix { edits: vec![edit], ..Fix::default() }
        } else {
            let start = clean.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |before| before + 1);
            let rename = Rename { name: Span { start, end }, to: "HTTPSConnection".into() };
            Fix { renames: vec![rename], ..Fix::default() }
        };
        fixes.push((Span { start: end, end }, fix));
        rest = &rest[at + 1..];
    }
    clean.push_str(rest);
    (clean, fixes)
}

/// The fixes at `indexes`, as a plan takes them.
fn those<'a>(fixes: &'a [(Span, Fix)], indexes: &[usize]) -> Vec<Accepted<'a>> {
    indexes.iter().map(|&index| Accepted { index, span: fixes[index].0, fix: &fixes[index].1 }).collect()
}

fn planned(text: &str, newline: &'static str, accepted: Option<&[usize]>) -> String {
    let (clean, fixes) = marked(text);
    let file = PythonFile::parse(&clean).expect("parses");
    let all: Vec<usize> = (0..fixes.len()).collect();
    let plan = Planner::new(&file, newline).plan(those(&fixes, accepted.unwrap_or(&all)));
    assert_eq!(plan.conflicted, [0; 0], "{text}");
    let result = apply(&clean, &plan.edits).expect("edits apply");
    let after = PythonFile::parse(&result).expect("parses");
    assert!(after.error_count() <= file.error_count(), "{text}\n---\n{result}");
    result
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (before, after) in cases {
        let result = planned(before, "\n", None);
        assert_eq!(result, *after, "\n--- before\n{before}\n--- got\n{result}\n--- wanted\n{after}");
        let windows = planned(&before.replace('\n', "\r\n"), "\r\n", None);
        assert_eq!(windows, after.replace('\n', "\r\n"), "with CRLF:\n{before}");
    }
}

const CALL: &str = "ssl.create_default_context()";

/// Cases whose call is spelled with `ssl`.
#[track_caller]
fn check_ssl(cases: &[(&str, &str)]) {
    for (before, after) in cases {
        check(&[(before, &after.replace('$', CALL))]);
    }
}

#[test]
fn a_bound_and_visible_import_is_reused() {
    check(&[
        ("import ssl\nf($)\n", "import ssl\nf(ssl.create_default_context())\n"),
        ("import ssl as x\nf($)\n", "import ssl as x\nf(x.create_default_context())\n"),
        (
            "from ssl import create_default_context\nf($)\n",
            "from ssl import create_default_context\nf(create_default_context())\n",
        ),
        (
            "from ssl import create_default_context as y\ndef g():\n    f($)\n",
            "from ssl import create_default_context as y\ndef g():\n    f(y())\n",
        ),
        ("def g():\n    import ssl\n    f($)\n", "def g():\n    import ssl\n    f(ssl.create_default_context())\n"),
        ("if True:\n    import ssl\n    f($)\n", "if True:\n    import ssl\n    f(ssl.create_default_context())\n"),
    ]);
}

#[test]
fn an_import_that_is_not_usable_is_not_reused() {
    check_ssl(&[
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import ssl\n\nf($)\n",
            "import ssl\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import ssl\n\nf($)\n",
        ),
        ("import os\ndef g():\n    import ssl\nf($)\n", "import os\nimport ssl\ndef g():\n    import ssl\nf($)\n"),
        ("import os\nf($)\nimport ssl\n", "import os\nimport ssl\nf($)\nimport ssl\n"),
        (
            "import os\ntry:\n    import ssl\nexcept ImportError:\n    ssl = None\nf($)\n",
            "import os\nimport ssl\ntry:\n    import ssl\nexcept ImportError:\n    ssl = None\nf($)\n",
        ),
    ]);
}

#[test]
fn a_taken_name_is_avoided() {
    let alias = "_ssl.create_default_context()";
    let cases = [
        ("import os\ndef g(ssl):\n    f($)\n", "import os\nimport ssl as _ssl\ndef g(ssl):\n    f(!)\n"),
        ("import os\nssl = 1\nf($)\n", "import os\nimport ssl as _ssl\nssl = 1\nf(!)\n"),
        (
            "import os\ndef g(ssl):\n    f($)\ndef h():\n    f($)\n",
            "import os\nimport ssl as _ssl\ndef g(ssl):\n    f(!)\ndef h():\n    f(!)\n",
        ),
        (
            "import os\ndef g():\n    f($)\n    import ssl\n",
            "import os\nimport ssl as _ssl\ndef g():\n    f(!)\n    import ssl\n",
        ),
        ("from eventlet.green import ssl\nf($)\n", "from eventlet.green import ssl\nimport ssl as _ssl\nf(!)\n"),
        ("import ssl\ndef g(ssl):\n    f($)\n", "import ssl\nimport ssl as _ssl\ndef g(ssl):\n    f(!)\n"),
    ];
    for (before, after) in cases {
        check(&[(before, &after.replace('!', alias))]);
    }
    check(&[(
        "import os\n_ssl = ssl = 1\nf($)\n",
        "import os\nimport ssl as _ssl2\n_ssl = ssl = 1\nf(_ssl2.create_default_context())\n",
    )]);
}

#[test]
fn a_new_import_stands_where_a_careful_person_puts_it() {
    check_ssl(&[
        // Sorted place in a sorted section.
        ("import os\nimport sys\n\nf($)\n", "import os\nimport ssl\nimport sys\n\nf($)\n"),
        ("import sys\nf($)\n", "import ssl\nimport sys\nf($)\n"),
        ("from http.client import X\n\nf($)\n", "import ssl\nfrom http.client import X\n\nf($)\n"),
        (
            "import os\nfrom http.client import X\n\nf($)\n",
            "import os\nimport ssl\nfrom http.client import X\n\nf($)\n",
        ),
        (
            "from http.client import X\nimport os\nfrom sys import y\nf($)\n",
            "from http.client import X\nimport os\nimport ssl\nfrom sys import y\nf($)\n",
        ),
        // Not sorted: the end of the section.
        ("import sys\nimport os\n\nf($)\n", "import sys\nimport os\nimport ssl\n\nf($)\n"),
        // The standard library's section.
        (
            "import os\n\nimport requests\n\nfrom . import x\n\nf($)\n",
            "import os\nimport ssl\n\nimport requests\n\nfrom . import x\n\nf($)\n",
        ),
        (
            "# third party\nimport requests\n# standard library\nimport os\nf($)\n",
            "# third party\nimport requests\n# standard library\nimport os\nimport ssl\nf($)\n",
        ),
        // None of the standard library's: after the last import.
        ("import requests\nimport yaml\n\nf($)\n", "import requests\nimport yaml\nimport ssl\n\nf($)\n"),
        // Guards are passed over, not entered.
        (
            "try:\n    import http.client as c\nexcept ImportError:\n    import httplib as c\nimport os\nf($)\n",
            "try:\n    import http.client as c\nexcept ImportError:\n    import httplib as c\nimport os\nimport ssl\nf($)\n",
        ),
        // The first other statement ends the block.
        ("import os\nx = 1\nimport sys\nf($)\n", "import os\nimport ssl\nx = 1\nimport sys\nf($)\n"),
        ("import os\n__all__ = []\nimport sys\nf($)\n", "import os\nimport ssl\n__all__ = []\nimport sys\nf($)\n"),
        (
            "from gevent import monkey\nmonkey.patch_all()\nimport os\nf($)\n",
            "from gevent import monkey\nmonkey.patch_all()\nimport os\nimport ssl\nf($)\n",
        ),
    ]);
}

#[test]
fn a_file_without_imports_at_its_top() {
    check_ssl(&[
        ("f($)\n", "import ssl\n\nf($)\n"),
        ("f($)", "import ssl\n\nf($)"),
        ("\nf($)\n", "import ssl\n\nf($)\n"),
        ("\"\"\"Doc.\"\"\"\nf($)\n", "\"\"\"Doc.\"\"\"\n\nimport ssl\n\nf($)\n"),
        ("\"\"\"Doc.\"\"\"\n\nf($)\n", "\"\"\"Doc.\"\"\"\n\nimport ssl\n\nf($)\n"),
        (
            "\"\"\"Doc.\"\"\"\nfrom __future__ import print_function\n\nf($)\n",
            "\"\"\"Doc.\"\"\"\nfrom __future__ import print_function\n\nimport ssl\n\nf($)\n",
        ),
        (
            "#!/usr/bin/env python\n# coding: utf-8\nf($)\n",
            "#!/usr/bin/env python\n# coding: utf-8\n\nimport ssl\n\nf($)\n",
        ),
        ("# a\n\n# b\nf($)\n", "# a\n\nimport ssl\n\n# b\nf($)\n"),
        ("if True:\n    f($)\n", "import ssl\n\nif True:\n    f($)\n"),
        ("def g():\n    import os\n    f($)\n", "import ssl\n\ndef g():\n    import os\n    f($)\n"),
        ("\"\"\"Doc.\"\"\"; f($)\n", "\"\"\"Doc.\"\"\"; import ssl; f($)\n"),
        ("from __future__ import division; f($)\n", "from __future__ import division; import ssl; f($)\n"),
        ("import os; f($)\n", "import ssl\n\nimport os; f($)\n"),
    ]);
}

#[test]
fn a_line_that_goes_on_is_not_cut() {
    check_ssl(&[
        ("import os; import re\nf($)\n", "import os; import re\nimport ssl\nf($)\n"),
        ("import os, \\\n    re\nf($)\n", "import os, \\\n    re\nimport ssl\nf($)\n"),
        ("import os; \\\nimport re\nf($)\n", "import os; \\\nimport re\nimport ssl\nf($)\n"),
        ("import os \\\n\nf($)\n", "import os \\\n\nimport ssl\nf($)\n"),
        (
            "from os import (\n    path,\n    sep,\n)\nf($)\n",
            "import ssl\nfrom os import (\n    path,\n    sep,\n)\nf($)\n",
        ),
        ("import os  # why \\\nf($)\n", "import os  # why \\\nimport ssl\nf($)\n"),
        ("import os; x = \"\"\"a\nb\"\"\"\nf($)\n", "import os; x = \"\"\"a\nb\"\"\"\nimport ssl\nf($)\n"),
        ("import os;\nf($)\n", "import os;\nimport ssl\nf($)\n"),
        ("\x0cimport os\n\x0c\nf($)\n", "\x0cimport os\nimport ssl\n\x0c\nf($)\n"),
        ("import os\nprint \"x\"\nf($)\n", "import os\nimport ssl\nprint \"x\"\nf($)\n"),
    ]);
}

#[test]
fn every_use_renamed_changes_the_import() {
    check(&[
        (
            "from http.client import HTTPConnection\nHTTPConnection@(h)\nHTTPConnection@(i)\n",
            "from http.client import HTTPSConnection\nHTTPSConnection(h)\nHTTPSConnection(i)\n",
        ),
        (
            "from http.client import HTTPConnection as Plain\nPlain@(h)\n",
            "from http.client import HTTPSConnection as Plain\nPlain(h)\n",
        ),
        (
            "try:\n    from http.client import HTTPConnection\nexcept ImportError:\n    from httplib import HTTPConnection\nHTTPConnection@(h)\n",
            "try:\n    from http.client import HTTPSConnection\nexcept ImportError:\n    from httplib import HTTPSConnection\nHTTPSConnection(h)\n",
        ),
        ("from http.client import *\nHTTPConnection@(h)\n", "from http.client import *\nHTTPSConnection(h)\n"),
        (
            "def g():\n    from http.client import HTTPConnection\n    HTTPConnection@(h)\n",
            "def g():\n    from http.client import HTTPSConnection\n    HTTPSConnection(h)\n",
        ),
        (
            "from http.client import HTTPConnection\nclass HTTPSConnection: pass\nHTTPConnection@(h)\n",
            "from http.client import HTTPSConnection as _HTTPSConnection\nclass HTTPSConnection: pass\n_HTTPSConnection(h)\n",
        ),
    ]);
}

#[test]
fn a_use_that_stays_keeps_the_old_name_imported() {
    check(&[
        (
            "from http.client import HTTPConnection\nHTTPConnection@(h)\nHTTPConnection(i)\n",
            "from http.client import HTTPConnection, HTTPSConnection\nHTTPSConnection(h)\nHTTPConnection(i)\n",
        ),
        (
            "from http.client import HTTPConnection as Plain, X\nPlain@(h)\nPlain\n",
            "from http.client import HTTPConnection as Plain, HTTPSConnection, X\nHTTPSConnection(h)\nPlain\n",
        ),
        (
            "from http.client import HTTPConnection\n__all__ = ['HTTPConnection']\nHTTPConnection@(h)\n",
            "from http.client import HTTPConnection, HTTPSConnection\n__all__ = ['HTTPConnection']\nHTTPSConnection(h)\n",
        ),
        (
            "from http.client import (\n    HTTPConnection,  # plain\n    X,\n)\nHTTPConnection@(h)\nHTTPConnection\n",
            "from http.client import (\n    HTTPConnection,  # plain\n    HTTPSConnection,\n    X,\n)\nHTTPSConnection(h)\nHTTPConnection\n",
        ),
        (
            "from http.client import (\n    X,\n    HTTPConnection  # plain\n)\nHTTPConnection@(h)\nHTTPConnection\n",
            "from http.client import (\n    X,\n    HTTPConnection,  # plain\n    HTTPSConnection\n)\nHTTPSConnection(h)\nHTTPConnection\n",
        ),
        (
            "from http.client import (\n    X,\n    HTTPConnection)\nHTTPConnection@(h)\nHTTPConnection\n",
            "from http.client import (\n    X,\n    HTTPConnection,\n    HTTPSConnection)\nHTTPSConnection(h)\nHTTPConnection\n",
        ),
        (
            "from http.client import (HTTPConnection,\n                         X)\nHTTPConnection@(h)\nHTTPConnection\n",
            "from http.client import (HTTPConnection, HTTPSConnection,\n                         X)\nHTTPSConnection(h)\nHTTPConnection\n",
        ),
        (
            "from http.client import HTTPConnection\ndef g(HTTPSConnection):\n    HTTPConnection@(h)\nHTTPConnection\n",
            "from http.client import HTTPConnection, HTTPSConnection as _HTTPSConnection\ndef g(HTTPSConnection):\n    _HTTPSConnection(h)\nHTTPConnection\n",
        ),
        (
            "from http.client import HTTPConnection as A\nfrom urllib3.connection import HTTPConnection as B\nA@(h)\nB@(h)\nA, B\n",
            "from http.client import HTTPConnection as A, HTTPSConnection\nfrom urllib3.connection import HTTPConnection as B, HTTPSConnection as _HTTPSConnection\nHTTPSConnection(h)\n_HTTPSConnection(h)\nA, B\n",
        ),
        (
            "from http.client import HTTPConnection, HTTPConnection as P\nHTTPConnection@(h)\nP@(h)\nP\n",
            "from http.client import HTTPSConnection, HTTPConnection as P\nHTTPSConnection(h)\nHTTPSConnection(h)\nP\n",
        ),
    ]);
}

#[test]
fn an_imported_new_name_is_used_and_the_old_one_goes_if_nothing_reads_it() {
    check(&[
        (
            "from http.client import HTTPConnection, HTTPSConnection\nHTTPConnection@(h)\n",
            "from http.client import HTTPSConnection\nHTTPSConnection(h)\n",
        ),
        (
            "from http.client import HTTPSConnection, HTTPConnection\nHTTPConnection@(h)\n",
            "from http.client import HTTPSConnection\nHTTPSConnection(h)\n",
        ),
        (
            "from http.client import HTTPConnection, HTTPSConnection\nHTTPConnection@(h)\nHTTPConnection\n",
            "from http.client import HTTPConnection, HTTPSConnection\nHTTPSConnection(h)\nHTTPConnection\n",
        ),
        (
            "from http.client import (\n    HTTPConnection,  # plain\n    HTTPSConnection,  # tls\n)\nHTTPConnection@(h)\n",
            "from http.client import (\n    HTTPSConnection,  # tls\n)\nHTTPSConnection(h)\n",
        ),
        (
            "from http.client import (\n    HTTPSConnection,  # tls, really\n    HTTPConnection  # plain\n)\nHTTPConnection@(h)\n",
            "from http.client import (\n    HTTPSConnection  # tls, really\n)\nHTTPSConnection(h)\n",
        ),
        (
            "from http.client import HTTPConnection\nfrom http.client import HTTPSConnection as S\nHTTPConnection@(h)\n",
            "from http.client import HTTPConnection\nfrom http.client import HTTPSConnection as S\nS(h)\n",
        ),
        (
            "try:\n    from http.client import HTTPConnection, HTTPSConnection\nexcept ImportError:\n    from httplib import HTTPConnection, HTTPSConnection\nHTTPConnection@(h)\n",
            "try:\n    from http.client import HTTPSConnection\nexcept ImportError:\n    from httplib import HTTPSConnection\nHTTPSConnection(h)\n",
        ),
        (
            "from http.client import (HTTPConnection, A,  # a\n    HTTPSConnection)\nHTTPConnection@(h)\n",
            "from http.client import (A,  # a\n    HTTPSConnection)\nHTTPSConnection(h)\n",
        ),
    ]);
}

#[test]
fn renames_and_a_new_import_in_one_line_come_in_order() {
    check(&[
        (
            "import os\nfrom http.client import HTTPConnection\n\nHTTPConnection@($)\nHTTPConnection\n",
            "import os\nimport ssl\nfrom http.client import HTTPConnection, HTTPSConnection\n\nHTTPSConnection(ssl.create_default_context())\nHTTPConnection\n",
        ),
        (
            "from http.client import HTTPConnection\nimport os\n\nHTTPConnection@($)\nHTTPConnection\n",
            "from http.client import HTTPConnection, HTTPSConnection\nimport os\nimport ssl\n\nHTTPSConnection(ssl.create_default_context())\nHTTPConnection\n",
        ),
        (
            "from requests import HTTPConnection\nHTTPConnection@($)\nHTTPConnection",
            "from requests import HTTPConnection, HTTPSConnection\nimport ssl\nHTTPSConnection(ssl.create_default_context())\nHTTPConnection",
        ),
    ]);
}

#[test]
fn a_subset_gets_just_what_it_needs() {
    let text = "from http.client import HTTPConnection\nHTTPConnection@($)\nHTTPConnection@(i)\n";
    let with = |accepted: &[usize]| planned(text, "\n", Some(accepted));
    assert_eq!(with(&[]), "from http.client import HTTPConnection\nHTTPConnection()\nHTTPConnection(i)\n");
    assert_eq!(
        with(&[0]),
        "from http.client import HTTPConnection, HTTPSConnection\nHTTPSConnection()\nHTTPConnection(i)\n"
    );
    assert_eq!(
        with(&[0, 1, 2]),
        "import ssl\nfrom http.client import HTTPSConnection\nHTTPSConnection(ssl.create_default_context())\nHTTPSConnection(i)\n"
    );
}

#[test]
fn overlapping_fixes_conflict_as_a_whole_and_identical_edits_are_shared() {
    let text = "abcdef = 1\n";
    let file = PythonFile::parse(text).expect("parses");
    let edit =
        |start, end, text: &str| SymbolicEdit { span: Span { start, end }, text: vec![Fragment::Text(text.into())] };
    let fix = |edits: Vec<SymbolicEdit>| (edits[0].span, Fix { edits, ..Fix::default() });
    let fixes = [
        fix(vec![edit(0, 0, "x"), edit(2, 4, "")]),
        fix(vec![edit(0, 0, "x"), edit(4, 5, "!")]),
        fix(vec![edit(0, 0, "y")]),
        fix(vec![edit(3, 3, "z"), edit(9, 10, "2")]),
        fix(vec![edit(9, 10, "3")]),
    ];
    let plan = Planner::new(&file, "\n").plan(those(&fixes, &[4, 3, 2, 1, 0, 0]));
    assert_eq!((plan.fixed, plan.conflicted), (vec![0, 1, 4], vec![2, 3]));
    assert_eq!(apply(text, &plan.edits).expect("applies"), "xab!f = 3\n");
}
