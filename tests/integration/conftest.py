"""A broker for the integration tests, names that no other test uses, and workers as real processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from streams.broker import EmbeddedBroker
from tests.brokers import RealKafka, tools_are_there

ROOT = Path(__file__).parents[2]


BROKERS = ("real", "embedded")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that needs a broker on each broker there is for it: its name says on which."""
    if "kafka_broker" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("both_brokers") is not None
        metafunc.parametrize("kafka_broker", _brokers(both), indirect=True, scope="session")


def _brokers(both: bool) -> Sequence[str]:
    """Return the brokers for a test; BRANDMELDER_TEST_BROKER, or a KAFKA_BOOTSTRAP, chooses for all tests.

    Real Kafka where it can be had. What speaks to the broker in an unusual way is marked to run on `both`: the
    demo and whoever has no Java use the embedded one, yet to run minutes of alerts twice shows nothing new.
    """
    if os.environ.get("KAFKA_BOOTSTRAP"):
        return ["named"]
    chosen = os.environ.get("BRANDMELDER_TEST_BROKER", "")
    if chosen == "both":
        return BROKERS
    if chosen:
        return [chosen]
    if not tools_are_there():
        return ["embedded"]
    return BROKERS if both else ["real"]


@pytest.fixture(scope="session")
def real_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealKafka]:
    """Apache Kafka, for all tests; who restarts it makes one of his own."""
    if not tools_are_there():
        pytest.skip("needs java and mvn")
    with RealKafka(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture(scope="session")
def embedded_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedBroker]:
    """The embedded broker, for all tests."""
    with EmbeddedBroker(log=tmp_path_factory.mktemp("broker") / "broker.log") as broker:
        yield broker


@pytest.fixture(scope="session")
def kafka_broker(request: pytest.FixtureRequest) -> str:
    """Which broker this is: "real" Kafka, the "embedded" one, or the one "named" in the environment."""
    assert request.param in ("named", *BROKERS), f"BRANDMELDER_TEST_BROKER is {request.param!r}; real, embedded, both"
    return str(request.param)


@pytest.fixture(scope="session")
def kafka_bootstrap(kafka_broker: str, request: pytest.FixtureRequest) -> str:
    """Address of the broker: the one that KAFKA_BOOTSTRAP names, else one that the tests start."""
    if kafka_broker == "named":
        return os.environ["KAFKA_BOOTSTRAP"]
    fixture = "real_kafka" if kafka_broker == "real" else "embedded_broker"
    return str(request.getfixturevalue(fixture).bootstrap)


@pytest.fixture
def topic_prefix() -> str:
    """A prefix for topics and groups that no other test, and no earlier run on the same broker, has used."""
    return f"t{uuid4().hex[:10]}."


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(done: Callable[[], bool], within_s: float = 60.0) -> bool:
    """Ask until `done` says so; return whether it did in time."""
    deadline = time.monotonic() + within_s
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class Process:
    """A running `python -m …`; its output is in `log`."""

    def __init__(self, arguments: list[str], env: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *arguments], cwd=ROOT, env=os.environ | env, stdout=out, stderr=out
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def stop(self, within_s: float = 30.0) -> int:
        """Ask it to end and return its return code (negative: the signal that ended it)."""
        self._process.send_signal(signal.SIGTERM)
        return self.wait(within_s)

    def wait(self, within_s: float) -> int:
        try:
            return self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            self.kill()
            pytest.fail(f"still running after {within_s:g} s\n{self.tail()}")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def tail(self, lines: int = 30) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def until(self, done: Callable[[], bool], within_s: float = 90.0) -> None:
        """Wait for `done`; fail with the end of the log if it does not come, or if the process ends first."""

        def done_or_ended() -> bool:
            return done() or not self.running

        if not eventually(done_or_ended, within_s) or not done():
            pytest.fail(f"{'not in time' if self.running else 'ended early'}\n{self.tail()}")


@pytest.fixture
def start_process(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Start `python -m MODULE ARGUMENTS…`, `env` added to the environment; what runs at the end is killed."""
    started: list[Process] = []

    def start(*arguments: str, env: dict[str, str] | None = None) -> Process:
        process = Process([*arguments], env or {}, tmp_path / f"process-{len(started)}.log")
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()


@pytest.fixture
def bench(kafka_bootstrap: str, topic_prefix: str, start_process: Callable[..., Process], tmp_path: Path) -> Any:
    """A worker's surroundings, with topics that no other test uses."""
    from tests.integration.bench import Bench  # noqa: PLC0415 - which needs this module

    return Bench(kafka_bootstrap, topic_prefix, start_process, tmp_path)
