"""Functions as values: given other names, chosen, passed, returned, put in the place of others by decorators."""


def _one():
    return "one"


def _two():
    return "two"


def _call(function):
    return function()


ask(_call(_one))  # = "one"@5 by returned@13, returned .
ask(_call(_two))  # = "two"@9 by returned@13, returned .
ask(_call(lambda: "lam"))  # = "lam" by returned@13, returned .


def _choose(flag):
    return _one if flag else _two


ask(_choose(True)())  # = "one"@5 by returned | "two"@9 by returned .
ask((_one if _choose else _two)())  # = "one"@5 by returned | "two"@9 by returned .
TABLE = [_one, _two]
ask(TABLE[1]())  # = "two"@9 by returned .
NAMED = {"one": _one, "two": _two}
ask(NAMED["two"]())  # = "two"@9 by returned .


def _identity(value):
    return value


ask(_identity(_identity)("twice"))  # = "twice" by passed, returned .
ask(_identity(_identity("inner")))  # = "inner" by passed, returned, passed, returned .
ask(_identity(_one)())  # = "one"@5 by returned .


def _local(value):
    other = value
    return other


ask(_local("a"))  # = "a" by passed, returned .
ask(_local(_local("b")))  # = "b" by passed, returned, passed, returned .


def _branches(value, flag):
    found = "neither"
    if flag:
        found = value
    return found


ask(_branches(_branches("inner", True), True))  # = "neither"@52 by returned | "neither"@52 by returned, passed, returned | "inner" by passed, returned, passed, returned .
ask(_branches(_branches("inner", True), False))  # = "neither"@52 by returned | "neither"@52 by returned, passed, returned | "inner" by passed, returned, passed, returned .
last = "first"


def _remember(value):
    global last
    before = last
    last = value
    return before


_remember("second")
ask(_remember("third"))  # = "first"@60 by returned | "second"@70 by passed@70, returned | "third" by passed, returned .


def _repeat(value, times):
    if times:
        return _repeat(value, times - 1)
    return value


ask(_repeat("again", 2))  # = "again" by passed, returned@76, returned@76, returned | "again" by passed, returned ; unknown@76, unknown@76


def _swap(first, second):
    return second, first


ask(_swap("s1", "s2")[0])  # = "s2" by passed, returned .


def _optional(value="left out"):
    return value


ask(_optional())  # = "left out"@90 by default@90, returned .
ask(_optional("given"))  # = "given" by passed, returned .


def _rest(*values, **options):
    return values[0], options["host"]


ask(_rest("r0", host="r1")[0])  # = "r0" by passed, returned .
ask(_rest("r2", host="r3")[1])  # = "r3" by passed, returned .


def keeps(function):
    return function


def replaces(function):
    def inner():
        return "replaced"

    return inner


def wraps(function):
    def inner():
        return function()

    return inner


def makes(value):
    def decorator(function):
        def inner():
            return value

        return inner

    return decorator


@keeps
def _kept():
    return "kept"


@replaces
def _replaced():
    return "never"


@wraps
def _wrapped():
    return "wrapped"


@wraps
@replaces
def _both():
    return "never"


@makes("made")
def _made():
    return "never"


ask(_kept())  # = "kept"@136 by returned .
ask(_replaced())  # = "replaced"@112 by returned .
ask(_wrapped())  # = "wrapped"@146 by returned .
ask(_both())  # = "replaced"@112 by returned .
ask(_made())  # = "made"@155 by passed@155, returned ; callers@124


import functools


def keeping_name(function):
    @functools.wraps(function)
    def inner(*args):
        return function(*args)

    return inner


@keeping_name
def _named_still(value):
    return value


ask(_named_still("still"))  # = "still" by passed, passed@173, returned@173, returned ; callers@170


class Handlers:
    def __init__(self):
        self.handler = self.first
        self.given = _one

    def first(self, value):
        return value

    @keeps
    def kept(self):
        return "method kept"


handlers = Handlers()
ask(handlers.handler("handled"))  # = "handled" by passed, returned .
ask(handlers.given())  # = "one"@5 by returned .
ask(handlers.kept())  # = "method kept"@196 by returned .
bound = handlers.first
ask(bound("bound"))  # = "bound" by passed, returned .
ask(Handlers.first(handlers, "unbound"))  # = "unbound" by passed, returned .
unbound = Handlers.first
ask(unbound(handlers, "unbound too"))  # = "unbound too" by passed, returned .


class Base:
    def give(self):
        return "base"

    def take(self):
        return self.give()


class Derived(Base):
    def give(self):
        return "derived"


ask(Base().take())  # = "base"@212 by returned@215, returned | "derived"@220 by returned@215, returned .
ask(Derived().take())  # = "base"@212 by returned@215, returned | "derived"@220 by returned@215, returned .
