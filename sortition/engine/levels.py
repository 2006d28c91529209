"""The linear program of one leximin level: raise the least chance of all people whose chance is not settled yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sortition.engine.polytope import Polytope
from sortition.errors import SolverError
from sortition.messages import phrase
from sortition.model import FloatArray, IntArray
from sortition.solver import INFINITY, LinearModel, Program


@dataclass(frozen=True, eq=False)
class LevelAnswer:
    """The optimum of a `LevelProgram`."""

    chance: float
    """z: what everybody who is not settled can have at least."""
    x: FloatArray
    """Shape (variables,): the optimal point, without z."""
    weights: FloatArray
    """Shape (classes,): dual y >= 0 of x_t >= n_t z, or of x_t >= settled chance; Σ y_t n_t over unsettled t is 1."""
    multipliers: FloatArray
    """Shape (rows of the feasible set,): duals, positive where the row's upper bound holds the level down."""


class LevelProgram:
    """Maximise z with x_t >= n_t z for every unsettled class t and x_t >= n_t v_t for those settled at v_t.

    x is `spread` times the variables, weights of listed panels; or without it the variables themselves.
    """

    def __init__(
        self,
        base: NDArray[np.float64],
        low: FloatArray,
        high: FloatArray,
        bounds: tuple[FloatArray, FloatArray],
        spread: NDArray[np.float64] | None,
        sizes: IntArray,
    ) -> None:
        rows, classes = len(base), len(sizes)
        matrix = np.zeros((rows + classes, 1 + base.shape[1]))
        matrix[:rows, 1:], matrix[rows:, 0] = base, -sizes
        if spread is None:
            np.fill_diagonal(matrix[rows:, 1:], 1.0)
        else:
            matrix[rows:, 1:] = spread
        cost = np.zeros(matrix.shape[1])
        cost[0] = -1.0
        self._rows, self._classes = rows, classes
        self._model = LinearModel(
            Program(
                cost=cost,
                matrix=matrix,
                row_low=np.concatenate([low, np.zeros(classes)]),
                row_high=np.concatenate([high, np.full(classes, INFINITY)]),
                low=np.concatenate([[0.0], bounds[0]]),
                high=np.concatenate([[INFINITY], bounds[1]]),
                integer=np.zeros(len(cost), dtype=bool),
            )
        )

    @classmethod
    def over(cls, polytope: Polytope) -> LevelProgram:
        """Make the program over the points of a polytope."""
        bounds = polytope.low.astype(np.float64), polytope.high.astype(np.float64)
        base = polytope.rows.astype(np.float64)
        return cls(base, polytope.row_low, polytope.row_high, bounds, None, polytope.sizes)

    @classmethod
    def among(cls, panels: IntArray, sizes: IntArray) -> LevelProgram:
        """Make the program over the mixtures of listed panels."""
        one, count = np.ones(1), len(panels)
        bounds = np.zeros(count), np.full(count, INFINITY)
        return cls(np.ones((1, count)), one, one, bounds, panels.T.astype(np.float64), sizes)

    def settle(self, at: int, seats: float) -> None:
        """Ask only x_at >= seats of a class from now on."""
        self._model.set_coefficient(self._rows + at, 0, 0.0)
        self._model.set_row(self._rows + at, seats, INFINITY)

    def add_panels(self, panels: IntArray) -> None:
        """Let more panels into the mixtures."""
        matrix = np.concatenate([np.ones((1, len(panels))), panels.T.astype(np.float64)])
        self._model.add_columns(matrix, np.zeros(len(panels)))

    def highest(self) -> float:
        """Give the highest chance that the level can have; 0 also where nothing meets the rows."""
        answer = self._model.solve()
        return float(answer.x[0]) if answer.feasible else 0.0

    def solve(self) -> LevelAnswer:
        """Solve for the next level.

        Raises
        ------
        SolverError
            The settled chances cannot be had together, within the solver's tolerance.
        """
        answer = self._model.solve()
        if not answer.feasible:
            raise SolverError(phrase("settled chances could not be had together; no lottery was made"))
        return LevelAnswer(
            chance=float(answer.x[0]),
            x=answer.x[1:],
            weights=np.maximum(answer.duals[self._rows :], 0.0),
            multipliers=-answer.duals[: self._rows],
        )
