"""match, while with else, assert, nested branches, del, star expressions."""


def _match(kind):
    match kind:
        case "a":
            value = "one"
        case "b" | "c":
            value = "two"
        case _:
            value = "other"
    ask(value)  # = "one"@7 | "two"@9 | "other"@11 .


_match("a")
_match("b")
_match("z")


def _match_some(kind):
    value = "before"
    match kind:
        case "a":
            value = "matched"
    ask(value)  # = "before"@21 | "matched"@24 .


_match_some("a")
_match_some("b")


def _match_bind(pair):
    match pair:
        case (host, port):
            ask(host)  # = ; unknown
            ask(port)  # = ; unknown


_match_bind(("bound", 1))


def _nested(one, two):
    if one:
        if two:
            value = "both"
        else:
            value = "first"
    elif two:
        value = "second"
    else:
        value = "neither"
    ask(value)  # = "both"@45 | "first"@47 | "second"@49 | "neither"@51 .


_nested(True, True)
_nested(True, False)
_nested(False, True)
_nested(False, False)


def _early(flag):
    if flag:
        value = "flag"
    else:
        return
    ask(value)  # = "flag"@63 .


_early(True)
_early(False)


def _raises(flag):
    if flag:
        value = "fine"
    else:
        raise ValueError
    ask(value)  # = "fine"@75 .


_raises(True)


def _continue(items):
    for item in items:
        if item == "skip":
            value = "skipped"
            continue
        value = "kept"
        ask(value)  # = "kept"@89 .


_continue(["skip", "keep"])


def _loop_carried(count):
    value = "first"
    for _ in range(count):
        ask(value)  # = "first"@97 | "later"@100 .
        value = "later"


_loop_carried(2)


def _break(items):
    found = "none"
    for item in items:
        if item:
            found = "found"
            break
    ask(found)  # = "none"@107 | "found"@110 .


_break([1])
_break([])


def _assert(value):
    assert value == "asserted"
    ask(value)  # = "asserted"@124 by passed@124 .


_assert("asserted")


def _augmented():
    value = "one"
    value += "two"
    ask(value)  # = ; unknown


_augmented()


def _walrus(text):
    if (value := text):
        ask(value)  # = "walrus"@141 by passed@141 .


_walrus("walrus")


def _swap():
    a, b = "a", "b"
    a, b = b, a
    ask(a)  # = "b"@145 .
    ask(b)  # = "a"@145 .


_swap()


def _delete():
    value = "deleted"
    del value
    value = "new"
    ask(value)  # = "new"@157 .


_delete()
first, (second, third) = "1", ("2", "3")
ask(second)  # = "2"@162 .
ask(third)  # = "3"@162 .
ask([element for element in ("c1", "c2")][0])  # = ; unknown
ask({key: key for key in ("k",)}["k"])  # = ; unknown
ask(next(iter(("n",))))  # = "n" .
ask("".join(("j", "k")))  # = "".join(("j", "k")) .
ask("%s" % "formatted")  # = "%s" % "formatted" .
ask(f"{'f'}")  # = f"{'f'}" .
ask("a" + "b")  # = "a" + "b" .
ask("upper".upper())  # = "upper".upper() .
ask(b"bytes".decode())  # = b"bytes".decode() .
ask(-1)  # = -1 .
ask(0x50)  # = 0x50 .
ask(8_0)  # = 8_0 .
