"""A store as one HTML file that needs no network: what was found, for whom, at what cost, how sure.

>>> tavolo.report("italy.sqlite", "italy.html")

or ``python -m tavolo report italy.sqlite -o italy.html``. Needs matplotlib for the figures that are
not interactive: ``pip install '.[figures]'`` in a clone.
"""

from __future__ import annotations

import base64
import io
import json
import os
import re
import shlex
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

from .. import _core, figures
from .._errors import InputError
from .._stores import Store
from .._study import Estimate, Study, named, number
from ..figures._output import QUANTILES
from ..figures._style import STYLE
from . import _words

_HERE = Path(__file__).parent
#: Indicators of the interactive chart, where a store has them; of another model all, up to 16.
_SHOWN = (
    "vehicles",
    "plant_jobs",
    "total_jobs",
    "public_outlay_eur",
    "consumer_surplus_eur",
    "maker_profit_eur",
    "co2_g_per_km",
    "bev_share",
    "registrations",
    "home_made_share",
    "utilisation",
    "entrant_output",
    "outside_output",
    "strike_days",
    "trust_in_maker",
    "bev_charging_points",
)
_MOST_EVENTS = 20_000


def report(store: Store | str | os.PathLike[str], path: str | os.PathLike[str]) -> Path:
    """Writes the report of a store; returns its path.

    Raises InputError for a file that is no store, or whose experiment says of no response what is
    better: policies could not be ranked.
    """
    page = html(Study(store))
    target = Path(path)
    part = target.with_name(target.name + ".part")
    part.write_text(page, encoding="utf-8")
    part.replace(target)  # complete or not at all
    return target


