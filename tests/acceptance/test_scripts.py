"""What on-call people expect, as timed scripts from mention to message; minutes of event time."""

from itertools import pairwise

import pytest

from tests.integration.mentions import START, post, share

CRITICAL_NEVER = "[alerts]\ncritical = { open = 1.0, close = 1.0 }\n"
ANGRY = "Wat een schande, al drie weken geen internet en jullie doen niets. Nooit meer!"
MINUTE = 60.0


def burning(thread, until, first=1, start=3.0, every_s=1.5):
    """Shares that keep coming so fast that the thread stays bad until then."""
    return spread(thread, first, int((until - start) * MINUTE / every_s), start, every_s)


def spread(thread, first, count, minute, every_s=1.5):
    """Shares number `first` on, from a minute on."""
    return [share(thread, first + n, minute * MINUTE + every_s * n) for n in range(count)]


async def test_what_spreads_is_paged_within_two_minutes_and_says_why(on):
    stage = await on()
    await stage.plays(post("t", 0, ANGRY), *spread("t", 1, 60, minute=3))
    assert len(stage.pages) == 1
    assert 3.5 < stage.pages[0] < 5
    (message,) = stage.messages
    shown = str(message.blocks)
    assert "PAGE" in shown
    assert "shares in" in shown
    assert ANGRY[:40] in shown
    assert "@U0ANNA" in stage.slack.messages[-1].mentions or any("@U0ANNA" in ping.mentions for ping in stage.pings)


async def test_nobody_answers_and_the_chain_is_called_to_its_loud_end(on):
    stage = await on(CRITICAL_NEVER)
    await stage.plays(post("t", 0, ANGRY), *burning("t", until=41, every_s=2.0))
    page = stage.pages[0]
    assert stage.calls == [
        (page, "anna"),
        (page + 10, "bram"),
        (page + 20, "here"),
        (page + 35, "channel"),
    ]
    assert [ping.mentions for ping in stage.pings][-3:] == [("@U0BRAM",), ("!here",), ("!channel",)]
    assert len(stage.messages) == 1


async def test_an_acknowledgement_stops_the_chain_and_is_shown(on):
    stage = await on(CRITICAL_NEVER)
    await stage.plays(post("t", 0, ANGRY), *burning("t", until=8, every_s=2.0))
    await stage.presses("acknowledge", by="U0BRAM")
    await stage.plays(*burning("t", first=200, start=8, until=45, every_s=2.0))
    assert len(stage.calls) == 1
    (message,) = stage.messages
    assert "Bram" in str(message.blocks)
    assert "acknowledged" in [cause for _, cause, _ in stage.said]


async def test_somebody_whom_the_desk_does_not_know_changes_nothing(on):
    stage = await on()
    await stage.plays(post("t", 0, ANGRY), *spread("t", 1, 60, minute=3))
    told = len(stage.told)
    await stage.presses("acknowledge", by="U0GUEST")
    assert len(stage.told) == told
    assert stage.slack.ephemerals("U0GUEST")


async def test_a_climb_after_an_acknowledgement_pages_again(on):
    stage = await on()
    await stage.plays(post("t", 0, ANGRY), *spread("t", 1, 60, minute=3))
    await stage.presses("acknowledge")
    await stage.plays(*spread("t", 61, 500, minute=5, every_s=1.0))
    assert [told.alert.severity.value for told in stage.told if told.page] == ["page", "critical"]
    assert len(stage.messages) == 1


async def test_a_snoozed_incident_that_becomes_critical_pages(on):
    stage = await on()
    await stage.plays(post("t", 0, ANGRY), *spread("t", 1, 60, minute=3))
    await stage.presses("snooze_2h")
    assert "noozed" in str(stage.messages[0].blocks)
    await stage.plays(*spread("t", 61, 60, minute=5, every_s=3.0))
    assert len(stage.pages) == 1
    await stage.plays(*spread("t", 121, 500, minute=9, every_s=1.0))
    assert [told.alert.severity.value for told in stage.told if told.page] == ["page", "critical"]


