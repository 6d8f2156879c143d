"""The engine's small models whose answers are known: ishigami, lake, mm1, trivial, failing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import pandas as pd

from . import _core
from ._changes import overrides
from ._runs import Run, indicator_table


def models() -> pd.DataFrame:
    """Every built-in model, with its meaning and its policies."""
    columns = ["model", "meaning", "policies"]
    return pd.DataFrame(_core.models(), columns=columns).set_index("model")


def model(name: str, changes: Mapping[str, Any] | None = None) -> Model:
    """A built-in model with parameters changed by name: ``model("lake", {"b": 0.3})``.

    Raises InputError for a name or a parameter that it has not.
    """
    return Model(name, changes)


class Model:
    """A small model that is ready to run. Its runs are like those of a scenario."""

    def __init__(self, name: str, changes: Mapping[str, Any] | None = None) -> None:
        self.name = name
        self.changes = dict(changes or {})
        self._ready = _core.prepare_model(name, overrides(self.changes))

    def change(self, changes: Mapping[str, Any]) -> Model:
        """The same model with further parameters changed."""
        return Model(self.name, {**self.changes, **changes})

    def run(self, policy: str | None = None, *, seed: int = 1, replication: int = 0) -> Run:
        """Plays one run; the model's first policy when none is named."""
        name = models().at[self.name, "policies"][0] if policy is None else policy
        return Run(self, self._ready.run(name, seed, replication), name, seed, replication)

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """Unit and meaning of everything that is recorded."""
        return indicator_table(self._ready.indicators)

    def __repr__(self) -> str:
        return f"<Model {self.name!r}, {len(self.changes)} changes>"
