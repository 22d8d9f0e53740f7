"""What the generator knows of real cascades: the numbers that `estimate` found, and how to draw from them."""

from functools import cache
from importlib.resources import files
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Positive = Annotated[float, msgspec.Meta(gt=0)]


class FollowerLaw(msgspec.Struct, frozen=True):
    """Mixture of normals for ln(1 + followers) of an account."""

    weights: tuple[Share, ...]
    means: tuple[float, ...]
    sds: tuple[Positive, ...]

    def draw(self, rng: np.random.Generator, size: int) -> Ints:
        """Draw followers of `size` accounts."""
        edges = np.cumsum(self.weights)[:-1]
        part = np.searchsorted(edges, rng.random(size), side="right")
        logs = rng.normal(np.take(self.means, part), np.take(self.sds, part))
        # No account has more than a few hundred million followers; the mixture's tail knows no such bound.
        return np.expm1(np.clip(logs, 0, 19)).astype(np.int64)

    def moment(self, exponent: float) -> float:
        """Give E[(1 + followers) ** exponent], from the moments of a log-normal."""
        weights, means, sds = np.array(self.weights), np.array(self.means), np.array(self.sds)
        return float(weights @ np.exp(exponent * means + (exponent * sds) ** 2 / 2))


class KernelLaw(msgspec.Struct, frozen=True):
    """How the power-law memory differs between cascades: a joint normal for ln scale (s) and ln exponent."""

    log_scale: float
    log_scale_sd: Positive
    log_exponent: float
    log_exponent_sd: Positive
    correlation: Annotated[float, msgspec.Meta(ge=-1, le=1)]

    def draw(self, rng: np.random.Generator, size: int) -> tuple[Floats, Floats]:
        """Draw the scales (s) and exponents of `size` cascades."""
        first, second = rng.standard_normal((2, size))
        second = self.correlation * first + np.sqrt(1 - self.correlation**2) * second
        scale = np.exp(self.log_scale + self.log_scale_sd * first)
        return scale, np.exp(self.log_exponent + self.log_exponent_sd * second)


class BranchingLaw(msgspec.Struct, frozen=True):
    """Beta law of the branching factor, the mean number of reshares that a reshare brings, over cascades."""

    a: Positive
    b: Positive

    def draw(self, rng: np.random.Generator, size: int) -> Floats:
        """Draw the branching factors of `size` cascades, all below 1."""
        return np.minimum(rng.beta(self.a, self.b, size), 0.98)

    @property
    def mean(self) -> float:
        """The mean branching factor."""
        return self.a / (self.a + self.b)


class AppealLaw(msgspec.Struct, frozen=True):
    """Direct reshares of a post: ln mean = intercept + mark_exponent · ln(1 + followers) + sd · z."""

    intercept: float
    mark_exponent: float
    sd: Positive

    def draw(self, rng: np.random.Generator, followers: Ints) -> Floats:
        """Draw the mean number of direct reshares of one post of each author."""
        noise = self.sd * rng.standard_normal(len(followers))
        return np.exp(self.intercept + self.mark_exponent * np.log1p(followers) + noise)


class Evidence(msgspec.Struct, frozen=True):
    """What one set of cascades contributed."""

    cascades: int
    events: int
    median_size: float
    median_half_time_s: float | None


class Parameters(msgspec.Struct, frozen=True):
    """The generator's parameters with their origin.

    `wave` holds for cascades that went far, `everyday` for the small ones that most mentions are; `inner` is
    the memory of a reshare, the others are that of the root. Delays and counts are those within `window_s` of
    the parent. `depth_one_share` is the part of a wave that reshared the root itself. `hourly` is the
    activity per local hour of the day, 1 on average.
    """

    source: str
    estimated_on: str
    window_s: Positive
    wave: KernelLaw
    inner: KernelLaw
    everyday: KernelLaw
    branching: BranchingLaw
    depth_one_share: Share
    authors: FollowerLaw
    sharers: FollowerLaw
    appeal: AppealLaw
    hourly: Annotated[tuple[Positive, ...], msgspec.Meta(min_length=24, max_length=24)]
    evidence: dict[str, Evidence]


def read_parameters(text: bytes) -> Parameters:
    """Read parameters from JSON.

    Raises
    ------
    ValueError
        If a key is missing or its value is not allowed; the message names the key.
    """
    return msgspec.json.decode(text, type=Parameters)


@cache
def bundled() -> Parameters:
    """Read the parameters that come with the package."""
    return read_parameters(files("streams.incidents").joinpath("parameters.json").read_bytes())
