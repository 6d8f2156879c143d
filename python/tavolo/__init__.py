"""Tavolo from Python: scenarios, runs, sweeps, stores and strategies of your own.

>>> import tavolo
>>> italy = tavolo.load(tavolo.configs / "italy/2024.toml", {"population.buyers": 5_000})
>>> run = italy.run("transition_pact", seed=7)
>>> run.years["vehicles"]

A run depends on scenario, policy, seed and replication alone, and has the same bits as the command
``tavolo run``.
"""

from pathlib import Path

from ._core import (
    Instruments,
    Neighbour,
    PolicyView,
    Posture,
    PostureView,
    TableView,
    code_version,
)
from ._errors import InputError, RunError
from ._models import Model, model, models
from ._policies import ask, policies, policy
from ._runs import Run, Scenario, load
from ._search import Objective, Parameter, Result, Search, read_search, search
from ._stores import Store, open
from ._sweeps import Benchmark, benchmark, sweep
from ._tables import negotiator, negotiators, posture, postures, take

__version__ = code_version()

#: The folder of the scenarios and experiments that come with the package.
configs = Path(__file__).parent / "configs"

__all__ = [
    "Benchmark",
    "GovernmentEnv",
    "GovernmentsEnv",
    "InputError",
    "Instruments",
    "Model",
    "Neighbour",
    "Objective",
    "Parameter",
    "PolicyView",
    "Posture",
    "PostureView",
    "Result",
    "Run",
    "RunError",
    "Scenario",
    "Search",
    "Store",
    "TableView",
    "ask",
    "benchmark",
    "code_version",
    "configs",
    "load",
    "model",
    "models",
    "negotiator",
    "negotiators",
    "open",
    "policies",
    "policy",
    "posture",
    "postures",
    "read_search",
    "report",
    "search",
    "sweep",
    "take",
]


def __getattr__(name: str):
    # Environments need Gymnasium or PettingZoo, the report matplotlib, which not everybody has.
    if name == "report":
        from ._report import report

        return report
    if name == "GovernmentEnv":
        from .environments import GovernmentEnv

        return GovernmentEnv
    if name == "GovernmentsEnv":
        from .governments import GovernmentsEnv

        return GovernmentsEnv
    raise AttributeError(f"module 'tavolo' has no attribute {name!r}")
