"""Estimates the generator's parameters from real cascades.

Three questions, each asked of the sets that can answer it: how long a post is remembered (all sets), how a
wave branches (the sets that know parents), and how far an everyday post goes (the sets of small cascades).
Sets are told apart by what they contain, not by their file names: a set whose median size is below 50 is one
of everyday cascades.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
from sklearn.mixture import GaussianMixture

from scoring.cascades import Cascade, read_cascades
from streams.incidents.appeal import fit_appeal
from streams.incidents.hawkes import DailyClock
from streams.incidents.memory import fit_kernel
from streams.incidents.parameters import BranchingLaw, Evidence, Floats, FollowerLaw, Parameters

WINDOW_S = 7 * 86_400.0
EVERYDAY_SIZE = 50
ENOUGH_EVENTS = 30
"""Below this the branching of a single cascade says little."""
ENOUGH_TIMES = 2_000
NIGHT_HOUR = 4

FOLLOWERS, PARENT = 1, 2
"""Where an event has them."""


@dataclass(frozen=True)
class _Set:
    name: str
    cascades: list[Cascade]

    @property
    def everyday(self) -> bool:
        return float(np.median([len(cascade.events) for cascade in self.cascades])) < EVERYDAY_SIZE

    @cached_property
    def rhythm(self) -> Floats | None:
        return _rhythm(self.cascades)

    def activity(self, cascade: Cascade) -> Floats:
        """Give the times of the events since the root, by the set's rhythm of the day where that is known."""
        times = np.array([event[0] for event in cascade.events])
        if self.rhythm is None or cascade.root_time is None:
            return times
        clock = DailyClock(tuple(self.rhythm.tolist()), utc_offset_s=0.0)
        at = clock.activity(cascade.root_time + np.append(0.0, times))
        return np.asarray(at[1:] - at[0])


def estimate(data_dir: Path, *, estimated_on: str = "") -> Parameters:
    """Estimate the generator's parameters.

    Parameters
    ----------
    data_dir
        Folder with `cascades/*.jsonl.gz` in the training form.
    estimated_on
        Date to note in the result.

    Returns
    -------
    found : Parameters
        The same for the same files.

    Raises
    ------
    ValueError
        If the folder lacks the kinds of sets that are needed, or a line is not a cascade.
    """
    folder = data_dir / "cascades"
    sets = [_Set(path.name.removesuffix(".jsonl.gz"), _read(path)) for path in sorted(folder.glob("*.jsonl.gz"))]
    everyday = [item for item in sets if item.everyday]
    trees = [item for item in sets if not item.everyday and _knows(item, PARENT)]
    small = [cascade for item in everyday for cascade in item.cascades]
    if not trees or not any(cascade.root_followers is not None for cascade in small):
        raise ValueError(
            f"{folder}: needed are a set of cascades with parents and one of small cascades (median size "
            f"below {EVERYDAY_SIZE}) with followers; found {[item.name for item in sets]}"
        )
    parts = np.concatenate([_inner_parts(item.cascades) for item in trees])
    branching = _fit_beta(parts)
    names = ", ".join(item.name for item in sets)
    return Parameters(
        source=f"{names}; the README of the training data says where they are from",
        estimated_on=estimated_on,
        window_s=WINDOW_S,
        wave=fit_kernel([delays for item in trees for delays in _direct(item)], WINDOW_S),
        inner=fit_kernel([delays for item in trees for delays in _inner(item)], WINDOW_S),
        everyday=fit_kernel([delays for item in everyday for delays in _direct(item)], WINDOW_S),
        branching=branching,
        depth_one_share=1 - float(parts.mean()),
        authors=_fit_followers([[c.root_followers for c in small if c.root_followers is not None]]),
        sharers=_fit_followers([_followers(item) for item in sets if _knows(item, FOLLOWERS)]),
        appeal=fit_appeal(small, branching.mean, WINDOW_S),
        hourly=_local([item.rhythm for item in sets if item.rhythm is not None]),
        evidence={item.name: _evidence(item.cascades) for item in sets},
    )


def estimate_incidents(data_dir: Path, out: Path, *, estimated_on: str = "") -> Parameters:
    """Estimate the parameters (see `estimate`) and write them to `out` as JSON."""
    parameters = estimate(data_dir, estimated_on=estimated_on)
    out.write_bytes(msgspec.json.format(msgspec.json.encode(parameters), indent=2) + b"\n")
    return parameters


def _read(path: Path) -> list[Cascade]:
    return list(read_cascades(path))


