"""The page that says what is kept of people says so of every topic, and as it is."""

import re
from pathlib import Path

import pytest

from alerts.policy import Policy
from scoring.complaint import COMPLAINT_EXCERPT
from scoring.engine import RETENTION_S
from scoring.thread_state import EXCERPT
from streams.desk.privacy import DAY_S, USUAL_DAYS
from streams.pseudonyms import KEY, LEAST_KEY, Pseudonyms
from streams.topics import topic_specs

PAGE = (Path(__file__).parents[2] / "deploy" / "PRIVACY.md").read_text()
ROWS = {
    name: [cell.strip() for cell in line.split("|")[1:-1]]
    for line in PAGE.splitlines()
    if (name := next(iter(re.findall(r"^\| topic `([a-z.]+)`", line)), None)) is not None
}


@pytest.mark.parametrize("spec", topic_specs(), ids=lambda spec: spec.name)
def test_every_topic_is_there_with_how_long_it_is_kept(spec):
    assert len(ROWS[spec.name]) == 4
    if not spec.compacted:
        assert f"{spec.retention_s / DAY_S:g} days" in ROWS[spec.name][3]


def test_no_topic_is_there_that_is_none():
    assert set(ROWS) == {spec.name for spec in topic_specs()}


def test_figures_are_those_of_the_code():
    said = " ".join(PAGE.split())
    for figure in (
        f"first {EXCERPT} characters",
        f"({COMPLAINT_EXCERPT} of a complaint",
        f"nobody writes in for {RETENTION_S / DAY_S:g} days",
        f"go {USUAL_DAYS:g} days after it is over",
        f"all else of it after {Policy().forget_s / DAY_S:g}",
        f"Set `{KEY}`",
        f"a secret of {LEAST_KEY} or more characters",
    ):
        assert figure in said
    assert re.fullmatch(r"author-[0-9a-f]{12}", Pseudonyms("k" * LEAST_KEY).name("klant"))
