"""How many complaints a brand usually has: in the past hours, and at this hour of the week."""

from math import exp

import msgspec

HOUR = 3600.0
DAY_HOURS, WEEK_HOURS = 24, 168

LATELY_S = 6 * HOUR
"""Complaints of so long ago weigh 1/e in what was usual lately."""

WEEKLY = 0.3
"""What the latest week adds to what is known of an hour of the week."""

MOST_HOURS = 4 * WEEK_HOURS
"""After a longer silence only the last weeks of it count."""


class Usual(msgspec.Struct):
    """Rates of a brand's complaints; times are epoch seconds, and never go back.

    Attributes
    ----------
    since
        When the brand was first heard of.
    lately, lately_at
        Decayed count of complaints, as of that time.
    hour, in_hour
        The hour (of the epoch) that is being counted, and its complaints so far; None before the first whole hour.
    weekly
        Complaints in each hour of the week, UTC, as far as known.
    """

    since: float
    lately: float = 0.0
    lately_at: float = 0.0
    hour: int | None = None
    in_hour: float = 0.0
    weekly: dict[int, float] = {}

    def learn(self, at: float, number: int) -> None:
        """Count complaints at `at`; what is learnt late is counted as of the latest."""
        at = max(at, self.lately_at, self.since)
        self.pass_to(at)
        self.lately = self.lately * exp((self.lately_at - at) / LATELY_S) + number
        self.lately_at = at
        if self.hour is not None and at // HOUR >= self.hour:
            self.in_hour += number

    def pass_to(self, at: float) -> None:
        """Note the hours that have ended by `at`, also those without any complaint."""
        now = int(at // HOUR)
        if self.hour is None:
            first = int(-(-self.since // HOUR))
            if now < first:
                return
            self.hour = first
        if now <= self.hour:
            return
        self._note(self.hour, self.in_hour)
        for silent in range(max(self.hour + 1, now - MOST_HOURS), now):
            self._note(silent, 0.0)
        self.hour, self.in_hour = now, 0.0

    def skip(self, at: float) -> None:
        """Leave out the hour of `at`: it was not usual."""
        self.pass_to(at)
        if self.hour is not None and int(at // HOUR) >= self.hour:
            self.hour, self.in_hour = int(at // HOUR) + 1, 0.0

    def expected(self, at: float, window_s: float) -> float | None:
        """How many complaints are usual within the `window_s` before `at`; None while too little is known.

        It is known from the second day on: complaints come and go with the hour of the day, and each day anew
        the first of the morning are many times those of the night. The past hours count as well, for whoever is
        complained about more than last week.
        """
        slot = int((at - window_s / 2) // HOUR) % WEEK_HOURS
        same = self.weekly.get(slot)
        if same is None:
            days = [self.weekly[s] for s in range(slot % DAY_HOURS, WEEK_HOURS, DAY_HOURS) if s in self.weekly]
            if not days:
                return None
            same = sum(days) / len(days)
        return max(same / HOUR, self.rate(at)) * window_s

    def rate(self, at: float) -> float:
        """Complaints per second in the past hours."""
        heard = max(at - self.since, HOUR)
        weight = LATELY_S * (1.0 - exp(-heard / LATELY_S))
        return self.lately * exp(min(self.lately_at - at, 0.0) / LATELY_S) / weight

    def _note(self, hour: int, number: float) -> None:
        slot = hour % WEEK_HOURS
        known = self.weekly.get(slot)
        self.weekly[slot] = number if known is None else known + WEEKLY * (number - known)
