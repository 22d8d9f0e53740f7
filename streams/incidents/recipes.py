"""Draws what makes a cascade, everyday or wave, from the estimated parameters, and grows it."""

import numpy as np

from streams.incidents.hawkes import DailyClock, Growth, Kernel, Recipe, grow
from streams.incidents.parameters import Floats, Ints, Parameters


def everyday_recipe(
    rng: np.random.Generator,
    parameters: Parameters,
    root_time: Floats,
    followers: Ints,
    *,
    most: float | Floats = np.inf,
) -> Recipe:
    """Draw recipes of the small cascades that most mentions are.

    Parameters
    ----------
    rng
        The source of chance.
    parameters
        What was estimated.
    root_time, followers
        Of each root: epoch seconds, and followers of its author.
    most
        Upper bound of the expected size; nothing that is meant to stay small should go viral by accident.

    Returns
    -------
    Recipe
        One entry per root.
    """
    size = len(root_time)
    branching = parameters.branching.draw(rng, size)
    direct = np.minimum(parameters.appeal.draw(rng, followers), most * (1 - branching))
    outer = Kernel(*parameters.everyday.draw(rng, size))
    return _with_memory(rng, parameters, root_time, direct=direct, branching=branching, outer=outer)


def wave_recipe(rng: np.random.Generator, parameters: Parameters, root_time: Floats, size: Floats) -> Recipe:
    """Draw recipes of cascades that go far, with the expected number of events given for each."""
    branching = parameters.branching.draw(rng, len(root_time))
    outer = Kernel(*parameters.wave.draw(rng, len(root_time)))
    direct = size * (1 - branching)
    return _with_memory(rng, parameters, root_time, direct=direct, branching=branching, outer=outer)


def _with_memory(
    rng: np.random.Generator,
    parameters: Parameters,
    root_time: Floats,
    *,
    direct: Floats,
    branching: Floats,
    outer: Kernel,
) -> Recipe:
    inner = parameters.inner.draw(rng, len(root_time))
    return Recipe(root_time, direct, branching, outer, Kernel(*inner))


def grow_from(
    rng: np.random.Generator, parameters: Parameters, recipe: Recipe, *, clock: DailyClock | None = None
) -> Growth:
    """Grow cascades with the estimated followers, marks and window."""
    return grow(
        rng,
        recipe,
        sharers=parameters.sharers,
        mark_exponent=parameters.appeal.mark_exponent,
        window_s=parameters.window_s,
        clock=clock,
    )
