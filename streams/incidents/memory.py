"""Fits how the power-law memory differs between cascades."""

from collections.abc import Sequence

import numpy as np

from streams.incidents.parameters import Floats, KernelLaw

LOG_SCALES = np.linspace(np.log(2.0), np.log(2e6), 48)
LOG_EXPONENTS = np.linspace(np.log(0.05), np.log(8.0), 24)
ROUNDS = 200


def fit_kernel(delays: Sequence[Floats], window_s: float) -> KernelLaw:
    """Fit a joint normal for ln scale and ln exponent of the memory kernel over cascades.

    Every cascade has a truncated Lomax (power-law) memory of its own. Its likelihood is tabulated on a grid,
    and expectation maximisation finds the normal prior that explains all cascades, so that small cascades
    count for what they tell and no more.

    Parameters
    ----------
    delays
        For each cascade, delays (s) of children after their parent; those beyond the window are left out.
    window_s
        Where the kernel ends.

    Returns
    -------
    KernelLaw
        Means, standard deviations and correlation over cascades.
    """
    log_scale, log_exponent = (axis.ravel() for axis in np.meshgrid(LOG_SCALES, LOG_EXPONENTS, indexing="ij"))
    likelihood = np.stack([_log_likelihood(d[d <= window_s], window_s).ravel() for d in delays if len(d)])
    mean = np.array([log_scale.mean(), log_exponent.mean()])
    cov = np.diag([log_scale.var(), log_exponent.var()])
    points = np.stack([log_scale, log_exponent])
    for _ in range(ROUNDS):
        away = points - mean[:, None]
        prior = -0.5 * np.einsum("ig,ij,jg->g", away, np.linalg.inv(cov), away)
        posterior = likelihood + prior
        posterior = np.exp(posterior - posterior.max(axis=1, keepdims=True))
        weights = (posterior / posterior.sum(axis=1, keepdims=True)).mean(axis=0)
        mean = points @ weights
        away = points - mean[:, None]
        # The grid's step bounds how narrow a prior it can tell.
        cov = (away * weights) @ away.T + np.diag([1e-3, 1e-3])
    sd = np.sqrt(np.diag(cov))
    return KernelLaw(
        log_scale=float(mean[0]),
        log_scale_sd=float(sd[0]),
        log_exponent=float(mean[1]),
        log_exponent_sd=float(sd[1]),
        correlation=float(cov[0, 1] / sd.prod()),
    )


def _log_likelihood(delays: Floats, window_s: float) -> Floats:
    scale, exponent = np.exp(LOG_SCALES)[:, None], np.exp(LOG_EXPONENTS)[None, :]
    logs = np.log1p(delays[None, :] / scale).sum(axis=1)[:, None]
    within = np.log(-np.expm1(-exponent * np.log1p(window_s / scale)))
    return np.asarray(len(delays) * (np.log(exponent) - np.log(scale) - within) - (1 + exponent) * logs)
