import json

import pytest
from alert_samples import HOUR, MINUTE
from board_samples import DAY_START, NOW, SHIFT_S, ZONE, Roster, acknowledged, incident, resolved
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_blocks import HOSTILE

from alerts.click import Silence
from alerts.ledger import Deed, Peak, Snooze
from alerts.overview.board import Board, BrandState
from alerts.overview.digest import digest
from alerts.overview.status import status
from alerts.rules import Hold
from alerts.severity import Severity
from alerts.slack.hearing.answering import Answerer, Asked
from alerts.slack.hearing.answers import render_status, render_who
from alerts.slack.message.feed import render_feed
from alerts.slack.message.handover import render_digest
from alerts.standin.limits import check_blocks
from alerts.watchdog import FeedPolicy, Watchdog

PAGED = {"severity": Severity.PAGE, "pages": (NOW - 20 * MINUTE,)}
PERMALINK = "https://desk.slack.com/archives/C1/p1"


def board_of(*entries):
    board = Board()
    for entry in entries:
        board.put(entry.incident_id, entry)
    return board


def text_of(message):
    """Every text of a message, one a line."""
    found = [message.text]
    for block in message.blocks:
        parts = [block.get("text"), *block.get("elements", ())]
        found += [part["text"] for part in parts if part]
    return "\n".join(found)


def told_status(board, roster=None, brand=None, **given):
    return text_of(render_status(status(board, roster or Roster(), NOW, brand), ZONE, **given))


def told_digest(board, now=NOW, **given):
    roster = Roster()
    return text_of(render_digest(digest(board, roster, roster.shift(NOW), now), ZONE, **given))


def test_the_status_shows_each_incident_with_who_has_it():
    waiting, taken = incident("a", **PAGED, risk=0.48), incident("b", minutes_ago=90, **acknowledged())
    text = told_status(
        board_of(waiting, taken, incident("c", Severity.NOTICE)),
        names={"anna": "Anna de Wit"}.get,
        permalink={waiting.incident_id: PERMALINK}.get,
    )
    assert text.startswith("3 active incidents\n3 active incidents\n🔴 *PAGE* · *Albert Heijn* · “Drie kwartier")
    assert f" · <{PERMALINK}|message>\nfor 30 min · risk 48 % · 74 shares · *waits for somebody*" in text
    assert "🟡 watch · *Albert Heijn*" in text
    assert f"for 1 h 30 min · risk 20 % · 74 shares · 👤 Anna de Wit has it since <!date^{NOW - 1200:.0f}^" in text
    assert "🔵 notice" in text
    assert "good to know" in text


def test_the_status_says_what_is_kept_quiet_by_whom_and_until_when():
    hold = Hold("campaign", NOW + HOUR, "Black Friday", "bram")
    board = board_of(
        incident("a", Severity.PAGE, owed=True, held=hold),
        incident("b", state="snoozed", snooze=Snooze("anna", NOW, NOW + HOUR, Severity.PAGE, 5)),
        incident("c", state="snoozed", snooze=Snooze("anna", NOW, NOW + HOUR, Severity.PAGE, 5, mute=True)),
    )
    board.keep("Ziggo", BrandState(0.35, 0.35, silences=(Silence("Ziggo", "anna", NOW, NOW + HOUR, "strike", "1"),)))
    text = told_status(board, Roster({"Albert Heijn": hold}))
    until = f"<!date^{NOW + HOUR:.0f}^{{date_short_pretty}} {{time}}|2026-11-20 15:00 CET>"
    assert f"🔇 page held back by campaign of bram (Black Friday) until {until}" in text
    assert f"💤 snoozed by anna until {until}" in text
    assert f"💤 muted by anna until {until}" in text
    assert f"🔇 *Ziggo* is silent until {until}, by anna: strike" in text
    assert f"🌙 *Albert Heijn*: pages are held back by campaign of bram (Black Friday) until {until}" in text


def test_the_status_says_how_the_budget_and_the_feed_are():
    board = board_of(incident("a", **PAGED), incident("b", spared=True))
    board.keep("Albert Heijn", BrandState(0.44, 0.35, budget=0))
    text = told_status(board)
    assert "📟 Albert Heijn: *1 of 0 pages* ⚠️ over the budget, threshold moved from 35 % to 44 %, 1 spared" in text
    assert "Feed: not looked at yet." in text
    _, alert = troubled(board)
    board.note(alert)
    assert "📡 No mention for *30 min*" in told_status(board)


