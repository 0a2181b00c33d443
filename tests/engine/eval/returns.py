"""What functions return: literals, arguments, several values, tuples, generators."""


def _literal():
    return "lit"


def _several(flag):
    if flag:
        return "one"
    return "two"


def _pair():
    return "h", 1


def _identity(value):
    return value


def _nothing():
    pass


def _default(value="dflt"):
    return value


def _chain():
    return _literal()


def _generator():
    yield "yielded"


def _local():
    value = "local"
    return value


def _ternary(flag):
    return "a" if flag else "b"


def _maybe(flag):
    if flag:
        return "maybe"


ask(_literal())  # = "lit"@5 by returned .
ask(_several(True))  # = "one"@10 by returned | "two"@11 by returned .
ask(_several(False))  # = "one"@10 by returned | "two"@11 by returned .
ask(_pair()[0])  # = "h"@15 by returned .
host, port = _pair()
ask(host)  # = "h"@15 by returned@56 .
ask(port)  # = 1@15 by returned@56 .
ask(_identity("id"))  # = "id" by passed, returned .
ask(_identity("other"))  # = "other" by passed, returned .
ask(_nothing())  # = ; unknown
ask(_default())  # = "dflt"@26 by default@26, returned .
ask(_default("given"))  # = "given" by passed, returned .
ask(_chain())  # = "lit"@5 by returned@31, returned .
for value in _generator():
    ask(value)  # = "yielded"@35 by returned@65 .
ask(_local())  # = "local"@39 by returned .
ask(_ternary(True))  # = "a"@44 by choice@44, returned | "b"@44 by choice@44, returned .
ask(_maybe(True))  # = "maybe"@49 by returned ; unknown
ask(_maybe(False))  # = "maybe"@49 by returned ; unknown
RESULT = _literal()
ask(RESULT)  # = "lit"@5 by returned@71 .
ask((lambda: "lam")())  # = "lam" by returned .
make = lambda: "made"
ask(make())  # = "made"@74 by returned .


def _wrap(function):
    return function


@_wrap
def _decorated():
    return "decorated"


ask(_decorated())  # = "decorated"@84 by returned .


async def _coroutine():
    return "awaited"


async def _await():
    ask(await _coroutine())  # = "awaited"@91 by returned .


import asyncio

asyncio.run(_await())


def _dictionary():
    return {"host": "in dict"}


ask(_dictionary()["host"])  # = "in dict"@104 by returned .


def _outer():
    def inner():
        return "inner"

    return inner()


ask(_outer())  # = "inner"@112 by returned@114, returned .
ask(str("made by str"))  # = "made by str" .
