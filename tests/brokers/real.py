"""Apache Kafka in one process (KRaft, broker and controller combined), for tests."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple, Self

from streams.guard import GRACE_S, guarded
from tests.brokers.jars import jars

LOOPBACK = "127.0.0.1"
READY_WITHIN_S = 60.0
LOGGING = Path(__file__).with_name("log4j2.properties")
JAVA = (
    "java",
    "-Xms128m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    f"-Dlog4j2.configurationFile={LOGGING}",
)
_CLUSTER = "brandmelder-tests-aaaa"
_SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAIN",
    "auto.create.topics.enable": "false",
    "default.replication.factor": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "2",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    # Quick where a cluster of many is patient
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "broker.heartbeat.interval.ms": "300",
    "broker.session.timeout.ms": "3000",
    "log.initial.task.delay.ms": "200",
    "log.cleaner.backoff.ms": "200",
    "log.retention.check.interval.ms": "1000",
    "log.segment.delete.delay.ms": "1000",
    # Small
    "num.network.threads": "2",
    "num.io.threads": "4",
    "background.threads": "2",
    "num.recovery.threads.per.data.dir": "2",
    "log.cleaner.dedupe.buffer.size": str(16 << 20),
    "metadata.log.segment.bytes": str(16 << 20),
}


class RealKafkaError(RuntimeError):
    """The broker does not come up."""


class Listener(NamedTuple):
    """A further door of the broker: its protocol, as Kafka names it, and its own settings."""

    protocol: str
    settings: Mapping[str, str] = {}


class RealKafka:
    """A real broker on loopback; killed with this process, however that ends.

    Parameters
    ----------
    folder
        For its data, its settings and its log.
    listeners
        Doors besides the plain one, by name in capitals.
    scram
        Passwords by user, for listeners with SCRAM.

    Examples
    --------
    >>> with RealKafka(folder) as kafka:  # doctest: +SKIP
    ...     ensure_topics(kafka.bootstrap, topic_specs())
    """

    def __init__(
        self, folder: Path, listeners: Mapping[str, Listener] | None = None, scram: Mapping[str, str] | None = None
    ) -> None:
        self.log = folder / "kafka.log"
        self._folder = folder
        self._listeners = {"PLAIN": Listener("PLAINTEXT"), **(listeners or {}), "CONTROLLER": Listener("PLAINTEXT")}
        self._scram = dict(scram or {})
        self._ports: dict[str, int] = {}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        """Address of the plain door, ``host:port``; the same after a restart."""
        return self.address("PLAIN")

    def address(self, listener: str) -> str:
        """Return the address of a door."""
        return f"{LOOPBACK}:{self._ports[listener]}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start, with the data and at the ports of the last time if there was one; returns once it answers.

        Raises
        ------
        JarsError, RealKafkaError
            If it cannot be fetched, or does not come up.
        """
        assert self._process is None, "it runs already"
        if not self._ports:
            self._ports = dict(zip(self._listeners, _free_ports(len(self._listeners)), strict=True))
            self._format()
        said_before = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                guarded(_java("kafka.Kafka", str(self._properties))),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if not self._started(said_before):
            self.kill()
            raise RealKafkaError(f"Apache Kafka is not ready within {READY_WITHIN_S:g} s:\n{self.tail()}")

    def stop(self) -> None:
        """Let it end in order, or nearly: it has a second."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self._end(signal.SIGKILL)

    def restart(self, down_s: float = 0.0, *, crash: bool = False) -> None:
        """End it, wait, and start it again with the same data, at the same address."""
        self._end(signal.SIGKILL if crash else signal.SIGTERM)
        time.sleep(down_s)
        self.start()

    def tail(self, lines: int = 30) -> str:
        """Return the end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    @property
    def _properties(self) -> Path:
        return self._folder / "server.properties"

    def _format(self) -> None:
        """Write the settings, and an empty store with the users."""
        self._folder.mkdir(parents=True, exist_ok=True)
        doors = ",".join(f"{name}://{LOOPBACK}:{port}" for name, port in self._ports.items())
        settings = {
            **_SETTINGS,
            "log.dirs": str(self._folder / "data"),
            "listeners": doors,
            "advertised.listeners": ",".join(door for door in doors.split(",") if not door.startswith("CONTROLLER")),
            "listener.security.protocol.map": ",".join(f"{n}:{one.protocol}" for n, one in self._listeners.items()),
            "controller.quorum.voters": f"1@{self.address('CONTROLLER')}",
            **{
                f"listener.name.{name.lower()}.{key}": value
                for name, one in self._listeners.items()
                for key, value in one.settings.items()
            },
        }
        self._properties.write_text("".join(f"{key}={value}\n" for key, value in settings.items()), encoding="utf-8")
        users = [
            option
            for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512")
            for user, password in self._scram.items()
            for option in ("--add-scram", f"{mechanism}=[name={user},password={password}]")
        ]
        command = _java("kafka.tools.StorageTool", "format", "-t", _CLUSTER, "-c", str(self._properties), *users)
        done = subprocess.run(command, capture_output=True, text=True, timeout=READY_WITHIN_S, check=False)
        if done.returncode:
            raise RealKafkaError(f"Apache Kafka cannot be set up: {done.stdout}{done.stderr}")

    def _started(self, said_before: int) -> bool:
        """Wait until it says that it has started, and has been let in; False if it ends or does not in time."""
        deadline = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < deadline and self._process is not None and self._process.poll() is None:
            if b"Kafka Server started" in self.log.read_bytes()[said_before:]:
                return True
            time.sleep(0.05)
        return False

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        if number is signal.SIGKILL:
            os.killpg(process.pid, number)  # the guard leads a session, in which Java is
        process.stdin.close()
        try:
            process.wait(timeout=5 * GRACE_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _java(main: str, *arguments: str) -> list[str]:
    return [*JAVA, "-cp", f"{jars()}/*", main, *arguments]


def _free_ports(count: int) -> Sequence[int]:
    with ExitStack() as probes:
        sockets = [probes.enter_context(socket.socket()) for _ in range(count)]
        for probe in sockets:
            probe.bind((LOOPBACK, 0))
        return [int(probe.getsockname()[1]) for probe in sockets]
