import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.click import Click, Silence
from alerts.event import Notification
from alerts.incidents import decode_state, encode_state
from alerts.ledger import LedgerError
from scoring.verdicts import Verdict
from streams.incident_ledger import key_of
from streams.order import BufferState, Key, SourceState
from streams.worker.ledger import PartitionLedger
from streams.worker.rows import DecidedSeal, IncidentRow, Mark, is_brand, read_incident, read_seal, readable
from tests.streams.ledger_samples import AT, DESK, apply, assessed, click, paged


class Disk:
    """What was written down, as a compacted topic keeps it."""

    def __init__(self):
        self.rows = {}
        self.mark = None

    def write(self, ledger):
        rows = ledger.unwritten()
        self.mark = ledger.mark
        for key, value in rows:
            if value is None:
                self.rows.pop(key, None)
            else:
                self.rows[key] = value
        return rows

    def recover(self, lost=lambda: None):
        incidents = [row for row in self.rows.items() if not is_brand(row[0])]
        brands = [row for row in self.rows.items() if is_brand(row[0])]
        return PartitionLedger(
            DESK, readable(incidents, read_incident, lost), readable(brands, decode_state, lost), self.mark
        )


def test_what_is_told_is_kept_with_the_entry_until_it_has_arrived():
    disk = Disk()
    ledger, _, told = paged()
    disk.write(ledger)
    assert [each.news for each in disk.recover().unsent()] == [told[0].news]
    ledger.sent(told[0])
    disk.write(ledger)
    assert disk.recover().unsent() == []
    assert [entry.revision for entry in disk.recover().entries()] == [1]


def test_a_verdict_is_kept_as_well():
    disk = Disk()
    ledger, incident, told = paged()
    done = ledger.do(click("false_alarm", incident), at_once=False)
    verdicts = [each for each in done.told if isinstance(each.news, Verdict)]
    assert [(v.news.thread_id, v.news.verdict, v.news.by) for v in verdicts] == [("t", "false_alarm", "anna")]
    ledger.sent(told[0])
    disk.write(ledger)
    left = disk.recover().unsent()
    assert {type(each.news) for each in left} == {Notification, Verdict}
    assert told[0].news not in [each.news for each in left]


def test_what_was_applied_before_a_restart_is_not_applied_again():
    disk = Disk()
    ledger, incident, _ = paged()
    ledger.do(click("resolve", incident), at_once=False)
    disk.write(ledger)
    recovered = disk.recover()
    assert apply(recovered, assessed(0.9)).outcomes == []
    assert [entry.state for entry in recovered.entries()] == ["resolved"]
    assert apply(recovered, assessed(0.9, at=1.0), offset=1).outcomes != []


def test_what_waited_for_its_turn_at_the_crash_is_applied_after_it():
    disk = Disk()
    ledger = PartitionLedger(DESK)
    early, late = assessed(0.9, at=10.0), assessed(0.9, at=99.0, thread="u")
    # Both records were read; the one of the later offset came first in time, the other one is held still.
    apply(ledger, early, offset=1, read=2)
    disk.write(ledger)
    recovered = disk.recover()
    assert apply(recovered, early, offset=1).outcomes == []
    assert [each.news.alert.thread_id for each in apply(recovered, late, offset=0).told] == ["u"]


def test_a_late_item_that_was_applied_out_of_turn_is_not_applied_again():
    disk = Disk()
    ledger = PartitionLedger(DESK)
    apply(ledger, assessed(0.9, at=99.0), offset=0)
    apply(ledger, assessed(0.9, at=10.0, thread="late"), offset=1)
    disk.write(ledger)
    assert apply(disk.recover(), assessed(0.9, at=10.0, thread="late"), offset=1).outcomes == []


def test_late_items_of_one_record_are_all_applied():
    ledger = PartitionLedger(DESK)
    apply(ledger, assessed(0.9, at=99.0), offset=0)
    late = [assessed(0.9, at=at, thread=f"late-{at}") for at in (10.0, 20.0)]
    told = ledger.apply([(Key(a.at, a.thread_id, 1, n), a) for n, a in enumerate(late)], 2).told
    assert {each.news.alert.thread_id for each in told} == {"late-10.0", "late-20.0"}
    assert ledger.last.at == AT + 99.0


