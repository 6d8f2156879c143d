"""Adapters to the field's tools."""

import numpy as np
import pytest

import tavolo

TINY = tavolo.configs / "tiny.toml"
THREE = ("demand.peer_effect", "demand.loyalty", "demand.powertrain_inertia")
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


def ishigami(run):
    """Of three values of the scenario, from 0..1 to -pi..pi (Ishigami & Homma 1990)."""
    x, y, z = (np.pi * (2 * run.scenario.changes[path] - 1) for path in THREE)
    return np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)


def test_salib_finds_ishigamis_indices():
    pytest.importorskip("SALib")
    from SALib.analyze import sobol as analyse
    from SALib.sample import sobol

    from tavolo.bridges import salib

    task = salib.problem(dict.fromkeys(THREE, (0.0, 1.0)))
    samples = sobol.sample(task, 128, calc_second_order=False, seed=1)
    values = salib.evaluate(TINY, task, samples, ishigami, changes=SHORT)
    indices = analyse.analyze(task, values, calc_second_order=False, seed=1)
    np.testing.assert_allclose(indices["S1"], [0.314, 0.442, 0.0], atol=0.1)
    np.testing.assert_allclose(indices["ST"], [0.558, 0.442, 0.244], atol=0.1)


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
        assert value == changed.run(row["strategy"]).years.at[2024, "vehicles"]
