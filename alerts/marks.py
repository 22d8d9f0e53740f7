"""What a post has by which to know another one that is about the same thing: links, hashtags, words."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property
from hashlib import blake2b
from urllib.parse import parse_qsl, urlencode, urlsplit

LEAST_WORDS = 8
"""Shorter texts are alike by chance."""

LEAST_LETTERS = 4
MOST_LINK = 300

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_TAG = re.compile(r"#(\w{2,})")
_ACCOUNT = re.compile(r"@\w+(?:[.-]\w+)*")
_WORD = re.compile(r"[^\W\d_]+")
_ENDING = ".,;:!?…)]}>\"'”’»"

_TRACKING = re.compile(
    r"(?:utm_|mtm_|pk_|hsa_|mc_|ga_|_hs|__tn|__cft|at_)\w*"
    r"|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|ttclid|twclid|li_fat_id|igsh|igshid|mibextid|rdid|share_url|si|s|t"
    r"|ref|ref_src|ref_url|source|feature|cmpid|cid|ocid|sr_share|share|smid|spm|guccounter|_branch_match_id|epik"
)
"""Query parameters that say how somebody came by a link, not where it leads."""

_ONE_HOST = {"twitter.com": "x.com", "youtu.be": "youtube.com"}

ORDINARY = frozenset(
    _WORD.findall(
        """
        aangeven about above after again alle alleen alles already also altijd always ander andere anders
        another answer antwoord anybody anyone anything around awful back because bedankt been beetje before
        begrijp being belachelijk bent beste bijna binnen blijft boven bring came cannot come contact could
        customer customers customerservice daar daarna daarom dagen dank days deze dezelfde didn disgrace
        disgraceful doen does doesn doet doing done dood door down drama drie each echt eens eerst eigenlijk
        elkaar elke else enige ergens even ever every everyone everything first from gaan gaat geen geld
        gelijk gets getting geweest gewoon gisteren give goed goede gone good graag groot grote haar hallo
        have haven having hebben hebt heeft heel helaas hele hello help here heren hier hoelang hoeveel hoor
        hour hours ieder iedereen iemand iets inmiddels into jaar jammer jezelf jouw jullie jullies just keep
        kijken klacht klachten klant klanten klantenservice know komen komt krijg krijgen kunnen kunt laat
        lang langer last laten leuk like long maal maand maar made make maken many maybe meer mensen merk mijn
        minuten minutes misschien moet moeten mogen moment month more morgen most much must naar need never
        next niemand niet niets nieuw nieuwe niks nobody nogmaals nooit nothing omdat onder ongelooflijk only
        onze onzin oplossen other over people please probleem problem problemen problems reactie really
        ridiculous right same schandalig schande seems service shame should since sinds slecht slechte snel
        some someone something sommige soms sorry steeds sterker still straks such take terrible terug than
        thank thanks that their them then there these they thing things think this those though three through
        tijd time times toch today toen told tomorrow tonight totaal triest trying tussen twee under until
        uren useless vaak vanaf vanavond vandaag vanmiddag vanmorgen vanochtend vast veel verder very vier
        vijf volgens voor vraag waar waardeloos waarom wacht wachten wait waiting wanneer want waren wasn week
        weeks weer weet weken welke well went werd were werken werkt weten wezen what when where which while
        whole wilde will willen with without worden wordt worst would year yesterday your yours zeggen zegt
        zeker zelf zelfs zien zijn zitten zoals zonder zoveel zulke zullen
        """
    )
)
"""Words of complaints about anything: what is left says what one is about."""


class Marks:
    """The marks of one post; what is not asked for is not looked for.

    Parameters
    ----------
    text, url
        The post's words and its own address, each possibly empty or None.
    names
        How people call the brand, casefolded: a brand's own name tells none of its threads from another.
    """

    def __init__(self, text: str | None, url: str | None, names: frozenset[str] = frozenset()) -> None:
        self._text = unicodedata.normalize("NFKC", text or "").casefold()
        self._raw = text or ""
        self._url = url
        self._names = names

    @cached_property
    def links(self) -> frozenset[str]:
        """Where it links to, and its own address: a thread about another one's first post links to that."""
        found = [*_LINK.findall(self._raw), *([self._url] if self._url else [])]
        return frozenset(link for link in map(canonical, found) if link)

    @cached_property
    def tags(self) -> frozenset[str]:
        """Hashtags but the brand's own, casefolded and without #."""
        return frozenset(_TAG.findall(_LINK.sub(" ", self._text))) - self._names

    @cached_property
    def words(self) -> tuple[str, ...]:
        """All words in order, casefolded, without links, @names and digits."""
        return tuple(_WORD.findall(_ACCOUNT.sub(" ", _LINK.sub(" ", self._text))))

    @cached_property
    def topics(self) -> frozenset[str]:
        """Words that may say what it is about, hashtags included."""
        return frozenset(w for w in self.words if len(w) >= LEAST_LETTERS) - ORDINARY - self._names

    @cached_property
    def print(self) -> str:
        """A hash of the words, by which to know the very same text again; empty where it is too short to tell."""
        if len(self.words) < LEAST_WORDS:
            return ""
        return blake2b(" ".join(self.words).encode(), digest_size=8).hexdigest()

    @cached_property
    def runs(self) -> frozenset[str]:
        """Three words in a row each; none of a text that is too short to be told from another."""
        words = self.words
        if len(words) < LEAST_WORDS:
            return frozenset()
        return frozenset(" ".join(words[at : at + 3]) for at in range(len(words) - 2))


def names_of(brand: str, handles: Iterable[str] = ()) -> frozenset[str]:
    """How people call a brand: its key, the words of it, both together, and its handles."""
    words = _WORD.findall(brand.casefold())
    return frozenset((brand.casefold(), "".join(words), *words, *(handle.casefold() for handle in handles)))


def sameness(words: tuple[str, ...], others: tuple[str, ...]) -> float:
    """The part of two texts' words that both have (0..1), each word as often as it is said."""
    left: dict[str, int] = {}
    for word in words:
        left[word] = left.get(word, 0) + 1
    both = 0
    for word in others:
        if left.get(word, 0):
            left[word] -= 1
            both += 1
    return 2.0 * both / (len(words) + len(others)) if words or others else 0.0


def canonical(link: str) -> str:
    """The same text for every way to write a link to the same page; empty where it leads to no page in particular."""
    link = link[:MOST_LINK].rstrip(_ENDING)
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("mobile.")
    except ValueError:  # a bracket that is never closed, for example
        return ""
    query = sorted((k, v) for k, v in parse_qsl(parts.query) if not _TRACKING.fullmatch(k.casefold()))
    path = parts.path.rstrip("/")
    if not host or not (path or query):
        return ""
    return f"{_ONE_HOST.get(host, host)}{path}" + (f"?{urlencode(query)}" if query else "")
