"""What is known of each cascade data set: how it was selected, and on what terms it may be used."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class DataSet(NamedTuple):
    """How far a set can be trusted to answer "how large will it get?".

    Every cascade of the set reached `selected_at` events before anybody looked, and none with more than
    `capped_at` was kept; below and above, the set's own selection answers, not the cascade. `weight` draws the
    mix towards the small cascades that mentions are. `commercial` says whether the terms allow commercial use.
    `platform` is where its cascades spread.
    """

    name: str
    terms: str
    selected_at: int = 1
    capped_at: int | None = None
    weight: float = 1.0
    commercial: bool = True
    platform: str = "own"


_KNOWN = {
    d.name: d
    for d in (
        DataSet(
            "seismic_nii",
            "MIT as republished; commercial use by contact with its authors (Zhao et al., KDD 2015)",
            selected_at=1001,
            commercial=False,
            platform="x",
        ),
        DataSet("twitter15_16", "no terms stated; cite Ma et al. 2017", selected_at=50, platform="x"),
        DataSet(
            "weibo_ced", "no terms stated; cite arXiv 1811.04175 (CED)", selected_at=25, capped_at=900, platform="weibo"
        ),
        DataSet("auspol", "MIT and CC BY-NC 4.0 are both named (evently)", weight=4.0, commercial=False, platform="x"),
        DataSet("liang_retweets", "no terms stated", weight=1.5, platform="x"),
    )
}

OWN_HISTORY = DataSet("own history", "the desk's own", platform="own history")
"""Threads that the desk recorded itself: all of them, whatever became of them."""


def data_sets(folder: Path, *, commercial: bool = False) -> Iterator[tuple[DataSet, Path]]:
    """The data sets of `folder/cascades`, by name; with `commercial`, only those whose terms allow it.

    A file that is not known by name is the desk's own: it is taken as it is.

    Raises
    ------
    FileNotFoundError
        If there is no cascade file.
    """
    paths = sorted((folder / "cascades").glob("*.jsonl*"))
    if not paths:
        raise FileNotFoundError(f"{folder / 'cascades'}: no .jsonl or .jsonl.gz file of cascades there")
    for path in paths:
        name = path.name.split(".")[0]
        known = _KNOWN.get(name, DataSet(name, "the desk's own"))
        if known.commercial or not commercial:
            yield known, path
