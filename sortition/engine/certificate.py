"""Bounds that hold whatever a solver did: weak duality in whole numbers and fractions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from sortition.engine.polytope import Polytope
from sortition.model import FloatArray

DENOMINATORS = (64, 1000, 10_000, 1_000_000)
"""Largest denominators with which a dual vector is tried as exact fractions, one after the other."""
LARGEST = 2**40
"""Whole numbers up to which products over classes stay exact in 64 bits."""
SMALL = 1e-11
"""A dual below this part of the largest one is taken for the solver's noise."""


@dataclass(frozen=True, eq=False)
class Bound:
    """Σ weights·c <= value for every composition c of the polytope, all over a common denominator."""

    multipliers: NDArray[np.int64]
    """Shape (rows,): of the polytope's rows; positive ones use the row's upper bound, negative ones its lower."""
    weights: NDArray[np.int64]
    """Shape (classes,): >= 0."""
    value: int
    denominator: int


def as_whole(values: FloatArray, largest: int) -> tuple[NDArray[np.int64], int] | None:
    """Write numbers as whole numbers over a common denominator, each rounded to a denominator up to `largest`.

    Returns
    -------
    tuple or None
        Numerators and denominator; None if they would be too large.
    """
    scale = float(np.abs(values).max(initial=0.0))
    parts = [
        Fraction(float(value)).limit_denominator(largest) if abs(value) > SMALL * scale else Fraction(0)
        for value in values
    ]
    denominator = math.lcm(*(part.denominator for part in parts))
    numerators = [int(part * denominator) for part in parts]
    if max(denominator, *map(abs, numerators)) > LARGEST:
        return None
    return np.array(numerators, dtype=np.int64), denominator


def bound_from(
    polytope: Polytope, multipliers: NDArray[np.int64], denominator: int, at_low: NDArray[np.bool_]
) -> Bound:
    """Turn multipliers of rows into weights of classes and a bound on them (weak duality).

    For every composition c, Σ_r λ_r (rows c)_r <= Σ_r λ_r b_r, where b_r is the upper bound of the row for λ_r > 0 and
    the lower one for λ_r < 0. With g = Σ_r λ_r rows_r, the weights y = max(g, 0) differ from g only where a class's own
    bounds pay for the difference: Σ y c <= Σ_r λ_r b_r + Σ_{g_t<0} |g_t| high_t.

    Parameters
    ----------
    polytope
        Rows, with whole-number bounds.
    multipliers, denominator
        Shape (rows,): λ times the denominator.
    at_low
        Shape (classes,): classes that are to get weight 0 because their lowest seats hold, which lowers the bound by
        g_t low_t.
    """
    usable = np.where(multipliers > 0, np.isfinite(polytope.row_high), np.isfinite(polytope.row_low))
    multipliers = np.where(usable, multipliers, 0)
    gains = polytope.rows.T @ multipliers
    limits = np.where(multipliers > 0, polytope.row_high, polytope.row_low)
    value = sum(int(m) * int(limits[row]) for row, m in enumerate(multipliers) if m)
    value += sum(-int(gains[at]) * int(polytope.high[at]) for at in np.flatnonzero(gains < 0))
    low = np.flatnonzero((gains > 0) & at_low)
    value -= sum(int(gains[at]) * int(polytope.low[at]) for at in low)
    weights = np.maximum(gains, 0)
    weights[low] = 0
    return Bound(multipliers, weights, value, denominator)


def level_value(bound: Bound, sizes: NDArray[np.integer], values: Sequence[Fraction | None]) -> Fraction | None:
    """Give the chance that a bound allows to the people not settled, all of them having the same.

    (bound - Σ_settled y_t n_t v_t) / Σ_unsettled y_t n_t; None if no unsettled class has weight.
    """
    seats = bound.weights * sizes.astype(np.int64)
    settled: dict[Fraction, int] = {}
    free = 0
    for at in np.flatnonzero(seats).tolist():
        value = values[at]
        if value is None:
            free += int(seats[at])
        else:
            settled[value] = settled.get(value, 0) + int(seats[at])
    if not free:
        return None
    used = sum((value * seats_at for value, seats_at in settled.items()), Fraction(0))
    return (Fraction(bound.value) - used) / free
