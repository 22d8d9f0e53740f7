import pytest
from hypothesis import HealthCheck, settings

from scoring.engine import Engine, Models
from scoring.forecast import Forecaster
from scoring.profile import BrandProfile
from tests.scoring.scoring_samples import WordReader

# A machine that is busy with something else is no failure.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


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
