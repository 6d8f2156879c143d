"""Search for good parameters of a strategy: several objectives, common luck, a ledger that resumes.

>>> result = tavolo.search("bonus-and-grants.toml", "search.sqlite")
>>> result.front, result.history

A candidate is played in ``replications`` futures, the same ones for every candidate (common random
numbers), and judged by their means. Every run goes to a ledger in SQLite as it ends: a search that
was stopped goes on where it stood, a longer one begins with the shorter one, and the same seed
gives the same candidates. The search itself is pymoo's (``tavolo.bridges.pymoo``).
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from . import _core
from ._errors import InputError, RunError, refuse
from ._runs import Run, value_of
from .bridges import prepare

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_APPLICATION_ID = 0x54617653  # "TavS"


@dataclass(frozen=True)
class Parameter:
    """What is searched: a keyword of the strategy, or a path into the scenario."""

    name: str
    low: float
    high: float
    unit: str = ""
    step: float = 0.0  #: candidates are low + whole multiples of it; 0: any number

    def value(self, share: float) -> float:
        """The number at a share 0..1 of its range."""
        number = self.low + share * (self.high - self.low)
        if self.step > 0:
            number = self.low + self.step * round((number - self.low) / self.step)
        return float(min(max(number, self.low), self.high))


@dataclass(frozen=True)
class Objective:
    """A number of a run whose mean over replications is wanted large or small.

    ``kind``: ``value`` in one ``year``, ``total`` or ``mean`` over ``first..last``, both included.
    ``reference``: the worst value that still counts, for the hypervolume; the worst that was met
    when left out. A constraint has ``at_least`` or ``at_most`` instead of ``better``.
    """

    id: str
    indicator: str
    kind: str = "value"
    year: int = 0
    first: int = 0
    last: int = 0
    better: str = ""
    reference: float | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def sign(self) -> float:
        """That makes small good."""
        return -1.0 if self.better == "max" else 1.0

    def of(self, run: Run) -> float:
        """Its value in a run. Raises InputError for what no run records."""
        if self.kind == "value":
            return value_of(run, self.indicator, self.year)
        values = [value_of(run, self.indicator, y) for y in range(self.first, self.last + 1)]
        return sum(values) / (len(values) if self.kind == "mean" else 1)

    def excess(self, value: float) -> float:
        """Of a constraint: how far it is broken; 0 or less when it holds."""
        if self.at_least is not None:
            return self.at_least - value
        return value - self.at_most if self.at_most is not None else 0.0


@dataclass(frozen=True)
class Search:
    """What is searched for, where, and how long. ``read_search`` reads one from TOML."""

    question: str
    scenario: str  #: a file, or ``model:NAME``
    parameters: tuple[Parameter, ...]
    objectives: tuple[Objective, ...]
    constraints: tuple[Objective, ...] = ()
    policy: str = ""  #: a name; "" with a strategy
    strategy: str = ""  #: a file in Python with ``decide(view, **parameters)``
    changes: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 1
    replications: int = 5
    population: int = 16
    evaluations: int = 128  #: candidates of a restart
    restarts: int = 2
    confirm: int = 0  #: fresh futures in which the front is played again

    @property
    def identity(self) -> str:
        """What makes its runs: a ledger holds runs of one identity. Lengths may change."""
        source = Path(self.strategy).read_text() if self.strategy else ""
        facts = {
            "scenario": self.scenario if self.scenario.startswith("model:") else
            _core.merged_text(self.scenario, []),
            "policy": self.policy,
            "strategy": source,
            "changes": {k: repr(v) for k, v in self.changes.items()},
            "parameters": [[p.name, p.low, p.high, p.step] for p in self.parameters],
            "outcomes": [[o.id, o.indicator, o.kind, o.year, o.first, o.last]
                         for o in (*self.objectives, *self.constraints)],
            "seed": self.seed,
        }  # fmt: skip
        return json.dumps(facts, sort_keys=True)


def read_search(path: str | os.PathLike[str]) -> Search:
    """Reads and checks a search. ``configs/searches/`` has examples with every key.

    Raises InputError with what is wrong first.
    """
    file = Path(path)
    try:
        with file.open("rb") as stream:
            told = tomllib.load(stream)
    except OSError as error:
        raise refuse(f"{file} cannot be read: {error.strerror}.", "It is the search.",
                     "Check the path.") from None  # fmt: skip
    except tomllib.TOMLDecodeError as error:
        raise refuse(f"{file}: {error}.", "A search is written in TOML.",
                     "Correct the file.") from None  # fmt: skip

    def section(name: str, known: Iterable[str], values: Mapping[str, Any]) -> None:
        for key in values:
            if key not in known:
                raise refuse(f"{file}: {name} has no key {key!r}.", "Unknown keys change nothing.",
                             f"Known are {', '.join(known)}.")  # fmt: skip

    section("a search", ("question", "scenario", "model", "policy", "strategy", "objectives",
                         "constraints", "search", "set", "parameters"), told)  # fmt: skip
    lengths = ("seed", "replications", "population", "evaluations", "restarts", "confirm")
    section("[search]", lengths, told.get("search", {}))
    if ("scenario" in told) == ("model" in told):
        raise refuse(f"{file} names {'two models' if 'model' in told else 'no scenario'}.",
                     "Something has to be run.",
                     'Write scenario = "file.toml" or model = "lake".')  # fmt: skip
    if ("policy" in told) == ("strategy" in told):
        raise refuse(f"{file} needs either a policy or a strategy.",
                     "Its parameters, or the scenario's under it, are searched.",
                     'Write policy = "adaptive" or strategy = "rule.py".')  # fmt: skip
    if not told.get("parameters") or not told.get("objectives"):
        raise refuse(f"{file} has no [parameters] or no objectives.",
                     "A search varies ones for the sake of the others.", "Add them.")  # fmt: skip

    def number(what: str, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise refuse(f"{file}: {what} = {value!r} is no number.", "It is reckoned with.",
                         "Write a number.")  # fmt: skip
        return value

    def outcome(row: Mapping[str, Any]) -> Objective:
        section("an objective", ("id", "indicator", "kind", "year", "from", "to", "better",
                                 "reference", "at_least", "at_most"), row)  # fmt: skip
        named = {"from": "first", "to": "last"}
        values = {named.get(k, k): v for k, v in {"id": row.get("indicator"), **row}.items()}
        for key in ("year", "first", "last", "reference", "at_least", "at_most"):
            number(f"{key} of an objective", values.get(key, 0))
        made = Objective(**{"indicator": "", **values})
        bounded = made.at_least is not None or made.at_most is not None
        if (
            not made.indicator
            or made.kind not in ("value", "total", "mean")
            or (bounded == bool(made.better) or made.better not in ("", "min", "max"))
        ):
            raise refuse(f"{file}: {made.id} is no objective or constraint.",
                         "An objective is better max or min, a constraint has a bound.",
                         "Give indicator, better or bound; kind: value, total, mean.")  # fmt: skip
        return made

    parameters = []
    for name, row in told["parameters"].items():
        section(f"parameter {name}", ("low", "high", "unit", "step"), row)
        low, high = (number(f"{side} of {name}", row.get(side)) for side in ("low", "high"))
        number(f"step of {name}", row.get("step", 0))
        if not low < high:
            raise refuse(f"{file}: {name} has low = {low}, high = {high}.",
                         "A parameter is searched between two numbers.", "Order them.")  # fmt: skip
        parameters.append(Parameter(name, **row))
    objectives = tuple(outcome(row) for row in told["objectives"])
    constraints = tuple(outcome(row) for row in told.get("constraints", []))
    names = [p.name for p in parameters] + [o.id for o in (*objectives, *constraints)]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise refuse(f"{file}: {sorted(twice)[0]} stands for two things.",
                     "Names are columns of the ledger.", "Give ids of their own.")  # fmt: skip
    for key in lengths:
        least = 0 if key in ("seed", "confirm") else 1
        value = told.get("search", {}).get(key, least)
        if not isinstance(value, int) or value < least:
            raise refuse(f"{file}: {key} = {value!r}.", "It is a count.",
                         f"Write a whole number of at least {least}.")  # fmt: skip
    folder = file.resolve().parent
    return Search(
        question=told.get("question", ""),
        scenario=f"model:{told['model']}" if "model" in told else str(folder / told["scenario"]),
        policy=told.get("policy", ""),
        strategy=str(folder / told["strategy"]) if "strategy" in told else "",
        changes=_flat(told.get("set", {})),
        parameters=tuple(parameters),
        objectives=objectives,
        constraints=constraints,
        **told.get("search", {}),
    )


def search(
    what: Search | str | os.PathLike[str],
    ledger: str | os.PathLike[str],
    *,
    executor: Executor | None = None,
    progress: Callable[[str], None] | None = None,
) -> Result:
    """Makes what a search's ledger misses, and gives the result.

    ``executor``: any of ``concurrent.futures``; threads on all cores when left out. ``progress``:
    called with a line per generation.

    Raises InputError for a search that is not sound, or a ledger of another one.
    """
    from .bridges.pymoo import minimise

    wanted = what if isinstance(what, Search) else read_search(what)
    with contextlib.ExitStack() as stack:
        pool = executor or stack.enter_context(ThreadPoolExecutor(os.cpu_count()))
        book = stack.enter_context(contextlib.closing(_Ledger(wanted, os.fspath(ledger))))
        for restart, seed in enumerate(_seeds(wanted.seed, wanted.restarts)):
            for generation, shares in minimise(wanted, seed, lambda x: book.objectives(x)):
                rows = [tuple(p.value(s) for p, s in zip(wanted.parameters, row, strict=True))
                        for row in shares]  # fmt: skip
                book.play(rows, range(wanted.replications), pool)
                book.note(restart, generation, rows)
                if progress:
                    progress(f"restart {restart + 1} of {wanted.restarts}, generation "
                             f"{generation + 1}: {book.count(restart)} candidates")  # fmt: skip
        result = Result(wanted, os.fspath(ledger))
        if wanted.confirm > 0:
            front = [
                tuple(row) for row in result.front[[p.name for p in wanted.parameters]].to_numpy()
            ]
            fresh = range(wanted.replications, wanted.replications + wanted.confirm)
            book.play(front, fresh, pool)
            if progress:
                progress(f"{len(front)} candidates of the front played in {wanted.confirm} "
                         "fresh futures")  # fmt: skip
    return Result(wanted, os.fspath(ledger))


class Result:
    """What a search has found, read from its ledger."""

    def __init__(self, what: Search, ledger: str) -> None:
        self.search = what
        self.ledger = ledger
        with contextlib.closing(_connect(ledger)) as database:
            outcomes = pd.read_sql(
                "SELECT * FROM outcome ORDER BY candidate_id, replication", database
            )
            candidates = pd.read_sql("SELECT * FROM candidate", database, index_col="candidate_id")
            steps = pd.read_sql("SELECT * FROM step ORDER BY restart, generation, place", database)
        self._outcomes, self._candidates, self._steps = outcomes, candidates, steps

    @functools.cached_property
    def candidates(self) -> pd.DataFrame:
        """A row a candidate: parameters, means over the search's replications with standard errors
        (``id_se``), how far constraints are broken (``excess``), why it failed (``error``)."""
        ids = [o.id for o in (*self.search.objectives, *self.search.constraints)]
        rows = self._outcomes[self._outcomes["replication"] < self.search.replications]
        groups = rows.groupby("candidate_id")
        frame = self._candidates.join(groups[ids].mean())
        frame = frame.join(groups[ids].sem().add_suffix("_se"))
        frame["error"] = groups["error"].first()
        frame.loc[frame["error"].notna(), ids] = np.nan
        frame["excess"] = 0.0
        for one in self.search.constraints:
            frame["excess"] += np.maximum(0.0, [one.excess(v) for v in frame[one.id]])
        return frame

    @functools.cached_property
    def front(self) -> pd.DataFrame:
        """The candidates that no other beats in every objective, best in the first one first; with
        their means in fresh futures (``id_fresh``, ``id_fresh_se``) once these were played. A
        front's own means flatter it: it was chosen by them. The fresh ones do not."""
        frame = self.candidates
        sound = frame[frame["error"].isna() & (frame["excess"] <= 0)]
        first, ids = self.search.objectives[0], [o.id for o in self.search.objectives]
        best = sound[undominated(self._costs(sound))].sort_values(
            first.id, ascending=first.better == "min", kind="stable"
        )
        best = best.drop_duplicates(ids)  # other parameters, the very same futures
        fresh = self._outcomes[self._outcomes["replication"] >= self.search.replications]
        fresh = fresh[fresh["candidate_id"].isin(best.index)].groupby("candidate_id")[ids]
        best = best.join(fresh.mean().add_suffix("_fresh")).join(
            fresh.sem().add_suffix("_fresh_se")
        )
        return best.drop(columns=["error", "excess"])

    @functools.cached_property
    def reference(self) -> np.ndarray:
        """The worst point that counts, in the objectives' own units: what the search says, else the
        worst that any sound candidate met."""
        frame = self.candidates
        sound = frame[frame["error"].isna() & (frame["excess"] <= 0)]
        worst = (
            (self._costs(sound)).max(axis=0) * self._signs
            if len(sound)
            else np.full(len(self.search.objectives), np.nan)
        )
        return np.array([w if o.reference is None else o.reference
                         for o, w in zip(self.search.objectives, worst, strict=True)])  # fmt: skip

    def hypervolume(self, candidates: pd.DataFrame | None = None) -> float:
        """Between candidates (all, when left out) and ``reference``, in the product of units."""
        frame = self.candidates if candidates is None else candidates
        sound = frame[frame["error"].isna() & (frame["excess"] <= 0)]
        return hypervolume(self._costs(sound), self.reference * self._signs)

    @functools.cached_property
    def history(self) -> pd.DataFrame:
        """A row a restart and generation: candidates asked for so far, hypervolume, and its share
        of that of all restarts together."""
        whole, rows = self.hypervolume(), []
        for restart, steps in self._steps.groupby("restart"):
            for generation in steps["generation"].unique():
                seen = steps[steps["generation"] <= generation]
                volume = self.hypervolume(self.candidates.loc[seen["candidate_id"].unique()])
                rows.append((restart + 1, generation + 1, len(seen), volume,
                             volume / whole if whole > 0 else np.nan))  # fmt: skip
        names = ["restart", "generation", "evaluations", "hypervolume", "share"]
        return pd.DataFrame(rows, columns=names)

    @property
    def _signs(self) -> np.ndarray:
        return np.array([o.sign for o in self.search.objectives])

    def _costs(self, frame: pd.DataFrame) -> np.ndarray:
        return frame[[o.id for o in self.search.objectives]].to_numpy(float) * self._signs

    def differences(self, objective: str) -> pd.DataFrame:
        """Of the front's rows from its first, in the same futures (fresh ones when they were
        played): ``difference`` and the half width of its 95 % interval. Luck that all candidates
        share cancels, so that this is far surer than the difference of two means looks."""
        from scipy import stats

        first = self.search.replications if self.search.confirm > 0 else 0
        rows = self._outcomes[self._outcomes["replication"] >= first]
        if self.front.empty:
            return pd.DataFrame({"difference": [], "half_width": []})
        table = rows.pivot(index="replication", columns="candidate_id", values=objective)
        table = table[self.front.index]
        gaps = table.sub(table.iloc[:, 0], axis=0).dropna()
        n = len(gaps)
        wide = stats.t.ppf(0.975, n - 1) * gaps.std(ddof=1) / np.sqrt(n) if n > 1 else np.nan
        return pd.DataFrame({"difference": gaps.mean(), "half_width": wide})

    def text(self) -> str:
        """The answer in words and tables."""
        front, what = self.front, self.search
        fresh = what.confirm > 0
        columns: dict[str, Any] = {
            p.name: [f"{v:g}" for v in front[p.name]] for p in what.parameters
        }
        for one in what.objectives:
            scale, unit = _scale(front[one.id].abs().max())
            head = f"{one.id}{unit}"
            means = front[f"{one.id}_fresh"] if fresh else front[one.id]
            columns[f"{head} ({one.better})"] = [f"{v / scale:.4g}" for v in means]
            gaps = self.differences(one.id) / scale
            columns[f"from the first{' ' * len(columns)}"] = ["" if i == 0 else
                f"{d:+.3g} ± {w:.2g}" for i, (d, w) in enumerate(gaps.to_numpy())]  # fmt: skip
        failed = int(self.candidates["error"].notna().sum())
        share = self.history.pivot(index="evaluations", columns="restart", values="share")
        share.columns = [f"restart {c}" for c in share.columns]
        share.index.name = None
        futures = f"{what.confirm} fresh futures" if fresh else "the search's futures"
        parts = [
            what.question,
            f"{len(self.candidates)} candidates in {what.replications} futures each, "
            f"{what.restarts} restarts" + (f", {failed} failed" if failed else ""),
            f"\nWhat no candidate beats in every objective ({len(front)}): means in {futures}; "
            "differences paired, ± half width at 95 %\n",
            pd.DataFrame(columns).to_string(index=False),
            "\nHypervolume over evaluations, of that of all restarts together\n",
            share.map(lambda v: "" if np.isnan(v) else f"{v:.3f}").to_string(),
        ]
        return "\n".join(parts) + "\n"


