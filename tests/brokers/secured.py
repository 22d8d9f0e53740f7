"""Real Kafka with every kind of door, for whoever must log in."""

from collections.abc import Mapping
from pathlib import Path

from tests.brokers.certificates import Certificate, authority, certificate
from tests.brokers.real import Listener, RealKafka

USER, PASSWORD = "brandmelder", "correct:horse/battery%9"


class SecuredKafka(RealKafka):
    """A broker with the doors TLS, MUTUAL (it wants a certificate too), SASL and SASL_TLS, and one user.

    Attributes
    ----------
    theirs, ours
        The broker's certificate and a client's.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        signed_by = authority(folder)
        self.theirs: Certificate = certificate(signed_by, "broker")
        self.ours: Certificate = certificate(signed_by, "client")
        tls = {
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(self.theirs.file),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(signed_by),
        }
        listeners = {
            "TLS": Listener("SSL", tls),
            "MUTUAL": Listener("SSL", tls | {"ssl.client.auth": "required"}),
            "SASL": Listener("SASL_PLAINTEXT", _sasl()),
            "SASL_TLS": Listener("SASL_SSL", tls | _sasl()),
        }
        super().__init__(folder, listeners, scram={USER: PASSWORD})


def _sasl() -> Mapping[str, str]:
    package = "org.apache.kafka.common.security"
    scram = f"{package}.scram.ScramLoginModule required;"
    return {
        "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
        "plain.sasl.jaas.config": f'{package}.plain.PlainLoginModule required user_{USER}="{PASSWORD}";',
        "scram-sha-256.sasl.jaas.config": scram,
        "scram-sha-512.sasl.jaas.config": scram,
    }
