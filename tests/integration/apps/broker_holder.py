"""Holds an embedded broker until it is itself ended; writes the broker's address to a file.

Run as `python -m tests.integration.apps.broker_holder FILE`.
"""

import signal
import sys
from pathlib import Path

from streams.broker import EmbeddedBroker

if __name__ == "__main__":
    with EmbeddedBroker() as broker:
        ready = Path(sys.argv[1])
        draft = ready.with_suffix(".draft")
        draft.write_text(broker.bootstrap)
        draft.rename(ready)
        signal.pause()
