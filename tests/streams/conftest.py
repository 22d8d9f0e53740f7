import pytest

from scoring.engine import Models
from scoring.forecast import Forecaster
from tests.scoring.scoring_samples import WordReader


@pytest.fixture(scope="session")
def models():
    return Models(Forecaster.load(), WordReader())
