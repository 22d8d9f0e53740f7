import json
import re
import string

import pytest
from alert_samples import CARD, MINUTE, NOON, assessed, incident, members, notified
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from slack_sdk.models.blocks import Block

from alerts.severity import Severity
from alerts.slack import words
from alerts.slack.escape import link, mrkdwn, plain
from alerts.slack.message.blocks import render
from alerts.slack.message.pings import render_ping
from alerts.standin.channel import Message, marked_up
from alerts.standin.limits import check_blocks
from scoring.assessment import Forecast, Reason

HOSTILE = [
    "<!channel> <!here> <!everyone> <!subteam^S012|@desk>",
    "<@U123> <#C123|general> <mailto:a@b.c|mail> <https://evil.example|rabobank.nl>",
    "&lt;!channel&gt; &amp;lt;!here&amp;gt;",
    "```never closed",
    "> quoted\n> again\n\n\n*bold* _italic_ ~gone~ `code` :rotating_light:",
    "\u202egnorts\u202c \u2066isolated\u2069 \u200fright \u200bzero",
    "a" * 10_000,
    "&<>" * 5_000,
    "\u0000\u0007\ud800\udfff\U000e0041",
    "مرحبا بالعالم " * 50,
    "Z" + "\u0334\u0335\u0336\u0337" * 500,
    "\u2028\u2029\u0085 \v\f\r\n\t",
    "",
]

texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=1000))
numbers = st.one_of(st.floats(0, 1e18), st.sampled_from([float("nan"), float("inf"), 0.0]))


def told(severity=Severity.CRITICAL, **changes):
    return notified(incident(severity, assessed(0, **{"risk": 0.87, **changes})))


def resolved(**changes):
    entry = incident(Severity.CRITICAL, assessed(122, **{**changes, "risk": 0.0}))
    peak = replace(entry.peak, risk=0.87)
    over = replace(entry, state="resolved", resolved_at=NOON + 122 * MINUTE, peak=peak, revision=3)
    return notified(over, "recovered", minute=122)


def together(**changes):
    """A group whose threads all say the same."""
    whole = told(**changes)
    said = changes["card"].excerpt
    entry = replace(whole.incident, kind="group", threads=30)
    listed = tuple(replace(one, excerpt=said, url=changes["card"].url) for one in members(30))
    return replace(whole, incident=replace(entry, members=listed))


def everything(message):
    """Every text of a message, as a reader would go through it."""
    found = [message.text]
    for block in message.blocks:
        if block["type"] not in ("actions", "image"):
            parts = [block.get("text"), *block.get("fields", ()), *block.get("elements", ())]
            found += [part["text"] for part in parts if part]
    return "\n".join(found)


def test_a_page_says_who_how_bad_how_big_and_why():
    message = render(told())
    text = everything(message)
    assert message.blocks[0]["text"] == {
        "type": "plain_text",
        "text": "🚨 CRITICAL · Albert Heijn",
        "emoji": False,
    }
    assert "*risk 87 %* · expects *1,240 shares* (640–2,300) within 24 h" in text
    assert "`▁▁▁▁▁▁▂▃▅█`  *74 shares* in 58 min" in text
    assert f"> {CARD.excerpt}" in text
    assert "*keukenmeisje* on X · 8,214 followers · may have reached 61,300" in text
    assert "<https://x.com/keukenmeisje/status/1290|open on x.com>" in text
    assert "• 74 shares in 58 min, 11 × normal for this age" in text
    assert "*Our answer lacks*\n⬜ sorry\n⬜ what happens next, and when" in text
    assert "*Our answer has*\n✅ answered" in text
    assert message.text.startswith("🚨 CRITICAL · Albert Heijn · risk 87 % · expects 1,240 shares")


def test_what_is_not_known_is_left_out():
    bare = replace(CARD, followers=None, audience=None, url=None, spread_curve=(), checklist=(), excerpt="")
    text = everything(render(told(card=bare, reasons=())))
    assert "> _(no text)_" in text
    assert "*keukenmeisje* on X\n" in text
    for absent in ("followers", "reached", "open on", "`", "*Why*", "lacks", "None"):
        assert absent not in text