def test_nothing_going_on_is_all_quiet_unless_the_feed_is_silent():
    board = Board()
    assert told_status(board).startswith("✅ All quiet\n")
    assert told_status(board, brand="Bol").startswith("✅ All quiet · Bol\n")
    _, alert = troubled(board)
    board.note(alert)
    assert told_status(board).startswith("⚠️ No incident that we know of\n")


def test_what_there_is_no_room_for_is_counted():
    board = board_of(*(incident(str(number), Severity.PAGE) for number in range(17)), incident("w"), incident("v"))
    assert "and 4 more, none above page" in told_status(board)
    assert "and 4 more, none above page" in told_digest(board)


def test_long_texts_leave_room_for_fewer_incidents():
    hold = Hold("silence", NOW + HOUR, "x" * 300, owner="y" * 300)
    long = {"said": "z" * 300, "brand": "b" * 100, "owed": True, "held": hold}
    text = told_status(board_of(*(incident(str(number), Severity.PAGE, **long) for number in range(15))))
    assert 8 < text.count("🔴") < 15
    assert f"and {15 - text.count('🔴')} more, none above page" in text
    assert len(text) < 13_000


def test_the_digest_tells_what_happened_to_each_incident():
    board = board_of(
        incident("a", **PAGED),
        incident(
            "b",
            peak=Peak(Severity.CRITICAL, 0.87, 2100),
            minutes_ago=130,
            pages=(NOW - 125 * MINUTE,),
            verdict="too_late",
            **{**acknowledged(minutes_ago=121), **resolved("bram", minutes_ago=10)},
        ),
        incident("c", spared=True, **resolved()),
    )
    text = told_digest(board)
    assert text.splitlines()[1] == "📋 So far · day 08:00–20:00"
    assert "on call anna · as of" in text
    assert "*3 incidents* · 3 opened, 2 resolved, *1 still open*\n🔕 *1 page that nobody answered*" in text
    assert "📟 Albert Heijn: *2 pages*, 1 spared" in text
    assert "for 30 min · at its worst page, risk 20 %, 74 shares · 🔕 *nobody answered*" in text
    assert (
        "resolved by bram at 13:50 after 2 h · at its worst critical, risk 87 %, 2,100 shares · "
        "answered after 4 min by anna · judged too late"
    ) in text
    assert "calm at 13:50 after 20 min" in text
    assert "spared by the page budget" in text
    assert text.index("*Still open*") < text.index("for 30 min") < text.index("*Over*") < text.index("resolved by bram")
    assert text.endswith("Next: *night* from 20:00 · on call bram")


def test_the_digest_of_a_shift_that_is_over_is_a_handover():
    text = told_digest(Board(), now=DAY_START + SHIFT_S + 60)
    assert "📋 Handover · day 08:00–20:00" in text
    assert "Nothing happened: no incident, no page." in text


def test_the_digest_tells_when_the_feed_failed():
    board = Board()
    over, alert = troubled(board)
    board.note(alert)
    assert "📡 *The feed*\n• *still silent*, for 30 min: No mention for *30 min*." in told_digest(board)
    board.note(over)
    assert "• silent from 13:30 to 14:05, 35 min" in told_digest(board, now=NOW + HOUR)


def troubled(board):
    """A feed that is silent from half an hour ago until five minutes after now: its end, and how it opened."""
    dog = Watchdog(FeedPolicy())
    told = []
    for minute in range(-120, 10):
        end = minute if minute <= -30 or minute >= 4 else -30
        told += dog.observe(NOW + minute * MINUTE, {0: end + 200}, {0: end + 200})
        if minute == 0:
            board.health = dog.health
    opened, *_, resolved_ = told
    return resolved_, opened


def test_a_silent_feed_says_since_when_and_what_is_usual():
    over, alert = troubled(Board())
    text = text_of(render_feed(alert, ZONE))
    assert text.startswith("📡 FEED SILENT · No mention for 30 min. Usual in that time: about 30.\n📡 FEED SILENT\n")
    assert f"No mention for *30 min*; the last one came <!date^{NOW - 1800:.0f}^" in text
    text = text_of(render_feed(over, ZONE))
    assert "It was silent for *35 min*" in text
    assert "nothing unread, about 60 an hour as a rule." in text


