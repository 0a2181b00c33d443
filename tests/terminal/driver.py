"""Runs a program at a pseudo-terminal, step by step; see pty.rs beside it.

The plan comes as JSON on standard input, and what happened goes out as JSON: the bytes shown, how the program ended, and
whether the terminal was left as it was found.
"""

import base64
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

plan = json.load(sys.stdin)


def resize(terminal, rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


# The slave side stays open here, so that its settings can be read after the program has ended.
terminal, slave = pty.openpty()
resize(terminal, *plan["size"])
before = termios.tcgetattr(slave)
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for stream in range(3):
        os.dup2(slave, stream)
    os.closerange(3, 256)
    os.chdir(plan["folder"])
    os.execve(plan["program"], [plan["program"]] + plan["args"], plan["env"])
shown = b""
seen = 0
status = None
problem = None


def ended():
    global status
    if status is None:
        done, code = os.waitpid(pid, os.WNOHANG)
        if done:
            status = code
    return status is not None


def read(wait):
    global shown
    if not select.select([terminal], [], [], wait)[0]:
        return False
    try:
        got = os.read(terminal, 65536)
    except OSError:
        return False
    shown += got
    return bool(got)


def react(step):
    """Answers each question by what it is about, until the program ends or is killed."""
    global seen, problem
    rules = [(re.compile(pattern.encode(), re.DOTALL), list(keys)) for pattern, *keys in step["react"]]
    start = time.monotonic()
    never = float("inf")
    while not ended():
        read(0.005)
        took = time.monotonic() - start
        if len(shown) >= step.get("kill_after_bytes", never) or took >= step.get("kill_after_seconds", never):
            os.kill(pid, signal.SIGKILL)
            return
        if took > plan["patience"]:
            problem = "the program asks what nobody answers"
            return
        found = [(match.start(), match.end(), keys) for rule, keys in rules for match in [rule.search(shown, seen)] if match]
        if found:
            _, seen, keys = min(found, key=lambda match: match[:2])
            # The last of them is for every further time.
            os.write(terminal, (keys.pop(0) if len(keys) > 1 else keys[0]).encode())


for step in plan["steps"]:
    if "react" in step:
        react(step)
        break
    wanted = step["wait"].encode()
    deadline = time.monotonic() + plan["patience"]
    while True:
        at = shown.find(wanted, seen)
        if at >= 0:
            seen = at + len(wanted)
            break
        if not read(0.05) and ended():
            problem = "the program ended before it showed %r" % step["wait"]
            break
        if time.monotonic() > deadline:
            problem = "%r was not shown in time" % step["wait"]
            break
    if problem:
        break
    time.sleep(step.get("pause", 0))
    if "python" in step:
        exec(step["python"], {"folder": plan["folder"], "pid": pid})
    if "size" in step:
        resize(terminal, *step["size"])
    if "signal" in step:
        os.kill(pid, getattr(signal, step["signal"]))
    if "bytes" in step:
        os.write(terminal, bytes.fromhex(step["bytes"]))
    if "keys" in step:
        os.write(terminal, step["keys"].encode())

deadline = time.monotonic() + plan["patience"]
while not ended() and not problem:
    read(0.05)
    if time.monotonic() > deadline:
        problem = "the program did not end"
if problem and not ended():
    os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
while read(0.05):
    pass
after = termios.tcgetattr(slave)
json.dump(
    {
        "shown": base64.b16encode(shown).decode(),
        "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
        "restored": before == after,
        "settings": "%r, at first %r" % (after, before),
        "problem": problem,
    },
    sys.stdout,
)
