"""Several governments as a PettingZoo environment: all set their levers at once, once a year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gymnasium
import numpy as np
from pettingzoo import ParallelEnv

from . import _core
from ._core import Instruments
from ._runs import Run, Scenario
from .environments import (
    LEVERS,
    Reward,
    instruments,
    observation_space,
    observe,
    vehicles_per_target,
)


class GovernmentsEnv(ParallelEnv):
    """Every government of a scenario that follows a strategy; one step is a year.

    Agents are ``Scenario.governments``. Observations, actions and rewards are those of
    GovernmentEnv, for each of them; nobody sees what another sets this year.
    """

    metadata = {"name": "tavolo_governments_v0", "render_modes": []}  # noqa: RUF012

    def __init__(
        self,
        scenario: Scenario,
        *,
        levers: Mapping[str, float] | None = None,
        reward: Reward = vehicles_per_target,
        seed: int = 1,
    ) -> None:
        self.scenario = scenario
        self.levers = dict(levers or LEVERS)
        self.reward = reward
        self.render_mode = None
        self.possible_agents = list(scenario.governments)
        self.agents: list[str] = []
        self._observation = {agent: observation_space() for agent in self.possible_agents}
        self._action = {
            agent: gymnasium.spaces.Box(0.0, 1.0, (len(self.levers),), np.float64)
            for agent in self.possible_agents
        }
        self._seed, self._replication = seed, -1
        self._episode: _core.Episode | None = None

    def observation_space(self, agent: str) -> gymnasium.spaces.Box:
        """As of GovernmentEnv."""
        return self._observation[agent]

    def action_space(self, agent: str) -> gymnasium.spaces.Box:
        """As of GovernmentEnv."""
        return self._action[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, np.ndarray], dict[str, dict[str, Any]]]:
        """Begins a future. ``options``: {"replication": r} chooses its luck."""
        if seed is not None:
            self._seed, self._replication = seed, -1
        self._replication = (options or {}).get("replication", self._replication + 1)
        self.agents = list(self.possible_agents)
        self._episode = _core.Episode(
            self.scenario._ready, self.agents, "no_intervention", self._seed, self._replication
        )
        return self._see()

    def step(self, actions: Mapping[str, np.ndarray]) -> tuple[dict, dict, dict, dict, dict]:
        """Plays the year under everybody's levers."""
        assert self._episode is not None, "reset() comes first"
        none = Instruments()
        self._episode.step([instruments(self.levers, actions[a], none) for a in self.agents])
        observations, infos = self._see()
        rewards = {agent: float(self.reward(infos[agent]["view"])) for agent in self.agents}
        over = self._episode.over
        terminated = dict.fromkeys(self.agents, over)
        truncated = dict.fromkeys(self.agents, False)
        if over:
            self.agents = []
        return observations, rewards, terminated, truncated, infos

    def run(self) -> Run:
        """What the episode has left behind so far, as a run."""
        assert self._episode is not None, "reset() comes first"
        record = self._episode.record()
        return Run(self.scenario, record, "GovernmentsEnv", self._seed, self._replication)

    def _see(self) -> tuple[dict[str, np.ndarray], dict[str, dict[str, Any]]]:
        assert self._episode is not None
        views = dict(zip(self.possible_agents, self._episode.views(), strict=True))
        year = self._episode.year
        return (
            {agent: observe(view) for agent, view in views.items()},
            {agent: {"view": view, "year": year} for agent, view in views.items()},
        )
