"""Which language a short message is in."""

import re
from collections.abc import Sequence
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

LANGUAGES = ("nl", "en", "de", "fr", "es", "it", "pt", "pl", "tr")
"""Languages that are told apart; more of them would only turn short Dutch into Afrikaans."""

UNKNOWN = "und"
"""Language of a text without letters (ISO 639-3, undetermined)."""

MAX_CHARS = 300

_WORD = re.compile(r"[^\W\d_]+")
_NOISE = re.compile(r"https?://\S+|[@#]\w+")

# Common words that hardly any other of the languages has: a lead of two settles it at once.
_DUTCH = frozenset((
    "het", "een", "niet", "ik", "jullie", "van", "voor", "naar", "maar", "waar", "heb", "hebben", "heeft",
    "dat", "deze", "mijn", "geen", "nog", "wel", "ook", "uit", "door", "wij", "zijn", "worden", "wordt",
    "heel", "moet", "kunnen", "weer", "niks", "nooit", "wat", "hoe", "wanneer", "waarom", "hier", "daar",
    "bij", "ons", "onze", "jij", "zo'n", "dit", "alweer", "iemand", "niemand", "gewoon", "helemaal",
    "bedankt", "dank", "dankjewel", "graag", "goed", "fijn", "erg", "even", "want", "toch", "zit", "zijn",
))  # fmt: skip
_ENGLISH = frozenset((
    "the", "and", "you", "your", "my", "have", "for", "with", "this", "are", "not", "it", "of", "to",
    "no", "from", "they", "what", "how", "when", "why", "where", "there", "who", "just", "been", "would",
    "could", "should", "can't", "don't", "i'm", "it's", "thanks", "thank", "please", "again", "never",
    "still", "our", "we", "but", "so", "on", "at",
))  # fmt: skip


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(LANGUAGES))
    return identifier


def warm_up() -> None:
    """Read the detector's model now, so that the first text does not wait a second for it."""
    _identifier()


def detect(text: str) -> str:
    """Return the ISO 639-1 code of the language of `text`, or "und" where there are no letters."""
    words = _WORD.findall(_NOISE.sub(" ", text[:MAX_CHARS]).lower())
    if not words:
        return UNKNOWN
    lead = sum((word in _DUTCH) - (word in _ENGLISH) for word in words)
    if abs(lead) >= 2:
        return "nl" if lead > 0 else "en"
    return str(_identifier().classify(" ".join(words))[0])


def settle(texts: Sequence[str], declared: Sequence[str | None] | None) -> list[str]:
    """Return each text's language: the declared one where that is Dutch or English, else the detected one."""
    if declared is None:
        return [detect(text) for text in texts]
    claims = [(lang or "").replace("_", "-").split("-")[0].lower() for lang in declared]
    return [claim if claim in {"nl", "en"} else detect(text) for text, claim in zip(texts, claims, strict=True)]
