"""Names: assigned once, again, in a chain, by a walrus, in another scope."""
A = "a"
B = A
C = D = "cd"
E: str = "e"
F: str
F = "f"
ask("literal")  # = "literal" .
ask(A)  # = "a"@2 .
ask(B)  # = "a"@2 .
ask(C)  # = "cd"@4 .
ask(D)  # = "cd"@4 .
ask(E)  # = "e"@5 .
ask(F)  # = "f"@7 .
ask((A))  # = "a"@2 .
ask(((B)))  # = "a"@2 .
G = "one"
ask(G)  # = "one"@17 .
G = "two"
ask(G)  # = "two"@19 .
if (H := "walrus"):
    ask(H)  # = "walrus"@21 .
ask(H)  # = "walrus"@21 .
ask((I := A))  # = "a"@2 .
ask(I)  # = "a"@2 .


def _read():
    ask(A)  # = "a"@2 .
    ask(G)  # = "one"@17 | "two"@19 .
    local = B
    ask(local)  # = "a"@2 .
    local = "again"
    ask(local)  # = "again"@33 .


def _shadow():
    A = "inner"
    ask(A)  # = "inner"@38 .

    def nested():
        ask(A)  # = "inner"@38 .
        B = "deep"
        ask(B)  # = "deep"@43 .

    nested()


def _assign():
    global J
    J = "global"
    ask(J)  # = "global"@51 .


def _outer():
    kept = "kept"

    def change():
        nonlocal kept
        kept = "changed"
        ask(kept)  # = "kept"@56 | "changed"@60 .

    ask(kept)  # = "kept"@56 | "changed"@60 .
    change()


_read()
_shadow()
_assign()
_outer()
ask(J)  # = "global"@51 .
K = 80
ask(K)  # = 80@72 .
L = None
ask(L)  # = None@74 .
del L
L = "new"
ask(L)  # = "new"@77 .
M = True
ask(M)  # = True@79 .
N = "con" "cat"
ask(N)  # = "con" "cat"@81 .
ask(None)  # = None .
