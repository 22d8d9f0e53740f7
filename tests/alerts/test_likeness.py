import pytest
from alert_samples import HOUR, MINUTE, NOON
from brand_life import BrandLife, unlike

from alerts.likeness import Likeness
from alerts.marks import Marks, canonical, names_of, sameness

TEXT = "Al drie weken geen internet in heel Leiden en bij de klantenservice neemt niemand op"
NEARLY = "@Belvast al 3 weken GEEN internet in heel Leiden, en bij de klantenservice neemt niemand op! https://t.co/a1"
OTHER = "Bij de kassa werd ik uitgelachen omdat mijn zegelboekje nog niet helemaal vol geplakt was"
BLOG = "Lees vooral https://www.Blog.example/Belvast/?utm_source=x&p=2#top"


@pytest.mark.parametrize(
    ("link", "same"),
    [
        ("https://Example.org/a?utm_source=x&utm_medium=y", "example.org/a"),
        ("http://www.example.org/a/#part", "example.org/a"),
        ("https://example.org/a?b=2&a=1&fbclid=zz", "example.org/a?a=1&b=2"),
        ("https://example.org/a).", "example.org/a"),
        ("www.example.org/a", "example.org/a"),
        ("https://m.example.org/a", "example.org/a"),
        ("https://twitter.com/kim/status/1?s=20&t=abc", "x.com/kim/status/1"),
        ("https://example.org/?p=7", "example.org?p=7"),
        ("https://example.org/", ""),
        ("https://example.org", ""),
        ("https://[broken/a", ""),
        ("https://", ""),
        ("https://example.org/" + "a" * 400, "example.org/" + "a" * 280),
    ],
)
def test_links_to_one_page_are_written_alike(link, same):
    assert canonical(link) == same


def test_a_posts_own_address_is_one_of_its_links():
    assert Marks("geen link", "https://x.com/kim/status/1", frozenset()).links == {"x.com/kim/status/1"}


def test_hashtags_are_those_but_the_brands_own():
    names = names_of("Albert Heijn", ["ah_webcare"])
    marks = Marks("#AlbertHeijn #Heijn #AH_webcare #Bonus2024 #STORING https://a.example/#anker #x", None, names)
    assert marks.tags == {"bonus2024", "storing"}


def test_words_are_what_is_left_without_links_names_and_digits():
    marks = Marks("@kim.b Al 3 weken géén #internet, zie https://a.example/b c", None)
    assert marks.words == ("al", "weken", "géén", "internet", "zie", "c")
    assert marks.topics == {"géén", "internet"}


def test_sameness_counts_words_as_often_as_they_are_said():
    assert sameness(("a", "a", "b"), ("a", "b", "b")) == pytest.approx(2 / 3)
    assert sameness((), ()) == 0.0


@pytest.fixture
def life():
    """A brand of which it is known what complaints usually have."""
    brand = BrandLife()
    brand.is_usual()
    return brand


def groups(life):
    return sorted(tuple(sorted(member.thread_id for member in entry.members)) for entry in life.active)


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        pytest.param({"text": TEXT}, {"text": NEARLY}, True, id="nearly the same words"),
        pytest.param({"text": TEXT}, {"text": OTHER}, False, id="other words"),
        pytest.param({"text": "Slecht, schande"}, {"text": "Slecht, schande"}, False, id="too few words"),
        pytest.param({"text": ""}, {"text": ""}, False, id="no words"),
        pytest.param({"text": BLOG}, {"text": "Hier: http://blog.example/Belvast?p=2"}, True, id="the same link"),
        pytest.param(
            {"text": "https://a.example/b?p=1"}, {"text": "https://a.example/b?p=2"}, False, id="another link"
        ),
        pytest.param(
            {"text": "zie https://belvast.example"}, {"text": "https://belvast.example/"}, False, id="no page"
        ),
        pytest.param(
            {"text": OTHER, "url": "https://x.com/kim/status/1"},
            {"text": "Moet je https://twitter.com/kim/status/1?s=20 zien"},
            True,
            id="a link to the other's first post",
        ),
        pytest.param(
            {"text": "Moet je https://twitter.com/kim/status/1?s=20 zien"},
            {"text": OTHER, "url": "https://x.com/kim/status/1"},
            True,
            id="linked to by the other",
        ),
    ],
)
def test_threads_that_are_alike_are_one_incident(life, first, second, alike):
    life.sees("one", 0, risk=0.2, **first)
    causes = life.sees("two", 30, risk=0.2, **second)
    assert causes == (["joined"] if alike else ["opened"])
    assert len(life.active) == (1 if alike else 2)


@pytest.mark.parametrize(
    ("later_s", "alike"),
    [pytest.param(6 * HOUR - 1, True, id="within"), pytest.param(6 * HOUR + 1, False, id="beyond")],
)
def test_only_within_the_window(life, later_s, alike):
    life.sees("one", 0, risk=0.2, text=TEXT)
    life.sees("two", later_s / MINUTE, risk=0.2, text=TEXT)
    assert (len(life.active) == 1) == alike


