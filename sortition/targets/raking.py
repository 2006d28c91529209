"""One-way tables -> a joint table that agrees with all of them: raking, or iterative proportional fitting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sortition.messages import phrase
from sortition.model import FloatArray


def rake(seed: FloatArray, margins: Sequence[FloatArray], within: float = 1e-12, rounds: int = 10_000) -> FloatArray:
    """Scale a table, axis by axis, until its sums along every axis are the margins.

    W. E. Deming and F. F. Stephan, On a least squares adjustment of a sampled frequency table when the expected
    marginal totals are known, Annals of Mathematical Statistics 11 (1940) 427-444. Where it converges, the result is
    the table with these margins that is closest to the seed in Kullback-Leibler divergence (I. Csiszár, I-divergence
    geometry of probability distributions and minimization problems, Annals of Probability 3 (1975) 146-158): it keeps
    the odds ratios of the seed, and zeros stay zeros. From a seed of ones it is the product of the margins.

    Parameters
    ----------
    seed
        The association to start from, one axis a margin; nowhere negative. Zeros are combinations that do not exist.
    margins
        The sums wanted along each axis, nowhere negative. Each is divided by its own sum first, for official tables
        rarely agree in their totals.
    within
        Largest difference from a margin, as a part of the whole, at which the table is good enough.
    rounds
        How often all axes are scaled at most.

    Returns
    -------
    FloatArray
        Shape of the seed; it adds up to 1.

    Raises
    ------
    ValueError
        No table with the zeros of the seed has these margins, or it was not found; with a sentence for people.
    """
    wanted = [np.asarray(margin, dtype=float) / np.sum(margin) for margin in margins]
    table = np.asarray(seed, dtype=float) / np.sum(seed)
    for _ in range(rounds):
        for axis, margin in enumerate(wanted):
            table = table * _factors(table, axis, margin)
        if max(np.abs(_sums(table, axis) - margin).max() for axis, margin in enumerate(wanted)) <= within:
            return table
    raise ValueError(
        phrase(
            "no table with these zeros agrees with all margins (not after {rounds:,} rounds of raking).", rounds=rounds
        )
    )


def _factors(table: FloatArray, axis: int, margin: FloatArray) -> FloatArray:
    """Give what the table is multiplied by to agree with one margin, in a shape that spreads over the other axes."""
    sums = _sums(table, axis)
    if ((sums == 0) & (margin > 0)).any():
        raise ValueError(phrase("there are people in a margin for whom every combination is zero."))
    factors = np.divide(margin, sums, out=np.zeros_like(margin), where=sums > 0)
    return factors.reshape([-1 if other == axis else 1 for other in range(table.ndim)])


def _sums(table: FloatArray, axis: int) -> FloatArray:
    sums: FloatArray = table.sum(axis=tuple(other for other in range(table.ndim) if other != axis))
    return sums
