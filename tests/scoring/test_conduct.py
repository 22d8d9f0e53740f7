import pytest

from scoring.conduct import CHECKLIST, ConductRecord, is_harsh, marks_of
from scoring.conduct.answers import LONGEST

ANSWERS = {
    "complete Dutch answer": (
        "Hoi Kim, dank voor je bericht. Sorry, wat vervelend! Door een storing kwam je pakket niet aan. "
        "We bellen je vandaag en vergoeden de kosten. Klopt je adres nog? ^Sam",
        set(CHECKLIST),
    ),
    "complete English answer": (
        "@kim Hi Kim, thanks for telling us. We apologise, I understand that this is a nuisance. It is due "
        "to an outage. You get a refund within 24 hours. Which number may we call? Regards, Sam",
        set(CHECKLIST),
    ),
    "bare answer": ("Stuur ons een DM.", set()),
    "greeting after several names": ("@kim, @jan! Goedemorgen", {"greets"}),
    "greeting as a part of a word": ("Hibiscus is op voorraad.", set()),
    "name in lower case is no signature": ("Bel ons even ~sam", set()),
    "apology in English": ("We're sorry", {"says sorry"}),
    "signed in Dutch": ("Morgen weten we meer. Groetjes, Sam", {"says what and when", "signs with a name"}),
    "question": ("Om welk nummer gaat het?", {"asks on"}),
    "deadline": ("U hoort het uiterlijk binnen 24 uur.", {"says what and when"}),
    "source": ("Lees https://status.test", {"informs"}),
}


@pytest.mark.parametrize(("text", "marks"), ANSWERS.values(), ids=ANSWERS)
def test_marks_of_a_good_answer(text, marks):
    assert marks_of(text) == marks


@pytest.mark.parametrize(
    "text",
    [
        "Wat een onzin.",
        "Lees eerst eens de voorwaarden.",
        "Kun je niet lezen?",
        "Jammer dan.",
        "Eigen schuld, had je maar op tijd moeten betalen.",
        "Dat is jouw probleem, niet ons probleem.",
        "Zoals we al drie keer hebben uitgelegd: nee.",
        "Nogmaals: dit kan niet.",
        "Dan had u eerder moeten bellen.",
        "Stel je niet zo aan.",
        "Had u maar beter opgelet.",
        "Wij hebben wel iets beters te doen.",
        "Stop complaining.",
        "It's not our fault, it's yours.",
        "That's your problem.",
        "You should've read the terms.",
        "As we already told you, no.",
        "Can't you read?",
        "Calm down.",
        "Deal with it.",
        "Well, just deal with it!",
    ],
)
def test_snapping_at_a_customer_is_harsh(text):
    assert is_harsh(text, marks_of(text))


@pytest.mark.parametrize(
    "text",
    [
        "Sorry, dat is onzin van ons.",
        "Wat vervelend dat het voor de tweede keer misgaat!",
        "We're sorry that we already told you something else.",
        "U schreef: “dit is onzin”. Mogen we bellen?",
        'Je zegt "stop complaining", dat hebben wij niet geschreven.',
        "Je schreef 'jammer dan' en dat spreekt ons aan.",
        "Kunt u uw probleem omschrijven?",
        "We gaan jouw probleem vandaag oplossen.",
        "We are looking into your problem.",
        "You should have received an e-mail by now.",
        "We will deal with it today.",
        "Dan moet je even contact opnemen met de bezorger.",
        "Nogmaals hartelijk dank voor je bericht!",
        "We zullen beter opletten.",
        "Dit was onze eigen fout.",
        "Daarom heb ik het gemeld bij mijn collega.",
        "Fijne dag, doei!",
        "Hoi! We kijken ernaar. ^Sam",
        "",
    ],
)
def test_ordinary_webcare_is_not_harsh(text):
    assert not is_harsh(text, marks_of(text))


@pytest.mark.parametrize(
    "text",
    [
        "That's how it is, you can't change it, it's not our problem.",
        "'s Avonds bellen? Jammer dan, foto's genoeg.",
    ],
    ids=["English", "Dutch"],
)
def test_apostrophes_hide_nothing_from_the_reader(text):
    assert is_harsh(text, marks_of(text))


@pytest.mark.parametrize(
    "text",
    ["@a, " * 1_000 + "x", "@a@b" * 1_000, "“" * 4_000, "'" * 4_000, "-A" * 2_000 + " "],
    ids=["names", "names in one", "opening quotes", "apostrophes", "dashes"],
)
def test_no_text_keeps_the_reader_for_ever(text):
    """A pattern that backtracks over the first of these never ends."""
    assert not is_harsh(text, marks_of(text))


def test_the_start_of_a_long_answer_is_read():
    record = ConductRecord()
    record.brand_says(1.0, "Hoi! " + "a" * LONGEST + " Jammer dan.")
    assert record.marks == {"greets"}
    assert record.harsh_text is None


class Conversation:
    """Customer and brand as they speak, at given times and in the order of arrival."""

    def __init__(self, *said):
        self.record = ConductRecord()
        for who, at, *mood in said:
            if who == "customer":
                self.record.customer_says(at, "@b wanneer?" if not mood else "@b dank", 0.9 if not mood else 0.1)
            else:
                self.record.brand_says(at, "We kijken ernaar.")


@pytest.mark.parametrize(
    ("said", "waiting_since"),
    {
        "nothing said": ([], None),
        "asked": ([("customer", 10)], 10),
        "asked twice": ([("customer", 10), ("customer", 20)], 10),
        "answered": ([("customer", 10), ("brand", 15)], None),
        "asked again": ([("customer", 10), ("brand", 15), ("customer", 20)], 20),
        "thanked": ([("customer", 10), ("brand", 15), ("customer", 20, "calm")], None),
        "question arrives after its answer": ([("brand", 15), ("customer", 10)], None),
        "answer arrives after the next question": ([("customer", 10), ("customer", 20), ("brand", 15)], 20),
        "answer was before the question": ([("customer", 20), ("brand", 15)], 20),
        "earlier question arrives later": ([("customer", 20), ("customer", 10)], 10),
    }.values(),
    ids=lambda value: None if not isinstance(value, list) else " ".join(str(v) for turn in value for v in turn) or "-",
)
def test_who_waits_for_an_answer(said, waiting_since):
    assert Conversation(*said).record.waiting_since == waiting_since


def test_marks_of_all_answers_and_the_latest_harsh_one_are_kept():
    record = ConductRecord()
    record.brand_says(1.0, "Hoi!")
    record.brand_says(2.0, "Jammer dan.")
    record.brand_says(3.0, "Sorry, dat had anders gemoeten.")
    assert record.answers == 3
    assert record.marks == {"greets", "says sorry"}
    assert record.harsh_text == "Jammer dan."
