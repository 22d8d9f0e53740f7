import json

import pytest
from hypothesis import HealthCheck, settings

from scoring.engine import Models
from scoring.forecast import Forecaster
from scoring.tone import corpus
from tests.scoring.scoring_samples import WordReader

# A machine that is busy with something else is no failure.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def models():
    return Models(Forecaster.load(), WordReader())


@pytest.fixture(scope="module")
def few_sentences(tmp_path_factory):
    """A small part of our own sentences, so that a fit takes a second."""
    folder = tmp_path_factory.mktemp("sentences")
    for path in corpus.SENTENCES.glob("*.jsonl"):
        lines = path.read_bytes().splitlines(keepends=True)
        of_label = {}
        for line in lines:
            of_label.setdefault(json.loads(line)["label"], []).append(line)
        (folder / path.name).write_bytes(b"".join(line for some in of_label.values() for line in some[:25]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus, "SENTENCES", folder)
        yield
