"""Search over a strategy's parameters: known fronts, resumption, strategies in files."""

import os
import sqlite3
import subprocess
import sys

import numpy as np
import pytest

import tavolo
from tavolo import Objective, Parameter, Search

pytest.importorskip("pymoo")

# A lake in its first year: releasing r gives utility 0.4 r and phosphorus r + inflow. Whatever is
# released is on the front, a straight line; up to the worst corner it dominates 0.4 x 0.1^2 / 2.
FIRST_YEAR = Search(
    question="How much may a town release?",
    scenario="model:lake",
    policy="constant",
    changes={"years": 2, "stdev": 0.0},
    parameters=(Parameter("release", 0.0, 0.1, "1/year"),),
    objectives=(
        Objective("utility", "utility", year=1, better="max", reference=0.0),
        Objective("phosphorus", "phosphorus", year=1, better="min", reference=0.12),
    ),
    replications=1,
    population=16,
    evaluations=160,
    restarts=2,
    seed=7,
)
EXACT = 0.4 * 0.1**2 / 2


def test_hypervolume_of_squares_is_their_union():
    from tavolo._search import hypervolume

    assert hypervolume([[1, 2], [2, 1], [2, 2]], [3, 3]) == pytest.approx(3.0)
    assert hypervolume([[4, 4]], [3, 3]) == 0.0
    assert hypervolume(np.empty((0, 2)), [3, 3]) == 0.0


def test_the_lakes_hypervolume_is_found(tmp_path):
    result = tavolo.search(FIRST_YEAR, tmp_path / "s.sqlite")
    # n points on a line reach at most n / (n + 1) of the triangle above it
    assert 0.95 * EXACT < result.hypervolume() < EXACT
    assert len(result.front) >= 40
    front = result.front
    np.testing.assert_allclose(front["utility"], 0.4 * front["release"], rtol=1e-12)
    np.testing.assert_allclose(front["phosphorus"], front["release"] + 0.02, rtol=1e-12)


def test_hypervolume_never_falls_with_evaluations(tmp_path):
    result = tavolo.search(FIRST_YEAR, tmp_path / "s.sqlite")
    for _, steps in result.history.groupby("restart"):
        assert steps["hypervolume"].is_monotonic_increasing
        assert steps["evaluations"].iloc[-1] == 160
        assert steps["share"].iloc[-1] > 0.9
    assert result.history["restart"].nunique() == 2


def test_the_tipping_point_is_respected(tmp_path):
    """Quinn et al.'s (2017) two cubic functions of the lake's state, five parameters."""
    from dataclasses import replace

    what = replace(
        FIRST_YEAR,
        policy="adaptive",
        changes={},
        parameters=(
            Parameter("c1", -2, 2), Parameter("r1", 0.05, 2), Parameter("w1", 0, 1),
            Parameter("c2", -2, 2), Parameter("r2", 0.05, 2),
        ),
        objectives=(
            Objective("utility", "utility", year=100, better="max", reference=0.0),
            Objective("phosphorus", "most_phosphorus", year=100, better="min", reference=3.0),
        ),
        constraints=(Objective("reliable", "reliable", "mean", first=1, last=100, at_least=0.85),),
        replications=5,
        population=20,
        evaluations=400,
        restarts=1,
    )  # fmt: skip
    result = tavolo.search(what, tmp_path / "s.sqlite")
    assert (result.front["reliable"] >= 0.85).all()
    assert result.history["hypervolume"].iloc[-1] > result.history["hypervolume"].iloc[0]
    # the front releases more than the least that the rule allows, and keeps the lake
    least = tavolo.model("lake", {"release": 0.01}).run("constant").years.at[100, "utility"]
    assert result.front["utility"].max() > 1.5 * least


def rows(path):
    with sqlite3.connect(path) as database:
        return database.execute(
            "SELECT restart, generation, place, s.candidate_id, c.*, o.* FROM step s "
            "JOIN candidate c USING (candidate_id) JOIN outcome o USING (candidate_id) "
            "ORDER BY restart, generation, place, replication"
        ).fetchall()


def test_the_same_seed_gives_the_same_search(tmp_path):
    for name in ("a", "b"):
        tavolo.search(FIRST_YEAR, tmp_path / name)
    assert rows(tmp_path / "a") == rows(tmp_path / "b")


def test_a_search_that_was_stopped_goes_on(tmp_path):
    tavolo.search(FIRST_YEAR, tmp_path / "whole")

    def stop(line):
        if "restart 1 of 2, generation 4" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tavolo.search(FIRST_YEAR, tmp_path / "stopped", progress=stop)
    assert 0 < len(rows(tmp_path / "stopped")) < len(rows(tmp_path / "whole"))
    tavolo.search(FIRST_YEAR, tmp_path / "stopped")
    assert rows(tmp_path / "stopped") == rows(tmp_path / "whole")


