"""try, except, else, finally, with."""
import contextlib

try:
    A = "body"
except ValueError:
    A = "handler"
ask(A)  # = "body"@5 | "handler"@7 .
try:
    B = int("x")
except ValueError:
    B = "handler"
ask(B)  # = "x"@10 | "handler"@12 .
try:
    C = "c1"
except ValueError:
    C = "c2"
else:
    C = "c3"
ask(C)  # = "c2"@17 | "c3"@19 .
try:
    D = "d1"
finally:
    D = "d2"
ask(D)  # = "d2"@24 .
E = "before"
try:
    E = "body"
    int("x")
except ValueError:
    pass
ask(E)  # = "before"@26 | "body"@28 .
with contextlib.suppress(ValueError):
    F = "with"
ask(F)  # = "with"@34 .
G = "g1"
with contextlib.suppress(ValueError):
    int("x")
    G = "g2"
ask(G)  # = "g1"@36 | "g2"@39 .
try:
    import missing_module_of_this_test as H
except ImportError:
    H = None
ask(H)  # = None@44 ; unknown


def _try(value):
    try:
        result = int(value)
    except ValueError:
        result = "bad"
    ask(result)  # = "1"@60 by passed@60 | "x"@61 by passed@61 | "bad"@52 .
    try:
        return value
    finally:
        ask(value)  # = "1"@60 by passed@60 | "x"@61 by passed@61 .


_try("1")
_try("x")
try:
    raise ValueError("raised")
except ValueError as error:
    I = "caught"
ask(I)  # = "caught"@65 .
try:
    pass
except ValueError:
    J = "never"
else:
    J = "else"
ask(J)  # = "never"@70 | "else"@72 .
try:
    try:
        K = "inner"
    except KeyError:
        K = "key"
except ValueError:
    K = "value"
ask(K)  # = "inner"@76 | "key"@78 | "value"@80 .
