"""What compiled before a fix compiles after it: compile.py BEFORE AFTER < paths, for any CPython from 2.7 on.

Prints `old PATH` for a file that this CPython did not compile before, `bad PATH: why` for one that it no longer
compiles, and nothing for the others.
"""
from __future__ import print_function

import io
import os
import sys
import warnings

warnings.simplefilter("ignore")
if hasattr(sys, "setrecursionlimit"):
    sys.setrecursionlimit(10000)


def error_of(path):
    with io.open(path, "rb") as file:
        source = file.read()
    try:
        compile(source, path, "exec", 0, True)
    except (SyntaxError, ValueError, TypeError, MemoryError, RuntimeError, OverflowError) as error:
        return "%s: %s" % (type(error).__name__, error)
    return None


before, after = sys.argv[1:]
for line in sys.stdin:
    name = line.rstrip("\n")
    if error_of(os.path.join(before, name)) is not None:
        print("old", name)
        continue
    why = error_of(os.path.join(after, name))
    if why is not None:
        print("bad %s: %s" % (name, why))
