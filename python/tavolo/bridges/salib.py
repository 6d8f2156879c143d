"""SALib: sensitivity of a response to values of a scenario.

>>> from SALib.sample import sobol; from SALib.analyze import sobol as analyse
>>> task = problem({"demand.peer_effect": (0.0, 0.5), "market.markup": (0.1, 0.3)})
>>> X = sobol.sample(task, 64)
>>> Y = evaluate("italy/2024.toml", task, X, ("vehicles", 2030), policy="adaptive")
>>> analyse.analyze(task, Y)
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import Executor
from typing import Any

import numpy as np

from . import Response, play_all


def problem(bounds: Mapping[str, tuple[float, float]]) -> dict[str, Any]:
    """SALib's problem: paths into a scenario with their bounds."""
    return {
        "num_vars": len(bounds),
        "names": list(bounds),
        "bounds": [list(pair) for pair in bounds.values()],
    }


def evaluate(
    scenario: str | os.PathLike[str],
    problem: Mapping[str, Any],
    samples: np.ndarray,
    response: Response,
    *,
    policy: str = "no_intervention",
    changes: Mapping[str, Any] | None = None,
    seed: int = 1,
    replications: int = 1,
    executor: Executor | None = None,
) -> np.ndarray:
    """The response at every sample (a row of SALib's), mean of ``replications`` futures.

    Every sample meets the same luck. ``changes``: of the scenario, at every sample.
    """
    names = problem["names"]
    rows = [{**(changes or {}), **dict(zip(names, map(float, row), strict=True))}
            for row in np.atleast_2d(samples)]  # fmt: skip
    played = play_all(
        os.fspath(scenario), policy, {"response": response}, rows,
        seed=seed, replications=replications, executor=executor,
    )  # fmt: skip
    return np.array([values["response"] for values in played])
