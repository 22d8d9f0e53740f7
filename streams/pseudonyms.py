"""Pseudonyms of people: who wrote something stays tellable from others, and nobody learns who it was without the key.

A pseudonym is a keyed hash (BLAKE2b) of an account's id or handle: the same for the same name and key, and of a form
that whatever reads texts takes for an account. Accounts of brands are companies, and keep their names.
"""

import re
from collections.abc import Mapping
from hashlib import blake2b

from msgspec.structs import replace

from scoring.errors import UserError
from scoring.mention import Author, Mention
from scoring.people import plain_handle, with_accounts
from scoring.profile import BrandProfile

KEY = "BRANDMELDER_PSEUDONYM_KEY"
"""The variable of the environment that the key is in."""

LEAST_KEY = 32
PREFIX = "author-"
_BYTES = 6
"""Of a hash: among a million people in a thread, two are taken for one in one case of 600."""

_PSEUDONYM = re.compile(rf"@?({PREFIX}[0-9a-f]{{{2 * _BYTES}}})")


class PseudonymKeyError(UserError, ValueError):
    """A key that protects nobody; never shows it."""


class Pseudonyms:
    """The names that people are kept under.

    Parameters
    ----------
    key
        The secret that names are hashed with, at least `LEAST_KEY` characters.
    brands
        The desk's brands: their accounts are not people's.

    Raises
    ------
    PseudonymKeyError
        When the key is too short.
    """

    def __init__(self, key: str, brands: Mapping[str, BrandProfile] | None = None) -> None:
        if len(key) < LEAST_KEY:
            raise PseudonymKeyError(
                f"{KEY} has {len(key)} characters; allowed is a secret of {LEAST_KEY} or more,"
                " such as `openssl rand -hex 32` makes"
            )
        self._hash = blake2b(digest_size=_BYTES, key=blake2b(key.encode("utf-8", "surrogatepass")).digest())
        self._accounts = {
            (platform, handle): brand
            for brand, profile in (brands or {}).items()
            for platform, handles in profile.accounts.items()
            for handle in handles
        }
        self._handles = frozenset(handle for _, handle in self._accounts)

    def name(self, name: str) -> str:
        """The pseudonym of an id or a handle; of a pseudonym, itself."""
        known = _PSEUDONYM.fullmatch(name)
        if known is not None:
            return known[1]
        hashed = self._hash.copy()
        hashed.update(name.encode("utf-8", "surrogatepass"))
        return PREFIX + hashed.hexdigest()

    def of(self, mention: Mention) -> Mention:
        """Name a mention's author by a pseudonym, or note whose account it is if it is a brand's.

        Its text stays as it is: tone is read from what was written. Changes the mention in place.
        """
        author = mention.author
        if author is None or author.brand is not None:
            return mention
        handle = plain_handle(author.handle) if author.handle else None
        owner = self._accounts.get((mention.platform, handle)) if handle is not None else None
        if owner is not None:
            mention.author = replace(author, brand=owner)
        else:
            called = self.name(handle) if handle is not None else None
            mention.author = Author(self.name(author.id), called, author.followers, author.verified)
        return mention

    def kept(self, mention: Mention) -> Mention:
        """What may be kept of a mention once its tone was read: of a text that is kept, @names become pseudonyms.

        Kept are a thread's first post and what a brand says. Links stay, for the desk has to find the post, and so do
        @names of brands' accounts.
        """
        text = mention.text
        if not text or "@" not in text:
            return mention
        author = mention.author
        if mention.id != mention.thread_id and (author is None or author.brand is None):
            return mention
        return replace(mention, text=self.in_text(text))

    def in_text(self, text: str) -> str:
        """Put pseudonyms in place of @names."""
        return with_accounts(text, self._instead)

    def _instead(self, account: str) -> str:
        handle = plain_handle(account)
        return account if handle in self._handles else f"@{self.name(handle)}"


def names_of_account(account: str, pseudonyms: Pseudonyms | None) -> frozenset[str]:
    """Every name that an account's id or handle may be kept under."""
    plain = frozenset((account, plain_handle(account)))
    return plain if pseudonyms is None else plain | {pseudonyms.name(name) for name in plain}


def pseudonyms_of(key: str | None, brands: Mapping[str, BrandProfile]) -> Pseudonyms | None:
    """Pseudonyms as the environment wishes; None without a key.

    Raises
    ------
    PseudonymKeyError
        When the key is too short.
    """
    return None if key is None else Pseudonyms(key, brands)
