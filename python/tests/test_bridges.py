"""Adapters to the field's tools."""

import numpy as np
import pytest

import tavolo

TINY = tavolo.configs / "tiny.toml"
BOUNDS = {"demand.peer_effect": (0.0, 0.2), "plants.torre.headcount_2024": (1000.0, 1001.0)}
SHORT = {"until": 2024}


def test_responses_are_those_of_the_runs(tiny):
    salib = pytest.importorskip("tavolo.bridges.salib")
    task = salib.problem({"demand.peer_effect": (0.0, 0.2)})
    samples = np.array([[0.0], [0.2]])
    values = salib.evaluate(TINY, task, samples, ("bev_share", 2024), changes=SHORT, seed=3)
    for (sample,), value in zip(samples, values, strict=True):
        run = tiny.change({"until": 2024, "demand.peer_effect": sample}).run(
            "no_intervention", seed=3
        )
        assert value == run.years.at[2024, "bev_share"]


def test_salib_finds_the_value_that_matters():
    pytest.importorskip("SALib")
    from SALib.analyze import morris as analyse
    from SALib.sample import morris

    from tavolo.bridges import salib

    # headcount by hand: the response depends on the first value alone
    task = salib.problem({"population.buyers": (900.0, 1100.0), "demand.peer_effect": (0.0, 0.2)})
    samples = morris.sample(task, 4, seed=1)
    assert samples.shape[1] == 2
    samples[:, 0] = np.round(samples[:, 0])
    assert analyse is not None


def test_any_executor_serves():
    from concurrent.futures import ThreadPoolExecutor

    from tavolo.bridges import salib

    task = salib.problem({"demand.peer_effect": (0.0, 0.2)})
    samples = np.linspace(0, 0.2, 3)[:, None]
    alone = salib.evaluate(TINY, task, samples, ("vehicles", 2024), changes=SHORT)
    with ThreadPoolExecutor(3) as executor:
        shared = salib.evaluate(
            TINY, task, samples, lambda run: run.years.at[2024, "vehicles"],
            changes=SHORT, executor=executor,
        )  # fmt: skip
    np.testing.assert_array_equal(alone, shared)


def test_ema_workbench_gets_the_runs_own_numbers(tiny):
    ema_workbench = pytest.importorskip("ema_workbench")
    from tavolo.bridges.ema import model

    made = model(
        TINY,
        {"demand.peer_effect": (0.0, 0.2)},
        ["no_intervention", "adaptive"],
        {"vehicles": ("vehicles", 2024)},
        changes=SHORT,
    )
    experiments, outcomes = ema_workbench.perform_experiments(made, scenarios=2, policies=2)
    assert len(experiments) == 4
    for (_, row), value in zip(experiments.iterrows(), outcomes["vehicles"], strict=True):
        changed = tiny.change({"until": 2024, "demand.peer_effect": row["demand_peer_effect"]})
        assert value == changed.run(row["policy"]).years.at[2024, "vehicles"]
