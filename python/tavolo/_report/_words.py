"""What the figures show and how sure it is, in words."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from .._study import Estimate, Stake, Study, listed, named, number


@dataclass(frozen=True)
class Card:
    """The best policy for one side: what it brings, what it costs, how sure that is."""

    actor: str
    question: str
    policy: str
    effect: str
    cost: str
    sure: str
    settled: bool  #: whether no other policy may be as good


def between(e: Estimate, unit: str) -> str:
    """ "+811 jobs (+639 to +983)"."""
    texts = [number(x, unit, signed=True) for x in (e.value, e.low, e.high)]
    return f"{texts[0]} ({span(texts[1], texts[2])})"


def span(low: str, high: str) -> str:
    """ "639 to 983 jobs": what both end in is said once."""
    end = high.lstrip("+−0123456789.,")
    return f"{low.removesuffix(end)} to {high}" if end else f"{low} to {high}"


def unit_of(study: Study, stake: Stake) -> str:
    return str(study.store.indicators.loc[stake.indicator, "unit"])


def gains(e: Estimate, stake: Stake) -> bool:
    return (e.value > 0) == (stake.gains == "max")


def sureness(study: Study, objective: dict, most: int = 2) -> tuple[str, bool]:
    """How sure the best policy of an objective is; and whether no other may be best."""
    best = objective["best"]
    chance = objective["strategies"][best]["probability_best"]
    others = [
        named(p)
        for p in study.policies
        if p != best and objective["strategies"][p]["verdict"] != "not best"
    ]
    text = f"Best in {100 * chance:.0f} % of resamples; "
    if others:
        return text + f"at 95 % not to be told from {listed(others, most)}.", False
    return text + "at 95 % told apart from all others.", True


def cost_of(study: Study, policy: str) -> str:
    """What a policy costs the treasury beyond the baseline."""
    if not study.has("public_outlay_eur"):
        return ""
    e = study.difference(study.outcome("public_outlay_eur", total=True), policy)
    if policy == study.baseline:
        return "the baseline: costs nothing more"
    if abs(e.value) < 1:
        return "costs nothing more"
    word = "costs" if e.value > 0 else "saves"
    amount = number(abs(e.value), "EUR")
    if not e.beyond_chance:
        return f"{word} {amount}: not beyond chance"
    low, high = sorted((abs(e.low), abs(e.high)))
    return f"{word} {amount} ({span(number(low, 'EUR'), number(high, 'EUR'))})"


def cards(study: Study) -> list[Card]:
    found = []
    for stake in study.stakes:
        card = _cheapest_job(study) if stake.actor == "treasury" else None
        found.append(card or _card(study, stake))
    return found


_SUPERLATIVE = {"max": "most", "min": "least"}


def _card(study: Study, stake: Stake) -> Card:
    values, unit = study.stake(stake), unit_of(study, stake)
    objective = study.objective_of(stake)
    differences = {p: study.difference(values, p) for p in study.policies}
    sign = 1 if stake.gains == "max" else -1
    if objective is not None:
        best = objective["best"]
        sure, settled = sureness(study, objective)
    else:
        best = max(differences, key=lambda p: sign * differences[p].value)
        sure, settled = "", False
    e = differences[best]
    if best == study.baseline:
        effect = "no policy does better in the mean"
    else:
        effect = between(e, unit) + ("" if e.beyond_chance else ": not beyond chance")
    if not sure:
        sure = f"The {_SUPERLATIVE[stake.gains]} by its mean; policies were not ranked by it."
    return Card(
        actor=stake.actor,
        question=f"{_SUPERLATIVE[stake.gains]} {stake.label} {study.period(stake)}",
        policy=best,
        effect=effect,
        cost=cost_of(study, best),
        sure=sure,
        settled=settled,
    )


def _cheapest_job(study: Study) -> Card | None:
    ratios = [r for r in study.responses if r["kind"] == "ratio" and "job" in r["denominator"]]
    if not ratios or study.store.factors:
        return None
    ratio = ratios[0]
    priced = {}
    for point in study.comparison["points"]:
        cell = point["responses"][ratio["id"]]
        if cell["low"] is not None and cell["high"] is not None and cell["low"] > 0:
            priced[point["policy"]] = (cell, point["responses"][ratio["denominator"]])
    if not priced:
        return None
    best = min(priced, key=lambda p: priced[p][0]["value"])
    cell, jobs = priced[best]
    rest = sorted((c["low"], p) for p, (c, _) in priced.items() if p != best)
    overlap = [named(p) for low, p in rest if low <= cell["high"]]
    return Card(
        actor="treasury",
        question="least public money per job-year",
        policy=best,
        effect=f"{number(cell['value'], 'EUR')} a job-year "
        f"({span(number(cell['low'], 'EUR'), number(cell['high'], 'EUR'))})",
        cost=f"buys {jobs['difference']:,.0f} job-years; {cost_of(study, best)}",
        sure=f"95 % interval reaches into that of {listed(overlap, 3)}."
        if overlap
        else "Its 95 % interval lies below those of all others.",
        settled=not overlap,
    )


def lead(study: Study) -> str:
    """The answer in a few sentences, as HTML."""
    objective = study.objective()
    best, unit = objective["best"], objective["unit"]
    entry = objective["strategies"][best]
    mean = _of(entry["mean"])
    base = escape(named(study.baseline))
    text = (
        f"<b>{escape(named(best))}</b> brings the {_SUPERLATIVE[objective['better']]} "
        f"{escape(objective['label'])}: {number(mean.value, unit)} "
        f"(95 %: {span(number(mean.low, unit), number(mean.high, unit))})"
    )
    if best == study.baseline:
        text += "; it is the baseline, and no policy does better in the mean. "
    else:
        d = _of(entry["difference"])
        chance = "" if d.beyond_chance else ", which is not beyond chance"
        text += f", {between(d, unit)} against {base}{chance}. "
        text += _for_whom(study, best)
    text += f"<span class=sure>{escape(sureness(study, objective, 4)[0])}</span> "
    text += _targets(study, objective)
    return text


def _of(e: dict) -> Estimate:
    missing = float("nan")
    return Estimate(*(missing if e[k] is None else e[k] for k in ("value", "low", "high")))


def _for_whom(study: Study, policy: str) -> str:
    won, lost, price = [], [], ""
    for stake in study.stakes:
        e = study.difference(study.stake(stake), policy)
        if stake.actor == "output" or not e.beyond_chance:
            continue
        if stake.actor == "treasury":
            word = "costs" if e.value > 0 else "saves"
            amount = number(abs(e.value), "EUR")
            price = f"It {word} the treasury <b>{amount}</b> {study.period(stake)}. "
            continue
        words = f"{stake.actor} ({number(e.value, unit_of(study, stake), signed=True)})"
        (won if gains(e, stake) else lost).append(words)
    sentence = price
    if won:
        sentence += f"Beyond chance it is good for {listed(won, 6)}"
        sentence += f" and bad for {listed(lost, 6)}. " if lost else ". "
    elif lost:
        sentence += f"Beyond chance it is bad for {listed(lost, 6)}. "
    return sentence


def _targets(study: Study, objective: dict) -> str:
    """How often the targets spoken of are reached."""
    reached = {}
    for place, target in enumerate(study.targets):
        word = f"{target / 1e6:.1f} million" if target >= 1_000_000 else f"{target:,}"
        shares = {
            p: objective["strategies"][p]["reaches"][place]["value"]
            for p in study.policies
            if len(objective["strategies"][p]["reaches"]) > place
        }
        if shares:
            top = max(shares, key=shares.__getitem__)
            reached[word] = (shares[top], named(top))
    if not reached:
        return ""
    words = " or ".join(reached).replace(" million or ", " or ")
    if all(share == 0 for share, _ in reached.values()):
        return f"<b>No policy reaches {words} in {study.horizon} in any run.</b>"
    said = [
        f"{word} in at most {100 * share:.0f} % of runs ({escape(name)})"
        if share
        else f"{word} never"
        for word, (share, name) in reached.items()
    ]
    return f"Reached in {study.horizon}: {'; '.join(said)}."


def output_words(study: Study) -> str:
    """What the fan chart shows."""
    shown = study.favourite
    q = study.quantiles("vehicles", shown, (0.05, 0.5, 0.95)).loc[study.horizon]
    base = study.quantiles("vehicles", study.baseline, (0.05, 0.5, 0.95)).loc[study.horizon]
    text = (
        f"In {study.horizon} nine runs of ten lie between {q[0.05]:,.0f} and {q[0.95]:,.0f} "
        f"vehicles under {named(shown)}, and between {base[0.05]:,.0f} and {base[0.95]:,.0f} under "
        f"{named(study.baseline)}: luck moves more than the policy does, and only the paired "
        "difference tells the policy."
        if q[0.95] - q[0.05] > abs(q[0.5] - base[0.5])
        else f"In {study.horizon} the median is {q[0.5]:,.0f} vehicles under {named(shown)} and "
        f"{base[0.5]:,.0f} under {named(study.baseline)}: more than luck spreads."
    )
    if len(study.home_history):
        known = study.home_history
        ends = [f"{known.iloc[i]:,.0f} in {known.index[i]}" for i in (0, -1)]
        text += f" Published: {', '.join(ends)}."
    return text


def front_words(study: Study) -> str:
    front = [p for p in study.policies if study.benchmark["pareto"][p]["front"] == 1]
    n = len(study.benchmark["objectives"])
    if len(front) == len(study.policies):
        return (
            f"Over all {n} objectives no policy is beaten by another in all of them: what to "
            "choose depends on what is weighed against what."
        )
    beaten = [named(p) for p in study.policies if p not in front]
    return (
        f"Over all {n} objectives these are beaten by another policy in all: {listed(beaten, 8)}."
    )


def reading(study: Study) -> str:
    """How to read the numbers; what they are not."""
    b = study.benchmark
    left = b["futures_left_out"]
    return (
        f"All differences are paired: replication <i>r</i> meets the same luck under every policy. "
        f'Intervals hold in 95 of 100 such experiments; "not to be told from" are simultaneous '
        f"comparisons with the best (Hsu), and the chance of being best is from 1000 pigeonhole "
        f"bootstrap samples. {b['futures']} future{'s' if b['futures'] != 1 else ''} × "
        f"{b['replications']} draws of luck a policy"
        + (f"; {left} futures are left out, for runs that failed or are missing" if left else "")
        + ". The spread is that of luck and of the futures laid out, given the model and its "
        "assumptions; it is no forecast error. How far the model can be trusted: "
        "docs/validation.md."
    )
