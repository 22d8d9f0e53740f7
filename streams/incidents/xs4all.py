"""`xs4all`: blunt complaints to three accounts, all answered soon, patiently and by name."""

from operator import attrgetter

import numpy as np

from scoring.mention import Author, Mention
from streams.incidents.crowd import Crowd, brand_account
from streams.incidents.parameters import Parameters
from streams.incidents.recipes import everyday_recipe, grow_from
from streams.incidents.script import Deck, Thread, Utterance
from streams.incidents.texts import load

MINUTE = 60.0
AUDIENCE = {"corporate": 21_300, "care": 9_800, "outages": 12_600}
CUSTOMER_FOLLOWERS = (40, 1_500)
MOST_SPREAD = 3.0
HASTE = (0.75, 1.25)
"""How much sooner or later each turn comes than the script says."""


def xs4all(rng: np.random.Generator, parameters: Parameters, prefix: str, start: float) -> list[Mention]:
    """Write the incident: one thread per customer, over about six hours.

    Parameters
    ----------
    rng
        The source of chance.
    parameters
        Where the few bystanders come from.
    prefix
        Starts every id.
    start
        Time of the first complaint, epoch seconds.

    Returns
    -------
    list of Mention
        In order of time.
    """
    texts = load("xs4all")
    crowd = Crowd(rng, f"{prefix}-p")
    accounts = {
        role: brand_account("xs4all", handle, AUDIENCE[role]) for role, handle in texts["accounts"].items()
    }
    bystanders = Deck(rng, texts["bystanders"]["texts"])
    mentions: list[Mention] = []
    for number, dialogue in enumerate(texts["dialogue"]):
        thread = Thread(f"{prefix}-{number}", "xs4all", "x")
        customer = crowd.customer(int(rng.integers(*CUSTOMER_FOLLOWERS)))
        at = start + dialogue["start_min"] * MINUTE
        complaint = _talk(
            thread, rng, at, dialogue["turns"], customer=customer, account=accounts[dialogue["account"]]
        )
        assert complaint.author is not None
        followers = np.array([complaint.author.followers or 0])
        recipe = everyday_recipe(
            rng, parameters, np.array([complaint.created_at]), followers, most=MOST_SPREAD
        )
        growth = grow_from(rng, parameters, recipe)

        def react(_time: float, _place: int) -> Utterance:
            return Utterance("reply", bystanders.deal(), "nl") if rng.random() < 0.6 else Utterance("share")

        thread.spread(complaint, growth, crowd, react)
        mentions += thread.mentions
    return sorted(mentions, key=attrgetter("created_at"))


def _talk(
    thread: Thread,
    rng: np.random.Generator,
    at: float,
    turns: list[tuple[str, float, str]],
    *,
    customer: Author,
    account: Author,
) -> Mention:
    """Write the turns, each a reply to the one before; give the first."""
    previous: Mention | None = None
    for who, minutes, text in turns:
        at += minutes * MINUTE * rng.uniform(*HASTE)
        words = Utterance("reply" if previous else "post", text.format(customer=customer.handle), "nl")
        previous = thread.say(at, account if who == "brand" else customer, words, parent=previous)
    return thread.mentions[0]
