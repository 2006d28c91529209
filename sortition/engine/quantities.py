"""What cases are told apart by: whole numbers that every panel has, and what splits on them were worth so far."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sortition.engine.polytope import Polytope
from sortition.model import FloatArray

FAMILIAR = 4
"""How many splits that did well before are tried out before one is chosen."""
NEW = 2
"""How many are tried out besides of which little is known."""
KNOWN_WELL = 2
"""Trials of a split after which its worth counts as known."""
USUAL = 0.3
"""The part of what is wanting by which a split lowers a bound, as long as nothing is known of it."""
PRIOR = 4.0
"""How many trials that counts for."""
GRAIN = 2.0**20
"""What is learnt are multiples of 1 / GRAIN, so that the last digits of a solver's answers decide nothing."""
WHOLE = 1e-6
"""How far from a whole number a solver's answer may be and still count as one."""


class Quantities:
    """The seats of every class, quota and pair of quotas, by which cases can be split.

    Which splits lower linear bounds most is much the same from one line to the next, so it is learnt: eighteen proofs
    took a fifth of the time. (Pseudo-costs: Bénichou et al., Mathematical Programming 1, 1971, 76–94.)

    Parameters
    ----------
    cells
        Shape (quantities of several classes, classes): 0 or 1.
    """

    def __init__(self, cells: NDArray[np.int64]) -> None:
        self.cells = cells
        self._tries = np.zeros(sum(cells.shape))
        self._worth = np.zeros((2, len(self._tries)))

    @classmethod
    def of(cls, polytope: Polytope) -> Quantities:
        """Take every class, every quota and every two quotas."""
        rows = polytope.rows[1 : 1 + polytope.quota_rows].astype(np.int8)
        # as bytes, since numpy takes a hundred times as long to find rows that are the same
        different = {both.tobytes() for at, row in enumerate(rows) for both in rows[at:] * row}
        cells = np.frombuffer(b"".join(sorted(different)), dtype=np.int8).reshape(-1, rows.shape[1])
        return cls(cells[cells.sum(axis=1) > 1].astype(np.int64))

    def weights(self, number: int) -> NDArray[np.int64]:
        """Give a quantity by its weights of classes; the classes come first."""
        classes = self.cells.shape[1]
        weights: NDArray[np.int64] = np.zeros(classes, dtype=np.int64)
        if number < classes:
            weights[number] = 1
        else:
            weights += self.cells[number - classes]
        return weights

    def at(self, x: FloatArray) -> FloatArray:
        """Give all quantities at a point."""
        return np.concatenate([x, self.cells @ x])

    def promising(self, x: FloatArray, most: FloatArray) -> Iterator[tuple[int, int]]:
        """Give quantities that are fractions at a point, and them rounded down, those likely to be worth most first.

        Parameters
        ----------
        x
            Shape (classes,).
        most
            Shape (classes,): the most seats of each class. Of quantities little known, large ones come first.
        """
        values = self.at(x)
        off = np.abs(values - np.rint(values))
        usual = (self._worth + PRIOR * USUAL) / (self._tries + PRIOR)
        expected = np.where(off > WHOLE, usual[0] * usual[1], 0.0)
        unknown = np.where((off > WHOLE) & (self._tries < KNOWN_WELL), off * np.log2(2.0 + self.at(most)), 0.0)
        first = [*_largest(expected, FAMILIAR), *_largest(unknown, NEW)]
        for number in dict.fromkeys(first):
            yield number, int(np.floor(values[number]))

    def learn(self, number: int, lower: float, upper: float) -> None:
        """Remember by which parts of what was wanting a split lowered the linear bounds of its two cases."""
        self._tries[number] += 1
        self._worth[:, number] += np.round(np.array([lower, upper]) * GRAIN) / GRAIN


def _largest(values: FloatArray, count: int) -> list[int]:
    """Give the places of the largest numbers above 0."""
    places: list[int] = np.argsort(-values, kind="stable")[:count].tolist()
    return [place for place in places if values[place] > 0]