def html(study: Study) -> str:
    """The whole page."""
    sections = [
        section
        for section in (
            _answer(study),
            _output(study),
            _trade_offs(study),
            _plants(study),
            _market(study),
            _tables(study),
            _robustness(study),
            _chronicle(study),
            _numbers(study),
            _provenance(study),
        )
        if section is not None
    ]
    nav = "".join(f'<a href="#{key}">{escape(title)}</a>' for key, title, _ in sections)
    body = "\n".join(f'<section id="{key}">{text}</section>' for key, _, text in sections)
    data = json.dumps(_data(study), separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    parts = {
        "version": escape(_core.code_version()),
        "title": escape(study.store.experiment["question"]),
        "css": _read("report.css"),
        "nav": nav,
        "body": body,
        "data": data.replace("<", "\\u003c"),
        "js": _read("report.js"),
    }
    page = _read("page.html")
    # In one pass: what is put in is not looked at again.
    pieces = page.split("{{")
    return pieces[0] + "".join(
        parts[name] + rest for name, rest in (piece.split("}}", 1) for piece in pieces[1:])
    )


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


Section = tuple[str, str, str]


# -------------------------------------------------------------------------------- the first screen


def _answer(study: Study) -> Section:
    facts = study.store.experiment
    b = study.benchmark
    runs = study.store.query("SELECT status, runs FROM progress")
    counts = dict(zip(runs["status"].astype(str), runs["runs"], strict=True))
    failed = sum(n for status, n in counts.items() if status not in ("done", "missing"))
    text = (
        f"<h1>{escape(facts['question'])}</h1>"
        f'<p class="meta">{len(study.policies)} policies × {b["futures"]} '
        f"future{'s' if b['futures'] != 1 else ''} × {b['replications']} draws of luck, "
        f"{counts.get('done', 0):,} runs done"
        + (f", <b>{failed:,} failed</b>" if failed else "")
        + f". Baseline: {escape(named(study.baseline))}. Made by tavolo "
        f"{escape(facts.get('code_version', ''))}.</p>"
        f'<p class="lead">{_words.lead(study)}</p>'
        + _cards(study)
        + _matrix(study)
        + f'<p class="caption">{_words.reading(study)}</p>'
    )
    return "answer", "Answer", text


def _cards(study: Study) -> str:
    html = []
    for card in _words.cards(study):
        html.append(
            f'<div class="card{" settled" if card.settled else ""}">'
            f'<div class="for">for {escape(card.actor)}</div><h3>{escape(card.question)}</h3>'
            f'<div class="policy">{escape(named(card.policy))}</div>'
            f'<div class="effect">{escape(card.effect)}</div>'
            f"<div>{escape(card.cost)}</div>"
            f'<div class="how">{escape(card.sure)}</div></div>'
        )
    return f'<div class="cards">{"".join(html)}</div>'


def _matrix(study: Study) -> str:
    """Policies by who has a stake: paired differences from the baseline."""
    objective = study.objective()
    sign = 1 if objective["better"] == "max" else -1
    rows = sorted(study.policies, key=lambda p: -sign * objective["strategies"][p]["mean"]["value"])
    columns = []
    for stake in study.stakes:
        values = study.stake(stake)
        found = {p: study.difference(values, p) for p in rows}
        unit = _words.unit_of(study, stake)
        columns.append((stake, unit, found))
    html = [
        '<div class="scroll"><table class="matrix sortable"><caption>Who gains and who pays: '
        f"differences from {escape(named(study.baseline))} with 95 % intervals. "
        '<span class="good">Blue ●: that side gains</span>, '
        '<span class="bad">red ■: it loses</span>, '
        '<span class="chance">grey ○: not beyond chance</span>. Headers sort.</caption><thead><tr>',
        _head("policy"),
    ]
    html += [_head(stake.actor, f"{stake.label} {study.period(stake)}") for stake, _, _ in columns]
    html += [_head("chance best", escape(objective["label"])), _head("verdict, 95 %")]
    html.append("</tr></thead><tbody>")
    for policy in rows:
        base = policy == study.baseline
        entry = objective["strategies"][policy]
        html.append(f"<tr{' class=base' if base else ''}><td>{escape(named(policy))}</td>")
        for stake, unit, found in columns:
            html.append(
                '<td data-sort="0">baseline</td>' if base else _cell(stake, unit, found, policy)
            )
        chance = entry["probability_best"]
        verdict = entry["verdict"]
        kind = {"best": "best", "may be best": "may"}.get(verdict, "out")
        order = {"best": 2, "may": 1, "out": 0}[kind]
        html.append(
            f'<td data-sort="{chance:.6f}">{100 * chance:.0f} %</td>'
            f'<td data-sort="{order}"><span class="badge {kind}">{escape(verdict)}</span></td></tr>'
        )
    html.append("</tbody></table></div>")
    return "".join(html)


_OF_WORDS = ("policy", "protocol", "best policy", "futures in which it is")


def _head(text: str, small: str = "") -> str:
    below = f"<small>{small}</small>" if small else ""
    kind = " class=text" if text in _OF_WORDS else ""
    return f'<th scope="col"{kind}><button type="button">{escape(text)}</button>{below}</th>'


def _cell(stake: Any, unit: str, found: dict[str, Estimate], policy: str) -> str:
    e = found[policy]
    kind = "chance"
    if e.beyond_chance:
        kind = "good" if _words.gains(e, stake) else "bad"
    text = number(e.value, unit, signed=True)
    if unit not in ("vehicles", "0..1") and not unit.startswith("EUR"):
        text = text.removesuffix(f" {unit}")
    return (
        f'<td data-sort="{e.value!r}" title="{escape(_words.between(e, unit))}">'
        f'<span class="{kind}">{text}</span>{_whisker(e, list(found.values()), kind)}</td>'
    )


def _whisker(e: Estimate, all_of_them: list[Estimate], kind: str) -> str:
    """A tiny interval on the column's scale, nought marked."""
    width, height = 48, 14
    low = min(0.0, *(x.low for x in all_of_them if np.isfinite(x.low)))
    high = max(0.0, *(x.high for x in all_of_them if np.isfinite(x.high)))

    def at(value: float) -> str:
        return f"{2 + (width - 4) * (value - low) / ((high - low) or 1):.1f}"

    colour = {"good": "#0072B2", "bad": "#B84A00", "chance": "#8A9199"}[kind]
    line = ""
    if np.isfinite(e.low):
        line = (
            f'<line x1="{at(e.low)}" x2="{at(e.high)}" y1="7" y2="7" stroke="{colour}" '
            'stroke-width="2"/>'
        )
    inside = colour if kind != "chance" else "#fff"
    x = float(at(e.value))
    mark = (
        f'<rect x="{x - 2.7:.1f}" y="4.3" width="5.4" height="5.4" fill="{colour}"/>'
        if kind == "bad"
        else f'<circle cx="{x}" cy="7" r="3" fill="{inside}" stroke="{colour}"/>'
    )
    return (
        f'<svg width="{width}" height="{height}" aria-hidden="true"><line x1="{at(0)}" '
        f'x2="{at(0)}" y1="0" y2="{height}" stroke="#b5bcc3"/>{line}{mark}</svg>'
    )


# ---------------------------------------------------------------------------------- the other parts


def _output(study: Study) -> Section:
    words = f"<p>{escape(_words.output_words(study))}</p>" if study.has("vehicles") else ""
    text = (
        f"<h2>Over the years</h2>{words}"
        '<div class="controls"><label>What <select id="fan-indicator"></select></label>'
        '<label>Policy <select id="fan-policy"></select></label></div>'
        '<figure><div id="fan"></div><figcaption>Blue: median, half of the runs and 90 % of them. '
        f"Orange, dashed: the median of {escape(named(study.baseline))}. Black: published. Bands "
        "are the spread of futures, not the error of the mean.</figcaption></figure>"
    )
    return "output", "Over the years", text


def _trade_offs(study: Study) -> Section | None:
    if len(study.benchmark["objectives"]) < 2:
        return None
    text = (
        f"<h2>Trade-offs and money</h2><p>{escape(_words.front_words(study))}</p>"
        '<div class="row"><div><div class="controls">'
        '<label>Across <select id="trade-x"></select></label>'
        '<label>Up <select id="trade-y"></select></label></div><figure><div id="trade"></div>'
        f"<figcaption>Differences from {escape(named(study.baseline))}, 95 % intervals, paired. "
        "Filled circles: on the front of these two; squares: another policy is better in both."
        f"</figcaption></figure></div><div>{_figure(study, 'cost_per_job')}</div></div>"
    )
    return "trade-offs", "Trade-offs", text


def _plants(study: Study) -> Section | None:
    if not study.home_plants:
        return None
    text = (
        "<h2>Plants and countries</h2>"
        '<div class="controls"><label>Policy <select id="plants-policy"></select></label></div>'
        '<div class="plants" id="plants-charts"></div>'
        '<p class="caption">Vehicles a year; each plant has a scale of its own. Orange, dashed: '
        f"the median of {escape(named(study.baseline))}. Black: published.</p>"
        f'<div class="row"><div>{_figure(study, "europe")}</div>'
        f"<div>{_figure(study, 'countries')}</div></div>"
    )
    return "plants", "Plants and countries", text


def _market(study: Study) -> Section | None:
    if not study.has("bev_share"):
        return None
    rows = {p: study.level(study.outcome("bev_share"), p).value for p in study.policies}
    least, most = min(rows, key=rows.__getitem__), max(rows, key=rows.__getitem__)
    words = (
        f"Of new cars at home in {study.horizon}, {100 * rows[least]:.1f} % are battery-electric "
        f"under {named(least)} and {100 * rows[most]:.1f} % under {named(most)}, in the mean."
    )
    return (
        "market",
        "Market",
        f"<h2>What is sold</h2><p>{escape(words)}</p>{_figure(study, 'shares')}",
    )


def _tables(study: Study) -> Section | None:
    found = study.comparison["negotiations"]
    if not found:
        return None
    html = [
        "<h2>Tables</h2><p>How negotiations ended. Distances are those of deals from the Nash "
        "point, in utilities: 0 is the point that shares the gains as Nash's axioms ask. saop: "
        "stacked alternating offers; ascending: the governments' auction for a site.</p>"
        '<div class="scroll tall"><table class="sortable"><thead><tr>',
        *(
            _head(h)
            for h in ("kind", "protocol", "policy", "held", "agreed", "rounds", "Nash distance")
        ),
        "</tr></thead><tbody>",
    ]
    for row in found:
        share = row["agreed"] / row["held"] if row["held"] else 0
        name = ", ".join([named(row["policy"]), *row["factors"].values()])
        distance = row["nash_distance"]
        told = (
            f'<td data-sort="{distance["value"]}">{distance["value"]:.2f}'
            + (
                f" ({distance['low']:.2f} to {distance['high']:.2f})"
                if distance["low"] is not None
                else ""
            )
            + "</td>"
            if distance["value"] is not None
            else '<td data-sort=""></td>'
        )
        rounds = row["rounds"]["value"]
        html.append(
            f'<tr><td>{escape(row["kind"])}</td><td class="text">{escape(row["protocol"])}</td>'
            f'<td class="text">{escape(name)}</td>'
            f'<td data-sort="{row["held"]}">{row["held"]:,}</td>'
            f'<td data-sort="{share}">{100 * share:.0f} %</td>'
            f'<td data-sort="{rounds if rounds is not None else ""}">'
            f"{'' if rounds is None else f'{rounds:.1f}'}</td>{told}</tr>"
        )
    html.append("</tbody></table></div>")
    html.append(_figure(study, "bargains"))
    return "tables", "Tables", "".join(html)


def _robustness(study: Study) -> Section:
    if study.benchmark["futures"] == 1:
        words = (
            "This experiment lays out a single future: what is missed is that of the means, and "
            "says nothing of other futures. An experiment with factors (configs/experiments/"
            "italy-2030-futures.toml) asks for them."
        )
        return "robustness", "Regret", f"<h2>Regret</h2><p>{words}</p>{_figure(study, 'regret')}"
    words = (
        "What each policy misses of the best one, future by future, and how it ranks by measures "
        "of robustness."
    )
    text = (
        f"<h2>Futures and regret</h2>{_conditions(study)}<p>{words}</p>{_figure(study, 'regret')}"
    )
    return "robustness", "Futures", text


def _conditions(study: Study) -> str:
    """In which futures which policy is best, for the first objective."""
    first = study.benchmark["objectives"][0]
    unit = first["unit"]
    base = study.policies.index(study.baseline)
    rows = []
    for condition in study.benchmark["conditions"]:
        mean = condition["mean"]
        best = mean[study.policies.index(condition["best"])]
        rows.append(
            f"<tr><td>{escape(condition['factor'])}</td>"
            f'<td class="text">{escape(condition["level"])}</td>'
            f'<td data-sort="{condition["futures"]}">{condition["futures"]}</td>'
            f'<td class="text">{escape(named(condition["best"]))}</td>'
            f'<td data-sort="{best!r}">{number(best, unit)}</td>'
            f'<td data-sort="{mean[base]!r}">{number(mean[base], unit)}</td></tr>'
        )
    heads = ("factor", "futures in which it is", "futures", "best policy", "its mean", "baseline")
    return (
        f"<p>In which futures which policy is best for {escape(first['label'])}: the best "
        "mean over the futures that share a level of a factor; means of few futures differ by "
        "luck.</p>"
        '<div class="scroll tall"><table class="sortable" id="conditions"><thead><tr>'
        + "".join(_head(h) for h in heads)
        + f"</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _chronicle(study: Study) -> Section | None:
    if not len(study.store.query("SELECT 1 AS one FROM event LIMIT 1")):
        return None
    text = (
        "<h2>Chronicle</h2><p>What happened, month by month, in the futures whose chronicle was "
        'kept.</p><div class="controls"><label>Run <select id="event-run"></select></label>'
        '<label>Text <input id="event-text" type="search" placeholder="Melfi, strike, aid …">'
        "</label>"
        '<button type="button" id="event-none">all or none</button><span id="event-count" '
        'class="caption" aria-live="polite"></span></div>'
        '<div class="controls" id="event-kinds"></div>'
        '<div id="events"><table><tbody></tbody></table></div>'
        '<div class="controls"><button type="button" id="event-more" hidden>more</button></div>'
        + _figure(study, "timeline")
    )
    return "chronicle", "Chronicle", text


def _numbers(study: Study) -> Section:
    heads = (
        "policy",
        "mean",
        "from",
        "to",
        "from the baseline",
        "from ",
        "to ",
        "runs",
    )
    text = (
        "<h2>All numbers</h2><p>Every response of the experiment at every design point, as "
        "<code>tavolo compare</code> has it. A ratio is beyond the baseline; where its interval "
        "has no end, a bound is missing.</p>"
        '<div class="controls"><label>Response <select id="numbers-response"></select></label>'
        "</div>"
        '<div class="scroll"><table class="sortable" id="numbers-table"><thead><tr>'
        + "".join(_head(h) for h in heads)
        + "</tr></thead><tbody></tbody></table></div>"
    )
    return "numbers", "All numbers", text


def _provenance(study: Study) -> Section:
    facts = study.store.experiment
    runs = study.store.query("SELECT min(started) AS first, max(started) AS last FROM timing")
    listed = {
        "Question": facts["question"],
        "Scenario": facts.get("scenario", ""),
        "Model": facts.get("model") or "the car industry",
        "Policies": ", ".join(study.policies),
        "Factors": ", ".join(study.store.factors) or "none",
        "Seed": facts["seed"],
        "Replications": facts["replications"],
        "Changes (--set)": facts.get("overrides", "").replace("\n", ", ") or "none",
        "Runs made by": f"tavolo {facts.get('code_version', '')}, {facts.get('compiler', '')}",
        "Runs made": f"{runs['first'].iloc[0]} to {runs['last'].iloc[0]}",
        "Store": f"{os.path.basename(study.store.path)}, "
        f"{os.path.getsize(study.store.path) / 1e6:,.1f} MB",
        "Report by": f"tavolo {_core.code_version()}",
    }
    rows = "".join(f"<dt>{escape(k)}</dt><dd>{escape(str(v))}</dd>" for k, v in listed.items())
    store = shlex.quote(os.path.basename(study.store.path))
    first = study.store.query(
        "SELECT run_id, fingerprint FROM run WHERE status = 'done' ORDER BY run_id LIMIT 1"
    )
    commands = (
        "# some runs again, compared bit for bit; with the version above\n"
        f"tavolo verify {store}\n"
        "# all of them, from the store alone\n"
        f"sqlite3 {store} 'SELECT text FROM configuration LIMIT 1' > scenario.toml\n"
        f"sqlite3 {store} \"SELECT value FROM meta WHERE key = 'experiment_merged'\" |\n"
        "  sed 's|^scenario *=.*|scenario = \"scenario.toml\"|' > experiment.toml\n"
        "tavolo sweep experiment.toml -o again.sqlite\n"
    )
    if len(first):
        run = int(first["run_id"].iloc[0])
        commands += (
            f"# one run: its chronicle, and the command that repeats it (fingerprint "
            f"{first['fingerprint'].iloc[0]})\ntavolo show {store} {run}\n"
        )
    commands += f"# this page\npython -m tavolo report {store} -o report.html\n"
    failures = study.store.failures()
    broken = ""
    if len(failures):
        broken = (
            "<h3>Runs that failed</h3><ul>"
            + "".join(
                f"<li>{escape(named(str(f.policy)))}, replication {f.replication}: "
                f"{escape(str(f.error).splitlines()[0])}</li>"
                for f in failures.head(20).itertuples()
            )
            + f"</ul><p>{len(failures)} in all; none is counted as a zero.</p>"
        )
    text = (
        f"<h2>Provenance</h2><dl>{rows}</dl>{broken}<h3>How to reproduce it</h3>"
        f"<pre>{escape(commands)}</pre><details><summary>The experiment</summary>"
        f"<pre>{escape(facts['experiment'])}</pre></details>"
    )
    return "provenance", "Provenance", text


def _figure(study: Study, name: str) -> str:
    """A figure of the package, as an image in the page; a line that says why where it cannot be."""
    draw = figures.ALL[name]
    try:
        drawn = draw(study)
    except InputError as error:
        why = escape(f"{error.problem} {error.remedy}")
        return f'<p class="caption">No figure “{named(name)}”: {why}</p>'
    buffer = io.BytesIO()
    with mpl.rc_context(STYLE):
        drawn.savefig(buffer, format="svg", metadata={"Date": None})
    svg = buffer.getvalue().decode()
    # A hundredth of a point is enough for a path, and halves the page.
    svg = re.sub(r' d="[^"]*"', lambda path: re.sub(r"(\.\d\d)\d+", r"\1", path[0]), svg)
    text = base64.b64encode(svg.encode()).decode()
    about = (draw.__doc__ or name).strip().split("\n\n")[0].replace("\n", " ")
    width, height = drawn.get_size_inches()
    about = " ".join(about.split())
    return (
        f'<figure><img alt="{escape(about)}" width="{width * 96:.0f}" height="{height * 96:.0f}" '
        f'decoding="async" src="data:image/svg+xml;base64,{text}"></figure>'
    )


# ------------------------------------------------------------------------------------------- data


def _data(study: Study) -> dict[str, Any]:
    """What the page's script draws."""
    shown = [name for name in _SHOWN if study.has(name)]
    if not shown:
        shown = list(study.store.indicators.index[:16])
    units = study.store.indicators["unit"]
    wanted = [*shown, *(f"output_{p}" for p in study.home_plants)]
    plants = [
        {"id": p, "name": study.plant_name(p), "history": _series(study.history.get(p))}
        for p in study.home_plants
        if study.cube(f"output_{p}").max() > 0
    ]
    objectives = [
        {
            "id": o["id"],
            "label": o["label"],
            "unit": o["unit"],
            "better": o["better"],
            "rows": {p: o["strategies"][p]["difference"] for p in study.policies},
        }
        for o in study.benchmark["objectives"]
    ]
    main = study.objective()["id"]
    costs = [o["id"] for o in objectives if "outlay" in o["id"]] or [
        o["id"] for o in objectives if o["id"] != main
    ]
    return {
        "policies": study.policies,
        "names": {p: named(p) for p in study.policies},
        "baseline": study.baseline,
        "favourite": study.favourite,
        "years": study.years,
        "targets": list(study.targets),
        "history": _series(study.home_history),
        "indicators": {
            name: {"label": _label(study, name), "unit": str(units[name])} for name in shown
        },
        "fans": {
            name: {
                p: _rounded(study.quantiles(name, p, QUANTILES).to_numpy()) for p in study.policies
            }
            for name in wanted
        },
        "plants": plants,
        "objectives": objectives,
        "trade": [(costs or [main])[0], main],
        "ranked": main,
        "responses": [
            {"id": r["id"], "label": r["label"], "unit": _unit(study, r)} for r in study.responses
        ],
        "points": [
            {
                "name": ", ".join([named(p["policy"]), *p["factors"].values()]),
                "cells": p["responses"],
            }
            for p in study.comparison["points"]
        ],
        "events": _events(study),
    }


def _label(study: Study, name: str) -> str:
    meaning = str(study.store.indicators.loc[name, "meaning"])
    word = named(name.removesuffix("_eur").removesuffix("_g_per_km"))
    word = {"co2": "CO2 of new cars", "vehicles": "vehicles made"}.get(word, word)
    return word if len(meaning) > 45 or name == "vehicles" else f"{word} ({meaning})"


def _unit(study: Study, response: dict[str, Any]) -> str:
    cell = study.comparison["points"][0]["responses"][response["id"]]
    return str(cell["unit"])


def _series(values: Any) -> dict[str, list] | None:
    if values is None or not len(values.dropna()):
        return None
    known = values.dropna()
    return {"years": [int(y) for y in known.index], "values": [float(v) for v in known]}


def _rounded(values: np.ndarray) -> list[list[float]]:
    """Five significant digits: more than a screen shows."""
    return [[float(f"{v:.5g}") for v in row] for row in values]


def _events(study: Study) -> dict[str, Any]:
    """Chronicles: of every run that kept one, or of replication 0 alone where they are many."""
    count = int(study.store.query("SELECT count(*) AS n FROM event")["n"].iloc[0])
    where = "" if count <= _MOST_EVENTS else "WHERE r.replication = 0 "
    frame = study.store.query(
        "SELECT d.design_id, d.policy, r.replication, e.month, e.kind, e.text FROM event e JOIN "
        f"run r USING (run_id) JOIN design d USING (design_id) {where}"
        f"ORDER BY d.design_id, r.replication, e.position LIMIT {_MOST_EVENTS}"
    )
    text = frame.astype({c: str for c in ("policy", "month", "kind", "text")})
    several = text.groupby("policy")["design_id"].nunique().max() if len(text) else 1
    names = [
        named(row.policy)
        + (f", point {row.design_id}" if several > 1 else "")
        + f", replication {row.replication}"
        for row in text.itertuples()
    ]
    runs, kinds = _codes(names), _codes(text["kind"])
    shown = next((i for i, n in enumerate(runs[1]) if n.startswith(named(study.favourite))), 0)
    return {
        "runs": runs[1],
        "kinds": kinds[1],
        "shown": shown,
        "rows": [
            [r, m, k, t]
            for r, m, k, t in zip(runs[0], text["month"], kinds[0], text["text"], strict=True)
        ],
    }


def _codes(words: Iterable[str]) -> tuple[list[int], list[str]]:
    known: dict[str, int] = {}
    codes = [known.setdefault(word, len(known)) for word in words]
    return codes, list(known)


__all__ = ["html", "report"]
