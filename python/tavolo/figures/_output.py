"""Output: of the country, of its plants, on the map, between countries."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .._errors import refuse
from .._stores import Store
from .._study import Study, named, tomllib
from ._style import (
    BLACK,
    BLUE,
    DIVERGING,
    DOUBLE,
    GREY,
    ORANGE,
    SINGLE,
    VERMILLION,
    figure,
    note,
    styled,
    thousands,
)

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
Source = Study | Store | str | os.PathLike[str]


def study_of(source: Source) -> Study:
    return source if isinstance(source, Study) else Study(source)


def fan(axes: Any, quantiles: Any, colour: str) -> None:
    """The median, the middle half and the middle 90 % of runs."""
    years, q = quantiles.index, quantiles
    axes.fill_between(years, q[0.05], q[0.95], color=colour, alpha=0.18, linewidth=0)
    axes.fill_between(years, q[0.25], q[0.75], color=colour, alpha=0.35, linewidth=0)
    axes.plot(years, q[0.5], color=colour)


def _with_history(axes: Any, history: Any, quantiles: Any) -> None:
    """Published figures, and a thin line from the last one to the first simulated median."""
    if history is None or not len(history):
        return
    axes.plot(history.index, history, color=BLACK, marker="o", markersize=2.2, linewidth=1)
    last, first = history.index[-1], quantiles.index[0]
    if last < first:
        axes.plot(
            [last, first],
            [history.iloc[-1], quantiles[0.5].iloc[0]],
            color=GREY,
            linewidth=0.8,
            linestyle=(0, (2, 2)),
        )


def _years_axis(axes: Any, first: int, last: int) -> None:
    step = 2 if last - first <= 14 else 4
    axes.set_xticks([y for y in range(first, last + 1) if (last - y) % step == 0])
    axes.set_xlim(first - 0.4, last + 0.4)


@styled
def output(source: Source, policies: list[str] | None = None) -> Figure:
    """Fan chart of the home country's output, with published history and the targets spoken of.

    A panel a policy: the baseline and the best one when ``policies`` is left out.
    """
    study = study_of(source)
    chosen = policies or list(dict.fromkeys([study.baseline, study.favourite]))
    drawn = figure(min(DOUBLE, SINGLE * len(chosen)), 2.7)
    panels = drawn.subplots(1, len(chosen), sharey=True, squeeze=False)[0]
    for axes, policy in zip(panels, chosen, strict=True):
        q = study.quantiles("vehicles", study.policy(policy), QUANTILES)
        fan(axes, q, BLUE)
        _with_history(axes, study.home_history, q)
        first = int(study.home_history.index[0]) if len(study.home_history) else study.years[0]
        for target in study.targets:
            axes.axhline(target, color=VERMILLION, linewidth=0.8, linestyle=(0, (5, 2)))
            axes.annotate(
                f"{target / 1e6:.1f} M" if target >= 1e6 else f"{target:,}",
                (study.years[-1], target),
                (0, 2),
                ha="right",
                textcoords="offset points",
                color=VERMILLION,
                fontsize=6.5,
            )
        base = " (baseline)" if policy == study.baseline and len(chosen) > 1 else ""
        axes.set_title(named(policy) + base)
        axes.grid(axis="y")
        axes.set_ylim(bottom=0)
        if study.targets:
            axes.set_ylim(top=max(axes.get_ylim()[1], 1.08 * max(study.targets)))
        _years_axis(axes, first, study.years[-1])
        thousands(axes.yaxis)
    panels[0].set_ylabel(f"vehicles a year, {study.country_names.get(study.home, 'home')}")
    _fan_legend(drawn, panels[-1], bool(len(study.home_history)))
    note(
        drawn,
        f"{_words_of_design(study)} a policy. Bands are the spread of futures, not the "
        "error of the mean.",
    )
    return drawn


def _words_of_design(study: Study) -> str:
    futures = study.benchmark["futures"]
    plural = "" if futures == 1 else "s"
    return f"{futures} future{plural} × {study.benchmark['replications']} draws of luck"


def _fan_legend(drawn: Figure, axes: Any, history: bool) -> None:
    handles = [
        Line2D([], [], color=BLUE, label="median"),
        Line2D([], [], color=BLUE, alpha=0.5, linewidth=6, label="half of the runs"),
        Line2D([], [], color=BLUE, alpha=0.18, linewidth=6, label="90 % of the runs"),
    ]
    if history:
        handles.insert(
            0,
            Line2D([], [], color=BLACK, marker="o", markersize=2.2, linewidth=1, label="published"),
        )
    drawn.legend(handles=handles, loc="outside upper left", ncols=4, handlelength=1.6)


@styled
def plants(source: Source, policy: str | None = None) -> Figure:
    """Small multiples: output of every home plant under a policy, beside the baseline's median."""
    study = study_of(source)
    policy = study.policy(policy)
    if not study.home_plants:
        raise refuse(
            "the store has no output of plants.",
            "Only scenarios of the industry record them.",
            "Make it from a scenario such as italy/2024.toml.",
        )
    shown = [p for p in study.home_plants if study.cube(f"output_{p}").max() > 0]
    columns = min(3, len(shown))
    rows = -(-len(shown) // columns)
    drawn = figure(DOUBLE, 1.55 * rows + 0.6)
    panels = drawn.subplots(rows, columns, sharex=True, squeeze=False).ravel()
    for axes, plant in zip(panels, shown, strict=False):
        q = study.quantiles(f"output_{plant}", policy, QUANTILES)
        base = study.quantiles(f"output_{plant}", study.baseline, (0.5,))
        fan(axes, q, BLUE)
        if policy != study.baseline:
            axes.plot(base.index, base[0.5], color=ORANGE, linewidth=1.1, linestyle=(0, (3, 1.5)))
        history = study.history[plant].dropna() if plant in study.history else None
        _with_history(axes, history, q)
        axes.set_title(study.plant_name(plant))
        axes.grid(axis="y")
        axes.set_ylim(bottom=0)
        first = int(study.history.index[0]) if len(study.history) else study.years[0]
        _years_axis(axes, first, study.years[-1])
        thousands(axes.yaxis)
    for axes in panels[len(shown) :]:
        axes.remove()
    handles = [
        Line2D([], [], color=BLACK, marker="o", markersize=2.2, linewidth=1, label="published"),
        Line2D([], [], color=BLUE, label=f"{named(policy)}: median, half and 90 % of the runs"),
        Line2D(
            [], [], color=ORANGE, linestyle=(0, (3, 1.5)), label=f"{named(study.baseline)}: median"
        ),
    ]
    drawn.legend(handles=handles, loc="outside upper left", ncols=3)
    note(drawn, "Vehicles a year. Each plant has a scale of its own.")
    return drawn


# ----------------------------------------------------------------------------------------- the map


@cache
def outlines() -> dict[str, list[np.ndarray]]:
    """Countries of Europe and around as rings of longitude and latitude (Natural Earth)."""
    file = Path(__file__).with_name("europe.json")
    countries = json.loads(file.read_text(encoding="utf-8"))["countries"]
    return {name: [np.array(r) for r in rings] for name, rings in countries.items()}


def project(longitude: Any, latitude: Any) -> tuple[np.ndarray, np.ndarray]:
    """Lambert's azimuthal equal-area projection about 10 E, 52 N, in km: Europe's own (EPSG 3035)
    on the sphere. Snyder (1987), "Map Projections: A Working Manual", p. 185.
    """
    lon, lat = np.radians(longitude) - np.radians(10), np.radians(latitude)
    north = np.radians(52)
    k = np.sqrt(2 / (1 + np.sin(north) * np.sin(lat) + np.cos(north) * np.cos(lat) * np.cos(lon)))
    x = 6371 * k * np.cos(lat) * np.sin(lon)
    y = 6371 * k * (np.cos(north) * np.sin(lat) - np.sin(north) * np.cos(lat) * np.cos(lon))
    return x, y


def places(file: str | os.PathLike[str] | None = None) -> dict[str, tuple[float, float]]:
    """Longitude and latitude of plants: of configs/italy/places.toml, or a file like it."""
    path = Path(file) if file else Path(__file__).parents[1] / "configs/italy/places.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["places"]
    return {row["plant"]: (row["longitude"], row["latitude"]) for row in rows}


@styled
def europe(
    source: Source,
    policy: str | None = None,
    *,
    against: str | None = None,
    where: str | os.PathLike[str] | None = None,
) -> Figure:
    """Map of Europe: plants sized by their mean output in the horizon's year under a policy,
    coloured by the change since the first year; or, with ``against``, from another policy.

    ``where``: a file of places like configs/italy/places.toml, for plants of your own.
    """
    study = study_of(source)
    policy = study.policy(policy)
    known = places(where)
    shown = [p for p in study.plants if p in known]
    if not shown:
        raise refuse(
            "no plant of the store has a place.",
            "A map needs longitude and latitude.",
            "Name a file of places with where=.",
        )
    drawn = figure(DOUBLE * 0.8, 5.9)
    axes = drawn.add_subplot()
    _draw_land(axes, study.country_names.get(study.home, ""))

    units = {p: study.level(study.outcome(f"output_{p}"), policy).value for p in shown}
    if against is None:
        before = {p: study.level(_first(study, p), policy).value for p in shown}
        what = f"{study.years[0]}"
    else:
        base = study.policy(against)
        before = {p: study.level(study.outcome(f"output_{p}"), base).value for p in shown}
        what = named(base)
    change = np.array([_relative(units[p], before[p]) for p in shown])
    x, y = project(*np.array([known[p] for p in shown]).T)
    size = np.array([units[p] for p in shown])
    order = np.argsort(-size)
    limit = 0.6 if against is None else max(0.05, float(np.nanmax(np.abs(change), initial=0)))
    idle = size < 500
    axes.scatter(
        x[idle],
        y[idle],
        marker="x",
        s=14,
        color=GREY,
        linewidths=0.9,
        zorder=4,
    )
    dots = axes.scatter(
        x[order],
        y[order],
        s=_area(size[order]),
        c=np.clip(change[order], -limit, limit),
        cmap=DIVERGING,
        vmin=-limit,
        vmax=limit,
        edgecolors="#222222",
        linewidths=0.6,
        zorder=3,
    )
    for i in np.flatnonzero((size > 15_000) & (np.abs(change) > 0.05)):
        sign = "+" if change[i] > 0 else "−"  # for who sees no colours
        axes.text(x[i], y[i], sign, fontsize=7, ha="center", va="center_baseline", zorder=6)
    taken = _site_counts(axes, study, policy)
    _label_plants(axes, study, shown, x, y, size, taken)
    bar = drawn.colorbar(
        dots, ax=axes, location="bottom", shrink=0.5, aspect=34, pad=0.01, extend="both"
    )
    bar.ax.xaxis.set_major_formatter(
        lambda value, _: f"{100 * value:+.0f} %".replace("-", "−").replace("+0 %", "0 %")
    )
    bar.set_label(f"output in {study.horizon} against {what}")
    bar.outline.set_visible(False)
    legend = [
        Line2D(
            [],
            [],
            marker="o",
            color="none",
            markeredgecolor="#222222",
            markerfacecolor="white",
            markersize=float(np.sqrt(_area(np.array(v)))),
            label=f"{v // 1000:,}k a year",
        )
        for v in (50_000, 200_000, 400_000)
    ] + [
        Line2D([], [], marker="x", color="none", markeredgecolor=GREY, markersize=4, label="idle"),
        Line2D(
            [],
            [],
            marker="s",
            color="none",
            markeredgecolor=BLACK,
            markerfacecolor="#FFF7C2",
            markersize=6,
            label="entrants' sites, mean",
        ),
    ]
    axes.legend(
        handles=legend,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.005),
        ncols=5,
        handletextpad=0.9,
        columnspacing=1.8,
    )
    axes.set_title(
        f"{named(policy)}: where the makers of {study.country_names.get(study.home)} build"
    )
    note(drawn, "Means over futures and luck. Outlines: Natural Earth. Places: GeoNames.")
    return drawn


