"""Panels worth more than any known: linear programs in which one class after the other is rounded up."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sortition.engine.polytope import Polytope
from sortition.model import IntArray
from sortition.solver import LinearModel

PROGRAMS = 150
"""Linear programs after which a dive ends."""
WANTED = 8
"""Panels after which it ends before."""
WHOLE = 1e-6
"""How far from a whole number a solver's answer may be and still count as one."""


@dataclass(frozen=True, eq=False)
class _Bounds:
    low: IntArray
    high: IntArray

    def split(self, at: int, seats: int) -> tuple[_Bounds, _Bounds]:
        """Part what has more than so many seats of a class from what has not."""
        low, high = self.low.copy(), self.high.copy()
        low[at], high[at] = seats + 1, seats
        return _Bounds(low, self.high), _Bounds(self.low, high)


def dive(polytope: Polytope, weights: NDArray[np.int64], least: int) -> IntArray:
    """Look for panels that weigh at least so much.

    Where the linear optimum seats classes in part, the one nearest to its next seat is given that seat, and denied it
    only when that has led nowhere. Most dives come to a panel after some twenty programs, each of which starts from
    the last one's basis; an integer program takes ten times as long.

    Parameters
    ----------
    polytope
        What all panels meet.
    weights
        Shape (classes,).
    least
        What the panels are to weigh.

    Returns
    -------
    IntArray
        Shape (any, classes): what was found, in whole numbers, not checked. No panel proves nothing.
    """
    model = LinearModel(replace(polytope.program(), cost=-weights.astype(np.float64)))
    found: list[IntArray] = []
    waiting = [_Bounds(polytope.low, polytope.high)]
    for _ in range(PROGRAMS):
        if not waiting or len(found) == WANTED:
            break
        bounds = waiting.pop()
        model.set_bounds(bounds.low, bounds.high)
        answer = model.solve()
        if not answer.feasible or -answer.objective < least - WHOLE:
            continue
        seats = np.floor(answer.x + WHOLE)
        part = answer.x - seats
        if part.max() <= WHOLE:
            found.append(seats.astype(np.int32))
        else:
            at = int(part.argmax())
            waiting += reversed(bounds.split(at, int(seats[at])))
    return np.array(found, dtype=np.int32).reshape(-1, len(weights))
