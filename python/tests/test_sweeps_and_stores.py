"""Sweeps and the frames that stores become."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading

import numpy as np
import pytest

import tavolo


@pytest.fixture
def store(experiment, tmp_path):
    factors = '"demand.peer_effect" = [0.0, 0.1]'
    file = experiment(["no_intervention", "adaptive"], replications=3, factors=factors)
    return tavolo.sweep(file, tmp_path / "s.sqlite", threads=2)


def test_runs_are_those_of_the_design(store, tiny):
    runs = store.runs()
    assert len(runs) == 2 * 2 * 3
    assert store.factors == ["demand.peer_effect", "until"]
    row = runs[(runs["policy"] == "adaptive") & (runs["demand.peer_effect"] == 0.1)].iloc[1]
    scenario = tiny.change({"demand.peer_effect": 0.1, "until": 2025})
    alone = scenario.run("adaptive", seed=int(row["seed"]), replication=int(row["replication"]))
    assert alone.fingerprint == row["fingerprint"]


def test_results_are_what_sqlite_says(store):
    frame = store.results()
    with sqlite3.connect(store.path) as database:
        rows = database.execute("SELECT vehicles, bev_share, year FROM result").fetchall()
    np.testing.assert_array_equal(frame[["vehicles", "bev_share", "year"]].to_numpy(), rows)
    assert frame["policy"].dtype == "category"
    assert frame.attrs["units"]["vehicles"] == "vehicles"


def test_final_is_the_last_year(store):
    final = store.final(["vehicles"], policies=["adaptive"])
    assert set(final["policy"]) == {"adaptive"}
    assert set(final["year"]) == {2025}
    assert list(final.columns)[-1] == "vehicles"
    assert len(final) == 6


def test_an_unknown_indicator_is_refused(store):
    with pytest.raises(tavolo.InputError, match="vehicels"):
        store.final(["vehicels"])


def test_events_are_kept(store):
    events = store.events(kinds=["policy"])
    assert set(events["kind"]) == {"policy"}
    assert events["month"].dtype == "period[M]"


def test_a_store_knows_its_experiment(store):
    assert store.experiment["question"] == "Does Python see what the command sees?"
    assert store.experiment["seed"] == "1"
    assert store.indicators.loc["vehicles", "meaning"]


def test_xarray_has_named_dimensions_and_units(store):
    pytest.importorskip("xarray")
    data = store.to_xarray(["vehicles"])
    assert data["vehicles"].dims == (
        "policy", "demand.peer_effect", "until", "replication", "year",
    )  # fmt: skip
    assert data["vehicles"].shape == (2, 2, 1, 3, 2)
    assert data["vehicles"].attrs["units"] == "vehicles"
    frame = store.results(["vehicles"])
    row = frame.iloc[7]
    value = data["vehicles"].sel({k: row[k] for k in data["vehicles"].dims})
    assert float(value) == row["vehicles"]
    assert not np.isnan(data["vehicles"]).any()


def test_arrow_shares_the_numbers(store):
    pytest.importorskip("pyarrow")
    table = store.to_arrow(["vehicles"])
    frame = store.results(["vehicles"])
    assert table.num_rows == len(frame)
    assert table.column("vehicles").to_pylist() == frame["vehicles"].tolist()
    assert table.schema.field("vehicles").metadata == {b"unit": b"vehicles"}
    numbers = np.arange(5.0)
    import pyarrow as pa

    assert pa.Array.from_pandas(numbers).buffers()[1].address == numbers.ctypes.data


def test_a_sweep_is_the_commands(experiment, tmp_path, command):
    file = experiment(["no_intervention", "adaptive"], replications=2)
    ours = tavolo.sweep(file, tmp_path / "ours.sqlite", threads=2)
    subprocess.run([command, "sweep", file, "-o", tmp_path / "theirs.sqlite"], check=True)
    theirs = tavolo.open(tmp_path / "theirs.sqlite")
    assert ours.runs()["fingerprint"].tolist() == theirs.runs()["fingerprint"].tolist()


def test_a_store_is_continued(experiment, tmp_path):
    seen = []
    file = experiment(["no_intervention"], replications=2)
    tavolo.sweep(file, tmp_path / "s.sqlite")
    store = tavolo.sweep(
        file, tmp_path / "s.sqlite", replications=5, progress=lambda *counts: seen.append(counts)
    )
    assert len(store.runs()) == 5
    assert seen[-1] == (5, 5, 0)
    assert seen[0][0] >= 2, "what was there counts"


def test_set_changes_every_point(experiment, tmp_path):
    file = experiment(["no_intervention"], replications=1)
    store = tavolo.sweep(file, tmp_path / "s.sqlite", set={"demand.peer_effect": 0.0})
    assert store.experiment["overrides"] == "demand.peer_effect=0.0"


def test_another_experiment_is_refused(experiment, tmp_path):
    tavolo.sweep(experiment(["no_intervention"], replications=1), tmp_path / "s.sqlite")
    with pytest.raises(tavolo.InputError):
        tavolo.sweep(experiment(["adaptive"], replications=1), tmp_path / "s.sqlite")


def test_a_python_policy_that_changed_is_refused(experiment, tmp_path):
    from tavolo import _policies

    file = experiment(["no_intervention", "python_wage_wedge"], replications=1)
    store = tavolo.sweep(file, tmp_path / "s.sqlite")
    assert "view.plant_jobs" in store.experiment["python_policies"]
    before = _policies.sources["python_wage_wedge"]
    try:
        _policies.sources["python_wage_wedge"] = before.replace("1.1", "1.2")
        with pytest.raises(tavolo.InputError, match="another policy python_wage_wedge"):
            tavolo.sweep(file, tmp_path / "s.sqlite", replications=2)
    finally:
        _policies.sources["python_wage_wedge"] = before


def test_a_callback_that_raises_stops_the_sweep(experiment, tmp_path):
    def stop(made, total, failed):
        raise LookupError("enough")

    file = experiment(["no_intervention"], replications=2000)
    with pytest.raises(LookupError, match="enough"):
        tavolo.sweep(file, tmp_path / "s.sqlite", progress=stop)
    assert len(tavolo.open(tmp_path / "s.sqlite").runs()) < 2000


def test_ctrl_c_stops_and_the_sweep_can_go_on(experiment, tmp_path):
    file = experiment(["no_intervention", "python_wage_wedge"], replications=1000)
    target = tmp_path / "s.sqlite"
    program = textwrap.dedent(f"""
        import sys; sys.path.insert(0, {os.path.dirname(__file__)!r})
        import conftest, tavolo
        def progress(made, total, failed):
            if made: print("going", flush=True)
        try:
            tavolo.sweep({str(file)!r}, {str(target)!r}, progress=progress)
        except KeyboardInterrupt:
            print("interrupted", flush=True)
    """)
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    watchdog = threading.Timer(60, child.kill)
    watchdog.start()
    assert child.stdout.readline() == "going\n"
    child.send_signal(signal.SIGINT)
    assert "interrupted" in child.stdout.read()
    assert child.wait() == 0
    watchdog.cancel()
    made = len(tavolo.open(target).runs())
    assert 0 < made < 2000
    with sqlite3.connect(target) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store = tavolo.sweep(file, target, replications=max(1, made // 2 + 2))
    assert len(store.runs()) >= made
    assert (store.runs()["status"] == "done").all()


def test_what_is_no_store_is_refused(tmp_path):
    with pytest.raises(tavolo.InputError, match="not a file"):
        tavolo.open(tmp_path / "none.sqlite")
    (tmp_path / "text.sqlite").write_text("no database " * 100)
    with pytest.raises(tavolo.InputError):
        tavolo.open(tmp_path / "text.sqlite")
    with sqlite3.connect(tmp_path / "other.sqlite") as database:
        database.execute("CREATE TABLE a (b)")
    with pytest.raises(tavolo.InputError, match="another program"):
        tavolo.open(tmp_path / "other.sqlite")