def _first(study: Study, plant: str) -> np.ndarray:
    return study.outcome(f"output_{plant}", year=study.years[0])


def _relative(now: float, before: float) -> float:
    if before <= 0:
        return 1.0 if now > 0 else 0.0
    return now / before - 1


def _area(units: Any) -> Any:
    return 6 + np.asarray(units) / 1000


def _draw_land(axes: Any, home: str) -> None:
    for name, rings in outlines().items():
        shapes = [np.column_stack(project(r[:, 0], r[:, 1])) for r in rings]
        axes.add_collection(
            PolyCollection(
                shapes,
                facecolors="#E4E4DE" if name == home else "#F1F1EC",
                edgecolors="#BDBDB5",
                linewidths=0.4,
                zorder=1,
            )
        )
    axes.set_facecolor("#FBFCFD")
    axes.set_xlim(-1720, 1960)
    axes.set_ylim(-2010, 700)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)


Box = tuple[float, float, float, float]


def _label_plants(
    axes: Any, study: Study, shown: list[str], x: Any, y: Any, size: Any, taken: list[Box]
) -> None:
    """The names of the larger plants, each at the side of its dot where no name is yet."""
    radii = 3 + 9.2 * np.sqrt(_area(size))
    dots = [(a - r, b - r, a + r, b + r) for a, b, r in zip(x, y, 0.8 * radii, strict=True)]
    taken = [*taken, *dots]
    for i in np.argsort(-size):
        if size[i] < 30_000 and shown[i] not in study.home_plants:
            continue
        radius = radii[i]
        text = study.plant_name(shown[i])
        width, height = 27 * len(text), 62
        for dx, dy, align in (
            (radius, 0, "left"),
            (-radius, 0, "right"),
            (0, radius + 30, "center"),
            (0, -radius - 30, "center"),
        ):
            left = x[i] + dx - {"left": 0, "right": width, "center": width / 2}[align]
            box = (left, y[i] + dy - height / 2, left + width, y[i] + dy + height / 2)
            if not any(_overlap(box, other) for other in taken):
                axes.text(x[i] + dx, y[i] + dy, text, ha=align, va="center", fontsize=5.8, zorder=5)
                taken.append(box)
                break


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _site_counts(axes: Any, study: Study, policy: str) -> list[Box]:
    """How many sites entrants decided for in a country, on the middle of its largest part."""
    taken = []
    for country, name in study.country_names.items():
        if not study.has(f"sites_{country}") or name not in outlines():
            continue
        sites = study.level(study.outcome(f"sites_{country}"), policy).value
        if sites < 0.05:
            continue
        ring = max(outlines()[name], key=lambda r: np.ptp(r[:, 0]) * np.ptp(r[:, 1]))
        px, py = project(*((ring.min(axis=0) + ring.max(axis=0)) / 2))
        axes.text(
            px,
            py,
            f"{sites:.1f}",
            fontsize=6,
            ha="center",
            va="center",
            zorder=2,
            clip_on=True,
            bbox={"boxstyle": "square,pad=0.25", "facecolor": "#FFF7C2", "linewidth": 0.5},
        )
        taken.append((px - 60, py - 55, px + 60, py + 55))
    return taken


