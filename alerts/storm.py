"""Storms: many complaints about one brand at once are one incident."""

import msgspec


class StormPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From when on complaints about a brand are a storm.

    `threads` new complaint threads within `within_s` seconds that are also `times_usual` as many as usual; from
    `critical_threads` in all the storm is critical. It is over after `calm_s` at less than half of that.
    """

    threads: int = 15
    within_s: float = 600.0
    times_usual: float = 4.0
    critical_threads: int = 100
    calm_s: float = 3600.0
