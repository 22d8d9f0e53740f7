"""The people of an incident: accounts with invented handles and believable audiences."""

import numpy as np

from scoring.mention import Author
from streams.incidents.texts import load

HIDDEN_FOLLOWERS = 0.1
"""Part of the accounts whose followers a platform does not tell."""


class Crowd:
    """Makes accounts; no two of one crowd share an id.

    Parameters
    ----------
    rng
        The source of chance.
    prefix
        Starts every id, so that crowds can be mixed.
    """

    def __init__(self, rng: np.random.Generator, prefix: str) -> None:
        self._rng = rng
        self._prefix = prefix
        self._made = 0
        people = load("background")["people"]
        self._adjectives, self._nouns = people["adjectives"], people["nouns"]

    def someone(self, followers: int) -> Author:
        """Make an account with the audience given, which its platform may not tell."""
        hidden = self._rng.random() < HIDDEN_FOLLOWERS
        return self.customer(None if hidden else followers)

    def customer(self, followers: int | None) -> Author:
        """Make an account whose audience is told as given."""
        self._made += 1
        adjective, noun = self._rng.choice(self._adjectives), self._rng.choice(self._nouns)
        return Author(f"{self._prefix}-{self._made}", f"{adjective}_{noun}{self._made}", followers)


def brand_account(brand: str, handle: str, followers: int) -> Author:
    """Make an account of the brand itself."""
    return Author(f"account-{handle}", handle, followers, verified=True, brand=brand)
