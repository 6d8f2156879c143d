"""Sweeps: all runs of an experiment, into a store."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from . import _core
from ._changes import overrides
from ._errors import refuse
from ._policies import used_sources
from ._stores import Store

Progress = Callable[[int, int, int], None]


def sweep(
    experiment: str | os.PathLike[str],
    store: str | os.PathLike[str],
    *,
    threads: int = 0,
    replications: int | None = None,
    samples: int | None = None,
    set: Mapping[str, Any] | None = None,
    retry: bool = False,
    progress: bool | Progress = False,
) -> Store:
    """Makes every run of an experiment that its store misses, on all cores.

    A store that was interrupted is continued: Ctrl-C commits what was made and raises
    KeyboardInterrupt; called again, the sweep goes on and ends with the same store. Runs that fail
    are stored with their reason (``Store.failures``); ``retry`` runs them again.

    ``threads``: 0, all cores. ``set``: changes of the scenario by path, at every design point.
    ``progress``: True for a line on standard error, or a function of (runs made, runs of the
    design, runs failed now) that is called every tenth of a second.

    ``experiment``: a file, or ``model:NAME``: what a built-in model (``tavolo.models()``) has for
    one. ``samples``: of the design, instead of the file's.

    Policies, postures and negotiators in Python take part by their names; their source is kept in
    the store, and a store is refused when it was made with another.

    Raises InputError for an experiment that is not sound, or a store of another experiment.
    """
    file, target = os.fspath(experiment), os.fspath(store)
    changes, count, points = overrides(set), replications or 0, samples or 0
    plan = _core.plan(file, changes, count, points)
    scenario = _core.merged_text(plan["scenario"], []) if plan["scenario"] else ""
    texts = [plan["merged"], scenario, *(value for _, value in changes)]
    ours = used_sources(plan["policies"], texts)
    if ours:
        _keep_sources(target, ours, lambda: _core.sweep(
            file, target, changes, count, points, threads, retry, True, None))  # fmt: skip

    with contextlib.ExitStack() as stack:
        report = None
        if progress:
            show = progress if callable(progress) else stack.enter_context(_Line())
            before, total = _runs_in(target), plan["runs"]

            def report(made: int, failed: int) -> None:
                show(before + made, total, failed)

        counts = _core.sweep(file, target, changes, count, points, threads, retry, False, report)
        if report:
            show(counts["done"] + counts["failed"], counts["runs"], counts["failed"])
    return Store(target)


def benchmark(
    suite: str | os.PathLike[str], store: str | os.PathLike[str], **options: Any
) -> Benchmark:
    """The policy benchmark of the command ``tavolo benchmark``, whose experiment may name policies,
    postures and negotiators in Python.

    ``suite``: its file in TOML (``configs/benchmarks/``). ``options``: of ``sweep``, which makes
    the runs that the store misses.
    """
    file = os.fspath(suite)
    sweep(_core.suite_experiment(file), store, **options)
    return Benchmark(*_core.benchmark(os.fspath(store), file))


class Benchmark:
    """Which strategy, under which conditions, at what cost, how sure."""

    def __init__(self, text: str, json_text: str) -> None:
        self.text = text  #: as the command prints it
        self.data: dict[str, Any] = json.loads(json_text)  #: the same for programs

    def __repr__(self) -> str:
        return self.text


class _Line:
    """Progress as one line on a terminal or in a notebook, a line every ten seconds elsewhere."""

    def __enter__(self) -> _Line:
        self._start, self._first = time.monotonic(), None
        self._moves = sys.stderr.isatty() or "ipykernel" in sys.modules
        self._next = 0.0
        return self

    def __call__(self, made: int, total: int, failed: int) -> None:
        self._first = made if self._first is None else self._first
        seconds = time.monotonic() - self._start
        if seconds < self._next and made < total:
            return
        self._next = seconds + (0.2 if self._moves else 10)
        rate = (made - self._first) / seconds if seconds > 0 else 0.0
        left = f", {(total - made) / rate:.0f} s left" if rate > 0 else ""
        bar = (
            "[" + ("#" * (30 * made // max(1, total))).ljust(30, ".") + "] " if self._moves else ""
        )
        text = f"{bar}{made}/{total} runs, {failed} failed, {rate:.1f} runs/s{left}"
        sys.stderr.write("\r" + text.ljust(90) if self._moves else text + "\n")
        sys.stderr.flush()

    def __exit__(self, *_: object) -> None:
        if self._moves:
            sys.stderr.write("\n")


def _runs_in(store: str) -> int:
    if not os.path.exists(store):
        return 0
    with contextlib.closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
        return database.execute("SELECT count(*) FROM run WHERE status = 'done'").fetchone()[0]


def _keep_sources(store: str, ours: dict[str, str], create: Callable[[], Any]) -> None:
    """Notes the source of Python policies in the store, or refuses one made with another."""
    if not os.path.exists(store):
        create()
    text = json.dumps(ours, sort_keys=True)
    with contextlib.closing(sqlite3.connect(store)) as database:
        row = database.execute("SELECT value FROM meta WHERE key = 'python_policies'").fetchone()
        if row is None:
            with database:
                database.execute("INSERT INTO meta VALUES ('python_policies', ?)", (text,))
            return
    stored = json.loads(row[0])
    for name, words in ours.items():
        if stored.get(name) != words:
            raise refuse(
                f"{store} was made with another policy {name}.",
                "Its runs and new ones would not be of one experiment; the file is untouched.",
                "Name another file, or give the policy another name.",
            )
