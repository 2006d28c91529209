"""Bounds that hold whatever a solver did: weak duality in whole numbers and fractions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from sortition.engine.polytope import Line, Polytope, Proof
from sortition.model import FloatArray

DENOMINATORS = (64, 1000, 10_000, 1_000_000)
"""Largest denominators with which a dual vector is tried as exact fractions, one after the other."""
LARGEST = 2**40
"""Whole numbers up to which products over classes stay exact in 64 bits."""
SAME = 1e-8
"""How near a whole number over a denominator must come to a number, relative to the largest, to be taken for it."""
WHOLE = 1e-9
"""How near a whole number a multiple of a number must be to be taken for it at once."""
SMALL = 1e-11
"""A dual below this part of the largest one is taken for the solver's noise."""


@dataclass(frozen=True, eq=False)
class Bound:
    """Σ weights·c <= value for every composition c, both over the denominator of the proof."""

    weights: NDArray[np.int64]
    """Shape (classes,): >= 0."""
    value: int
    proof: Proof

    @property
    def denominator(self) -> int:
        """The denominator of weights and value."""
        return self.proof.denominator


def as_whole(values: FloatArray, largest: int) -> tuple[NDArray[np.int64], int] | None:
    """Write numbers as whole numbers over a common denominator, which each may multiply by up to `largest`.

    Returns
    -------
    tuple or None
        Numerators and denominator; None if they would be too large, or not the numbers but others near them.
    """
    scale = float(np.abs(values).max(initial=0.0))
    kept = np.where(np.abs(values) > SMALL * scale, values, 0.0)
    denominator = 1
    for value in kept[kept != 0].tolist():
        times = value * denominator
        if abs(times - round(times)) > WHOLE:
            denominator *= Fraction(times).limit_denominator(largest).denominator
        if max(1, scale) * denominator > LARGEST:
            return None
    numerators = np.rint(kept * denominator)
    if np.abs(numerators / denominator - kept).max(initial=0.0) > SAME * scale:
        return None
    return numerators.astype(np.int64), denominator


def weak_duality(
    polytope: Polytope, weights: NDArray[np.int64], multipliers: NDArray[np.int64], denominator: int
) -> tuple[int, Proof]:
    """Bound weights over all compositions by a combination of rows.

    For every composition c, Σ_r λ_r (rows c)_r <= Σ_r λ_r b_r, where b_r is the upper bound of the row for λ_r > 0 and
    the lower one for λ_r < 0. What the weights y have beyond g = Σ_r λ_r rows_r is paid for by each class's own bounds:
    y·c <= Σ_r λ_r b_r + Σ_{y_t > g_t} (y_t - g_t) high_t - Σ_{y_t < g_t} (g_t - y_t) low_t.

    Parameters
    ----------
    polytope
        Rows, with whole-number bounds.
    weights
        Shape (classes,): y times the denominator.
    multipliers, denominator
        Shape (rows,): λ times the denominator. Those that would need a bound that a row does not have are left out.

    Returns
    -------
    tuple
        The bound times the denominator, and its proof.
    """
    multipliers = _usable(polytope, multipliers)
    limits = np.where(multipliers > 0, polytope.row_high, polytope.row_low)
    value = sum(int(m) * int(limits[row]) for row, m in enumerate(multipliers) if m)
    rest = weights - polytope.rows.T @ multipliers
    first_cut = len(multipliers) - len(polytope.row_line)
    cuts = zip(polytope.row_line, multipliers[first_cut:].tolist(), strict=True)
    uses = [(line, times) for line, times in cuts if times]
    for at in np.flatnonzero(rest).tolist():
        more = int(rest[at])
        value += more * int(polytope.high[at] if more > 0 else polytope.low[at])
        lines = polytope.high_line if more > 0 else polytope.low_line
        if lines and lines[at] >= 0:
            uses.append((lines[at], abs(more)))
    return value, Proof(denominator, multipliers[:first_cut], tuple(uses))


def bound_from(
    polytope: Polytope, multipliers: NDArray[np.int64], denominator: int, at_low: NDArray[np.bool_]
) -> Bound:
    """Turn multipliers of rows into the weights y = max(Σ_r λ_r rows_r, 0) of classes and a bound on them.

    Parameters
    ----------
    polytope
        Rows, with whole-number bounds.
    multipliers, denominator
        Shape (rows,): λ times the denominator.
    at_low
        Shape (classes,): classes that are to get weight 0 because their lowest seats hold.
    """
    weights = np.maximum(polytope.rows.T @ _usable(polytope, multipliers), 0)
    weights[at_low] = 0
    return Bound(weights, *weak_duality(polytope, weights, multipliers, denominator))


def prove_line(polytope: Polytope, weights: NDArray[np.int64], bound: int, multipliers: FloatArray) -> Line:
    """Prove weights·c <= bound by the linear bound that multipliers give, rounded down, if they do."""
    for largest in DENOMINATORS:
        whole = as_whole(multipliers, largest)
        if whole is None:
            continue
        value, proof = weak_duality(polytope, weights * whole[1], *whole)
        if value // whole[1] <= bound:
            return Line(weights, bound, (proof,))
    return Line(weights, bound, None)


def _usable(polytope: Polytope, multipliers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Leave out multipliers that would need a bound that a row does not have, or are of a quota that never binds."""
    has = np.where(multipliers > 0, np.isfinite(polytope.row_high), np.isfinite(polytope.row_low))
    has &= polytope.rows.any(axis=1)  # the row of such a quota is empty, but it does count people
    usable: NDArray[np.int64] = np.where(has, multipliers, 0)
    return usable


def level_value(
    bound: Bound, sizes: NDArray[np.integer], settled_at: NDArray[np.intp], values: Sequence[Fraction]
) -> Fraction | None:
    """Give the chance that a bound allows to the people not settled, all of them having the same.

    (bound - Σ_settled y_t n_t v_t) / Σ_unsettled y_t n_t; None if no unsettled class has weight.

    Parameters
    ----------
    bound
        Weights y of the classes, and what no panel exceeds.
    sizes
        Shape (classes,): n.
    settled_at, values
        Shape (classes,): which of the values v is the chance of the class; -1 where it is not settled.
    """
    counted = np.flatnonzero(bound.weights)
    times = bound.weights[counted].astype(object) * sizes[counted]  # whole numbers of any size
    seats: defaultdict[int, int] = defaultdict(int)
    for number, more in zip(settled_at[counted].tolist(), times.tolist(), strict=True):
        seats[number] += more
    free = seats.pop(-1, 0)
    if not free:
        return None
    used = sum((values[number] * held for number, held in seats.items()), Fraction(0))
    return (bound.value - used) / free


def whole_weights(weights: FloatArray) -> NDArray[np.int64]:
    """Scale dual weights to whole numbers, exactly if they are fractions with small denominators."""
    scaled = weights / weights.max()
    for largest in (12, 60, 300, 1000, 5000):
        whole = as_whole(scaled, largest)
        if whole and whole[1] <= 10**6:
            return whole[0]
    rounded: NDArray[np.int64] = np.rint(scaled * 10**5).astype(np.int64)
    return rounded
