"""Loops and comprehensions: elements, unpacked elements, what is left after a loop."""
for a in ("one", "two"):
    ask(a)  # = "one"@2 | "two"@2 .
ask(a)  # = "one"@2 | "two"@2 .
for b in ["x"]:
    ask(b)  # = "x"@5 .
for c, d in (("h", 1), ("i", 2)):
    ask(c)  # = "h"@7 | "i"@7 .
    ask(d)  # = 1@7 | 2@7 .
HOSTS = ["m", "n"]
for e in HOSTS:
    ask(e)  # = "m"@10 | "n"@10 .
PAIRS = [("p", 80), ("q", 443)]
for host, port in PAIRS:
    ask(host)  # = "p"@13 | "q"@13 .
    ask(port)  # = 80@13 | 443@13 .
for f in {"set"}:
    ask(f)  # = "set"@17 .
[ask(g) for g in ("l1", "l2")]  # = "l1" | "l2" .
{ask(h) for h in ["s1"]}  # = "s1" .
for i in range(2):
    ask(i)  # = ; unknown@21
value = "before"
for j in ("k",):
    value = j
ask(value)  # = "before"@23 | "k"@24 .
k = "start"
while k != "end":
    k = "end"
    ask(k)  # = "end"@29 .
ask(k)  # = "start"@27 | "end"@29 .
for l in ("break",):
    break
else:
    l = "else"
ask(l)  # = "break"@32 | "else"@35 .
for number, name in enumerate(("e1", "e2")):
    ask(name)  # = "e1"@37 | "e2"@37 .
GROWN = ["g1"]
GROWN.append("g2")
for m in GROWN:
    ask(m)  # = "g1"@39 ; unknown@41
for n in (HOSTS[0], "lit"):
    ask(n)  # = "m"@10 | "lit"@43 .
for o in ("outer",):
    for p in (o, "inner"):
        ask(p)  # = "outer"@45 | "inner"@46 .
for q in ("a", *HOSTS):
    ask(q)  # = ; unknown@48


def _each(items=("d1", "d2")):
    for item in items:
        ask(item)  # = "d1"@52 by default@52 | "d2"@52 by default@52 .


_each()
for r in reversed(("r1", "r2")):
    ask(r)  # = "r1"@58 | "r2"@58 .
