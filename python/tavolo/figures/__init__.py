"""Figures for a paper, one call each.

>>> from tavolo import figures
>>> drawn = figures.output("italy.sqlite")
>>> figures.save(drawn, "output")          # output.svg, output.pdf, output.png

Every function takes a store or its path and returns a matplotlib figure. Colours are those of Okabe
and Ito; what colour says is also said by shape, hatch or lightness. Intervals and verdicts are the
engine's (``tavolo benchmark``, ``tavolo compare``). Needs matplotlib: ``pip install '.[figures]'``
in a clone.
"""

from __future__ import annotations

import os
from pathlib import Path

try:
    import matplotlib  # noqa: F401
except ModuleNotFoundError as missing:
    from .._errors import refuse

    raise refuse(
        "matplotlib is not installed.",
        "Figures are drawn by it.",
        "In a clone: pip install '.[figures]'",
    ) from missing

from .._errors import InputError
from ._market import shares
from ._output import Source, countries, europe, output, plants, study_of
from ._policies import cost_per_job, pareto, ranking, regret, stakes
from ._style import PALETTE, save
from ._tables import bargains, timeline

#: All figures, by the name of their file.
ALL = {
    "output": output,
    "plants": plants,
    "europe": europe,
    "shares": shares,
    "ranking": ranking,
    "stakes": stakes,
    "regret": regret,
    "pareto": pareto,
    "countries": countries,
    "bargains": bargains,
    "cost_per_job": cost_per_job,
    "timeline": timeline,
}


def save_all(
    source: Source,
    folder: str | os.PathLike[str],
    formats: tuple[str, ...] = ("svg", "pdf", "png"),
) -> dict[str, list[Path] | InputError]:
    """Draws every figure that the store has the data for into a folder.

    Returns the files of each; of those that cannot be drawn, why.
    """
    study = study_of(source)
    Path(folder).mkdir(parents=True, exist_ok=True)
    made: dict[str, list[Path] | InputError] = {}
    for name, draw in ALL.items():
        try:
            made[name] = save(draw(study), Path(folder) / name, formats)
        except InputError as error:
            made[name] = error
    return made


__all__ = ["ALL", "PALETTE", "save", "save_all", *ALL]
