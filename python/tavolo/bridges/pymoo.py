"""pymoo: NSGA-II over a strategy's parameters (Deb, Pratap, Agarwal & Meyarivan 2002, "A fast and
elitist multiobjective genetic algorithm: NSGA-II", IEEE Trans. Evol. Comput. 6(2), 182-197).

``tavolo.search`` is what uses it: it keeps every run in a ledger. ``problem`` is for those who
bring another of pymoo's algorithms.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.core.problem import Problem
from pymoo.problems.static import StaticProblem

if TYPE_CHECKING:
    from .._search import Search

Judge = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


def minimise(what: Search, seed: int, judge: Judge) -> Iterator[tuple[int, np.ndarray]]:
    """One restart: yields generation after generation of candidates, as shares 0..1 of the
    parameters' ranges, and goes on with what ``judge`` says of them (costs, broken constraints)
    when it is asked for the next. Depends on the seed and the judgements alone."""
    task = _problem(what)
    algorithm = NSGA2(pop_size=what.population, eliminate_duplicates=True)
    algorithm.setup(task, termination=("n_eval", what.evaluations), seed=seed, verbose=False)
    generation = 0
    while algorithm.has_next():
        asked = algorithm.ask()
        if asked is None or len(asked) == 0:
            return
        shares = np.clip(asked.get("X"), 0.0, 1.0)
        yield generation, shares
        costs, broken = judge(shares)
        algorithm.evaluator.eval(StaticProblem(task, F=costs, G=broken), asked)  # counts them
        algorithm.tell(infills=asked)
        generation += 1


def problem(
    what: Search, ledger: str | os.PathLike[str], *, executor: Executor | None = None
) -> Problem:
    """The same search as a problem for any algorithm of pymoo; its runs go to the ledger. Close it
    with ``problem.close()``."""
    from .._search import _Ledger

    book = _Ledger(what, os.fspath(ledger))
    pool = executor or ThreadPoolExecutor(os.cpu_count())

    class Played(Problem):
        def __init__(self) -> None:
            super().__init__(n_var=len(what.parameters), n_obj=len(what.objectives),
                             n_ieq_constr=1, xl=0.0, xu=1.0)  # fmt: skip

        def _evaluate(self, x: np.ndarray, out: dict[str, Any], *_: Any, **__: Any) -> None:
            rows = [
                tuple(p.value(s) for p, s in zip(what.parameters, row, strict=True)) for row in x
            ]
            book.play(rows, range(what.replications), pool)
            out["F"], out["G"] = book.objectives(x)

        def close(self) -> None:
            book.close()

    return Played()


def _problem(what: Search) -> Problem:
    return Problem(n_var=len(what.parameters), n_obj=len(what.objectives), n_ieq_constr=1,
                   xl=0.0, xu=1.0)  # fmt: skip
