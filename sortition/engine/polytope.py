"""The compositions of valid panels, relaxed to real numbers, with all that is proved of the whole-number ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sortition.model import Classes, FloatArray, IntArray
from sortition.solver import INFINITY, LinearModel, Program

ON_BOUND = 1e-9
"""How far from a bound (relative to its size) a real number may be and still count as on it."""
ROUND_UP = 1e-6
"""How far a solver's bound of a whole number may be off before rounding it would be wrong."""


@dataclass(frozen=True, eq=False)
class Polytope:
    """Vectors x over the classes with low <= x <= high and row_low <= rows x <= row_high.

    Row 0 is the panel size; then the rows of the classes; then cuts, proved for whole-number vectors only.
    """

    sizes: IntArray
    """Shape (classes,): number of people."""
    rows: NDArray[np.int64]
    """Shape (rows, classes)."""
    row_low: FloatArray
    """Shape (rows,): whole numbers, or -infinity."""
    row_high: FloatArray
    low: IntArray
    """Shape (classes,): fewest people of the class in any valid panel, as far as known."""
    high: IntArray
    panel_size: int

    def with_bounds(self, low: IntArray, high: IntArray) -> Polytope:
        """Give the same rows with other bounds of the classes."""
        return replace(self, low=low, high=high)

    def with_cut(self, weights: NDArray[np.int64], bound: int) -> Polytope:
        """Add the row weights·x <= bound."""
        return replace(
            self,
            rows=np.vstack([self.rows, weights]),
            row_low=np.append(self.row_low, -INFINITY),
            row_high=np.append(self.row_high, float(bound)),
        )

    def face(self, x: FloatArray) -> Polytope:
        """Give the smallest face that contains x: only there can panels lie whose mixture is x."""
        activity = self.rows @ x
        scale = ON_BOUND * np.maximum(1.0, np.abs(self.rows) @ x)
        at_high, at_low = activity >= self.row_high - scale, activity <= self.row_low + scale
        near = ON_BOUND * np.maximum(1.0, self.sizes)
        return replace(
            self,
            row_low=np.where(at_high, self.row_high, self.row_low),
            row_high=np.where(at_low, self.row_low, self.row_high),
            low=np.where(x >= self.high - near, self.high, self.low),
            high=np.where(x <= self.low + near, self.low, self.high),
        )

    def holds(self, compositions: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Tell, in whole numbers, which compositions (shape (any, classes)) meet every row and bound."""
        c = np.asarray(compositions, dtype=np.int64)
        activity = c @ self.rows.T
        inside = ((c >= self.low) & (c <= self.high)).all(axis=1)
        within = ((activity >= self.row_low) & (activity <= self.row_high)).all(axis=1)
        return np.logical_and(inside, within)

    def program(self, integer: bool = False) -> Program:
        """Give the polytope as a program without an objective."""
        count = len(self.sizes)
        return Program(
            cost=np.zeros(count),
            matrix=self.rows.astype(np.float64),
            row_low=self.row_low,
            row_high=self.row_high,
            low=self.low.astype(np.float64),
            high=self.high.astype(np.float64),
            integer=np.full(count, integer),
        )

    @cached_property
    def even(self) -> FloatArray:
        """Shape (classes,): the composition in which everybody who can be seated has the same chance, within bounds."""
        x = np.where(self.high > 0, self.sizes, 0) * (self.panel_size / max(1, self.sizes[self.high > 0].sum()))
        even: FloatArray = np.clip(x, self.low, self.high)
        return even


def relaxation(classes: Classes) -> Polytope:
    """Give the polytope of a problem's classes, nothing being known yet but caps and rows."""
    count = len(classes.members)
    return Polytope(
        sizes=classes.sizes,
        rows=np.vstack([np.ones((1, count), dtype=np.int64), classes.matrix.astype(np.int64)]),
        row_low=np.concatenate([[classes.panel_size], classes.low]).astype(np.float64),
        row_high=np.concatenate([[classes.panel_size], classes.high]).astype(np.float64),
        low=np.zeros(count, dtype=np.int32),
        high=classes.caps.astype(np.int32),
        panel_size=classes.panel_size,
    )


def tighten(polytope: Polytope, most: NDArray[np.bool_], least: NDArray[np.bool_]) -> Polytope | None:
    """Round the linear bounds of classes' seats to whole numbers, until nothing changes.

    Each step is a Chvátal–Gomory rounding: if x_t <= 0.7 follows from the rows, no panel contains class t.

    Parameters
    ----------
    polytope
        What is known so far.
    most
        Shape (classes,): whose highest number of seats to try.
    least
        Shape (classes,): whose lowest number of seats to try.

    Returns
    -------
    Polytope or None
        With tighter bounds; None if the rows contradict each other, so that there is no panel at all.
    """
    model = LinearModel(polytope.program())
    low, high = polytope.low.copy(), polytope.high.copy()
    changed = True
    while changed:
        changed = False
        for sign, bound, wanted in ((-1.0, high, most), (1.0, low, least)):
            for at in np.flatnonzero(wanted & (low < high)):
                cost = np.zeros(len(low))
                cost[at] = sign
                model.set_costs(cost)
                answer = model.solve()
                if not answer.feasible:
                    return None
                limit = answer.x[at] - sign * ROUND_UP
                whole = int(np.floor(limit) if sign < 0 else np.ceil(limit))
                if whole != bound[at]:
                    bound[at] = whole
                    model.set_bounds(low, high)
                    changed = True
    return polytope.with_bounds(low, high)
