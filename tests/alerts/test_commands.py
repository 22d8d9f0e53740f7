from datetime import datetime

import pytest
from board_samples import NOW, ZONE
from hypothesis import given
from hypothesis import strategies as st

from alerts.slack.hearing.commands import (
    CommandError,
    DigestAsked,
    HelpAsked,
    SilenceAsked,
    StatusAsked,
    UnsilenceAsked,
    WhoAsked,
    read_command,
)
from scoring.errors import UserError

BRANDS = ("Albert Heijn", "Albert", "Bol", "Ziggo", "Crème de la Crème")


def read(text, now=NOW):
    return read_command(text, now, BRANDS, ZONE)


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        pytest.param("", HelpAsked(), id="nothing"),
        pytest.param("  HELP ", HelpAsked(), id="help"),
        pytest.param("who", WhoAsked(), id="who"),
        pytest.param("digest", DigestAsked(), id="digest"),
        pytest.param("status", StatusAsked(None), id="status of all"),
        pytest.param("status bol", StatusAsked("Bol"), id="status, no capitals"),
        pytest.param("status ALBERT  heijn", StatusAsked("Albert Heijn"), id="the longer name"),
        pytest.param("status albert", StatusAsked("Albert"), id="the shorter name"),
        pytest.param('status "albert heijn"', StatusAsked("Albert Heijn"), id="quotes"),
        pytest.param("status “Albert Heijn”", StatusAsked("Albert Heijn"), id="quotes that a phone types"),
        pytest.param("status crème de la crème", StatusAsked("Crème de la Crème"), id="accents"),
        pytest.param("unsilence ziggo", UnsilenceAsked("Ziggo"), id="unsilence"),
        pytest.param("silence Bol 30m it's planned", SilenceAsked("Bol", NOW + 1800, "it's planned"), id="minutes"),
        pytest.param("silence bol 2h x", SilenceAsked("Bol", NOW + 7200, "x"), id="hours"),
        pytest.param("silence bol 2 uur staking", SilenceAsked("Bol", NOW + 7200, "staking"), id="in Dutch"),
        pytest.param("silence bol 1h30m x y", SilenceAsked("Bol", NOW + 5400, "x y"), id="both"),
        pytest.param("silence bol 1 h 5 min x", SilenceAsked("Bol", NOW + 3900, "x"), id="both, with blanks"),
        pytest.param("silence bol 24h x", SilenceAsked("Bol", NOW + 86400, "x"), id="the longest"),
        pytest.param(
            "silence albert heijn 90m 2h late", SilenceAsked("Albert Heijn", NOW + 5400, "2h late"), id="once"
        ),
        pytest.param("silence bol 2h maar kort", SilenceAsked("Bol", NOW + 7200, "maar kort"), id="no minutes"),
    ],
)
def test_what_can_be_asked(text, request_):
    assert read(text) == request_
    assert type(read(text)) is type(request_)


@pytest.mark.parametrize(
    ("now", "time", "until"),
    [
        pytest.param("2026-11-20 14:00", "16:30", "2026-11-20 16:30", id="today"),
        pytest.param("2026-11-20 14:00", "8:00", "2026-11-21 08:00", id="tomorrow"),
        pytest.param("2026-11-20 08:00", "08:00", "2026-11-21 08:00", id="the same time"),
        pytest.param("2026-03-28 23:00", "08:00", "2026-03-29 08:00", id="clocks go forward"),
        pytest.param("2026-10-24 23:00", "08:00", "2026-10-25 08:00", id="clocks go back"),
    ],
)
def test_until_is_when_the_desks_clock_next_says_so(now, time, until):
    now, until = (datetime.fromisoformat(at).replace(tzinfo=ZONE).timestamp() for at in (now, until))
    assert read(f"silence bol until {time} x", now).until == until
    assert read(f"silence bol tot {time} x", now).until == until


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("stats", "command is “stats”; allowed: status, silence,", id="command"),
        pytest.param("who now", "who is “now”; allowed: nothing after it", id="too much"),
        pytest.param("status Zigo", 'brand is “Zigo”; allowed: Albert, "Albert Heijn", Bol,', id="brand"),
        pytest.param("status bol now", "brand is “bol now”; allowed:", id="more than a brand"),
        pytest.param("unsilence", "brand is missing; allowed:", id="no brand"),
        pytest.param(
            "silence bol", "duration is missing; allowed: 30m, 2h, 1h30m or until 08:00, at most 24h", id="when"
        ),
        pytest.param("silence bol soon x", "duration is “soon x”; allowed:", id="no duration"),
        pytest.param("silence bol 0m x", "duration is “0m”; allowed:", id="no time at all"),
        pytest.param("silence bol 25h x", "duration is “25h”; allowed:", id="too long"),
        pytest.param("silence bol 30 x", "duration is “30 x”; allowed:", id="no unit"),
        pytest.param("silence bol 2hours10 x", "duration is “2hours10 x”; allowed:", id="glued"),
        pytest.param("silence bol until 24:10 x", "duration is “until 24:10”; allowed:", id="no such time"),
        pytest.param("silence bol 2h", "reason is missing; allowed: a few words", id="no reason"),
        pytest.param(f"silence bol 2h {'x' * 201}", "at most 200 characters", id="long reason"),
        pytest.param('status "bol', 'quotes is “status "bol”; allowed: a pair', id="half a pair of quotes"),
    ],
)
def test_a_mistake_is_named_with_what_is_allowed(text, said):
    with pytest.raises(UserError) as caught:
        read(text)
    assert said in str(caught.value)


def test_where_no_brand_is_known_it_says_so():
    with pytest.raises(CommandError, match="no brand is known yet"):
        read_command("silence Bol 2h x", NOW, (), ZONE)


@given(
    st.sampled_from(["", "silence ", "silence bol ", "silence bol 2h ", "status ", "silence bol until "]),
    st.text(max_size=300),
)
def test_whatever_is_typed_is_read_or_refused_in_one_line(start, rest):
    said = ""
    try:
        read(start + rest)
    except CommandError as error:
        said = str(error)
    assert "\n" not in said
    assert len(said) < 400


@given(st.integers(0, 99), st.integers(0, 9999))
def test_a_silence_ends_within_a_day(hours, minutes):
    try:
        asked = read(f"silence bol {hours}h{minutes}m x")
    except CommandError:
        assert not 0 < 60 * hours + minutes <= 24 * 60
    else:
        assert asked.until == NOW + 3600 * hours + 60 * minutes
        assert NOW < asked.until <= NOW + 86400
