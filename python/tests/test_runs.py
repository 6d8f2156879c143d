"""Scenarios and single runs."""

import json
import subprocess

import numpy as np
import pandas as pd
import pytest

import tavolo

POLICIES = ["no_intervention", "transition_pact", "adaptive"]


@pytest.mark.parametrize("policy", POLICIES)
def test_a_run_has_the_same_bits_as_the_command(tiny, command, policy):
    printed = subprocess.run(
        [command, "run", tiny.path, "--policy", policy, "--seed", "7", "--json"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    run = tiny.run(policy, seed=7)
    assert run.fingerprint in printed
    assert json.loads(printed)["fingerprint"] == run.fingerprint


def test_changes_reach_the_run_as_set_does(tiny, command):
    changes = {"until": 2025, "demand.peer_effect": 0.0}
    printed = subprocess.run(
        [command, "run", tiny.path, "--set", "until=2025", "--set", "demand.peer_effect=0.0"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    changed = tiny.change(changes)
    assert changed.run(changed.policy).fingerprint in printed
    assert list(changed.run().years.index) == [2024, 2025]
    assert tiny.until == 2027, "the scenario itself is as it was"


def test_luck_is_named_by_seed_and_replication(tiny):
    prints = {tiny.run(seed=s, replication=r).fingerprint for s in (1, 2) for r in (0, 1)}
    assert len(prints) == 4
    assert tiny.run(seed=2, replication=1).fingerprint in prints


def test_years_share_the_memory_of_the_engine(tiny):
    run = tiny.run("adaptive")
    assert np.shares_memory(run.years.to_numpy(), run.values)
    assert run.values.base is not None, "owned by the record"
    assert run.years.shape == (4, len(tiny.indicators))
    assert run.years.index.name == "year"
    assert run.years.attrs["units"]["vehicles"] == tiny.indicators.loc["vehicles", "unit"]


def test_tables_outlive_the_run(tiny):
    years = tiny.run("adaptive").years
    again = tiny.run("adaptive").years
    pd.testing.assert_frame_equal(years, again)


def test_months_add_up_to_years(tiny):
    run = tiny.run("adaptive")
    assert len(run.months) == 48
    assert run.months.index[0] == pd.Period("2024-01", "M")
    both = [c for c in run.months.columns if c in ("registrations", "vehicles")]
    assert both, "a monthly indicator is named as its yearly one"
    for name in both:
        by_year = run.months[name].groupby(run.months.index.year).sum()
        np.testing.assert_allclose(by_year, run.years[name], rtol=1e-9)


def test_events_and_negotiations_are_tables(tiny):
    run = tiny.run("transition_pact")
    assert list(run.events.columns) == ["month", "kind", "text"]
    assert (run.events["kind"] == "policy").any()
    assert run.events["month"].is_monotonic_increasing
    deals = run.negotiations
    assert {"ended", "rounds", "terms", "utilities"} <= set(deals.columns)
    assert len(deals) > 0


def test_the_packages_configs_can_be_named():
    assert (tavolo.configs / "italy/2024.toml").is_file()
    assert (tavolo.configs / "experiments/italy-2024-policies.toml").is_file()


def test_a_scenario_shows_its_text_with_changes(tiny):
    assert "until = 2026" in tiny.change({"until": 2026}).text


def test_wrong_input_has_problem_reason_and_remedy(tiny):
    with pytest.raises(tavolo.InputError) as caught:
        tiny.run("adaptve")
    assert "adaptve" in caught.value.problem
    assert caught.value.reason
    assert "adaptive" in caught.value.remedy
    assert caught.value.message == str(caught.value)


def test_every_problem_of_a_scenario_is_told(tiny):
    with pytest.raises(tavolo.InputError) as caught:
        tiny.change({"demand.peer_efect": 1.0, "until": 1900})
    assert len(caught.value.problems) >= 2
    assert any("peer_effect" in problem.remedy for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (3, "3"),
        (0.5, "0.5"),
        (1e9, "1000000000.0"),
        (1e30, "1e+30"),
        (np.float64(2.0), "2.0"),
        (np.int64(2), "2"),
        ('a "b"', '"a \\"b\\""'),
        ([1, 2], "[1, 2]"),
        ({2023: 1.5}, "{ 2023 = 1.5 }"),
    ],
)
def test_python_values_are_written_as_toml(value, text):
    from tavolo._changes import toml

    assert toml(value) == text


def test_what_has_no_toml_is_refused():
    with pytest.raises(tavolo.InputError, match="cannot be written"):
        tavolo.load(tavolo.configs / "tiny.toml", {"until": object()})


def test_a_small_model_runs_like_a_scenario():
    lake = tavolo.model("lake", {"stdev": 0.0, "years": 3})
    run = lake.run("constant", seed=2)
    assert list(run.years.index) == [1, 2, 3]
    assert run.years.at[1, "phosphorus"] == pytest.approx(0.04, rel=1e-12)
    assert run.years.attrs["units"]["release"] == "1/year"
    assert len(run.months) == len(run.events) == len(run.negotiations) == 0
    assert lake.change({"release": 0.05}).run("constant").years.at[1, "release"] == 0.05
    assert "ishigami" in tavolo.models().index
    with pytest.raises(tavolo.InputError, match="lake"):
        tavolo.model("laek")
    with pytest.raises(tavolo.InputError, match="relase"):
        tavolo.model("lake", {"relase": 0.05})
