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
ask(CHANGED["host"])  # = "new"@11 by item | "old"@10 ; unknown
CHANGED["other"] = "added"
ask(CHANGED["other"])  # = "added"@13 by item ; unknown, unknown@10
MERGED = {**OPTIONS, "host": "merged"}
ask(MERGED["host"])  # = "merged"@15 | "h"@2 ; unknown@15
ask(MERGED["port"])  # = 80@2 ; unknown@15
MADE = dict(host="made")
ask(MADE["host"])  # = "made"@18 .
NESTED = {"server": {"host": "deep"}}
ask(NESTED["server"]["host"])  # = "deep"@20 .
UPDATED = {"host": "first"}
UPDATED.update(host="second")
ask(UPDATED["host"])  # = "second"@23 by item | "first"@22 ; unknown
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
ask(EMPTY["host"])  # = "set"@52 by item ; unknown, unknown@51
ask(EMPTY.get("host"))  # = EMPTY.get("host") .
DEFAULTED = {}
DEFAULTED.setdefault("host", "sd")
ask(DEFAULTED["host"])  # = "sd"@56 by item ; unknown, unknown@55
