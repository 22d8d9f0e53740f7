"""One setting for three Kafka clients: what goes together, what does not, and that no password shows."""

import traceback
from pathlib import Path

import pytest

from streams.kafka import SECURITY, KafkaAccess, KafkaAccessError, kafka_access
from tests.brokers.certificates import authority, certificate

HERE = "one:9092,[::1]:9093"
LOGIN = {"KAFKA_USERNAME": "desk", "KAFKA_PASSWORD": "hush-hush"}


def access(**environment: str) -> KafkaAccess:
    return kafka_access(HERE, environment)


def test_without_settings_the_connection_is_plain() -> None:
    plain = access(KAFKA_SECURITY="", KAFKA_PASSWORD="")
    assert plain == KafkaAccess(HERE)
    assert plain.servers == ["one:9092", "[::1]:9093"]
    assert plain.addresses == [("one", 9092), ("::1", 9093)]
    assert plain.faust == {"broker": ["kafka://one:9092", "kafka://[::1]:9093"]}
    assert plain.aiokafka == {"bootstrap_servers": plain.servers}
    assert plain.client == {}


@pytest.mark.parametrize(
    ("security", "mechanism"),
    [("sasl-plain", "PLAIN"), ("sasl-scram-256", "SCRAM-SHA-256"), ("sasl-scram-512", "SCRAM-SHA-512")],
)
@pytest.mark.parametrize("tls", [False, True], ids=["open", "tls"])
def test_a_login_is_the_same_for_each_client(security: str, mechanism: str, tls: bool) -> None:
    wanted = access(KAFKA_SECURITY=security + ("+tls" if tls else ""), **LOGIN)
    protocol = "SASL_SSL" if tls else "SASL_PLAINTEXT"
    expected = {
        "security_protocol": protocol,
        "sasl_mechanism": mechanism,
        "sasl_plain_username": "desk",
        "sasl_plain_password": "hush-hush",
    }
    assert {key: value for key, value in wanted.client.items() if key != "ssl_context"} == expected
    assert wanted.aiokafka == {"bootstrap_servers": wanted.servers, **wanted.client}
    credentials = wanted.faust["broker_credentials"]
    assert (credentials.protocol.value, credentials.mechanism.value) == (protocol, mechanism)
    assert (credentials.username, credentials.password) == ("desk", "hush-hush")
    assert (wanted.client.get("ssl_context") is not None) is tls
    assert credentials.ssl_context is wanted.client.get("ssl_context")


def test_tls_trusts_and_shows_what_it_is_told_to(tmp_path: Path) -> None:
    ours = certificate(authority(tmp_path), "client")
    wanted = access(KAFKA_SECURITY="tls", KAFKA_CA_FILE=str(ours.authority), KAFKA_CERT_FILE=str(ours.file))
    assert wanted.client == {"security_protocol": "SSL", "ssl_context": wanted.context}
    assert wanted.faust["broker_credentials"].context is wanted.context
    assert wanted.context is not None
    assert wanted.context.cert_store_stats()["x509"] == 1, "and nobody else"
    assert wanted.context.check_hostname


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        pytest.param({"KAFKA_SECURITY": "ssl"}, f"KAFKA_SECURITY is 'ssl'; allowed are {', '.join(SECURITY)}", id="no"),
        pytest.param(LOGIN, "KAFKA_USERNAME is set, but KAFKA_SECURITY is 'plaintext'; allowed", id="login, plain"),
        pytest.param({"KAFKA_SECURITY": "tls", **LOGIN}, "KAFKA_SECURITY is 'tls'; allowed with it", id="login, tls"),
        pytest.param(
            {"KAFKA_SECURITY": "sasl-plain", "KAFKA_USERNAME": "desk"}, "KAFKA_PASSWORD is not set", id="no password"
        ),
        pytest.param(
            {"KAFKA_SECURITY": "sasl-plain", "KAFKA_PASSWORD": "hush-hush"}, "KAFKA_USERNAME is not set", id="no name"
        ),
        pytest.param(
            {"KAFKA_CA_FILE": "ca.pem"}, "KAFKA_CA_FILE is 'ca.pem', but KAFKA_SECURITY is", id="file, no tls"
        ),
        pytest.param(
            {"KAFKA_SECURITY": "tls", "KAFKA_KEY_FILE": "k"}, "KAFKA_KEY_FILE is 'k', but KAFKA_CERT_FILE", id="key"
        ),
        pytest.param(
            {"KAFKA_SECURITY": "tls", "KAFKA_CA_FILE": "/nowhere"},
            "KAFKA_CA_FILE '/nowhere' cannot be used: No such file",
            id="no file",
        ),
        pytest.param(
            {"KAFKA_SECURITY": "tls", "KAFKA_CA_FILE": __file__}, "cannot be used: NO_CERTIFICATE", id="no certificate"
        ),
        pytest.param(
            {"KAFKA_SECURITY": "tls", "KAFKA_CERT_FILE": __file__},
            "cannot be used: not in PEM",
            id="no own certificate",
        ),
    ],
)
def test_what_does_not_go_together_is_named_and_no_password_shown(environment: dict[str, str], says: str) -> None:
    with pytest.raises(KafkaAccessError) as refusal:
        kafka_access(HERE, environment)
    assert says in str(refusal.value)
    assert "hush-hush" not in "".join(traceback.format_exception(refusal.value))


def test_a_key_with_a_passphrase_is_refused(tmp_path: Path) -> None:
    ours = certificate(authority(tmp_path), "client", passphrase="sesam")
    with pytest.raises(KafkaAccessError, match="without a passphrase, are wanted"):
        access(KAFKA_SECURITY="tls", KAFKA_CERT_FILE=str(ours.file))


@pytest.mark.parametrize("server", ["broker", "broker:", ":9092", "kafka://broker:9092/x"])
def test_an_address_that_is_none_is_named(server: str) -> None:
    with pytest.raises(KafkaAccessError, match=f"'{server}' is no broker's address, host:port is wanted"):
        KafkaAccess(f"one:9092,{server}")


def test_only_a_password_in_the_open_is_warned_of() -> None:
    warned = {how for how in SECURITY if access(KAFKA_SECURITY=how, **(LOGIN if "sasl" in how else {})).warning}
    assert warned == {"sasl-plain"}


def test_the_password_is_in_no_representation() -> None:
    wanted = access(KAFKA_SECURITY="sasl-scram-512", **LOGIN)
    assert "hush-hush" not in f"{wanted!r} {wanted} {wanted.faust}"
