"""Who asked to be forgotten is in no row and in nothing that is said any more."""

import msgspec
import pytest

from scoring.mention import Author, Mention
from scoring.names import short
from scoring.people import People, plain_handle
from scoring.profile import BrandProfile
from tests.scoring.scoring_samples import T0, answer, post, spread

PERSON = Author("id-4711", "@Kim_de_Vries", 9_000)
SECRET = "@b al drie weken slecht, mijn nummer is 0612345678"
PROFILE = BrandProfile(viral_spread=50)


def called(*names):
    """People by their ids or handles."""
    return People(short(each) for name in names for each in (name, plain_handle(name)) if each)


def by_person(name, at, *, thread="t", kind="reply", parent="t", text="slecht"):
    return Mention(name, thread, kind, at, "x", "b", PERSON, parent, text)


def began():
    """The person's complaint that spreads, and the brand that speaks to him by name."""
    url = "https://x.test/kim_de_vries/t"
    root = Mention("t", "t", "post", T0, "x", "b", PERSON, None, SECRET, "nl", url)
    shares = [spread(f"s{i}", T0 + 10 * i, author=f"fan{i}") for i in range(20)]
    own = answer("own", T0 + 50, text="@kim_de_vries Jammer dan, lees eerst eens.")
    return [root, *shares, own, *(by_person(f"p{i}", T0 + 60 + i, parent=f"s{i}") for i in range(3))]


def spread_by_person():
    """Others' complaint, which the person spreads further than anybody."""
    root = post("t", text="@Kim_de_Vries moet dit lezen: @b slecht")
    return [
        root,
        by_person("p1", T0 + 5),
        *(spread(f"s{i}", T0 + 10 * i, parent="p1") for i in range(20)),
        by_person("p2", T0 + 90, parent="s1"),
        by_person("p3", T0 + 95, parent="s2"),
    ]


def traces(*places):
    raw = b"".join(place if isinstance(place, bytes) else msgspec.json.encode(place) for place in places).lower()
    wanted = (b"id-4711", b"kim_de_vries", b"0612345678", short("id-4711").lower())
    return [word for word in wanted if word in raw]


def rows_of(engine):
    return [row for _, row in engine.take_changes().rows if row is not None]


@pytest.mark.parametrize("given", ["id-4711", "@Kim_de_Vries", "kim_de_vries"], ids=["id", "handle", "plain handle"])
@pytest.mark.parametrize("mentions", [began(), spread_by_person()], ids=["who began it", "who spread it"])
def test_a_person_is_found_nowhere_any_more(new_engine, mentions, given):
    engine = new_engine(profile=PROFILE)
    before = engine.fold([*mentions, post("other", T0 + 100)])
    size = engine._threads["t"].spread
    assert traces(*rows_of(engine), before)
    assert engine.erase(called(given)) == ["t"]
    rows = engine.take_changes().rows
    assert [name for name, _ in rows] == ["t"]
    more = [spread(f"later{i}", T0 + 3_600 + i) for i in range(60)]
    after = [*engine.fold(more), *engine.advance(T0 + 90_000)]
    assert any(s.assessment for s in after)
    assert traces(*[row for _, row in rows], after, *rows_of(engine)) == []
    assert engine._threads["t"].spread == size + 60


def test_what_others_and_the_brand_said_stays(new_engine):
    engine = new_engine(profile=PROFILE)
    engine.fold(spread_by_person())
    engine.erase(called("kim_de_vries"))
    said = [s.assessment for s in engine.advance(T0 + 9_000) if s.assessment]
    assert said[-1].card.excerpt == "@… moet dit lezen: @b slecht"
    assert said[-1].card.author == "klant"


def test_the_largest_broadcaster_is_told_without_a_name(new_engine):
    engine = new_engine(profile=PROFILE)
    engine.fold(spread_by_person())
    engine.erase(called("id-4711"))
    thread = engine._threads["t"]
    assert (thread.audience.largest, thread.audience.largest_name) == (9_000, "")


def test_nobody_is_forgotten_by_a_name_that_is_a_part_of_his(new_engine):
    engine = new_engine(profile=PROFILE)
    engine.fold(began())
    assert engine.erase(called("kim", "id-47", "@", "")) == []
    assert engine.erase(called()) == []


def test_a_person_who_is_forgotten_twice_changes_nothing_the_second_time(new_engine):
    engine = new_engine(profile=PROFILE)
    engine.fold(began())
    assert engine.erase(called("id-4711")) == ["t"]
    assert engine.erase(called("id-4711")) == []
