"""Many compositions at once, each walked by exchanges of people into bounds of its own.

All scores are multiples of 1/1024 that single precision holds exactly, so that sums do not depend on the order in which
a machine adds, and the same seed gives the same compositions everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

GRAIN = 1024.0
"""Scores are multiples of 1 / GRAIN."""
HEAT = np.float32(4.0)
"""How much one violated seat counts against the noise of a choice."""
INSIST = np.float32(0.125)
"""How much more a row counts after each step that left it violated."""
WEIGHT_LIMIT = np.float32(64.0)
"""The most that a row can come to count, so that scores stay exact."""
BARRED = np.float32(2.0**20)
"""More than any score, and subtracted from those of classes of which nobody may move."""

CROWD = 16
"""Seats by which a chain misses its rows for each person moved at once: large panels start far off."""
LARGEST_MOVE = 64
NOISE = 2**16
"""Numbers of noise made once, or four times as many as there are classes: each chain reads on from another place."""


@cache
def _gumbel(length: int) -> Floats:
    """Give numbers with the Gumbel distribution: adding them to scores samples by their exponentials."""
    quantiles = (np.arange(NOISE) + 0.5) / NOISE
    # no quantile lies so near the middle of two multiples that the last bit of a machine's logarithm could matter
    table = grained(-np.log(-np.log(quantiles)), limit=np.inf)
    random = np.random.Generator(np.random.PCG64(length))
    return np.concatenate([random.permutation(table) for _ in range(-(-length // NOISE))])


@dataclass(eq=False)
class Chains:
    """Compositions on their way into their bounds."""

    seats: Floats
    """Shape (chains, classes)."""
    low: Floats
    high: Floats
    """Shape (classes,): bounds of the seats, kept at every step."""
    row_low: Floats
    row_high: Floats
    """Shape (rows,): bounds of the rows, missed at first."""
    size: int
    """The sum wanted."""
    prior: Floats
    """Shape (classes,): log-odds with which classes are put in."""
    insist: Floats
    """Shape (chains, rows): how much each row counts."""

    def keep(self, which: NDArray[np.bool_]) -> None:
        """Drop all chains but these."""
        self.seats, self.insist = self.seats[which], self.insist[which]

    def extend(self, seats: Floats) -> None:
        """Begin more chains beside those that go on."""
        self.seats = np.concatenate([self.seats, seats])
        fresh = np.ones((len(seats), self.insist.shape[1]), dtype=np.float32)
        self.insist = np.concatenate([self.insist, fresh])

    def step(self, rows: Floats, random: np.random.Generator) -> NDArray[np.bool_]:
        """Exchange one person in every chain that misses a bound.

        Parameters
        ----------
        rows
            Shape (rows, classes).
        random
            The source of the noise.

        Returns
        -------
        Array
            Shape (chains,): which chains meet all bounds; these are left as they are.
        """
        activity = self.seats @ rows.T
        missed = _missed(activity, self.row_low, self.row_high)
        total = self.seats.sum(axis=1)
        done: NDArray[np.bool_] = ~missed.any(axis=1) & (total == self.size)
        if done.all():
            return done
        self.insist = np.minimum(self.insist + INSIST * (missed > 0), WEIGHT_LIMIT)
        crowd = np.clip(missed.sum(axis=1) // CROWD, 1, LARGEST_MOVE).astype(np.intp)
        self._move(np.flatnonzero(~done & (total >= self.size)), -1, crowd, activity, rows, random)
        short = self.size - self.seats.sum(axis=1)
        crowd = np.clip(short, 1, LARGEST_MOVE).astype(np.intp)
        self._move(np.flatnonzero(~done & (short > 0)), 1, crowd, activity, rows, random)
        return done

    def _move(
        self,
        which: NDArray[np.intp],
        change: int,
        crowd: NDArray[np.intp],
        activity: Floats,
        rows: Floats,
        random: np.random.Generator,
    ) -> None:
        """Take people out of (or put them into) each chain named, by heat-bath on the rows missed; in place.

        One person at a time, or as many as `crowd` (shape (chains,)) says where a chain is still far off.
        """
        if not len(which):
            return
        now, bounds = activity[which], (self.row_low, self.row_high)
        worse: Floats = HEAT * self.insist[which] * (_missed(now + np.float32(change), *bounds) - _missed(now, *bounds))
        scores: Floats = _noise((len(which), rows.shape[1]), random) - worse @ rows
        if (many := crowd[which]).max() > 1:
            self._pick_many(which, change, scores, many)
            activity[which] = self.seats[which] @ rows.T
            return
        moved, best = self._pick(which, change, scores)
        activity[moved] += np.float32(change) * rows.T[best]

    def _pick_many(self, which: NDArray[np.intp], change: int, scores: Floats, many: NDArray[np.intp]) -> None:
        """Move one person of each of the best-scored classes, so many in each chain."""
        self._rule_out(which, change, scores)
        most, width = min(int(many.max()), scores.shape[1]), 1 << scores.shape[1].bit_length()
        # whole numbers, no two of a chain alike, which every machine sorts alike
        keys = (-GRAIN * scores.astype(np.float64)).astype(np.int64) * width + np.arange(scores.shape[1])
        keys.sort(axis=1)
        best = keys[:, :most] & (width - 1)
        chosen = (np.arange(most) < many[:, None]) & (np.take_along_axis(scores, best, axis=1) > -BARRED / 2)
        chain, place = np.nonzero(chosen)
        self.seats[which[chain], best[chain, place]] += change

    def _rule_out(self, which: NDArray[np.intp], change: int, scores: Floats) -> None:
        """Add the chains' preferences to scores, and bar the classes of which nobody may move."""
        if change > 0:
            scores += self.prior
        seats = self.seats[which]
        # subtracted rather than put there: a choice that depends on the data is many times slower than arithmetic
        scores -= BARRED * (seats >= self.high if change > 0 else seats <= self.low)

    def _pick(self, which: NDArray[np.intp], change: int, scores: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Move one person of the best-scored class that may move; give the chains and classes moved."""
        self._rule_out(which, change, scores)
        best = scores.argmax(axis=1)
        free = scores[np.arange(len(best)), best] > -BARRED / 2
        self.seats[which[free], best[free]] += change
        return which[free], best[free]


def started(target: NDArray[np.float64], low: Floats, high: Floats, random: np.random.Generator) -> Floats:
    """Round targets (shape (chains, classes)) up or down so that each class is right on average.

    Systematic sampling in random order: the sum is right too, before bounds are imposed.
    """
    order = _orders(target.shape, random)
    ends = np.cumsum(np.take_along_axis(target, order, axis=1), axis=1) + random.random((len(target), 1))
    whole = np.diff(np.floor(ends), axis=1, prepend=0.0)
    seats = np.empty(target.shape, dtype=np.float32)
    np.put_along_axis(seats, order, whole.astype(np.float32), axis=1)
    clipped: Floats = np.clip(seats, low, high)
    return clipped


def _orders(shape: tuple[int, int], random: np.random.Generator) -> NDArray[np.int64]:
    """Give an order of the classes for each chain: of whole numbers, no two alike, which every sort sorts alike."""
    width = 1 << shape[1].bit_length()
    keys = random.integers(0, 2**62 // width, size=shape) * width + np.arange(shape[1])
    keys.sort(axis=1)
    return keys & (width - 1)


def _noise(shape: tuple[int, int], random: np.random.Generator) -> Floats:
    """Give Gumbel noise: the best of scores with it is sampled by their exponentials. Not to be written to."""
    chains, classes = shape
    source = _gumbel(max(NOISE, 4 << classes.bit_length()))
    free = len(source) - classes
    start = int(random.integers(0, free // 2))
    noise: Floats = np.lib.stride_tricks.sliding_window_view(source, classes)[start :: free // (2 * chains)][:chains]
    return noise


def grained(scores: NDArray[np.float64], limit: float = 12.0) -> Floats:
    """Round scores, cut off at a limit, to multiples that single precision adds exactly."""
    whole: Floats = (np.round(np.clip(scores, -limit, limit) * GRAIN) / GRAIN).astype(np.float32)
    return whole


def _missed(activity: Floats, low: Floats, high: Floats) -> Floats:
    missed: Floats = np.maximum(np.maximum(low - activity, activity - high), 0)
    return missed
