"""Runs a program that calls `ask`, and holds what arrives against what the evaluator says.

Arguments: the program, and as JSON by line: the values as code, and whether they are all. Prints how many values arrived, and how many of
them are among the literal ones; exits with 1 where one is not although all values are known and literals.
"""
import ast
import builtins
import json
import sys

path, answers = sys.argv[1], json.loads(sys.argv[2])
counts = {"arrived": 0, "foreseen": 0}
wrong = []


def literal(code):
    try:
        return True, ast.literal_eval(code)
    except (ValueError, SyntaxError):
        return False, None


def ask(value, *rest):
    line = sys._getframe(1).f_lineno
    answer = answers.get(str(line))
    if answer is None or not isinstance(value, (str, int, type(None))):
        return value
    literals = [literal(code) for code in answer["values"]]
    # `int("80")` is followed to the text.
    is_foreseen = any(is_literal and str(possible) == str(value) for is_literal, possible in literals)
    counts["arrived"] += 1
    counts["foreseen"] += is_foreseen
    if answer["complete"] and literals and all(is_literal for is_literal, _ in literals) and not is_foreseen:
        wrong.append("%s:%d: %r arrives, which is none of %s" % (path, line, value, ", ".join(answer["values"])))
    return value


builtins.ask = ask
sys.argv = [path]
with open(path, encoding="utf-8") as stream:
    code = compile(stream.read(), path, "exec")
exec(code, {"__name__": "__main__", "__file__": path})
sys.stdout.write("\n".join(wrong) if wrong else "%(arrived)d %(foreseen)d" % counts)
sys.exit(1 if wrong else 0)
