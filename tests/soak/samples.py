"""What is measured while it runs: the worker's memory and metrics every few seconds, and how soon people hear."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import msgspec
import numpy as np
from prometheus_client.parser import text_string_to_metric_families

PAGE = os.sysconf("SC_PAGE_SIZE")
MIB = 1 << 20
ASK_S = 2.0


class Sample(msgspec.Struct, frozen=True):
    """The worker at a moment, `at` seconds after the beginning; nan for what it did not tell.

    `rss` in MiB; `lag` in records that are not committed; latencies in seconds, of what came since the sample before.
    """

    at: float
    sent: int
    rss: float
    threads: float
    lag: float
    held: float
    outbox: float
    told_p50: float
    told_p99: float
    slack_p50: float
    slack_p99: float


def rss_mib(pid: int) -> float:
    """Memory of a process that is in RAM, MiB."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE / MIB


def metrics(port: int) -> Mapping[str, float]:
    """Each metric of a worker summed over its labels, by the samples' names; empty while it does not answer."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=ASK_S) as answer:
            text = answer.read().decode()
    except (URLError, OSError):
        return {}
    sums: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            sums[sample.name] = sums.get(sample.name, 0.0) + sample.value
    return sums


def quantile(values: list[float], q: float) -> float:
    """A quantile, nan of nothing."""
    return float(np.quantile(values, q)) if values else float("nan")


def slope(samples: list[Sample], field: str, since: float) -> float:
    """How much a figure grows a minute after `since`, by the straight line that fits best; nan of too few samples."""
    known = [(sample.at / 60.0, getattr(sample, field)) for sample in samples if sample.at >= since]
    known = [(at, value) for at, value in known if value == value]
    if len(known) < 3:
        return float("nan")
    at, values = np.array(known).T
    return float(np.polyfit(at, values, 1)[0])
