"""Round what follows linearly from the rows to whole numbers, class by class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sortition.engine.certificate import prove_line
from sortition.engine.polytope import Polytope
from sortition.solver import LinearModel

ROUND_UP = 1e-6
"""How far a solver's bound of a whole number may be off before rounding it would be wrong."""


def tighten(polytope: Polytope, most: NDArray[np.bool_], least: NDArray[np.bool_]) -> Polytope | None:
    """Round the linear bounds of classes' seats to whole numbers, until nothing changes.

    Each step is a Chvátal–Gomory rounding: if x_t <= 0.7 follows from the rows, no panel contains class t.

    Parameters
    ----------
    polytope
        What is known so far.
    most
        Shape (classes,): whose highest number of seats to try.
    least
        Shape (classes,): whose lowest number of seats to try.

    Returns
    -------
    Polytope or None
        With tighter bounds, each with its proof; None if the rows contradict each other, so that there is no panel.
    """
    model = LinearModel(polytope.program())
    changed = True
    while changed:
        changed = False
        for sign, wanted in ((1, most), (-1, least)):
            for at in np.flatnonzero(wanted & (polytope.low < polytope.high)):
                weights = np.zeros(len(wanted), dtype=np.int64)
                weights[at] = sign
                model.set_costs(-weights.astype(np.float64))
                answer = model.solve()
                if not answer.feasible:
                    return None
                bound = int(np.floor(sign * answer.x[at] + ROUND_UP))
                if bound < (polytope.high[at] if sign > 0 else -polytope.low[at]):
                    polytope = polytope.learn(prove_line(polytope, weights, bound, -answer.duals))
                    model.set_bounds(polytope.low, polytope.high)
                    changed = True
    return polytope
