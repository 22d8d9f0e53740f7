"""How to reach Kafka, and who we are to it: said once, for each of the three clients that speak to it."""

import os
import ssl
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import faust
import msgspec

from scoring.errors import UserError
from streams.secret import Secret

MECHANISMS = {"sasl-plain": "PLAIN", "sasl-scram-256": "SCRAM-SHA-256", "sasl-scram-512": "SCRAM-SHA-512"}
"""Kafka's names of the ways to log in, by ours."""

TLS = "tls"
ENVIRONMENT = (
    "KAFKA_SECURITY",
    "KAFKA_USERNAME",
    "KAFKA_PASSWORD",
    "KAFKA_CA_FILE",
    "KAFKA_CERT_FILE",
    "KAFKA_KEY_FILE",
)
"""Where the settings besides the address are."""

SECURITY = ("plaintext", TLS, *(how for name in MECHANISMS for how in (name, f"{name}+{TLS}")))
"""What `KAFKA_SECURITY` may be."""


class KafkaAccessError(UserError, ValueError):
    """An address or a security setting is wrong, or does not go with another one."""


class KafkaAccess(msgspec.Struct, frozen=True):
    """Address of a Kafka cluster, and how to log in there.

    Attributes
    ----------
    bootstrap
        ``host:port`` of a broker, or several with commas.
    security
        One of :data:`SECURITY`: whether the connection is encrypted, and how a password is proved.
    username, password
        For every ``sasl-…``.
    ca_file
        Certificates to trust (PEM); the system's if not given. With ``tls``, as the two that follow.
    cert_file, key_file
        Our own certificate and its key (PEM, without a passphrase), for a broker that asks for one. The key
        may be in the certificate's file.

    Raises
    ------
    KafkaAccessError
        The settings do not go together. Each is called by the name that it has in the environment.
    """

    bootstrap: str
    security: str = "plaintext"
    username: str | None = None
    password: Secret | None = None
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None

    def __post_init__(self) -> None:
        _parse(self.bootstrap)
        how = f"KAFKA_SECURITY is {self.security!r}"
        if self.security not in SECURITY:
            raise KafkaAccessError(f"{how}; allowed are {', '.join(SECURITY)}")
        login = {"KAFKA_USERNAME": self.username, "KAFKA_PASSWORD": self.password}
        files = {"KAFKA_CA_FILE": self.ca_file, "KAFKA_CERT_FILE": self.cert_file, "KAFKA_KEY_FILE": self.key_file}
        for key, value in login.items():
            if self.mechanism and not value:
                raise KafkaAccessError(f"{how}, but {key} is not set")
            if value and not self.mechanism:
                allowed = ", ".join(one for one in SECURITY if one.startswith("sasl"))
                raise KafkaAccessError(f"{key} is set, but {how}; allowed with it are {allowed}")
        for key, file in files.items():
            if file and not self.encrypted:
                allowed = ", ".join(one for one in SECURITY if one.endswith(TLS))
                raise KafkaAccessError(f"{key} is {str(file)!r}, but {how}; allowed with it are {allowed}")
        if self.key_file and not self.cert_file:
            raise KafkaAccessError(f"KAFKA_KEY_FILE is {str(self.key_file)!r}, but KAFKA_CERT_FILE is not set")

    @property
    def mechanism(self) -> str | None:
        """Kafka's name of the way to log in; None without a login."""
        return MECHANISMS.get(self.security.removesuffix(f"+{TLS}"))

    @property
    def encrypted(self) -> bool:
        """Whether the connection is."""
        return self.security.endswith(TLS)

    @property
    def warning(self) -> str | None:
        """What an operator should know of these settings, which are allowed nevertheless."""
        if self.mechanism == "PLAIN" and not self.encrypted:
            return (
                f"KAFKA_SECURITY is {self.security!r}: the password goes over the network as it is; "
                "sasl-plain+tls or a sasl-scram-… would hide it"
            )
        return None

    @property
    def servers(self) -> list[str]:
        """The brokers' addresses."""
        return self.bootstrap.split(",")

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """The brokers' hosts and ports."""
        return _parse(self.bootstrap)

    @property
    def context(self) -> ssl.SSLContext | None:
        """What is trusted and shown over TLS; None without.

        Raises
        ------
        KafkaAccessError
            A file is not there, or is not what it should be.
        """
        return _context(self.ca_file, self.cert_file, self.key_file) if self.encrypted else None

    @property
    def faust(self) -> dict[str, Any]:
        """Settings for `faust.App`."""
        context, broker = self.context, [f"kafka://{server}" for server in self.servers]
        if self.mechanism:
            login = {"username": self.username, "password": self._password, "mechanism": self.mechanism}
            return {"broker": broker, "broker_credentials": faust.SASLCredentials(**login, ssl_context=context)}
        return {"broker": broker} | ({"broker_credentials": faust.SSLCredentials(context)} if context else {})

    @property
    def aiokafka(self) -> dict[str, Any]:
        """Settings for aiokafka's consumer and producer."""
        return {"bootstrap_servers": self.servers, **self.client}

    @property
    def client(self) -> dict[str, Any]:
        """Settings for kafka-python's clients besides the addresses."""
        context, settings = self.context, dict[str, Any]()
        if context:
            settings |= {"security_protocol": "SSL", "ssl_context": context}
        if self.mechanism:
            settings |= {
                "security_protocol": "SASL_SSL" if context else "SASL_PLAINTEXT",
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.username,
                "sasl_plain_password": self._password,
            }
        return settings

    @property
    def _password(self) -> str:
        return str(self.password)


def kafka_access(bootstrap: str, environment: Mapping[str, str] = os.environ) -> KafkaAccess:
    """Return how to reach the cluster at `bootstrap`, logging in as the environment's ``KAFKA_…`` say.

    Raises
    ------
    KafkaAccessError
        A setting is wrong, does not go with another one, or names a file that cannot be used.
    """
    given = {name.removeprefix("KAFKA_").lower(): value for name in ENVIRONMENT if (value := environment.get(name))}
    access = KafkaAccess(
        bootstrap,
        security=given.get("security", "plaintext"),
        username=given.get("username"),
        password=Secret(given["password"]) if "password" in given else None,
        **{name: Path(given[name]) for name in ("ca_file", "cert_file", "key_file") if name in given},
    )
    _ = access.context  # a file that cannot be used is refused here, not at the first connection
    return access


def _parse(bootstrap: str) -> list[tuple[str, int]]:
    addresses = []
    for server in bootstrap.split(","):
        host, _, port = server.strip().rpartition(":")
        if not host or not port.isdecimal() or "/" in host:
            raise KafkaAccessError(f"bootstrap: {server!r} is no broker's address, host:port is wanted")
        addresses.append((host.strip("[]"), int(port)))
    return addresses


@lru_cache(maxsize=8)  # clients are made every few seconds, and the system's certificates take a while to read
def _context(ca_file: Path | None, cert_file: Path | None, key_file: Path | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise KafkaAccessError(f"KAFKA_CA_FILE {str(ca_file)!r} cannot be used: {_reason(error)}") from error
    if cert_file:
        try:
            context.load_cert_chain(cert_file, key_file, password="")  # nosec B106 - none, else it would ask the terminal for one
        except OSError as error:
            files = " and ".join(repr(str(file)) for file in (cert_file, key_file) if file)
            wanted = "a certificate and its key, in PEM and without a passphrase, are wanted"
            raise KafkaAccessError(f"KAFKA_CERT_FILE {files} cannot be used: {_reason(error)}; {wanted}") from error
    return context


def _reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return error.reason or "not in PEM"
    return error.strerror or type(error).__name__
