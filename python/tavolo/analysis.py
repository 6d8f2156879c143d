"""What a store says of its policies and futures, by methods of the field: ranks across futures with
critical differences, and trees that find the conditions under which something happens.

The command has the other half (``tavolo benchmark``, ``tavolo analyse``): paired differences,
selection, robustness, regret, games, sensitivity, PRIM.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ._errors import refuse
from ._stores import Store, open


@dataclass(frozen=True)
class Ranking:
    """Policies by mean rank across futures, 1 the best.

    Friedman's (1937) test asks whether all are alike: ``chi_square`` with k - 1 degrees of freedom,
    and Iman & Davenport's (1980) less timid ``f`` with k - 1 and (k - 1)(n - 1), both corrected
    for ties (Conover 1999, Practical Nonparametric Statistics, 3rd ed., section 5.8). Two policies
    differ (Nemenyi 1963) when their mean ranks are ``critical_difference`` apart, which supposes no
    ties and is too wide where there are many; ``groups`` has the largest sets of which no two do.
    Demsar (2006), "Statistical comparisons of classifiers over multiple data sets", J. Mach. Learn.
    Res. 7, 1-30.
    """

    mean_ranks: pd.Series  #: by policy, best first
    futures: int
    chi_square: float
    chi_square_p: float
    f: float
    f_p: float
    critical_difference: float
    level: float
    groups: list[list[str]]

    def text(self) -> str:
        """The same in words and a table."""
        alike = " " * 2
        marks = [[("|" if policy in group else " ") for policy in self.mean_ranks.index]
                 for group in self.groups if len(group) > 1]  # fmt: skip
        width = max(map(len, self.mean_ranks.index))
        lines = [
            f"{len(self.mean_ranks)} policies ranked in {self.futures} futures (1 the best)",
            f"Friedman: chi-square {self.chi_square:.2f}, p = {self.chi_square_p:.2g}; "
            f"Iman-Davenport: F = {self.f:.2f}, p = {self.f_p:.2g}",
            f"Nemenyi: mean ranks differ at {100 * self.level:g} % when they are "
            f"{self.critical_difference:.2f} apart; a bar joins those that do not",
            "",
        ]
        for i, (policy, rank) in enumerate(self.mean_ranks.items()):
            bars = alike.join(column[i] for column in marks)
            lines.append(f"  {policy:{width}}  {rank:5.2f}  {bars}".rstrip())
        return "\n".join(lines) + "\n"


def by_future(
    store: Store | str, indicator: str, year: int, *, policies: Iterable[str] | None = None
) -> pd.DataFrame:
    """A row a future, a column a policy: means over replications of an indicator in a year.

    A future is a combination of factor levels; in an experiment without any, a replication is one.
    Futures in which a policy has no run are left out.
    """
    opened = store if isinstance(store, Store) else open(store)
    frame = opened.results([indicator], policies=policies)
    frame = frame[frame["year"] == year]
    varied = [name for name in opened.factors if frame[name].nunique() > 1]
    keys = varied or ["replication"]
    table = frame.pivot_table(index=keys, columns="policy", values=indicator, observed=True)
    return table.dropna()


def rank(values: pd.DataFrame, *, better: str = "max", level: float = 0.05) -> Ranking:
    """Ranks the columns of a table of futures (``by_future``): ties share their mean rank.

    Raises InputError for fewer than two columns or two rows.
    """
    from scipy import stats

    n, k = values.shape
    if n < 2 or k < 2:
        raise refuse(
            f"{k} policies in {n} futures cannot be ranked.",
            "Ranks compare two or more in two or more.",
            "Take a store with more of them, or a year that its runs reach.",
        )
    signed = values.to_numpy(float) * (-1.0 if better == "max" else 1.0)
    ranks = stats.rankdata(signed, axis=1)
    means = pd.Series(ranks.mean(axis=0), index=[str(c) for c in values.columns])
    return of_mean_ranks(
        means.sort_values(kind="stable"),
        n,
        level=level,
        variance=float(ranks.var(axis=1, ddof=1).mean()),
    )


def of_mean_ranks(
    means: pd.Series, n: int, *, level: float = 0.05, variance: float | None = None
) -> Ranking:
    """The tests of policies whose mean ranks in n futures are known, the best first.

    ``variance`` is that of a future's ranks (with k - 1), the mean over futures: k (k + 1) / 12
    without ties, which is meant when it is left out, and less with them.
    """
    from scipy import stats

    k = len(means)
    if variance is None:
        variance = k * (k + 1) / 12
    between = n * float(((means - (k + 1) / 2) ** 2).sum())
    chi = between / variance if variance > 0 else 0.0  # all tie everywhere: all are alike
    rest = n * (k - 1) - chi
    f = (n - 1) * chi / rest if rest > 1e-12 else np.inf
    critical = float(
        stats.studentized_range.ppf(1 - level, k, np.inf)
        / np.sqrt(2)
        * np.sqrt(k * (k + 1) / (6 * n))
    )
    return Ranking(
        means, n, chi, float(stats.chi2.sf(chi, k - 1)), float(f),
        float(stats.f.sf(f, k - 1, (k - 1) * (n - 1))), critical, level, _groups(means, critical),
    )  # fmt: skip


def _groups(means: pd.Series, critical: float) -> list[list[str]]:
    """Largest runs of ranks that end within a critical difference of their first."""
    found: list[list[str]] = []
    names, ranks = list(means.index), means.to_numpy()
    for i in range(len(names)):
        last = int(np.searchsorted(ranks, ranks[i] + critical, side="right"))
        if not found or names[last - 1] not in found[-1]:
            found.append(names[i:last])
    return found


@dataclass(frozen=True)
class Conditions:
    """What a tree has found: leaves as boxes of factors.

    ``density``: share of a leaf's runs in which it happens; ``coverage``: of all runs in which it
    happens, the leaf's share; ``support``: the leaf's share of runs. ``score``: balanced accuracy
    of the tree in cross-validation, 0.5 for one that knows nothing.
    """

    boxes: pd.DataFrame
    score: float
    score_sd: float
    share: float
    tree: Any  #: scikit-learn's, to draw or ask

    def text(self) -> str:
        """The boxes in which it happens most, as sentences."""
        lines = [f"It happens in {100 * self.share:.1f} % of runs; balanced accuracy in "
                 f"cross-validation {self.score:.2f} ± {self.score_sd:.2f}", ""]  # fmt: skip
        for _, box in self.boxes.iterrows():
            lines.append(f"  in {100 * box.density:3.0f} % of runs where "
                         f"{box.conditions or 'ever'} "
                         f"(covers {100 * box.coverage:.0f} % of the cases, "
                         f"{100 * box.support:.0f} % of runs)")  # fmt: skip
        return "\n".join(lines) + "\n"


def conditions(
    factors: pd.DataFrame,
    happens: Sequence[bool],
    *,
    most_leaves: int = 8,
    least_share: float = 0.05,
) -> Conditions:
    """CART (Breiman, Friedman, Olshen & Stone 1984): in which boxes of factors something happens.

    The second method of scenario discovery, beside PRIM (Lempert, Bryant & Bankes 2008, "Comparing
    algorithms for scenario discovery", RAND WR-557). The tree is pruned by cost complexity to what
    five-fold cross-validation bears out, within one standard error (op. cit., 3.4.3); a leaf holds
    at least ``least_share`` of the runs. The same data give the same tree.

    ``factors``: a column a factor, words are told apart by equality. Raises InputError when it
    always happens or never.
    """
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.tree import DecisionTreeClassifier

    what = np.asarray(happens, bool)
    if what.all() or not what.any():
        raise refuse(
            f"it happens in {'every' if what.all() else 'no'} run.",
            "There is nothing to tell apart.",
            "Move the bound, or take a store in which it happens now and then.",
        )
    plain = pd.get_dummies(
        factors.apply(lambda c: c.astype(str) if c.dtype.kind not in "biuf" else c)
    )
    values = plain.to_numpy(float)
    common = {"min_samples_leaf": max(2, int(least_share * len(what))), "random_state": 0,
              "max_leaf_nodes": most_leaves, "class_weight": "balanced"}  # fmt: skip
    path = DecisionTreeClassifier(**common).cost_complexity_pruning_path(values, what)
    alphas = np.unique(np.maximum(0.0, path.ccp_alphas))[:-1]
    alphas = alphas if len(alphas) else np.zeros(1)
    folds = StratifiedKFold(max(2, min(5, int(min(what.sum(), (~what).sum())))), shuffle=True,
                            random_state=0)  # fmt: skip
    scores = np.array([
        cross_val_score(DecisionTreeClassifier(**common, ccp_alpha=a), values, what, cv=folds,
                        scoring="balanced_accuracy") for a in alphas
    ])  # fmt: skip
    means, errors = scores.mean(axis=1), scores.std(axis=1, ddof=1) / np.sqrt(scores.shape[1])
    best = int(means.argmax())
    chosen = int(np.flatnonzero(means >= means[best] - errors[best]).max())  # the smallest tree
    tree = DecisionTreeClassifier(**common, ccp_alpha=alphas[chosen]).fit(values, what)
    boxes = _leaves(tree, list(plain.columns), values, what)
    return Conditions(boxes, float(means[chosen]), float(scores[chosen].std(ddof=1)),
                      float(what.mean()), tree)  # fmt: skip


def discover(
    store: Store | str,
    indicator: str,
    year: int,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    policies: Iterable[str] | None = None,
    **options: Any,
) -> Conditions:
    """``conditions`` of a store: under which factors (and policies) an indicator of a year reaches
    a bound.

    >>> found = discover("futures.sqlite", "vehicles", 2030, at_least=1_000_000)
    >>> print(found.text())
    """
    opened = store if isinstance(store, Store) else open(store)
    frame = opened.results([indicator], policies=policies)
    frame = frame[frame["year"] == year]
    if (at_least is None) == (at_most is None):
        raise refuse("discover needs one bound.", "Something happens or it does not.",
                     "Give at_least or at_most.")  # fmt: skip
    names = [n for n in ("policy", *opened.factors) if frame[n].nunique() > 1]
    if not names:
        raise refuse(f"{opened.path} varies nothing.", "Conditions are of factors or policies.",
                     "Take a store of an experiment with factors.")  # fmt: skip
    value = frame[indicator]
    happens = value >= at_least if at_least is not None else value <= at_most
    return conditions(frame[names], happens, **options)


def _leaves(tree: Any, names: list[str], values: np.ndarray, what: np.ndarray) -> pd.DataFrame:
    nodes, of_run, rows = tree.tree_, tree.apply(values), []

    def walk(node: int, low: dict[str, float], high: dict[str, float]) -> None:
        if nodes.children_left[node] < 0:
            inside = of_run == node
            rows.append({
                "conditions": " and ".join(_side(n, low.get(n), high.get(n)) for n in names
                                           if n in low or n in high),
                "density": what[inside].mean(), "coverage": what[inside].sum() / what.sum(),
                "support": inside.mean(), "low": low, "high": high,
            })  # fmt: skip
            return
        name, at = names[nodes.feature[node]], float(nodes.threshold[node])
        walk(nodes.children_left[node], low, {**high, name: min(at, high.get(name, np.inf))})
        walk(nodes.children_right[node], {**low, name: max(at, low.get(name, -np.inf))}, high)

    walk(0, {}, {})
    return pd.DataFrame(rows).sort_values(
        "density", ascending=False, kind="stable", ignore_index=True
    )


def _side(name: str, low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"{low:.4g} < {name} <= {high:.4g}"
    return f"{name} > {low:.4g}" if low is not None else f"{name} <= {high:.4g}"


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m tavolo rank`` and ``discover``."""
    import argparse

    parser = argparse.ArgumentParser(
        prog="python -m tavolo rank",
        description="Ranks a store's policies across its futures; with --at-least or --at-most "
        "finds the conditions under which a bound is reached instead (CART).",
    )
    parser.add_argument("store")
    parser.add_argument("indicator")
    parser.add_argument("year", type=int)
    parser.add_argument("--better", choices=("max", "min"), default="max")
    parser.add_argument("--level", type=float, default=0.05, help="of significance")
    parser.add_argument("--policy", action="append", help="only these; may be repeated")
    parser.add_argument("--at-least", type=float)
    parser.add_argument("--at-most", type=float)
    given = parser.parse_args(arguments)
    if given.at_least is not None or given.at_most is not None:
        print(discover(given.store, given.indicator, given.year, at_least=given.at_least,
                       at_most=given.at_most, policies=given.policy).text(), end="")  # fmt: skip
        return 0
    table = by_future(given.store, given.indicator, given.year, policies=given.policy)
    print(rank(table, better=given.better, level=given.level).text(), end="")
    return 0