async def test_flapping_around_the_threshold_for_two_hours_is_one_message_and_one_page(on):
    page, watch = 0.10, 0.03
    stage = await on(
        f"[alerts]\npage = {{ open = {page}, close = 0.095 }}\nwatch = {{ open = {watch}, close = 0.02 }}\n"
    )
    await stage.plays(post("t", 0, ANGRY))
    number = 1
    for minute in range(2, 123, 12):
        burst = spread("t", number, 14 + minute // 30, minute, every_s=4.0)
        number += len(burst)
        await stage.plays(*burst)
        await stage.passes(minute + 11.9)
    above = [risk >= page for risk in stage.risks]
    assert [before < after for before, after in pairwise(above)].count(True) >= 4, "it did not flap"
    assert len(stage.messages) == 1
    assert len(stage.pages) == 1


@pytest.mark.parametrize(
    "clicks",
    [[], ["acknowledge"], ["snooze_30m"], ["mute"], ["resolve"], ["escalate"], ["false_alarm"]],
    ids=lambda clicks: clicks[0] if clicks else "open",
)
async def test_a_restart_in_the_middle_of_each_state_changes_nothing(on, clicks):
    courses = []
    for restarts in (False, True):
        stage = await on()
        await stage.plays(post("t", 0, ANGRY), *spread("t", 1, 60, minute=3))
        for click in clicks:
            await stage.presses(click)
        if restarts:
            await stage.restarts()
        await stage.plays(*spread("t", 61, 60, minute=14))
        if restarts:
            await stage.restarts()
        await stage.plays(*spread("t", 121, 300, minute=18))
        await stage.passes(60)
        if restarts:
            await stage.restarts()
        await stage.passes(12 * 60)
        posted = [(message.text, message.thread_ts is None) for message in stage.slack.messages]
        courses.append((stage.said, stage.calls, [told.alert.alert_id for told in stage.told], posted))
    assert courses[0] == courses[1]


async def test_forty_threads_in_ten_minutes_are_one_storm(on):
    stage = await on()
    angry = ["echt waar", "niet normaal", "wat een zooi", "ik ben het zat"]
    await stage.plays(
        *(
            post(
                f"s{n}",
                15.0 * n,
                f"Alweer een storing bij jullie? Internet ligt er hier in wijk {n} helemaal uit, {angry[n % 4]}!",
            )
            for n in range(40)
        )
    )
    await stage.passes(11)
    assert len(stage.messages) == 1
    assert len(stage.pages) == 1
    assert stage.told[-1].incident.kind == "storm"
    assert stage.told[-1].incident.threads == 40
    assert "storing" in str(stage.messages[0].blocks)
    # Nobody answers them: that is the storm's matter, not forty incidents'.
    await stage.passes(180)
    assert len(stage.messages) == 1
    # The next day somebody complains about something else.
    await stage.passes(24 * 60)
    await stage.plays(
        post("other", 24 * 3600.0, "De helpdesk hing zomaar op, wat een onbeschofte bende is dit geworden!"),
        *spread("other", 1, 60, minute=24 * 60 + 3),
    )
    assert len(stage.messages) == 2
    assert stage.told[-1].incident.kind == "thread"


NASTY = {
    "everybody": "<!channel> <!here> kijk nou toch wat een schande is dit, weg met deze waardeloze club!",
    "somebody": "<@U123> <@U0ANNA> wat een schande is dit, weg met deze waardeloze club!",
    "link": "<https://evil.example|Acknowledge> wat een schande, weg met deze waardeloze club! *vet* `code`",
    "ten thousand characters": "Wat een schande! " * 600,
    "right to left": "\u202e\u05e2\u05dc\u05d5\u05d1 wat een schande, weg met deze waardeloze club!",
    "entities": "&lt;!channel&gt; &amp; wat een schande, weg met deze waardeloze club!",
}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
async def test_no_text_can_ping_break_or_overflow_the_message(on, text):
    stage = await on()
    author = {"id": "a", "handle": "<!channel> &amp; \u202eklant", "followers": 900}
    await stage.plays(post("t", 0, text, author=author, url="javascript:alert(1)"), *spread("t", 1, 60, minute=3))
    await stage.passes(12)
    assert stage.pages
    allowed = {"@U0ANNA", "@U0BRAM"}
    for message in stage.slack.messages:
        assert set(message.mentions) <= allowed
        assert len(str(message.blocks)) < 13_000
        assert "javascript:" not in str(message.blocks)
        assert "\u202e" not in message.text + str(message.blocks)


async def test_a_verdict_is_a_line_that_training_reads(on):
    stage = await on()
    await stage.plays(post("t", 0, ANGRY), *spread("t", 1, 60, minute=3))
    await stage.presses("false_alarm", by="U0BRAM")
    (verdict,) = stage.verdicts
    assert (verdict.thread_id, verdict.verdict, verdict.by) == ("t", "false_alarm", "bram")
    assert START < verdict.at < START + 10 * MINUTE


@pytest.mark.parametrize("restarts", [False, True], ids=["undisturbed", "restarted"])
async def test_quiet_hours_keep_a_page_and_release_it_when_they_end(on, restarts):
    stage = await on(CRITICAL_NEVER, people=PEOPLE_AT_NIGHT)
    await stage.plays(post("t", 0, ANGRY), *burning("t", until=30, start=16, every_s=2.0))
    assert stage.pages == []
    (message,) = stage.messages
    assert "quiet hours" in str(message.blocks).lower()
    if restarts:
        await stage.restarts()
    await stage.plays(*burning("t", first=500, until=48, start=30, every_s=2.0))
    assert stage.calls == [(46.67, "anna")]


PEOPLE_AT_NIGHT = """
[people.anna]
slack = "U0ANNA"
[oncall]
timezone = "Europe/Amsterdam"
quiet_hours = { from = "16:00", until = "17:00" }
[[oncall.shifts]]
name = "always"
from = "00:00"
until = "00:00"
page = [{ after_min = 0, who = ["anna"] }]
"""
