"""The bundled incidents have the course of the real cases, within ordinary traffic."""

import gzip
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from scoring.mention import SPREADING, Mention
from streams.incidents import INCIDENTS, background, generate, scene, write_events
from streams.incidents.parameters import bundled

START = 1_764_576_000.0
DAY, HOUR, MINUTE = 86_400.0, 3_600.0, 60.0
SEEDS = range(8)


def by_brand(mention: Mention) -> bool:
    return mention.author is not None and mention.author.brand is not None


def spread(mentions: list[Mention]) -> list[Mention]:
    return [m for m in mentions if m.kind in SPREADING and not by_brand(m)]


def threads(mentions: list[Mention]) -> dict[str, list[Mention]]:
    found: dict[str, dict[str, Mention]] = defaultdict(dict)
    for mention in mentions:
        found[mention.thread_id].setdefault(mention.id, mention)
    return {thread: list(members.values()) for thread, members in found.items()}


MAKERS: dict[str, Callable[[int], list[Mention]]] = {
    "sanoma": lambda seed: generate("sanoma", seed, START),
    "xs4all": lambda seed: generate("xs4all", seed, START),
    "background": lambda seed: background(seed, START, 8 * HOUR, 30),
    "scene": lambda seed: scene("sanoma", seed, START, duration=8 * HOUR),
}


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz"])
def test_same_seed_same_bytes(name: str, ending: str, tmp_path: Path) -> None:
    for label, seed in (("first", 1), ("again", 1), ("other", 2)):
        write_events(MAKERS[name](seed), tmp_path / f"{label}{ending}")
    first = (tmp_path / f"first{ending}").read_bytes()
    assert first == (tmp_path / f"again{ending}").read_bytes()
    assert first != (tmp_path / f"other{ending}").read_bytes()


@pytest.mark.parametrize("name", MAKERS)
def test_every_line_keeps_the_contract(name: str, tmp_path: Path) -> None:
    made = MAKERS[name](5)
    path = tmp_path / "events.jsonl.gz"
    assert write_events(made, path) == len(made)
    lines = gzip.decompress(path.read_bytes()).splitlines()
    assert b"null" not in b"".join(lines)
    read = [msgspec.json.decode(line, type=Mention, strict=True) for line in lines]
    assert read == [msgspec.convert(msgspec.to_builtins(m), Mention) for m in made]
    assert len({m.id: m for m in read}) == len({msgspec.json.encode(m) for m in read})
    for members in threads(read).values():
        ids = {m.id for m in members}
        root = next(m for m in members if m.id == m.thread_id)
        assert (root.kind, root.parent_id) == ("post", None)
        for mention in members:
            assert mention.kind == "post" or mention.parent_id in ids
            assert (mention.author is None) == (mention.kind == "counts") == (mention.counts is not None)
            assert (mention.text is None) == (mention.kind in {"share", "counts"})
            assert (mention.brand, mention.platform) == (root.brand, root.platform)
            assert mention.created_at >= root.created_at
            assert not by_brand(mention) or mention.author is None or mention.author.brand == mention.brand


@pytest.mark.parametrize("seed", SEEDS)
def test_sanoma_runs_the_course_of_the_real_case(seed: int) -> None:
    mentions = generate("sanoma", seed, START)
    question, snap = mentions[:2]
    assert [m for m in mentions if by_brand(m)] == [snap]
    assert snap.parent_id == question.id
    assert {m.brand for m in mentions} == {"sanoma"}
    assert len(threads(mentions)) == 1

    moving = spread(mentions)
    begin = moving[0].created_at
    shares = [m for m in moving if m.kind == "share"]
    for counted in (moving, shares):
        assert 50 * MINUTE <= counted[69].created_at - begin <= 58 * MINUTE
    assert sum(m.created_at < snap.created_at + HOUR for m in shares) > 70
    assert 700 <= len(moving) <= 1_200
    assert moving[-1].created_at < START + DAY
    assert [m.created_at for m in mentions] == sorted(m.created_at for m in mentions)


@pytest.mark.parametrize("seed", SEEDS)
def test_sanoma_spreads_the_reply_of_the_brand(seed: int) -> None:
    mentions = generate("sanoma", seed, START)
    question, snap = mentions[:2]
    parents = Counter(m.parent_id for m in spread(mentions)[:70])
    assert parents[snap.id] > 50
    above = {m.id: m.parent_id for m in mentions}
    for mention in spread(mentions):
        at = mention.id
        while (parent := above[at]) != snap.id:
            assert parent not in {None, question.id}
            at = parent
    replies = [m for m in mentions if m.kind == "reply" and not by_brand(m)]
    assert len({m.text for m in replies}) >= 60
    assert sum(m.kind == "quote" for m in mentions) >= 20


