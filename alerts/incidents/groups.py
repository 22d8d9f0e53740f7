"""Several threads as one incident: who is in it, and which of them is the worst."""

from msgspec.structs import replace

from alerts.decide import Judged
from alerts.incidents.state import Scored
from alerts.ledger import MOST_MEMBERS, Entry, Member
from alerts.severity import CALM, Judgement, Severity
from scoring.assessment import Assessment
from scoring.complaint import Complaint

MOST_SCORED = 8
"""Threads of a group that are remembered in full; the mildest goes first, and is back when it is assessed again."""

_RANKS = {severity: rank for rank, severity in enumerate(Severity, 1)}


def rank(severity: Severity | None) -> int:
    """How bad that is, 0 for nothing."""
    return 0 if severity is None else _RANKS[severity]


def scored_member(assessment: Assessment, judgement: Judgement) -> Member:
    """A thread as it was assessed."""
    return Member(
        thread_id=assessment.thread_id,
        began=assessment.card.root_at,
        at=assessment.at,
        severity=judgement.severity,
        risk=assessment.risk,
        shares=assessment.shares,
        excerpt=assessment.card.excerpt,
        url=assessment.card.url,
        author=assessment.card.author,
    )


def silent_member(complaint: Complaint) -> Member:
    """A thread that was never assessed."""
    return Member(
        thread_id=complaint.thread_id,
        began=complaint.at,
        at=complaint.at,
        severity=None,
        risk=0.0,
        shares=0,
        excerpt=complaint.excerpt,
        url=complaint.url,
        author=complaint.author,
    )


def with_members(members: tuple[Member, ...], *more: Member) -> tuple[Member, ...]:
    """Put threads among others, in place of what was known of them, the worst first."""
    known = {member.thread_id: member for member in members}
    known.update((member.thread_id, member) for member in more)
    ordered = sorted(known.values(), key=lambda m: (-rank(m.severity), -m.risk, -m.shares, m.at, m.thread_id))
    return tuple(ordered)


def grown(entry: Entry, member: Member) -> tuple[Entry, tuple[Member, ...]]:
    """Let a thread into an incident; returns the threads that have no place among its members any more."""
    members = entry.members or (scored_member(entry.assessment, entry.judgement),)
    together = with_members(members, member)
    inside = replace(entry, kind="group", members=together[:MOST_MEMBERS], threads=entry.threads + 1)
    return inside, together[MOST_MEMBERS:]


def note(threads: dict[str, Scored], assessment: Assessment, judgement: Judgement) -> None:
    """Remember how a thread of a group was assessed, unless it is calm."""
    if judgement.severity is None:
        threads.pop(assessment.thread_id, None)
        return
    threads[assessment.thread_id] = Scored(assessment, judgement)
    if len(threads) > MOST_SCORED:
        del threads[min(threads, key=lambda thread: _badness(threads[thread]))]


def worst(entry: Entry, threads: dict[str, Scored], latest: Assessment | None, *, joined: bool) -> Judged:
    """What a group amounts to: its worst thread; `latest` is what was just assessed."""
    if threads:
        most = max(threads.values(), key=_badness)
        return Judged(most.assessment, most.judgement, joined)
    shown = entry.assessment
    return Judged(latest if latest is not None and latest.thread_id == shown.thread_id else shown, CALM, joined)


def _badness(one: Scored) -> tuple[int, float, int, str]:
    said = one.assessment
    return rank(one.judgement.severity), said.risk, said.shares, said.thread_id
