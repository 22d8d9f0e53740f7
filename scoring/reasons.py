"""Why the risk is what it is: the forecast's largest contributions and the brand's conduct, in numbers."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from scoring.assessment import Reason
from scoring.features import INDEX
from scoring.ties import LATEST

if TYPE_CHECKING:
    from scoring.look import Look

MOST = 5
LEAST_CONTRIBUTION = 0.1
"""In log-odds; less is not worth a line."""

TURN_TEXTS = 10
"""A crowd of fewer texts has not shown what it thinks, so it cannot have turned."""

CLEAR = 1.64
"""In standard errors: of shares that stay as they are, one look in twenty shows so much; with `FALLEN`, one in 90."""

FALLEN = 0.5
"""A share that fell clearly is also at most so large a part of what it was; a smaller change explains nothing."""

RISEN = 0.2
"""A share of new ties that rose clearly did so by this much: where most are strangers anyway, it says nothing."""

QUOTE = 120
ENOUGH_TEXTS = 6
"""Fewer have no trend."""


def reasons_for(
    look: "Look", row: np.ndarray, contributions: dict[str, float], times_usual: float
) -> tuple[Reason, ...]:
    """At most five reasons: conduct first, then what speaks most for a large spread, then tone.

    Where there is room, one more says that the crowd turns against the brand. It explains; no figure of the
    forecast was fitted on it.

    Parameters are those of `scoring.look.assess`.
    """
    reasons = [*_of_conduct(look)]
    ranked = sorted(contributions, key=lambda group: -contributions[group])
    wanted = [g for g in ranked if contributions[g] >= LEAST_CONTRIBUTION]
    if look.size:
        wanted = ["share_velocity", *(g for g in wanted if g != "share_velocity")]
    reasons += [reason for g in wanted if (reason := _of_spread(g, look, row, times_usual)) is not None]
    tone = _of_tone(look)
    if tone is None:
        return tuple(reasons[:MOST])
    reasons = [*reasons[: MOST - 1], tone]
    turn = _of_turn(look)
    return tuple(reasons) if turn is None or len(reasons) == MOST else (*reasons, turn)


def _of_conduct(look: "Look") -> Iterator[Reason]:
    for signal in look.conduct:
        match signal:
            case "own_goal":
                share = look.on_brand / look.size
                yield Reason(
                    signal,
                    round(share, 3),
                    f"{look.on_brand} of {look.size} spread the brand's own words, not the complaint",
                )
            case "harsh_reply":
                said = " ".join((look.harsh_text or "").split())
                said = said if len(said) <= QUOTE else said[: QUOTE - 1] + "…"
                yield Reason(signal, 1.0, f"the brand snapped at the customer: “{said}”")
            case "unanswered":
                waited = look.at - (look.waiting_since or look.at)
                limit = look.thread.profile.answer_sla_s
                yield Reason(
                    signal,
                    round(waited),
                    f"the customer has waited {duration(waited)}; the limit is {duration(limit)}",
                )
            case "praise_wave":
                yield Reason(
                    signal,
                    float(look.size),
                    f"{look.size} spread it because they like it ({look.texts} texts read)",
                )


def _of_spread(group: str, look: "Look", row: np.ndarray, times: float) -> Reason | None:
    """One group of features in numbers; None where the numbers say nothing to a person."""
    size, age = look.size, look.at - look.root_at
    match group:
        case "share_velocity":
            usual = f", {times:,.0f} × the average at this age" if times >= 2 else ""
            shares = "1 share" if size == 1 else f"{size:,} shares"
            return Reason(group, round(times, 2), f"{shares} in {duration(age)}{usual}")
        case "share_acceleration":
            late = round(float(row[INDEX["share_10m"]]) * size)
            if age < 1_200 or late < 3:
                return None
            pace = float(np.exp(row[INDEX["log_rate_10m"]] - row[INDEX["log_rate_1h"]]))
            compared = f", {pace:.1f} × the pace of the last hour" if pace >= 1.2 else ""
            return Reason(group, float(late), f"{late:,} of them in the last 10 minutes{compared}")
        case "audience_reach":
            if not look.audience:
                return None
            return Reason(group, float(look.audience), f"shown to up to {look.audience:,} followers")
        case "author_reach":
            root = look.root.followers if look.root is not None else None
            return None if not root else Reason(group, float(root), f"started by an account with {root:,} followers")
        case "largest_broadcaster":
            if not look.largest:
                return None
            return Reason(
                group,
                float(look.largest),
                f"spread by {look.largest_name or 'an account'}, who has {look.largest:,} followers",
            )
        case "cascade_shape":
            virality = float(row[INDEX["structural_virality"]])
            depth = int(row[INDEX["max_depth"]])
            if depth < 3:
                return None
            return Reason(group, round(virality, 2), f"passed on from person to person, up to {depth} deep")
    return None


def _of_tone(look: "Look") -> Reason | None:
    if not look.texts:
        return None
    texts = "1 text" if look.texts == 1 else f"{look.texts} texts"
    trend = ""
    if look.texts >= ENOUGH_TEXTS:
        trend = ", getting worse" if look.tone_trend >= 0.1 else ", getting better" if look.tone_trend <= -0.1 else ""
    return Reason(
        "tone",
        round(look.p_negative, 3),
        f"{_percent(look.p_negative)} likely negative for the brand ({texts} read){trend}",
    )


def _of_turn(look: "Look") -> Reason | None:
    """The clearest sign, what is said before who says it, that a thread becomes an outrage at the brand."""
    said, ties = look.self_reference, look.new_ties
    if said is not None and said.z <= -CLEAR and said.recent <= FALLEN * said.before:
        return Reason(
            "self_reference",
            round(said.recent, 3),
            f"{said.recent:.0%} still speak of themselves ({said.before:.0%} before): it is now about the brand",
        )
    if ties is not None and ties.z >= CLEAR and ties.recent - ties.before >= RISEN:
        return Reason(
            "new_ties",
            round(ties.recent, 3),
            f"{ties.recent:.0%} of the last {LATEST} react to somebody for the first time here"
            f" ({ties.before:.0%} before): strangers join in",
        )
    return None


def duration(seconds: float) -> str:
    """Seconds as a person says them: "45 s", "58 min", "2 h 10 min", "3 days"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 120:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{hours // 24} days"


def _percent(p: float) -> str:
    """A probability in words: never quite sure."""
    return f"{min(max(p, 0.01), 0.99):.0%}"
