import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.mention import Author, Mention
from scoring.profile import BrandProfile
from scoring.thread import MAX_COUNTED_POSTS, REMEMBERED_IDS
from tests.scoring.scoring_samples import T0, answer, counted, post, spread, threaded

OWN = BrandProfile(accounts={"x": ("zorg",)})


@pytest.mark.parametrize("kind", ["share", "quote", "reply"])
def test_whatever_others_do_with_a_post_is_spread(kind):
    assert threaded(post(), spread("a", T0 + 1, kind=kind)).spread == 1


def test_a_repeat_is_known():
    again = spread("a", T0 + 1)
    assert threaded(post(), again, again, spread("b", T0 + 2), again).spread == 2


def test_an_id_is_known_however_many_came_since():
    thread = threaded(post())
    thread.accept(spread("first", T0))
    news = [thread.accept(spread(f"s{i}", T0)) for i in range(REMEMBERED_IDS - 2)]
    assert all(news)
    assert not thread.accept(spread("first", T0))


@pytest.mark.parametrize(
    ("author", "spreads"),
    [
        (Author("1", "zorg"), 0),
        (Author("1", "@Zorg"), 0),
        (Author("1", "iemand", brand="b"), 0),
        (Author("1", "iemand"), 1),
        (Author("1", "zorg", brand="rival"), 1),
        (Author("1", None), 1),
    ],
    ids=[
        "desk account",
        "desk account as written",
        "marked as the brand",
        "anybody",
        "marked as another",
        "nameless",
    ],
)
def test_the_brands_own_accounts_do_not_spread(author, spreads):
    reply = Mention("a", "t", "reply", T0 + 1, "x", "b", author, "t", "Hoi")
    thread = threaded(post(), reply, profile=OWN)
    assert thread.spread == spreads
    assert thread.conduct.answers == 1 - spreads


def test_an_account_is_the_brands_on_its_own_platform_only():
    thread = threaded(post(platform="forum"), spread("a", T0 + 1, author="zorg"), profile=OWN)
    assert thread.spread == 1


def test_counts_and_seen_shares_are_not_added_up():
    thread = threaded(post(), spread("a", T0 + 1), spread("b", T0 + 2), counted("c", T0 + 3, shares=40, replies=2))
    assert (thread.spread, thread.observed, thread.counted) == (42, 2, 42)
    assert threaded(post(), counted("c", T0 + 3, shares=1), *(spread(f"s{i}", T0 + 4) for i in range(5))).spread == 5


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), min_size=1, max_size=20))
def test_totals_are_running_and_a_falling_one_changes_nothing(totals):
    thread, sizes = threaded(post()), []
    for i, (shares, replies) in enumerate(totals):
        thread.fold(counted(f"c{i}", T0 + i, shares=shares, replies=replies), None)
        sizes.append(thread.spread)
    assert sizes == sorted(sizes)
    assert sizes[-1] == max(s for s, _ in totals) + max(r for _, r in totals)


def test_totals_of_several_posts_add_up_and_views_do_not_count():
    thread = threaded(
        post(),
        counted("c1", T0 + 1, shares=10, views=500_000),
        counted("c2", T0 + 2, parent="a", shares=5),
        counted("c3", T0 + 3, parent=None, shares=12),
    )
    assert (thread.spread, thread.views) == (17, 500_000)


def test_posts_whose_totals_are_kept_are_bounded():
    thread = threaded(post())
    for i in range(2 * MAX_COUNTED_POSTS):
        thread.fold(counted(f"c{i}", T0, parent=f"p{i}", shares=1), None)
    assert thread.spread == MAX_COUNTED_POSTS


@given(st.permutations(range(6)))
def test_spread_and_start_are_the_same_in_whatever_order_events_arrive(order):
    mentions = [post(), *(spread(f"s{i}", T0 + 10 * i) for i in range(1, 6))]
    thread = threaded(*(mentions[i] for i in order))
    assert (thread.spread, thread.root_at, thread.at) == (5, T0, T0 + 50)
    assert thread.pace.size_at(T0 + 25) == 2
    assert thread.audience.reach == 300 + 500


def test_a_thread_whose_root_is_not_seen_began_with_its_first_event():
    assert threaded(spread("a", T0 + 50), spread("b", T0 + 20)).root_at == T0 + 20


def test_each_author_is_counted_once():
    thread = threaded(post(), spread("a", T0, author="fan"), spread("b", T0, author="fan"), spread("c", T0))
    assert thread.spread == 3
    assert (thread.audience.authors, thread.audience.repeats, thread.audience.total) == (2, 1, 200)


def test_the_largest_broadcaster_is_named():
    thread = threaded(post(), spread("a", T0, author="groot", followers=9_000), spread("b", T0, followers=None))
    audience = thread.audience
    assert (audience.largest, audience.largest_name, audience.unknown) == (9_000, "groot", 1)


def test_what_spreads_the_brands_own_answer_is_told_apart():
    thread = threaded(
        post(),
        answer("own", T0 + 1),
        spread("a", T0 + 2, parent="own"),
        spread("b", T0 + 3, parent="a"),
        spread("c", T0),
    )
    assert (thread.tree.on_brand, thread.spread) == (2, 3)


@pytest.mark.parametrize("late", [False, True], ids=["root first", "root last"])
def test_what_spreads_the_brands_own_post_is_all_its_own(late):
    mentions = [post(of="b", author="zorg"), spread("a", T0 + 1), spread("b", T0 + 2, parent="a")]
    thread = threaded(*(reversed(mentions) if late else mentions))
    assert (thread.tree.on_brand, thread.spread) == (2, 2)


def test_only_words_of_others_are_read_for_tone_and_ever_fewer_of_them():
    thread = threaded(post())
    assert not thread.wants_tone(spread("a", T0, text="a share says nothing"))
    assert not thread.wants_tone(answer("b", T0))
    assert not thread.wants_tone(spread("c", T0, kind="reply", text=""))
    read = [thread.wants_tone(spread(f"r{i}", T0, kind="reply", text="hm")) for i in range(3_000)]
    assert all(read[:31])
    assert sum(read[:1_000]) < 100
    assert sum(read[1_000:]) < 40


def test_mood_follows_the_texts_and_recent_mood_the_latest():
    turned = {f"r{i}": (0.05, 0.9) for i in range(10)}
    thread = threaded(post(), *(spread(name, T0, kind="reply", text="top") for name in turned), tones=turned)
    assert thread.mood.texts == 11
    assert 0.05 < thread.mood.negative < 0.4
    assert thread.mood.recent < thread.mood.mean < 0.4


def test_a_customer_waits_until_the_brand_answers():
    thread = threaded(post(author="kim"), spread("a", T0 + 5, kind="reply", author="other", text="waarom?"))
    assert thread.conduct.waiting_since == T0
    thread.fold(answer("b", T0 + 10), None)
    assert thread.conduct.waiting_since is None
    thread.fold(spread("c", T0 + 20, kind="reply", author="kim", text="@b en nu?"), (0.2, 0.2))
    assert thread.conduct.waiting_since == T0 + 20


def test_a_root_that_arrives_after_its_answer_waits_for_nothing():
    assert threaded(answer("b", T0 + 10), post(at=T0)).conduct.waiting_since is None
