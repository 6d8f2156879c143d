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


ISHIGAMI = {"x1": (-np.pi, np.pi), "x2": (-np.pi, np.pi), "x3": (-np.pi, np.pi)}


def test_salib_finds_the_engines_ishigami():
    """Sobol and Morris of the built-in model against what is known, within their errors."""
    pytest.importorskip("SALib")
    from SALib.analyze import morris as screen
    from SALib.analyze import sobol as analyse
    from SALib.sample import morris, sobol

    from tavolo.bridges import salib

    task = salib.problem(ISHIGAMI)
    samples = sobol.sample(task, 1024, calc_second_order=False, seed=1)
    values = salib.evaluate("model:ishigami", task, samples, ("y", 1), policy="none")
    found = analyse.analyze(task, values, calc_second_order=False, conf_level=0.99, seed=1)
    assert (np.abs(found["S1"] - [0.3139, 0.4424, 0.0]) < found["S1_conf"]).all()
    assert (np.abs(found["ST"] - [0.5576, 0.4424, 0.2437]) < found["ST_conf"]).all()
    assert (found["S1_conf"] < 0.15).all()

    samples = morris.sample(task, 2000, num_levels=4, seed=1)
    values = salib.evaluate("model:ishigami", task, samples, ("y", 1), policy="none")
    found = screen.analyze(task, samples, values, num_levels=4, seed=1)
    np.testing.assert_allclose(found["mu_star"], [7.704, 7.875, 6.249], rtol=0.05)


def responses_with(executor):
    from tavolo.bridges import salib

    task = salib.problem(ISHIGAMI)
    samples = np.linspace([-3, -2, -1], [1, 2, 3], 5)
    return salib.evaluate("model:ishigami", task, samples, ("y", 1), policy="none",
                          changes={"noise": 0.1}, replications=3, executor=executor)  # fmt: skip


def threads():
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(3)


def processes():
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


def joblibs():
    loky = pytest.importorskip("joblib.externals.loky")
    return loky.ProcessPoolExecutor(2)


def dasks():
    distributed = pytest.importorskip("distributed")
    client = distributed.Client(n_workers=1, threads_per_worker=2, processes=False,
                                dashboard_address=None)  # fmt: skip
    executor = client.get_executor()
    shut = executor.shutdown
    executor.shutdown = lambda *a, **k: (shut(*a, **k), client.close())
    return executor


def mpis():
    futures = pytest.importorskip("mpi4py.futures")
    return futures.MPIPoolExecutor(1)


@pytest.mark.parametrize("kind", [threads, processes, joblibs, dasks, mpis])
def test_any_executor_serves(kind):
    with kind() as executor:
        np.testing.assert_array_equal(responses_with(None), responses_with(executor))


def test_functions_of_a_run_serve_in_threads():
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


def test_emas_prim_finds_the_box_that_is_there():
    """With a = b = 0 Ishigami's function is sin x1: at least a half between pi/6 and 5 pi/6."""
    ema_workbench = pytest.importorskip("ema_workbench")
    from ema_workbench.analysis import prim

    from tavolo.bridges.ema import model

    made = model("model:ishigami", ISHIGAMI, ["none"], {"y": ("y", 1)}, changes={"a": 0, "b": 0})
    experiments, outcomes = ema_workbench.perform_experiments(made, scenarios=1500)
    x = experiments[list(ISHIGAMI)]
    np.testing.assert_allclose(outcomes["y"], np.sin(x["x1"]), atol=1e-12)
    box = prim.Prim(x, outcomes["y"] >= 0.5, threshold=0.8, peel_alpha=0.05).find_box()
    last = box.peeling_trajectory.iloc[-1]
    assert last["density"] > 0.95
    assert last["coverage"] > 0.9
    limits = box.box_lims[-1]
    np.testing.assert_allclose(limits["x1"], [np.pi / 6, 5 * np.pi / 6], atol=0.15)


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
