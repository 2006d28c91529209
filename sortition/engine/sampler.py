"""Hundreds of panels at once: systematic sampling, then exchanges of people until every quota holds.

All scores are multiples of 1/1024 that single precision holds exactly, so that sums do not depend on the order in which
a machine adds, and the same seed gives the same panels everywhere.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sortition.engine.polytope import Polytope
from sortition.model import FloatArray, IntArray

GRAIN = 1024.0
"""Scores are multiples of 1 / GRAIN."""
HEAT = 4.0
"""How much one violated seat counts against the noise of a choice."""
INSIST = 0.125
"""How much more a row counts after each step that left it violated."""
WEIGHT_LIMIT = 64.0
"""The most that a row can come to count, so that scores stay exact."""


def _gumbel_table() -> NDArray[np.float32]:
    """Tabulate the Gumbel distribution at 65,536 quantiles: adding it to scores samples by their exponentials."""
    quantiles = ((index + 0.5) / 65536 for index in range(65536))
    return np.array([round(-math.log(-math.log(q)) * GRAIN) / GRAIN for q in quantiles], dtype=np.float32)


class Sampler:
    """A source of random panels near a target composition."""

    def __init__(self, polytope: Polytope, seed: int) -> None:
        rows = polytope.rows[1:]
        self._polytope = polytope
        self._rows = rows.astype(np.float32)
        self._columns = np.ascontiguousarray(self._rows.T)
        self._row_low = polytope.row_low[1:].astype(np.float32)
        self._row_high = polytope.row_high[1:].astype(np.float32)
        self._low, self._high = polytope.low.astype(np.float32), polytope.high.astype(np.float32)
        self._random = np.random.Generator(np.random.PCG64(seed))
        self._noise = _gumbel_table()

    def panels(
        self, target: FloatArray, count: int, *, batch: int = 512, steps: int = 200, tilt: FloatArray | None = None
    ) -> IntArray:
        """Look for valid compositions whose mean is near a target.

        Parameters
        ----------
        target
            Shape (classes,): the composition wanted on average; it need not be valid or whole.
        count
            How many to look for; fewer come back where they are hard to find.
        batch
            How many are sought at a time.
        steps
            How many exchanges to try at most.
        tilt
            Shape (classes,): classes to prefer where the quotas leave a choice, in units of the noise.

        Returns
        -------
        IntArray
            Shape (any, classes): different valid compositions in a fixed order, checked in whole numbers.
        """
        prior = np.log(np.maximum(target, 1e-6)) / 2 + (0.0 if tilt is None else tilt)
        prior = (np.round(np.maximum(prior, -12.0) * GRAIN) / GRAIN).astype(np.float32)
        panels, found, total, started = self._start(target, min(batch, count)), [], 0, min(batch, count)
        weights = np.ones((len(panels), len(self._row_low)), dtype=np.float32)
        for _ in range(steps):
            activity = panels @ self._columns
            done = ~self._violated(activity).any(axis=1) & (panels.sum(axis=1) == self._polytope.panel_size)
            if done.any():
                found.append(panels[done])
                total += int(done.sum())
                fresh = self._start(target, min(int(done.sum()), max(0, count - started)))
                started += len(fresh)
                panels = np.concatenate([panels[~done], fresh])
                weights = np.concatenate([weights[~done], np.ones((len(fresh), weights.shape[1]), dtype=np.float32)])
                activity = panels @ self._columns
            if total >= count or not len(panels):
                break
            weights = np.minimum(weights + INSIST * (self._violated(activity) > 0), WEIGHT_LIMIT)
            self._exchange(panels, activity, weights, prior)
        return self._checked(found)

    def _start(self, target: FloatArray, count: int) -> NDArray[np.float32]:
        """Round the target up or down so that each class is right on average (systematic sampling)."""
        order = np.argsort(self._random.random((count, len(target))), axis=1, kind="stable")
        ends = np.cumsum(target[order], axis=1) + self._random.random((count, 1))
        seats = np.diff(np.floor(ends), axis=1, prepend=0.0)
        panels = np.empty(seats.shape, dtype=np.float32)
        np.put_along_axis(panels, order, seats.astype(np.float32), axis=1)
        return np.clip(panels, self._low, self._high)

    def _violated(self, activity: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give by how many seats each row is missed."""
        missed: NDArray[np.float32] = np.maximum(np.maximum(self._row_low - activity, activity - self._row_high), 0)
        return missed

    def _exchange(
        self,
        panels: NDArray[np.float32],
        activity: NDArray[np.float32],
        weights: NDArray[np.float32],
        prior: NDArray[np.float32],
    ) -> None:
        """Take one person out of each full panel and put one into each that is not, both by heat-bath; in place."""
        size = self._polytope.panel_size
        full = np.flatnonzero(panels.sum(axis=1) >= size)
        if len(full):
            scores = self._scores(activity[full], weights[full], -1.0)
            scores[panels[full] <= self._low] = -np.inf
            self._move(panels, activity, full, scores, -1.0)
        short = np.flatnonzero(panels.sum(axis=1) < size)
        if len(short):
            scores = self._scores(activity[short], weights[short], 1.0) + prior
            scores[panels[short] >= self._high] = -np.inf
            self._move(panels, activity, short, scores, 1.0)

    def _scores(self, activity: NDArray[np.float32], weights: NDArray[np.float32], step: float) -> NDArray[np.float32]:
        """Score each class by how much one person more (or less) of it mends the rows, plus noise."""
        change = weights * (self._violated(activity + np.float32(step)) - self._violated(activity))
        mended = change @ self._rows
        noise = self._noise[self._random.integers(0, 65536, size=mended.shape, dtype=np.uint16)]
        scores: NDArray[np.float32] = noise - np.float32(HEAT) * mended
        return scores

    def _move(
        self,
        panels: NDArray[np.float32],
        activity: NDArray[np.float32],
        which: NDArray[np.intp],
        scores: NDArray[np.float32],
        step: float,
    ) -> None:
        """Move one person of the best-scored class in each panel named, where any may move."""
        best = scores.argmax(axis=1)
        free = scores[np.arange(len(best)), best] > -np.inf
        panels[which[free], best[free]] += step
        activity[which[free]] += step * self._columns[best[free]]

    def _checked(self, found: list[NDArray[np.float32]]) -> IntArray:
        if not found:
            return np.empty((0, len(self._low)), dtype=np.int32)
        panels = np.unique(np.concatenate(found).astype(np.int32), axis=0)
        valid: IntArray = panels[self._polytope.holds(panels)]
        return valid
