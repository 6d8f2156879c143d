"""Environments of the field's own interfaces."""

import numpy as np
import pytest

import tavolo

gymnasium = pytest.importorskip("gymnasium")


@pytest.fixture
def env(tiny):
    return tavolo.GovernmentEnv(tiny)


@pytest.mark.filterwarnings("ignore")
def test_it_passes_gymnasiums_check(env):
    from gymnasium.utils.env_checker import check_env

    check_env(env, skip_render_check=True)


@pytest.mark.parametrize("policy", ["no_intervention", "transition_pact", "adaptive"])
def test_the_levers_of_a_policy_make_the_future_of_its_run(tiny, env, policy):
    _, info = env.reset(seed=5)
    over = False
    while not over:
        _, _, over, _, info = env.play(tavolo.ask(policy, info["view"]))
    assert env.run().fingerprint == tiny.run(policy, seed=5).fingerprint


def test_a_step_is_a_year_and_the_last_one_ends(tiny, env):
    observation, info = env.reset(seed=1)
    years = [info["year"]]
    over = False
    while not over:
        observation, reward, over, _, info = env.step(np.zeros(env.action_space.shape))
        assert observation in env.observation_space
        assert reward == pytest.approx(info["view"].vehicles / info["view"].target_vehicles)
        years.append(info["year"])
    assert years == [2024, 2025, 2026, 2027, 2028]
    assert len(env.run().years) == 4


def test_resets_go_on_to_other_luck_and_a_seed_comes_back(env):
    def after_reset(**options):
        env.reset(**options)
        env.step(np.zeros(env.action_space.shape))
        return env.run().fingerprint

    first, second = after_reset(seed=1), after_reset()
    assert first != second
    assert after_reset(seed=1) == first
    assert after_reset(seed=1, options={"replication": 1}) == second


def test_levers_can_be_chosen(tiny):
    fixed = tavolo.Instruments(replay_schemes=True)
    env = tavolo.GovernmentEnv(tiny, levers={"pressure": 1.0}, fixed=fixed)
    assert env.action_space.shape == (1,)
    env.reset(seed=1)
    env.step(np.ones(1))
    direct = tavolo.GovernmentEnv(tiny)
    direct.reset(seed=1)
    direct.play(tavolo.Instruments(replay_schemes=True, pressure=1.0))
    assert env.run().fingerprint == direct.run().fingerprint


@pytest.mark.filterwarnings("ignore")
def test_several_governments_pass_pettingzoos_check(tiny):
    pytest.importorskip("pettingzoo")
    from pettingzoo.test import parallel_api_test

    parallel_api_test(tavolo.GovernmentsEnv(tiny), num_cycles=20)
