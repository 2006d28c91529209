"""The linear programs of one leximin level: raise the least chance of all people whose chance is not settled yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sortition.engine.mixtures import Mixtures
from sortition.engine.polytope import Polytope
from sortition.errors import SolverError
from sortition.messages import phrase
from sortition.model import FloatArray
from sortition.solver import INFINITY, LinearModel, Program

MISSED = 1e-9
"""How far beyond its bounds, relative to its size, a class may be before they are made rows."""


@dataclass(frozen=True, eq=False)
class LevelAnswer:
    """The optimum of a level."""

    chance: float
    """z: what everybody who is not settled can have at least."""
    x: FloatArray
    """Shape (variables,): the optimal marginals, or weights of panels."""
    weights: FloatArray
    """Shape (classes,), over panels only: dual y >= 0 of x_t >= n_t z, or of x_t >= settled chance; Σ y_t n_t over
    unsettled t is 1."""
    multipliers: FloatArray
    """Shape (rows of the feasible set,): duals, positive where the row's upper bound holds the level down."""


class PolytopeLevels:
    """Maximise z with x_t >= n_t z for every unsettled class t and x_t >= n_t v_t for those settled at v_t.

    The variables are z and, class by class, what x_t is beyond n_t z, or x_t itself once that is settled: so the
    polytope's rows are the only ones. Bounds of an x_t that is not settled become a row where an optimum misses them.

    Parameters
    ----------
    polytope
        The marginals x among which to choose.
    careful
        Whether to spend twice the time on numbers that are as precise as can be.
    """

    def __init__(self, polytope: Polytope, careful: bool = False) -> None:
        self._polytope = polytope
        self._rows = polytope.rows.astype(np.float64)
        self._spread = polytope.sizes.astype(np.float64)
        """Shape (classes,): how much x grows with z beside the class's own variable."""
        self._column = self._rows @ self._spread
        """Shape (rows,): coefficients of z."""
        self._own: dict[int, int] = {}
        """Classes whose bounds are a row, with its number."""
        count = len(self._spread)
        cost = np.zeros(1 + count)
        cost[0] = -1.0
        self._model = LinearModel(
            Program(
                cost=cost,
                matrix=np.column_stack([self._column, self._rows]),
                row_low=polytope.row_low,
                row_high=polytope.row_high,
                low=np.zeros(1 + count),
                high=np.append(INFINITY, polytope.high.astype(np.float64)),
                integer=np.zeros(1 + count, dtype=bool),
            ),
            plain=not careful,
        )

    def settle(self, at: int, seats: float) -> None:
        """Ask only x_at >= seats of a class from now on."""
        self._spread[at] = 0.0  # what that changes in the rows follows when all that is to be settled is
        if at in self._own:
            self._model.set_coefficient(self._own[at], 0, 0.0)
        low = max(seats, float(self._polytope.low[at]))
        self._model.set_variable(1 + at, low, float(self._polytope.high[at]))

    def highest(self) -> float:
        """Give the highest chance that the level can have; 0 also where nothing meets the rows."""
        answer = self._solved()
        return answer.chance if answer else 0.0

    def solve(self) -> LevelAnswer:
        """Solve for the next level.

        Raises
        ------
        SolverError
            The settled chances cannot be had together, within the solver's tolerance.
        """
        answer = self._solved()
        if answer is None:
            raise SolverError(phrase("settled chances could not be had together; no lottery was made"))
        return answer

    def _solved(self) -> LevelAnswer | None:
        low, high = self._polytope.low, self._polytope.high
        column = self._rows @ self._spread
        for row in np.flatnonzero(column != self._column).tolist():
            self._model.set_coefficient(row, 0, float(column[row]))
        self._column = column
        while True:
            answer = self._model.solve()
            if not answer.feasible:
                return None
            x = self._spread * answer.x[0] + answer.x[1:]
            slack = MISSED * np.maximum(1.0, high)
            outside = (self._spread > 0) & ((x > high + slack) | (x < low - slack))
            missed = [at for at in np.flatnonzero(outside).tolist() if at not in self._own]
            if not missed:
                return LevelAnswer(float(answer.x[0]), x, np.empty(0), -answer.duals[: len(self._rows)])
            for at in missed:
                self._bound(at)

    def _bound(self, at: int) -> None:
        """Make the bounds of a class a row."""
        weights = np.zeros(1 + len(self._spread))
        weights[0], weights[1 + at] = self._spread[at], 1.0
        self._own[at] = self._model.add_row(weights)
        self._model.set_row(self._own[at], float(self._polytope.low[at]), float(self._polytope.high[at]))


class PanelLevels(Mixtures):
    """The same among the mixtures of listed panels: the variables are z and the panels' weights."""

    side = 1

    def settle(self, at: int, seats: float) -> None:
        """Ask only x_at >= seats of a class from now on."""
        self._model.set_coefficient(1 + at, 0, 0.0)
        self._model.set_row(1 + at, seats, INFINITY)

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
            weights=np.maximum(answer.duals[1:], 0.0),
            multipliers=-answer.duals[:1],
        )
