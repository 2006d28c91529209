"""Legacy: the greedy method that most draws in the UK used, for comparison only. It guarantees nothing.

One panel at a time: take the value whose unfilled lowest seats are the largest part of the people left who have it,
pick one of these people at random, leave out that person's housemates and everybody with a value that is now full, and
go on; once all lowest seats are filled pick among everybody left; begin again where no panel comes of it (Flanigan and
others, Nature 596 (2021), supplementary information, call it Legacy). Its panels meet the quotas, but nobody has set
out, let alone proved, what chances people have; they are estimated here from the panels drawn, which are the tickets.

Ties between values, and the seats beyond the lowest, are left to chance: nothing depends on the order in which values
are listed.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from sortition.engine.search import PanelSearch
from sortition.errors import SolverError
from sortition.fairness.marginals import Marginals
from sortition.messages import phrase
from sortition.model import Classes, FloatArray, IntArray

ATTEMPTS = 1000
"""Attempts, a ticket found, after which the method is given up."""
PATIENCE = 20_000
"""Attempts before it is given up at all."""
BATCH = 500
"""Panels attempted at a time."""


def legacy(search: PanelSearch, classes: Classes, tickets: int) -> Marginals:
    """Draw the tickets one by one, and count what chances that gave.

    Parameters
    ----------
    search
        The means of finding panels; a source of random numbers.
    classes
        People and quotas.
    tickets
        How many panels to draw.

    Raises
    ------
    SolverError
        The method found too few panels; that proves nothing about whether there are any.
    """
    search.reach()
    greedy, random = _Greedy(classes), search.random()
    drawn: IntArray = np.empty((0, len(classes.members)), dtype=np.int32)
    attempts = 0
    while len(drawn) < tickets:
        if attempts >= max(PATIENCE, ATTEMPTS * len(drawn)):
            raise SolverError(
                phrase(
                    "the legacy method was given up: {attempts:,} attempts gave {panels:,} panels",
                    attempts=attempts,
                    panels=len(drawn),
                )
            )
        drawn, attempts = np.concatenate([drawn, greedy.attempts(BATCH, random)]), attempts + BATCH
        search.progress(
            phrase("panels, greedily"),
            phrase("{panels:,} of {tickets:,}", panels=len(drawn), tickets=tickets),
            min(1.0, len(drawn) / tickets),
        )
    panels = drawn[:tickets]
    polytope = search.polytope
    chances = tuple(Fraction(0) if high == 0 else None for high in polytope.high.tolist())
    return Marginals(panels.mean(axis=0), chances, (), polytope, panels=panels)


class _Greedy:
    """The method, many panels side by side; row i of every array belongs to panel i."""

    def __init__(self, classes: Classes) -> None:
        self._classes = classes
        self._quotas = classes.matrix[: classes.quota_rows].astype(np.float64)
        self._low, self._high = classes.low[: classes.quota_rows], classes.high[: classes.quota_rows]
        self._homes = classes.matrix[classes.quota_rows :].astype(np.float64)
        sharing = self._homes.any(axis=0)
        counts = classes.high[classes.quota_rows :].astype(np.float64)
        self._sharing, self._rooms = sharing, np.where(sharing, counts @ self._homes, classes.caps)

    def attempts(self, count: int, random: np.random.Generator) -> IntArray:
        """Try to draw so many panels; give those that meet every quota, in the order of the attempts."""
        seats = np.zeros((count, len(self._classes.members)))
        for _ in range(self._classes.panel_size):
            left = self._left(seats)
            need, people = self._low - seats @ self._quotas.T, left @ self._quotas.T
            alive = (need <= people).all(axis=1) & (left.sum(axis=1) > 0)
            seats, left, need, people = seats[alive], left[alive], need[alive], people[alive]
            at = _picked(left * self._wanted(need, people, random), random)
            seats[np.arange(len(seats)), at] += 1
        panels = seats.astype(np.int32)
        valid: IntArray = panels[self._classes.valid(panels)]
        return valid

    def _left(self, seats: FloatArray) -> FloatArray:
        """Count the people of each class who may still be picked: without full values, members and their housemates."""
        taken = np.where(self._sharing, (seats @ self._homes.T) @ self._homes, seats)
        full = (seats @ self._quotas.T >= self._high).astype(np.float64)
        people = self._classes.sizes * (self._rooms - taken) / self._rooms
        left: FloatArray = np.where(full @ self._quotas > 0, 0.0, np.maximum(people, 0.0))
        return left

    def _wanted(self, need: FloatArray, people: FloatArray, random: np.random.Generator) -> NDArray[np.bool_]:
        """Tell which classes have the most urgent value, one of the most urgent drawn by lot; all, if none is."""
        urgency = np.where((need > 0) & (people > 0), need / np.maximum(people, 1.0), 0.0)
        most = urgency.max(axis=1, keepdims=True, initial=0.0)
        lots = np.where(urgency == most, random.random(urgency.shape), -1.0)
        chosen = lots.argmax(axis=1)
        wanted: NDArray[np.bool_] = (self._quotas[chosen] > 0) | (most == 0)
        return wanted


def _picked(among: FloatArray, random: np.random.Generator) -> NDArray[np.intp]:
    """Pick the class of one person, each person being equally likely."""
    upto = among.cumsum(axis=1)
    lots = np.floor(random.random((len(among), 1)) * upto[:, -1:])
    picked: NDArray[np.intp] = (upto > lots).argmax(axis=1)
    return picked
