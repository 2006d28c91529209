"""What minimax and goldilocks share: marginals with the best highest and lowest chance, and the proof of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from sortition.engine.certificate import Bound, weak_duality
from sortition.engine.extremes import Extremes, best_extremes
from sortition.engine.polytope import Polytope
from sortition.engine.product import largest_product, without_the_hopeless
from sortition.fairness.marginals import Claim
from sortition.model import FloatArray

GRAIN = 2.0**36
"""Weights of the proof are rounded to multiples of their largest, divided by this."""
DIGITS = 10**25
"""Square roots are rounded down to a multiple of one over this."""


@dataclass(frozen=True, eq=False)
class Spread:
    """The optimum over a polytope of (n/k) max p + γ (k/n) / min p."""

    x: FloatArray
    """Shape (classes,): of all optimal marginals those with the largest product of chances."""
    extremes: Extremes

    @classmethod
    def over(cls, polytope: Polytope, gamma: float) -> Spread:
        """Optimise; with γ = 0 only the highest chance counts.

        The optimum pins down nothing but the extremes. To leave nobody without a chance who can have one beside them,
        and the answer no accident of the solver's, the product of these people's chances is maximised among the optimal
        marginals.
        """
        return cls.at(best_extremes(polytope, gamma), polytope, gamma)

    @classmethod
    def at(cls, extremes: Extremes, polytope: Polytope, gamma: float) -> Spread:
        """Find the largest product alone, over their face or a polytope inside it."""
        face = extremes.face(polytope)
        return cls(largest_product(face if gamma > 0 else without_the_hopeless(face)).x, extremes)


def spread_claim(polytope: Polytope, spread: Spread, gamma: Fraction) -> Claim:
    """Prove how good an optimum is.

    With weights a, b >= 0 of the classes, A = Σ n_t a_t and B = Σ n_t b_t, let no panel have Σ (a - b) c < m. Every
    lottery then has A max p - B min p >= m, so that

        (n/k) max p + γ (k/n) / min p  >=  (n/k) (m + B l) / A + γ (k/n) / l  >=  (n/k) m / A + 2 √(γ B / A)

    for l = min p, whatever it is (Baharav and Flanigan 2024 define the objective; the bound is the tangent of 1/l). As
    every panel has k members, the weights y = C - a + b >= 0 with bound C k - m say the same.
    """
    e, sizes, size = spread.extremes, polytope.sizes.astype(np.int64), polytope.panel_size
    people = int(sizes.sum())
    scale = max(1, int(GRAIN / max(float(e.highest.max()), float(e.lowest.max()))))
    high, low = (np.rint(part * scale).astype(np.int64) for part in (e.highest, e.lowest))
    multipliers = np.rint(e.multipliers * scale).astype(np.int64)
    shift = max(0, int((high - low).max()))
    multipliers[0] += shift  # row 0 is the panel size
    weights = shift - high + low
    bound = Bound(weights, *weak_duality(polytope, weights, multipliers, scale))
    least = shift * size - bound.value
    each, total_high, total_low = Fraction(people, size), int(high @ sizes), int(low @ sizes)
    value = each * Fraction(least, total_high) + 2 * _root_below(gamma * Fraction(total_low, total_high))
    had = _value(polytope, spread.x, gamma)
    details = {
        "gamma": str(gamma),
        "highest": _weights(high, scale),
        "lowest": _weights(low, scale),
        "shift": str(Fraction(shift, scale)),
    }
    return Claim(value, max(had / value - 1, Fraction(0)), bound, details)


def _weights(whole: np.ndarray[Any, Any], scale: int) -> list[dict[str, Any]]:
    return [{"class": at, "weight": str(Fraction(int(whole[at]), scale))} for at in np.flatnonzero(whole).tolist()]


def _value(polytope: Polytope, x: FloatArray, gamma: Fraction) -> Fraction:
    """Give the objective's value, exactly."""
    reached = np.flatnonzero(polytope.high > 0).tolist()
    chances = [Fraction(float(x[at])) / int(polytope.sizes[at]) for at in reached]
    each = Fraction(int(polytope.sizes.sum()), polytope.panel_size)
    return each * max(chances) + (gamma / each / min(chances) if gamma else 0)


def _root_below(square: Fraction) -> Fraction:
    """Give a fraction just below a square root."""
    return Fraction(math.isqrt(square.numerator * DIGITS**2 // square.denominator), DIGITS)
