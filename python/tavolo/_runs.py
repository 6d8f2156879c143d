"""Scenarios and single runs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from . import _core
from ._changes import overrides
from ._errors import refuse
from ._policies import as_function


def load(path: str | os.PathLike[str], changes: Mapping[str, Any] | None = None) -> Scenario:
    """Reads a scenario's file, changes values by path, checks it and prepares it for runs.

    ``changes``: as the command's ``--set``, with Python values:
    ``{"population.buyers": 20_000, "until": 2030, "plants.melfi.wage_index": 1.1}``.

    Raises InputError with every problem of it.
    """
    return Scenario(path, changes)


class Scenario:
    """A scenario that is ready to run. It never changes: ``change`` makes another."""

    def __init__(
        self, path: str | os.PathLike[str], changes: Mapping[str, Any] | None = None
    ) -> None:
        self.path = os.fspath(path)
        self.changes = dict(changes or {})
        self._ready = _core.load(self.path, overrides(self.changes))

    def change(self, changes: Mapping[str, Any]) -> Scenario:
        """The same scenario with further values changed."""
        return Scenario(self.path, {**self.changes, **changes})

    def run(self, policy: Any = None, *, seed: int = 1, replication: int = 0) -> Run:
        """Plays one future.

        ``policy``: a name; a function of a view or an object with ``decide(view)``; the scenario's
        own when left out. ``replication`` r of a seed meets the same luck under every policy.

        Raises InputError for an unknown policy, RunError when the run goes wrong.
        """
        policy = self.policy if policy is None else policy
        if isinstance(policy, str):
            name, record = policy, self._ready.run(policy, seed, replication)
        else:
            name = getattr(policy, "__name__", type(policy).__name__)
            decide = as_function(policy)
            record = self._ready.run_function(name, decide, seed, replication)
        return Run(self, record, name, seed, replication)

    @property
    def title(self) -> str:
        """As written in the file."""
        return self._ready.title

    @property
    def policy(self) -> str:
        """The policy that the scenario names for itself."""
        return self._ready.policy

    @property
    def start(self) -> pd.Period:
        """First month."""
        return pd.Period(self._ready.start, freq="M")

    @property
    def until(self) -> int:
        """Last year."""
        return self._ready.until

    @property
    def governments(self) -> list[str]:
        """Those that follow a strategy; the first is the one whose policy is studied."""
        return self._ready.governments

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """Unit and meaning of everything that is recorded of a year."""
        return indicator_table(self._ready.indicators)

    @property
    def text(self) -> str:
        """The whole scenario as TOML, includes and changes merged."""
        return _core.merged_text(self.path, overrides(self.changes))

    def __repr__(self) -> str:
        changed = f", {len(self.changes)} changes" if self.changes else ""
        return f"<Scenario {self.title!r}, {self.start}..{self.until}{changed}>"


class Run:
    """One simulated future. Tables share the memory of the engine's record: nothing is copied."""

    def __init__(
        self, scenario: Scenario, record: _core.Record, policy: str, seed: int, replication: int
    ) -> None:
        self.scenario = scenario
        self.policy = policy
        self.seed = seed
        self.replication = replication
        self._record = record

    @property
    def values(self) -> np.ndarray:
        """Years x indicators: the memory of the engine's own record."""
        return self._record.values(len(self.scenario.indicators))

    @cached_property
    def years(self) -> pd.DataFrame:
        """One row a year, one column an indicator. ``years.attrs["units"]`` has their units."""
        index = pd.Index(self._record.years, name="year")
        return _frame(self.values, index, self.scenario.indicators)

    @cached_property
    def months(self) -> pd.DataFrame:
        """One row a month, one column a monthly indicator, units in ``attrs``."""
        indicators = indicator_table(_core.monthly_indicators())
        values = self._record.monthly(len(indicators))
        first = self._record.first_month if len(values) else "2000-01"  # small models have none
        index = pd.period_range(first, periods=len(values), freq="M")
        return _frame(values, index.rename("month"), indicators)

    @cached_property
    def events(self) -> pd.DataFrame:
        """The chronicle: month, kind, text."""
        events = pd.DataFrame(self._record.events, columns=["month", "kind", "text"])
        return events.assign(month=pd.PeriodIndex(events["month"], freq="M"))

    @cached_property
    def negotiations(self) -> pd.DataFrame:
        """One row a negotiation that ended.

        When it opened and closed, its kind, who sat there, protocol, how it ended, rounds, the
        terms of the deal (a dict), by party (dicts) utilities, reservation values and, of a deal,
        utilities of the Nash point; distance of the deal from the Nash and the Kalai-Smorodinsky
        point.
        """
        columns = [
            "opened", "closed", "kind", "name", "protocol", "ended", "rounds", "nash_distance",
            "kalai_smorodinsky_distance", "terms", "utilities", "reservations",
            "nash",
        ]  # fmt: skip
        return pd.DataFrame(self._record.negotiations, columns=columns)

    @property
    def fingerprint(self) -> str:
        """Of the final state, bit for bit; as the command prints it."""
        return self._record.fingerprint

    def __repr__(self) -> str:
        return (
            f"<Run of {self.policy}, seed {self.seed}, replication {self.replication}, "
            f"fingerprint {self.fingerprint}>"
        )


def indicator_table(rows: list[tuple[str, str, str]]) -> pd.DataFrame:
    """Indicators with unit and meaning."""
    return pd.DataFrame(rows, columns=["indicator", "unit", "meaning"]).set_index("indicator")


def _frame(values: np.ndarray, index: pd.Index, indicators: pd.DataFrame) -> pd.DataFrame:
    frame = pd.DataFrame(values, index=index, columns=indicators.index.rename(None), copy=False)
    frame.attrs["units"] = indicators["unit"].to_dict()
    return frame


def value_of(run: Run, indicator: str, year: int) -> float:
    """An indicator in one year. Builds no frame: bridges ask this of many runs."""
    names = [name for name, *_ in run.scenario._ready.indicators]
    years = run._record.years.tolist()
    if indicator not in names or year not in years:
        raise refuse(
            f"the run has no {indicator} of {year}.",
            "Only what was recorded can be read.",
            "Choose one of Scenario.indicators and a year of the run.",
        )
    return float(run._record.values(len(names))[years.index(year), names.index(indicator)])
