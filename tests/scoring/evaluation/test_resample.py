import numpy as np

from scoring.evaluation import measures
from scoring.evaluation.resample import RESAMPLES, Resampler


def test_every_resample_has_as_many_of_each_stratum():
    resampler = Resampler.of([0] * 7 + [1] * 3, seed=1)
    assert resampler.counts.shape == (RESAMPLES, 10)
    assert (resampler.counts[:, :7].sum(axis=1) == 7).all()
    assert (resampler.counts[:, 7:].sum(axis=1) == 3).all()


def test_the_same_seed_gives_the_same_interval_and_another_seed_another():
    values = np.random.default_rng(0).normal(size=50)
    estimates = [
        Resampler.of(np.zeros(50), seed).estimate(lambda w: measures.mean(values, w), np.arange(50))
        for seed in (1, 1, 2)
    ]
    assert estimates[0] == estimates[1] != estimates[2]


def test_the_interval_of_a_mean_is_as_wide_as_its_standard_error_says():
    values = np.random.default_rng(0).normal(size=400)
    found = Resampler.of(np.zeros(400), 0).estimate(lambda w: measures.mean(values, w), np.arange(400))
    assert found.low < found.value < found.high
    assert 0.9 < (found.high - found.low) / (2 * 1.96 * values.std() / 20) < 1.1


def test_rows_of_one_cascade_are_drawn_together():
    # A hundred rows of two cascades that disagree: half of the resamples hold only one of them.
    values = np.repeat([0.0, 1.0], 50)
    found = Resampler.of([0, 0], 0).estimate(lambda w: measures.mean(values, w), np.repeat([0, 1], 50))
    assert (found.low, found.value, found.high) == (0.0, 0.5, 1.0)


def test_a_figure_without_rows_or_of_one_outcome_is_none():
    resampler = Resampler.of([0], 0)
    assert resampler.estimate(lambda w: measures.mean(np.empty(0), w), np.empty(0, dtype=int)) is None
    one = np.array([True])
    assert resampler.estimate(lambda w: measures.auc(np.array([0.3]), one, w), np.array([0])) is None
