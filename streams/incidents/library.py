"""The bundled incidents by name, alone or woven into ordinary traffic."""

import heapq
import zlib
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from scoring.errors import UserError
from scoring.mention import Mention
from streams.incidents.background import arrivals
from streams.incidents.hawkes import HOUR
from streams.incidents.parameters import Parameters, bundled
from streams.incidents.sanoma import sanoma
from streams.incidents.xs4all import xs4all

Script = Callable[[np.random.Generator, Parameters, str, float], list[Mention]]
"""Writes an incident: the source of chance, what was estimated, the start of every id, the first moment
(epoch s)."""


class IncidentError(UserError, ValueError):
    """An incident that there is not, or a number that it cannot be generated with."""


class Incident(NamedTuple):
    """One case of the library; `viral_fail` says whether it ends as one."""

    summary: str
    viral_fail: bool
    script: Script


INCIDENTS: dict[str, Incident] = {
    "sanoma": Incident("A snappy reply to a polite subscriber is passed on and on", True, sanoma),
    "xs4all": Incident("Blunt complaints on three accounts, all answered soon and by name", False, xs4all),
}


def generate(name: str, seed: int, start: float, *, parameters: Parameters | None = None) -> list[Mention]:
    """Generate one incident on its own.

    Parameters
    ----------
    name
        A key of `INCIDENTS`, which is also the brand's key.
    seed
        The same seed and start give the same mentions.
    start
        Time of the first mention, epoch seconds.
    parameters
        What was estimated from real cascades; None for those that come with the package.

    Returns
    -------
    list of Mention
        In order of time.

    Raises
    ------
    IncidentError
        If there is no such incident, or the seed is negative.
    """
    if name not in INCIDENTS:
        raise IncidentError(f"incident is {name!r}; there are {', '.join(sorted(INCIDENTS))}")
    if seed < 0:
        raise IncidentError(f"seed is {seed}; allowed are whole numbers from 0 up")
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    return INCIDENTS[name].script(rng, parameters or bundled(), f"{name}{seed}", start)


def scene(
    name: str | Sequence[str],
    seed: int,
    start: float,
    *,
    lead: float = 2 * HOUR,
    duration: float = 27 * HOUR,
    rate: float = 40.0,
    parameters: Parameters | None = None,
) -> list[Mention]:
    """Generate one or several incidents woven into ordinary traffic.

    Parameters
    ----------
    name
        A key of `INCIDENTS`, or several, which then start together.
    seed, parameters
        See `generate`.
    start
        Epoch seconds of the first moment.
    lead
        Seconds of ordinary traffic before the first incident.
    duration
        Seconds of traffic in all; what would come later is left out, incidents included.
    rate
        New background threads per hour, averaged over a day.

    Returns
    -------
    list of Mention
        In order of arrival: that of time, but for the few that are late.

    Raises
    ------
    IncidentError
        If there is no such incident, or a number is not allowed.
    """
    if not 0 <= lead < np.inf:
        raise IncidentError(f"lead is {lead}; allowed are finite numbers from 0 up")
    known = parameters or bundled()
    names = (name,) if isinstance(name, str) else name
    incidents = [generate(each, seed, start + lead, parameters=known) for each in names]
    within = [[(m.created_at, m) for m in part if m.created_at < start + duration] for part in incidents]
    traffic = arrivals(seed, start, duration, rate, known)
    return [mention for _, mention in heapq.merge(*within, traffic, key=itemgetter(0))]
