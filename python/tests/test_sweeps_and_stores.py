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


def test_netcdf_keeps_names_units_and_numbers(store, tmp_path):
    xarray = pytest.importorskip("xarray")
    pytest.importorskip("netCDF4")
    store.to_netcdf(tmp_path / "s.nc", ["vehicles", "bev_share"])
    with xarray.open_dataset(tmp_path / "s.nc") as read:
        ours = store.to_xarray(["vehicles", "bev_share"])
        assert read["vehicles"].dims == ours["vehicles"].dims
        assert read["vehicles"].attrs["units"] == "vehicles"
        assert read["bev_share"].attrs["long_name"] == store.indicators.at["bev_share", "meaning"]
        np.testing.assert_array_equal(read["vehicles"], ours["vehicles"])
        assert read["policy"].values.tolist() == ["no_intervention", "adaptive"]
        assert read.attrs["title"] == "Does Python see what the command sees?"
    assert [p.name for p in tmp_path.glob("*unfinished*")] == []


def test_parquet_and_arrow_keep_units_and_numbers(store, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    from pyarrow import feather

    store.to_parquet(tmp_path / "s.parquet", ["vehicles"])
    store.to_arrow_file(tmp_path / "s.arrow", ["vehicles"])
    for table in (
        parquet.read_table(tmp_path / "s.parquet"),
        feather.read_table(tmp_path / "s.arrow"),
    ):
        assert table.schema.field("vehicles").metadata[b"unit"] == b"vehicles"
        assert (
            table.column("vehicles").to_pylist() == store.results(["vehicles"])["vehicles"].tolist()
        )


def test_a_file_appears_complete_or_not_at_all(store, tmp_path):
    pytest.importorskip("pyarrow")
    with pytest.raises(tavolo.InputError, match="no folder"):
        store.to_parquet(tmp_path / "none" / "s.parquet")
    with pytest.raises(tavolo.InputError, match="vehicels"):
        store.to_parquet(tmp_path / "s.parquet", ["vehicels"])
    assert not (tmp_path / "s.parquet").exists()


def test_export_by_command(store, tmp_path, command):
    xarray = pytest.importorskip("xarray")
    pytest.importorskip("netCDF4")
    from tavolo.__main__ import main

    assert (
        main(["export", store.path, "-o", str(tmp_path / "a.nc"), "--indicator", "vehicles"]) == 0
    )
    assert main(["export", store.path, "-o", str(tmp_path / "a.txt")]) == 2
    folder = os.path.dirname(sys.executable)
    environment = {**os.environ, "PATH": folder + os.pathsep + os.environ["PATH"],
                   "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}  # fmt: skip
    subprocess.run([command, "export", store.path, "-o", tmp_path / "b.nc"], check=True,
                   env=environment)  # fmt: skip
    with xarray.open_dataset(tmp_path / "a.nc") as a, xarray.open_dataset(tmp_path / "b.nc") as b:
        np.testing.assert_array_equal(a["vehicles"], b["vehicles"])
    nobody = subprocess.run([command, "export", store.path, "-o", tmp_path / "c.nc"],
                            env={"PATH": "/nowhere"}, capture_output=True, text=True)  # fmt: skip
    assert nobody.returncode == 2
    assert "python3 -m tavolo export" in nobody.stderr, "the exact command"


def test_a_benchmark_takes_strategies_in_python(experiment, tmp_path, command):
    factors = '"demand.peer_effect" = [0.0, 0.1, 0.2]'
    file = experiment(["no_intervention", "wage_wedge", "python_wage_wedge"], factors=factors)
    responses = (
        'responses = [{ id = "jobs", indicator = "plant_jobs", year = 2025, better = "max" }]\n'
    )
    file.write_text(responses + file.read_text())
    suite = tmp_path / "suite.toml"
    suite.write_text(f'experiment = "{file}"\n[[objectives]]\nid = "jobs"\n')
    found = tavolo.benchmark(suite, tmp_path / "s.sqlite")
    assert "python_wage_wedge" in found.text
    assert found.data
    assert tavolo.open(tmp_path / "s.sqlite").benchmark().text


def test_a_built_in_model_is_swept_as_by_the_command(tmp_path, command):
    ours = tavolo.sweep("model:lake", tmp_path / "ours.sqlite", samples=8, replications=2)
    subprocess.run([command, "sweep", "--model", "lake", "--samples", "8", "--replications", "2",
                    "-o", tmp_path / "theirs.sqlite"], check=True)  # fmt: skip
    theirs = tavolo.open(tmp_path / "theirs.sqlite")
    assert ours.runs()["fingerprint"].tolist() == theirs.runs()["fingerprint"].tolist()
    assert ours.experiment["experiment"] == theirs.experiment["experiment"]


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