def undominated(costs: np.ndarray) -> np.ndarray:
    """Which rows no other row is as good as everywhere and better somewhere (small is good)."""
    costs = np.asarray(costs, float)
    kept = np.ones(len(costs), bool)
    for i, row in enumerate(costs):
        beaten = (costs <= row).all(axis=1) & (costs < row).any(axis=1)
        kept[i] = not beaten.any()
    return kept


def hypervolume(costs: np.ndarray, reference: Sequence[float]) -> float:
    """What rows dominate up to the reference (small is good): pymoo's measure."""
    from pymoo.indicators.hv import HV

    costs, reference = np.asarray(costs, float), np.asarray(reference, float)
    inside = costs[(costs < reference).all(axis=1)] if len(costs) else costs
    if not len(inside):
        return 0.0
    return float(HV(ref_point=reference)(inside[undominated(inside)]))


def strategy_with(file: str, parameters: Mapping[str, float]) -> Callable[[Any], Any]:
    """The strategy of a file with its parameters set."""
    decide = _decide(file)
    return functools.partial(decide, **parameters)


class _Ledger:
    """Every run that a search made, and in which order its restarts asked for candidates."""

    def __init__(self, what: Search, path: str) -> None:
        self.what = what
        self._names = [p.name for p in what.parameters]
        self._ids = [o.id for o in (*what.objectives, *what.constraints)]
        new = not os.path.exists(path)
        self._database = _connect(path)
        if new:
            parameters = ", ".join(f"{_quoted(n)} REAL" for n in self._names)
            outcomes = ", ".join(f"{_quoted(i)} REAL" for i in self._ids)
            self._database.executescript(
                f"PRAGMA application_id = {_APPLICATION_ID}; PRAGMA journal_mode = WAL;"
                "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);"
                f"CREATE TABLE candidate (candidate_id INTEGER PRIMARY KEY, {parameters},"
                f" UNIQUE ({', '.join(map(_quoted, self._names))}));"
                f"CREATE TABLE outcome (candidate_id INTEGER, replication INTEGER, error TEXT,"
                f" {outcomes}, PRIMARY KEY (candidate_id, replication));"
                "CREATE TABLE step (restart INTEGER, generation INTEGER, place INTEGER,"
                " candidate_id INTEGER, PRIMARY KEY (restart, generation, place));"
            )
            facts = {"question": what.question, "identity": what.identity,
                     "code_version": _core.code_version()}  # fmt: skip
            with self._database:
                self._database.executemany("INSERT INTO meta VALUES (?, ?)", facts.items())
        elif self._meta("identity") != what.identity:
            raise refuse(
                f"{path} is the ledger of another search.",
                "Its runs and new ones would not be of one search; the file is untouched.",
                "Name another file.",
            )
        elif self._meta("code_version") != _core.code_version():
            raise refuse(
                f"{path} was made by tavolo {self._meta('code_version')}.",
                f"This is {_core.code_version()}: old and new runs would not be alike.",
                "Name another file, or use that version.",
            )

    def close(self) -> None:
        self._database.close()

    def play(self, rows: Sequence[tuple[float, ...]], replications: Iterable[int],
             pool: Executor) -> None:  # fmt: skip
        """Makes the runs that are missing; each is kept as it ends."""
        tasks = []
        for row in dict.fromkeys(rows):
            known = self._id(row)
            made = {r for (r,) in self._database.execute(
                "SELECT replication FROM outcome WHERE candidate_id = ?", (known,))}  # fmt: skip
            tasks += [(known, row, r) for r in replications if r not in made]
        what = self.what
        task = functools.partial(
            _play, what.scenario, tuple(what.changes.items()), what.policy, what.strategy,
            what.seed, tuple(self._names), (*what.objectives, *what.constraints),
        )  # fmt: skip
        marks = ", ".join("?" * (3 + len(self._ids)))
        for (known, _, replication), (error, values) in zip(
            tasks, pool.map(task, [row for _, row, _ in tasks], [r for *_, r in tasks]), strict=True
        ):
            with self._database:
                self._database.execute(f"INSERT INTO outcome VALUES ({marks})",
                                       (known, replication, error, *values))  # fmt: skip

    def note(self, restart: int, generation: int, rows: Sequence[tuple[float, ...]]) -> None:
        """Which candidates a generation asked for."""
        with self._database:
            self._database.executemany(
                "INSERT OR REPLACE INTO step VALUES (?, ?, ?, ?)",
                [(restart, generation, place, self._id(row)) for place, row in enumerate(rows)],
            )

    def count(self, restart: int) -> int:
        """Candidates that a restart has asked for."""
        (number,) = self._database.execute(
            "SELECT count(*) FROM step WHERE restart = ?", (restart,)
        ).fetchone()
        return number

    def objectives(self, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Costs (small is good) and broken constraints of candidates that were played."""
        what = self.what
        costs = np.full((len(shares), len(what.objectives)), 1e30)
        broken = np.full((len(shares), 1), 1e30)
        for i, row in enumerate(shares):
            values = tuple(p.value(s) for p, s in zip(what.parameters, row, strict=True))
            rows = self._database.execute(
                f"SELECT error, {', '.join(map(_quoted, self._ids))} FROM outcome "
                "WHERE candidate_id = ? AND replication < ? ORDER BY replication",
                (self._id(values), what.replications),
            ).fetchall()
            if any(error is not None for error, *_ in rows):
                continue
            means = np.array([r[1:] for r in rows], float).mean(axis=0)
            number = len(what.objectives)
            costs[i] = means[:number] * [o.sign for o in what.objectives]
            broken[i] = sum(
                max(0.0, one.excess(m))
                for one, m in zip(what.constraints, means[number:], strict=True)
            )
        return costs, broken

    def _id(self, row: tuple[float, ...]) -> int:
        where = " AND ".join(f"{_quoted(n)} = ?" for n in self._names)
        found = self._database.execute(
            f"SELECT candidate_id FROM candidate WHERE {where}", row
        ).fetchone()
        if found:
            return found[0]
        marks = ", ".join("?" * len(row))
        names = ", ".join(map(_quoted, self._names))
        with self._database:
            return self._database.execute(
                f"INSERT INTO candidate ({names}) VALUES ({marks})", row
            ).lastrowid

    def _meta(self, key: str) -> str:
        (value,) = self._database.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return value


def _play(
    scenario: str,
    changes: tuple[tuple[str, Any], ...],
    policy: str,
    strategy: str,
    seed: int,
    names: tuple[str, ...],
    outcomes: tuple[Objective, ...],
    row: tuple[float, ...],
    replication: int,
) -> tuple[str | None, list[float | None]]:
    """One run of a candidate: why it failed, or the outcomes. Any process can do it."""
    values = dict(zip(names, row, strict=True))
    keywords = {n: v for n, v in values.items() if n in _keywords(strategy)}
    paths = tuple((n, v) for n, v in values.items() if n not in keywords)
    ready = _prepared(scenario, changes + paths)
    rule = strategy_with(strategy, keywords) if strategy else policy
    try:
        run = ready.run(rule, seed=seed, replication=replication)
    except RunError as error:
        return str(error), [None] * len(outcomes)
    return None, [one.of(run) for one in outcomes]


@functools.lru_cache(maxsize=8)
def _prepared(scenario: str, changes: tuple[tuple[str, Any], ...]) -> Any:
    return prepare(scenario, {k: list(v) if isinstance(v, tuple) else v for k, v in changes})


@functools.lru_cache(maxsize=8)
def _decide(file: str) -> Callable[..., Any]:
    specification = importlib.util.spec_from_file_location(Path(file).stem, file)
    if specification is None or specification.loader is None or not os.path.isfile(file):
        raise refuse(f"{file} is no file in Python.", "It holds the strategy that is searched.",
                     "Check the path.")  # fmt: skip
    module = importlib.util.module_from_spec(specification)
    try:
        specification.loader.exec_module(module)
        return module.decide
    except InputError:
        raise
    except Exception as error:
        raise refuse(f"{file} cannot be used: {type(error).__name__}: {error}.",
                     "It holds the strategy that is searched.",
                     "Define decide(view, ...) in it.") from error  # fmt: skip


@functools.lru_cache(maxsize=8)
def _keywords(strategy: str) -> frozenset[str]:
    if not strategy:
        return frozenset()
    import inspect

    return frozenset(list(inspect.signature(_decide(strategy)).parameters)[1:])


def _seeds(seed: int, number: int) -> list[int]:
    """One a restart; the first ones do not depend on how many there are."""
    return [int(np.random.SeedSequence([seed, restart]).generate_state(1)[0] % 2**31)
            for restart in range(number)]  # fmt: skip


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = tuple(value) if isinstance(value, list) else value
    return flat


def _connect(path: str) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=60, check_same_thread=False)
    database.execute("PRAGMA synchronous = NORMAL")  # kept over a kill, as stores are
    return database


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _scale(most: float) -> tuple[float, str]:
    for scale, unit in ((1e9, ", bn"), (1e6, ", M"), (1e4, ", thousand")):
        if most >= scale:
            return (1e3 if scale == 1e4 else scale), unit
    return 1.0, ""


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m tavolo search``."""
    import argparse
    from dataclasses import replace

    parser = argparse.ArgumentParser(
        prog="python -m tavolo search",
        description="Searches good parameters of a strategy; stopped, it goes on where it stood.",
    )
    parser.add_argument("search", help="its file in TOML; configs/searches/ has examples")
    parser.add_argument("-o", "--out", required=True, help="the ledger, made or continued")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="all cores if left out")
    for name in ("evaluations", "restarts", "replications", "confirm"):
        parser.add_argument(f"--{name}", type=int, help="instead of the file's")
    parser.add_argument("--front", help="write the front as CSV")
    given = parser.parse_args(arguments)
    wanted = read_search(given.search)
    for name in ("evaluations", "restarts", "replications", "confirm"):
        if getattr(given, name) is not None:
            wanted = replace(wanted, **{name: getattr(given, name)})
    with ThreadPoolExecutor(given.threads) as pool:
        result = search(wanted, given.out, executor=pool,
                        progress=lambda line: print(line, file=sys.stderr, flush=True))  # fmt: skip
    print(result.text(), end="")
    if given.front:
        result.front.to_csv(given.front, index=False)
    return 0
