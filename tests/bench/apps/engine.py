"""The engine alone, in process: decoding, folding, scoring and deciding as a replay does, without Kafka."""

import sys
import time

from scoring.engine import Models
from streams.desk import Desk
from streams.process import tune_memory
from streams.replay import BATCH, Replay
from tests.bench.apps.counter import Counter
from tests.bench.events import made_up

if __name__ == "__main__":
    _, _, partitions, events, _ = sys.argv[1:]
    lines = [line for _, line in made_up(int(events))]
    models = Models.load()
    tune_memory()
    replay = Replay(models, Desk(), int(partitions))
    counter = Counter(int(events))
    counter.add(1)
    now = time.time()
    for start in range(0, len(lines), BATCH):
        batch = lines[start : start + BATCH]
        for _ in replay.feed(batch, now):
            pass
        counter.add(len(batch))
