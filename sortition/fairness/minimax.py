"""Minimax: the highest chance of anybody is as low as it can be.

Minimise u with x_t <= n_t u over the marginals x (Baharav and Flanigan, "Fair, manipulation-robust, and transparent
sortition", EC 2024, call it Minimax and show that it resists manipulation best). It asks nothing for those whose chance
is low: some may have none at all although a panel can contain them. Among its optima the one with the largest product
of the others' chances is taken, so that nobody has chance 0 whom another optimum would give more.

Proof of optimality: the dual weights of x_t <= n_t u, and a bound on them over all panels (see `spread_claim`, γ = 0).
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from sortition.engine.certificate import whole_weights
from sortition.engine.extremes import LowestTop, best_extremes
from sortition.engine.rounding import exact_tickets
from sortition.engine.search import PanelSearch
from sortition.fairness.cutting import cut_to_size, optimum
from sortition.fairness.marginals import Marginals, claimed
from sortition.fairness.spread import Spread, spread_claim
from sortition.messages import phrase
from sortition.model import IntArray

AGREE = 1e-8
"""How closely, relative to their size, two computed chances must agree to count as the same."""


def minimax(search: PanelSearch, tickets: int) -> Marginals:
    """Find the marginals with the lowest highest chance, and enough panels to mix them.

    Parameters
    ----------
    search
        The means of finding panels.
    tickets
        Number of tickets that the marginals are to be rounded to, which is done here where it helps to prove them.

    Raises
    ------
    SolverError
        The optimum was not found, or not proved.
    """
    search.progress(phrase("fair chances"), phrase("lowest highest chance"), None)
    search.reach()
    found = Spread.over(search.polytope, 0.0)
    panels = exact_tickets(search, found.x, tickets)
    if panels is None:
        found, panels = _settled(search, tickets)
    claim = spread_claim(search.polytope, found, Fraction(0))
    return claimed(found.x, search.polytope, claim, panels)


def _settled(search: PanelSearch, tickets: int) -> tuple[Spread, IntArray | None]:
    """Settle the highest chance first, then the others among the panels alone that can mix to it: they are few."""
    search.tighten_all()
    search.reach()
    if not _settle_highest(search):
        return cut_to_size(search, lambda polytope: Spread.over(polytope, 0.0)), None
    extremes = best_extremes(search.polytope, 0.0)
    there = search.on_face(extremes.panels)
    found, panels = optimum(there, lambda polytope: Spread.at(extremes, polytope, 0.0), tickets)
    search.add(there.panels)
    return found, panels


def _settle_highest(search: PanelSearch) -> bool:
    """Find panels and cuts until the lowest highest chance of polytope and mixtures is the same; tell whether it is.

    The dual weights y of the mixtures' program say which panels would lower it: those of least y·c, and so of most
    (max y - y)·c, as all have as many members. Where weights had to be rounded, their cut may be too weak.
    """
    mixtures, bound = LowestTop(search.panels, search.polytope.sizes), best_extremes(search.polytope, 0.0).top
    while True:
        top, duals = mixtures.solve()
        if top <= bound * (1 + AGREE):
            return True
        whole = whole_weights(duals)
        weights = whole.max() - whole
        known = len(search.panels)
        line = search.beat(weights // max(1, int(np.gcd.reduce(weights))))
        if line is None:
            mixtures.add_panels(search.panels[known:])
            continue
        search.polytope = search.polytope.learn(line)
        before, bound = bound, best_extremes(search.polytope, 0.0).top
        if bound <= before * (1 + AGREE):
            return False
