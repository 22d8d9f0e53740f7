"""What people said is kept no longer than wanted, and what somebody said is forgotten when they ask for it."""

import msgspec
import pytest
from brand_life import AT_ONCE, BrandLife, complaint, unlike
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from alerts.incidents.state import decode_state, encode_state
from alerts.ledger import encode
from alerts.policy import HOUR
from alerts.redaction import bears_texts
from alerts.severity import Severity
from scoring.assessment import Reason
from scoring.names import short
from scoring.people import People

DAY_M = 24 * 60
LINK = "Dit moet je lezen: https://blog.example/belvast zegt @sanne"
KIM = People(short(name) for name in ("klant-one", "keukenmeisje"))
SANNE = People([short("sanne")])


@pytest.fixture
def life():
    return BrandLife(text_s=2 * 24 * HOUR)


def written(life):
    """All that is written down of a brand."""
    rows = [encode(entry) for entry in life.entries.values()]
    return b"".join([*rows, encode_state(life.incidents.state)]).decode()


def resolved(life, **changes):
    life.sees("one", 0, risk=0.5, text=LINK, url="https://x.com/keukenmeisje/status/1", **changes)
    life.sees("two", 1, risk=0.4, text=LINK)
    life.does(5, life.active[0], "resolve")
    return life


def test_words_outlast_an_incident_by_what_the_desk_wants_and_figures_until_it_is_forgotten(life):
    resolved(life)
    life.passes(5 + 2 * DAY_M - 1)
    assert all(word in written(life) for word in ("lezen", "sanne", "keukenmeisje"))
    life.passes(5 + 2 * DAY_M)
    assert not any(word in written(life) for word in ("lezen", "sanne", "keukenmeisje", "blog.example"))
    ((entry,), told) = (life.entries.values(), len(life.told))
    assert (entry.threads, entry.peak.shares, len(entry.members)) == (2, 74, 2)
    life.passes(5 + 14 * DAY_M - 1)
    assert list(life.entries) == ["one"]
    life.passes(5 + 14 * DAY_M)
    assert life.entries == {}
    assert len(life.told) == told, "nobody is told of it"


def test_an_incident_that_is_open_keeps_its_words(life):
    life.sees("one", 0, risk=0.5, text=LINK)
    for day in range(6):
        life.sees("one", day * DAY_M, risk=0.5, text=LINK)
    assert bears_texts(life.active[0])


def test_words_that_come_back_go_again(life):
    resolved(life)
    life.passes(5 + 3 * DAY_M)
    life.sees("two", 6 + 3 * DAY_M, risk=0.01, text=LINK)
    life.passes(7 + 3 * DAY_M)
    assert "lezen" not in written(life)


def test_without_any_wish_to_keep_them_words_go_as_the_incident_ends():
    life = resolved(BrandLife(text_s=0.0))
    life.passes(5)
    assert "lezen" not in written(life)
    assert life.told[-1].card.excerpt, "whoever was told that it is over was told of what"


def test_words_never_outlast_the_incident_itself():
    life = resolved(BrandLife(policy=replace(AT_ONCE, forget_s=HOUR), text_s=24 * HOUR))
    life.passes(5 + 60)
    assert life.entries == {}


def test_complaints_are_remembered_word_by_word_for_the_window_only(life):
    for number in range(5):
        life.hears(f"t{number}", number, f"Xylofoon nummer {number} van @sanne is stuk")
    assert "xylofoon nummer 4" in written(life).lower()
    life.passes(5 + 11)
    assert "nummer 4" not in written(life)
    assert "sanne" not in written(life)
    assert "xylofoon" in written(life), "how common a word is stays known"


def test_words_that_nobody_says_any_more_are_forgotten(life):
    life.hears("t", 0, "Xylofoon is stuk")
    for day in range(1, 40):
        life.hears(f"t{day}", day * DAY_M, "Trompet is stuk")
        seen = "xylofoon" in written(life)
        assert seen if day < 7 else not seen if day > 15 else True
    assert "trompet" in written(life)
    life.passes(70 * DAY_M)
    assert "trompet" not in written(life)
    assert life.incidents.due_at is None


