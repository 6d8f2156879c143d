"""Postures and negotiators in Python: in runs, sweeps and as factors, and held to their rules."""

import pytest

import tavolo


@tavolo.posture("python_hold_out", meaning="hold_out, written again in Python")
def hold_out(view: tavolo.PostureView) -> tavolo.Posture:
    return tavolo.Posture(concession=0.2, claim=1 / 3)


@tavolo.posture("python_follow_the_money")
class FollowTheMoney:
    """follow_the_money, written again in Python"""

    def decide(self, view):
        levers = view.levers
        pays = (
            levers.grant_budget_eur > 0
            or levers.transition_aid_eur > 0
            or levers.output_premium_budget_eur > 0
            or view.agreement_in_force
        )
        return tavolo.Posture(capex_share=1.0 if pays else 0.5)


@tavolo.negotiator("python_linear", meaning="gives in evenly")
def linear(view: tavolo.TableView) -> float:
    return view.bottom + (1 - view.time) * (view.best - view.bottom)


@tavolo.negotiator("python_tough")
class Tough:
    """its best outcome, always"""

    def demand(self, view):
        return view.best


@pytest.fixture(scope="module")
def italy():
    return tavolo.load(
        tavolo.configs / "italy/2024.toml", {"population.buyers": 2_000, "until": 2029}
    )


@pytest.mark.parametrize("posture", ["hold_out", "follow_the_money"])
def test_a_posture_in_python_is_the_built_in_one(italy, posture):
    built_in = italy.change({"carmaker_posture": posture}).run("transition_pact", seed=2)
    ours = italy.change({"carmaker_posture": f"python_{posture}"}).run("transition_pact", seed=2)
    assert ours.fingerprint == built_in.fingerprint


def test_postures_change_futures(italy):
    plain = italy.run("transition_pact", seed=2)
    fingerprints = {plain.fingerprint}
    for posture in ("hold_out", "cooperate", "follow_the_money"):
        run = italy.change({"carmaker_posture": posture}).run("transition_pact", seed=2)
        fingerprints.add(run.fingerprint)
    assert len(fingerprints) >= 3
    told = italy.change({"carmaker_posture": "hold_out"}).run("transition_pact", seed=2).events
    assert "insists on 33 %" in told[told["kind"] == "posture"].iloc[0]["text"]


def test_a_claim_is_what_the_maker_gets_at_least(italy):
    for posture, claim in [("", 0.0), ("hold_out", 1 / 3)]:
        run = italy.change({"carmaker_posture": posture}).run("transition_pact", seed=2)
        tables = run.negotiations[run.negotiations["kind"] == "transition"]
        for _, table in tables.iterrows():
            maker = next((n for n in table["reservations"] if "Stellantis" in n), None)
            if maker:
                assert table["reservations"][maker] >= claim - 1e-9


def test_a_negotiator_in_python_is_the_catalogues(italy):
    theirs = italy.change({"union_strategy": "linear"}).run("transition_pact", seed=2)
    ours = italy.change({"union_strategy": "python_linear"}).run("transition_pact", seed=2)
    assert ours.negotiations["terms"].tolist() == theirs.negotiations["terms"].tolist()
    assert len(ours.negotiations) > 0
    tough = italy.change({"union_strategy": "tough"}).run("transition_pact", seed=2)
    again = italy.change({"union_strategy": "python_tough"}).run("transition_pact", seed=2)
    assert again.fingerprint == tough.fingerprint


def test_a_negotiator_sees_what_was_said(italy):
    seen = []

    @tavolo.negotiator("python_watching")
    def watching(view):
        seen.append((view.round, view.rounds, view.parties, list(view.asked),
                     [list(r) for r in view.received], view.bottom, view.best))  # fmt: skip
        return view.bottom + (1 - view.time**2) * (view.best - view.bottom)

    italy.change({"government_strategy": "python_watching"}).run("transition_pact", seed=2)
    assert seen
    assert all(bottom <= best for *_, bottom, best in seen)
    assert all(len(received) == parties - 1 for _, _, parties, _, received, *_ in seen)
    assert any(any(received) for *_, received, _, _ in seen)
    assert all(0 <= u <= 1 for _, _, _, asked, *_ in seen for u in asked)


def test_opponent_models_may_follow_a_negotiator(italy):
    italy.change({"carmaker_strategy": "python_linear+frequency+ac_combi:0.9"}).run(
        "transition_pact", seed=2
    )


calls = 0


@tavolo.posture("python_moody")
def moody(view):
    global calls
    calls += 1
    return tavolo.Posture(claim=0.1 * (calls % 2))


@tavolo.posture("python_greedy")
def greedy(view):
    return tavolo.Posture(claim=1.5)


@tavolo.posture("python_lost")
def lost(view):
    return None


@tavolo.negotiator("python_dice")
def dice(view):
    global calls
    calls += 1
    return float(calls)


@tavolo.negotiator("python_broken")
def broken(view):
    raise LookupError("no idea")


@pytest.mark.parametrize(
    "changes, answer",
    [
        ({"carmaker_posture": "python_moody"}, "posture python_moody is not deterministic"),
        ({"carmaker_posture": "python_greedy"}, "claim = 1.5"),
        ({"carmaker_posture": "python_lost"}, "python_lost answered None"),
        ({"union_strategy": "python_dice"}, "negotiator python_dice is not deterministic"),
        ({"union_strategy": "python_broken"}, "python_broken raised LookupError: no idea"),
    ],
)
def test_rules_that_break_the_rules_fail_their_run(italy, changes, answer):
    with pytest.raises(tavolo.RunError, match=answer):
        italy.change(changes).run("transition_pact", seed=2)


def test_names_are_checked(italy):
    with pytest.raises(tavolo.InputError, match="Did you mean"):
        italy.change({"carmaker_posture": "holdout"})
    with pytest.raises(tavolo.InputError, match="exists already"):
        tavolo.posture("hold_out")(hold_out)
    with pytest.raises(tavolo.InputError, match="exists already"):
        tavolo.negotiator("linear")(linear)
    with pytest.raises(tavolo.InputError, match="cannot name"):
        tavolo.negotiator("My Own")(linear)
    assert "python_hold_out" in tavolo.postures().index
    assert "PYTHON_LINEAR" in tavolo.negotiators().index


def test_a_posture_can_be_tried_without_a_run():
    levers = tavolo.Instruments(grant_budget_eur=1e8)
    assert tavolo.take("follow_the_money", tavolo.PostureView(levers=levers)).capex_share == 1
    assert tavolo.take("python_follow_the_money", tavolo.PostureView()).capex_share == 0.5


def test_postures_and_negotiators_are_factors_of_a_sweep(experiment, tmp_path):
    factors = (
        '"carmaker_posture" = ["hold_out", "python_hold_out"]\n'
        '"union_strategy" = ["linear", "python_linear"]'
    )
    file = experiment(["no_intervention", "transition_pact"], factors=factors, until=2026)
    store = tavolo.sweep(file, tmp_path / "s.sqlite", threads=2)
    runs = store.runs()
    assert (runs["status"] == "done").all()
    for _, same in runs.groupby(["policy", "replication"], observed=True):
        of_posture = same.groupby("union_strategy", observed=True)["fingerprint"].nunique()
        assert (of_posture == 1).all(), "a copy of a built-in posture has its fingerprint"
    kept = store.experiment["python_policies"]
    assert "concession=0.2" in kept
    assert "python_linear" in kept
    assert "python_moody" not in kept, "only what the experiment names"
