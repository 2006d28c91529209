"""Goldilocks: neither the highest chance too high nor the lowest too low.

Minimise (n/k) max p + γ (k/n) / min p, with n people in the pool, k seats, and min p over those who can be drawn
(Baharav and Flanigan, "Fair, manipulation-robust, and transparent sortition", EC 2024). Chances far above k/n tempt
people to misreport what they are; those far below it are unfair. Among the optima the one with the largest product of
chances is taken.

The objective is linear but for 1/l of the lowest chance l, for which tangents stand in; each optimum's l gives the next
tangent until they agree. Proof of optimality: one bound over all panels (see `spread_claim`).
"""

from __future__ import annotations

import math
from fractions import Fraction

from sortition.engine.search import PanelSearch
from sortition.errors import UsageError
from sortition.fairness.cutting import optimum
from sortition.fairness.marginals import Marginals, claimed
from sortition.fairness.spread import Spread, spread_claim
from sortition.messages import phrase


def goldilocks(search: PanelSearch, tickets: int, gamma: float = 1.0) -> Marginals:
    """Find the marginals with the best highest and lowest chance, and enough panels to mix them.

    Parameters
    ----------
    search
        The means of finding panels.
    tickets
        Number of tickets that the marginals are to be rounded to, which is done here where it helps to prove them.
    gamma
        How much the lowest chance counts beside the highest.

    Raises
    ------
    UsageError
        γ is not a positive number.
    SolverError
        The optimum was not found, or not proved.
    """
    if not (math.isfinite(gamma) and gamma > 0):
        raise UsageError(phrase("gamma must be a number above 0, not {gamma:g}", gamma=gamma))
    search.progress(phrase("fair chances"), phrase("highest and lowest chance"), None)
    found, panels = optimum(search, lambda polytope: Spread.over(polytope, gamma), tickets)
    claim = spread_claim(search.polytope, found, Fraction(gamma))
    return claimed(found.x, search.polytope, claim, panels)
