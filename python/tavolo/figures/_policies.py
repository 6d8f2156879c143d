"""Policies side by side: ranking, regret, trade-offs, money per job."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .._study import Study, listed, named, number
from ._output import Source, _overlap, study_of
from ._style import (
    BLACK,
    BLUE,
    DOUBLE,
    GREY,
    ORANGE,
    SEQUENTIAL,
    SINGLE,
    VERMILLION,
    figure,
    note,
    styled,
    unit_axis,
)


def _best_last(study: Study, objective: dict[str, Any]) -> list[str]:
    sign = 1 if objective["better"] == "max" else -1
    means = {p: sign * objective["strategies"][p]["mean"]["value"] for p in study.policies}
    return sorted(means, key=means.__getitem__)


@styled
def ranking(source: Source, response: str | None = None) -> Figure:
    """Policies by a response, the one that ranks when left out: paired differences from the
    baseline, and simultaneous intervals of the distance from the best of the others.
    """
    study = study_of(source)
    objective = study.objective(response)
    rows = _best_last(study, objective)
    drawn = figure(DOUBLE, 0.23 * len(rows) + 1.15)
    left, right = drawn.subplots(1, 2, sharey=True)
    for place, policy in enumerate(rows):
        entry = objective["strategies"][policy]
        colour = BLACK if policy == study.baseline else BLUE
        _interval(left, place, entry["difference"], colour, policy != study.baseline)
        apart = entry["from_best"]
        out = entry["verdict"] == "not best"
        right.plot(
            [apart["low"], apart["high"]],
            [place, place],
            linewidth=2.2,
            solid_capstyle="butt",
            color=GREY if out else ORANGE,
            linestyle=(0, (1.5, 1)) if out else "-",
        )
        chance = entry["probability_best"]
        right.annotate(
            f"{100 * chance:.0f} %" if chance >= 0.005 else "–",
            (1.03, place),
            xycoords=("axes fraction", "data"),
            ha="left",
            va="center",
            fontsize=6.5,
            annotation_clip=False,
        )
    left.set_yticks(range(len(rows)), [named(p) for p in rows])
    for axes in (left, right):
        axes.axvline(0, color=GREY, linewidth=0.7)
        axes.grid(axis="x")
        unit_axis(axes.xaxis, objective["unit"])
    label, unit = objective["label"], objective["unit"]
    drawn.suptitle(
        f"{label} ({'more' if objective['better'] == 'max' else 'less'} is better)",
        x=0.01,
        ha="left",
        fontweight="bold",
        fontsize=8.5,
    )
    left.set_xlabel(f"difference from {named(study.baseline)} [{unit}], 95 %, paired")
    right.set_xlabel("gain on the best of the others, 95 %, simultaneous")
    right.annotate(
        "chance best",
        (1.1, 1.01),
        xycoords="axes fraction",
        ha="right",
        fontsize=6.5,
        annotation_clip=False,
    )
    may = [named(p) for p in reversed(rows) if objective["strategies"][p]["verdict"] != "not best"]
    note(
        drawn,
        f"May be best: {listed(may, 6)}.\nDotted: not best at 95 % (Hsu's comparisons with the "
        "best). Filled: beyond chance by itself.",
    )
    return drawn


def _interval(
    axes: Any, place: float, e: dict[str, Any], colour: str, line: bool = True, marker: str = "o"
) -> None:
    low, high = e["low"], e["high"]
    beyond = low is not None and (low > 0 or high < 0)
    if line and low is not None:
        axes.plot([low, high], [place, place], color=colour, linewidth=1.1)
    axes.plot(
        e["value"],
        place,
        marker=marker,
        markersize=4.2,
        color=colour,
        markerfacecolor=colour if beyond or not line else "white",
    )


@styled
def stakes(source: Source) -> Figure:
    """Who wins and who pays: paired differences from the baseline of what each side looks at."""
    study = study_of(source)
    rows = _best_last(study, study.objective())
    rows = [p for p in rows if p != study.baseline]
    shown = study.stakes
    drawn = figure(DOUBLE, 0.21 * len(rows) + 1.1)
    panels = drawn.subplots(1, len(shown), sharey=True, squeeze=False)[0]
    for axes, stake in zip(panels, shown, strict=True):
        values = study.stake(stake)
        for place, policy in enumerate(rows):
            e = study.difference(values, policy)
            good = (e.value > 0) == (stake.gains == "max")
            _interval(
                axes,
                place,
                {"value": e.value, "low": e.low, "high": e.high},
                BLUE if good else VERMILLION,
                marker="o" if good else "s",
            )
        axes.axvline(0, color=GREY, linewidth=0.7)
        axes.grid(axis="x")
        axes.locator_params(axis="x", nbins=3)
        unit = study.store.indicators.loc[stake.indicator, "unit"]
        unit_axis(axes.xaxis, unit)
        axes.set_title(stake.actor)
        axes.set_xlabel(f"{stake.label}\n{study.period(stake)} [{unit}]", fontsize=6.5)
    panels[0].set_yticks(range(len(rows)), [named(p) for p in rows])
    note(
        drawn,
        f"From {named(study.baseline)}, 95 %, paired. Blue circles: that side gains; red "
        "squares: it loses. "
        "Filled: beyond chance by itself.",
    )
    return drawn


@styled
def regret(source: Source) -> Figure:
    """Heat map: what each policy misses of the best one, by objective; and, over several futures,
    its rank by the measures of robustness for the response that ranks.

    Regret is the mean over futures, as a share of the largest mean regret in that column.
    """
    study = study_of(source)
    objectives = study.benchmark["objectives"]
    rows = list(reversed(_best_last(study, study.objective())))
    missed = np.array(
        [[o["strategies"][p]["regret_mean"] for o in objectives] for p in rows], dtype=float
    )
    most = missed.max(axis=0)
    share = np.divide(missed, most, out=np.zeros_like(missed), where=most > 0)
    several = study.benchmark["futures"] > 1
    drawn = figure(DOUBLE, 0.25 * len(rows) + 1.9)
    panels = drawn.subplots(
        1,
        2 if several else 1,
        sharey=True,
        squeeze=False,
        width_ratios=[len(objectives), 10] if several else None,
    )[0]
    texts = [
        [_short(missed[r, c], objectives[c]["unit"]) for c in range(len(objectives))]
        for r in range(len(rows))
    ]
    _heat(panels[0], share, texts, [o["label"] for o in objectives], rows)
    panels[0].set_title(
        "mean regret" if several else "mean regret: what is missed of the best policy"
    )
    if several:
        main = study.objective()
        metrics = list(main["strategies"][rows[0]]["robustness"])
        metrics = [m for m in metrics if not m.startswith("satisficing")][:10]
        ranks = np.array(
            [[main["strategies"][p]["robustness"][m]["rank"] for m in metrics] for p in rows], float
        )
        words = [[f"{rank:.0f}" for rank in row] for row in ranks]
        scaled = (ranks - 1) / max(1, len(rows) - 1)
        _heat(panels[1], scaled, words, [named(m) for m in metrics], rows)
        panels[1].set_title(f"{main['label']}: rank by measures of robustness")
    note(drawn, "White: the best; dark: the worst of its column. A dot: no regret.")
    return drawn


def _short(value: float, unit: str) -> str:
    if value <= 0:
        return "·"
    return number(value, unit).replace(f" {unit}", "").replace(" ", "\u2009")


def _heat(axes: Any, share: np.ndarray, texts: Any, columns: list[str], rows: list[str]) -> None:
    axes.imshow(share, cmap=SEQUENTIAL, vmin=0, vmax=1.15, aspect="auto")
    for r in range(share.shape[0]):
        for c in range(share.shape[1]):
            axes.text(
                c,
                r,
                texts[r][c],
                ha="center",
                va="center",
                fontsize=5.8,
                color="white" if share[r, c] > 0.62 else "#222222",
            )
    axes.set_yticks(range(len(rows)), [named(p) for p in rows])
    axes.set_xticks(range(len(columns)), columns, rotation=35, ha="right", rotation_mode="anchor")
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xticks(np.arange(-0.5, len(columns)), minor=True)
    axes.set_yticks(np.arange(-0.5, len(rows)), minor=True)
    axes.grid(which="minor", color="white", linewidth=1)
    axes.tick_params(which="minor", length=0)


@styled
def pareto(source: Source, cost: str | None = None, gain: str | None = None) -> Figure:
    """Two objectives against one another, with 95 % intervals of the differences from the baseline,
    and the front of those two.

    ``cost``, ``gain``: responses; public outlay and the response that ranks when left out.
    """
    study = study_of(source)
    main = study.objective(gain)
    if cost is None:
        other = [o for o in study.benchmark["objectives"] if o["id"] != main["id"]]
        outlays = [o for o in other if "outlay" in o["id"]] or [
            o for o in other if o["unit"].startswith("EUR")
        ]
        price = (outlays or other or [main])[0]
    else:
        price = study.objective(cost)
    drawn = figure(SINGLE * 1.45, 3.5)
    axes = drawn.add_subplot()
    points = {}
    for policy in study.policies:
        x = price["strategies"][policy]["difference"]
        y = main["strategies"][policy]["difference"]
        points[policy] = (x["value"], y["value"])
        axes.plot([x["low"], x["high"]], [y["value"]] * 2, color=GREY, linewidth=0.7, zorder=2)
        axes.plot([x["value"]] * 2, [y["low"], y["high"]], color=GREY, linewidth=0.7, zorder=2)
    signs = [1 if o["better"] == "max" else -1 for o in (price, main)]
    front = _front(points, signs)
    for policy, (x, y) in points.items():
        on = policy in front
        axes.plot(
            x,
            y,
            marker="o" if on else "D",
            markersize=5 if on else 3.6,
            zorder=3,
            color=BLUE if on else ORANGE,
            markerfacecolor=BLUE if on else "white",
            linestyle="none",
        )
    _labels(axes, points)
    line = sorted(points[p] for p in front)
    axes.plot(*zip(*line, strict=True), color=BLUE, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
    axes.axhline(0, color=GREY, linewidth=0.5)
    axes.axvline(0, color=GREY, linewidth=0.5)
    axes.grid()
    unit_axis(axes.xaxis, price["unit"])
    unit_axis(axes.yaxis, main["unit"])
    axes.set_xlabel(f"{price['label']} [{price['unit']}]: {_better(price)}")
    axes.set_ylabel(f"{main['label']} [{main['unit']}]: {_better(main)}")
    axes.set_title(f"differences from {named(study.baseline)}")
    all_of_them = [p for p in study.policies if study.benchmark["pareto"][p]["front"] == 1]
    axes.legend(
        handles=[
            Line2D(
                [],
                [],
                marker="o",
                color=BLUE,
                linestyle=(0, (4, 2)),
                linewidth=0.9,
                markersize=5,
                label="on the front of these two",
            ),
            Line2D(
                [],
                [],
                marker="D",
                color=ORANGE,
                markerfacecolor="white",
                linestyle="none",
                markersize=3.6,
                label="another is better in both",
            ),
        ],
        loc="best",
    )
    note(
        drawn,
        f"95 % intervals, paired. Over all {len(study.benchmark['objectives'])} objectives "
        f"{len(all_of_them)} of {len(study.policies)} policies are on the front.",
    )
    return drawn


def _better(objective: dict[str, Any]) -> str:
    return "more is better" if objective["better"] == "max" else "less is better"


def _front(points: dict[str, tuple[float, float]], signs: list[int]) -> list[str]:
    """Those that no other one beats in one and matches in the other."""

    def gains(p: str) -> tuple[float, float]:
        return signs[0] * points[p][0], signs[1] * points[p][1]

    def beaten(p: str) -> bool:
        return any(
            gains(q)[0] >= gains(p)[0] and gains(q)[1] >= gains(p)[1] and gains(q) != gains(p)
            for q in points
        )

    return [p for p in points if not beaten(p)]


def _labels(axes: Any, points: dict[str, tuple[float, float]]) -> None:
    """Names near their points, each at the first of several spots that covers nothing."""
    axes.margins(x=0.16, y=0.12)
    low, high = np.array(axes.get_xlim()), np.array(axes.get_ylim())
    width, height = np.ptp(low), np.ptp(high)
    dots = {p: ((x - low[0]) / width, (y - high[0]) / height) for p, (x, y) in points.items()}
    taken = [(x - 0.012, y - 0.015, x + 0.012, y + 0.015) for x, y in dots.values()]
    spots = [
        (side * dx, dy)
        for dx, dy in (
            (0.02, 0),
            (0.02, 0.04),
            (0.02, -0.04),
            (0.05, 0.08),
            (0.05, -0.08),
            (0.08, 0.13),
            (0.08, -0.13),
            (0.1, 0.18),
            (0.1, -0.18),
            (0.12, 0.24),
        )
        for side in (1, -1)
    ]
    for policy in sorted(points, key=lambda p: -points[p][1]):
        x, y = dots[policy]
        long = 0.0145 * len(policy)
        for dx, dy in spots:
            left = x + dx - (0 if dx > 0 else long)
            box = (left, y + dy - 0.018, left + long, y + dy + 0.018)
            if 0 < box[0] and box[2] < 1 and not any(_overlap(box, other) for other in taken):
                break
        taken.append(box)
        far = abs(dy) > 0.05
        axes.annotate(
            named(policy),
            dots[policy],
            (x + dx, y + dy),
            xycoords="axes fraction",
            textcoords="axes fraction",
            ha="left" if dx > 0 else "right",
            va="center",
            fontsize=6.3,
            arrowprops={
                "arrowstyle": "-",
                "color": "#999999",
                "linewidth": 0.5,
                "shrinkA": 0,
                "shrinkB": 2,
            }
            if far
            else None,
            zorder=4,
        )
    axes.set_xlim(*low)
    axes.set_ylim(*high)


@styled
def cost_per_job(source: Source, response: str | None = None) -> Figure:
    """Public money beyond the baseline's for a job-year more, with Fieller's 95 % intervals.

    ``response``: another ratio of the experiment. Policies that are not shown to move jobs are
    listed without a price: the interval of their ratio has no end.
    """
    study = study_of(source)
    ratio = ratio_of(study, response)
    priced, unpriced = [], []
    for point in study.comparison["points"]:
        cell = point["responses"][ratio["id"]]
        if point["policy"] == study.baseline:
            continue
        label = ", ".join([named(point["policy"]), *point["factors"].values()])
        if cell["value"] is None or cell["low"] is None or cell["low"] <= 0:
            unpriced.append(label)
        else:
            priced.append((label, cell))
    priced.sort(key=lambda pair: pair[1]["value"], reverse=True)
    drawn = figure(SINGLE * 1.45, 0.25 * max(1, len(priced)) + 1.2)
    axes = drawn.add_subplot()
    for place, (_, cell) in enumerate(priced):
        axes.plot([cell["low"], cell["high"]], [place, place], color=BLUE, linewidth=1.3)
        axes.plot(cell["value"], place, marker="o", color=BLUE, markersize=4.2)
        axes.annotate(
            number(cell["value"], "EUR"),
            (cell["value"], place),
            (0, 5),
            textcoords="offset points",
            ha="center",
            fontsize=6.2,
        )
    axes.set_yticks(range(len(priced)), [label for label, _ in priced])
    axes.set_ylim(-0.6, max(1, len(priced)) - 0.3)
    if priced:
        axes.set_xscale("log")
    unit_axis(axes.xaxis, "EUR")
    axes.minorticks_off()
    axes.grid(axis="x")
    axes.set_xlabel(f"{ratio['label']} [{ratio['unit']}], log scale, 95 % (Fieller)")
    axes.set_title(f"{ratio['label']}, beyond {named(study.baseline)}")
    if unpriced:
        note(drawn, f"No price, for the effect is not told from none: {listed(unpriced, 6)}.")
    return drawn


def ratio_of(study: Study, response: str | None = None) -> dict[str, Any]:
    """A ratio of the experiment: the one that has jobs below, unless one is named."""
    from .._errors import refuse

    ratios = [r for r in study.responses if r["kind"] == "ratio"]
    for ratio in ratios:
        if ratio["id"] == response or (response is None and "job" in ratio["denominator"]):
            return ratio
    raise refuse(
        "the experiment asks for no money per job.",
        "Its interval takes the outlay and the jobs of the same runs.",
        "Add a response of kind ratio, as configs/experiments/italy-2024-policies.toml has.",
    )