def test_a_click_that_comes_again_after_a_restart_changes_nothing():
    disk = Disk()
    ledger, incident, _ = paged()
    ledger.do(click("acknowledge", incident), at_once=False)
    disk.write(ledger)
    recovered = disk.recover()
    again = recovered.do(click("acknowledge", incident), at_once=False)
    assert [outcome.decision.cause for outcome in again.outcomes] == ["repeated"]
    assert again.told == []


@pytest.mark.parametrize("at_once", [True, False])
def test_a_replayed_stream_takes_clicks_at_the_brands_own_time(at_once):
    ledger, incident, _ = paged()
    wish = Click("b", incident, "acknowledge", "anna", AT + 90.0, "c")
    (told,) = ledger.do(wish, at_once=at_once).told[-1:]
    assert told.news.alert.at == (AT if at_once else AT + 90.0)


def test_a_silence_lasts_as_long_as_wished_whatever_the_clock():
    ledger, _, _ = paged()
    ledger.do(Silence("b", "anna", AT + 9e6, AT + 9e6 + 600, "onderhoud", "s"), at_once=True)
    (silence,) = ledger.states()["b"].silences
    assert (silence.at, silence.until) == (AT, AT + 600)


def test_a_click_on_something_unknown_is_counted_and_leaves_nothing():
    ledger = PartitionLedger(DESK)
    done = ledger.do(click("acknowledge", "0" * 16), at_once=True)
    assert [outcome.decision.cause for outcome in done.outcomes] == ["pointless"]
    assert list(ledger.entries()) == []


def test_time_passes_for_every_brand_and_what_is_due_is_told():
    ledger = PartitionLedger(DESK)
    for brand in ("b", "c"):
        apply(ledger, assessed(0.9, brand=brand), offset=0)
        apply(ledger, assessed(0.0, at=60.0, brand=brand), offset=1)
    told = ledger.advance(AT + 86_400).told
    assert {(each.news.alert.brand, each.news.alert.event) for each in told} >= {("b", "resolved"), ("c", "resolved")}


def test_nobody_is_told_of_what_is_too_long_ago_but_of_what_is_so_now():
    disk = Disk()
    ledger = PartitionLedger(DESK)
    key = Key(AT, "t", 0, 0)
    done = ledger.apply([(key, assessed(0.9))], 1, since=AT + 1.0)
    assert (done.told, done.outcomes, done.stale) == ([], [], 1)
    disk.write(ledger)
    assert disk.recover().apply([(key, assessed(0.9))], 1).outcomes == [], "it was dealt with"
    late = assessed(0.9, at=60.0)
    done = ledger.apply([(Key(late.at, "t", 1, 0), late)], 2, since=AT + 1.0)
    assert [each.news.alert.event for each in done.told] == ["opened"]
    assert done.stale == 0


def test_invented_brands_fill_no_memory_and_take_nobodys_place(monkeypatch):
    monkeypatch.setattr("streams.worker.ledger.MOST_BRANDS", 20)
    ledger, _, _ = paged()
    disk = Disk()
    for number in range(100):
        apply(ledger, assessed(0.0, at=60.0 + number, brand=f"made-up-{number:03}"), offset=1 + number)
        ledger.advance(AT + 60.0 + number)
        disk.write(ledger)
        assert len(ledger.states()) <= 21
    assert "b" in ledger.states(), "its incident is open"
    assert "made-up-099" in ledger.states()
    assert {key for key in disk.rows if is_brand(key)} == set(ledger.states())


def test_nothing_new_is_nothing_to_write():
    ledger, _, _ = paged()
    assert ledger.changed
    assert [key for key, _ in ledger.unwritten()] == [key_of("b", "t"), "b"]
    assert not ledger.changed
    assert ledger.unwritten() == []


def test_a_row_is_written_anew_on_request_whatever_it_is():
    ledger, _, _ = paged()
    known = dict(ledger.unwritten())
    for key in (key_of("b", "t"), "b", key_of("b", "gone"), "gone"):
        ledger.rewrite(key)
    assert dict(ledger.unwritten()) == {**known, key_of("b", "gone"): None, "gone": None}


def test_an_incident_that_is_forgotten_is_deleted():
    ledger, _, _ = paged()
    apply(ledger, assessed(0.0, at=60.0), offset=1)
    disk = Disk()
    disk.write(ledger)
    told = ledger.advance(AT + 60 * 86_400).told
    assert list(ledger.entries()) == []
    disk.write(ledger)
    assert told[-1].news in [each.news for each in disk.recover().unsent()], "though its end may not have arrived"
    for each in ledger.unsent():
        ledger.sent(each)
    assert (key_of("b", "t"), None) in disk.write(ledger)


