import pytest
from hypothesis import HealthCheck, settings

from scoring.engine import Models
from scoring.forecast import Forecaster
from tests.scoring.scoring_samples import WordReader

# A machine that is busy with something else is no failure.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def models():
    return Models(Forecaster.load(), WordReader())
