"""The point of a polytope at which the product of people's chances is largest."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sortition.errors import SolverError
from sortition.messages import phrase
from sortition.model import FloatArray, IntArray
from sortition.solver import INFINITY, LinearModel, Program

CENTRING = 0.1
"""Part of the complementarity that a step aims to keep."""
STEP_BACK = 0.99
"""How far towards the boundary a step may go."""
ITERATIONS = 200
SMALL = 1e-13
"""Complementarity at which the interior-point method ends; the objective is of size 1."""
THIN = 1e-14
"""Least slack of a bound that is reckoned with: regions may be so thin that a bound holds throughout."""
TINY = 1e-100
HOPE = 1e-7
"""Seats below which a class is taken to have none."""
MET = 1e-9
"""How far (relative to their size) rows may be missed."""
FLAT = 1e-12
"""Part of the largest eigenvalue below which the normal equations say nothing: rows that repeat others."""
POLISHES = 8
"""Newton steps on the face that the interior-point method ends at."""


@dataclass(frozen=True, eq=False)
class Region:
    """Vectors x over the classes with low <= x <= high and row_low <= rows x <= row_high, all of them real numbers."""

    sizes: IntArray
    """Shape (classes,): number of people."""
    rows: FloatArray
    """Shape (rows, classes)."""
    row_low: FloatArray
    row_high: FloatArray
    low: FloatArray
    """Shape (classes,): equal to `high` for classes that are fixed."""
    high: FloatArray


@dataclass(frozen=True, eq=False)
class Centre:
    """The optimum over a `Region`."""

    x: FloatArray
    """Shape (classes,)."""
    multipliers: FloatArray
    """Shape (rows,): n_t / x_t = Σ_r multiplier_r rows_rt where no bound of the class itself holds it; positive where
    the row's upper bound holds."""


def largest_product(region: Region) -> Centre:
    """Maximise Σ n_t log x_t by a primal-dual interior-point method.

    With v = rows x held between the rows' bounds, one Newton step on the optimality conditions (perturbed towards the
    centre) reduces to as many linear equations as there are rows: (R D⁻¹ Rᵀ + E) dλ = r, where D and E are the
    diagonals of the second derivatives in x and 1 / those in v. Boyd and Vandenberghe, Convex Optimization (2004),
    section 11.7. At the end the bounds that hold are taken as equations and Newton's method makes them exact.

    Parameters
    ----------
    region
        With a point at which every class with sizes > 0 and high > 0 has x > 0.

    Returns
    -------
    Centre
        x meets all bounds; of classes with high = 0 nothing is asked.

    Raises
    ------
    SolverError
        The method did not come to an end.
    """
    inner = _Interior(region)
    for _ in range(ITERATIONS):
        if inner.complementarity < SMALL and inner.missed < MET / 100:
            break
        inner.step()
    if inner.missed > MET:
        raise SolverError(phrase("the largest product of chances was not found; no lottery was made"))
    plain = Centre(inner.x, inner.multipliers)
    return _polished(region, plain, inner) or plain


def without_the_hopeless(region: Region) -> Region:
    """Fix the classes at 0 that are 0 everywhere in a region.

    Maximise Σ min(x_t, 1) over the classes not known to be positive: averages of points are points, so that those left
    at 0 when nothing is gained any more are 0 in all of them.
    """
    rows, classes = region.rows.shape
    unknown = (region.low <= 0) & (region.high > 0)
    model = LinearModel(
        Program(
            cost=np.zeros(2 * classes),
            matrix=np.block([[region.rows, np.zeros((rows, classes))], [np.eye(classes), -np.eye(classes)]]),
            row_low=np.concatenate([region.row_low - THIN, np.zeros(classes)]),
            row_high=np.concatenate([region.row_high + THIN, np.full(classes, INFINITY)]),
            low=np.concatenate([region.low, np.zeros(classes)]),
            high=np.concatenate([region.high, np.ones(classes)]),
            integer=np.zeros(2 * classes, dtype=bool),
        )
    )
    while unknown.any():
        model.set_costs(np.concatenate([np.zeros(classes), -unknown.astype(np.float64)]))
        answer = model.solve()
        if not answer.feasible:
            raise SolverError(phrase("optimal marginals were not found again; no lottery was made"))
        seen = unknown & (answer.x[classes:] > HOPE)
        if not seen.any():
            break
        unknown &= ~seen
    return replace(region, high=np.where(unknown, 0.0, region.high), low=np.where(unknown, 0.0, region.low))


