"""The desk file: what it may say, what it refuses and in which words, and the example that explains it."""

import re
import tomllib
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from alerts.budget import PageBudget
from alerts.likeness import Likeness
from alerts.oncall import Call, Campaign, OnCall, Person, ShiftPlan
from alerts.policy import Policy
from alerts.rules import Step
from alerts.severity import Severity
from alerts.storm import StormPolicy
from alerts.watchdog import FeedPolicy
from scoring.profile import BrandProfile
from streams.desk import Desk, DeskError, Privacy, SlackSettings, load_desk

DESKS = Path(__file__).parent / "desks"
GOOD = sorted((DESKS / "good").glob("*.toml"))
BAD = sorted((DESKS / "bad").glob("*.toml"))
EXAMPLE = Path(__file__).parents[2] / "deploy" / "desk.example.toml"

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).timestamp()


def good(name):
    return load_desk(DESKS / "good" / f"{name}.toml")


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_file_is_read_and_gives_a_calendar(path):
    desk = load_desk(path)
    shift = desk.calendar.shift(at("2026-06-01T12:00"))
    assert shift.start <= at("2026-06-01T12:00") < shift.end


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_file_is_refused_with_its_key_its_value_and_what_is_allowed(path):
    expected = path.read_text().splitlines()[0].removeprefix("# error: ")
    with pytest.raises(DeskError) as refused:
        load_desk(path)
    assert str(refused.value) == f"{path}: {expected}"
    assert str(refused.value).isprintable()


def test_there_are_files_to_try():
    assert (len(GOOD) >= 5, len(BAD) >= 100) == (True, True)


def test_a_desk_file_is_read_as_it_is_written():
    desk = good("brands-only")
    accounts = {"x": ("kpn", "kpnwebcare"), "facebook": ("kpn",)}
    assert desk.profile_of("kpn") == BrandProfile(200, 43_200.0, 3_600.0, accounts, ("nl",))
    assert desk.profile_of("Albert Heijn") == desk.profile_of("nobody knows") == BrandProfile()
    assert (desk.alerts.hold_s, desk.alerts.watch.open) == (60.0, 0.2)
    assert desk.slack.channel == "#brand"


def test_without_a_file_or_with_an_empty_one_all_is_the_default():
    assert load_desk(None) == good("nothing") == Desk()
    assert load_desk(None).alerts == Policy()


def test_without_a_file_nobody_is_called_nothing_is_held_and_anyone_may_press():
    desk, noon = Desk(), at("2026-06-01T12:00")
    assert desk.calendar.chain(noon, Severity.CRITICAL) == ()
    assert desk.calendar.hold(noon, "acme") is None
    assert desk.page_budget.pages is None
    assert desk.allows("U0ANYONE")


def test_the_calendar_of_a_desk_knows_its_people_shifts_and_campaigns():
    calendar = good("round-the-clock").calendar
    assert calendar.shift(at("2026-06-06T06:59")).name == "Friday night"
    assert calendar.on_call(at("2026-06-01T07:00")) == ("anna", "bram")
    assert calendar.chain(at("2026-06-01T23:30"), Severity.CRITICAL) == (
        Step(0.0, ("bram", "anna")),
        Step(150.0, ("channel",)),
    )
    assert calendar.names == {"anna": "Anna de Wit", "bram": "bram"}
    campaigns = good("campaigns-and-quiet-hours").calendar
    assert campaigns.hold(at("2026-11-27T12:00"), "kpn").reason == "Black Friday: half price"


def test_a_campaign_may_begin_in_the_hour_that_clocks_skip():
    hold = good("campaigns-and-quiet-hours").calendar.hold(at("2026-03-29T03:15"), "kpn")
    assert (hold.by, hold.until) == ("campaign", at("2026-03-29T03:30"))


ANNA = {"anna": Person("U0ANNA")}


@pytest.mark.parametrize(
    ("allow", "people", "pressed", "allowed"),
    [
        pytest.param(None, ANNA, "U0ANNA", True, id="somebody of the desk"),
        pytest.param(None, ANNA, "U0ELSE", False, id="a stranger where people are named"),
        pytest.param(None, {}, "U0ELSE", True, id="anyone where nobody is named"),
        pytest.param("people", ANNA, "U0ELSE", False, id="a stranger where people alone may"),
        pytest.param("anyone", ANNA, "U0ELSE", True, id="a stranger where anyone may"),
    ],
)
def test_the_desk_says_who_may_press_the_buttons(allow, people, pressed, allowed):
    assert Desk(slack=SlackSettings(allow=allow), people=people).allows(pressed) is allowed


def test_what_does_not_fit_together_is_refused_without_a_file_too():
    shift = ShiftPlan("day", "08:00", "20:00", page=(Call(("zoe",)),))
    with pytest.raises(ValueError, match="zoe"):
        Desk(oncall=OnCall(shifts=(shift,)))
    noon = datetime.fromisoformat("2026-06-01T12:00")
    with pytest.raises(ValueError, match="until"):
        Desk(campaigns=(Campaign("Sale", noon, noon, "Marketing", "half price"),))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "No such file"),
        (lambda path: path.mkdir(), "Is a directory"),
        (lambda path: path.write_bytes(b'a = "\xff"'), "not TOML"),
    ],
    ids=["missing", "a folder", "not UTF-8"],
)
def test_a_desk_file_that_cannot_be_read_is_named(tmp_path, make, said):
    path = tmp_path / "desk.toml"
    make(path)
    with pytest.raises(DeskError, match=rf"desk\.toml: .*{said}"):
        load_desk(path)


# The example: what stands in it is the default; a # without a space after it hides what somebody may fill in.

FILLED_IN = re.sub(r"^#(?=[^ \n])", "", EXAMPLE.read_text(), flags=re.MULTILINE)


@pytest.fixture
def filled_in(tmp_path):
    path = tmp_path / "desk.toml"
    path.write_text(FILLED_IN)
    return load_desk(path)


def test_the_example_as_it_stands_is_the_default():
    assert load_desk(EXAMPLE) == Desk()


def test_the_example_filled_in_is_a_desk_that_works(filled_in):
    monday = at("2026-06-01T12:00")
    assert filled_in.calendar.on_call(monday) == ("anna", "bram")
    assert filled_in.calendar.hold(at("2026-07-01T12:00"), "acme").owner == "Marketing"
    acme = filled_in.brands["acme"]
    assert acme.accounts_with("outages") == {"x": ("acme_storing",), "facebook": ("acme",)}
    assert msgspec.structs.replace(acme, accounts={}) == BrandProfile()


def test_the_example_shows_every_key():
    written = tomllib.loads(FILLED_IN)
    shown = {
        Desk: written,
        SlackSettings: written["slack"],
        BrandProfile: written["brands"]["acme"],
        Person: written["people"]["anna"],
        OnCall: written["oncall"],
        ShiftPlan: written["oncall"]["shifts"][1],
        Campaign: written["campaigns"][0],
        Policy: written["alerts"],
        PageBudget: written["page_budget"],
        StormPolicy: written["storm"],
        Likeness: written["grouping"],
        FeedPolicy: written["feed"],
        Privacy: written["privacy"],
    }
    for kind, table in shown.items():
        assert (kind, set(table)) == (kind, {field.encode_name for field in msgspec.structs.fields(kind)})
