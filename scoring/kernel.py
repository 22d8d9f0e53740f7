"""How fast people react: the memory kernel of reshares, and what it says of a thread's infectiousness.

The kernel is SEISMIC's (Zhao et al., KDD 2015, sec. 3.3): constant for the first five minutes, a power law after.
Infectiousness is eq. 4 in its unweighted form, over a window: reshares seen in it, divided by those that the
audience exposed so far would have made had everybody reshared.
"""

from typing import Any

import numpy as np

CUTOFF_S = 300.0
EXPONENT = 0.242
_LEVEL = 1.0 / (CUTOFF_S * (1.0 + 1.0 / EXPONENT))
"""Density before the cutoff; the whole integrates to one."""


def reacted(elapsed: Any) -> Any:
    """Share of the reactions to a post that have come `elapsed` seconds after it (the kernel's integral).

    Takes and returns an array of any shape; negative times give 0.
    """
    elapsed = np.maximum(elapsed, 0.0)
    early = _LEVEL * np.minimum(elapsed, CUTOFF_S)
    late = 1.0 - (np.maximum(elapsed, CUTOFF_S) * (1.0 / CUTOFF_S)) ** -EXPONENT
    return early + late * (_LEVEL * CUTOFF_S / EXPONENT)


def reactions(times: Any, starts: Any, now: float) -> tuple[Any, Any]:
    """When those exposed at `times` react: the share in each window that ends now, and the share still to come.

    Parameters
    ----------
    times
        When groups of people were exposed, seconds, shape (n,).
    starts
        Where the windows begin, seconds, shape (w,).
    now
        The end of all windows, seconds.

    Returns
    -------
    (array of shape (w, n), array of shape (n,))
    """
    ends = np.append(starts, now)
    shares = reacted(ends[:, None] - times)
    return shares[-1] - shares[:-1], 1.0 - shares[-1]


def infectiousness(counts: Any, could: Any) -> Any:
    """Reshares seen over reshares that could have been; the latter is never taken for 0. Arrays of one shape."""
    return counts / np.maximum(could, 1e-9)
