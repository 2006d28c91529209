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

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from sortition.engine.search import PanelSearch
from sortition.errors import SolverError
from sortition.fairness.marginals import Marginals
from sortition.messages import phrase
from sortition.model import Classes, IntArray

Floats = NDArray[np.float32]
ATTEMPTS = 700
"""Attempts, a ticket found, after which the method is given up."""
PATIENCE = 20_000
"""Attempts before it is given up at all: what has found next to nothing by then would take minutes."""
BATCH = 500
"""Panels attempted at a time."""
NOT_URGENT = 1e-12
"""Less than any part of the people left that a value can need."""
BLOCKS = 8
"""Parts into which the classes are laid, to find the one that a lot falls on without adding up all of them."""


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
        none = -len(classes.members) % BLOCKS  # classes without anybody, so that the blocks have one length
        matrix = np.pad(classes.matrix.astype(np.float32), ((0, 0), (0, none)))
        self._sizes = np.pad(classes.sizes, (0, none)).astype(np.float32)
        self._quotas, self._homes = np.split(matrix, [classes.quota_rows])
        self._low, self._high = (
            bound[: classes.quota_rows].astype(np.float32) for bound in (classes.low, classes.high)
        )
        self._sharing: NDArray[np.bool_] = self._homes.max(axis=0, initial=0) > 0
        homes = classes.high[classes.quota_rows :].astype(np.float32) @ self._homes
        self._each: Floats = self._sizes / np.maximum(homes, 1)
        """Shape (classes,): of classes that share households, their people in each."""
        self._with = np.vstack([self._quotas > 0, self._sizes > 0]).astype(np.float32)
        """Shape (quotas + 1, classes): who has a value; last, everybody."""

    def attempts(self, count: int, random: np.random.Generator) -> IntArray:
        """Try to draw so many panels; give those that meet every quota, in the order of the attempts."""
        open_to = 1 - self._with[:-1][self._high == 0].max(axis=0, initial=0)
        state = _Attempts(
            seats=np.zeros((count, len(self._sizes)), dtype=np.int32),
            left=np.tile(self._sizes * open_to, (count, 1)),
            held=np.zeros((count, len(self._low)), dtype=np.float32),
        )
        for _ in range(self._classes.panel_size):
            need, people = self._low - state.held, state.left @ self._with.T
            alive = (need <= people[:, :-1]).all(axis=1) & (people[:, -1] > 0)
            state, need, people = state.of(alive), need[alive], people[alive]
            at = _picked(state.left * self._with[self._wanted(need, people[:, :-1], random)], random)
            self._seat(state, at)
        panels = state.seats[:, : len(self._classes.members)]
        valid: IntArray = panels[self._classes.valid(panels)]
        return valid

    def _seat(self, state: _Attempts, at: NDArray[np.intp]) -> None:
        """Seat a person of one class in each panel; they, their housemates and everybody with a full value are out."""
        every = np.arange(len(at))
        state.seats[every, at] += 1
        state.left[every, at] -= ~self._sharing[at]
        sharing = np.flatnonzero(self._sharing[at])
        if len(sharing):
            gone = self._each * (self._homes[:, at[sharing]].T @ self._homes)
            state.left[sharing] = np.maximum(state.left[sharing] - gone, 0)
        held, open_before = state.held, state.held < self._high
        held += self._quotas[:, at].T
        for panel, full in zip(*np.nonzero(open_before & (held >= self._high)), strict=True):
            state.left[panel] *= 1 - self._with[full]

    def _wanted(self, need: Floats, people: Floats, random: np.random.Generator) -> NDArray[np.intp]:
        """Give the most urgent value, one of the most urgent drawn by lot; one past the last, if none is urgent."""
        none_urgent = np.full((len(need), 1), NOT_URGENT, dtype=np.float32)
        urgency = np.concatenate([np.maximum(need, 0) / np.maximum(people, 1), none_urgent], axis=1)
        lots = (urgency == urgency.max(axis=1, keepdims=True)) * (1 - random.random(urgency.shape))
        wanted: NDArray[np.intp] = lots.argmax(axis=1)
        return wanted


@dataclass(frozen=True, eq=False)
class _Attempts:
    """Panels on their way."""

    seats: IntArray
    """Shape (panels, classes)."""
    left: Floats
    """Shape (panels, classes): people who may still be picked."""
    held: Floats
    """Shape (panels, quotas): seats of each value."""

    def of(self, which: NDArray[np.bool_]) -> _Attempts:
        """Drop all panels but these."""
        return self if which.all() else _Attempts(self.seats[which], self.left[which], self.held[which])


def _picked(among: Floats, random: np.random.Generator) -> NDArray[np.intp]:
    """Pick the class of one person, each person being equally likely: first every BLOCKS-th class, then one of them."""
    every, blocks = np.arange(len(among)), among.reshape(len(among), BLOCKS, among.shape[1] // BLOCKS)
    upto = blocks.sum(axis=1).cumsum(axis=1)
    lots = np.floor(random.random((len(among), 1)) * upto[:, -1:]).astype(np.float32)
    column = (upto > lots).argmax(axis=1)
    of_column = blocks[every, :, column].cumsum(axis=1)
    lots -= (upto[every, column] - of_column[:, -1])[:, None]
    picked: NDArray[np.intp] = (of_column > lots).argmax(axis=1) * blocks.shape[2] + column
    return picked
