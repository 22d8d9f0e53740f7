from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.self_reference import ENOUGH, LONGEST, SelfReference, speaks_of_self

OF_SELF = {
    "ik": "Ik wacht al drie dagen",
    "ik, at the end": "dat zeg ik.",
    "ikke": "en ikke dan",
    "mij": "Bij mij ook!",
    "me": "bel me terug",
    "mijn": "waar is mijn pakket",
    "m'n": "m'n internet ligt eruit",
    "m’n, curly": "m’n internet ligt eruit",
    "'k": "'k snap er niks van",
    "’k, curly": "’k snap er niks van",
    "k heb": "k heb het gehad",
    "mezelf": "regel het wel voor mezelf",
    "wij": "Wij ook niet.",
    "we": "hier zitten we dan",
    "ons": "bij ons is het donker",
    "onze": "onze bestelling",
    "two at once": "ik/wij wachten nog",
    "after dots": "nou... ik ben er klaar mee",
    "in quotes": "“ik”",
    "I": "I waited for hours",
    "i": "so i called",
    "I'm": "I'm done",
    "i’ve": "i’ve had it",
    "im": "im done with this",
    "my": "where is my parcel",
    "mine": "mine too",
    "myself": "fixed it myself",
    "we've": "we've paid",
    "us": "they ignore us",
    "our": "our money",
    "ours": "same as ours",
}
OF_OTHERS = {
    "nothing": "",
    "Dutch": "Schandalig hoe jullie klanten behandelen",
    "English": "Shame on you, they never learn",
    "within words": "wie wijst mijnheer het meer aan, bikini, business, hour, family, Mikis",
    "handles": "@me @ik @we_nl dit kan niet",
    "tags": "#metoo #ons #us",
    "addresses": "zie www.my.site en t.me/x of https://x.test/our/us",
    "mail": "info@us.test",
    "i.p.v.": "graag bellen i.p.v. mailen, i.e. now",
    "the country": "shipped from the US today",
    "I/O": "I/O error",
    "k": "k, bye",
    "hyphens": "de us-based klantenservice",
}


@pytest.mark.parametrize("text", OF_SELF.values(), ids=OF_SELF)
def test_who_uses_the_first_person_speaks_of_himself(text):
    assert speaks_of_self(text)
    assert speaks_of_self(f"Zeg! {text} En nu?")


@pytest.mark.parametrize("text", OF_OTHERS.values(), ids=OF_OTHERS)
def test_who_does_not_speaks_of_others(text):
    assert not speaks_of_self(text)


@pytest.mark.parametrize("text", ["i" * 100_000, "m'" * 50_000, "k " * 50_000, "." * 100_000, "a.i." * 25_000])
def test_no_text_keeps_the_reader_for_ever(text):
    speaks_of_self(text)
    assert not speaks_of_self("a" * LONGEST + " ik")


def said(*own):
    record = SelfReference()
    for of_self in own:
        record.add("ik wacht" if of_self else "schande")
    return record.change


def test_recently_and_before_as_worked_out_by_hand():
    # The weight of a text halves every five: five that count half, against five that count whole, each but for decay.
    change = said(*[True] * 5, *[False] * 5)
    assert change.recent == pytest.approx(1 / 3)
    assert change.before == pytest.approx(0.72957, abs=1e-5)
    # Effective numbers 8.670 and 7.746; pooled share 0.5203, its standard error 0.2470.
    assert change.z == pytest.approx(-1.604, abs=1e-3)


def test_a_share_that_stays_does_not_change():
    for of_self in (True, False):
        change = said(*[of_self] * 30)
        assert change.recent == pytest.approx(float(of_self))
        assert change.before == pytest.approx(float(of_self))
        assert change.z == pytest.approx(0.0, abs=1e-6)


def test_a_few_texts_are_not_compared():
    assert said(*[True] * (ENOUGH - 1)) is None
    assert said(*[True] * ENOUGH) is not None


@given(st.lists(st.booleans(), min_size=ENOUGH, max_size=300))
def test_shares_are_shares_and_their_mean_lies_between_them(own):
    recent, before, z = said(*own)
    assert 0.0 <= recent <= 1.0
    assert 0.0 <= before <= 1.0
    assert min(recent, before) - 1e-9 <= sum(own) / len(own) <= max(recent, before) + 1e-9
    assert isfinite(z)
    assert z * (recent - before) >= 0.0
