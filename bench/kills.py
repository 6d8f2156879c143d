#!/usr/bin/env python3
"""Kills sweeps at random moments until so many kills are done, and compares every store that comes of it,
row for row, with one of an undisturbed sweep.

    bench/kills.py [--kills 40] [--seed 1] [--tavolo build/release/tavolo]

Three sweeps take turns: a scenario of the industry by threads, replications that results decide by threads,
and a design of samples by two processes. A kill is SIGKILL, at a moment drawn from when the sweep is started
to well after its first commits. Rows of tables whose names begin with `timing` are left out. Ends with status 1
at the first difference."""

import argparse
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

MOST_OF_ONE = 5  # kills of one store

GRID = f"""question = "Is a store the same however often it was killed?"
scenario = "{ROOT}/configs/tiny.toml"
[design]
policies = ["no_intervention", "transition_pact"]
baseline = "no_intervention"
replications = 300
seed = 1
events = "all"
[factors]
"until" = [2025, 2026]
"""

SEQUENTIAL = """question = "Do decisions survive?"
model = "mm1"
responses = [{ id = "wait", indicator = "mean_wait", year = 1, better = "min" }]
[design]
policies = ["none", "faster"]
baseline = "none"
seed = 1
[factors]
mu = [1.0, 1.02, 1.04, 1.06]
customers = [20000]
[replications]
rule = "kim_nelson"
among = "points"
indifference = 0.02
most = 600
"""


def dump(store):
    database = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    return [line for line in database.iterdump() if not line.startswith('INSERT INTO "timing')]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tavolo", default=str(ROOT / "build/release/tavolo"))
    options = parser.parse_args()
    luck = random.Random(options.seed)

    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "grid.toml").write_text(GRID)
        (folder / "sequential.toml").write_text(SEQUENTIAL)
        sweeps = {
            "grid, 2 threads": [str(folder / "grid.toml"), "--threads", "2"],
            "sequential, 2 threads": [str(folder / "sequential.toml"), "--threads", "2"],
            "samples, 2 processes": ["--model", "lake", "--samples", "16", "--replications", "60", "--processes", "2"],
        }
        whole, lasts = {}, {}
        for name, arguments in sweeps.items():
            store, began = folder / "whole.sqlite", time.monotonic()
            subprocess.run([options.tavolo, "sweep", *arguments, "-o", store], check=True, capture_output=True)
            lasts[name] = time.monotonic() - began
            whole[name] = dump(store)
            store.unlink()

        kills = stores = lost = 0
        names = list(sweeps)
        while kills < options.kills:
            name = names[stores % len(names)]
            store, before = folder / "killed.sqlite", kills
            command = [options.tavolo, "sweep", *sweeps[name], "-o", store]
            while True:
                sweep = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                try:
                    # A few kills to a store, then it may end.
                    more = kills < options.kills and kills - before < MOST_OF_ONE
                    sweep.wait(luck.uniform(0, lasts[name] / 4) if more else None)
                    break
                except subprocess.TimeoutExpired:
                    sweep.send_signal(signal.SIGKILL)
                    sweep.wait()
                    kills += 1
            if sweep.returncode != 0:
                sys.exit(f"{name}: the sweep ended with {sweep.returncode}")
            stores += 1
            rows = dump(store)
            if rows != whole[name]:
                different = next((a, b) for a, b in zip(rows + [""], whole[name] + [""]) if a != b)
                sys.exit(f"{name}: after {kills - before} kills\n  {different[0][:200]}\nnot\n  {different[1][:200]}")
            print(f"{name}: {kills - before} kills, {len(rows)} rows as of an undisturbed sweep", flush=True)
            store.unlink()
    print(f"{kills} kills, {stores} stores, none differs")


if __name__ == "__main__":
    main()
