import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.names import short
from scoring.people import People, plain_handle, with_accounts

KIM = People(short(name) for name in ("77", "kim", "kim@mastodon.social"))


@pytest.mark.parametrize("name", ["77", "kim", "@Kim", "KIM@mastodon.social"])
def test_somebody_is_known_by_each_name_however_it_is_written(name):
    assert name in KIM


@pytest.mark.parametrize("name", ["", "@", "78", "kimberley", None, 77])
def test_nobody_else_is(name):
    assert name not in KIM


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Hoi @kim, en @kimberley", "Hoi @…, en @kimberley"),
        ("@KIM@mastodon.social!", "@…!"),
        ("zie https://x.com/kim/status/9 en https://x.com/anna/status/9", "zie … en https://x.com/anna/status/9"),
        ("kim@example.org is geen account, kim ook niet", "kim@example.org is geen account, kim ook niet"),
        ("", ""),
    ],
    ids=["a name", "a server", "a link", "an address", "nothing"],
)
def test_a_text_is_told_without_their_names(text, hidden):
    assert KIM.hidden(text) == hidden


@pytest.mark.parametrize(
    ("link", "named"),
    [
        ("https://x.com/Kim/status/1", True),
        ("https://mastodon.social/@kim/1", True),
        ("https://forum.example/post?by=kim&n=2", True),
        ("https://x.com/anna/status/1", False),
        (None, False),
    ],
)
def test_a_link_to_what_they_wrote_names_them(link, named):
    assert KIM.linked(link) is named


@given(st.text(alphabet="@a.-/ :htpsw\né#", max_size=80))
def test_no_text_breaks_it_and_nothing_but_names_and_links_changes(text):
    kept = []
    assert with_accounts(text, lambda one: kept.append(one) or one, lambda one: kept.append(one) or one) == text
    assert all(one in text for one in kept)
    everybody = People(short(plain_handle(one)) for one in kept if one.startswith("@"))
    again = everybody.hidden(everybody.hidden(text))
    assert again == everybody.hidden(text)


def test_who_is_known_by_one_name_is_learnt_to_have_another():
    by_handle, by_id = People([short("kim")]), People([short("77")])
    for people in (by_handle, by_id):
        people.meet(short("77"), "@Kim")
        assert ("77" in people, "kim" in people) == (True, True)
        people.meet(short("78"), "anna")
        people.meet(None, "kim")
        people.meet(short("79"), "")
        assert len(people.names) == 2
