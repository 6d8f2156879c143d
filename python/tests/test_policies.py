"""Strategies in Python."""

import concurrent.futures
import itertools
import random

import pytest

import tavolo

PAIRS = [("python_wage_wedge", "wage_wedge"), ("python_transition_pact", "transition_pact")]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_a_copy_of_a_built_in_policy_has_its_fingerprint(tiny, ours, theirs):
    assert tiny.run(ours, seed=3).fingerprint == tiny.run(theirs, seed=3).fingerprint


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_a_copy_has_its_fingerprint_in_a_sweep_on_two_threads(experiment, tmp_path, ours, theirs):
    file = experiment([theirs, ours], replications=4)
    runs = tavolo.sweep(file, tmp_path / "s.sqlite", threads=2).runs()
    assert (runs["status"] == "done").all()
    prints = runs.pivot(index="replication", columns="policy", values="fingerprint")
    assert (prints[ours] == prints[theirs]).all()
    assert prints[ours].nunique() == 4


def test_runs_of_many_threads_may_ask_one_policy(tiny):
    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        runs = list(threads.map(lambda r: tiny.run("python_wage_wedge", replication=r), range(8)))
    for run in runs:
        again = tiny.run("wage_wedge", replication=run.replication)
        assert run.fingerprint == again.fingerprint


def test_a_function_needs_no_name(tiny):
    run = tiny.run(
        lambda view: tavolo.Instruments(pressure=float(view.vehicles < view.target_vehicles))
    )
    assert run.fingerprint == tiny.run("economic_patriotism").fingerprint


def test_policies_lists_ours_after_theirs():
    names = list(tavolo.policies().index)
    assert names.index("python_wage_wedge") > names.index("adaptive")
    assert tavolo.policies().loc["python_transition_pact", "meaning"].startswith("transition_pact")


@pytest.mark.parametrize("name", ["adaptive", "python_wage_wedge"])
def test_a_name_that_is_taken_is_refused(name):
    with pytest.raises(tavolo.InputError, match="exists already"):
        tavolo.policy(name)(lambda view: tavolo.Instruments())


@pytest.mark.parametrize("name", ["", "No", "a-b", "a b", "1st"])
def test_a_name_is_a_word(name):
    with pytest.raises(tavolo.InputError, match="cannot name a policy"):
        tavolo.policy(name)(lambda view: tavolo.Instruments())


def test_a_policy_that_draws_luck_fails_by_its_name(tiny):
    def gambler(view):
        return tavolo.Instruments(pressure=random.random())

    with pytest.raises(tavolo.RunError, match=r"gambler is not deterministic.*pressure"):
        tiny.run(gambler)


def test_a_policy_that_remembers_fails(tiny):
    class Counter:
        def __init__(self):
            self.calls = itertools.count()

        def decide(self, view):
            return tavolo.Instruments(pressure=1 / (1 + next(self.calls)))

    with pytest.raises(tavolo.RunError, match="Counter is not deterministic"):
        tiny.run(Counter())


def test_what_a_policy_raises_is_the_reason_of_the_failure(tiny):
    def broken(view):
        return 1 / 0

    with pytest.raises(tavolo.RunError, match=r"broken raised ZeroDivisionError.*test_policies"):
        tiny.run(broken)


def test_a_policy_answers_with_instruments(tiny):
    with pytest.raises(tavolo.RunError, match="answered None"):
        tiny.run(lambda view: None)


def test_a_lever_that_is_negative_is_refused(tiny):
    with pytest.raises(tavolo.RunError):
        tiny.run(lambda view: tavolo.Instruments(purchase_budget_eur=-1.0))


def test_failed_policies_are_stored_with_their_reason(experiment, tmp_path):
    @tavolo.policy("python_fails")
    def fails(view):
        raise RuntimeError("no money left")

    store = tavolo.sweep(
        experiment(["no_intervention", "python_fails"], replications=1), tmp_path / "s.sqlite"
    )
    assert store.failures()["error"].str.contains("no money left").all()
    assert len(store.failures()) == 1


def test_a_view_and_its_answer_can_be_written_down():
    view = tavolo.PolicyView(year=2025, budget_eur=1e9, plant_jobs=20_000)
    levers = tavolo.ask("wage_wedge", view)
    assert levers == tavolo.ask("python_wage_wedge", view)
    assert repr(levers).startswith("Instruments(wage_wedge_share=0.2307")
    assert tavolo.Instruments() != levers


def test_misspelled_levers_are_refused():
    with pytest.raises(TypeError, match="bonus_bew_eur"):
        tavolo.Instruments(bonus_bew_eur=1)
    with pytest.raises(AttributeError):
        tavolo.Instruments().bonus_bew_eur = 1


def test_what_is_seen_cannot_be_changed():
    with pytest.raises(AttributeError):
        tavolo.PolicyView().budget_eur = 1e12


def test_neighbours_are_seen():
    france = tavolo.Neighbour(name="France", vehicles=1e6, levers=tavolo.Instruments(pressure=1))
    view = tavolo.PolicyView(neighbours=[france])
    assert view.neighbours[0].levers.pressure == 1
    assert view.neighbours[0].name == "France"
