"""Nash: the product of everybody's chances is as large as it can be.

Maximise Σ log p_i over everybody who can be drawn. Flanigan, Gölz, Gupta, Hennig and Procaccia, Nature 596 (2021), list
it among the objectives of their framework; the optimum is unique, as the logarithm is strictly concave.

Proof of optimality: let y be a weight for each of the m people who can be drawn, and no panel be worth more than B. For
all chances q of a lottery, the geometric mean of q_i y_i is at most their mean, so at most B / m. Hence
GM(q) <= (B / m) / GM(y), and against the chances p found GM(q) / GM(p) <= (B / m) / GM(p y) <= (B / m) · mean(1/(p y)),
in fractions alone. With y = 1 / p this is nothing but the condition that the gradient allows no better panel.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sortition.engine.certificate import Bound, weak_duality
from sortition.engine.polytope import Polytope
from sortition.engine.product import Region, largest_product
from sortition.engine.search import PanelSearch
from sortition.fairness.cutting import optimum
from sortition.fairness.marginals import Claim, Marginals, claimed
from sortition.messages import phrase
from sortition.model import FloatArray

GRAIN = 2.0**36
"""Weights of the proof are rounded to multiples of their largest, divided by this."""
FINE = 2**80
"""Each term of a sum of fractions is rounded up to a multiple of 1 / FINE."""


def nash(search: PanelSearch, tickets: int) -> Marginals:
    """Find the marginals with the largest product of chances, and enough panels to mix them.

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
    search.progress(phrase("fair chances"), phrase("largest product"), None)
    found, panels = optimum(search, _Best.over, tickets)
    return claimed(found.x, search.polytope, _claim(search.polytope, found), panels)


@dataclass(frozen=True, eq=False)
class _Best:
    """The optimum over a polytope."""

    x: FloatArray
    multipliers: FloatArray

    @classmethod
    def over(cls, polytope: Polytope) -> _Best:
        p = polytope
        low, high = p.low.astype(np.float64), p.high.astype(np.float64)
        centre = largest_product(Region(p.sizes, p.rows.astype(np.float64), p.row_low, p.row_high, low, high))
        return cls(centre.x, centre.multipliers)


def _claim(polytope: Polytope, found: _Best) -> Claim:
    """Prove how good the optimum is."""
    reached = polytope.high > 0
    each = np.where(reached, polytope.sizes / np.where(reached, found.x, 1.0), 0.0)
    denominator = max(1, int(GRAIN / each.max()))
    weights = np.rint(each * denominator).astype(np.int64)
    multipliers = np.rint(found.multipliers * denominator).astype(np.int64)
    bound = Bound(weights, *weak_duality(polytope, weights, multipliers, denominator))
    people = int(polytope.sizes[reached].sum())
    inverse = Fraction(0)
    for at in np.flatnonzero(reached).tolist():
        size = int(polytope.sizes[at])
        worth = Fraction(float(found.x[at])) * int(weights[at]) / (size * denominator)
        inverse += Fraction(-(-FINE * size * worth.denominator // worth.numerator), FINE)
    ratio = Fraction(bound.value, denominator * people) * inverse / people
    return Claim(ratio, max(ratio - 1, Fraction(0)), bound)