def test_an_incident_that_is_still_on_takes_in_nothing_that_began_much_later(life):
    for minute in range(0, 24 * 60, 60):
        life.sees("one", minute, began=0, risk=0.9, text=TEXT)
    life.sees("two", 24 * 60, began=24 * 60 - 5, risk=0.9, text=TEXT)
    assert [page.alert.thread_id for page in life.pages] == ["one", "two"]


def test_how_alike_is_for_the_desk_to_say():
    life = BrandLife(likeness=Likeness(similarity=0.5))
    life.is_usual()
    life.sees("one", 0, risk=0.2, text=TEXT)
    half = "Al drie weken geen internet in heel Leiden maar de monteur was wel aardig en snel"
    assert life.sees("two", 1, risk=0.2, text=half) == ["joined"]


def test_a_hashtag_that_few_complaints_have_groups_them(life):
    life.sees("one", 0, risk=0.2, text="Wat een #vogelhuisjes verhaal")
    assert life.sees("two", 9, risk=0.2, text="Die #Vogelhuisjes weer") == ["joined"]


def test_a_hashtag_that_many_have_says_nothing():
    life = BrandLife()
    for number in range(60):
        life.hears(f"t{number}", 20 * (number - 60), f"{unlike(number)} #trein")
    life.sees("one", 0, risk=0.2, text="#trein te laat")
    assert life.sees("two", 9, risk=0.2, text="Koude #trein") == ["opened"]


def test_a_text_that_many_have_says_nothing():
    life = BrandLife()
    for number in range(60):
        life.hears(f"t{number}", 20 * (number - 60), TEXT if number % 10 == 0 else unlike(number))
    life.sees("one", 0, risk=0.2, text=TEXT)
    assert life.sees("two", 9, risk=0.2, text=TEXT) == ["opened"]


@pytest.mark.parametrize("text", ["Koude #trein", TEXT], ids=["hashtag", "words"])
def test_nothing_is_said_by_what_nobody_knows_how_many_have(text):
    life = BrandLife()
    life.sees("one", 0, risk=0.2, text=text)
    assert life.sees("two", 9, risk=0.2, text=text) == ["opened"]


def test_hashtags_may_be_switched_off():
    life = BrandLife(likeness=Likeness(hashtags=False))
    life.is_usual(per_hour=2)
    life.sees("one", 0, risk=0.2, text="Wat een #vogelhuisjes verhaal")
    assert life.sees("two", 9, risk=0.2, text="Die #Vogelhuisjes weer") == ["opened"]


def test_the_brands_own_name_groups_nothing(life):
    life.sees("one", 0, risk=0.2, text="#Belvast te duur")
    assert life.sees("two", 9, risk=0.2, text="#belvast traag") == ["opened"]


def test_praise_is_never_grouped_with_a_complaint(life):
    life.sees("praise", 0, risk=0.01, p_viral=0.9, p_negative=0.1, text=BLOG)
    assert life.sees("complaint", 1, risk=0.2, text=BLOG) == ["opened"]


def test_praise_joins_no_complaint(life):
    life.sees("complaint", 0, risk=0.2, text=BLOG)
    assert life.sees("praise", 1, risk=0.01, p_viral=0.9, p_negative=0.1, text=BLOG) == ["opened"]


def test_a_thread_whose_post_becomes_known_takes_no_mark_from_the_others(life):
    life.sees("one", 0, risk=0.2, text=BLOG)
    life.sees("two", 1, risk=0.2, text=BLOG)
    life.sees("two", 2, risk=0.2, text=OTHER)
    assert life.sees("three", 3, risk=0.2, text=BLOG) == ["joined"]


def test_a_complaint_that_nobody_spreads_joins_what_it_is_alike(life):
    life.sees("one", 0, risk=0.5, text=BLOG)
    assert life.hears("two", 5, "Precies dit! https://blog.example/Belvast?p=2") == ["joined"]
    assert groups(life) == [("one", "two")]
    assert life.sees("two", 20, risk=0.01, p_viral=0.01) == ["unchanged"]
    assert len(life.pages) == 1


def test_unlike_complaints_join_nothing(life):
    life.sees("one", 0, risk=0.5, text=BLOG)
    assert life.hears("two", 5) == []
    assert life.active[0].threads == 1


def test_an_incident_that_is_over_is_joined_by_nobody(life):
    life.sees("one", 0, risk=0.5, text=BLOG)
    life.does(1, life.active[0], "resolve")
    assert life.sees("two", 5, risk=0.5, text=BLOG) == ["opened"]
    assert [entry.thread_id for entry in life.active] == ["two"]


def test_a_post_that_is_known_only_later_is_looked_up_by_its_words_then(life):
    life.sees("one", 0, risk=0.2, text="")
    life.sees("one", 5, risk=0.2, text=TEXT)
    assert life.sees("two", 6, risk=0.2, text=TEXT) == ["joined"]
    assert life.told[-1].alert.at == NOON + 6 * MINUTE
