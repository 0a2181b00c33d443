"""Runs programs, and says which values arrive where they call `ask(value, mark)`.

Each line of standard input is a JSON list of programs, and is answered by a line with a list: for each program why it ended early ("" if
it did not), and the [mark, value] pairs that arrived. Each program runs several times; `flag()` then gives other answers.
"""
import builtins
import json
import random
import resource
import signal
import sys
import warnings

RUNS = 3
MOST_FLAGS = 40

# The names of the program that runs.
names = {}


def run(code, seed, arrived):
    choices = random.Random(seed)
    left = [MOST_FLAGS]

    def flag():
        left[0] -= 1
        return left[0] > 0 and choices.random() < 0.5

    def ask(value, mark):
        if value is None or type(value) is str:
            arrived.add((mark, value))
        return value

    builtins.ask, builtins.flag = ask, flag
    # Again and again: `finally: continue` swallows what the first one raises.
    signal.setitimer(signal.ITIMER_REAL, 0.5, 0.1)
    names.update({"__name__": "__main__", "__file__": "generated.py"})
    try:
        exec(code, names)
        return ""
    except Exception as error:
        return "%s: %s" % (type(error).__name__, error)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        names.clear()


def ended(code, seed, arrived):
    try:
        return run(code, seed, arrived)
    except TimeoutError as error:
        return "TimeoutError: %s" % error


def results(program):
    try:
        code = compile(program, "generated.py", "exec")
    except (SyntaxError, RecursionError) as error:
        return {"ended": "SyntaxError: %s" % error, "arrived": []}
    arrived = set()
    ends = [ended(code, seed, arrived) for seed in range(RUNS)]
    return {"ended": max(ends, key=len), "arrived": sorted(arrived, key=str)}


def out_of_time(*_):
    # A function that calls itself in a `finally` finds itself no more.
    names.clear()
    raise TimeoutError("too long")


warnings.simplefilter("ignore")
signal.signal(signal.SIGALRM, out_of_time)
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
sys.setrecursionlimit(400)
answers, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    json.dump([results(program) for program in json.loads(line)], answers)
    answers.write("\n")
    answers.flush()
