"""Holds a broker until it is itself ended; writes the broker's address to a file.

Run as `python -m tests.integration.apps.broker_holder FILE [FOLDER]`: real Kafka if it gets a folder, else embedded.
"""

import signal
import sys
from pathlib import Path

from streams.broker import EmbeddedBroker
from tests.brokers import RealKafka

if __name__ == "__main__":
    with RealKafka(Path(sys.argv[2])) if len(sys.argv) > 2 else EmbeddedBroker() as broker:
        ready = Path(sys.argv[1])
        draft = ready.with_suffix(".draft")
        draft.write_text(broker.bootstrap)
        draft.rename(ready)
        signal.pause()
