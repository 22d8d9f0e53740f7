import pytest

from scoring.engine import Engine, Models
from scoring.forecast import Forecaster
from scoring.profile import BrandProfile
from tests.scoring.scoring_samples import WordReader


@pytest.fixture(scope="session")
def forecaster():
    return Forecaster.load()


@pytest.fixture(scope="session")
def models(forecaster):
    return Models(forecaster, WordReader())


@pytest.fixture(scope="session")
def new_engine(models):
    """Makes an engine in which every brand has the same profile."""

    def make(*, profile=None, **bounds):
        profile = profile or BrandProfile(viral_spread=50)
        return Engine(models, lambda _brand: profile, **bounds)

    return make
