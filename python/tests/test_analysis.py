"""Ranks across futures and trees of conditions, against published and planted answers."""

import numpy as np
import pandas as pd
import pytest

import tavolo

analysis = pytest.importorskip("tavolo.analysis")
pytest.importorskip("scipy")


def test_demsars_example_is_reproduced():
    # Demsar (2006), section 3.2.2: four classifiers on 14 data sets
    ranks = pd.Series([1.964, 2.0, 2.893, 3.143], index=["m+cf", "m", "cf", "plain"])
    found = analysis.of_mean_ranks(ranks, 14)
    assert found.chi_square == pytest.approx(9.28, abs=0.01)
    assert found.f == pytest.approx(3.69, abs=0.01)
    assert found.critical_difference == pytest.approx(1.25, abs=0.005)
    assert found.f_p < 0.05
    assert analysis.of_mean_ranks(ranks, 14, level=0.10).critical_difference == pytest.approx(
        1.12, abs=0.005
    )


@pytest.mark.parametrize("decimals", [9, 0], ids=["no ties", "many ties"])
def test_friedman_is_scipys_with_and_without_ties(decimals):
    from scipy import stats

    drawn = np.random.default_rng(1).normal(size=(20, 4)) + np.array([0, 0, 0.5, 1])
    values = pd.DataFrame(np.round(drawn, decimals), columns=list("abcd"))
    tied = (values.nunique(axis=1) < 4).sum()
    assert tied == 0 if decimals else tied > 10
    found = analysis.rank(values)
    theirs = stats.friedmanchisquare(*(values[c] for c in values))
    assert found.chi_square == pytest.approx(theirs.statistic)
    assert found.chi_square_p == pytest.approx(theirs.pvalue)
    assert found.f == pytest.approx(19 * theirs.statistic / (20 * 3 - theirs.statistic))
    assert found.mean_ranks.sum() == pytest.approx(10)


def test_policies_that_tie_everywhere_are_alike():
    found = analysis.rank(pd.DataFrame(np.ones((5, 3)), columns=list("abc")))
    assert found.chi_square == 0
    assert found.chi_square_p == found.f_p == 1
    assert [set(group) for group in found.groups] == [set("abc")]


def test_the_best_has_rank_one_and_groups_end_at_the_critical_difference():
    noise = np.random.default_rng(2).normal(size=(40, 3))
    values = pd.DataFrame(noise + np.array([0.0, 0.05, 9.0]), columns=["a", "b", "best"])
    found = analysis.rank(values)
    assert found.mean_ranks.index[0] == "best"
    assert found.mean_ranks["best"] == 1.0
    assert ["best"] in found.groups
    assert set(found.groups[-1]) == {"a", "b"}
    assert analysis.rank(values, better="min").mean_ranks.index[-1] == "best"


def test_a_planted_box_is_found():
    pytest.importorskip("sklearn")
    points = pd.DataFrame(np.random.default_rng(3).uniform(size=(800, 4)), columns=list("xyzw"))
    inside = (points["x"] > 0.6) & (points["y"] <= 0.4)
    found = analysis.conditions(points, inside)
    best = found.boxes.iloc[0]
    assert best["density"] > 0.95
    assert best["coverage"] > 0.9
    assert best["low"] == pytest.approx({"x": 0.6}, abs=0.03)
    assert best["high"] == pytest.approx({"y": 0.4}, abs=0.03)
    assert found.score > 0.95
    again = analysis.conditions(points, inside)
    pd.testing.assert_frame_equal(found.boxes, again.boxes)


def test_noise_gives_no_conditions():
    pytest.importorskip("sklearn")
    random = np.random.default_rng(4)
    points = pd.DataFrame(random.uniform(size=(600, 3)), columns=list("xyz"))
    found = analysis.conditions(points, random.uniform(size=600) < 0.3)
    assert found.score < 0.6


def test_what_never_happens_is_refused():
    pytest.importorskip("sklearn")
    points = pd.DataFrame({"x": [0.0, 1.0, 2.0]})
    with pytest.raises(tavolo.InputError, match="in no run"):
        analysis.conditions(points, [False] * 3)


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    target = tmp_path_factory.mktemp("lake") / "lake.sqlite"
    return tavolo.sweep("model:lake", target, samples=128, replications=2)


def test_policies_of_a_store_are_ranked(lake):
    table = analysis.by_future(lake, "utility", 100)
    assert table.shape == (128, 3)
    found = analysis.rank(table)
    assert found.mean_ranks.index[-1] == "none", "a town that releases nothing gains nothing"
    assert found.mean_ranks["none"] == 3.0
    assert "Friedman" in found.text()


def test_conditions_of_a_store_are_those_of_the_lake(lake):
    pytest.importorskip("sklearn")
    # a lake that loses little phosphorus turns: b is the factor that decides
    found = analysis.discover(lake, "reliable", 100, at_least=1, policies=["none"])
    assert "b > " in found.boxes.iloc[0]["conditions"]
    assert found.boxes.iloc[0]["density"] > found.share


def test_the_command_says_the_same(lake, capsys):
    from tavolo.__main__ import main

    assert main(["rank", lake.path, "utility", "100"]) == 0
    assert "none" in capsys.readouterr().out
    assert main(["rank", lake.path, "nothing", "100"]) == 2
    assert "Choose among" in capsys.readouterr().err
