"""How many tickets the people of each class shall have in all, and how much it counts when they have others."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sortition.model import FloatArray

GRAIN = 2.0**20
"""Costs are multiples of 1 / GRAIN, so that sums are exact and do not depend on the order in which a machine adds."""
EVERYTHING = slice(None)
BEYOND = 0.5
"""How much it counts that somebody is more than one ticket off, be it ever so little."""
EASE = 0.02
"""How much a person's tickets count that are within one of the fair number, beside those that are not."""


class Totals:
    """The seats wanted on all tickets together, class by class, and the bounds within which they may lie.

    Parameters
    ----------
    wanted
        Shape (classes,): marginals times tickets.
    sizes
        Shape (classes,): number of people, all of whom take turns.
    """

    def __init__(self, wanted: FloatArray, sizes: FloatArray) -> None:
        self.wanted, self.sizes = wanted, sizes.astype(np.float64)

    @cached_property
    def allowed(self) -> tuple[FloatArray, FloatArray]:
        """The fewest and most seats with which every person of a class can be within one ticket of the wanted."""
        each = self.wanted / self.sizes
        slack = 1e-9 * np.maximum(1.0, each)
        return self.sizes * np.ceil(each - 1 - slack), self.sizes * np.floor(each + 1 + slack)

    def off(self, total: FloatArray, at: slice | NDArray[np.intp] = EVERYTHING) -> FloatArray:
        """Give the seats by which totals of classes (last axis: those that `at` names) miss what is allowed."""
        least, most = self.allowed
        off: FloatArray = np.maximum(np.maximum(least[at] - total, total - most[at]), 0)
        return off

    def misfit(self, total: FloatArray) -> float:
        """Give the seats by which totals miss what is allowed, of all classes together."""
        return float(self.off(total).sum())

    @cached_property
    def _plain(self) -> list[tuple[float, float, float, float]]:
        columns = (self.wanted, self.sizes, *self.allowed)
        return list(zip(*(column.tolist() for column in columns), strict=True))

    def cost_of(self, at: int, total: float) -> float:
        """Weigh one class as `cost` does, to the last bit, without arrays."""
        wanted, size, least, most = self._plain[at]
        off, away = max(least - total, total - most, 0.0) / size, (total - wanted) / size
        return round((off * off + BEYOND * (off > 0) + EASE * (away * away)) * GRAIN) / GRAIN

    def cost(self, total: FloatArray, at: slice | NDArray[np.intp] = EVERYTHING) -> FloatArray:
        """Weigh, class by class, how far people's tickets are off (last axis: the classes that `at` names)."""
        off = self.off(total, at) / self.sizes[at]
        away = (total - self.wanted[at]) / self.sizes[at]
        cost: FloatArray = np.round((off**2 + BEYOND * (off > 0) + EASE * away**2) * GRAIN) / GRAIN
        return cost