@styled
def countries(source: Source, policy: str | None = None) -> Figure:
    """Output won and lost between countries: paired difference from the baseline in the horizon's
    year, of plants of the home makers by country, with 95 % intervals.
    """
    study = study_of(source)
    policy = study.policy(policy)
    groups: dict[str, np.ndarray] = {}
    for plant in study.plants:
        country = study.rows("plants")[plant]["country"]
        groups[country] = groups.get(country, 0) + study.outcome(f"output_{plant}")
    at_home = sum(study.outcome(f"output_{p}") for p in study.home_plants)
    groups["entrants"] = study.outcome("vehicles") - at_home
    found = {c: study.difference(v, policy) for c, v in groups.items()}
    if study.has("outside_output") and len(found) < 3:
        found["elsewhere"] = study.difference(study.outcome("outside_output"), policy)
    rows = sorted(found, key=lambda c: found[c].value)
    drawn = figure(SINGLE + 0.6, 0.22 * len(rows) + 1.1)
    axes = drawn.add_subplot()
    for place, country in enumerate(rows):
        e = found[country]
        colour = BLUE if e.value > 0 else VERMILLION
        axes.barh(
            place,
            e.value,
            color=colour if e.beyond_chance else "white",
            edgecolor=colour,
            height=0.66,
            linewidth=0.8,
            hatch=None if e.beyond_chance else "////",
        )
        axes.plot([e.low, e.high], [place, place], color=BLACK, linewidth=0.8)
    home = study.country_names.get(study.home, study.home)
    words = {"entrants": f"entrants' plants, {home}", "elsewhere": "home makers elsewhere"}
    axes.set_yticks(range(len(rows)), [words.get(c, study.country_names.get(c, c)) for c in rows])
    axes.axvline(0, color=GREY, linewidth=0.6)
    axes.grid(axis="x")
    thousands(axes.xaxis)
    axes.set_xlabel(f"vehicles in {study.horizon}, against {named(study.baseline)}")
    axes.set_title(f"{named(policy)}: won and lost")
    note(drawn, "Lines: 95 % intervals. Hatched: not beyond chance.")
    return drawn


__all__ = ["countries", "europe", "outlines", "output", "places", "plants", "project", "study_of"]
