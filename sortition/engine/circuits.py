"""Exchanges of one or two people between a panel and those outside it that keep every quota, found by arithmetic alone.

Putting b in the place of a changes the rows by the difference of their columns. Two such exchanges whose differences on
the tight rows cancel keep every tight row, whatever the panel; there are thousands of them in an ordinary pool, and any
panel that has the right people in and out can take one. So totals are mended (see
`mending`) without looking for panels at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sortition.engine.polytope import Polytope
from sortition.model import IntArray

Places = NDArray[np.intp]

MOST_CIRCUITS = 100_000
"""Exchanges looked at, at most, of the classes chosen."""
THINNED = 25_000
"""Exchanges weighed in one round, about: evenly spaced among all, from a random start."""
LIKELY = 0.25
"""Panels able to take an exchange, as estimated, below which it is left out of the choice."""


@dataclass(frozen=True, eq=False)
class Circuits:
    """Exchanges of at most two people, as places in a list of classes; the place beyond its end stands for nobody."""

    out: NDArray[np.int32]
    """Shape (2, exchanges): who leaves."""
    into: NDArray[np.int32]
    """Shape (2, exchanges): who comes."""


def circuits(rows: NDArray[np.int64], random: np.random.Generator) -> Circuits:
    """List exchanges that leave all rows as they are.

    Parameters
    ----------
    rows
        Shape (rows, classes): columns of the tight rows.
    random
        Source of the labels that differences are told apart by, and of the choice where there are too many.

    Returns
    -------
    Circuits
        All single exchanges, and of the double ones at most `MOST_CIRCUITS`.
    """
    count = rows.shape[1]
    # differences with equal labels (modulo 2^64) are equal, but for a chance of 1 in 2^62 for two that are not
    label = random.integers(-(2**62), 2**62, size=len(rows)) @ rows
    difference = (label[None, :] - label[:, None]).ravel()
    one, other = np.divmod(np.arange(count * count), count)
    # each pair once, the way round in which its label is positive: the other way is the reverse
    pairs = np.flatnonzero((difference > 0) | ((difference == 0) & (one < other)))
    pairs = pairs[np.lexsort((random.permutation(len(pairs)), difference[pairs]))]
    one, other, difference = one[pairs], other[pairs], difference[pairs]
    first, second = _within_groups(difference)
    single = difference == 0
    nobody = np.full(2 * int(single.sum()), count)
    out = [
        np.concatenate([one[first], other[first], one[single], other[single]]),
        np.concatenate([other[second], one[second], nobody]),
    ]
    into = [
        np.concatenate([other[first], one[first], other[single], one[single]]),
        np.concatenate([one[second], other[second], nobody]),
    ]
    # somebody who both leaves and comes, or would twice: not an exchange of two
    proper = (out[0] != out[1]) & (into[0] != into[1]) & (out[0] != into[1]) & (into[0] != out[1])
    return Circuits(np.array(out, dtype=np.int32)[:, proper], np.array(into, dtype=np.int32)[:, proper])


def _within_groups(keys: NDArray[np.int64]) -> tuple[Places, Places]:
    """Pair up places of equal keys (sorted), near ones first, until there are `MOST_CIRCUITS`."""
    starts = np.flatnonzero(np.diff(keys, prepend=keys[:1] - 1))
    sizes = np.diff(np.append(starts, len(keys)))
    ends = np.repeat(starts + sizes, sizes)
    place = np.arange(len(keys))
    firsts: list[Places] = []
    seconds: list[Places] = []
    total = 0
    for apart in range(1, int(sizes.max(initial=1))):
        place = place[place + apart < ends[place]]
        firsts.append(place)
        seconds.append(place + apart)
        total += 2 * len(place)
        if total >= MOST_CIRCUITS:
            break
    empty = np.empty(0, dtype=np.intp)
    return np.concatenate([*firsts, empty]), np.concatenate([*seconds, empty])


class Exchanges:
    """What exchanges among some classes need to know of every panel."""

    def __init__(
        self,
        face: Polytope,
        panels: IntArray,
        classes: Places,
        tight: NDArray[np.bool_],
        random: np.random.Generator,
    ) -> None:
        self.classes = classes
        self._face, self._loose = face, face.rows[~tight]
        self._effect = np.pad(self._loose[:, classes], ((0, 0), (0, 1))).astype(np.int32)
        self.circuits = circuits(face.rows[tight][:, classes], random)
        self._low, self._high = face.row_low[~tight], face.row_high[~tight]
        everyone = np.ones((len(classes) + 1, len(panels)), dtype=bool)
        self._may_leave, self._may_come = everyone, everyone.copy()
        self._up = np.empty((len(self._loose), len(panels)))
        self._down = np.empty_like(self._up)
        self.refresh(panels, range(len(panels)))
        self.admit()

    def bar(self, exchanges: Places) -> None:
        """Leave exchanges that no panel could take out of the choice."""
        self._open[exchanges] = False

    def admit(self) -> None:
        """Admit all exchanges again, but for those that hardly any panel could take, as things stand."""
        leaving = self._may_leave.astype(np.float32)
        expected = (leaving @ leaving.T)[self.circuits.out[0], self.circuits.out[1]]
        for row, effect in enumerate(self._effect):
            by = effect[self.circuits.into].sum(axis=0) - effect[self.circuits.out].sum(axis=0)
            able = [np.mean((change <= self._up[row]) & (-change <= self._down[row])) for change in range(-2, 3)]
            expected *= np.array(able, dtype=np.float32)[by + 2]
        self._open = expected >= LIKELY

    def refresh(self, panels: IntArray, changed: set[int] | range) -> None:
        """Look at panels again that were changed."""
        at = np.fromiter(changed, dtype=np.intp)
        seats = panels[np.ix_(at, self.classes)].T
        self._may_leave[:-1, at] = seats > self._face.low[self.classes, None]
        self._may_come[:-1, at] = seats < self._face.high[self.classes, None]
        activity = self._loose @ panels[at].T
        self._up[:, at] = self._high[:, None] - activity
        self._down[:, at] = activity - self._low[:, None]

    def thinned(self, random: np.random.Generator) -> Places:
        """Choose some of the exchanges, all where they are few."""
        admitted = np.flatnonzero(self._open)
        return (
            admitted[int(random.integers(stride)) :: stride]
            if (stride := -(-len(admitted) // THINNED)) > 1
            else admitted
        )

    @cached_property
    def _by_leaver(self) -> tuple[NDArray[np.int32], Places]:
        """Give the leavers of all exchanges in order, and the exchanges."""
        leaver = self.circuits.out.ravel()
        order = np.argsort(leaver, kind="stable")
        return leaver[order], order % max(1, self.circuits.out.shape[1])

    def leaving(self, classes: Places, random: np.random.Generator, each: int) -> tuple[Places, Places]:
        """Choose so many exchanges at random in which people of each class leave; give them, and for which they are."""
        place = np.searchsorted(self.classes, classes)
        there = (place < len(self.classes)) & (self.classes[np.minimum(place, len(self.classes) - 1)] == classes)
        first, last = (np.searchsorted(self._by_leaver[0], place, side) for side in ("left", "right"))
        usable = np.flatnonzero(there & (last > first))
        which = np.repeat(usable, each)
        offset = random.integers(0, 2**40, size=len(which)) % (last - first)[which]
        return self._by_leaver[1][first[which] + offset], which

    def panels_for(
        self,
        out: NDArray[np.int32],
        into: NDArray[np.int32],
        random: np.random.Generator,
        among: NDArray[np.bool_] | None = None,
    ) -> list[tuple[int, int]]:
        """Find a panel for each exchange, if any (of some) can take it, as pairs (number of the exchange, panel)."""
        able = self._may_leave[out[0]] & self._may_leave[out[1]] & self._may_come[into[0]] & self._may_come[into[1]]
        effect = self._effect[:, into].sum(axis=1) - self._effect[:, out].sum(axis=1)
        for row, by in enumerate(effect):
            able &= (by[:, None] <= self._up[row]) & (-by[:, None] <= self._down[row])
        if among is not None:
            able &= among
        turn = int(random.integers(able.shape[1]))
        panel = (np.roll(able, -turn, axis=1).argmax(axis=1) + turn) % able.shape[1]
        return [(number, int(panel[number])) for number in np.flatnonzero(able.any(axis=1)).tolist()]

    def moves(self, out: NDArray[np.int32], into: NDArray[np.int32]) -> tuple[Places, NDArray[np.int32]]:
        """Give the classes that an exchange changes, and by how much."""
        at, by = np.concatenate([out, into]), np.array([-1, -1, 1, 1], dtype=np.int32)
        real = at < len(self.classes)
        return self.classes[at[real]], by[real]
