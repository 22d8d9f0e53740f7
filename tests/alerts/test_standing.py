import re

import pytest
from alert_samples import MINUTE, NOON, assessed, incident, members, notified
from msgspec.structs import replace

from alerts.event import Next
from alerts.ledger import Deed, Handled, Peak, Snooze
from alerts.rules import Hold
from alerts.severity import Judgement, Severity
from alerts.slack.message.blocks import render
from alerts.slack.message.pings import render_ping
from alerts.slack.message.standing import deeds, standing, verdict
from alerts.slack.people import mentions, name, names
from alerts.standin.channel import marked_up

PEOPLE = {"anna": "U0ANNA001", "bram": "U0BRAM001"}


def at(minute):
    return NOON + minute * MINUTE


def timed(text):
    """Moments by their fallback, as a reader in UTC sees them; noon is 22:13."""
    return re.sub(r"<!date\^\d+\^[^|]*\|(?:\d{4}-\d\d-\d\d )?([^>]*) UTC>", r"\1", text)


def stands(entry, minute=0.0, called=(), **told):
    return [timed(line) for line in standing(notified(entry, "refreshed", minute=minute, **told), called)]


PAGED = incident(chain_at=NOON, chain_step=1)
NEXT = Next(("bram",), at(10))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param(
            stands(PAGED, who=("anna",), upcoming=NEXT),
            ["📟 *Calling Anna* · *Bram* at 22:23 unless somebody acknowledges"],
            id="being called",
        ),
        pytest.param(
            stands(PAGED, 2, called=("anna",), upcoming=NEXT),
            ["📟 *Calling Anna* · *Bram* at 22:23 unless somebody acknowledges"],
            id="being called since an earlier message",
        ),
        pytest.param(
            stands(PAGED, 20, called=("channel",), upcoming=Next(("channel",), at(35))),
            ["📟 *Calling the whole channel* · again at 22:48 unless somebody acknowledges"],
            id="end of the chain",
        ),
        pytest.param(
            stands(incident(), who=("here",)),
            ["📟 *Calling everybody here* · nobody else is called after that"],
            id="no chain",
        ),
        pytest.param(stands(incident()), ["📟 *Nobody has acknowledged this yet*."], id="nobody knows who was called"),
        pytest.param(
            stands(incident(state="acknowledged", handled=Handled("bram", at(4), Severity.PAGE)), 5),
            ["👤 *Bram has this* since 22:17."],
            id="acknowledged",
        ),
        pytest.param(
            stands(incident(state="acknowledged", handled=Handled("bram", at(4), Severity.PAGE, at(64))), 65),
            ["👤 *Bram has this* since 22:17, reminded at 23:17."],
            id="reminded",
        ),
        pytest.param(
            stands(incident(state="snoozed", snooze=Snooze("anna", at(5), at(125), Severity.PAGE, 74)), 5),
            ["💤 *Snoozed* until 00:18 by Anna. It calls people if it gets worse than page."],
            id="snoozed",
        ),
        pytest.param(
            stands(incident(state="snoozed", snooze=Snooze("anna", at(5), at(125), Severity.CRITICAL, 74)), 5),
            ["💤 *Snoozed* until 00:18 by Anna. It calls people only if it keeps growing."],
            id="snoozed at its worst",
        ),
        pytest.param(
            stands(incident(state="snoozed", snooze=Snooze("U0CHRIS12", at(5), at(125), Severity.PAGE, 74, True)), 5),
            ["🔇 *Muted* until 00:18 by <@U0CHRIS12>. It calls people only if it becomes critical."],
            id="muted by somebody whom the desk does not name",
        ),
        pytest.param(
            stands(incident(owed=True, loud=None, held=Hold("quiet_hours", at(240)))),
            [
                "🤫 *Nobody is called* until 02:13, because of quiet hours. "
                "If it becomes critical, people are called all the same."
            ],
            id="quiet hours",
        ),
        pytest.param(
            stands(incident(owed=True, loud=None, held=Hold("silence", at(240), "TV <!here>", "anna"))),
            [
                "🤫 *Nobody is called* until 02:13, because of a silence of Anna (“TV &lt;!here&gt;”). "
                "If it becomes critical, people are called all the same."
            ],
            id="silence with an owner and a reason",
        ),
        pytest.param(
            stands(incident(owed=True, loud=None, parent="f00", held=Hold("storm", even_critical=True))),
            ["🌩️ *Part of a storm* on this brand; the storm's own message calls people for it."],
            id="part of a storm",
        ),
        pytest.param(
            stands(incident(owed=True), 30),
            ["🔕 *No new call*: people were called for this at 22:13, and are again if it stays."],
            id="back, and known",
        ),
        pytest.param(
            stands(incident(Severity.WATCH, judgement=Judgement(Severity.WATCH, Severity.WATCH, "risk", (), True))),
            ["🪙 *Spared by the page budget*: without it, this would be a page."],
            id="spared by the page budget",
        ),
        pytest.param(stands(incident(Severity.WATCH)), [], id="a watch asks nothing of anybody"),
        pytest.param(
            stands(incident(state="reopened"), who=("anna",)),
            ["🔁 *Reopened*: it was over, and is back.", "📟 *Calling Anna* · nobody else is called after that"],
            id="reopened",
        ),
    ],
)
def test_the_message_says_how_it_stands_with_people(lines, said):
    assert lines == said


def whole(message):
    return timed("\n".join([message.text, *marked_up(message.blocks)]))


