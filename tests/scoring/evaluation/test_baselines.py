import numpy as np

from scoring.evaluation.baselines import Plain
from scoring.features import INDEX, STATE
from scoring.forecast.classifiers import fit_steady
from scoring.forecast.questions import Questions


def without_followers(n=400):
    """Rows of threads on a platform that hides followers; the larger half happens."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(n, len(STATE)))
    rows[:, [INDEX["log_audience"], INDEX["log_root_followers"]]] = np.nan
    return rows, rows[:, 0] > 0.0


def test_the_default_classifier_is_fitted_where_a_feature_is_never_known():
    rows, happened = without_followers()
    p = Plain(rows, happened, 0).p(rows)
    assert p[happened].mean() > 0.8 > 0.2 > p[~happened].mean()


def test_so_is_our_own_which_takes_the_feature_when_it_comes_all_the_same():
    rows, happened = without_followers()
    aimed = np.hstack([rows, np.zeros((len(rows), 8))])
    classifier = fit_steady([Questions(aimed, happened, np.ones(len(rows)))], 0)
    width = classifier.n_features_in_
    assert np.isfinite(classifier.predict_proba(np.full((1, width), 3.0))).all()
