"""Fuzz the decoder and the fold, led by coverage: python -m tests.fuzz --seconds 60.

What is found is written to `crash-…` in the working directory; turn it into a test of tests/streams/hostile_samples.py.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["streams.decode", "streams.rejection", "scoring"]):
    from scoring.engine import RETENTION_S, Engine, Models
    from scoring.forecast import Forecaster
    from scoring.profile import BrandProfile
    from streams.decode import decode

from scoring.mention import Mention
from tests.scoring.scoring_samples import WordReader
from tests.streams.event_samples import NOW
from tests.streams.hostile_samples import HOSTILE
from tests.streams.sound import sound

MAX_LEN = 4_096
SLOW_S = 1.0
MODELS = Models(Forecaster.load(), WordReader())
PROFILE = BrandProfile(viral_spread=50)


def one(data: bytes) -> None:
    """Take in lines as one batch, twice; the second time must change nothing."""
    began = time.process_time()
    mentions = [m for line in data.split(b"\n") if isinstance(m := sound(decode(line, NOW)), Mention)]
    if mentions:
        engine = Engine(MODELS, lambda _: PROFILE, max_threads=8)
        engine.fold(mentions)
        assert len(engine) <= 8
        times = [m.created_at for m in mentions]
        if max(times) - min(times) < RETENTION_S and len({m.thread_id for m in mentions}) <= 8:
            known = engine.repeats
            assert engine.fold(mentions) == []
            assert engine.repeats == known + len(mentions)
    assert time.process_time() - began < SLOW_S, "too slow"


def main() -> None:
    """Fuzz for so many seconds, from the samples on."""
    parser = argparse.ArgumentParser(prog="tests.fuzz")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--corpus", type=Path, help="keep what is learnt in this folder")
    chosen = parser.parse_args()
    corpus = chosen.corpus or Path(tempfile.mkdtemp(prefix="fuzz-"))
    corpus.mkdir(parents=True, exist_ok=True)
    seeds = [each.value for each in HOSTILE.values() if len(each.value) < MAX_LEN]
    for number, seed in enumerate([*seeds, b"\n".join(seeds[-12:])]):
        (corpus / f"seed-{number}").write_bytes(seed)
    limits = [f"-max_total_time={chosen.seconds}", f"-max_len={MAX_LEN}", "-rss_limit_mb=4096", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *limits, str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