def test_a_resolved_incident_says_how_it_went():
    entry = incident(
        state="resolved",
        peak=Peak(Severity.CRITICAL, 0.87, 412),
        first_handled_at=at(4),
        resolved_at=at(150),
        resolved_by="bram",
        verdict="false_alarm",
        deeds=(
            Deed(at(4), "anna", "acknowledge", "1"),
            Deed(at(150), "bram", "resolve", "2"),
            Deed(at(151), "anna", "false_alarm", "3"),
        ),
    )
    text = whole(render(notified(entry, "judged", minute=151)))
    assert "✅ RESOLVED · Albert Heijn" in text
    assert "Resolved by *Bram* at 00:43, after *2 h 30 min*." in text
    assert "At its worst: *critical*, risk 87 %, 412 shares." in text
    assert "Taken on by *Anna* *4 min* after the first call." in text
    assert "Verdict: *a false alarm* (Anna)" in text
    assert "22:17 Anna acknowledged · 00:43 Bram resolved it · 00:44 Anna judged: false alarm" in text
    assert "lacks" not in text


@pytest.mark.parametrize(
    ("paged", "said"),
    [pytest.param((NOON,), "Nobody acknowledged it.", id="a page"), pytest.param((), None, id="a watch")],
)
def test_what_ends_by_itself_says_so(paged, said):
    entry = incident(state="resolved", resolved_at=at(122), pages=paged)
    text = whole(render(notified(entry, "recovered", minute=122)))
    assert "Calm again *by itself* at 00:15, after *2 h 2 min*." in text
    assert ("Nobody acknowledged" in text) is (said is not None)


def test_only_the_latest_deeds_are_shown():
    entry = incident(deeds=tuple(Deed(at(minute), "anna", "acknowledge", str(minute)) for minute in range(9)))
    assert timed(deeds(entry, NOON)).startswith("22:17 Anna acknowledged · 22:18")
    assert deeds(incident(), NOON) is None
    assert verdict(incident()) is None


def test_a_group_shows_how_many_and_the_worst():
    text = whole(render(notified(incident(kind="group", threads=7, members=members(7)))))
    assert "🧵 *7 threads* that say the same. The worst:" in text
    assert "• *74 shares* · risk 60 % · <https://x.com/klant/status/1290|x.com> · “Alweer geen internet" in text
    assert "and 3 more" in text


def test_a_storm_counts_complaints():
    entry = incident(
        Severity.CRITICAL,
        assessed(risk=0.0, shares=41),
        kind="storm",
        threads=41,
        members=tuple(replace(one, severity=None, shares=0) for one in members(30)),
    )
    message = render(notified(entry))
    text = whole(message)
    assert "*41 complaints* · expects *1,240* (640–2,300) within 24 h" in text
    assert "🌩️ *Storm: 41 complaints* in 58 min, 0.7 a minute. The worst:" in text
    assert "• <https://x.com/klant/status/1290|x.com> · “Alweer" in text
    assert "74 shares*" not in text
    assert "risk" not in message.blocks[1]["text"]["text"]


def test_a_storm_whose_worst_thread_is_worse_shows_that_thread():
    entry = incident(Severity.CRITICAL, kind="storm", threads=41, thread_id="storm of noon", members=members(3))
    text = whole(render(notified(entry)))
    assert "*risk 87 %*" in text
    assert "🌩️ *Storm: 41 complaints*" in text
    assert "> Drie kwartier" in text


PINGS = {
    "opened": "new, please take this one.",
    "reopened": "it was over, and is back.",
    "climbed": "up from watch.",
    "released": "it was held back until now, and still needs somebody.",
    "escalated": "nobody has acknowledged for 10 min. Can you take it?",
    "chain_ended": "nobody has acknowledged for 10 min, and there is *nobody left to call*.",
    "ack_expired": "Anna took this on, but it is still going on, so it needs somebody again.",
    "snooze_over": "Bram put this off until now, and it is not over.",
    "called": "Chris asks for your help with this.",
    "reminded": "you took this on 6 min ago, and it is not over. Still on it?",
    "something new": "please take this one.",
}


@pytest.mark.parametrize("cause", PINGS)
def test_a_ping_says_why_it_interrupts_and_names_everybody(cause):
    entry = incident(
        handled=Handled("anna", at(4), Severity.PAGE),
        deeds=(
            Deed(at(4), "anna", "acknowledge", "1"),
            Deed(at(5), "bram", "snooze_2h", "2"),
            Deed(at(6), "chris", "escalate", "3"),
        ),
    )
    ping = render_ping(notified(entry, cause, minute=10, who=("anna",), was=Severity.WATCH), ("anna", "here"), PEOPLE)
    assert len(ping.blocks) == 1
    said = ping.blocks[0]["text"]["text"]
    assert said.startswith(f"<@U0ANNA001> <!here> 🔴 *PAGE* · Albert Heijn · {PINGS[cause]}")
    assert "*risk 54 %* · expects *1,240 shares*" in said
    assert "74 shares in 58 min" in said


def test_people_are_mentioned_only_to_interrupt_them():
    assert mentions(("anna", "here", "channel", "U0CHRIS12", "wim", "anna"), PEOPLE) == (
        "<@U0ANNA001> <!here> <!channel> <@U0CHRIS12> Wim"
    )
    assert names(("anna", "bram", "here")) == "Anna, Bram and everybody here"
    assert (name("WIM"), name("<!here>"), name("U0CHRIS12")) == ("WIM", "&lt;!here&gt;", "<@U0CHRIS12>")


def test_a_message_mentions_whom_it_interrupts_and_names_them_afterwards():
    told = notified(PAGED, who=("anna",), upcoming=NEXT)
    first = whole(render(told, interrupt=("anna",), called=("anna",), people=PEOPLE))
    assert "📟 <@U0ANNA001> please take this one · *Bram* at 22:23 unless somebody acknowledges" in first
    edited = whole(render(told, called=("anna",), people=PEOPLE))
    assert "<@" not in edited
    assert "📟 *Calling Anna*" in edited
