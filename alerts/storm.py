"""Storms: many complaints about one brand at once are one incident."""

import msgspec

from scoring.errors import require


class StormPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From when on complaints about a brand are a storm.

    `threads` new complaint threads within `within_s` seconds that are also `times_usual` as many as usual; from
    `critical_threads` in all the storm is critical. It is over after `calm_s` at less than half of that.

    Raises
    ------
    ValueError
        When a value is out of its range.
    """

    threads: int = 15
    within_s: float = 600.0
    times_usual: float = 4.0
    critical_threads: int = 100
    calm_s: float = 3600.0

    def __post_init__(self) -> None:
        require(self.threads >= 2, "threads", self.threads, "2 or more")
        require(0 < self.within_s < float("inf"), "within_s", self.within_s, "more than 0")
        require(1 <= self.times_usual < float("inf"), "times_usual", self.times_usual, "1 or more")
        more = f"threads ({self.threads}) or more"
        require(self.critical_threads >= self.threads, "critical_threads", self.critical_threads, more)
        require(0 < self.calm_s < float("inf"), "calm_s", self.calm_s, "more than 0")
