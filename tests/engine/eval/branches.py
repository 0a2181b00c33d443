"""Branches: if, elif, else, match, conditional expressions, or, and."""
import sys

FLAG = len(sys.argv) > 5
if FLAG:
    A = "yes"
else:
    A = "no"
ask(A)  # = "yes"@6 | "no"@8 .
if FLAG:
    B = "b1"
elif not FLAG:
    B = "b2"
else:
    B = "b3"
ask(B)  # = "b1"@11 | "b2"@13 | "b3"@15 .
C = "before"
if FLAG:
    C = "after"
ask(C)  # = "before"@17 | "after"@19 .
ask("x" if FLAG else "y")  # = "x" by choice | "y" by choice .
D = "x" if FLAG else "y"
ask(D)  # = "x"@22 by choice@22 | "y"@22 by choice@22 .
E = D if FLAG else C
ask(E)  # = "x"@22 by choice@22, choice@24 | "y"@22 by choice@22, choice@24 | "before"@17 by choice@24 | "after"@19 by choice@24 .
ask("" or "fallback")  # = "fallback" by choice .
F = "" or "fallback"
ask(F)  # = "fallback"@27 by choice@27 .
G = FLAG and "and"
ask(G)  # = "and"@29 by choice@29 ; unknown@29
H = None or A
ask(H)  # = None@31 by choice@31 | "yes"@6 by choice@31 | "no"@8 by choice@31 .
ask("first" if FLAG else "second" if not FLAG else "third")  # = "first" by choice | "second" by choice, choice | "third" by choice, choice .


def _choose(kind):
    if kind == "a":
        value = "one"
        ask(value)  # = "one"@38 .
    else:
        value = "two"
        ask(value)  # = "two"@41 .
    ask(value)  # = "one"@38 | "two"@41 .
    return value


def _leave(kind):
    value = "early"
    if kind == "a":
        value = "left"
        return value
    ask(value)  # = "early"@48 .
    return value


def _rebind(kind):
    value = "old"
    if kind:
        value = "new"
        ask(value)  # = "new"@59 .
    else:
        ask(value)  # = "old"@57 .
    value = "last"
    ask(value)  # = "last"@63 .


def _test(value="", other="other"):
    ask(value or other)  # = "given"@80 by passed@80, choice | "other"@67 by default@67, choice .
    ask(value if value else other)  # = "given"@80 by passed@80, choice | "other"@67 by default@67, choice .
    ask(other or value)  # = "other"@67 by default@67, choice | "given"@80 by passed@80, choice | ""@67 by default@67, choice .


_choose("a")
_choose("b")
_leave("a")
_leave("b")
_rebind(True)
_rebind(False)
_test()
_test("given")
if FLAG:
    I = "i"
ask(A if FLAG else "else")  # = "yes"@6 by choice | "no"@8 by choice | "else" by choice .
J = ("paren" if FLAG else
     "lines")
ask(J)  # = "paren"@84 by choice@84 | "lines"@85 by choice@84 .