@pytest.mark.parametrize(
    ("partitions", "said"),
    [
        pytest.param(1, "Partition 0 has not moved for *2 min*; 7 mentions waiting there.", id="one"),
        pytest.param(3, "Partitions 0, 1 and 2 have not moved for *2 min*; 21 mentions waiting there.", id="three"),
        pytest.param(20, "20 partitions have not moved for *2 min*; 140 mentions waiting there.", id="many"),
    ],
)
def test_stuck_partitions_are_named(partitions, said):
    dog = Watchdog(FeedPolicy())
    ends = dict.fromkeys(range(partitions), 7)
    assert dog.observe(NOW, ends, {}) == []
    (alert,) = dog.observe(NOW + 2 * MINUTE, ends, {})
    assert said in text_of(render_feed(alert, ZONE))


def test_a_backlog_says_how_large_it_is():
    dog = Watchdog(FeedPolicy(stuck_s=0))
    told = [alert for minute in range(7) for alert in dog.observe(NOW + minute * MINUTE, {0: 63_015 + minute}, {0: 0})]
    assert "*63,020 mentions* are unread; more than 10,000 have been for *5 min*." in text_of(
        render_feed(told[0], ZONE)
    )


def test_a_polluted_feed_says_what_is_wrong_with_most_of_it():
    dog = Watchdog(FeedPolicy())
    dog.observe(NOW, {0: 0}, {0: 0})
    rejected = {"bad_json": 1_300, "missing_field": 41, "in_future": 7, "empty": 2, "too_large": 1}
    (alert,) = dog.observe(NOW + MINUTE, {0: 4_000}, {0: 4_000}, rejected)
    text = text_of(render_feed(alert, ZONE))
    assert text.startswith("🗑️ FEED POLLUTED · 34 % of what was read in the last 5 min was no mention: 1,300 no JSON,")
    assert "*34 %* of what was read" in text
    assert "1,300 no JSON, 41 lacking something, 7 from the future, 3 otherwise. The first came <!date^" in text
    assert "topic `mentions` changed?" in text


def test_who_names_the_chain_of_this_shift_and_of_the_next():
    text = text_of(render_who(Roster(), NOW, ZONE, str.title))
    assert "*Now* · day 08:00–20:00\n1. Anna\n2. after 5 min: Chris\n3. after 15 min: everybody in the channel" in text
    assert "*Next* · night 20:00–08:00\n1. Bram" in text
    assert f"The next shift begins <!date^{DAY_START + SHIFT_S:.0f}^" in text
    assert "when it is critical" not in text


def test_who_tells_a_chain_of_its_own_for_what_is_critical_and_when_there_is_none():
    class Other(Roster):
        def chain(self, at, severity):
            return super().chain(at, severity)[:1] if severity is Severity.CRITICAL else ()

    text = text_of(render_who(Other(), NOW, ZONE))
    assert "*Now* · day 08:00–20:00\nwhoever is in the channel" in text
    assert "*Now, when it is critical*\n1. anna" in text


foreign = st.sampled_from(HOSTILE) | st.text(max_size=300)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(foreign, foreign, foreign, st.integers(1, 60))
def test_whatever_people_write_it_fits_and_pings_nobody(said, brand, reason, many):
    hold = Hold("silence", NOW + HOUR, reason, owner=reason)
    snooze = Snooze(reason, NOW, NOW + 99 * HOUR, Severity.PAGE, 5)
    kinds = [
        {**PAGED, "deeds": (Deed(NOW - HOUR, reason, "escalate", "1"),), "first_handled_at": NOW},
        {"severity": Severity.PAGE, "state": "snoozed", "snooze": snooze},
        {"severity": Severity.PAGE, "owed": True, "held": hold},
        {"spared": True, **resolved(reason)},
    ]
    board = Board()
    for number in range(many):
        entry = incident(str(number), said=said, brand=brand, **{"severity": Severity.WATCH, **kinds[number % 4]})
        board.put(entry.incident_id, entry)
        silence = Silence(f"{brand}{number}", reason, NOW, NOW + HOUR, reason, "1")
        board.keep(f"{brand}{number}", BrandState(0.4, 0.3, budget=0, silences=(silence,)))
    roster = Roster({f"{brand}{number}": hold for number in range(many)})
    answerer = Answerer(board, roster, ZONE)
    messages = [
        answerer(Asked(text, reason, NOW, "1")).message for text in ("status", "digest", f"status {said}", said)
    ]
    for message in messages:
        check_blocks(message.blocks)
        assert sum(len(line) for line in text_of(message).splitlines()) < 13_000
        assert len(message.text) < 3_000
        for ping in ("<!channel", "<!here", "<!everyone", "<@", "<!subteam", "<mailto", "<https://evil"):
            assert ping not in json.dumps(message.blocks, ensure_ascii=False)
