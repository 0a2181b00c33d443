"""Tuples, lists, unpacking, indexes."""
ADDRESS = ("host", 80)
ask(ADDRESS[0])  # = "host"@2 .
ask(ADDRESS[1])  # = 80@2 .
host, port = ADDRESS
ask(host)  # = "host"@2 .
ask(port)  # = 80@2 .
a, b = "a", "b"
ask(a)  # = "a"@8 .
ask(b)  # = "b"@8 .
(c, d), e = ("c", "d"), "e"
ask(c)  # = "c"@11 .
ask(d)  # = "d"@11 .
ask(e)  # = "e"@11 .
f, *rest = "f", "g", "h"
ask(f)  # = "f"@15 .
ask(rest[0])  # = "g"@15 .
[g, h] = ["g", "h"]
ask(g)  # = "g"@18 .
LIST = ["l0", "l1"]
ask(LIST[0])  # = "l0"@20 ; unknown
ask(LIST[-1])  # = "l1"@20 ; unknown
ask(LIST[1])  # = "changed"@24 by item | "l1"@20 ; unknown
LIST[1] = "changed"
ask(LIST[1])  # = "changed"@24 by item ; unknown
NESTED = (("n0", "n1"), "n2")
ask(NESTED[0][1])  # = "n1"@26 .
ask(NESTED[1])  # = "n2"@26 .
i, j = j, i = "i", "j"
ask(i)  # = "j"@29 .
ask(("t0", "t1")[1])  # = "t1" .
k = l = "kl"
ask(l)  # = "kl"@32 .
m, n = LIST
ask(m)  # = "l0"@20 ; unknown@34
GROWS = ["first"]
GROWS.append("second")
ask(GROWS[0])  # = "first"@36 ; unknown
GROWS.insert(0, "zeroth")
ask(GROWS[0])  # = "first"@36 ; unknown
INDEX = 1
ask(ADDRESS[INDEX])  # = 80@2 .


def _unpack(address):
    where, number = address
    ask(where)  # = "u"@52 by passed@52 | "v"@53 by passed@53 .
    ask(number)  # = 1@52 by passed@52 | 2@53 by passed@53 .
    ask(address[0])  # = "u"@52 by passed@52 | "v"@53 by passed@53 .


_unpack(("u", 1))
_unpack(address=("v", 2))
o = [*("s0", "s1")]
ask(o[0])  # = ; unknown@54
class Box:
    pass


box = Box()
box.host, box.port = "boxed", 5
ask(box.host)  # = ; unknown
SLICED = ("s0", "s1", "s2", "s3")
ask(SLICED[1:][0])  # = "s1"@63 .
ask(SLICED[1:3][1])  # = "s2"@63 .
ask(SLICED[:2][0])  # = "s0"@63 .
ask(SLICED[2:][-1])  # = "s3"@63 .
ask(SLICED[:2][-1])  # = ; unknown
ask(SLICED[::2][1])  # = ; unknown
for sliced in SLICED[2:]:
    ask(sliced)  # = "s0"@63 | "s1"@63 | "s2"@63 | "s3"@63 .
first, *middle, last = SLICED
ask(first)  # = "s0"@63 .
ask(middle[0])  # = "s1"@63 ; unknown
ask(middle[-1])  # = "s2"@63 ; unknown
ask(last)  # = "s3"@63 .
for part in middle:
    ask(part)  # = "s0"@63 | "s1"@63 | "s2"@63 | "s3"@63 ; unknown@77
middle.append("more")
ask(middle[1])  # = "s2"@63 ; unknown
(inner, *others), outer = (("i0", "i1"), "o")
ask(others[0])  # = "i1"@81 .
for head, *tail, end in [("h", "t0", "t1", "e")]:
    ask(head)  # = "h"@83 .
    ask(tail[1])  # = "t1"@83 .
    ask(end)  # = "e"@83 .
INDEX = 1
ask(SLICED[INDEX])  # = "s1"@63 .
