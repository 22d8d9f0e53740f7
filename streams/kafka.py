"""How to reach Kafka, said once, for each of the three clients that speak to it."""

from typing import Any

import msgspec


class KafkaAccess(msgspec.Struct, frozen=True):
    """Address of a Kafka cluster.

    Attributes
    ----------
    bootstrap
        ``host:port`` of a broker, or several with commas.
    """

    bootstrap: str

    @property
    def servers(self) -> list[str]:
        """The brokers' addresses."""
        return self.bootstrap.split(",")

    @property
    def faust(self) -> dict[str, Any]:
        """Settings for `faust.App`."""
        return {"broker": f"kafka://{self.bootstrap}"}

    @property
    def aiokafka(self) -> dict[str, Any]:
        """Settings for aiokafka's consumer and producer."""
        return {"bootstrap_servers": self.servers}

    @property
    def client(self) -> dict[str, Any]:
        """Settings for kafka-python's clients besides the addresses."""
        return {}
