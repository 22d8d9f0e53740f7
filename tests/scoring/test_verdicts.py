import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.cascades import Cascade
from scoring.past import PastThread
from scoring.tone.corpus import DESK, Labelled
from scoring.verdicts import EMPHASIS, Verdict, VerdictError, learn, read_verdicts

KINDS = list(EMPHASIS)


def past(name="t", *, text="Alweer een storing, schandalig dat jullie niks doen", lang=None, viral=False):
    return PastThread(Cascade(name, []), text, lang, viral)


def judged(verdict, name="t"):
    return {name: Verdict(name, 1.0, verdict)}


def write(path, *lines):
    raw = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines).encode()
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
    return path


@pytest.mark.parametrize(
    ("verdict", "viral", "label"),
    [
        ("real", True, "negative"),
        ("real", False, "negative"),
        ("too_late", True, "negative"),
        ("false_alarm", True, "neutral"),
        ("false_alarm", False, None),
    ],
    ids=["real, spread", "real, small", "too late", "false alarm, spread", "false alarm, small"],
)
def test_what_a_verdict_teaches_the_tone(verdict, viral, label):
    found = learn([past(viral=viral)], judged(verdict))
    assert found.texts == ([Labelled(past().text, "nl", label, DESK)] if label else [])


@pytest.mark.parametrize(("verdict", "weight"), [("real", 3.0), ("false_alarm", 3.0), ("too_late", 6.0)])
def test_a_judged_cascade_counts_more(verdict, weight):
    assert learn([past("a"), past("b")], judged(verdict, "b")).emphasis == {"b": weight}


@pytest.mark.parametrize("text", [None, "", "  \n"], ids=["unknown", "empty", "blank"])
def test_a_root_without_words_teaches_the_tone_nothing(text):
    found = learn([past(text=text)], judged("real"))
    assert (found.texts, found.emphasis) == ([], {"t": 3.0})


@pytest.mark.parametrize(("lang", "settled"), [("en-GB", "en"), ("xx", "nl"), (None, "nl")])
def test_the_language_is_the_declared_one_or_the_detected(lang, settled):
    assert learn([past(lang=lang)], judged("real")).texts[0].lang == settled


@given(st.sets(st.sampled_from("abcdef")), st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(KINDS)))
def test_verdicts_on_threads_that_are_not_there_are_counted_and_nothing_else(threads, verdicts):
    found = learn(map(past, sorted(threads)), {name: Verdict(name, 1.0, kind) for name, kind in verdicts.items()})
    assert found.emphasis == {name: EMPHASIS[kind] for name, kind in verdicts.items() if name in threads}
    assert found.unknown == len(verdicts.keys() - threads)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 5), st.sampled_from(KINDS)), max_size=8))
def test_the_latest_verdict_on_a_thread_holds(tmp_path_factory, lines):
    folder = tmp_path_factory.mktemp("verdicts")
    files = [
        write(folder / f"{i}.jsonl", *({"thread_id": n, "at": at, "verdict": v} for n, at, v in part))
        for i, part in enumerate((lines[:4], lines[4:]))
    ]
    expected = {name: verdict for name, at, verdict in sorted(lines, key=lambda one: one[1])}
    assert {name: one.verdict for name, one in read_verdicts(files).items()} == expected


@pytest.mark.parametrize("name", ["v.jsonl", "v.jsonl.gz"])
def test_unknown_fields_and_blank_lines_are_passed_over(tmp_path, name):
    path = write(tmp_path / name, {"thread_id": "t", "at": 1, "verdict": "real", "by": "U1", "note": [1]}, " ")
    assert read_verdicts([path]) == {"t": Verdict("t", 1.0, "real", "U1")}


GOOD = {"thread_id": "t", "at": 1, "verdict": "real"}
BAD = {
    "no JSON": ("{", "truncated"),
    "no object": ("[1]", r"\[1\] is no verdict; allowed are objects with thread_id, at, verdict, by"),
    "another verdict": (GOOD | {"verdict": "maybe"}, "verdict = 'maybe'; allowed: real, false_alarm, too_late"),
    "no verdict": ({"thread_id": "t", "at": 1}, "verdict is missing; allowed: real, false_alarm, too_late"),
    "a date": (GOOD | {"at": "2026-01-01"}, "at = '2026-01-01'; allowed: epoch seconds"),
    "a time before 1970": (GOOD | {"at": -1}, "at = -1; allowed: epoch seconds"),
    "an id that is a number": (GOOD | {"thread_id": 7}, "thread_id = 7; allowed: the id"),
    "an empty id": (GOOD | {"thread_id": ""}, "thread_id = ''; allowed: the id"),
    "a judge that is a number": (GOOD | {"by": 7}, "by = 7; allowed: a string"),
}


@pytest.mark.parametrize(("bad", "message"), BAD.values(), ids=BAD)
def test_a_bad_line_is_named_with_its_value_and_what_is_allowed(tmp_path, bad, message):
    with pytest.raises(VerdictError, match=rf"v\.jsonl, line 2: .*{message}"):
        read_verdicts([write(tmp_path / "v.jsonl", GOOD, bad)])