def test_a_search_that_was_killed_goes_on(bonus, tmp_path):
    tavolo.search(bonus, tmp_path / "whole")
    command = [sys.executable, "-m", "tavolo", "search", str(bonus), "-o", str(tmp_path / "killed")]
    paths = os.pathsep.join(p for p in sys.path if p)
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                             env={**os.environ, "PYTHONPATH": paths})  # fmt: skip
    assert "generation 1" in child.stderr.readline()
    child.kill()
    child.wait()
    assert 0 < len(rows(tmp_path / "killed")) < len(rows(tmp_path / "whole"))
    tavolo.search(bonus, tmp_path / "killed")
    assert rows(tmp_path / "killed") == rows(tmp_path / "whole")


def test_a_longer_search_begins_with_the_shorter(tmp_path):
    from dataclasses import replace

    tavolo.search(replace(FIRST_YEAR, evaluations=48, restarts=1), tmp_path / "s")
    short = rows(tmp_path / "s")
    tavolo.search(FIRST_YEAR, tmp_path / "s")
    assert rows(tmp_path / "s")[: len(short)] == short


def test_another_search_is_refused(tmp_path):
    from dataclasses import replace

    tavolo.search(replace(FIRST_YEAR, evaluations=16, restarts=1), tmp_path / "s")
    with pytest.raises(tavolo.InputError, match="another search"):
        tavolo.search(replace(FIRST_YEAR, seed=8), tmp_path / "s")


STRATEGY = """
import tavolo

def decide(view, bonus_eur, share=1.0):
    if bonus_eur > 5_000:
        raise ValueError("too dear")
    budget = share * view.budget_eur
    return tavolo.Instruments(purchase_budget_eur=budget, bonus_bev_eur=bonus_eur if budget else 0)
"""


@pytest.fixture
def bonus(tmp_path):
    (tmp_path / "bonus.py").write_text(STRATEGY)
    file = tmp_path / "bonus.toml"
    file.write_text(f"""
question = "What bonus?"
scenario = "{tavolo.configs / "tiny.toml"}"
strategy = "bonus.py"
objectives = [
  {{ id = "bev", indicator = "bev_share", year = 2025, better = "max" }},
  {{ id = "outlay", kind = "total", indicator = "incentives_eur", from = 2024, to = 2025, better = "min" }},
]
[search]
seed = 3
replications = 2
population = 6
evaluations = 18
restarts = 1
confirm = 2
[set]
until = 2025
[parameters]
bonus_eur = {{ low = 0, high = 6000, unit = "EUR", step = 500 }}
"demand.peer_effect" = {{ low = 0.0, high = 0.1 }}
""")  # noqa: E501
    return file


def test_a_strategy_in_a_file_is_searched(bonus, tmp_path, capsys):
    from tavolo.__main__ import main

    assert main(["search", str(bonus), "-o", str(tmp_path / "s"), "--front",
                 str(tmp_path / "front.csv")]) == 0  # fmt: skip
    said = capsys.readouterr()
    assert "fresh" in said.out
    assert "Hypervolume over evaluations" in said.out
    result = tavolo.search(bonus, tmp_path / "s")
    assert set(result.candidates["bonus_eur"] % 500) == {0.0}
    dear = result.candidates["bonus_eur"] > 5000
    assert (result.candidates["error"].notna() == dear).all(), "failures are data"
    assert (result.front["bonus_eur"] <= 5000).all()
    one = result.front.iloc[0]
    scenario = tavolo.load(tavolo.configs / "tiny.toml", {
        "until": 2025, "demand.peer_effect": one["demand.peer_effect"]})  # fmt: skip
    from tavolo._search import strategy_with

    rule = strategy_with(str(bonus.with_name("bonus.py")), {"bonus_eur": one["bonus_eur"]})
    alone = [scenario.run(rule, seed=3, replication=r).years.at[2025, "bev_share"] for r in (0, 1)]
    assert one["bev"] == pytest.approx(np.mean(alone), rel=1e-12)
    assert (tmp_path / "front.csv").read_text().startswith("bonus_eur")


def test_processes_make_the_same_search(bonus, tmp_path):
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    tavolo.search(bonus, tmp_path / "threads")
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        tavolo.search(bonus, tmp_path / "processes", executor=pool)
    assert rows(tmp_path / "threads") == rows(tmp_path / "processes")


@pytest.mark.parametrize(
    "line, answer",
    [
        ('scenario = "', 'model = "lake"\nscenario = "'),
        ("better", "best"),
        ("step", "steps"),
        ("low = 0,", 'low = "none",'),
        ("low = 0,", ""),
        ("low = 0,", "low = 7000,"),
        ('"outlay"', '"bev"'),
        ("population = 6", "population = 0"),
        ('indicator = "bev_share", ', ""),
        ('kind = "total"', 'kind = "sum"'),
        ("year = 2025", 'year = "last"'),
        ("[search]", "[search"),
    ],
)
def test_what_is_wrong_with_a_search_is_said(bonus, line, answer):
    bonus.write_text(bonus.read_text().replace(line, answer, 1))
    with pytest.raises(tavolo.InputError) as refused:
        tavolo.read_search(bonus)
    assert refused.value.remedy


def test_pymoos_own_algorithms_can_have_the_problem(tmp_path):
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.optimize import minimize

    from tavolo.bridges.pymoo import problem

    task = problem(FIRST_YEAR, tmp_path / "s")
    found = minimize(task, NSGA2(pop_size=10), ("n_eval", 50), seed=1)
    task.close()
    assert len(found.F) > 5
