"""A connection to Kafka for asking and making; if there is none, why not, in words."""

import asyncio
import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import IllegalSaslStateError, SaslAuthenticationFailed, UnsupportedSaslMechanismError
from aiokafka.errors import KafkaError as AIOKafkaError
from kafka import KafkaAdminClient
from kafka.errors import KafkaError, KafkaTimeoutError

from scoring.errors import UserError
from streams.kafka import KafkaAccess

ANSWER_S = 10
"""Seconds within which a broker must answer, unless the client's settings say otherwise."""


_CLOSED_WITHIN_S = 0.2  # its socket; it never says so of one that could not be opened


class BrokerUnreachable(UserError, ConnectionError):  # noqa: N818 - reads as what happened
    """No broker answered in time."""


class KafkaRefused(UserError, ConnectionError):  # noqa: N818 - reads as what happened
    """A broker is there, but does not let us in, or does not do what it is asked for."""


@contextmanager
def admin_of(bootstrap: str, client: dict[str, Any]) -> Iterator[KafkaAdminClient]:
    """Connect, and close at the end of the block.

    Parameters
    ----------
    bootstrap
        ``host:port`` of a broker, or several with commas.
    client
        More settings of kafka-python's client, such as ``security_protocol`` and ``sasl_*``.

    Raises
    ------
    BrokerUnreachable
        No broker answers.
    KafkaRefused
        A broker does not let us in, or refuses what is asked inside the block.
    KafkaAccessError
        `bootstrap` is not made of addresses.
    """
    settings = {"bootstrap_timeout_ms": 1000 * ANSWER_S} | client
    seconds = settings["bootstrap_timeout_ms"] / 1000
    knock(bootstrap, client, seconds)
    try:
        admin = KafkaAdminClient(bootstrap_servers=bootstrap.split(","), **settings)
    except KafkaTimeoutError as error:
        raise BrokerUnreachable(
            f"something listens at {bootstrap}, but does not answer as Kafka would within {seconds:g} s; "
            "if it wants TLS or a login, set KAFKA_SECURITY"
        ) from error
    try:
        yield admin
    except KafkaError as error:
        raise KafkaRefused(f"Kafka at {bootstrap} refuses: {error}") from error
    finally:
        admin.close()


def knock(bootstrap: str, client: dict[str, Any], within_s: float = ANSWER_S) -> None:
    """Wait until one of the brokers lets us in.

    A client would try again and again, leave a socket behind per try, and then not say what was wrong.

    Raises
    ------
    BrokerUnreachable, KafkaRefused
        Nobody is there in time; or somebody is, and does not let us in.
    """
    addresses = KafkaAccess(bootstrap).addresses
    login = {key: value for key, value in client.items() if key.startswith(("security_", "ssl_", "sasl_"))}
    deadline = time.monotonic() + within_s
    while not (there := [address for address in addresses if _listens(address, within_s)]):
        if time.monotonic() > deadline:
            raise BrokerUnreachable(f"no Kafka broker answers at {bootstrap} within {within_s:g} s")
        time.sleep(0.1)
    if login:
        with ThreadPoolExecutor(1) as beside:  # the caller may have an event loop of its own
            beside.submit(asyncio.run, _log_in(there[0], login, within_s)).result()


def _listens(address: tuple[str, int], within_s: float) -> bool:
    with suppress(OSError):
        socket.create_connection(address, timeout=within_s).close()
        return True
    return False


async def _log_in(address: tuple[str, int], login: dict[str, Any], within_s: float) -> None:
    """Log in once, as a client does, and go; with aiokafka, which tells why it could not."""
    where = f"Kafka at {address[0]}:{address[1]}"
    user, mechanism = login.get("sasl_plain_username"), login.get("sasl_mechanism")
    connection = AIOKafkaConnection(*address, request_timeout_ms=round(1000 * within_s), **login)
    try:
        await connection.connect()
    except SaslAuthenticationFailed as error:
        raise KafkaRefused(
            f"{where} refuses the login of {user!r} with {mechanism}; see KAFKA_USERNAME and KAFKA_PASSWORD"
        ) from error
    except UnsupportedSaslMechanismError as error:
        raise KafkaRefused(f"{where} does not take a login with {mechanism}; see KAFKA_SECURITY") from error
    except IllegalSaslStateError as error:
        raise KafkaRefused(f"{where} asks for no login; see KAFKA_SECURITY") from error
    except ssl.SSLCertVerificationError as error:
        raise KafkaRefused(
            f"{where} shows a certificate that is not trusted: {error.verify_message}; see KAFKA_CA_FILE"
        ) from error
    except TimeoutError as error:
        raise BrokerUnreachable(f"{where} does not answer within {within_s:g} s; see KAFKA_SECURITY") from error
    except (OSError, AIOKafkaError) as error:
        asked = " and KAFKA_CERT_FILE, for it may ask for a certificate" if "ssl_context" in login else ""
        raise KafkaRefused(f"{where} breaks the connection off; see KAFKA_SECURITY{asked}") from error
    finally:
        await asyncio.wait([connection.close()], timeout=_CLOSED_WITHIN_S)
