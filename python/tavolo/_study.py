"""What figures and the report are made of: the numbers of a store, by the engine's statistics."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from . import _core
from ._errors import refuse
from ._stores import Store

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True)
class Estimate:
    """A mean over futures and luck with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def beyond_chance(self) -> bool:
        """Whether the interval leaves out nought."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Stake:
    """Who looks at what, and which way is good."""

    actor: str
    indicator: str
    label: str
    gains: str  #: max or min
    total: bool  #: over all years, rather than in the last one


STAKES = (
    Stake("output", "vehicles", "vehicles made", "max", False),
    Stake("workers", "plant_jobs", "plant jobs", "max", False),
    Stake("buyers", "consumer_surplus_eur", "consumer surplus", "max", True),
    Stake("makers", "maker_profit_eur", "makers' profit", "max", True),
    Stake("treasury", "public_outlay_eur", "public outlay", "min", True),
    Stake("climate", "co2_g_per_km", "CO2 of new cars", "min", False),
)


class Study:
    """A store, read once. Cheap to make; everything is read when it is asked for."""

    def __init__(self, store: Store | str | os.PathLike[str]) -> None:
        self.store = store if isinstance(store, Store) else Store(store)

    # ------------------------------------------------------------------------------- the scenario

    @cached_property
    def scenario(self) -> dict[str, Any]:
        """The configuration of the first combination of levels."""
        text = self.store.query("SELECT text FROM configuration ORDER BY configuration_id LIMIT 1")
        return tomllib.loads(str(text["text"].iloc[0])) if len(text) else {}

    def rows(self, table: str) -> dict[str, dict[str, Any]]:
        """Rows of a table of the scenario, by id."""
        rows = self.scenario.get(table, [])
        return {row["id"]: row for row in rows} if isinstance(rows, list) else {}

    @cached_property
    def home(self) -> str:
        """The country of the first market; empty in a model without markets."""
        markets = self.scenario.get("markets", [])
        return markets[0].get("country", markets[0]["id"]) if markets else ""

    @cached_property
    def country_names(self) -> dict[str, str]:
        return {row: facts.get("name", row) for row, facts in self.rows("countries").items()}

    @cached_property
    def maker_names(self) -> set[str]:
        return {facts.get("name", row) for row, facts in self.rows("carmakers").items()}

    @cached_property
    def plants(self) -> list[str]:
        """Those whose output was recorded, home plants first."""
        known = self.rows("plants")
        found = [
            name.removeprefix("output_")
            for name in self.store.indicators.index
            if name.startswith("output_") and name.removeprefix("output_") in known
        ]
        return sorted(found, key=lambda plant: known[plant].get("country") != self.home)

    @cached_property
    def home_plants(self) -> list[str]:
        return [p for p in self.plants if self.rows("plants")[p].get("country") == self.home]

    def plant_name(self, plant: str) -> str:
        """Its name up to the first bracket."""
        return self.rows("plants")[plant].get("name", plant).split(" (")[0]

    @cached_property
    def history(self) -> pd.DataFrame:
        """Published output: a row a year, a column a plant. Empty where the scenario has none."""
        margins = self.scenario.get("output_margins", [])
        columns = {
            row["plant"]: {int(year): float(units) for year, units in row["by_year"].items()}
            for row in margins
        }
        return pd.DataFrame(columns).sort_index()

    @cached_property
    def home_history(self) -> pd.Series:
        """Published output of the home country, in the years in which all its plants have one."""
        columns = [p for p in self.home_plants if p in self.history]
        if not columns:
            return pd.Series(dtype=float)
        return self.history[columns].dropna().sum(axis=1)

    @cached_property
    def targets(self) -> tuple[int, ...]:
        """Vehicles a year that the home government aims at; and the first million on the way, which
        Italy's government, maker and unions spoke of as well.
        """
        aims = [
            int(row["target_vehicles"])
            for row in self.rows("governments").values()
            if row.get("country") == self.home and row.get("target_vehicles")
        ]
        if not aims or not self.has("vehicles"):
            return ()
        return (1_000_000, aims[0]) if aims[0] > 1_000_000 else (aims[0],)

    # ------------------------------------------------------------------------------- the question

    @cached_property
    def responses(self) -> list[dict[str, Any]]:
        """What the experiment asks of its runs."""
        return _core.responses(self.store.path)

    @cached_property
    def comparison(self) -> dict[str, Any]:
        """What ``tavolo compare --format json`` prints."""
        return json.loads(_core.compare_json(self.store.path))

    @cached_property
    def benchmark(self) -> dict[str, Any]:
        """What ``tavolo benchmark --json`` prints, of all responses with a direction."""
        thresholds = [
            (response["id"], float(target))
            for response in self.responses
            if response["indicator"] == "vehicles" and response["kind"] == "value"
            for target in self.targets
        ]
        return json.loads(_core.benchmark_json(self.store.path, [], thresholds))

    def objective(self, response: str | None = None) -> dict[str, Any]:
        """A response of the benchmark; the one that ranks when left out."""
        objectives = {o["id"]: o for o in self.benchmark["objectives"]}
        if response is None:
            ranks = self.comparison["rank_by"]
            return objectives.get(ranks, self.benchmark["objectives"][0])
        if response not in objectives:
            raise refuse(
                f"{response!r} is no response with a direction.",
                "Policies are ranked by what is to be large or small.",
                f"Choose among {', '.join(objectives)}.",
            )
        return objectives[response]

    def objective_of(self, stake: Stake) -> dict[str, Any] | None:
        """The objective that is this stake, if the experiment asks for it."""
        kind = "total" if stake.total else "value"
        for response in self.responses:
            if response["indicator"] != stake.indicator or response["kind"] != kind:
                continue
            if response["better"] == stake.gains:
                if not stake.total and response["year"] != self.horizon:
                    continue
                return self.objective(response["id"])
        return None

    @property
    def policies(self) -> list[str]:
        return self.benchmark["strategies"]

    @property
    def baseline(self) -> str:
        return self.benchmark["baseline"]

    @cached_property
    def favourite(self) -> str:
        """The best mean of the response that ranks; of the others where that is the baseline."""
        objective = self.objective()
        if objective["best"] != self.baseline:
            return objective["best"]
        sign = 1 if objective["better"] == "max" else -1
        others = [p for p in self.policies if p != self.baseline]
        means = {p: sign * objective["strategies"][p]["mean"]["value"] for p in others}
        return max(means, key=means.__getitem__) if means else self.baseline

    def policy(self, name: str | None) -> str:
        """A policy of the store; the favourite when left out."""
        if name is None:
            return self.favourite
        if name not in self.policies:
            raise refuse(
                f"{name!r} is no policy of this store.",
                "Only what was run can be shown.",
                f"Choose among {', '.join(self.policies)}.",
            )
        return name

    # -------------------------------------------------------------------------------- the numbers

    def has(self, indicator: str) -> bool:
        return indicator in self.store.indicators.index

    @cached_property
    def years(self) -> list[int]:
        """The years that runs recorded; the last is that of the questions where they name one."""
        return [
            int(y) for y in self.store.query("SELECT DISTINCT year FROM year ORDER BY year")["year"]
        ]

    @cached_property
    def horizon(self) -> int:
        """The year that the experiment asks about; the last recorded one when it names none."""
        asked = [r["year"] for r in self.responses if r["year"]]
        return max(set(asked), key=asked.count) if asked else self.years[-1]

    @cached_property
    def _complete(self) -> pd.DataFrame:
        """Design points by policy (rows) and future (columns), as the benchmark uses them."""
        point = [f for f in self.store.factors]
        columns = ", ".join('"' + c.replace('"', '""') + '"' for c in point)
        design = self.store.query(
            f"SELECT design_id, policy{', ' + columns if columns else ''} FROM design "
            "ORDER BY design_id"
        )
        future = design[point].astype(str).agg("|".join, axis=1) if point else ""
        design = design.assign(policy=design["policy"].astype(str), future=future)
        # samples may have the same levels: each is a future of its own, in the order of its policy
        again = design.groupby(["policy", "future"]).cumcount().astype(str)
        table = (
            design.assign(future=design["future"] + "#" + again)
            .pivot_table(index="policy", columns="future", values="design_id", sort=False)
            .astype(int)
        )
        done = self.store.query(
            "SELECT design_id, count(*) AS runs FROM run WHERE status = 'done' "
            f"AND replication < {self.benchmark['replications']} GROUP BY design_id"
        )
        runs = dict(zip(done["design_id"], done["runs"], strict=True))
        full = table.apply(lambda column: column.map(runs)) == self.benchmark["replications"]
        return table.loc[self.policies, full.all()]

    @cached_property
    def _cubes(self) -> dict[str, np.ndarray]:
        return {}

    def cube(self, indicator: str) -> np.ndarray:
        """Policies x futures x replications x years, of the complete part of the design."""
        if indicator not in self._cubes:
            name = '"' + indicator.replace('"', '""') + '"'
            frame = self.store.query(
                f"SELECT design_id, replication, year, {name} AS value FROM year JOIN run "
                f"USING (run_id) WHERE replication < {self.benchmark['replications']}"
            )
            points = self._complete.to_numpy()
            place = {p: i for i, p in enumerate(points.ravel())}
            frame["place"] = frame["design_id"].map(place)
            frame = frame.dropna(subset="place")
            shape = (points.size, self.benchmark["replications"], len(self.years))
            values = np.full(shape, np.nan)
            year = frame["year"].to_numpy() - self.years[0]
            values[frame["place"].astype(int), frame["replication"], year] = frame["value"]
            self._cubes[indicator] = values.reshape(*points.shape, *shape[1:])
        return self._cubes[indicator]

    def outcome(
        self, indicator: str, *, total: bool = False, year: int | None = None
    ) -> np.ndarray:
        """Policies x futures x replications: in the horizon's year, or summed up to it."""
        last = self.years.index(self.horizon if year is None else year)
        cube = self.cube(indicator)
        return cube[..., : last + 1].sum(axis=-1) if total else cube[..., last]

    def level(self, values: np.ndarray, policy: str) -> Estimate:
        """The mean of an outcome under a policy."""
        return _estimate(values[self.policies.index(policy)])

    def difference(self, values: np.ndarray, policy: str, base: str | None = None) -> Estimate:
        """The paired difference of an outcome from the baseline, or another policy."""
        base = self.baseline if base is None else base
        return _estimate(values[self.policies.index(policy)] - values[self.policies.index(base)])

    def level_by_year(self, indicator: str, policy: str) -> np.ndarray:
        """Means over futures and luck, a value a year."""
        values = self.cube(indicator)[self.policies.index(policy)]
        return values.reshape(-1, values.shape[-1]).mean(axis=0)

    @cached_property
    def stakes(self) -> list[Stake]:
        """Those that this store recorded."""
        return [stake for stake in STAKES if self.has(stake.indicator)]

    def stake(self, stake: Stake) -> np.ndarray:
        return self.outcome(stake.indicator, total=stake.total)

    def period(self, stake: Stake) -> str:
        """ "in 2030", "2024-30"."""
        if not stake.total:
            return f"in {self.horizon}"
        return f"{self.years[0]}–{self.horizon % 100:02d}"

    def quantiles(self, indicator: str, policy: str, shares: tuple[float, ...]) -> pd.DataFrame:
        """Over all futures and luck: a row a year, a column a quantile."""
        values = self.cube(indicator)[self.policies.index(policy)]
        flat = values.reshape(-1, values.shape[-1])
        return pd.DataFrame(np.quantile(flat, shares, axis=0).T, self.years, list(shares))


