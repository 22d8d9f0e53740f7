"""How fast people react: the memory kernel of reshares, and what it says of a thread's infectiousness.

The kernel is SEISMIC's (Zhao et al., KDD 2015, sec. 3.3): constant for the first five minutes, a power law after.
Infectiousness is eq. 4 in its unweighted form, over a window: reshares seen in it, divided by those that the
audience exposed so far would have made had everybody reshared.
"""

import numpy as np

CUTOFF_S = 300.0
EXPONENT = 0.242
_LEVEL = 1.0 / (CUTOFF_S * (1.0 + 1.0 / EXPONENT))
"""Density before the cutoff; the whole integrates to one."""


def reacted(elapsed: np.ndarray) -> np.ndarray:
    """Share of the reactions to a post that have come `elapsed` seconds after it (the kernel's integral).

    Takes and returns an array of any shape; negative times give 0.
    """
    elapsed = np.maximum(elapsed, 0.0)
    early = _LEVEL * np.minimum(elapsed, CUTOFF_S)
    late: np.ndarray = 1.0 - (np.maximum(elapsed, CUTOFF_S) * (1.0 / CUTOFF_S)) ** -EXPONENT
    share: np.ndarray = early + late * (_LEVEL * CUTOFF_S / EXPONENT)
    return share


def reactions(elapsed: np.ndarray, spans: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """When those exposed react: the share in windows that end now, and the share still to come.

    Parameters
    ----------
    elapsed
        Seconds since groups of people were exposed, the groups of n threads one after the other, shape (m,).
    spans
        Lengths of w windows for each thread, seconds, shape (w, n).
    starts
        Where each thread's groups begin, shape (n,).

    Returns
    -------
    (array of shape (w, m), array of shape (m,))
    """
    lengths = np.diff(starts, append=len(elapsed))
    done = reacted(elapsed)
    before = reacted(elapsed - np.repeat(spans, lengths, axis=1))
    return done - before, 1.0 - done
