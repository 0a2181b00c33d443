"""Generators, context managers, lambdas, builtins that hand elements on."""
from contextlib import contextmanager


def names():
    yield "one"
    yield "two"


for name in names():
    ask(name)  # = "one"@6 by returned@10 | "two"@7 by returned@10 .
ask(next(names()))  # = "one"@6 by returned | "two"@7 by returned .
ask(list(names())[0])  # = ; unknown


@contextmanager
def opened():
    yield "managed"


with opened() as it:
    ask(it)  # = "managed"@18 by returned@21 .


def others():
    yield from names()


for other in others():
    ask(other)  # = ; unknown@29

ask((lambda: "called")())  # = "called" by returned .
ask((lambda value: value)("passed"))  # = "passed" by passed, returned .
PAIRS = {"key": "value"}
for key, value in PAIRS.items():
    ask(key)  # = "key"@34 .
    ask(value)  # = "value"@34 .
for value in PAIRS.values():
    ask(value)  # = "value"@34 .
for key in PAIRS:
    ask(key)  # = "key"@34 .
for position, element in enumerate(["e1", "e2"]):
    ask(element)  # = "e1"@42 | "e2"@42 .
for left, right in zip(["l1"], ["r1"]):
    ask(left)  # = "l1"@44 .
    ask(right)  # = "r1"@44 .
ask(sorted(["s2", "s1"])[0])  # = "s2" | "s1" .
ask(next(iter(["n1"])))  # = "n1" .
ask(next(iter([]), "fallback"))  # = "fallback" ; unknown
ask(["a", "b", "c"][-1])  # = "c" .
ask(min("m1", "m2"))  # = "m1" | "m2" .
ask(tuple(["t1", "t2"])[1])  # = "t2" .