def test_praise_is_called_praise():
    text = everything(render(told(Severity.NOTICE, risk=0.01, p_viral=0.9, p_negative=0.05)))
    assert "🔵 NOTICE" in text
    assert "it spreads as praise" in text


@pytest.mark.parametrize(("severity", "asked"), [(Severity.WATCH, True), (Severity.NOTICE, False)])
def test_an_answer_is_missed_under_a_complaint_and_not_under_praise(severity, asked):
    text = everything(render(told(severity, card=replace(CARD, checklist=()))))
    assert ("We have not answered yet" in text) == asked


def test_an_incident_that_eases_says_so():
    entry = replace(incident(Severity.CRITICAL), below_since=NOON + 5 * MINUTE, below_peak=Severity.WATCH)
    assert "Easing since <!date^1700000300^" in everything(render(notified(entry, "refreshed", minute=5)))


def test_a_picture_takes_the_place_of_the_curve():
    message = render(told(), chart="F12345678")
    assert "`▁" not in everything(message)
    (image,) = [block for block in message.blocks if block["type"] == "image"]
    assert image["slack_file"] == {"id": "F12345678"}


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: repr(text[:20]))
@pytest.mark.parametrize("form", [told, resolved, together], ids=["open", "resolved", "group"])
def test_hostile_text_cannot_ping_break_or_overflow(form, hostile):
    card = replace(
        CARD,
        excerpt=hostile,
        author=hostile,
        platform=hostile,
        url=hostile,
        checklist=((hostile, True),) * 30,
    )
    notification = form(brand=hostile, card=card, reasons=(Reason("any", 1.0, hostile),) * 30)
    for message in (render(notification), render_ping(notification, (), {})):
        assert_safe(message)


@settings(max_examples=80)
@given(
    fields=st.fixed_dictionaries(dict.fromkeys(("excerpt", "author", "platform"), texts)),
    url=st.one_of(st.none(), texts, texts.map("https://example.nl/".__add__)),
    brand=texts,
    reasons=st.lists(texts, max_size=8),
    marks=st.lists(st.tuples(texts, st.booleans()), max_size=20),
    curve=st.lists(st.integers(-5, 10**9), max_size=200),
    forecast=st.builds(Forecast, numbers, numbers, numbers, st.floats(0, 1e9)),
    counts=st.tuples(st.integers(0, 10**18), st.integers(0, 10**18)),
)
def test_no_message_exceeds_what_slack_takes(fields, url, brand, reasons, marks, curve, forecast, counts):
    followers, audience = counts
    card = replace(
        CARD,
        **fields,
        url=url,
        followers=followers,
        audience=audience,
        spread_curve=tuple(curve),
        checklist=tuple(marks),
    )
    reasons = tuple(Reason("any", 1.0, text) for text in reasons)
    changes = {"card": card, "brand": brand, "reasons": reasons, "forecast": forecast, "shares": followers}
    for notification in (told(**changes), resolved(**changes), together(**changes)):
        assert_safe(render(notification))


def assert_safe(message):
    check_blocks(message.blocks)
    assert all(Block.parse(block) is not None for block in message.blocks)
    assert len(json.dumps(message.blocks, ensure_ascii=False)) <= 13_000
    assert len(message.text) <= 3_000
    assert Message("C1", "1.0", message.text, message.blocks).mentions == ()
    text = everything(message)
    json.dumps(message.blocks, ensure_ascii=False).encode()  # no halves of surrogate pairs
    marked = [message.text, *marked_up(message.blocks)]
    for one in marked:
        # All that is left between Slack's brackets is ours: moments and the link.
        rest = one.replace("<!date^", "").replace("<https://", "").replace("<http://", "")
        assert "<" not in rest
    for invisible in "\u202e\u202d\u202a\u2066\u2067\u200b\u200f\ufeff\x00":
        assert invisible not in text
    assert text.count("\u2068") == text.count("\u2069")


