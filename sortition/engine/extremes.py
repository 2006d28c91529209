"""The linear program of the highest and the lowest chance: u >= x_t / n_t >= l, weighed against each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sortition.engine.polytope import Polytope
from sortition.engine.product import Region
from sortition.errors import SolverError
from sortition.model import FloatArray
from sortition.solver import INFINITY, LinearModel, Program

TANGENTS = 100
"""Tangents of 1/l that may be needed; no pool tried has needed more than 20."""
AGREE = 1e-10
"""Relative gap between tangents and curve at which the last tangent was enough."""
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
    face: Region
    """All optimal marginals."""


def best_extremes(polytope: Polytope, gamma: float) -> Extremes:
    """Minimise u + γ s over the polytope, with u >= (n/k) x_t / n_t >= l for everybody and s >= 1 / l.

    The lower bound is asked of everybody who can be drawn; with γ = 0 of nobody. Tangents s >= 2 / l₀ - l / l₀² stand
    in for the curve; each optimum's l gives the next (Kelley's method).
    """
    program = _Program(polytope, gamma)
    low = 1.0
    for number in range(TANGENTS):
        if gamma > 0:
            program.add_tangent(number, low)
        u, low, s = program.solve()
        if gamma == 0 or abs(1 / low - s) <= AGREE / low:
            break
    else:
        raise SolverError("the best highest and lowest chance were not found; no lottery was made")
    return program.extremes(u, low)


class _Program:
    """Variables: u, l, s, then x."""

    def __init__(self, polytope: Polytope, gamma: float) -> None:
        self._polytope = polytope
        rows, classes = polytope.rows.shape
        self._rows, self._classes, self._gamma = rows, classes, gamma
        self._even = polytope.sizes * (polytope.panel_size / polytope.sizes.sum())
        self._asked = (polytope.high > 0) & (gamma > 0)
        self._matrix = np.zeros((rows + 2 * classes + TANGENTS, 3 + classes))
        self._matrix[:rows, 3:] = polytope.rows
        self._matrix[rows : rows + classes] = np.hstack([-self._even[:, None], np.zeros((classes, 2)), np.eye(classes)])
        second = slice(rows + classes, rows + 2 * classes)
        self._matrix[second, 3:], self._matrix[second, 1] = np.eye(classes), np.where(self._asked, -self._even, 0.0)
        self._model = LinearModel(self._program())

    def _program(self) -> Program:
        classes, p = self._classes, self._polytope
        none, open_ = np.zeros(classes), np.full(classes, INFINITY)
        unused = np.full(TANGENTS, INFINITY)
        return Program(
            cost=np.concatenate([[1.0, 0.0, self._gamma], none]),
            matrix=self._matrix,
            row_low=np.concatenate([p.row_low, -open_, none, -unused]),
            row_high=np.concatenate([p.row_high, none, open_, unused]),
            low=np.concatenate([np.zeros(3), p.low]),
            high=np.concatenate([[INFINITY, INFINITY, INFINITY], p.high]),
            integer=np.zeros(3 + classes, dtype=bool),
        )

    def add_tangent(self, number: int, low: float) -> None:
        """Add s + l / l₀² >= 2 / l₀, times l₀."""
        row = self._rows + 2 * self._classes + number
        self._model.set_coefficient(row, 2, low)
        self._model.set_coefficient(row, 1, 1 / low)
        self._model.set_row(row, 2.0, INFINITY)

    def solve(self) -> tuple[float, float, float]:
        answer = self._model.solve()
        if not answer.feasible:
            raise SolverError("marginals that every quota allows were not found again; no lottery was made")
        self._duals, self._x = answer.duals, answer.x[3:]
        u, low, s = answer.x[:3].tolist()
        return u, low if self._gamma == 0 else max(low, 1e-9), s

    def extremes(self, u: float, low: float) -> Extremes:
        """Give the optimum, its proof, and by complementary slackness all other optima."""
        rows, classes, p = self._rows, self._classes, self._polytope
        duals = self._duals
        highest = np.maximum(-duals[rows : rows + classes], 0.0)
        lowest = np.where(self._asked, np.maximum(duals[rows + classes : rows + 2 * classes], 0.0), 0.0)
        multipliers = -duals[:rows]
        rest = lowest - highest - p.rows.T @ multipliers  # the classes' own bounds hold the rest
        top, bottom = self._even * u, np.where(self._asked, self._even * low, 0.0)
        at_high = np.where(highest > HELD, top, np.where((rest > HELD), p.high, np.inf))
        at_low = np.where(lowest > HELD, bottom, np.where((rest < -HELD), p.low, -np.inf))
        upper, lower = np.minimum(p.high, top), np.maximum(p.low, bottom)
        upper = np.where(np.isfinite(at_low), at_low, upper)
        lower = np.where(np.isfinite(at_high), at_high, np.minimum(lower, upper))
        face = Region(
            sizes=p.sizes,
            rows=p.rows.astype(np.float64),
            row_low=np.where(multipliers > HELD, p.row_high, p.row_low),
            row_high=np.where(multipliers < -HELD, p.row_low, p.row_high),
            low=np.minimum(lower, upper),
            high=np.maximum(lower, upper),
        )
        return Extremes(highest, lowest, multipliers, face)
