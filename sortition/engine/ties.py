"""How closely two people's fates are tied together, and how much of that the quotas and fair chances force."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sortition.engine.types import classes_of
from sortition.model import Classes, FloatArray, Lottery
from sortition.solver import LinearModel, Program

MOST_PAIRED = 3000
"""People up to which all pairs are looked at."""
MOST_FORCED = 100
"""Pairs, the most closely tied first, of which it is worked out how much is forced."""


@dataclass(frozen=True, slots=True)
class Ties:
    """Correlations of two people's being drawn: 0 if independent, 1 if only ever drawn together.

    Chance alone makes the largest of a pool of hundreds about 5 / √tickets.
    """

    closest: float
    """Of the two people tied most closely; at least 0."""
    beyond_forced: float
    """The most by which any correlation exceeds what the quotas and everybody's chances force, or 0."""


def ties(lottery: Lottery) -> Ties | None:
    """Find the closest ties between two people of a lottery; None where the pool is too large to look at all pairs.

    What is forced of a pair's correlation is worked out by `least_together`, pair by pair from the closest on, until
    no other pair can have more beyond it.
    """
    people = len(lottery.problem.ids)
    if not 1 < people <= MOST_PAIRED:
        return None
    tied, spread = _correlations(lottery)
    one, other = np.triu_indices(people, 1)
    order = np.argsort(-tied[one, other], kind="stable")[: MOST_FORCED + 1]
    closest = [(float(tied[one[at], other[at]]), int(one[at]), int(other[at])) for at in order]
    classes, chances, beyond = classes_of(lottery.problem), lottery.chances, 0.0
    for number, (correlation, i, j) in enumerate(closest):
        if correlation <= beyond:
            break
        if number == MOST_FORCED:
            beyond = correlation
            break
        least = least_together(classes, chances, i, j)
        forced = (least - chances[i] * chances[j]) / (spread[i] * spread[j])
        beyond = max(beyond, min(correlation, correlation - forced))
    return Ties(max(closest[0][0], 0.0), beyond)


def _correlations(lottery: Lottery) -> tuple[FloatArray, FloatArray]:
    """Give all pairs' correlations, -1 for people who are on every ticket or on none, and everybody's spread."""
    people, tickets, chance = len(lottery.problem.ids), len(lottery.panels), lottery.chances
    seated = np.zeros((tickets, people), dtype=np.float32)
    np.put_along_axis(seated, lottery.panels.astype(np.int64), 1, axis=1)
    together = (seated.T @ seated).astype(np.float64) / tickets
    spread = np.sqrt(chance * (1 - chance))
    varied = np.outer(spread, spread) > 0
    tied = np.full((people, people), -1.0)
    np.divide(together - np.outer(chance, chance), np.outer(spread, spread), out=tied, where=varied)
    return tied, spread


def least_together(classes: Classes, chances: FloatArray, i: int, j: int) -> float:
    """Give a lower bound of the chance that two people sit on one panel, in any lottery with the same chances.

    Write p for the chance of i, x for the marginals and u for the mean of the panels with i on them, times p. Then
    u / p and (x - u) / (1 - p) both lie in the relaxation of the quotas; the bound is the least u_j that this allows
    (a linear program in u).

    Parameters
    ----------
    classes
        Interchangeable people and the rows of the quotas.
    chances
        Shape (people,): those of some lottery over valid panels.
    i, j
        Two people, i with a chance above 0 and below 1.
    """
    rows, caps, x = _apart(classes, chances, (i, j))
    size = np.ones((1, len(x)))
    rows = np.vstack([size, rows])
    low = np.concatenate([[classes.panel_size], classes.low]).astype(np.float64)
    high = np.concatenate([[classes.panel_size], classes.high]).astype(np.float64)
    p, activity = chances[i], rows @ x
    # both ends come from the same lottery, so they can only cross by the rounding of floating-point numbers
    row_low, row_high = np.maximum(low * p, activity - high * (1 - p)), np.minimum(high * p, activity - low * (1 - p))
    least, most = np.maximum(0.0, x - caps * (1 - p)), np.minimum(caps * p, x)
    least[-2] = most[-2] = p
    cost = np.zeros(len(x))
    cost[-1] = 1.0
    program = Program(
        cost=cost,
        matrix=rows,
        row_low=np.minimum(row_low, row_high),
        row_high=np.maximum(row_low, row_high),
        low=np.minimum(least, most),
        high=np.maximum(least, most),
        integer=np.zeros(len(x), dtype=bool),
    )
    answer = LinearModel(program).solve()
    return max(0.0, answer.objective) if answer.feasible else 0.0


def _apart(classes: Classes, chances: FloatArray, pair: tuple[int, int]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give rows, caps and marginals of the classes with two people as classes of their own, the last two."""
    home = [next(at for at, members in enumerate(classes.members) if person in members) for person in pair]
    x = np.array([chances[list(members)].sum() for members in classes.members])
    for person, at in zip(pair, home, strict=True):
        x[at] -= chances[person]
    caps = np.minimum(classes.caps, classes.sizes - np.bincount(home, minlength=len(x)))
    rows = np.hstack([classes.matrix, classes.matrix[:, home]]).astype(np.float64)
    return rows, np.append(caps, [1, 1]).astype(np.float64), np.append(np.maximum(x, 0.0), chances[list(pair)])
