"""What the tests share: the tiny scenario, an experiment on it, and policies in Python."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

import tavolo

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def tiny() -> tavolo.Scenario:
    return tavolo.load(tavolo.configs / "tiny.toml")


@pytest.fixture(scope="session")
def command() -> str:
    """The command tavolo, built from the same tree."""
    found = os.environ.get("TAVOLO_COMMAND") or shutil.which("tavolo")
    local = ROOT / "build/release/tavolo"
    if not found and local.exists():
        found = str(local)
    if not found:
        pytest.skip("the command is not built: ./dev build")
    return found


@pytest.fixture
def experiment(tmp_path):
    """Writes an experiment on the tiny scenario."""

    def write(policies, *, replications=2, factors="", until=2025, events="all") -> Path:
        listed = ", ".join(f'"{p}"' for p in policies)
        file = tmp_path / "experiment.toml"
        file.write_text(
            f'question = "Does Python see what the command sees?"\n'
            f'scenario = "{tavolo.configs / "tiny.toml"}"\n\n'
            f'[design]\npolicies = [{listed}]\nbaseline = "{policies[0]}"\n'
            f'replications = {replications}\nseed = 1\nevents = "{events}"\n\n'
            f'[factors]\n"until" = [{until}]\n{factors}\n'
        )
        return file

    return write


ITALY = """
question = "Which of <three> policies & why?"
scenario = "{scenario}"
rank_by = "vehicles_2027"
responses = [
  {{ id = "vehicles_2027", indicator = "vehicles", year = 2027, better = "max", label = "vehicles in 2027" }},
  {{ id = "plant_jobs_2027", indicator = "plant_jobs", year = 2027, better = "max", label = "plant jobs in 2027" }},
  {{ id = "outlay", kind = "total", indicator = "public_outlay_eur", from = 2024, to = 2027, better = "min", label = "public outlay" }},
  {{ id = "job_years", kind = "total", indicator = "total_jobs", from = 2024, to = 2027, better = "max", label = "job-years" }},
  {{ id = "euro_per_job_year", kind = "ratio", numerator = "outlay", denominator = "job_years", label = "public euros per job-year", unit = "EUR/job-year" }},
]
[design]
policies = ["no_intervention", "wage_wedge", "transition_pact"]
baseline = "no_intervention"
replications = 6
seed = 20240101
"""  # noqa: E501


@pytest.fixture(scope="session")
def italy_store(tmp_path_factory) -> tavolo.Store:
    """Italy until 2027 in a small population: three policies, six draws of luck."""
    folder = tmp_path_factory.mktemp("italy")
    file = folder / "italy.toml"
    file.write_text(ITALY.format(scenario=tavolo.configs / "italy/2024.toml"))
    return tavolo.sweep(
        file, folder / "italy.sqlite", set={"until": 2027, "population.buyers": 5000}, threads=2
    )


@tavolo.policy("python_wage_wedge", meaning="wage_wedge, written again in Python")
def wage_wedge(view: tavolo.PolicyView) -> tavolo.Instruments:
    if view.budget_eur <= 0 or view.plant_jobs <= 0:
        return tavolo.Instruments()
    wages = 1.1 * view.plant_jobs * (34.0 * 1650.0)
    return tavolo.Instruments(wage_wedge_share=min(0.30 / 1.30, view.budget_eur / wages))


@tavolo.policy("python_transition_pact")
class TransitionPact:
    """transition_pact, written again in Python"""

    def decide(self, view: tavolo.PolicyView) -> tavolo.Instruments:
        levers = tavolo.Instruments(replay_schemes=True)
        budget = view.budget_eur
        if budget <= 0:
            return levers
        levers.transition_aid_eur = 0.40 * budget * 6
        levers.grant_share = 0.30
        levers.grant_budget_eur = 0.35 * budget
        levers.clawback_share = 1
        levers.purchase_budget_eur = 0.25 * budget
        levers.bonus_bev_eur = 3_000
        levers.bonus_phev_eur = 2_000
        levers.price_cap_eur = 35_000
        return levers
