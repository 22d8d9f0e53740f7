"""The calendar: who is on call and what waits, also in the nights when Amsterdam changes its clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.oncall import Calendar, Call, Campaign, OnCall, Person, QuietHours, Shift, ShiftPlan
from alerts.oncall.settings import DAYS
from alerts.rules import Hold, Step
from alerts.severity import Severity

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
WEEKDAYS = DAYS[:5]
PAGE, CRITICAL = Severity.PAGE, Severity.CRITICAL


def at(text, zone=AMSTERDAM):
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


def told(moment):
    return datetime.fromtimestamp(moment, AMSTERDAM).isoformat()


ANNA_THEN_BRAM = (Call(("anna",)), Call(("bram", "anna"), 10), Call(("here",), 20.5))
OFFICE = ShiftPlan("office", "09:00", "17:30", days=WEEKDAYS, page=ANNA_THEN_BRAM)
EVENING = ShiftPlan("evening", "17:30", "23:00", page=(Call(("cees",)),), critical=(Call(("channel",)),))
DESK = OnCall(shifts=(OFFICE, EVENING))


@pytest.mark.parametrize(
    ("moment", "name", "start", "end"),
    [
        pytest.param("2026-02-02T09:00", "office", "2026-02-02T09:00", "2026-02-02T17:30", id="its first second"),
        pytest.param("2026-02-02T17:30", "evening", "2026-02-02T17:30", "2026-02-02T23:00", id="not its last"),
        pytest.param("2026-02-02T23:00", "nobody", "2026-02-02T23:00", "2026-02-03T09:00", id="a night"),
        pytest.param("2026-02-07T12:00", "nobody", "2026-02-06T23:00", "2026-02-07T17:30", id="a Saturday morning"),
    ],
)
def test_a_shift_runs_by_the_clock_of_the_desk(moment, name, start, end):
    assert Calendar(DESK).shift(at(moment)) == Shift(name, at(start), at(end))


def test_the_chain_of_the_shift_in_force_is_called():
    calendar = Calendar(DESK)
    office, evening, night = at("2026-02-02T12:00"), at("2026-02-02T20:00"), at("2026-02-02T23:30")
    steps = (Step(0.0, ("anna",)), Step(600.0, ("bram", "anna")), Step(1230.0, ("here",)))
    assert calendar.chain(office, PAGE) == calendar.chain(office, CRITICAL) == steps
    assert calendar.chain(evening, PAGE) == (Step(0.0, ("cees",)),)
    assert calendar.chain(evening, CRITICAL) == (Step(0.0, ("channel",)),)
    assert calendar.chain(night, PAGE) == calendar.chain(night, CRITICAL) == ()
    assert [calendar.on_call(moment) for moment in (office, evening, night)] == [("anna", "bram"), ("cees",), ()]


def test_without_shifts_a_day_runs_from_morning_to_morning_and_nobody_is_called():
    calendar = Calendar(OnCall(morning="08:30"))
    moment = at("2026-02-02T08:29")
    assert calendar.shift(moment) == Shift("day", at("2026-02-01T08:30"), at("2026-02-02T08:30"))
    assert calendar.next_change(moment) == calendar.morning(moment) == at("2026-02-02T08:30")
    assert calendar.morning(at("2026-02-02T08:30")) == at("2026-02-03T08:30")
    assert calendar.chain(moment, PAGE) == calendar.on_call(moment) == ()
    assert calendar.hold(moment, "acme") is None


def test_a_weekly_shift_is_found_across_the_week_between():
    calendar = Calendar(OnCall(shifts=(ShiftPlan("sunday", "10:00", "11:00", days=("sun",)),)))
    gap = calendar.shift(at("2026-02-04T00:00"))
    assert (gap.name, told(gap.start), told(gap.end)) == (
        "nobody",
        "2026-02-01T11:00:00+01:00",
        "2026-02-08T10:00:00+01:00",
    )


@pytest.mark.parametrize(
    ("day", "start", "until", "begins", "ends"),
    [
        pytest.param(SPRING, "01:00", "05:00", "01:00:00+01:00", "05:00:00+02:00", id="spring, an hour less"),
        pytest.param(AUTUMN, "01:00", "05:00", "01:00:00+02:00", "05:00:00+01:00", id="autumn, an hour more"),
        pytest.param(SPRING, "01:00", "02:30", "01:00:00+01:00", "03:00:00+02:00", id="ends in the hour skipped"),
        pytest.param(SPRING, "02:30", "05:00", "03:00:00+02:00", "05:00:00+02:00", id="begins in the hour skipped"),
        pytest.param(
            AUTUMN, "02:30", "05:00", "02:30:00+02:00", "05:00:00+01:00", id="begins in the hour that returns"
        ),
    ],
)
def test_a_shift_in_the_night_when_clocks_are_changed(day, start, until, begins, ends):
    calendar = Calendar(OnCall(shifts=(ShiftPlan("night", start, until),)))
    shift = calendar.shift(at(f"{day}T04:00" if until == "05:00" else f"{day}T01:30"))
    assert (shift.name, told(shift.start), told(shift.end)) == ("night", f"{day}T{begins}", f"{day}T{ends}")


@pytest.mark.parametrize("day", ["2026-03-23", "2026-03-29", "2026-04-04"])
def test_a_shift_within_the_hour_that_is_skipped_does_not_take_place(day):
    calendar = Calendar(OnCall(shifts=(ShiftPlan("short", "02:15", "02:45", days=("sun",)),)))
    gap = calendar.shift(at(f"{day}T12:00"))
    assert (gap.name, told(gap.start), told(gap.end)) == (
        "nobody",
        "2026-03-22T02:45:00+01:00",
        "2026-04-05T02:15:00+02:00",
    )


QUIET = QuietHours("22:00", "07:00")
SALE = Campaign(
    "Sale",
    datetime(2026, 2, 3, 6, 0),  # by the desk's clock
    datetime(2026, 2, 3, 21, 0, tzinfo=UTC),
    "Marketing",
    "half price",
    ("acme",),
)


@pytest.mark.parametrize(
    ("moment", "brand", "by", "until"),
    [
        pytest.param("2026-02-02T21:59", "acme", None, None, id="a free evening"),
        pytest.param("2026-02-02T22:00", "other", "quiet_hours", "2026-02-03T07:00", id="quiet hours"),
        pytest.param("2026-02-03T06:59", "other", "quiet_hours", "2026-02-03T07:00", id="their last minute"),
        pytest.param("2026-02-03T07:00", "other", None, None, id="not a campaign of another brand"),
        pytest.param(
            "2026-02-02T22:00", "acme", "quiet_hours", "2026-02-04T07:00", id="followed over all that adjoins"
        ),
        pytest.param("2026-02-03T06:30", "acme", "campaign", "2026-02-04T07:00", id="the one that ends last"),
        pytest.param("2026-02-04T07:00", "acme", None, None, id="the first free moment"),
    ],
)
def test_pages_are_held_by_quiet_hours_and_campaigns(moment, brand, by, until):
    hold = Calendar(OnCall(quiet_hours=QUIET), {}, [SALE]).hold(at(moment), brand)
    assert (hold and hold.by, hold and hold.until) == (by, until and at(until))


def test_a_campaign_says_why_and_who_wanted_it():
    hold = Calendar(None, None, [SALE]).hold(at("2026-02-03T12:00"), "acme")
    assert hold == Hold("campaign", at("2026-02-03T22:00"), "Sale: half price", "Marketing")
    assert (hold.keeps(PAGE), hold.keeps(CRITICAL)) == (True, False)


def test_a_campaign_without_brands_is_about_all_of_them():
    everywhere = Campaign("Sale", SALE.start, SALE.end, "Marketing", "half price")
    calendar = Calendar(None, None, [everywhere, SALE])
    assert {calendar.hold(at("2026-02-03T12:00"), brand).until for brand in ("acme", "x")} == {at("2026-02-03T22:00")}


def test_quiet_hours_may_be_of_some_days_only():
    calendar = Calendar(OnCall(quiet_hours=QuietHours("22:00", "07:00", days=("fri",))))
    assert calendar.hold(at("2026-02-07T06:00"), "acme").until == at("2026-02-07T07:00")
    assert calendar.hold(at("2026-02-07T23:00"), "acme") is None


def test_people_are_known_by_their_slack_ids():
    calendar = Calendar(None, {"anna": Person("U0ANNA", "Anna de Wit"), "bram": Person("W0BRAM")})
    assert (calendar.who_is("U0ANNA"), calendar.who_is("U0ELSE")) == ("anna", None)
    assert calendar.names == {"anna": "Anna de Wit", "bram": "bram"}
    assert calendar.slack_ids == {"anna": "U0ANNA", "bram": "W0BRAM"}


def test_times_are_those_of_the_zone():
    calendar = Calendar(OnCall(timezone="America/New_York", morning="08:00"))
    moment = at("2026-02-02T09:00", UTC)
    assert calendar.morning(moment) == at("2026-02-02T08:00", ZoneInfo("America/New_York"))


# Any calendar, around any change of the clocks.

WEEK_MIN = 7 * 24 * 60
changes = st.sampled_from([datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)])
moments = st.builds(
    lambda change, hours, seconds: change.timestamp() + 3600 * hours + seconds,
    changes,
    st.one_of(st.integers(-4, 4), st.integers(-240, 240)),
    st.one_of(st.sampled_from([0, 1, 900, 1800, 3599]), st.floats(0, 3600)),
)
minutes = st.one_of(st.integers(0, 24 * 12 - 1).map(lambda five: 5 * five), st.sampled_from([120, 135, 150, 165, 180]))


def clock(minute):
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


@st.composite
def shift_plans(draw):
    """Any shifts of up to a day that do not overlap, with gaps or without."""
    starts = draw(st.sets(st.builds(lambda day, minute: day * 1440 + minute, st.integers(0, 6), minutes), max_size=14))
    cuts = sorted(starts)
    plans = []
    for place, start in enumerate(cuts):
        following = cuts[place + 1] if place + 1 < len(cuts) else cuts[0] + WEEK_MIN
        length = min(following - start, 1440)
        if not draw(st.booleans()):
            length = draw(st.integers(1, length))
        plans.append(ShiftPlan(str(place), clock(start), clock(start + length), days=(DAYS[start // 1440],)))
    return tuple(plans)


def local(moment):
    return datetime.fromtimestamp(moment, AMSTERDAM).replace(tzinfo=None)


@st.composite
def calendars(draw):
    quiet = None
    if draw(st.booleans()):
        start, until = draw(st.lists(minutes, min_size=2, max_size=2, unique=True))
        quiet = QuietHours(clock(start), clock(until), days=tuple(draw(st.sets(st.sampled_from(DAYS), min_size=1))))
    campaigns = [
        Campaign("c", local(start), local(start + length), "o", "r", brands)
        for start, length, brands in draw(
            st.lists(
                st.tuples(moments, st.integers(3 * 3600, 10**6), st.sampled_from([(), ("acme",), ("other", "acme")])),
                max_size=3,
            )
        )
    ]
    oncall = OnCall(quiet_hours=quiet, morning=clock(draw(minutes)), shifts=draw(shift_plans()))
    return lambda: Calendar(oncall, {}, campaigns)


def everything(calendar, moment):
    holds = [calendar.hold(moment, brand) for brand in ("acme", "other", "else")]
    return calendar.shift(moment), *holds, calendar.chain(moment, PAGE), calendar.on_call(moment)


@given(calendars(), moments)
def test_shifts_follow_each_other_without_a_gap_or_an_overlap(new, moment):
    calendar = new()
    for _ in range(6):
        shift = calendar.shift(moment)
        assert shift.start <= moment < shift.end
        assert calendar.shift(shift.start) == shift
        following = calendar.shift(shift.end)
        assert following.start == shift.end
        assert {shift.name, following.name} != {"nobody"}
        moment = shift.end


@given(calendars(), moments, st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=5))
def test_nothing_changes_before_the_next_change(new, moment, parts):
    calendar = new()
    change = calendar.next_change(moment)
    assert change > moment
    between = [moment + part * (change - moment) for part in parts]
    assert {everything(calendar, other) for other in between if other < change} <= {everything(calendar, moment)}


@given(calendars(), moments)
def test_every_end_is_a_change(new, moment):
    calendar = new()
    ends = {calendar.shift(moment).end}
    ends |= {hold.until for brand in ("acme", "else") if (hold := calendar.hold(moment, brand)) is not None}
    last = max(ends)
    while moment < last:
        moment = calendar.next_change(moment)
        ends.discard(moment)
    assert ends == set()


@given(calendars(), moments, st.floats(0, 1, exclude_max=True))
def test_a_hold_lasts_until_the_first_free_moment(new, moment, part):
    calendar = new()
    for brand in ("acme", "other", "else"):
        hold = calendar.hold(moment, brand)
        if hold is not None:
            assert hold.until > moment
            between = moment + part * (hold.until - moment)
            assert between >= hold.until or calendar.hold(between, brand).until == hold.until
            assert calendar.hold(hold.until, brand) is None


@given(calendars(), moments)
def test_the_morning_is_the_first_after_now(new, moment):
    calendar = new()
    morning = calendar.morning(moment)
    assert moment < morning <= moment + 25 * 3600
    assert calendar.morning(morning) > morning
    assert calendar.morning((moment + morning) / 2) in (morning, calendar.morning(morning))


@given(calendars(), st.lists(moments, min_size=1, max_size=12))
def test_answers_do_not_depend_on_what_was_asked_before(new, asked):
    used = new()
    for moment in asked:
        fresh = new()
        assert everything(used, moment) == everything(fresh, moment)
        assert used.morning(moment) == fresh.morning(moment)
        assert used.next_change(moment) == fresh.next_change(moment)


@given(shift_plans(), moments)
def test_by_day_the_shift_is_the_one_on_the_clock(plans, moment):
    """Compare with the plain reading of a timetable, which is right but in the hours around a change."""
    now = datetime.fromtimestamp(moment, AMSTERDAM)
    if now.date() in (SPRING, AUTUMN) and now.hour < 4:
        moment += 4 * 3600
        now = datetime.fromtimestamp(moment, AMSTERDAM)
    expected = "day" if not plans else "nobody"
    for plan in plans:
        for back in (0, 1):
            day = now.date() - timedelta(days=back)
            start = datetime.combine(day, datetime.strptime(plan.start, "%H:%M").time())
            end = datetime.combine(day, datetime.strptime(plan.end, "%H:%M").time())
            end += timedelta(days=end <= start)
            if DAYS[day.weekday()] in plan.days and start <= now.replace(tzinfo=None) < end:
                expected = plan.name
    assert Calendar(OnCall(shifts=plans)).shift(moment).name == expected
