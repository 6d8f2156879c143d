"""How figures look: sizes of a journal's page, colours that colour-blind people tell apart."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

#: Okabe & Ito (2008), "Color Universal Design", in an order in which neighbours also differ in
#: lightness, so that they are told apart in greyscale.
BLUE, ORANGE, GREEN, SKY, VERMILLION, PURPLE, YELLOW, BLACK = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#56B4E9",
    "#D55E00",
    "#CC79A7",
    "#F0E442",
    "#000000",
)
PALETTE = (BLUE, ORANGE, GREEN, VERMILLION, SKY, PURPLE, YELLOW, BLACK)
GREY, PALE = "#6B6B6B", "#D9D9D9"
#: From lost to won through white; no red and green.
DIVERGING = mpl.colors.LinearSegmentedColormap.from_list(
    "tavolo", [VERMILLION, "#F3B88C", "#F7F7F7", "#8FC1DE", BLUE]
)
#: White to dark: by lightness alone.
SEQUENTIAL = mpl.colors.LinearSegmentedColormap.from_list(
    "tavolo_sequential", ["#FFFFFF", "#CFE1EE", "#7FB2D6", BLUE, "#003A5D"]
)

SINGLE, DOUBLE = 3.5, 7.2  # inches: a column of a journal, a page

STYLE = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 7.5,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 7.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.edgecolor": GREY,
    "axes.axisbelow": True,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "xtick.color": "#333333",
    "ytick.color": "#333333",
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 7,
    "lines.linewidth": 1.4,
    "hatch.linewidth": 0.5,
    "figure.dpi": 110,
    "savefig.dpi": 300,
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "tavolo",  # the same figure is the same file
    "pdf.fonttype": 42,
}


def styled(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """Draws in this style, whatever the caller's is, and leaves that alone."""

    @functools.wraps(draw)
    def inner(*args: Any, **kwargs: Any) -> Figure:
        with mpl.rc_context(STYLE):
            return draw(*args, **kwargs)

    return inner


def figure(width: float, height: float) -> Figure:
    return Figure(figsize=(width, height), layout="constrained")


def save(
    drawn: Figure, path: str | os.PathLike[str], formats: Iterable[str] = ("svg", "pdf", "png")
) -> list[Path]:
    """Writes a figure as ``path``.svg, .pdf and .png (300 dots an inch); or as the one format that
    ``path`` ends in.

    The same figure gives the same bytes: no dates are written.
    """
    target = Path(path)
    if target.suffix[1:] in ("svg", "pdf", "png"):
        formats, target = (target.suffix[1:],), target.with_suffix("")
    files = []
    with mpl.rc_context(STYLE):
        for suffix in formats:
            file = target.with_name(f"{target.name}.{suffix}")
            no_date = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(suffix)
            drawn.savefig(file, metadata=no_date)
            files.append(file)
    return files


def thousands(axis: Any) -> None:
    """750k, 1.0M on an axis."""

    def text(value: float, _: int) -> str:
        if abs(value) >= 1e6:
            return f"{value / 1e6:.1f}M"
        return f"{value / 1e3:.0f}k" if abs(value) >= 1e3 else f"{value:.0f}"

    axis.set_major_formatter(FuncFormatter(text))


def percent(axis: Any) -> None:
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.0f} %"))


def money(axis: Any) -> None:
    def text(value: float, _: int) -> str:
        for size, word in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
            if abs(value) >= size:
                return f"{value / size:g} {word}"
        return f"{value:g}"

    axis.set_major_formatter(FuncFormatter(text))


def unit_axis(axis: Any, unit: str) -> None:
    """Ticks in the words of a unit."""
    if unit == "0..1":
        percent(axis)
    elif unit.startswith("EUR"):
        money(axis)
    elif unit in ("vehicles", "jobs", "EUR/job-year"):
        thousands(axis)


def note(drawn: Figure, text: str) -> None:
    """A line below everything: what the figure shows and how sure it is."""
    drawn.supxlabel(text, x=0.01, ha="left", fontsize=6.2, color=GREY)