@pytest.mark.parametrize("seed", SEEDS)
def test_xs4all_is_answered_soon_by_name_and_calms_down(seed: int) -> None:
    found = threads(generate("xs4all", seed, START))
    assert len(found) >= 8
    assert len({m.author.handle for t in found.values() for m in t if by_brand(m) and m.author}) == 3
    assert sum(len(spread(t)) for t in found.values()) < 80
    for members in found.values():
        customer = members[0].author
        answers = [m for m in members if by_brand(m)]
        assert answers[0].created_at - members[0].created_at <= 16 * MINUTE
        assert all("Groet, " in (m.text or "") for m in answers)
        last = [m for m in members if m.author == customer][-1]
        assert last.created_at > answers[-1].created_at
        thanks = ("ank", "prima", "Fijn", "Dank", "goed", "Gelukt", "Netjes", "Kijk")
        assert any(word in (last.text or "") for word in thanks)


@pytest.mark.parametrize("seed", range(3))
def test_the_background_is_ordinary(seed: int) -> None:
    mentions = background(seed, START, DAY, 40)
    found = threads(mentions)
    assert len(found) == pytest.approx(960, rel=0.25)
    sizes = sorted(len(spread(t)) for t in found.values())
    assert sizes[len(sizes) // 2] <= 3
    assert 60 <= sizes[-1] < 500
    assert len({m.brand for m in mentions}) >= 5
    assert {m.platform for m in mentions} >= {"x", "facebook", "mastodon", "bluesky"}
    assert {m.lang for m in mentions} == {"nl", "en", None}
    assert len({m.text for m in mentions if m.text}) >= 150
    known = sorted(m.author.followers for m in mentions if m.author and m.author.followers is not None)
    unknown = sum(m.author is not None and m.author.followers is None for m in mentions)
    assert 0.05 < unknown / len(mentions) < 0.2
    assert known[-1] > 50 * known[len(known) // 2]


def test_ordinary_customers_are_answered_within_two_hours() -> None:
    mentions = background(1, START, DAY, 40)
    answered = [t for t in threads(mentions).values() if any(by_brand(m) for m in t) and not by_brand(t[0])]
    waits = [next(m.created_at for m in t if by_brand(m)) - t[0].created_at for t in answered]
    assert len(waits) > 200
    assert max(waits) <= 2 * HOUR


@pytest.mark.parametrize("duration", [2 * HOUR, DAY], ids=["two hours", "a day"])
def test_hidden_sharers_show_as_running_totals(duration: float) -> None:
    mentions = background(4, START, duration, 20)
    counted = [t for t in threads(mentions).values() if any(m.kind == "counts" for m in t)]
    assert counted
    for members in counted:
        post, *totals = sorted(members, key=lambda m: m.created_at)
        assert post.platform in {"instagram", "tiktok"}
        views = [m.counts.views or 0 for m in totals if m.counts]
        assert views == sorted(views)
        assert all(m.parent_id == post.id and m.id.startswith(post.id) for m in totals)


def test_some_events_are_late_and_some_come_twice() -> None:
    mentions = background(2, START, DAY, 40)
    late = sum(one.created_at > two.created_at for one, two in pairwise(mentions))
    twice = len(mentions) - len({m.id for m in mentions})
    assert 0.005 < late / len(mentions) < 0.04
    assert 0.003 < twice / len(mentions) < 0.02


def test_a_scene_holds_the_incidents_and_the_background() -> None:
    mentions = scene(("sanoma", "xs4all"), 3, START, lead=HOUR, duration=30 * HOUR, rate=10)
    known = {m.id for m in mentions}
    for name in ("sanoma", "xs4all"):
        incident = generate(name, 3, START + HOUR)
        assert [m for m in mentions if m.brand == name] == incident
    ordinary = {m.id for m in background(3, START, 30 * HOUR, 10)}
    assert ordinary == {i for i in known if i.startswith("bg")}


def test_a_scene_ends_when_it_is_told_to() -> None:
    mentions = scene("sanoma", 3, START, lead=HOUR, duration=2 * HOUR, rate=10)
    assert min(m.created_at for m in mentions) >= START
    assert max(m.created_at for m in mentions) < START + 2 * HOUR


def test_the_library_says_how_each_incident_ends() -> None:
    assert {name: incident.viral_fail for name, incident in INCIDENTS.items()} == {
        "sanoma": True,
        "xs4all": False,
    }


@pytest.mark.parametrize(
    ("attempt", "reason"),
    [
        (lambda: generate("sonama", 1, START), "'sonama'; there are sanoma, xs4all"),
        (lambda: generate("sanoma", -1, START), "seed is -1"),
        (lambda: background(1, START, -5.0), "duration is -5.0"),
        (lambda: background(1, START, 5.0, float("inf")), "rate is inf"),
        (lambda: scene("sanoma", 1, START, lead=-1.0), "lead is -1.0"),
    ],
    ids=["name", "seed", "duration", "rate", "lead"],
)
def test_what_is_not_allowed_is_named(attempt: Callable[[], object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        attempt()


def test_parameters_without_the_course_of_the_real_case_are_refused() -> None:
    silent = msgspec.structs.replace(bundled(), depth_one_share=0.05)
    with pytest.raises(ValueError, match="no course like the real one"):
        generate("sanoma", 1, START, parameters=silent)
