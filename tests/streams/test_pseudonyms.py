"""Pseudonyms: who is who stays tellable, nobody learns who, and nothing is decided otherwise because of them."""

import json

import pytest
from event_samples import event, write_lines
from hypothesis import given
from hypothesis import strategies as st

from scoring.mention import Author, Mention
from scoring.profile import BrandProfile
from streams.desk import Desk
from streams.pseudonyms import KEY, PREFIX, PseudonymKeyError, Pseudonyms, names_of_account
from streams.replay import replay_files

SECRET = "correct horse battery staple, thrice over"
BRANDS = {"belvast": BrandProfile(accounts={"x": ("belvast", "belvast_care")}), "other": BrandProfile()}


@pytest.fixture
def pseudonyms():
    return Pseudonyms(SECRET, BRANDS)


def mention(text=None, *, author=None, id="1", thread="1", platform="x", brand="belvast"):  # noqa: A002 - the field's name
    return Mention(id, thread, "post", 1.0, platform, brand, author or Author("77", "@Klant_9", 12, True), text=text)


@pytest.mark.parametrize("key", ["", "short", "k" * 31], ids=["empty", "short", "one-too-few"])
def test_a_key_that_protects_nobody_is_refused_without_being_shown(key):
    with pytest.raises(PseudonymKeyError) as refused:
        Pseudonyms(key)
    said = str(refused.value)
    assert f"{KEY} has {len(key)} characters; allowed is a secret of 32 or more" in said
    assert not key or key not in said


def test_somebody_is_called_the_same_by_the_same_key_and_otherwise_by_another(pseudonyms):
    assert pseudonyms.name("77") == Pseudonyms(SECRET).name("77") != Pseudonyms(SECRET + "!").name("77")
    assert pseudonyms.name("77") != pseudonyms.name("78")
    assert pseudonyms.name(pseudonyms.name("77")) == pseudonyms.name("77")


def test_a_persons_id_and_handle_are_replaced_and_nothing_else(pseudonyms):
    author = pseudonyms.of(mention("Hallo @klant_9")).author
    assert author == Author(pseudonyms.name("77"), pseudonyms.name("klant_9"), 12, True)
    assert author.id.startswith(PREFIX)
    assert pseudonyms.of(mention("Hallo @klant_9")).text == "Hallo @klant_9", "tone is read of what was written"
    assert pseudonyms.of(mention(author=Author("77"))).author == Author(pseudonyms.name("77"))


@pytest.mark.parametrize(
    ("author", "platform", "owner"),
    [
        (Author("1", "@Belvast"), "x", "belvast"),
        (Author("1", "belvast_care", brand="belvast"), "x", "belvast"),
        (Author("1", "somebody", brand="elsewhere"), "mastodon", "elsewhere"),
        (Author("1", "belvast"), "mastodon", None),
    ],
    ids=["the desk file's", "as the source says", "a brand that no desk file names", "the same name elsewhere"],
)
def test_a_company_keeps_its_name_and_is_known_as_one(pseudonyms, author, platform, owner):
    before = mention(author=author, platform=platform)
    owned = BRANDS["belvast"].owns(author, "belvast", platform)
    after = pseudonyms.of(before).author
    assert after.brand == owner
    assert (after.handle == author.handle) is (owner is not None)
    assert BRANDS["belvast"].owns(after, "belvast", platform) is owned


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Hoi @Belvast, waarom helpt @anna niet?", "Hoi @Belvast, waarom helpt @{anna} niet?"),
        ("@jan.de.vries.", "@{jan.de.vries}."),
        ("via @kim@mastodon.social!", "via @{kim@mastodon.social}!"),
        ("mail info@belvast.nl", "mail info@belvast.nl"),
        ("zie https://mastodon.social/@kim/12 @kim", "zie https://mastodon.social/@kim/12 @{kim}"),
        ("(@anna) #storing", "(@{anna}) #storing"),
        ("@@anna", "@@anna"),
    ],
    ids=["people but not the brand", "dots", "a server", "an address", "a link", "brackets", "no account"],
)
def test_names_in_a_text_that_is_kept_are_replaced(pseudonyms, text, kept):
    people = {name: pseudonyms.name(name) for name in ("anna", "jan.de.vries", "kim@mastodon.social", "kim")}
    for name, pseudonym in people.items():
        kept = kept.replace(f"{{{name}}}", pseudonym)
    root = mention(text)
    assert pseudonyms.kept(root).text == pseudonyms.in_text(text) == kept
    assert root.text == text


