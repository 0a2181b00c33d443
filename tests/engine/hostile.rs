//! Texts that are large in one way only: deep, long, or full of one thing. None may panic or overflow the stack, none may be
//! refused that is not known for it, and none may take time that grows faster than its size: four times the text takes about
//! four times the time. Times are those of this thread's processor, so that other programs do not count.
//!
//! `TIGHTWIRE_HOSTILE=N` repeats the one thing N and 4N times, `TIGHTWIRE_HOSTILE_ONLY=SHAPE` takes one shape.

use crate::accept::All;
use crate::invariants;
use crate::numbers::from_environment;
use rustix::time::{ClockId, clock_gettime};
use std::cell::RefCell;
use std::time::Duration;
use tightwire::engine::{Engine, FileContext};
use tightwire::finding::Outcome;

/// How often the one thing is there in the smaller text.
const SIZE: usize = 125;
/// How many times larger the larger text is.
const TIMES: usize = 4;
/// What the larger text may take, as a ratio to the smaller one: a time in proportion is 4, one that grows as n·log n is 5, and
/// one that grows with the square is 16. Between them is room for a machine that does other things meanwhile.
const BOUND: f64 = 8.0;
/// Times that are shorter are not compared.
const FLOOR: Duration = Duration::from_millis(2);

/// Shapes that are refused at the larger size. Beyond [`SIZE`], others are nested too deep as well.
const REFUSED: [&str; 1] = ["blocks"];

/// Shapes that are known to take more time than in proportion, with the size at which that is seen and the ratio (2026-11, debug
/// build). They may not become twice as bad.
const KNOWN: [(&str, usize, f64); 14] = [
    ("calls", 30, 20.5),
    ("sockets in branches", 30, 13.8),
    ("names of one import", SIZE, 10.8),
    ("chained binds", SIZE, 10.3),
    ("assignments", SIZE, 10.0),
    ("annotations", SIZE, 9.9),
    ("chained calls", SIZE, 9.7),
    ("secure calls", SIZE, 9.6),
    ("servers in servers", SIZE, 7.9),
    ("walruses", 2 * SIZE, 8.3),
    ("import lines with a use", 2 * SIZE, 8.1),
    ("connections on a line", SIZE, 6.7),
    ("secure connections on a line", SIZE, 6.4),
    ("secure connections in a list", SIZE, 6.1),
];

