"""Strategies: those of the catalogue, and those of your own."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import pandas as pd

from . import _core
from ._core import Instruments, PolicyView
from ._errors import refuse

Decide = Callable[[PolicyView], Instruments]
T = TypeVar("T")

#: Source of the policies registered here, by name: stores keep it.
sources: dict[str, str] = {}
#: The same of postures and negotiators, by kind and name.
others: dict[tuple[str, str], str] = {}


def used_sources(policies: Iterable[str], texts: Iterable[str]) -> dict[str, str]:
    """Source of those of these policies that are Python's, and of the postures and negotiators that
    a scenario, an experiment or a change (``texts``) names."""
    used = {name: sources[name] for name in policies if name in sources}
    words = {word for text in texts for word in re.findall(r"\w+", text.lower())}
    return used | {f"{k} {name}": text for (k, name), text in others.items() if name in words}


def policy(name: str, meaning: str = "") -> Callable[[T], T]:
    """Makes a function, or a class with ``decide(view)``, known as the policy ``name``.

    >>> @tavolo.policy("fading_bonus", meaning="bonus that fades as electric cars spread")
    ... def fading_bonus(view):
    ...     bonus = 6_000 * max(0.0, 1 - view.bev_share / 0.55)
    ...     return tavolo.Instruments(purchase_budget_eur=view.budget_eur, bonus_bev_eur=bonus)

    It can then be named wherever a policy is named: in runs, experiments and scenarios, for as long
    as the process lives. A strategy is a rule: it has no memory and draws no luck, so that the same
    view has the same answer. It is asked twice to make sure; a run of one that answers otherwise,
    raises, or returns something else fails with a RunError that names it.

    Raises InputError when the name is taken, or is not a word of a-z, 0-9 and _.
    """

    def register(strategy: T) -> T:
        _core.add_policy(name, meaning or first_line(strategy), as_function(strategy))
        sources[name] = source(strategy)
        return strategy

    return register


def as_function(strategy: Any, method: str = "decide") -> Callable[[Any], Any]:
    """What is called with a view: the function itself, or the method of an object or class."""
    if inspect.isclass(strategy):
        strategy = strategy()
    decide = getattr(strategy, method, strategy)
    if not callable(decide):
        raise refuse(
            f"{strategy!r} is no strategy.",
            "A strategy answers a view.",
            f"Give a function of a view, or a class with a method {method}(view).",
        )
    return decide


def source(strategy: Any) -> str:
    """The text of a strategy, or what can be said of it when it has none."""
    try:
        thing = strategy if inspect.isclass(strategy) or inspect.isroutine(strategy) else None
        return textwrap.dedent(inspect.getsource(thing or type(strategy)))
    except (OSError, TypeError):
        return repr(getattr(strategy, "__qualname__", type(strategy).__qualname__))


def policies() -> pd.DataFrame:
    """Every policy that can be named, with its meaning."""
    return pd.DataFrame(_core.policies(), columns=["policy", "meaning"]).set_index("policy")


def ask(policy: str, view: PolicyView) -> Instruments:
    """What the policy of that name answers to a view: to try a strategy without a run."""
    try:
        return _core.decide(policy, view)
    except KeyError:
        raise refuse(
            f"policy {policy!r} is unknown.",
            "Only a strategy can be asked.",
            "Choose one of tavolo.policies().",
        ) from None


def first_line(strategy: Any) -> str:
    """Of its documentation: what it means when nothing else is said."""
    text = inspect.getdoc(strategy) or "a strategy in Python"
    return text.splitlines()[0][:80]
