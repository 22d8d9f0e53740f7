"""A broker that wants TLS or a login: every client gets in with the right one, and says why with a wrong one."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alerts.standin.server import TOKEN, StandIn
from streams.feed import feed
from streams.kafka import ENVIRONMENT, kafka_access
from streams.topics import BrokerUnreachable, KafkaRefused, ensure_topics, lag, topic_specs
from tests.brokers import tools_are_there
from tests.brokers.secured import PASSWORD, USER, SecuredKafka
from tests.integration.conftest import ROOT, Process, eventually
from tests.integration.mentions import fire, line

pytestmark = pytest.mark.skipif(not tools_are_there(), reason="needs java and mvn")
LOGIN = {"KAFKA_USERNAME": USER, "KAFKA_PASSWORD": PASSWORD}
CLEAN = {key: value for key, value in os.environ.items() if key not in ENVIRONMENT}


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredKafka]:
    with SecuredKafka(tmp_path_factory.mktemp("secured")) as broker:
        yield broker


def environment(broker: SecuredKafka, security: str, **more: str) -> dict[str, str]:
    """What lets somebody in, said as an operator does."""
    trusted = {"KAFKA_CA_FILE": str(broker.theirs.authority)} if security.endswith("tls") else {}
    return {"KAFKA_SECURITY": security, **trusted, **(LOGIN if "sasl" in security else {}), **more}


def command(door: str, env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "streams.cli", *arguments],
        cwd=ROOT,
        env=CLEAN | {"KAFKA_BOOTSTRAP": door, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("security", "door"),
    [
        ("tls", "TLS"),
        ("sasl-plain", "SASL"),
        ("sasl-scram-256", "SASL"),
        ("sasl-scram-512", "SASL"),
        ("sasl-plain+tls", "SASL_TLS"),
        ("sasl-scram-256+tls", "SASL_TLS"),
        ("sasl-scram-512+tls", "SASL_TLS"),
    ],
)
def test_topics_and_lag_with_every_kind_of_login(
    secured: SecuredKafka, topic_prefix: str, security: str, door: str
) -> None:
    kafka = kafka_access(secured.address(door), environment(secured, security))
    specs = topic_specs(1, prefix=topic_prefix)
    assert len(ensure_topics(kafka.bootstrap, specs, **kafka.client).created) == len(specs)
    assert lag(kafka.bootstrap, "group", topic_prefix + "mentions", **kafka.client)[0].behind == 0


def test_a_broker_that_wants_a_certificate_gets_ours(secured: SecuredKafka, topic_prefix: str) -> None:
    door = secured.address("MUTUAL")
    kafka = kafka_access(door, environment(secured, "tls", KAFKA_CERT_FILE=str(secured.ours.file)))
    assert ensure_topics(door, topic_specs(1, prefix=topic_prefix), **kafka.client).created
    without = kafka_access(door, environment(secured, "tls"))
    with pytest.raises(KafkaRefused, match="breaks the connection off; see KAFKA_SECURITY and KAFKA_CERT_FILE"):
        ensure_topics(door, topic_specs(1, prefix=topic_prefix), **without.client)


@pytest.mark.parametrize(
    ("security", "door", "more", "says"),
    [
        pytest.param(
            "sasl-scram-512+tls",
            "SASL_TLS",
            {"KAFKA_PASSWORD": "wrong"},
            "refuses the login of 'brandmelder' with SCRAM-SHA-512; see KAFKA_USERNAME and KAFKA_PASSWORD",
            id="wrong password",
        ),
        pytest.param("sasl-plain", "SASL", {"KAFKA_USERNAME": "eve"}, "refuses the login of 'eve'", id="wrong name"),
        pytest.param("sasl-scram-256", "PLAIN", {}, "asks for no login; see KAFKA_SECURITY", id="no login there"),
        pytest.param(
            "tls",
            "TLS",
            {"KAFKA_CA_FILE": ""},
            "a certificate that is not trusted: .*; see KAFKA_CA_FILE",
            id="not trusted",
        ),
        pytest.param("tls", "PLAIN", {}, "breaks the connection off; see KAFKA_SECURITY", id="no TLS there"),
    ],
)
def test_who_is_not_let_in_is_told_why(
    secured: SecuredKafka, security: str, door: str, more: dict[str, str], says: str
) -> None:
    kafka = kafka_access(secured.address(door), environment(secured, security, **more))
    with pytest.raises(KafkaRefused, match=says):
        ensure_topics(kafka.bootstrap, topic_specs(1), **kafka.client)


def test_who_does_not_log_in_is_told_of_the_setting(secured: SecuredKafka) -> None:
    with pytest.raises(BrokerUnreachable, match="if it wants TLS or a login, set KAFKA_SECURITY"):
        ensure_topics(secured.address("SASL"), topic_specs(1), bootstrap_timeout_ms=1000)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["worker", "--dry-run", "--metrics-port", "0"], id="worker"),
        pytest.param(["topics"], id="topics"),
        pytest.param(["check"], id="check"),
    ],
)
def test_a_wrong_password_ends_in_one_line(secured: SecuredKafka, arguments: list[str]) -> None:
    env = environment(secured, "sasl-scram-512", KAFKA_PASSWORD="wrong-and-secret")
    done = command(secured.address("SASL"), env, *arguments)
    assert done.returncode == 2
    told = done.stdout + done.stderr
    assert "refuses the login of 'brandmelder'" in " ".join(told.split())
    assert "wrong-and-secret" not in told
    assert "Traceback" not in told
    if arguments != ["check"]:
        assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("security", "door"), [("sasl-scram-512", "SASL"), ("sasl-scram-256+tls", "SASL_TLS"), ("tls", "TLS")]
)
async def test_a_worker_logs_in_reads_and_tells(
    secured: SecuredKafka,
    topic_prefix: str,
    start_process: Callable[..., Process],
    tmp_path: Path,
    security: str,
    door: str,
) -> None:
    env, bootstrap = environment(secured, security), secured.address(door)
    ready, events = tmp_path / "ready", tmp_path / "events.jsonl"
    events.write_bytes(b"".join(line(event) + b"\n" for event in fire("achter-slot")))
    kafka = kafka_access(bootstrap, env)
    async with StandIn(pace=None) as slack:
        worker = start_process(
            *("streams.cli", "worker", "--clock", "event", "--partitions", "2", "--topic-prefix", topic_prefix),
            *("--group", topic_prefix + "group", "--metrics-port", "0", "--data-dir", str(tmp_path / "data")),
            *("--ready-file", str(ready)),
            env={"KAFKA_BOOTSTRAP": bootstrap, "SLACK_BOT_TOKEN": TOKEN, "SLACK_API_URL": slack.api_url, **env},
        )
        await asyncio.to_thread(worker.until, ready.exists)
        await asyncio.to_thread(feed, [events], kafka, prefix=topic_prefix)
        assert await asyncio.to_thread(eventually, lambda: bool(slack.messages)), await asyncio.to_thread(worker.tail)
        assert await asyncio.to_thread(worker.stop, 20.0) == 0
    assert PASSWORD not in worker.log.read_text()
