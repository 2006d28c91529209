"""Minimax: the highest chance of anybody is as low as it can be.

Minimise u with x_t <= n_t u over the marginals x (Baharav and Flanigan, "Fair, manipulation-robust, and transparent
sortition", EC 2024, call it Minimax and show that it resists manipulation best). It asks nothing for those whose chance
is low: some may have none at all although a panel can contain them. Among its optima the one with the largest product
of the others' chances is taken, so that nobody has chance 0 whom another optimum would give more.

Proof of optimality: the dual weights of x_t <= n_t u, and a bound on them over all panels (see `spread_claim`, γ = 0).
"""

from __future__ import annotations

from fractions import Fraction

from sortition.engine.search import PanelSearch
from sortition.fairness.cutting import optimum
from sortition.fairness.marginals import Marginals, claimed
from sortition.fairness.spread import Spread, spread_claim
from sortition.messages import phrase


def minimax(search: PanelSearch) -> Marginals:
    """Find the marginals with the lowest highest chance, and enough panels to mix them.

    Parameters
    ----------
    search
        The means of finding panels.

    Raises
    ------
    SolverError
        The optimum was not found, or not proved.
    """
    search.progress(phrase("fair chances"), phrase("lowest highest chance"), None)
    found = optimum(search, lambda polytope: Spread.over(polytope, 0.0))
    claim = spread_claim(search.polytope, found, Fraction(0))
    return claimed(found.x, search.polytope, claim)
