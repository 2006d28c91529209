"""Is a vector of marginals a mixture of the panels found so far? If not, which prices would a missing panel beat?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sortition.errors import SolverError
from sortition.messages import phrase
from sortition.model import FloatArray

CENTRING = 0.1
"""Least part of the complementarity that a step aims to keep."""
STEP_BACK = 0.995
"""How far towards the boundary an interior-point step may go."""
TRY_MIXTURE = 0.1
"""Excess of Σ weights below which the weights are tried as an exact mixture; then at each tenth of it."""
OUTSIDE = 1e-6
"""Excess of the dual bound over 1 from which a vector is taken to be no mixture of the panels given."""
RIDGE = 1e-11
"""Added to the unit diagonal of the normal equations: quotas that every panel meets exactly make them singular."""
SHIFTS = 15
"""Steps in which weights are moved to an exact mixture, at most."""
FAR = 0.9
"""How far towards the first weight that would vanish such a step may go."""
SLOWEST = 0.8
"""Part of the error that may be left after two such steps, or no more are tried."""
MIXED = 1e-10
"""Relative error of the marginals below which a mixture of panels counts as exact."""
ITERATIONS = 100
"""More interior-point steps than any pool tried has needed (under 40)."""


@dataclass(frozen=True, eq=False)
class Cover:
    """The cheapest way of covering marginals with panels: minimise Σ weights with Σ weights·panel >= x."""

    total: float
    """Σ weights: 1 exactly if x is a mixture of the panels, more if not."""
    weights: FloatArray
    """Shape (panels,)."""
    prices: FloatArray
    """Shape (classes,): y >= 0 with y·panel <= 1 for all panels given and y·x = `total`; a panel worth more than 1
    would lower the total."""
    exact: bool
    """Whether the weights mix the panels to x, with an error below `MIXED` for everybody."""


def cover(panels: NDArray[np.integer], x: FloatArray, tolerance: float) -> Cover:
    """Cover marginals by panels, with a primal-dual interior-point method on dense normal equations.

    The method is Mehrotra's predictor-corrector (SIAM J. Optim. 2, 1992, 575–601). One step costs a product of
    (classes × panels) matrices, whatever the number of people.

    Parameters
    ----------
    panels
        Shape (panels, classes): compositions, without seats for classes with x = 0.
    x
        Shape (classes,): marginals; Σ x is the panel size. Every class with x > 0 must be in some panel.
    tolerance
        Relative gap at which to stop.

    Returns
    -------
    Cover
        With the duality gap below the tolerance, or as small as floating point allows.

    Raises
    ------
    SolverError
        The normal equations broke down.
    """
    at = np.flatnonzero(x > 0)
    matrix = panels[:, at].T / x[at][:, None]
    weights, prices, mixed = _interior_point(matrix, tolerance)
    prices = prices / max(1.0, float((matrix.T @ prices).max()))
    full = np.zeros(len(x))
    full[at] = prices / x[at]
    return Cover(1.0 if mixed else max(1.0, float(prices.sum())), weights, full, mixed)


def mixture(panels: NDArray[np.integer], x: FloatArray, start: FloatArray) -> FloatArray | None:
    """Mix panels to marginals, beginning with weights that nearly do.

    Affine scaling (Dikin 1967): each step is the least change, relative to the weights, that would mend everything at
    once, taken as far as all weights stay positive. From weights near a mixture one or two steps are enough.

    Parameters
    ----------
    panels
        Shape (panels, classes): compositions, without seats for classes with x = 0.
    x
        Shape (classes,): marginals; Σ x is the panel size. Every class with x > 0 must be in some panel.
    start
        Shape (panels,): weights > 0 that sum to about 1.

    Returns
    -------
    FloatArray or None
        Weights > 0, shape (panels,), whose error is below `MIXED` for everybody; None if these steps lead to none.

    Raises
    ------
    SolverError
        The normal equations broke down.
    """
    at = np.flatnonzero(x > 0)
    return _shifted(panels[:, at].T / x[at][:, None], start)


def _interior_point(matrix: FloatArray, tolerance: float) -> tuple[FloatArray, FloatArray, bool]:
    """Minimise Σ w with matrix w >= 1, w >= 0; give w, the duals of the rows, and whether w is an exact mixture."""
    rows, columns = matrix.shape
    w = np.full(columns, 2.0 / max(matrix.mean() * columns, 1e-9))
    s = np.maximum(matrix @ w - 1, 0.5)
    y = np.full(rows, 0.5 / max(matrix.sum(axis=0).max(), 1e-9))
    d = np.maximum(1 - matrix.T @ y, 0.1)
    attempt = TRY_MIXTURE
    for _ in range(ITERATIONS):
        primal, dual = 1 - matrix @ w + s, 1 - matrix.T @ y - d
        mu = (w @ d + y @ s) / (rows + columns)
        gap = abs(w.sum() - y.sum()) / (1 + abs(y.sum()))
        if gap < tolerance and np.abs(primal).max() < tolerance and np.abs(dual).max() < tolerance:
            break
        if y.sum() > 1 + OUTSIDE and mu < tolerance and np.abs(dual).max() < tolerance:
            break
        if abs(w.sum() - 1) < attempt and np.abs(primal).max() < attempt:
            attempt /= 10
            mixed = _shifted(matrix, w)
            if mixed is not None:
                return mixed, y, True
        newton = _Newton(matrix, w, s, y, d)
        dw, dy, dd, ds = newton.direction(primal, dual, -w * d, -y * s)
        a, b = _reach(w, dw, s, ds), _reach(y, dy, d, dd)
        ahead = ((w + a * dw) @ (d + b * dd) + (y + b * dy) @ (s + a * ds)) / (rows + columns)
        centre = max((ahead / mu) ** 3, CENTRING * min(1.0, mu)) * mu
        dw, dy, dd, ds = newton.direction(primal, dual, centre - w * d - dw * dd, centre - y * s - dy * ds)
        a, b = min(1.0, STEP_BACK * _reach(w, dw, s, ds)), min(1.0, STEP_BACK * _reach(y, dy, d, dd))
        if max(a, b) < 1e-8:
            break
        w, s, y, d = w + a * dw, s + a * ds, y + b * dy, d + b * dd
    return w, y, False


class _Newton:
    """The linear system of one interior-point step, reduced to the rows."""

    def __init__(self, matrix: FloatArray, w: FloatArray, s: FloatArray, y: FloatArray, d: FloatArray) -> None:
        self._matrix, self._w, self._s, self._y, self._d = matrix, w, s, y, d
        scaled = matrix * np.sqrt(w / d)
        normal = scaled @ scaled.T  # of one array and itself, which takes half the time
        normal[np.diag_indices(len(y))] += s / y
        self._normal = normal

    def direction(
        self, primal: FloatArray, dual: FloatArray, wd: FloatArray, ys: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Give the changes of w, y, d and s that mend the residuals; wd and ys are those of complementarity."""
        right = primal + self._matrix @ ((self._w * dual - wd) / self._d) + ys / self._y
        dy = _solved(self._normal, right)
        dd = dual - self._matrix.T @ dy
        return (wd - self._w * dd) / self._d, dy, dd, (ys - self._s * dy) / self._y