def _estimate(values: np.ndarray) -> Estimate:
    mean, half = _core.crossed_mean(np.ascontiguousarray(values, dtype=float))
    return Estimate(mean, mean - half, mean + half)


# ------------------------------------------------------------------------------------------- words


def named(policy: str) -> str:
    """A policy's name as people write it."""
    return policy.replace("_", " ")


def listed(names: list[str], most: int = 4) -> str:
    """ "a, b and c"; beyond ``most`` counted."""
    if len(names) > most:
        names = [*names[: most - 1], f"{len(names) - most + 1} more"]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def number(value: float, unit: str, *, signed: bool = False) -> str:
    """A number in the words of its unit: 684,000; +1.98 bn €; 45 %; 88.7 g/km."""
    if not np.isfinite(value):
        return "unbounded"
    sign = ("+" if value > 0 else "") if signed else ""
    money = unit.startswith("EUR")
    if unit == "0..1":
        text = f"{100 * value:.1f} %"
    elif money and abs(value) >= 1e9:
        text = f"{value / 1e9:,.2f} bn €" if abs(value) < 1e10 else f"{value / 1e9:,.1f} bn €"
    elif money and abs(value) >= 1e6:
        text = f"{value / 1e6:,.0f} M€" if abs(value) >= 1e7 else f"{value / 1e6:,.1f} M€"
    elif money:
        text = f"{value:,.0f} €"
    else:
        digits = 0 if abs(value) >= 100 or unit in ("vehicles", "jobs", "days") else 2
        text = f"{value:,.{digits}f}"
    rest = unit.removeprefix("EUR") if money else {"0..1": "", "vehicles": ""}.get(unit, " " + unit)
    return sign + text.replace("-", "−") + rest