def test_how_often_time_passes_does_not_change_what_is_remembered():
    def lived(steps):
        life = BrandLife()
        for number in range(60):
            life.hears(f"t{number}", 7 * number, unlike(number))
            for step in range(1, steps + 1):
                life.passes(7 * number + 7 * step / (steps + 1))
        for hour in range(0, 40 * 24, 400 // steps if steps else 4000):
            life.passes(500 + 60 * hour)
        life.passes(500 + 60 * 24 * 40)
        return encode_state(life.incidents.state)

    assert lived(0) == lived(1) == lived(5)


def test_a_complaint_of_a_storm_stays_while_the_storm_does(life):
    life.is_usual()
    for number in range(20):
        life.hears(f"storm-{number}", number / 4, "Storing bij Belvast, alles ligt plat")
    life.passes(20)
    assert life.active[0].kind == "storm"
    assert "alles ligt plat" in written(life)
    life.passes(20 + 5 * 60)
    assert life.incidents.state.complaints.recent == []


# Somebody who asks to be forgotten.


def test_what_somebody_said_is_forgotten_and_the_message_edited_without_a_sound(life):
    life.sees("one", 0, risk=0.5, text=LINK, url="https://x.com/keukenmeisje/status/1")
    told = len(life.told)
    outcomes, complaints = life.incidents.erase(KIM)
    (told_now,) = [one for outcome in outcomes for one in outcome.notifications]
    assert (told_now.cause, told_now.alert.event, told_now.notifies, told_now.page) == (
        "erased",
        "updated",
        False,
        False,
    )
    assert told_now.revision == told + 1
    (entry,) = life.active
    card = entry.assessment.card
    assert (card.excerpt, card.author, card.followers, card.url) == ("", "", None, None)
    assert (entry.severity, entry.state, entry.assessment.shares, complaints) == (Severity.PAGE, "open", 74, 0)
    assert "keukenmeisje" not in written(life)
    assert life.incidents.erase(KIM) == ([], 0), "once is enough"


def test_somebody_who_is_only_mentioned_is_not_named_any_more(life):
    life.sees("one", 0, risk=0.5, text=LINK)
    life.incidents.erase(SANNE)
    assert life.active[0].assessment.card.excerpt == LINK.replace("@sanne", "@…")
    assert life.active[0].assessment.card.author == "keukenmeisje"


def test_somebody_else_stays(life):
    life.sees("one", 0, risk=0.5, text=LINK)
    before = written(life)
    assert life.incidents.erase(People([short("anna")])) == ([], 0)
    assert written(life) == before


def test_reasons_name_them_no_more(life):
    reasons = (
        Reason("largest_broadcaster", 9e5, "spread by sanne, who has 900,000 followers"),
        Reason("harsh_reply", 1.0, "the brand snapped at the customer: “@sanne wat een onzin”"),
    )
    life.sees("one", 0, risk=0.5, reasons=reasons)
    life.incidents.erase(SANNE)
    assert [reason.text for reason in life.active[0].assessment.reasons] == [
        "spread by somebody, who has 900,000 followers",
        "the brand snapped at the customer: “@… wat een onzin”",
    ]


def test_one_of_a_group_is_forgotten_and_the_others_stay(life):
    life.sees("one", 0, risk=0.5, text=LINK)
    life.hears("silent", 1, LINK)
    life.sees("two", 2, risk=0.4, text=LINK)
    silent = People([short("klant-silent")])
    life.incidents.erase(silent)
    texts = {member.thread_id: member.excerpt for member in life.active[0].members}
    assert texts == {"one": LINK, "silent": "", "two": LINK}
    assert "klant-silent" not in written(life)


def test_what_is_over_is_told_of_as_well(life):
    resolved(life)
    outcomes, _ = life.incidents.erase(KIM)
    (told,) = [one for outcome in outcomes for one in outcome.notifications]
    assert (told.incident.state, told.cause) == ("resolved", "erased")
    assert "keukenmeisje" not in written(life)


def test_a_storm_forgets_who_began_it_and_goes_on(life):
    life.is_usual()
    for number in range(20):
        life.hears(f"storm-{number}", number / 4, "Storing bij Belvast, alles ligt plat")
    (storm,) = life.active
    first = storm.assessment.card.author
    _, complaints = life.incidents.erase(People([short(first)]))
    assert complaints == 1
    life.restarts()
    for number in range(20, 30):
        life.hears(f"storm-{number}", 6 + number / 4, "Storing bij Belvast, alles ligt plat")
    assert f'"{first}"' not in written(life)
    assert life.active[0].threads == 30


AUTHORS = st.sampled_from(["klant-a", "klant-b", "keukenmeisje", "sanne"])
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["hears", "sees", "passes", "resolves", "erases", "restarts"]),
        st.sampled_from("abc"),
        st.sampled_from([LINK, "Weer een storing, @sanne weet het ook niet meer", "Kort"]),
        st.floats(0.1, 2_000.0),
        AUTHORS,
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_whatever_happens_nobody_is_named_after_being_forgotten(steps):
    life, minute = BrandLife(text_s=24 * HOUR), 0.0
    for what, thread, text, later, author in steps:
        minute += later
        if what == "hears":
            life.takes(replace(complaint(thread, minute, text), author=f"klant-{thread}"))
        elif what == "sees":
            life.sees(thread, minute, risk=0.5, text=text, url=f"https://x.com/klant-{thread}/status/1")
        elif what == "passes":
            life.passes(minute)
        elif what == "resolves" and life.active:
            life.does(minute, life.active[0], "resolve")
        elif what == "restarts":
            life.restarts()
        else:
            before = {key: entry.revision for key, entry in life.entries.items()}
            outcomes, _ = life.incidents.erase(People([short(author)]))
            assert author not in written(life)
            assert all(not one.notifies for outcome in outcomes for one in outcome.notifications)
            assert {o.decision.entry.thread_id for o in outcomes if o.notifications} == {
                key for key, entry in life.entries.items() if entry.revision != before.get(key)
            }
        for entry in life.entries.values():
            over = entry.resolved_at is not None and not entry.active
            assert not (over and bears_texts(entry) and life.incidents.state.now >= entry.resolved_at + 24 * HOUR)
    state = life.incidents.state
    assert msgspec.json.encode(decode_state(encode_state(state))) == encode_state(state)