def test_only_the_mention_given_pings():
    message = render(told(), interrupt=("here",))
    assert Message("C1", "1.0", message.text, message.blocks).mentions == ("!here",)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        pytest.param("https://x.com/a?b=1&c=2", ("https://x.com/a?b=1&amp;c=2", "x.com"), id="ampersand"),
        pytest.param("https://x.com/a|b>c <d", ("https://x.com/a%7Cb%3Ec%20%3Cd", "x.com"), id="slack's own marks"),
        pytest.param(
            "https://rabobank.nl@evil.example/",
            ("https://rabobank.nl@evil.example/", "evil.example"),
            id="user",
        ),
        pytest.param("https://rаbobank.nl/", ("https://r%D0%B0bobank.nl/", "xn--rbobank-2fg.nl"), id="cyrillic a"),
        pytest.param("javascript:alert(1)", None, id="javascript"),
        pytest.param("mailto:a@b.nl", None, id="mail"),
        pytest.param("https://[", None, id="malformed"),
        pytest.param("https://", None, id="no host"),
        pytest.param("https://x.com/\ud800", None, id="half a surrogate pair"),
        pytest.param("https://x.com/" + "a" * 1000, None, id="too long"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="absent"),
    ],
)
def test_a_link_goes_to_a_web_page_and_says_where(url, shown):
    assert link(url) == shown


@given(text=texts, limit=st.integers(3, 200))
def test_escaped_text_fits_and_is_cut_between_entities(text, limit):
    for escaped in (plain(text, limit), mrkdwn(text, limit)):
        assert len(escaped) <= limit
        assert not re.search("[<>]|&(?!(lt|gt|amp);)", escaped)


@given(st.text(string.ascii_letters + string.digits + " .,!?-@#'/()", max_size=200))
def test_ordinary_text_stays_as_it_is(text):
    assert mrkdwn(text, 1000) == plain(text, 1000) == " ".join(text.split())


def test_emoji_and_persian_keep_what_holds_them_together():
    assert plain("👩‍🍳 ❤️ 🇳🇱", 100) == "👩‍🍳 ❤️ 🇳🇱"
    assert "می‌خواهم" in mrkdwn("می‌خواهم", 100)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0", 0),
        ("7", 7.4),
        ("99", 99),
        ("640", 643),
        ("1,240", 1243),
        ("12,400", 12_351),
        ("1.2 M", 1_243_000),
    ],
)
def test_estimates_are_rounded_to_what_they_can_vouch_for(written, number):
    assert words.rounded(number) == written


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("0 s", -5),
        ("45 s", 45),
        ("58 min", 58 * 60 + 59),
        ("2 h 10 min", 7800),
        ("24 h", 86400),
        ("3 d 4 h", 273_600),
    ],
)
def test_durations_have_two_units_at_most(written, seconds):
    assert words.duration(seconds) == written


@pytest.mark.parametrize(
    ("written", "chance"), [("&lt;1 %", 0.004), ("1 %", 0.01), ("87 %", 0.87), ("&gt;99 %", 0.999)]
)
def test_a_percentage_never_claims_certainty(written, chance):
    assert words.percent(chance) == written


@pytest.mark.parametrize(
    ("drawn", "curve"),
    [("", ()), ("", (0, 0)), ("", (5,)), ("▁█", (0, 5)), ("▁▄█", (0, 50, 100)), ("▁▃▁█", (0, 3, -9, 9))],
)
def test_a_sparkline_shows_the_shape_of_a_curve(drawn, curve):
    assert words.sparkline(curve) == drawn


def test_a_long_curve_is_thinned_but_keeps_its_ends():
    drawn = words.sparkline(range(1000))
    assert (len(drawn), drawn[0], drawn[-1]) == (24, "▁", "█")


def test_a_moment_has_the_reader_s_time_zone_and_a_fallback():
    assert words.clock(NOON) == "<!date^1700000000^{date_short_pretty} {time}|2023-11-14 22:13 UTC>"
    assert words.clock(-MINUTE) == words.clock(1e18) == "at an unknown time"


def test_every_severity_has_its_sign():
    signs = {everything(render(told(one))).split()[0] for one in Severity}
    assert len(signs) == len(Severity)
