"""Apache Kafka for the tests: a real broker, from Maven Central, on loopback."""

from tests.brokers.jars import JarsError, tools_are_there
from tests.brokers.real import Listener, RealKafka, RealKafkaError

__all__ = ["JarsError", "Listener", "RealKafka", "RealKafkaError", "tools_are_there"]