/// A text in which something is there `n` times.
type Shape = (&'static str, fn(usize) -> String);

const DEEP: [Shape; 25] = [
    ("parentheses", |n| format!("HTTPConnection({}1{})\n", "(".repeat(n), ")".repeat(n))),
    ("brackets", |n| format!("s.bind({}''{})\n", "[".repeat(n), "]".repeat(n))),
    ("calls", |n| format!("{}h{}\n", "HTTPConnection(".repeat(n), ")".repeat(n))),
    ("secure calls", |n| format!("{}h{}\n", "HTTPSConnection(".repeat(n), ")".repeat(n))),
    ("servers in servers", |n| format!("{}h{}\n", "HTTPServer(".repeat(n), ")".repeat(n))),
    ("chained calls", |n| format!("HTTPConnection(h){}\n", "()".repeat(n))),
    ("attributes", |n| format!("HTTPConnection{}(h)\n", ".a".repeat(n))),
    ("chained binds", |n| format!("socket.socket(){}\n", ".bind(('', 1))".repeat(n))),
    ("subscripts", |n| format!("HTTPConnection{}(h)\n", "[0]".repeat(n))),
    ("sums", |n| format!("HTTPConnection(h{})\n", " + h".repeat(n))),
    ("alternatives", |n| format!("s.bind((''{}, 1))\n", " or ''".repeat(n))),
    ("ternaries", |n| format!("s.bind((''{}, 1))\n", " if x else ''".repeat(n))),
    ("negations", |n| format!("HTTPConnection({}h)\n", "not ".repeat(n))),
    ("signs", |n| format!("HTTPConnection(h, {}1)\n", "-".repeat(n))),
    ("lambdas", |n| format!("{}HTTPConnection(h)\n", "lambda: ".repeat(n))),
    ("walruses", |n| format!("{}HTTPConnection(h){}\n", "(x := ".repeat(n), ")".repeat(n))),
    ("comprehensions", |n| format!("{}HTTPConnection(h){}\n", "[".repeat(n), " for h in h]".repeat(n))),
    ("dictionaries", |n| format!("HTTPConnection({}1{})\n", "{1: ".repeat(n), "}".repeat(n))),
    ("blocks", |n| (0..n).map(|at| " ".repeat(at.min(200)) + "if x:\n").collect::<String>() + "HTTPConnection(h)\n"),
    ("one-line blocks", |n| format!("{}HTTPConnection(h)\n", "if x: ".repeat(n))),
    ("elif", |n| format!("if x:\n    pass\n{}", "elif HTTPConnection(h):\n    pass\n".repeat(n))),
    ("parentheses that stay open", |n| format!("HTTPConnection({}\n", "(".repeat(n))),
    ("calls that stay open", |n| "HTTPConnection(h, \n".repeat(n)),
    ("formatted strings", |n| format!("HTTPConnection(f'{}h{}')\n", "{".repeat(n), "}".repeat(n))),
    ("assignments", |n| format!("{}HTTPConnection(h)\n", "x = ".repeat(n))),
];

const WIDE: [Shape; 73] = [
    ("connections", |n| "c = HTTPConnection('h')\n".repeat(n)),
    ("secure connections", |n| "c = HTTPSConnection('h')\n".repeat(n)),
    ("connections on a line", |n| "c = HTTPConnection('h'); ".repeat(n)),
    ("secure connections on a line", |n| "HTTPSConnection('h'); ".repeat(n)),
    ("secure connections in a list", |n| format!("[{}]\n", "HTTPSConnection('h'), ".repeat(n))),
    ("servers", |n| "HTTPServer(('', 80), H)\n".repeat(n)),
    ("servers in a list", |n| format!("[{}]\n", "HTTPServer(a, H), ".repeat(n))),
    ("binds", |n| "socket.socket().bind(('', 0))\n".repeat(n)),
    ("binds of one socket", |n| format!("s = socket.socket()\n{}", "s.bind(('', 0))\n".repeat(n))),
    ("binds of one host", |n| format!("s = socket.socket()\nh = ''\n{}", "s.bind((h, 0))\n".repeat(n))),
    ("hosts of one bind", |n| format!("s = socket.socket()\n{}s.bind((h, 0))\n", "h = ''\n".repeat(n))),
    ("hosts and binds", |n| format!("s = socket.socket()\n{}", "h = ''\ns.bind((h, 0))\n".repeat(n))),
    ("sockets of one name", |n| "s = socket.socket()\ns.bind(('', 0))\n".repeat(n)),
    ("sockets in branches", |n| "if x:\n    s = socket.socket()\ns.bind(('', 0))\n".repeat(n)),
    ("sockets in functions", |n| "def f():\n    s = socket.socket()\n    s.bind(('', 0))\n".repeat(n)),
    ("connections in functions", |n| "def f():\n    c = HTTPConnection('h')\n    c.request('GET', '/')\n".repeat(n)),
    ("tunnels", |n| "c = HTTPConnection('h')\nc.set_tunnel('x')\n".repeat(n)),
    ("schemes", |n| "c = HTTPSConnection('h') if x else HTTPConnection('h')\n".repeat(n)),
    ("imports of one name", |n| "from http.client import HTTPConnection\nc = HTTPConnection('h')\n".repeat(n)),
    ("imports before", |n| "from http.client import HTTPConnection\n".repeat(n) + "c = HTTPConnection('h')\n"),
    ("calls of one function", |n| format!("def f(h):\n    socket.create_server((h, 1))\n{}", "f('')\n".repeat(n))),
    ("calls of functions of one name", |n| "def f(h):\n    socket.create_server((h, 1))\nf('')\n".repeat(n)),
    ("functions that forward", |n| {
        let chain: String = (1..n).map(|at| format!("def f{at}(*a, **k):\n    f{}(*a, **k)\n", at - 1)).collect();
        format!("def f0(h):\n    socket.create_server((h, 1))\n{chain}f{}('')\n", n - 1)
    }),
    ("methods on objects", |n| {
        format!("class A:\n    def f(self, h):\n        socket.create_server((h, 1))\n{}", "A().f('')\n".repeat(n))
    }),
    ("returned values", |n| {
        format!("def f(x):\n{}socket.create_server((f(1), 1))\n", "    if x:\n        return ''\n".repeat(n))
    }),
    ("functions that return each other", |n| {
        let chain: String = (1..n).map(|at| format!("def f{at}():\n    return f{}()\n", at - 1)).collect();
        let uses: String = (1..n).map(|at| format!("f{at}().bind(('', 1))\n")).collect();
        format!("def f0():\n    return socket.socket()\n{chain}{uses}")
    }),
    ("dicts of options", |n| "o = {'host': ''}\nsocket.create_server((o['host'], 1))\n".repeat(n)),
    ("ranges of suppression", |n| {
        "# ruff: disable[S104]\nsocket.create_server(('', 1))\n# ruff: enable[S104]\n".repeat(n)
    }),
    ("sockets that are probes", |n| "def f():\n    with socket.socket() as s:\n        s.bind(('', 1))\n".repeat(n)),
    ("servers and clients of many ports", |n| {
        let one = |at| format!("socket.create_server(('', {at}))\nsocket.create_connection(('localhost', {at}))\n");
        (1..=n).map(one).collect()
    }),
    ("attributes of subclasses", |n| {
        let derived: String = (0..n).map(|at| format!("class B{at}(A):\n    h = ''\n")).collect();
        let uses = "    def f(self):\n        HTTPConnection(self.h)\n".repeat(n);
        format!("class A:\n    h = 'a.example.com'\n{uses}{derived}")
    }),
    ("reads of one container", |n| format!("o = ['a.example.com']\n{}", "HTTPConnection(o[0])\n".repeat(n))),
    ("functions by scheme", |n| {
        format!(
            "{}def g():\n    HTTPSConnection('h')\n",
            "def f():\n    HTTPConnection('h')\n{'a': f, 'b': g}\n".repeat(n)
        )
    }),
    ("bindings of ssl", |n| "ssl = None\nc = HTTPSConnection('h')\n".repeat(n)),
    ("imports of ssl", |n| "import ssl\nc = HTTPSConnection('h')\n".repeat(n)),
    ("imports of ssl in functions", |n| "def f():\n    import ssl\n    c = HTTPSConnection('h')\n".repeat(n)),
    ("parameters called ssl", |n| "def f(ssl):\n    c = HTTPSConnection('h')\n".repeat(n)),
    ("import lines with a use", |n| "import os; c = HTTPSConnection('h')\n".repeat(n)),
    ("guards", |n| "try:\n    import ssl\nexcept ImportError:\n    ssl = None\n".repeat(n) + "HTTPSConnection('h')\n"),
    ("names of one import", |n| {
        let names: String = (0..n).map(|at| format!("HTTPConnection as a{at}, ")).collect();
        let uses: String = (0..n).map(|at| format!("a{at}('h')\n")).collect();
        format!("from http.client import ({names})\n{uses}")
    }),
    ("aliases", |n| {
        let chain: String = (1..n).map(|at| format!("a{at} = a{}\n", at - 1)).collect();
        format!("a0 = HTTPConnection\n{chain}a{}('h')\n", n.saturating_sub(1))
    }),
    ("aliases of one name", |n| "K = HTTPConnection\nK('h')\n".repeat(n)),
    ("classes", |n| {
        let chain: String = (1..n).map(|at| format!("class A{at}(A{}): pass\nA{at}(('', 0), H)\n", at - 1)).collect();
        format!("class A0(HTTPServer): pass\n{chain}")
    }),
    ("bases", |n| format!("class A({}): pass\nA(('', 0), H)\n", "HTTPServer, ".repeat(n))),
    ("attributes of self", |n| {
        let methods = "    def f(self):\n        self.s = socket.socket()\n        self.s.bind(('', 0))\n".repeat(n);
        format!("class A:\n{methods}")
    }),
    ("methods", |n| {
        let methods = "    def f(self, h=''):\n        self.h = h\n        self.s.bind((self.h, 0))\n".repeat(n);
        format!("class A(HTTPServer):\n    s = socket.socket()\n{methods}")
    }),
    ("arguments", |n| format!("HTTPConnection('h'{})\nHTTPSConnection('h'{})\n", ", 1".repeat(n), ", a=1".repeat(n))),
    ("elements", |n| format!("socket.socket().bind((''{}))\n", ", 1".repeat(n))),
    ("parts of a string", |n| format!("socket.socket().bind(({}, 1))\n", "'' ".repeat(n))),
    ("lines of an argument", |n| format!("HTTPSConnection(\n    'h',\n{})\n", "    # x\n".repeat(n))),
    ("suppressions", |n| "# nosec\nc = HTTPConnection('h')  # noqa: S104, B309 # nosec\n".repeat(n)),
    ("suppressions of one statement", |n| {
        format!("c = [\n{}]\n", "    HTTPConnection('h'),  # suppress: PY031\n".repeat(n))
    }),
    ("suppressions in a comment", |n| format!("c = HTTPConnection('h')  {}\n", "# noqa: S104 # nosec ".repeat(n))),
    ("characters", |n| format!("# {}\nc = HTTPConnection('{}')\n", "é".repeat(n * 10), "😀".repeat(n * 10))),
    ("options", |n| {
        let options: String = (0..n).map(|at| format!("p.add_argument('--h{at}', default='')\n")).collect();
        let binds: String = (0..n).map(|at| format!("socket.create_server((args.h{at}, 0))\n")).collect();
        format!("{options}args = p.parse_args()\n{binds}")
    }),
    ("options of one name", |n| {
        format!("{}socket.create_server((p.parse_args().h, 0))\n", "p.add_argument('--h', default='')\n".repeat(n))
    }),
    ("reads of one option", |n| {
        let reads = "if a.h: socket.create_server((a.h, 0))\n".repeat(n);
        format!("p.add_argument('--h', default='')\na = p.parse_args()\n{reads}")
    }),
    ("command lines that are passed on", |n| {
        let binds = "    socket.create_server((a.h, 0))\n".repeat(n);
        format!("p.add_argument('--h', default='')\ndef f(a):\n{binds}{}f(p.parse_args())\n", "f(x)\n".repeat(n))
    }),
    ("functions that pass a command line on", |n| {
        let chain: String = (1..n).map(|at| format!("def f{at}(a): f{}(a)\n", at - 1)).collect();
        let first = "def f0(a): socket.create_server((a.h, 0))\n";
        format!("p.add_argument('--h', default='')\n{first}{chain}f{}(p.parse_args())\n", n.saturating_sub(1))
    }),
    ("defaults", |n| "def f(h='', p=0):\n    socket.create_server((h, p))\n".repeat(n)),
    ("defaults that are defaults", |n| {
        let chain: String = (1..n).map(|at| format!("a{at} = os.getenv('h', a{})\n", at - 1)).collect();
        format!("import os\na0 = ''\n{chain}socket.create_server((a{}, 0))\n", n.saturating_sub(1))
    }),
    ("fans", |n| {
        let chain: String = (1..n).map(|at| format!("a{at} = a{0} or a{0}\n", at - 1)).collect();
        format!("a0 = ''\n{chain}{}", format!("socket.create_server((a{}, 0))\n", n.saturating_sub(1)).repeat(n))
    }),
    ("attributes of one class", |n| {
        let set: String = (0..n).map(|at| format!("        self.h{at} = ''\n")).collect();
        let bind: String = (0..n).map(|at| format!("        socket.create_server((self.h{at}, 0))\n")).collect();
        format!("class A:\n    def __init__(self):\n{set}    def f(self):\n{bind}")
    }),
    ("reads of one attribute", |n| {
        let bind = "        if self.h: socket.create_server((self.h, 0))\n".repeat(n);
        format!("class A:\n    h = ''\n    def f(self):\n{bind}")
    }),
    ("circles of attributes", |n| {
        let set: String = (0..n).map(|at| format!("        self.h{at} = self.h{}\n", (at + 1) % n.max(1))).collect();
        format!("class A:\n    def f(self):\n{set}{}", "        socket.create_server((self.h0, 0))\n".repeat(n))
    }),
    ("classes with an attribute", |n| {
        (0..n).map(|at| format!("class A{at}:\n    h = ''\na = A{at}()\nsocket.create_server((a.h, 0))\n")).collect()
    }),
    ("click options", |n| {
        let options: String = (0..n).map(|at| format!("@click.option('--h{at}', default='')\n")).collect();
        let names: String = (0..n).map(|at| format!("h{at}, ")).collect();
        let binds: String = (0..n).map(|at| format!("    socket.create_server((h{at}, 0))\n")).collect();
        format!("import click\n{options}def f({names}):\n{binds}")
    }),
    ("comparisons in a function", |n| {
        format!("def f(h):\n{}", "    s = socket.create_server(('0.0.0.0', 0))\n    h == '0.0.0.0'\n".repeat(n))
    }),
    ("hosts in a list", |n| {
        let hosts = "'0.0.0.0', ".repeat(n);
        format!("import asyncio\n{}", format!("asyncio.start_server(f, [{hosts}], 0)\n").repeat(3))
    }),
    ("ports in a string", |n| {
        format!("import grpc\ns = grpc.server()\n{}", "s.add_insecure_port(f'[::]:{p}')\n".repeat(n))
    }),
    ("commands", |n| "import subprocess\nsubprocess.run(['python', '-m', 'http.server'])\n".repeat(n)),
    ("words of a command", |n| {
        format!("import subprocess\nsubprocess.run(['python', {} '-m', 'http.server'])\n", "'-u', ".repeat(n))
    }),
    ("annotations", |n| "# x (tightwire: http-server-usage)\n".repeat(n) + "HTTPServer(a, H)\n"),
];

const HEAD: &str =
    "import socket\nfrom http.client import HTTPConnection, HTTPSConnection\nfrom http.server import HTTPServer\n";

#[test]
fn deep_texts_are_fixed_or_refused() {
    run(&DEEP);
}

#[test]
fn long_texts_are_fixed_or_refused() {
    run(&WIDE);
}

/// The test's own test: work that grows with the square is noticed, and work in proportion is not.
#[test]
fn time_that_grows_with_the_square_is_noticed() {
    let turn =
        |turns: usize| (0..turns).fold(1_u64, |sum, turn| std::hint::black_box(sum.wrapping_mul(31) ^ turn as u64));
    let growth = |turns: &dyn Fn(usize) -> usize| {
        growth(|size| {
            turn(turns(size));
        })
        .unwrap()
    };
    let (square, proportional) = (growth(&|size| size * size * 400_000), growth(&|size| size * 1_000_000));
    assert!(square > BOUND && proportional < BOUND, "{square:.1} {proportional:.1}");
}

fn run(shapes: &[Shape]) {
    let only = std::env::var("TIGHTWIRE_HOSTILE_ONLY").ok();
    let asked = from_environment("TIGHTWIRE_HOSTILE").map(|size| usize::try_from(size).unwrap());
    let engine = invariants::engine();
    let mut wrong = Vec::new();
    for (name, shape) in shapes.iter().filter(|(name, _)| only.as_deref().is_none_or(|only| only == *name)) {
        let known = KNOWN.iter().find(|(known, _, _)| known == name);
        let size = asked.or(known.map(|(_, size, _)| *size)).unwrap_or(SIZE);
        let refusal = RefCell::default();
        let ratio = growth(|times| {
            let text = format!("{HEAD}{}", shape(times * size));
            refusal.replace(fixed_or_refused(&engine, name, text.into_bytes()));
        });
        if let Some(refusal) = refusal.into_inner() {
            eprintln!("          {name}: {refusal}");
            if !REFUSED.contains(name) && (size <= SIZE || shapes.len() != DEEP.len()) {
                wrong.push(format!("{name} is refused: {refusal}"));
            }
            continue;
        }
        if asked.is_none() && REFUSED.contains(name) {
            wrong.push(format!("{name} is not refused any more"));
        }
        let Some(ratio) = ratio else { continue };
        eprintln!("{ratio:>8.1}  {name}");
        let bound = known.map_or(BOUND, |(_, _, ratio)| 2.0 * ratio);
        if ratio > bound {
            wrong.push(format!(
                "{name}: {TIMES} times the text takes {ratio:.1} times as long, and {bound:.1} is the bound"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Holds what comes of a text against what must hold for any of them. Gives the reason of a refusal.
fn fixed_or_refused(engine: &Engine, name: &str, text: Vec<u8>) -> Option<String> {
    // Its calls are spread over lines, which asks more of each.
    let context = FileContext { line_length: Some(60), ..FileContext::default() };
    match engine.fix(text, &context, &mut All) {
        Ok(result) => {
            let count = |outcome| result.findings.iter().filter(|judged| judged.outcome == outcome).count();
            assert!(count(Outcome::Failed) == 0 || !result.problems.is_empty(), "{name}: failed in silence");
            assert_eq!(result.fixed.is_some(), count(Outcome::Fixed) > 0, "{name}");
            None
        }
        Err(error) => Some(error.to_string()),
    }
}

/// How many times as long `work` takes for [`TIMES`] as for 1; none when both are too short to say. One look is enough for what is
/// far below the bound, and the median of three decides about the rest.
fn growth(work: impl Fn(usize)) -> Option<f64> {
    let ratio = || {
        let [small, large] = [1, TIMES].map(|times| cpu_time_of(|| work(times)));
        (large > FLOOR).then(|| large.as_secs_f64() / small.as_secs_f64())
    };
    let first = ratio()?;
    if first < BOUND * 0.75 {
        return Some(first);
    }
    let mut ratios = [Some(first), ratio(), ratio()].map(Option::unwrap_or_default);
    ratios.sort_by(f64::total_cmp);
    Some(ratios[1])
}

/// The time that this thread has the processor for `work`.
fn cpu_time_of(work: impl FnOnce()) -> Duration {
    let now = || Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap();
    let start = now();
    work();
    now() - start
}
