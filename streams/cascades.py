"""Conversion of real cascades to mention events that a replay can read."""

import heapq
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import islice, zip_longest
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from scoring.cascades import Cascade, CascadeError, read_cascades
from streams.incidents.write import Line, LineAuthor, encode_line, open_lines

SYNTHETIC_WINDOW = (1_356_998_400.0, 1_359_590_400.0)
"""January 2013 (epoch seconds), where cascades without a root time are put: the sets' longest tails run for
seven years, and a mention may not lie in the future."""

EVENTS_PER_RUN = 200_000
"""Events sorted in memory at a time; about 100 MB."""

Progress = Callable[[str, int, int], None]
"""Called with the stage (`read`, in bytes, or `write`, in events), how much is done and how much there is."""


class Timed(msgspec.Struct, gc=False):
    """As much of a mention as its place in the order needs (epoch seconds)."""

    created_at: float


class Imported(NamedTuple):
    """How much an import has written."""

    cascades: int
    events: int


_decode_time = msgspec.json.Decoder(Timed).decode


def import_cascades(
    paths: Iterable[Path],
    out: Path,
    *,
    brand: str = "archive",
    platform: str = "x",
    seed: int = 0,
    window: tuple[float, float] = SYNTHETIC_WINDOW,
    limit: int | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Write cascades as mention events in event-time order, ready for a replay.

    Each cascade becomes a thread: a root post and one event for each share, reply and quote. Authors are
    unknown to the sets, so every event has an author of its own. Events are sorted in runs on disk and
    merged, so that memory stays the same whatever the number of events.

    Parameters
    ----------
    paths
        Files in the training form (see `scoring.cascades`).
    out
        JSON Lines file to write, gzipped if it is called `.gz`; appears only when it is complete.
    brand, platform
        What the events carry.
    seed
        Places the cascades whose root time is null in `window`, independently of the order of reading.
    window
        First and last root time of those, epoch seconds.
    limit
        At most this many cascades, taken from the files in turn; None for all.
    progress
        Called now and then (see `Progress`).

    Returns
    -------
    Imported
        The number of cascades and of events written, roots included.

    Raises
    ------
    CascadeError
        If a line is not a cascade, two cascades have the same id, or the window or the limit is impossible.
    """
    if not window[0] <= window[1]:
        raise CascadeError(f"window is {window}; its start must not lie after its end")
    if limit is not None and limit < 0:
        raise CascadeError(f"limit is {limit}; allowed are 0 and more, or none at all")
    files = [Path(path) for path in paths]
    report = progress or (lambda _stage, _done, _total: None)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as folder:
        cascades, lines = 0, 0
        runs: list[Path] = []
        batch: list[Line] = []
        for cascade in _take_in_turn(files, limit, report):
            cascades += 1
            batch += _mentions(cascade, brand, platform, seed, window)
            if len(batch) >= EVENTS_PER_RUN:
                lines += len(batch)
                runs.append(_write_run(batch, Path(folder) / f"{len(runs)}.jsonl"))
                batch = []
        lines += len(batch)
        runs.append(_write_run(batch, Path(folder) / f"{len(runs)}.jsonl"))
        complete = Path(folder) / f"complete{out.suffix}"
        _merge(runs, complete, lines, report)
        complete.replace(out)
    return Imported(cascades, lines)


def _take_in_turn(files: list[Path], limit: int | None, report: Progress) -> Iterator[Cascade]:
    total = sum(path.stat().st_size for path in files)
    read = [0] * len(files)

    def note(index: int, position: int) -> None:
        if position != read[index]:
            read[index] = position
            report("read", sum(read), total)

    readers = [read_cascades(path, partial(note, index)) for index, path in enumerate(files)]
    seen: set[str] = set()
    rounds = (cascade for row in zip_longest(*readers) for cascade in row if cascade is not None)
    for cascade in islice(rounds, limit):
        if cascade.id in seen:
            raise CascadeError(f"cascade {cascade.id} occurs twice; ids must be unique over all files")
        seen.add(cascade.id)
        yield cascade


def _mentions(cascade: Cascade, brand: str, platform: str, seed: int, window: tuple[float, float]) -> Iterator[Line]:
    thread = cascade.id
    root_time = cascade.root_time
    if root_time is None:
        # Seeded with the id as well, so that a cascade keeps its time whichever files it is imported with.
        rng = np.random.default_rng([seed, *thread.encode()])
        root_time = round(float(rng.uniform(*window)), 3)
    author = LineAuthor(f"{thread}:author", followers=cascade.root_followers)
    yield Line(thread, thread, "post", root_time, platform, brand, author)
    for index, (t, followers, above, kind) in enumerate(cascade.events):
        name = f"{thread}:{index}"
        parent = None if above is None else thread if above < 0 else f"{thread}:{above}"
        author = LineAuthor(f"{name}:author", followers=followers)
        yield Line(name, thread, kind, root_time + t, platform, brand, author, parent)


def _write_run(batch: list[Line], path: Path) -> Path:
    batch.sort(key=attrgetter("created_at"))
    with path.open("wb") as run:
        run.writelines(map(encode_line, batch))
    return path


def _merge(runs: list[Path], out: Path, total: int, report: Progress) -> None:
    with ExitStack() as stack:
        sources = [stack.enter_context(path.open("rb")) for path in runs]
        target = stack.enter_context(open_lines(out))
        # Both the sort and the merge are stable, so at equal times a parent still precedes its child.
        merged = heapq.merge(*sources, key=lambda line: _decode_time(line).created_at)
        done = 0
        while chunk := list(islice(merged, 10_000)):
            target.writelines(chunk)
            done += len(chunk)
            report("write", done, total)
