"""Who sits at tables: carmakers' postures and negotiators, in Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pandas as pd

from . import _core
from ._core import Posture, PostureView, TableView
from ._errors import refuse
from ._policies import as_function, first_line, others, source

T = TypeVar("T")


def posture(name: str, meaning: str = "") -> Callable[[T], T]:
    """Makes a function of a ``PostureView``, or a class with ``decide(view)``, known as a
    carmaker's posture, to be named by the scenario's key ``carmaker_posture``.

    >>> @tavolo.posture("quid_pro_quo", meaning="invests as far as the state pays")
    ... def quid_pro_quo(view):
    ...     paid = view.levers.grant_budget_eur + view.levers.transition_aid_eur
    ...     return tavolo.Posture(capex_share=1.0 if paid > 0 else 0.4, claim=0.2)
    >>> italy.change({"carmaker_posture": "quid_pro_quo"}).run("transition_pact")

    As with policies: no memory, no luck; it is asked twice, and a run of one that answers in two
    ways, raises, or returns something else fails with a RunError that names it.

    Raises InputError when the name is taken, or is not a word of a-z, 0-9 and _.
    """

    def register(rule: T) -> T:
        _core.add_posture(name, meaning or first_line(rule), as_function(rule))
        others["posture", name] = source(rule)
        return rule

    return register


def negotiator(name: str, meaning: str = "") -> Callable[[T], T]:
    """Makes a function of a ``TableView``, or a class with ``demand(view)``, known as a negotiation
    strategy: it answers with the utility that it asks for now. To be named wherever the scenario
    names one (``carmaker_strategy``, ``union_strategy``, ``government_strategy``), opponent models
    and acceptance conditions after a ``+`` as ever.

    >>> @tavolo.negotiator("deadline", meaning="stands firm, then gives in at the end")
    ... def deadline(view):
    ...     return view.best if view.time < 0.9 else view.bottom
    >>> italy.change({"union_strategy": "deadline"}).run("transition_pact")

    Of the outcomes worth as much the table chooses one as for every strategy; it takes what gives
    it no less. What it asks for is kept between ``view.bottom`` and ``view.best``. No memory, no
    luck: what it must remember is in the view.

    Raises InputError when the name is taken, or is not a word of a-z, 0-9 and _.
    """

    def register(rule: T) -> T:
        _core.add_negotiator(name, meaning or first_line(rule), as_function(rule, "demand"))
        others["negotiator", name] = source(rule)
        return rule

    return register


def postures() -> pd.DataFrame:
    """Every posture that can be named, with its meaning."""
    return pd.DataFrame(_core.postures(), columns=["posture", "meaning"]).set_index("posture")


def negotiators() -> pd.DataFrame:
    """Every negotiation strategy that can be named, with its meaning."""
    columns = ["negotiator", "meaning"]
    return pd.DataFrame(_core.negotiators(), columns=columns).set_index("negotiator")


def take(posture: str, view: PostureView) -> Posture:
    """What the posture of that name answers to a view: to try one without a run."""
    try:
        return _core.take_posture(posture, view)
    except KeyError:
        raise refuse(
            f"posture {posture!r} is unknown.",
            "Only a posture can be taken.",
            "Choose one of tavolo.postures().",
        ) from None


__all__ = [
    "Posture", "PostureView", "TableView", "negotiator", "negotiators", "posture", "postures",
    "take",
]  # fmt: skip