class _Interior:
    """A point on its way to the optimum, with the duals of rows and bounds."""

    def __init__(self, region: Region) -> None:
        self.rows, self.low, self.high = region.rows, region.low, region.high
        self.free = region.high > region.low
        self.weights = np.where(region.high > 0, region.sizes, 0.0)
        self.scale = float(max(1.0, self.weights[self.free].sum()))
        self.weights = self.weights / self.scale
        self.x = np.where(self.free, (region.low + region.high) / 2, region.low)
        self.moving = region.row_high > region.row_low
        self.row_size = np.maximum(1.0, np.abs(region.rows) @ region.high)
        self.v = _between(region.row_low, region.row_high, region.rows @ self.x)
        self.bounds = [
            _Barrier(np.where(self.free & (region.low > 0), region.low, -np.inf), 1.0),
            _Barrier(np.where(self.free, region.high, np.inf), -1.0),
        ]
        self.row_bounds = [
            _Barrier(np.where(self.moving, region.row_low, -np.inf), 1.0),
            _Barrier(np.where(self.moving, region.row_high, np.inf), -1.0),
        ]
        self.duals = np.zeros(len(region.rows))
        for barrier, at in self._barriers():
            barrier.start(at)

    def _barriers(self) -> list[tuple[_Barrier, FloatArray]]:
        return [*((each, self.x) for each in self.bounds), *((each, self.v) for each in self.row_bounds)]

    @property
    def multipliers(self) -> FloatArray:
        """Duals of the rows for Σ n_t log x_t."""
        return self.duals * self.scale

    @property
    def complementarity(self) -> float:
        """The largest product of a slack and its dual."""
        return max(barrier.most(at) for barrier, at in self._barriers())

    @property
    def missed(self) -> float:
        """By how much rows x differs from v, relative to the row's size."""
        return float((np.abs(self.rows @ self.x - self.v) / self.row_size).max(initial=0.0))

    def step(self) -> None:
        """Move by one Newton step towards a tenth of the complementarity."""
        pairs = self._barriers()
        count = sum(barrier.count for barrier, _ in pairs)
        mu = CENTRING * sum(barrier.total(at) for barrier, at in pairs) / max(1, count)
        pull = sum((each.pull(self.x, mu) for each in self.bounds), np.zeros_like(self.x))
        bend = sum((each.bend(self.x) for each in self.bounds), np.zeros_like(self.x))
        at = np.where(self.free, self.x, 1.0)
        gradient = self.weights / at + pull - self.rows.T @ self.duals
        loose = np.where(self.free, 1 / np.maximum(self.weights / at**2 + bend, TINY), 0.0)
        row_pull = self.duals + sum((each.pull(self.v, mu) for each in self.row_bounds), np.zeros_like(self.v))
        row_bend = sum((each.bend(self.v) for each in self.row_bounds), np.zeros_like(self.v))
        row_loose = np.where(self.moving, 1 / np.maximum(row_bend, TINY), 0.0)
        missing = self.v - self.rows @ self.x
        right = self.rows @ (loose * gradient) - row_loose * row_pull - missing
        normal = (self.rows * loose) @ self.rows.T + np.diag(row_loose)
        change = _solved(normal, right)
        dx, dv = loose * (gradient - self.rows.T @ change), row_loose * (row_pull + change)
        moves = [*((each, self.x, dx) for each in self.bounds), *((each, self.v, dv) for each in self.row_bounds)]
        hurry = max(_hurry(dx[self.free], self.x[self.free]), *(barrier.hurry(at, by) for barrier, at, by in moves))
        dual_hurry = max(barrier.dual_hurry(at, by, mu) for barrier, at, by in moves)
        length, dual_length = min(1.0, STEP_BACK / hurry), min(1.0, STEP_BACK / dual_hurry)
        for barrier, at, by in moves:
            barrier.move(at, by, mu, dual_length)
        self.x, self.v = self.x + length * dx, self.v + length * dv
        self.duals = self.duals + dual_length * change


