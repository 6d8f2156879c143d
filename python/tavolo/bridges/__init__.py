"""Adapters to the field's own tools: what they sample is a change of a scenario, what they analyse
is a number of a run.

A scenario is a file, or ``model:NAME`` for one of the engine's small models of known answers
(``model:ishigami``), with which the bridges themselves are tested.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from typing import Any

from .._models import Model
from .._runs import Run, Scenario, load, value_of

#: A number of a run: an indicator in one year, or a function of the run.
Response = tuple[str, int] | Callable[[Run], float]

_MODEL = "model:"


def prepare(
    scenario: str | os.PathLike[str], changes: Mapping[str, Any] | None = None
) -> Scenario | Model:
    """A scenario's file, or ``model:NAME``, changed and ready to run."""
    text = os.fspath(scenario)
    if text.startswith(_MODEL):
        return Model(text[len(_MODEL) :], changes)
    return load(text, changes)


def respond(run: Run, response: Response) -> float:
    """The response of a run."""
    return value_of(run, *response) if isinstance(response, tuple) else float(response(run))


def play(
    scenario: str,
    policy: str,
    responses: Mapping[str, Response],
    seed: int,
    replications: int,
    changes: Mapping[str, Any],
) -> dict[str, float]:
    """Mean responses of a few futures of a changed scenario."""
    ready = prepare(scenario, changes)
    runs = [ready.run(policy, seed=seed, replication=r) for r in range(replications)]
    return {n: sum(respond(run, r) for run in runs) / replications for n, r in responses.items()}


def play_all(
    scenario: str,
    policy: str,
    responses: Mapping[str, Response],
    samples: Iterable[Mapping[str, Any]],
    *,
    seed: int = 1,
    replications: int = 1,
    executor: Executor | None = None,
) -> list[dict[str, float]]:
    """``play`` for every sample, in their order, on any ``concurrent.futures`` executor.

    Threads by default: the interpreter is free while C++ runs. Executors of processes take policies
    of the catalogue and responses given as tuples; those of ``mpi4py.futures``, ``joblib`` and dask
    as well (docs/python.md has a line for each).
    """
    task = partial(play, scenario, policy, dict(responses), seed, replications)
    if executor is not None:
        return list(executor.map(task, samples))
    with ThreadPoolExecutor() as threads:
        return list(threads.map(task, samples))
