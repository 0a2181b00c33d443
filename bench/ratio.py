#!/usr/bin/env python3
"""bench/ratio.py FOLDER [ROUNDS]: compares `tightwire check` with ripgrep on FOLDER, as ratios of CPU and wall time.

The two programs run in turn. Ratios can be compared between machines, absolute times cannot; CPU time is the more reliable of the
two. The script reads the whole tree before each timed run. Needs `rg` (ripgrep 15: cargo install ripgrep) and a release build:
cargo build --release."""
import os
import statistics
import subprocess
import sys
import time

FOLDER = sys.argv[1]
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TARGET = os.environ.get("CARGO_TARGET_DIR", os.path.join(HERE, "target"))
COMMANDS = {
    "rg": ["rg", "-c", "-tpy", r"HTTPS?Connection|http\.server|0\.0\.0\.0", FOLDER],
    "tightwire": [os.path.join(TARGET, "release", "tightwire"), "check", "-q", "--output-format", "concise", FOLDER],
}


def warm(folder):
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                with open(os.path.join(parent, name), "rb") as file:
                    file.read()
            except OSError:
                pass


def run(command):
    warm(FOLDER)
    start = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - start


taken = {name: [] for name in COMMANDS}
for _ in range(ROUNDS + 1):
    for name, command in COMMANDS.items():
        taken[name].append(run(command))
for name in COMMANDS:
    rounds = taken[name][1:]  # the first is a warm-up
    cpu, wall = (statistics.median(column) for column in zip(*rounds))
    print(f"{name:10} cpu {cpu:7.3f} s   wall {wall:7.3f} s   (median of {ROUNDS})")
for at, what in enumerate(("cpu", "wall")):
    ratios = [ours[at] / max(theirs[at], 1e-4) for ours, theirs in zip(taken["tightwire"][1:], taken["rg"][1:])]
    print(f"tightwire/rg {what:4} {statistics.median(ratios):6.2f}   ({min(ratios):.2f} to {max(ratios):.2f})")
