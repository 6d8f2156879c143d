"""What is sold: powertrains and brands."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .._study import named
from ._output import Source, study_of
from ._style import (
    BLACK,
    BLUE,
    DOUBLE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    YELLOW,
    figure,
    note,
    percent,
    styled,
)

#: Powertrains from the socket to the pump: indicator, name, colour, hatch for greyscale.
POWERTRAINS = (
    ("bev_share", "battery-electric", BLUE, ""),
    ("phev_share", "plug-in hybrid", SKY, "////"),
    ("hybrid_share", "hybrid", GREEN, ""),
    ("lpg_share", "gas", YELLOW, "...."),
    ("petrol_share", "petrol", ORANGE, ""),
    ("diesel_share", "diesel", "#7A4B00", "\\\\\\\\"),
)


@styled
def shares(source: Source, policies: list[str] | None = None, brands: int = 12) -> Figure:
    """Powertrains of new cars at home, a panel a policy; and the shares of the largest brands in
    the first year and the horizon's, under the last policy named.
    """
    study = study_of(source)
    chosen = policies or list(dict.fromkeys([study.baseline, study.favourite]))
    chosen = [study.policy(p) for p in chosen]
    drawn = figure(DOUBLE, 3.1)
    panels = drawn.subplots(1, len(chosen) + 1, width_ratios=[1] * len(chosen) + [1.15])
    for axes, policy in zip(panels[:-1], chosen, strict=True):
        rows = [study.level_by_year(name, policy) for name, *_ in POWERTRAINS]
        layers = axes.stackplot(
            study.years,
            rows,
            colors=[c for _, _, c, _ in POWERTRAINS],
            edgecolor="white",
            linewidth=0.5,
        )
        for layer, (*_, hatch) in zip(layers, POWERTRAINS, strict=True):
            layer.set_hatch(hatch or None)
        base = 0.0
        for row, (_, word, *_) in zip(rows, POWERTRAINS, strict=True):
            middle = base + row[-1] / 2
            base += row[-1]
            if row[-1] > 0.035 and axes is panels[len(chosen) - 1]:
                axes.annotate(
                    f"{word} {100 * row[-1]:.0f} %",
                    (study.years[-1], middle),
                    (3, 0),
                    textcoords="offset points",
                    va="center",
                    fontsize=6.2,
                    annotation_clip=False,
                )
        axes.set_title(named(policy))
        axes.set_xlim(study.years[0], study.years[-1])
        axes.set_ylim(0, 1)
        axes.set_xticks([y for y in study.years if (study.years[-1] - y) % 4 == 0])
        percent(axes.yaxis)
        if axes is not panels[0]:
            axes.set_yticklabels([])
    panels[0].set_ylabel("new cars registered at home")
    _brands(study, panels[-1], chosen[-1], brands)
    note(drawn, "Means over futures and luck; lines at brands: 90 % of the runs.")
    return drawn


def _brands(study, axes, policy: str, most: int) -> None:
    known = study.rows("brands")
    rows = []
    for name in study.store.indicators.index:
        brand = name.removeprefix("share_")
        if not name.startswith("share_") or brand not in known:
            continue
        q = study.quantiles(name, policy, (0.05, 0.5, 0.95))
        rows.append((known[brand].get("name", brand), q.loc[study.years[0]], q.loc[study.horizon]))
    rows = sorted(rows, key=lambda row: max(row[1][0.5], row[2][0.5]))[-most:]
    rows.sort(key=lambda row: row[2][0.5])
    for place, (_, first, last) in enumerate(rows):
        axes.plot([last[0.05], last[0.95]], [place, place], color=PURPLE, linewidth=2.4, alpha=0.45)
        axes.plot(
            first[0.5], place, marker="o", markersize=3.6, color=GREY, markerfacecolor="white"
        )
        axes.plot(last[0.5], place, marker="D", markersize=3.4, color=BLACK)
    axes.set_yticks(range(len(rows)), [name for name, *_ in rows])
    axes.yaxis.tick_right()
    axes.spines["left"].set_visible(False)
    axes.spines["right"].set_visible(True)
    axes.set_xlim(left=0)
    axes.grid(axis="x")
    percent(axes.xaxis)
    axes.set_title("largest brands")
    axes.legend(
        handles=[
            Line2D(
                [],
                [],
                marker="o",
                color=GREY,
                markerfacecolor="white",
                linestyle="none",
                markersize=3.6,
                label=str(study.years[0]),
            ),
            Line2D(
                [],
                [],
                marker="D",
                color=BLACK,
                linestyle="none",
                markersize=3.4,
                label=str(study.horizon),
            ),
        ],
        loc="lower right",
    )
