"""Incidents without people's words: of everybody once they are no longer needed, of somebody who asks for it."""

import re
from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import replace

from alerts.ledger import Entry, Member
from scoring.assessment import Assessment, Card, Reason
from scoring.complaint import Complaint
from scoring.people import People

QUOTING = frozenset(("harsh_reply", "largest_broadcaster", "storm_about"))
"""Signals whose reasons say what somebody said or who somebody is."""

T = TypeVar("T")

_SPREADER = re.compile(r"(?<=^spread by ).*(?=, who has )", re.DOTALL)


def bears_texts(entry: Entry) -> bool:
    """Whether an incident says what somebody said, or who."""
    card = entry.assessment.card
    return bool(
        card.excerpt
        or card.author
        or card.url
        or any(member.excerpt or member.author or member.url for member in entry.members)
        or any(reason.signal in QUOTING for reason in entry.assessment.reasons)
    )


def without_texts(entry: Entry) -> Entry:
    """An incident without anybody's words, names and links; its figures stay."""
    return replace(
        entry,
        assessment=assessment_without_texts(entry.assessment),
        members=tuple(replace(member, excerpt="", author="", url=None) for member in entry.members),
    )


def assessment_without_texts(assessment: Assessment) -> Assessment:
    """The same of an assessment."""
    reasons = tuple(reason for reason in assessment.reasons if reason.signal not in QUOTING)
    return replace(assessment, reasons=reasons, card=replace(assessment.card, excerpt="", author="", url=None))


def entry_without(entry: Entry, people: People) -> Entry:
    """An incident without what `people` said and without their names; the same one where there is nothing of theirs."""
    assessment = assessment_without(entry.assessment, people)
    members = tuple(member_without(member, people) for member in entry.members)
    if assessment is entry.assessment and members == entry.members:
        return entry
    return replace(entry, assessment=assessment, members=members)


def said_without(said: Assessment | Complaint, people: People) -> Assessment | Complaint:
    """The same of what scoring says."""
    return assessment_without(said, people) if isinstance(said, Assessment) else complaint_without(said, people)


def assessment_without(assessment: Assessment, people: People) -> Assessment:
    """The same of an assessment."""
    card = _card_without(assessment.card, people)
    reasons = tuple(_reason_without(reason, people) for reason in assessment.reasons)
    if card is assessment.card and reasons == assessment.reasons:
        return assessment
    return replace(assessment, card=card, reasons=reasons)


def member_without(member: Member, people: People) -> Member:
    """The same of a thread of an incident."""
    if member.author in people or people.linked(member.url):
        return replace(member, excerpt="", author="", url=None)
    return _hiding(member, member.excerpt, people, lambda excerpt: replace(member, excerpt=excerpt))


def complaint_without(complaint: Complaint, people: People) -> Complaint:
    """The same of a complaint."""
    if complaint.author in people or people.linked(complaint.url):
        return replace(complaint, excerpt="", author="", url=None)
    return _hiding(complaint, complaint.excerpt, people, lambda excerpt: replace(complaint, excerpt=excerpt))


def _card_without(card: Card, people: People) -> Card:
    if card.author in people or people.linked(card.url):
        return replace(card, excerpt="", author="", followers=None, url=None)
    return _hiding(card, card.excerpt, people, lambda excerpt: replace(card, excerpt=excerpt))


def _reason_without(reason: Reason, people: People) -> Reason:
    if reason.signal not in QUOTING:
        return reason
    text = _SPREADER.sub(lambda name: "somebody" if name[0] in people else name[0], people.hidden(reason.text))
    return reason if text == reason.text else replace(reason, text=text)


def _hiding(whole: T, text: str, people: People, with_text: Callable[[str], T]) -> T:
    hidden = people.hidden(text)
    return whole if hidden == text else with_text(hidden)
