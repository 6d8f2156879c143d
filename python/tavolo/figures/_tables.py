"""One future told: its negotiations and its chronicle."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .._errors import refuse
from .._study import Study, named
from ._output import Source, study_of
from ._style import (
    BLACK,
    BLUE,
    DOUBLE,
    GREY,
    ORANGE,
    PALETTE,
    VERMILLION,
    figure,
    note,
    styled,
)


@dataclass
class Table:
    """A table that ended: utilities of the maker, and the mean of those of the unions."""

    name: str
    closed: str
    ended: str
    parties: tuple[str, str]
    offers: np.ndarray  #: a row an offer; none where no transcript was kept
    deal: tuple[float, float] | None
    leave: tuple[float, float]
    nash_distance: float
    nash: tuple[float, float] | None  #: the Nash point nearest to the deal; of a deal only

    @property
    def frontier(self) -> np.ndarray:
        """Offers that no other one beats, from the first side's best to the other's."""
        points = np.unique(self.offers, axis=0)
        keep = [
            p for p in points if not ((points >= p).all(axis=1) & (points > p).any(axis=1)).any()
        ]
        return np.array(sorted(map(tuple, keep)))


def tables_of(study: Study, policy: str, replication: int = 0) -> list[Table]:
    """Tables of one future that makers and unions sat at, in the order of their end."""
    words = policy.replace("'", "''")
    rows = study.store.query(
        "SELECT n.run_id, n.position, n.name, n.closed, n.ended, n.nash_distance, n.parties, "
        "n.transcript FROM negotiation n JOIN run r USING (run_id) JOIN design d USING (design_id) "
        f"WHERE d.policy = '{words}' AND r.replication = {replication} AND n.kind <> 'siting' "
        "AND d.design_id = (SELECT min(design_id) FROM design WHERE policy = d.policy) "
        "ORDER BY n.position"
    )
    tables = []
    for row in rows.itertuples():
        parties = json.loads(row.parties)
        if len(parties) < 2 or not isinstance(row.transcript, str):
            continue
        # A government speaks first at a transition table: it sits on the unions' side.
        names = [p["name"] for p in parties]
        maker = next((i for i, n in enumerate(names) if n in study.maker_names), 0)
        rest = [i for i in range(len(names)) if i != maker]
        moves = np.array([move[2:] for move in json.loads(row.transcript)], dtype=float)

        def seen(values: np.ndarray, maker: int = maker, rest: list[int] = rest) -> Any:
            return np.stack([values[..., maker], values[..., rest].mean(axis=-1)], axis=-1)

        utility = seen(np.array([p["utility"] for p in parties]))
        leave = seen(np.array([p["reservation"] for p in parties]))
        nash = seen(np.array([p.get("nash", np.nan) for p in parties]))  # older stores have none
        others = "unions" if "government" not in " ".join(names) else "government and unions"
        tables.append(
            Table(
                name=str(row.name),
                closed=str(row.closed),
                ended=str(row.ended),
                parties=(names[maker], others),
                offers=seen(moves) if len(moves) else np.empty((0, 2)),
                deal=tuple(utility) if row.ended == "agreed" else None,
                leave=tuple(leave),
                nash_distance=float(row.nash_distance),
                nash=None if np.isnan(nash).any() else tuple(nash),
            )
        )
    return tables


@styled
def bargains(
    source: Source, policy: str | None = None, replication: int = 0, most: int = 9
) -> Figure:
    """Each table's deal against its Nash point and the frontier of what was offered.

    The last table of each name in one future, those with a deal first; ``most`` of them. The Nash
    point is that of all seats and all outcomes, offered or not.
    """
    study = study_of(source)
    policy = study.policy(policy)
    tables = {t.name: t for t in tables_of(study, policy, replication) if len(t.offers)}
    agreed = {}
    for t in tables_of(study, policy, replication):
        if t.deal is not None and len(t.offers):
            agreed[t.name] = t
    shown = [*agreed.values(), *(t for n, t in tables.items() if n not in agreed)][:most]
    if not shown:
        raise refuse(
            f"no transcript of a table under {policy} was kept.",
            "Offers are kept for the runs that the experiment's events says.",
            'Set events = "all", or ask for replication 0.',
        )
    columns = min(3, len(shown))
    rows = -(-len(shown) // columns)
    drawn = figure(DOUBLE, 2.05 * rows + 0.7)
    panels = drawn.subplots(rows, columns, squeeze=False).ravel()
    for axes, table in zip(panels, shown, strict=False):
        _bargain(axes, table)
    for axes in panels[len(shown) :]:
        axes.remove()
    drawn.supxlabel("utility of the maker (0: its worst offer, 1: its best)", fontsize=7.5)
    drawn.supylabel("mean utility of the other seats", fontsize=7.5)
    drawn.legend(
        handles=[
            Line2D(
                [], [], marker="o", color=GREY, linestyle="none", markersize=2.5, label="offers"
            ),
            Line2D([], [], color=BLUE, label="frontier of the offers"),
            Line2D(
                [], [], marker="D", color=VERMILLION, linestyle="none", markersize=5, label="deal"
            ),
            Line2D(
                [],
                [],
                marker="*",
                color=ORANGE,
                markeredgecolor=BLACK,
                markeredgewidth=0.5,
                linestyle="none",
                markersize=8,
                label="Nash point",
            ),
            Line2D([], [], color=GREY, linestyle=(0, (4, 2)), linewidth=0.8, label="leaving"),
        ],
        loc="outside upper left",
        ncols=5,
        handlelength=1.4,
        columnspacing=1.0,
    )
    return drawn


def _bargain(axes: Any, table: Table) -> None:
    offers = table.offers
    axes.plot(offers[:, 0], offers[:, 1], "o", color=GREY, markersize=2.3, alpha=0.6)
    frontier = table.frontier
    axes.plot(frontier[:, 0], frontier[:, 1], color=BLUE, marker="o", markersize=2, linewidth=1.1)
    for leave, line in ((table.leave[0], axes.axvline), (table.leave[1], axes.axhline)):
        if -0.05 <= leave <= 1.05:
            line(leave, color=GREY, linestyle=(0, (4, 2)), linewidth=0.8)
    if table.nash:
        axes.plot(
            *table.nash,
            marker="*",
            color=ORANGE,
            markersize=8,
            markeredgecolor=BLACK,
            markeredgewidth=0.5,
            zorder=4,
        )
    if table.deal:
        axes.plot(*table.deal, marker="D", color=VERMILLION, markersize=4.5, zorder=5)
    name = table.name.removeprefix("the table of ").split(" (")[0]
    name = "transition table" if name.startswith("the transition") else name
    axes.set_title(textwrap.shorten(name, 30, placeholder=" …"))
    end = f"Nash distance {table.nash_distance:.2f}" if table.deal else table.ended
    axes.text(
        0.98,
        0.97,
        f"{table.closed}\n{end}",
        transform=axes.transAxes,
        ha="right",
        va="top",
        fontsize=6,
        color="#333333",
    )
    axes.set_xlim(-0.06, 1.06)
    axes.set_ylim(-0.06, 1.22)
    axes.set_xticks([0, 0.5, 1])
    axes.set_yticks([0, 0.5, 1])
    axes.set_aspect("equal")


#: Kinds of events that a reader looks for first, and whether they are told in words.
LANES = (
    ("policy", "policy"),
    ("talks", "talks"),
    ("agreement", "agreement"),
    ("siting", "siting"),
    ("project", "project"),
    ("launch", "launch"),
    ("sourcing", "sourcing"),
    ("slip", "slip"),
    ("labour", "labour"),
    ("strike", "strike"),
    ("audit", "audit"),
    ("closure", "closure"),
    ("plant", "plant"),
    ("end", "model ends"),
    ("incentive", "incentive"),
    ("rule", "rule"),
    ("co2", "CO2"),
)
TOLD = ("closure", "agreement", "strike", "siting", "project", "talks", "audit")


def chronicle_of(study: Study, policy: str, replication: int = 0) -> pd.DataFrame:
    """Month, kind and text of the events of one future, of the first combination of levels."""
    words = policy.replace("'", "''")
    return study.store.query(
        "SELECT e.month, e.kind, e.text FROM event e JOIN run r USING (run_id) "
        f"JOIN design d USING (design_id) WHERE d.policy = '{words}' "
        f"AND r.replication = {replication} AND d.design_id = "
        "(SELECT min(design_id) FROM design WHERE policy = d.policy) ORDER BY e.position"
    ).astype(str)


@styled
def timeline(
    source: Source, policy: str | None = None, replication: int = 0, told: int = 14
) -> Figure:
    """Timeline of one future's chronicle: every event in the lane of its kind; ``told`` of them,
    one a subject, in words.
    """
    study = study_of(source)
    policy = study.policy(policy)
    events = chronicle_of(study, policy, replication)
    if events.empty:
        raise refuse(
            f"no chronicle of {policy}, replication {replication}, was kept.",
            "Events are kept for the runs that the experiment's events says.",
            'Set events = "all", or ask for replication 0.',
        )
    when = pd.PeriodIndex(events["month"], freq="M")
    x = when.year + (when.month - 0.5) / 12
    present = [lane for lane in LANES if (events["kind"] == lane[0]).any()]
    rest = sorted(set(events["kind"]) - {k for k, _ in LANES})
    present += [(kind, kind) for kind in rest]
    numbered = _pick(events, told)
    lanes_height, told_height = 0.19 * len(present), 0.132 * len(numbered)
    drawn = figure(DOUBLE, lanes_height + told_height + 0.9)
    axes, below = drawn.subplots(2, 1, height_ratios=[lanes_height, told_height])
    for lane, (kind, _) in enumerate(present):
        chosen = (events["kind"] == kind).to_numpy()
        months, counts = np.unique(x[chosen], return_counts=True)
        axes.scatter(
            months,
            np.full(len(months), -lane),
            s=7 + 5 * np.minimum(counts, 8),
            color=PALETTE[lane % 5],
            linewidths=0,
            alpha=0.85,
            zorder=2,
        )
    lanes = {kind: lane for lane, (kind, _) in enumerate(present)}
    for n, place in enumerate(numbered, 1):
        axes.annotate(
            str(n),
            (x[place], -lanes[events["kind"].iloc[place]]),
            fontsize=5.6,
            ha="center",
            va="center",
            zorder=4,
            bbox={"boxstyle": "circle,pad=0.18", "facecolor": "white", "linewidth": 0.6},
        )
    axes.set_yticks([-lane for lane in range(len(present))], [word for _, word in present])
    axes.set_ylim(-len(present) + 0.4, 0.6)
    axes.xaxis.tick_top()
    first, last = int(x.min()), int(x.max()) + 1
    axes.set_xlim(first - 0.1, last)
    axes.set_xticks(range(first, last + 1))
    axes.grid(axis="x")
    axes.spines["bottom"].set_visible(False)
    axes.spines["top"].set_visible(True)
    axes.set_title(f"{named(policy)}, replication {replication}: {len(events)} events", pad=14)
    below.axis("off")
    lines = [
        f"{n:>2}  {events['month'].iloc[place]}  "
        + textwrap.shorten(events["text"].iloc[place], 128, placeholder=" …")
        for n, place in enumerate(numbered, 1)
    ]
    below.text(
        0, 1, "\n".join(lines), fontsize=6, va="top", linespacing=1.5, transform=below.transAxes
    )
    note(drawn, "Larger dots: several events of a kind in a month.")
    return drawn


def _pick(events: pd.DataFrame, most: int) -> list[int]:
    """Places of the events to tell: kinds in turn, each spread over time, in order of time."""
    first = ~events.duplicated(["kind", "month"])  # numbers of one lane and month would overlap
    by_kind = {
        kind: list(np.flatnonzero((first & (events["kind"] == kind)).to_numpy())) for kind in TOLD
    }
    picked: list[int] = []
    while len(picked) < most and any(by_kind.values()):
        for places in by_kind.values():
            if places and len(picked) < most:
                picked.append(places.pop(0 if len(picked) % 2 == 0 else len(places) // 2))
    return sorted(picked)
