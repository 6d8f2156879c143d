"""EMA Workbench: scenario discovery and robust decisions over values of a scenario."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ema_workbench import (
    CategoricalParameter,
    Constant,
    IntegerParameter,
    Model,
    RealParameter,
    ScalarOutcome,
)

from . import Response, play


def model(
    scenario: str | os.PathLike[str],
    uncertainties: Mapping[str, tuple[float, float]],
    policies: Iterable[str],
    outcomes: Mapping[str, Response],
    *,
    changes: Mapping[str, Any] | None = None,
    seed: int = 1,
    replications: int = 1,
) -> Model:
    """An EMA Workbench model of a scenario.

    ``uncertainties``: paths with bounds; whole bounds make a whole parameter. In the workbench
    their names have _ for what stands in no name (``demand.peer_effect``: demand_peer_effect). The
    one lever is ``strategy``, the policy's name (the workbench calls something else a policy); a
    single one is a constant.
    Every experiment meets the same luck, ``replications`` futures of it.
    """
    paths = {re.sub(r"\W", "_", path): path for path in uncertainties}

    def future(strategy: str, **values: float) -> dict[str, float]:
        applied = {**(changes or {}), **{paths[name]: value for name, value in values.items()}}
        return play(os.fspath(scenario), strategy, outcomes, seed, replications, applied)

    made = Model("tavolo", function=future)
    made.uncertainties = [
        (IntegerParameter if isinstance(low, int) and isinstance(high, int) else RealParameter)(
            name, low, high
        )
        for name, (low, high) in zip(paths, uncertainties.values(), strict=True)
    ]
    names = list(policies)
    if len(names) > 1:
        made.levers = [CategoricalParameter("strategy", names)]
    else:  # a lever has two positions at least
        made.constants = [Constant("strategy", names[0])]
    made.outcomes = [ScalarOutcome(name) for name in outcomes]
    return made
