"""The government's task as a Gymnasium environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import gymnasium
import numpy as np

from . import _core
from ._core import Instruments, PolicyView
from ._runs import Run, Scenario

#: The view of a government as numbers, in order; as in PolicyView.
OBSERVATION = tuple(name for name, *_ in _core.view_fields())

#: Levers that an action sets when none are named, with the largest value of each.
LEVERS: dict[str, float] = {
    "purchase_budget_eur": 2e9,
    "bonus_bev_eur": 10_000.0,
    "bonus_phev_eur": 10_000.0,
    "scrappage_extra_eur": 5_000.0,
    "home_made_extra_eur": 5_000.0,
    "grant_share": 0.5,
    "grant_budget_eur": 2e9,
    "clawback_share": 1.0,
    "transition_aid_eur": 5e9,
    "output_premium_eur": 2_000.0,
    "output_premium_floor": 1.5e6,
    "output_premium_budget_eur": 2e9,
    "charging_budget_eur": 1e9,
    "entrant_budget_eur": 2e9,
    "pressure": 1.0,
}

Reward = Callable[[PolicyView], float]


def vehicles_per_target(view: PolicyView) -> float:
    """What was made at home last year, as a share of the government's target."""
    return view.vehicles / view.target_vehicles if view.target_vehicles > 0 else 0.0


def observe(view: PolicyView) -> np.ndarray:
    """A view as numbers, in the order of OBSERVATION."""
    return np.array([float(getattr(view, name)) for name in OBSERVATION])


def instruments(levers: Mapping[str, float], action: np.ndarray, fixed: Instruments) -> Instruments:
    """The levers of an action, each a share 0..1 of its largest value, on top of fixed ones."""
    values = {name: getattr(fixed, name) for name, *_ in _core.instrument_fields()}
    for share, (name, most) in zip(np.clip(action, 0, 1), levers.items(), strict=True):
        values[name] = float(share) * most
    return Instruments(**values)


def observation_space() -> gymnasium.spaces.Box:
    """Numbers of a view, in their units."""
    return gymnasium.spaces.Box(-np.inf, np.inf, (len(OBSERVATION),), np.float64)


class GovernmentEnv(gymnasium.Env):
    """One government, one step a year: it sees last year's figures and sets its instruments.

    Observation: the numbers of a PolicyView, in their units and in the order of
    ``tavolo.environments.OBSERVATION``. Action: for every lever in ``levers``, the share 0..1 of
    the largest value given there; other levers stand as in ``fixed``. Reward: ``reward`` of the
    view after the year; by default what was made at home as a share of the target. The episode is
    terminated after the scenario's last year. ``info`` has the view and the year.

    Other governments that follow a strategy keep to the scenario's. The same levers as a policy
    would set make the same future as its run, bit for bit. ``reset(seed=…)`` names the luck: seed
    is that of a run; a reset without one goes on to the next replication.
    """

    metadata = {"render_modes": []}  # noqa: RUF012  (Gymnasium's own attribute)

    def __init__(
        self,
        scenario: Scenario,
        *,
        levers: Mapping[str, float] | None = None,
        fixed: Instruments | None = None,
        reward: Reward = vehicles_per_target,
        others: str = "no_intervention",
        seed: int = 1,
    ) -> None:
        self.scenario = scenario
        self.levers = dict(levers or LEVERS)
        self.fixed = fixed or Instruments()
        self.reward = reward
        self.others = others
        self.observation_space = observation_space()
        self.action_space = gymnasium.spaces.Box(0.0, 1.0, (len(self.levers),), np.float64)
        self._seed, self._replication = seed, -1
        self._episode: _core.Episode | None = None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Begins a future. ``options``: {"replication": r} chooses its luck."""
        super().reset(seed=seed)
        if seed is not None:
            self._seed, self._replication = seed, -1
        self._replication = (options or {}).get("replication", self._replication + 1)
        government = self.scenario.governments[:1]
        self._episode = _core.Episode(
            self.scenario._ready, government, self.others, self._seed, self._replication
        )
        return self._see()

    def step(self, action: np.ndarray) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Plays the year under the levers of an action."""
        return self.play(instruments(self.levers, action, self.fixed))

    def play(self, levers: Instruments) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """The same under levers given as such."""
        assert self._episode is not None, "reset() comes first"
        self._episode.step([levers])
        observation, info = self._see()
        return observation, float(self.reward(info["view"])), self._episode.over, False, info

    def run(self) -> Run:
        """What the episode has left behind so far, as a run."""
        assert self._episode is not None, "reset() comes first"
        record = self._episode.record()
        return Run(self.scenario, record, "GovernmentEnv", self._seed, self._replication)

    def _see(self) -> tuple[np.ndarray, dict[str, Any]]:
        assert self._episode is not None
        view = self._episode.views()[0]
        return observe(view), {"view": view, "year": self._episode.year}