@pytest.mark.parametrize(
    ("read", "raw"),
    [
        pytest.param(read_incident, b'{"brand":"b","thread_id":"t","version":1}', id="the entry of an older service"),
        pytest.param(read_incident, b'{"entry":{"brand":"b","version":1}}', id="an entry of another version"),
        pytest.param(read_incident, b'{"entry":{"version":2}}', id="an entry with nothing in it"),
        pytest.param(read_incident, b"\xff", id="no JSON for an incident"),
        pytest.param(decode_state, b'{"version":99}', id="a state of another version"),
        pytest.param(decode_state, b"\xff", id="no JSON for a brand"),
    ],
)
def test_a_row_that_cannot_be_read_is_left_out_and_counted(read, raw):
    with pytest.raises(LedgerError):
        read(raw)
    lost = []
    assert list(readable([("b\x1ft", raw)], read, lambda: lost.append(1))) == []
    assert lost == [1]


def test_rows_are_read_back_as_they_were_written():
    disk = Disk()
    ledger, _, _ = paged()
    disk.write(ledger)
    incident, brand = disk.rows.values()
    assert isinstance(read_incident(incident), IncidentRow)
    assert msgspec.json.encode(read_incident(incident)) == incident
    assert encode_state(decode_state(brand)) == brand
    assert disk.mark == Mark(1, Key(AT, "t", 0, 0))


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(None, id="none"),
        pytest.param(b"{", id="broken"),
        pytest.param(b'{"version":99,"clicks":7}', id="of another version"),
    ],
)
def test_where_a_seal_cannot_be_read_all_is_read_again(raw):
    assert read_seal(raw) == DecidedSeal()


def test_a_seal_is_read_back_as_it_was_written():
    source = SourceState(AT, True, 3, 17, (19, 20))
    seal = DecidedSeal(BufferState(5, AT, (source,)), Mark(7, Key(AT, "t", 4, 1)), 9)
    assert read_seal(msgspec.json.encode(seal)) == seal


steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("assess"), st.sampled_from("tuv"), st.sampled_from((0.0, 0.15, 0.5, 0.9)), st.integers(1, 900)
        ),
        st.tuples(st.just("click"), st.sampled_from(("acknowledge", "resolve", "snooze_30m", "real"))),
        st.tuples(st.just("pass"), st.integers(1, 7_200)),
    ),
    max_size=14,
)


@settings(deadline=None, max_examples=60)
@given(steps, st.integers(0, 13), st.integers(0, 3))
def test_a_crash_anywhere_changes_nothing_and_loses_nothing(script, crash_at, unwritten_for):
    """Play a script with a crash; what was decided since the last write is redone, what was sent is sent anew."""

    def play(crash):
        disk, ledger, now, sent, log = Disk(), PartitionLedger(DESK), AT, {}, []

        def do(ledger, number, step):
            nonlocal now
            if step[0] == "assess":
                _, thread, risk, _ = step
                done = apply(ledger, assessed(risk, log[number] - AT, thread=thread), offset=number)
            elif step[0] == "click":
                first = next(iter(sorted(e.incident_id for e in ledger.entries())), "none")
                done = ledger.do(click(step[1], first, number, log[number] - AT), at_once=False)
            else:
                done = ledger.advance(log[number])
            return done

        saved = 0
        for number, step in enumerate(script):
            now += step[-1] if step[0] != "click" else 1
            log.append(now)
            done = do(ledger, number, step)
            if done.told or number - saved >= unwritten_for:
                disk.write(ledger)
                saved = number + 1
            if crash and number == crash_at:
                ledger = disk.recover()
                for told in ledger.unsent():
                    sent[msgspec.json.encode(told.news)] = None
                for again in range(saved, number + 1):
                    for told in do(ledger, again, script[again]).told:
                        sent[msgspec.json.encode(told.news)] = None
            else:
                for told in done.told:
                    sent[msgspec.json.encode(told.news)] = None
        return sorted(sent), sorted(msgspec.json.encode(e) for e in ledger.entries())

    assert play(crash=True) == play(crash=False)