class _Barrier:
    """Bounds on one side of some variables, with their duals; the side is 1 for lower bounds and -1 for upper ones."""

    def __init__(self, limits: FloatArray, side: float) -> None:
        self.on = np.isfinite(limits)
        self.count = int(self.on.sum())
        self._limits, self._side = limits[self.on], side
        self.dual: FloatArray = np.zeros(self.count)

    def start(self, at: FloatArray) -> None:
        self.dual = np.minimum(0.1 / np.maximum(self.slack(at), 1e-9), 10.0)

    def slack(self, at: FloatArray) -> FloatArray:
        slack: FloatArray = np.maximum(self._side * (at[self.on] - self._limits), THIN)
        return slack

    def most(self, at: FloatArray) -> float:
        return float((self.slack(at) * self.dual).max(initial=0.0))

    def total(self, at: FloatArray) -> float:
        return float(self.slack(at) @ self.dual)

    def _spread(self, values: FloatArray) -> FloatArray:
        full = np.zeros(len(self.on))
        full[self.on] = values
        return full

    def pull(self, at: FloatArray, mu: float) -> FloatArray:
        """How hard the barrier pushes away from the bounds."""
        return self._spread(self._side * mu / self.slack(at))

    def bend(self, at: FloatArray) -> FloatArray:
        """Its second derivative, by the duals."""
        return self._spread(self.dual / self.slack(at))

    def hurry(self, at: FloatArray, by: FloatArray) -> float:
        """How many times a move would use up the slack that it uses most of."""
        return _hurry(self._side * by[self.on], self.slack(at))

    def _change(self, at: FloatArray, by: FloatArray, mu: float) -> FloatArray:
        slack = self.slack(at)
        change: FloatArray = (mu - self.dual * self._side * by[self.on]) / slack - self.dual
        return change

    def dual_hurry(self, at: FloatArray, by: FloatArray, mu: float) -> float:
        """The same for the duals' own move."""
        return _hurry(self._change(at, by, mu), self.dual)

    def move(self, at: FloatArray, by: FloatArray, mu: float, length: float) -> None:
        self.dual = self.dual + length * self._change(at, by, mu)

    def holds(self, at: FloatArray) -> NDArray[np.bool_]:
        """Tell which bounds hold at the optimum: those whose dual is not small where their slack is."""
        full = np.zeros(len(self.on), dtype=bool)
        full[self.on] = self.slack(at) < self.dual
        return full


def _hurry(move: FloatArray, left: FloatArray) -> float:
    """Give the largest part of what is left (all positive) that a move takes away; not 0, to divide by."""
    return float((-move / np.maximum(left, TINY)).max(initial=TINY))


def _between(low: FloatArray, high: FloatArray, wanted: FloatArray) -> FloatArray:
    """Give points strictly between bounds (on them where they are equal), near those wanted."""
    width = np.where(np.isfinite(high - low), high - low, 1.0)
    return np.clip(wanted, low + width / 4, high - width / 4)


def _solved(normal: FloatArray, right: FloatArray) -> FloatArray:
    """Solve normal equations whose matrix may be singular, with the least answer."""
    size = np.diag(normal)
    scale = np.where(size > 0, 1 / np.sqrt(np.where(size > 0, size, 1.0)), 0.0)
    scaled = normal * scale[:, None] * scale
    values, vectors = np.linalg.eigh(scaled)
    kept = values > FLAT * max(1.0, values[-1])
    inverse = (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
    answer = inverse @ (scale * right)
    answer = answer + inverse @ (scale * right - scaled @ answer)
    solved: FloatArray = scale * answer
    return solved


def _polished(region: Region, start: Centre, inner: _Interior) -> Centre | None:
    """Take the bounds that hold as equations and make the answer exact; None if that contradicts the other bounds."""
    at_low, at_high = (barrier.holds(inner.x) for barrier in inner.bounds)
    x = np.where(at_low, region.low, np.where(at_high, region.high, start.x))
    row_low, row_high = (barrier.holds(inner.v) for barrier in inner.row_bounds)
    fixed = ~inner.moving | row_low | row_high
    rows, free = region.rows[fixed], inner.free & ~at_low & ~at_high
    wanted = np.where(row_low, region.row_low, region.row_high)[fixed]
    weights = inner.weights * inner.scale
    duals = start.multipliers[fixed]
    for _ in range(POLISHES):
        gradient = np.where(free, weights / np.where(free, x, 1.0) - rows.T @ duals, 0.0)
        loose = np.where(free & (weights > 0), x**2 / np.maximum(weights, TINY), 0.0)
        change = _solved((rows * loose) @ rows.T, rows @ (loose * gradient) - (wanted - rows @ x))
        move = loose * (gradient - rows.T @ change)
        if (free & (x + move <= 0)).any():
            return None
        x, duals = x + move, duals + change
    multipliers = np.zeros(len(region.rows))
    multipliers[fixed] = duals
    activity, slack = region.rows @ x, MET * inner.row_size
    inside = (activity >= region.row_low - slack).all() and (activity <= region.row_high + slack).all()
    near = MET * np.maximum(1.0, region.sizes)
    if not inside or (x < region.low - near).any() or (x > region.high + near).any():
        return None
    return Centre(np.clip(x, region.low, region.high), multipliers)