def test_only_what_is_kept_is_looked_through(pseudonyms):
    reply = mention("@anna ook hier", id="2")
    assert pseudonyms.kept(reply) is reply
    own = mention("@anna zeur niet", id="2", author=Author("1", "belvast", brand="belvast"))
    assert "anna" not in pseudonyms.kept(own).text


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_name_is_too_strange_for_a_pseudonym(name, text):
    pseudonyms = Pseudonyms(SECRET)
    assert pseudonyms.name(name).startswith(PREFIX)
    assert pseudonyms.in_text(pseudonyms.in_text(text)) == pseudonyms.in_text(text)


def test_whoever_is_to_be_forgotten_is_looked_for_under_each_name(pseudonyms):
    assert names_of_account("@Klant_9", None) == {"@Klant_9", "klant_9"}
    assert names_of_account("@Klant_9", pseudonyms) >= {"klant_9", pseudonyms.name("klant_9")}
    assert pseudonyms.of(mention()).author.handle in names_of_account("@KLANT_9", pseudonyms)
    assert pseudonyms.of(mention()).author.id in names_of_account("77", pseudonyms)


def test_a_replay_decides_the_same_with_pseudonyms_and_names_nobody(models, tmp_path):
    """Those who wrote, and whom they speak to, are in no output; each figure is what it was."""
    events = [json.loads(line) for line in told_by_people()]
    path = write_lines(tmp_path / "events.jsonl", [json.dumps(one).encode() for one in events])
    plain, veiled = tmp_path / "plain.jsonl", tmp_path / "veiled.jsonl"
    desk = Desk(brands={"b": BrandProfile(accounts={"x": ("belvast",)})})
    replay_files([path], models, desk, now=2e9, alerts=plain)
    summary = replay_files([path], models, desk, now=2e9, alerts=veiled, pseudonyms=Pseudonyms(SECRET, desk.brands))
    before, after = plain.read_text(), veiled.read_text()
    assert "“@anna wat een onzin”" in before
    assert "“@author-" in after
    shown = str([n.incident for n in summary.alerts]) + after
    assert not any(name in shown for name in ("klant_9", "anna", "reus", "volger"))
    assert "@Belvast" in shown
    assert [figures(line) for line in before.splitlines()] == [figures(line) for line in after.splitlines()]


def told_by_people():
    yield json.dumps(
        event(author={"id": "77", "handle": "klant_9", "followers": 900}, text="slecht slecht @Belvast en @anna ook?")
    )
    for n in range(1, 160):
        author = {"id": f"volger-{n}", "followers": 400}
        if n == 4:
            author = {"id": "9", "handle": "reus", "followers": 3_000_000}
        yield json.dumps(
            event(id=f"s{n}", kind="share", parent_id="1", created_at=1_700_000_000.0 + 2 * n, author=author, text=None)
        )
    answer = {"id": "0", "handle": "belvast", "followers": 10}
    yield json.dumps(
        event(
            id="a1", kind="reply", parent_id="1", created_at=1_700_000_900.0, author=answer, text="@anna wat een onzin"
        )
    )


def figures(line):
    alert = json.loads(line)
    alert["reasons"] = [(reason["signal"], reason["value"]) for reason in alert["reasons"]]
    return alert
