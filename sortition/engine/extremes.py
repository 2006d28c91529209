"""The linear programs of the highest and the lowest chance: u >= x_t / n_t >= l, weighed against each other."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from sortition.engine.mixtures import Mixtures
from sortition.engine.polytope import Polytope
from sortition.engine.product import Region
from sortition.errors import SolverError
from sortition.messages import phrase
from sortition.model import FloatArray
from sortition.solver import INFINITY, LinearModel, Program

TURNS = 100
"""Linear programs that may be needed; no pool tried has needed more than 12."""
AGREE = 1e-10
"""Relative gap at which a line between two points known counts as an edge."""
LITTLE = 1e-6
"""Weight of the highest chance where the lowest is all that matters."""
HELD = 1e-8
"""A dual above this (costs are of size 1) tells that its bound holds in every optimum."""


@dataclass(frozen=True, eq=False)
class Extremes:
    """The best highest and lowest chance, and the proof of it."""

    highest: FloatArray
    """Shape (classes,): a person's dual weight in the bound on the highest chance; Σ n_t of them is n / k."""
    lowest: FloatArray
    """The same for the lowest chance; Σ n_t of them is γ (k/n) / l²."""
    multipliers: FloatArray
    """Shape (rows,): of the polytope's rows, for the weights `lowest` - `highest`; positive where the row's upper bound
    holds."""
    panels: Polytope
    """The face on which all panels lie that mix to optimal marginals."""
    top: float
    """The highest chance."""
    low: FloatArray
    """Shape (classes,): the fewest seats in optimal marginals, and the most."""
    high: FloatArray

    def face(self, polytope: Polytope) -> Region:
        """Give all optimal marginals, as far as `panels`, or a polytope inside it, tells."""
        high = np.minimum(self.high, polytope.high)
        return Region(
            sizes=polytope.sizes,
            rows=polytope.rows.astype(np.float64),
            row_low=polytope.row_low,
            row_high=polytope.row_high,
            low=np.minimum(np.maximum(self.low, polytope.low), high),
            high=high,
        )


def best_extremes(polytope: Polytope, gamma: float) -> Extremes:
    """Minimise u + γ / l over the polytope, with u >= (n/k) x_t / n_t >= l for everybody.

    The lower bound is asked of everybody who can be drawn; with γ = 0 of nobody. The pairs (l, u) that can be had form
    a convex region with straight edges. Between a known point of its lower side on the left and one on the right, the
    best point of the line is where its slope is γ / l². Either nothing lies below the line there, by a linear program
    with that slope as cost, or that program's corner takes the place of one of the two.
    """
    program = _Program(polytope, gamma > 0)
    left = program.solve(1.0, 0.0)
    if gamma == 0:
        return program.extremes(left[1], 0.0)
    right = program.solve(LITTLE, 1.0)
    for _ in range(TURNS):
        low, high = _best_between(left, right, gamma)
        slope = gamma / low**2
        corner = program.solve(1.0, slope)
        if corner[1] - slope * corner[0] >= high - slope * low - AGREE * high:
            return program.extremes(high, low)
        left, right = (corner, right) if corner[0] < low else (left, corner)
    raise SolverError(phrase("the best highest and lowest chance were not found; no lottery was made"))


def _best_between(left: tuple[float, float], right: tuple[float, float], gamma: float) -> tuple[float, float]:
    """Give the point (l, u) with the least u + γ / l of the line between two."""
    rise, run = right[1] - left[1], right[0] - left[0]
    if run <= AGREE * right[0] or rise <= 0:
        return right
    low = min(max(math.sqrt(gamma * run / rise), left[0]), right[0])
    return low, left[1] + rise * (low - left[0]) / run


class _Program:
    """Variables: u, l, then x."""

    def __init__(self, polytope: Polytope, lowest_counts: bool) -> None:
        self._polytope = polytope
        self._even = polytope.sizes * (polytope.panel_size / polytope.sizes.sum())
        self._asked = (polytope.high > 0) & lowest_counts
        rows, classes = polytope.rows.shape
        self._rows, self._classes = rows, classes
        matrix = np.zeros((rows + 2 * classes, 2 + classes))
        matrix[:rows, 2:] = polytope.rows
        matrix[rows : rows + classes, 2:] = matrix[rows + classes :, 2:] = np.eye(classes)
        matrix[rows : rows + classes, 0] = -self._even
        matrix[rows + classes :, 1] = np.where(self._asked, -self._even, 0.0)
        none, endless = np.zeros(classes), np.full(classes, INFINITY)
        self._model = LinearModel(
            Program(
                cost=np.zeros(2 + classes),
                matrix=matrix,
                row_low=np.concatenate([polytope.row_low, -endless, none]),
                row_high=np.concatenate([polytope.row_high, none, endless]),
                low=np.concatenate([np.zeros(2), polytope.low]),
                high=np.concatenate([[INFINITY, INFINITY if lowest_counts else 0.0], polytope.high]),
                integer=np.zeros(2 + classes, dtype=bool),
            )
        )

    def solve(self, weight: float, slope: float) -> tuple[float, float]:
        """Minimise weight · u - slope · l and give (l, u)."""
        cost = np.zeros(2 + self._classes)
        cost[:2] = weight, -slope
        self._model.set_costs(cost)
        answer = self._model.solve()
        if not answer.feasible:
            raise SolverError(phrase("marginals that every quota allows were not found again; no lottery was made"))
        self._duals = answer.duals
        return float(answer.x[1]), float(answer.x[0])

    def extremes(self, u: float, least: float) -> Extremes:
        """Give an optimum of the last program, its proof, and by complementary slackness all optima with these two."""
        rows, classes, p = self._rows, self._classes, self._polytope
        highest = np.maximum(-self._duals[rows : rows + classes], 0.0)
        lowest = np.where(self._asked, np.maximum(self._duals[rows + classes :], 0.0), 0.0)
        multipliers = -self._duals[:rows]
        rest = lowest - highest - p.rows.T @ multipliers  # the classes' own bounds hold the rest
        top = np.minimum(self._even * u, p.high)
        bottom = np.maximum(np.where(self._asked, self._even * least, 0.0), p.low)
        above = np.where((highest > HELD) | (rest > HELD), top, np.minimum(bottom, top))
        below = np.where((lowest > HELD) | (rest < -HELD), bottom, top)
        panels = replace(
            p,
            row_low=np.where(multipliers > HELD, p.row_high, p.row_low),
            row_high=np.where(multipliers < -HELD, p.row_low, p.row_high),
            low=np.where(rest > HELD, p.high, p.low),
            high=np.where(rest < -HELD, p.low, p.high),
        )
        low, high = np.minimum(above, below), np.maximum(above, below)
        return Extremes(highest, lowest, multipliers, panels, u * p.panel_size / int(p.sizes.sum()), low, high)


class LowestTop(Mixtures):
    """Minimise u with x_t <= n_t u among mixtures x of listed panels: the variables are u and the panels' weights."""

    side = -1

    def solve(self) -> tuple[float, FloatArray]:
        """Give u, and y >= 0 with Σ n_t y_t = 1 and y·panel >= u for all panels listed; a panel worth less lowers u."""
        answer = self._model.solve()
        return float(answer.x[0]), np.maximum(answer.duals[1:], 0.0)
