from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ties import LATEST, LEAST_BEFORE, REMEMBERED_TIES, Ties
from tests.scoring.scoring_samples import T0, answer, post, spread, threaded


def talk(*said, root=True):
    """A thread of replies, each a pair of author and parent; the parent is a number of an earlier reply, or "t"."""
    replies = [
        spread(f"r{i}", T0 + i, kind="reply", author=author, parent=parent if parent == "t" else f"r{parent}")
        for i, (author, parent) in enumerate(said)
    ]
    return threaded(*([post(author="klant")] if root else []), *replies)


@pytest.mark.parametrize(
    ("said", "renewed"),
    {
        "strangers": ([("a", "t"), ("b", "t"), ("c", 0)], 0),
        "again to the same post": ([("a", "t"), ("a", "t")], 1),
        "again to the same author": ([("a", "t"), ("b", 0), ("a", 1), ("b", 2)], 1),
        "to another author": ([("a", "t"), ("b", "t"), ("b", 0)], 0),
        "to another author, twice": ([("a", "t"), ("b", "t"), ("b", 0), ("b", 0)], 1),
        "the customer to somebody": ([("a", "t"), ("klant", 0)], 0),
        "the customer to himself": ([("klant", "t")], 1),
        "somebody to himself": ([("a", "t"), ("a", 0)], 1),
    }.values(),
    ids=lambda value: " ".join(f"{a}-{p}" for a, p in value) if isinstance(value, list) else None,
)
def test_which_ties_are_renewed(said, renewed):
    assert talk(*said).ties.renewed == renewed


def test_answering_the_brand_is_a_tie_as_well():
    replies = [spread(f"r{i}", T0 + 2, kind="reply", author="a", parent=p) for i, p in enumerate(["t", "own", "own"])]
    assert threaded(post(), answer("own", T0 + 1), *replies).ties.renewed == 1


def test_a_post_that_arrives_after_its_answer_is_known_by_its_author_then():
    late = spread("p", T0, kind="reply", author="a")
    replies = [spread(f"r{i}", T0 + i, kind="reply", author="b", parent=parent) for i, parent in enumerate(["p", "q"])]
    assert threaded(post(), replies[0], late, spread("q", T0, author="a", parent="t"), replies[1]).ties.renewed == 2


_TALK = st.lists(st.tuples(st.sampled_from(["klant", "a", "b", "c", "d"]), st.floats(0, 1)), min_size=1, max_size=150)


@given(_TALK)
def test_ties_are_those_that_a_list_of_all_of_them_would_tell(drawn):
    wrote, met, new = ["klant"], set(), []
    said = []
    for author, place in drawn:
        parent = int(place * (len(wrote) - 1))
        said.append((author, "t" if parent == 0 else parent - 1))
        answered = wrote[parent]
        new.append(author != answered and (author, answered) not in met)
        met.add((author, answered))
        wrote.append(author)
    ties = talk(*said).ties
    assert ties.renewed == len(new) - sum(new)
    change = ties.change(len(new))
    if len(new) < LATEST + LEAST_BEFORE:
        assert change is None
        return
    late, early = new[-LATEST:], new[:-LATEST]
    assert change.recent == pytest.approx(sum(late) / len(late))
    assert change.before == pytest.approx(sum(early) / len(early))
    assert isfinite(change.z)


def test_strangers_after_a_talk_among_three_as_worked_out_by_hand():
    ties = talk(*[("abc"[i % 3], "t") for i in range(30)], *[(f"s{i}", "t") for i in range(50)]).ties
    change = ties.change(80)
    assert (change.recent, change.before) == (1.0, pytest.approx(0.1))
    # Pooled 53/80; its standard error 0.4729 × √(1/50 + 1/30) = 0.1092.
    assert change.z == pytest.approx(8.241, abs=1e-3)


def test_ties_are_remembered_in_bounded_memory():
    ties = Ties()
    for i in range(3 * REMEMBERED_TIES):
        ties.add(i + 1, "a", f"b{i}", "first")
    assert ties.renewed == 0
    ties.add(3 * REMEMBERED_TIES + 1, "a", f"b{2 * REMEMBERED_TIES}", "first")
    ties.add(3 * REMEMBERED_TIES + 2, "a", "b0", "first")
    assert ties.renewed == 1
    assert ties.change(10**9).recent == 1.0
