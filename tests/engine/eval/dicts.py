"""Dictionaries: items, get, defaults, changes, ** in calls."""
OPTIONS = {"host": "h", "port": 80}
ask(OPTIONS["host"])  # = "h"@2 ; unknown
ask(OPTIONS["port"])  # = 80@2 ; unknown
ask(OPTIONS.get("host"))  # = "h"@2 ; unknown
ask(OPTIONS.get("host", "default"))  # = "h"@2 ; unknown
ask(OPTIONS.get("none", "default"))  # = "default" by setting ; environment
KEY = "host"
ask(OPTIONS[KEY])  # = "h"@2 ; unknown
CHANGED = {"host": "old"}
CHANGED["host"] = "new"
ask(CHANGED["host"])  # = "new"@11 by item ; unknown
CHANGED["other"] = "added"
ask(CHANGED["other"])  # = "added"@13 by item ; unknown
MERGED = {**OPTIONS, "host": "merged"}
ask(MERGED["host"])  # = "merged"@15 .
ask(MERGED["port"])  # = 80@2 ; unknown@15
MADE = dict(host="made")
ask(MADE["host"])  # = "made"@18 .
NESTED = {"server": {"host": "deep"}}
ask(NESTED["server"]["host"])  # = "deep"@20 .
UPDATED = {"host": "first"}
UPDATED.update(host="second")
ask(UPDATED["host"])  # = "second"@23 by item ; unknown
ask({"a": "inline"}["a"])  # = "inline" .


def _take(host="dflt", port=1):
    ask(host)  # = "h"@2 by passed@33 | "dflt"@28 by default@28 ; unknown@33
    ask(port)  # = 80@2 by passed@33 | 1@28 by default@28 ; unknown@33


_take(**OPTIONS)


def _items(options):
    ask(options["host"])  # = "passed"@41 by passed@41 | "h"@2 by passed@42 ; unknown@42
    ask(options.get("host"))  # = options.get("host") .


_items({"host": "passed"})
_items(OPTIONS)


def _kwargs(**options):
    ask(options["host"])  # = "kw"@50 by passed@50 .
    ask(options.get("host", "none"))  # = "none" by setting ; environment


_kwargs(host="kw")
EMPTY = {}
EMPTY["host"] = "set"
ask(EMPTY["host"])  # = "set"@52 by item ; unknown
ask(EMPTY.get("host"))  # = EMPTY.get("host") .
DEFAULTED = {}
DEFAULTED.setdefault("host", "sd")
ask(DEFAULTED["host"])  # = "sd"@56 by item ; unknown, unknown@55
NUMBERS = {1: "number", "1": "text", -1: "negative"}
ask(NUMBERS[1])  # = "number"@58 .
ask(NUMBERS["1"])  # = "text"@58 .
ask(NUMBERS[-1])  # = "negative"@58 .
BOOLEANS = {True: "yes", False: "no"}
ask(BOOLEANS[1])  # = "yes"@62 .
NAME = "named"
BY_NAME = {"named": "first", NAME: "last"}
ask(BY_NAME["named"])  # = "last"@65 .
COMPUTED = {"a": "literal", "b".upper(): "computed"}
ask(COMPUTED["a"])  # = "literal"@67 ; unknown@67
AFTER = {"host": "before", **{"host": "after"}}
ask(AFTER["host"])  # = "before"@69 | "after"@69 .
DEEP = {"a": {"b": "old"}}
ask(DEEP["a"]["b"])  # = "new"@73 by item | "old"@71 ; unknown
DEEP["a"]["b"] = "new"
ask(DEEP["a"]["b"])  # = "new"@73 by item ; unknown


def _by_key(key="x"):
    ask(KEYED[key])  # = "at y"@81 | "at x"@81 .


KEYED = {"x": "at x", "y": "at y", "z": "at z"}
_by_key()
_by_key("y")


def _set(key="p"):
    SET[key] = "set by key"


SET = {}
_set()
ask(SET["p"])  # = "set by key"@87 by item ; unknown, unknown@90


def _in_branch(flag):
    found = {"host": "kept"}
    if flag:
        found["host"] = "replaced"
        ask(found["host"])  # = "replaced"@98 by item | "in loop"@103 by item ; unknown
    ask(found["host"])  # = "replaced"@98 by item | "in loop"@103 by item | "kept"@96 ; unknown
    for _ in (1, 2):
        ask(found["host"])  # = "replaced"@98 by item | "in loop"@103 by item | "kept"@96 ; unknown
        found["host"] = "in loop"
    ask(found["host"])  # = "replaced"@98 by item | "in loop"@103 by item | "kept"@96 ; unknown
    found = {"host": "other"}
    ask(found["host"])  # = "replaced"@98 by item | "in loop"@103 by item | "other"@105 ; unknown


_in_branch(True)
_in_branch(False)
TWICE = {"a": "one", "a": "two"}
ask(TWICE["a"])  # = "two"@111 .


def _refilled(**options):
    def refill():
        for key in options:
            options[key] = "refilled"

    refill()
    ask(options["host"])  # = "first"@124 by passed@124 ; unknown


_refilled(host="first")


def _under_any_key(name, place):
    hosts = {"all": "0.0.0.0", "here": "127.0.0.1"}
    order = ["0.0.0.0", "::"]
    ports = dict(all="10.0.0.1", log="10.0.0.2")
    ask(hosts[name])  # = "0.0.0.0"@128 | "127.0.0.1"@128 ; unknown@139, unknown
    ask(hosts.get(name))  # = "0.0.0.0"@128 | "127.0.0.1"@128 ; unknown
    ask(hosts.get(name, "10.0.0.3"))  # = "0.0.0.0"@128 | "127.0.0.1"@128 | "10.0.0.3" ; unknown
    ask(order[place])  # = "0.0.0.0"@129 | "::"@129 ; unknown@139, unknown
    ask(ports[name])  # = "10.0.0.1"@130 | "10.0.0.2"@130 ; unknown@139, unknown
    ask({"here": "127.0.0.1", **hosts}[name])  # = ; unknown@139, unknown, unknown


_under_any_key("lla"[::-1], len("x"))
