"""What comes of paging in the made-up fortnight, for our service and for simpler methods."""

from collections.abc import Callable, Sequence

import numpy as np

from scoring.engine import Models
from scoring.evaluation.fortnight import cast, plays_of, pool_of
from scoring.evaluation.growth import HORIZON_S, VIRAL, Judged, Rivals
from scoring.evaluation.paging import Outcomes, judge_pager
from scoring.evaluation.result import Paging
from scoring.evaluation.stream import count_events, courses_of, run_engine, viral_after_s
from scoring.tone.corpus import Labelled


def judge_paging(
    judged: Judged,
    models: Models,
    rivals: Rivals,
    texts: Sequence[Labelled],
    seed: int,
    tell: Callable[[float], None] = lambda _: None,
) -> Paging:
    """Play the cascades left out as a fortnight and judge every method's warnings.

    Parameters
    ----------
    judged, texts
        Cascades and labelled texts that nothing was fitted on; of texts, every tone in each language.
    models, rivals
        The service, and what it is compared with.
    seed
        Of times, tones and texts.
    tell
        Hears which part is done.
    """
    cascades = judged.plain.cascades
    threads = cast(cascades, pool_of(texts), seed)
    scored = run_engine(models, threads, cascades, lambda part: tell(0.7 * part))
    after = np.array([viral_after_s(cascades[t.cascade]) if t.negative else np.nan for t in threads])
    start = np.array([t.start for t in threads])
    outcomes = Outcomes(start + after, np.array([t.cascade for t in threads], dtype=np.intp))
    pagers = [
        judge_pager(method, tone, courses, outcomes, judged.resampler)
        for method, tone, courses in courses_of(threads, cascades, scored, rivals.viral)
    ]
    fails = int(outcomes.fail.sum())
    return Paging(
        threads=len(threads),
        events=count_events(threads, cascades),
        fails=fails,
        plays=plays_of(cascades),
        minutes_to_viral=round(float(np.nanmedian(after)) / 60.0, 1) if fails else None,
        viral_spread=VIRAL,
        horizon_h=HORIZON_S / 3600.0,
        pagers=pagers,
    )
