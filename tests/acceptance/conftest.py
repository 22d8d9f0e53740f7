"""The desk that the scripts are played on."""

import pytest

from alerts.standin import StandIn
from scoring.engine import Models
from tests.acceptance.stage import Stage, desk

PEOPLE = """
[people.anna]
slack = "U0ANNA"
name = "Anna de Wit"
[people.bram]
slack = "U0BRAM"
name = "Bram Visser"

[oncall]
timezone = "Europe/Amsterdam"

[[oncall.shifts]]
name = "always"
from = "00:00"
until = "00:00"
page = [{ after_min = 0, who = ["anna"] }, { after_min = 10, who = ["bram"] }, { after_min = 20, who = ["here"] }]
"""


@pytest.fixture(scope="session")
def models():
    return Models.load()


@pytest.fixture
async def on(models, tmp_path):
    """Make a stage; `more` is added to the desk file."""
    made = []

    async def make(more: str = "", people: str = PEOPLE) -> Stage:
        slack = await StandIn().__aenter__()
        stage = await Stage(models, desk(tmp_path, people + more), slack).__aenter__()
        made.append((slack, stage))
        return stage

    yield make
    for slack, stage in made:
        await stage.__aexit__(None, None, None)
        await slack.__aexit__(None, None, None)
