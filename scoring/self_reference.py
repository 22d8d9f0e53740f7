"""How many still speak of themselves.

When a crowd turns against somebody, words like "I" and "me" become rarer, which marks the start of a firestorm
(Strathern, Ghawi, Schönfeld and Pfeffer, Identifying lexical change in negative word-of-mouth on social media,
Social Network Analysis and Mining 12, 2022). Here "we" counts too: its writer still tells what happened to him.
"""

import re

import msgspec

from scoring.change import Change
from scoring.mood import KEEP

LONGEST = 1_024
"""Characters of a text that are searched; who speaks of himself seldom waits longer to do so."""

ENOUGH = 10
"""Reactions from which there is a "before": two half-lives, so that either side has about half of them."""

# What stands before a word comes first and is followed by plain letters: the search then skips all other places,
# several times as fast as it tries each.
_FIRST_PERSON = re.compile(
    r"""[^\w@#] (?<!\w[./-]) [iImMwWoOuUkK'’`]                   # not within a word, a name, a tag, an address
    (?i: (?<=i) (?: k(?:zelf|ke)? | m | ve | (?![./&]\w) )        # ik, ikzelf, ikke; im, ive, I; not I/O, i.e.
       | (?<=m) (?: ij(?:zelf|ne?)? | e(?:zelf)? | ['’`]?n | y(?:self)? | ine )
       | (?<=w) (?: ij(?:zelf)? | e )
       | (?<=o) (?: ns(?:zelf)? | nze | ur(?:s|selves)? )
       | (?<=u) s (?-i:(?<!US))
       | (?<=['’`]) k
       | (?<=k) (?=\s(?:heb|had|ben|was|wil|kan|vind|zie|weet|wacht|snap|moet|ga|krijg)\b)
    ) (?![\w@]|[.-]\w)""",
    re.VERBOSE,
)


def speaks_of_self(text: str) -> bool:
    """Whether `text` has a first-person pronoun, Dutch or English, chat forms included.

    "US" in capitals is the country.
    """
    return _FIRST_PERSON.search(f" {text[:LONGEST]}") is not None


class SelfReference(msgspec.Struct, array_like=True, gc=False):
    """The share of a thread's reactions that speak of their writer, recently and before.

    "Recently" is what it is for the mood: a text's weight in it halves every few texts, and what is left of its
    weight counts towards "before". The fields are what a snapshot holds.
    """

    texts: int = 0
    _said: int = 0
    _recent: float = 0.0

    def add(self, text: str) -> None:
        """Take the text of a reaction."""
        self.texts += 1
        self._recent *= KEEP
        if speaks_of_self(text):
            self._said += 1
            self._recent += 1.0

    @property
    def change(self) -> Change | None:
        """The share recently and before; None while there is too little to compare."""
        n = self.texts
        if n < ENOUGH:
            return None
        # Sums of the weights and of their squares: KEEP**age for recently, 1 - KEEP**age for before.
        late, late_squares = (1.0 - KEEP**n) / (1.0 - KEEP), (1.0 - KEEP ** (2 * n)) / (1.0 - KEEP**2)
        early, early_squares = n - late, n - 2.0 * late + late_squares
        return Change.of(
            min(self._recent / late, 1.0),
            late * late / late_squares,
            min(max((self._said - self._recent) / early, 0.0), 1.0),
            early * early / early_squares,
        )
