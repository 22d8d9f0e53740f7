"""What a process of ours sets up for itself."""

import gc
import sys


def tune_memory() -> None:
    """Let the collector of cycles run seldom.

    Threads are many small objects that live long and form no cycles; looking through them for some costs a
    third of the throughput at Python's own thresholds. What is there at the start is never looked at again.
    """
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def tune_threads() -> None:
    """Hand over to another thread less often: the one that fetches only waits for the network."""
    sys.setswitchinterval(0.02)
