"""A brand's life in a test: what is heard and done about it, and what people were told."""

from zlib import crc32

from alert_samples import CARD, MINUTE, NOON, assessed
from msgspec.structs import replace

from alerts.click import Click, Silence
from alerts.incidents import Incidents, Settings, decode_state, encode_state
from alerts.ledger import decode, encode
from alerts.marks import names_of
from alerts.oncall import Calendar, OnCall
from alerts.policy import Policy
from scoring.complaint import Complaint

BRAND = "Belvast"
AT_ONCE = Policy(persist_s=0.0)
ABOUT_NOTHING = (
    "Mijn {0} rekening over {1} is alweer verkeerd, en niemand die dat {2} uitlegt",
    "Waarom staat mijn {2} nog op het oude {1}, {0}?",
    "Drie kwartier bij {1} gestaan voor een {0} en dan is de {2} op",
    "De {0} monteur zou om {1} komen, maar {2} kwam er niemand",
    "Wie heeft bedacht dat je voor {2} eerst {0} moet bellen, {1} lang",
)


UTC = Calendar(OnCall(timezone="UTC", morning="00:00"))


def settings(**changes):
    return Settings(**{"policy": AT_ONCE, "calendar": UTC, **changes})


def word(number):
    """Some word that no other number has."""
    return "".join(chr(97 + int(digit)) * 2 for digit in f"{number:05}")


def unlike(number):
    """A complaint that has nothing in common with that of another number."""
    return ABOUT_NOTHING[number % 5].format(*(word(3 * number + i) for i in range(3)))


def complaint(thread, minute, text=None, *, url=None, brand=BRAND):
    text = unlike(crc32(thread.encode()) % 9999) if text is None else text
    return Complaint(thread, brand, NOON + minute * MINUTE, 0.9, "x", f"klant-{thread}", text, url)


def scored(thread, minute, *, text=None, url=None, began=None, **changes):
    """An assessment of a thread that began `began` minutes after noon."""
    text = unlike(crc32(thread.encode()) % 9999) if text is None else text
    card = replace(CARD, excerpt=text, url=url, root_at=NOON + (minute - 20 if began is None else began) * MINUTE)
    return assessed(minute, thread_id=thread, brand=BRAND, card=card, **changes)


class BrandLife:
    """All incidents of a brand, and what was told of them."""

    def __init__(self, **changes):
        self.settings = settings(**changes)
        self.entries = {}
        self.incidents = Incidents(BRAND, self.settings, self.entries, names=names_of(BRAND))
        self.outcomes = []
        self.clicks = 0

    def restarts(self):
        """Only what is written down is left."""
        state = decode_state(encode_state(self.incidents.state))
        self.entries = {key: decode(encode(entry)) for key, entry in self.entries.items()}
        self.incidents = Incidents(BRAND, self.settings, self.entries, state, names=names_of(BRAND))

    def takes(self, event):
        if isinstance(event, Complaint):
            came = self.incidents.hear(event)
        elif isinstance(event, Click | Silence):
            came = self.incidents.do(event)
        elif isinstance(event, float):
            came = self.incidents.advance(event)
        else:
            came = self.incidents.assess(event)
        self.outcomes += came
        return [outcome.decision.cause for outcome in came]

    def hears(self, thread, minute, text=None, **changes):
        return self.takes(complaint(thread, minute, text, **changes))

    def sees(self, thread, minute, **changes):
        return self.takes(scored(thread, minute, **changes))

    def passes(self, minute):
        return self.takes(NOON + minute * MINUTE)

    def does(self, minute, entry, action, by="anna"):
        self.clicks += 1
        at = NOON + minute * MINUTE
        return self.takes(Click(BRAND, entry.incident_id, action, by, at, f"press {self.clicks}"))

    def silences(self, minute, until, by="anna", reason="storing bekend"):
        self.clicks += 1
        at = NOON + minute * MINUTE
        return self.takes(Silence(BRAND, by, at, NOON + until * MINUTE, reason, f"silence {self.clicks}"))

    def is_usual(self, *, per_hour=2, hours=30, until=0):
        """Complaints about nothing in particular, for so many hours up to that minute."""
        for number in range(hours * per_hour):
            minute = until - 60 * hours + 60 * number / per_hour
            self.hears(f"usual-{number}", minute, unlike(number))

    @property
    def told(self):
        return [one for outcome in self.outcomes for one in outcome.notifications]

    @property
    def said(self):
        """Minute, kind and cause of everything told."""
        return [(round((n.alert.at - NOON) / MINUTE, 2), n.incident.kind, n.cause) for n in self.told]

    @property
    def pages(self):
        return [n for n in self.told if n.page]

    @property
    def verdicts(self):
        return [verdict for outcome in self.outcomes for verdict in outcome.verdicts]

    @property
    def active(self):
        return self.incidents.active

    @property
    def storm(self):
        return next((entry for entry in self.active if entry.kind == "storm"), None)