def _knows(item: _Set, field: int) -> bool:
    return any(event[field] is not None for cascade in item.cascades for event in cascade.events[:1])


def _direct(item: _Set) -> list[Floats]:
    """Delays of each root's children; in a small cascade almost all of unknown parent are among them."""
    found = []
    for cascade in item.cascades:
        times = item.activity(cascade)
        found.append(
            np.array(
                [t for t, (_, _, parent, _) in zip(times, cascade.events, strict=True) if parent is None or parent < 0]
            )
        )
    return found


def _inner(item: _Set) -> list[Floats]:
    """Delays of later events' children."""
    found = []
    for cascade in item.cascades:
        times = item.activity(cascade)
        known = [(t, parent) for t, (_, _, parent, _) in zip(times, cascade.events, strict=True) if parent is not None]
        found.append(np.array([t - times[parent] for t, parent in known if parent >= 0]))
    return found


def _inner_parts(cascades: Sequence[Cascade]) -> Floats:
    """For each large cascade, children of later events per event: the likeliest branching factor."""
    parts = []
    for cascade in cascades:
        parents = [parent for t, _, parent, _ in cascade.events if t <= WINDOW_S and parent is not None]
        if len(parents) >= ENOUGH_EVENTS:
            parts.append(sum(parent >= 0 for parent in parents) / len(parents))
    return np.array(parts)


def _fit_beta(parts: Floats) -> BranchingLaw:
    mean, variance = float(parts.mean()), float(parts.var())
    both = mean * (1 - mean) / variance - 1
    return BranchingLaw(a=mean * both, b=(1 - mean) * both)


def _followers(item: _Set) -> list[int]:
    return [followers for c in item.cascades for _, followers, _, _ in c.events if followers is not None]


def _fit_followers(groups: Sequence[Sequence[int]]) -> FollowerLaw:
    """Fit a mixture in which every set has the same say, whatever its size."""
    most = min(20_000, *map(len, groups)) if len(groups) > 1 else min(20_000, len(groups[0]))
    spread = [np.sort(group)[np.linspace(0, len(group) - 1, most).astype(int)] for group in groups]
    logs = np.log1p(np.concatenate(spread)).reshape(-1, 1)
    fit = GaussianMixture(2, random_state=0, n_init=3).fit(logs)
    return FollowerLaw(
        weights=tuple(fit.weights_.tolist()),
        means=tuple(fit.means_.ravel().tolist()),
        sds=tuple(np.sqrt(fit.covariances_).ravel().tolist()),
    )


def _rhythm(cascades: Sequence[Cascade]) -> Floats | None:
    """Activity per hour of the day in UTC, 1 on average; None if the set does not tell.

    Counted are events between one and six whole days after the root, where the decay of a cascade no longer
    outweighs the hour.
    """
    times = [c.root_time + e[0] for c in cascades if c.root_time is not None for e in c.events if _late(e[0])]
    if len(times) < ENOUGH_TIMES:
        return None
    hours = np.bincount((np.array(times) // 3600 % 24).astype(int), minlength=24).astype(float)
    smooth = (np.roll(hours, 1) + hours + np.roll(hours, -1)) / (3 * hours.mean())
    return np.asarray(np.maximum(smooth, 0.05))


def _local(rhythms: Sequence[Floats]) -> tuple[float, ...]:
    """Average rhythms in local time, which is unknown: the trough of the day is taken to be at 04:00."""
    if not rhythms:
        return (1.0,) * 24
    aligned = [np.roll(rhythm, NIGHT_HOUR - _trough(rhythm)) for rhythm in rhythms]
    return tuple(np.mean(aligned, axis=0).round(4).tolist())


def _trough(rhythm: Floats) -> int:
    """Hour at which the first harmonic is lowest, which a noisy hour moves less than the minimum itself."""
    return round(12 - float(np.angle(np.fft.fft(rhythm)[1])) * 24 / (2 * np.pi)) % 24


def _late(seconds: float) -> bool:
    return 86_400 <= seconds < 6 * 86_400


def _evidence(cascades: Sequence[Cascade]) -> Evidence:
    within = [np.array([event[0] for event in cascade.events if event[0] <= WINDOW_S]) for cascade in cascades]
    halves = [times[len(times) // 2] for times in within if len(times) >= ENOUGH_EVENTS]
    return Evidence(
        cascades=len(cascades),
        events=sum(map(len, within)),
        median_size=float(np.median([len(times) for times in within])),
        median_half_time_s=float(np.median(halves)) if halves else None,
    )
