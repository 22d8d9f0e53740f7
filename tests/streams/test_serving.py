from time import monotonic
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from streams.health import Health, Part
from streams.metrics import Metrics
from streams.serving import serve


@pytest.fixture
def served():
    health, metrics = Health(300.0, 100, monotonic()), Metrics()
    server = serve("127.0.0.1", 0, metrics.registry, health)
    yield health, metrics, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def get(url):
    try:
        with urlopen(url, timeout=5.0) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_metrics_are_served(served):
    _, metrics, url = served
    metrics.scorings.inc(3)
    status, text = get(f"{url}/metrics")
    assert status == 200
    assert "brandmelder_scorings_total 3.0" in text


def test_health_is_told_by_status_and_in_words(served):
    health, _, url = served
    health.look(monotonic(), settled=False, recovered=0.5, parts={})
    assert get(f"{url}/live")[0] == 200
    assert get(f"{url}/ready") == (503, "recovers, 50% done\n")
    health.look(monotonic(), settled=True, recovered=1.0, parts={"a": Part(5, 3)})
    assert get(f"{url}/ready") == (200, "is 3 records behind\n")


def test_a_port_that_is_taken_is_an_error(served):
    _, metrics, url = served
    with pytest.raises(OSError, match="in use"):
        serve("127.0.0.1", int(url.rpartition(":")[2]), metrics.registry, Health(1.0, 1, 0.0))
