"""The compositions of valid panels, relaxed to real numbers, with all that is proved of the whole-number ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sortition.model import Classes, FloatArray, IntArray
from sortition.solver import INFINITY, Program

ON_BOUND = 1e-9
"""How far from a bound (relative to its size) a real number may be and still count as on it."""


@dataclass(frozen=True, eq=False)
class Proof:
    """Why weights·c <= bound holds: a combination of rows, of lines proved before, and of the classes' caps."""

    denominator: int
    """Of all numbers that follow; 0 where they contradict each other, so that there is nothing to bound."""
    multipliers: NDArray[np.int64]
    """Shape (rows of the problem,): positive ones use a row's upper bound, negative ones its lower."""
    lines: tuple[tuple[int, int], ...]
    """Pairs (number of an earlier line, multiplier > 0)."""
    splits: tuple[tuple[int, int], ...] = ()
    """Pairs (number of a split on the way to this proof, from 0, multiplier > 0)."""


@dataclass(frozen=True, eq=False)
class Split:
    """Every panel has weights·c <= most, or weights·c >= most + 1: a whole number lies on one side."""

    weights: NDArray[np.int64]
    """Shape (classes,)."""
    most: int


Tree = tuple[Proof | Split, ...]
"""A proof by cases: each split is followed by all of its first case, then by all of its second. Mostly one `Proof`."""


@dataclass(frozen=True, eq=False)
class Line:
    """weights·c <= bound for every composition c of a valid panel."""

    weights: NDArray[np.int64]
    """Shape (classes,)."""
    bound: int
    proof: Tree | None
    """Linear bounds rounded down to a whole number; None where only an integer program says so."""


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
    quota_rows: int
    """The rows after the first that are of quotas; those of households, and cuts, follow."""

    lines: tuple[Line, ...] = ()
    """What has been learnt: bounds of single classes, and cuts."""
    low_line: tuple[int, ...] = ()
    """Shape (classes,): number of the line that gives `low`; -1 where it is 0 by nature. Empty: all of them."""
    high_line: tuple[int, ...] = ()
    """The same of `high`, which is the class's cap by nature."""
    row_line: tuple[int, ...] = ()
    """Shape (cuts,): numbers of the lines that are the last rows."""

    def learn(self, line: Line) -> Polytope:
        """Add a line: as a bound, if it is about one class with weight 1 or -1, else as a row."""
        number, lines = len(self.lines), (*self.lines, line)
        at = np.flatnonzero(line.weights)
        if len(at) != 1 or abs(line.weights[at[0]]) != 1:
            return replace(
                self,
                lines=lines,
                row_line=(*self.row_line, number),
                rows=np.vstack([self.rows, line.weights]),
                row_low=np.append(self.row_low, -INFINITY),
                row_high=np.append(self.row_high, float(line.bound)),
            )
        upper = line.weights[at[0]] > 0
        bounds = (self.high if upper else self.low).copy()
        bounds[at[0]] = line.bound if upper else -line.bound
        known = list((self.high_line if upper else self.low_line) or (-1,) * len(bounds))
        known[at[0]] = number
        if upper:
            return replace(self, lines=lines, high=bounds, high_line=tuple(known))
        return replace(self, lines=lines, low=bounds, low_line=tuple(known))

    def keep(self, line: Line) -> Polytope:
        """Add a line to the list only, where nothing may rest on it."""
        return replace(self, lines=(*self.lines, line))

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
        # doubles hold these whole numbers exactly, and their products go through the machine's fast routines
        c = np.asarray(compositions, dtype=np.float64)
        activity = c @ self.rows.T.astype(np.float64)
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
        quota_rows=classes.quota_rows,
    )
