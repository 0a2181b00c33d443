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


class _Counts:
    def __init__(self, last=3):
        self.last = last

    def __iter__(self):
        self.now = 0
        return self

    def __next__(self):
        if self.now >= self.last:
            raise StopIteration
        self.now += 1
        return "next"


class _Gives:
    def __iter__(self):
        yield "given"


class _HandsOn:
    hosts = ("on1", "on2")

    def __iter__(self):
        return iter(self.hosts)

    def all(self):
        for host in self:
            ask(host)  # = "on1"@76 by attribute@79, returned@82 | "on2"@76 by attribute@79, returned@82 .


for counted in _Counts():
    ask(counted)  # = "next"@67 by returned@86 .
for counted in _Gives():
    ask(counted)  # = "given"@72 by returned@88 .
for counted in _HandsOn():
    ask(counted)  # = "on1"@76 by attribute@79, returned@90 | "on2"@76 by attribute@79, returned@90 .
_HandsOn().all()
ask(list(_Gives())[0])  # = ; unknown
ask(next(iter(_Gives())))  # = "given"@72 by returned .
COUNTS = _Counts()
for counted in COUNTS:
    ask(counted)  # = "next"@67 by returned@95 .
