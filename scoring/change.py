"""Whether a share of yes and no has changed, and how surely."""

from math import sqrt
from typing import NamedTuple, Self


class Change(NamedTuple):
    """A share lately and before, both 0 to 1.

    `z` is the difference in standard errors, positive where the share rose.
    """

    recent: float
    before: float
    z: float

    @classmethod
    def of(cls, recent: float, n_recent: float, before: float, n_before: float) -> Self:
        """Compare two shares by the two-proportion z statistic with pooled variance.

        `n_recent` and `n_before`, both positive, are how many answers they rest on; of weighted answers the
        effective number (Kish 1965), the squared sum of the weights over the sum of their squares.
        """
        pooled = (recent * n_recent + before * n_before) / (n_recent + n_before)
        error = sqrt(max(pooled * (1.0 - pooled), 0.0) * (1.0 / n_recent + 1.0 / n_before))
        return cls(recent, before, (recent - before) / error if error else 0.0)