def _solved(normal: FloatArray, right: FloatArray) -> FloatArray:
    """Solve a positive definite system, scaled to a unit diagonal first."""
    scale = 1 / np.sqrt(np.diag(normal))
    scaled = normal * scale[:, None] * scale
    try:
        scaled[np.diag_indices(len(scale))] += RIDGE
        solution: FloatArray = scale * np.linalg.solve(scaled, scale * right)
    except np.linalg.LinAlgError as error:
        raise SolverError(phrase("the normal equations of the panel mixture are singular")) from error
    return solution


def _reach(a: FloatArray, da: FloatArray, b: FloatArray, db: FloatArray) -> float:
    """Give the longest step, at most 1 / `STEP_BACK`, that keeps a and b positive."""
    ratio = max(float((-da / a).max()), float((-db / b).max()), 1e-12)
    return min(1 / STEP_BACK, 1 / ratio)


def _shifted(matrix: FloatArray, weights: FloatArray) -> FloatArray | None:
    """Move weights so that every row is met with equality, if that succeeds soon."""
    errors = [np.inf, np.inf]
    for _ in range(SHIFTS):
        missing = 1 - matrix @ weights
        errors.append(float(np.abs(missing).max()))
        if errors[-1] < MIXED / 10:
            return weights
        if errors[-1] > SLOWEST * errors[-3]:
            break
        scaled = matrix * weights
        change = weights * (scaled.T @ _solved(scaled @ scaled.T, missing))
        weights = weights + min(1.0, FAR / max(float((-change / weights).max()), 1e-12)) * change
    return weights if errors[-1] < MIXED else None
