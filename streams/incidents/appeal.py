"""Fits how many reshares an everyday post gets, given its author's followers."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln

from scoring.cascades import Cascade
from streams.incidents.parameters import AppealLaw, Floats

SELECTED_FROM = 5
"""Sets without followers of the root hold only posts that were reshared about this often."""
LISTED_UP_TO = 95
"""Platforms list about a hundred reshares of a post; a size from here on means `at least`."""


def fit_appeal(cascades: Sequence[Cascade], branching: float, window_s: float) -> AppealLaw:
    """Fit ln(mean number of direct reshares) as a line in ln(1 + followers of the root) with normal noise.

    The total size of a branching process that starts from a Poisson number of direct children is a
    generalised Poisson number (Consul and Jain, Technometrics 15, 1973). Cascades whose root's followers are
    unknown take part with the probability of their size given that it was large enough to be selected.

    Parameters
    ----------
    cascades
        Small cascades, some with followers of the root.
    branching
        Mean number of reshares that a reshare brings.
    window_s
        Events later than this after the root do not count.

    Returns
    -------
    AppealLaw
        The fit with the highest likelihood.
    """
    sizes = np.array([sum(event[0] <= window_s for event in cascade.events) for cascade in cascades])
    known = np.array([cascade.root_followers is not None for cascade in cascades])
    marks = np.log1p([c.root_followers for c in cascades if c.root_followers is not None])
    counted = np.minimum(sizes[known], LISTED_UP_TO)
    selected = np.minimum(sizes[~known & (sizes >= SELECTED_FROM)], LISTED_UP_TO)
    logs = np.linspace(-14, 10, 400)
    table = _size_probabilities(np.exp(logs), branching)

    def given_mark(intercept: float, slope: float, sd: float) -> Floats:
        """Probability of each size (columns) for each known root (rows)."""
        away = ((logs[None, :] - (intercept + slope * marks)[:, None]) / sd) ** 2 / 2
        weights = np.exp(away.min(axis=1, keepdims=True) - away)
        return np.asarray(weights @ table / weights.sum(axis=1, keepdims=True))

    def cost(guess: Floats) -> float:
        probability = given_mark(guess[0], guess[1], np.exp(guess[2])) + 1e-12
        overall = probability.mean(axis=0)
        among_selected = overall / overall[SELECTED_FROM:].sum()
        found = np.log(probability[np.arange(len(counted)), counted]).sum() + np.log(among_selected[selected]).sum()
        return -float(found)

    best = minimize(cost, x0=np.array([-2.0, 0.3, 0.5]), method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-2})
    return AppealLaw(intercept=float(best.x[0]), mark_exponent=float(best.x[1]), sd=float(np.exp(best.x[2])))


def _size_probabilities(direct: Floats, branching: float) -> Floats:
    sizes = np.arange(LISTED_UP_TO)[None, :]
    mean = direct[:, None]
    logs = np.log(mean) + (sizes - 1) * np.log(mean + sizes * branching) - mean - sizes * branching
    exact = np.exp(logs - gammaln(sizes + 1))
    return np.column_stack([exact, np.clip(1 - exact.sum(axis=1), 0, None)])
