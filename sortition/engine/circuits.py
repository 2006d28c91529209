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
Bits = NDArray[np.uint8]

MOST_CIRCUITS = 100_000
"""Exchanges looked at, at most, of the classes chosen."""
THINNED = 8_000
"""Exchanges weighed in one round, about: evenly spaced among all, from a random start."""
LIKELY = 0.25
"""Panels able to take an exchange, as estimated, below which it is left out of the choice."""
CHANGES = np.arange(-2, 3, dtype=np.float32)[None, :, None]
"""By how much an exchange can change a quota's people."""
ROUND = [[(start + step) % 8 for step in range(8)] for start in range(8)]
FIRST_BIT = np.array([[next((bit for bit in row if byte >> 7 - bit & 1), 0) for byte in range(256)] for row in ROUND])
"""Shape (8, 256): the first panel among eight, counted round from one of them, whose bit stands in a byte."""


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
    pairs = _in_groups(random.permutation(pairs), difference)
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


def _in_groups(pairs: Places, labels: NDArray[np.int64]) -> Places:
    """Bring places with equal labels together, in the order in which they stand.

    The last digits of the labels make room for the places: what is sorted are whole numbers, no two alike, which is
    many times faster. Labels that differ in these only are told apart where places are paired up.
    """
    bits = len(pairs).bit_length()
    keys = (labels[pairs] >> bits << bits) + np.arange(len(pairs))
    keys.sort()
    together: Places = pairs[keys & ((1 << bits) - 1)]
    return together


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
    """What exchanges among some classes need to know of every panel, a bit a panel."""

    def __init__(
        self,
        face: Polytope,
        panels: IntArray,
        classes: Places,
        tight: NDArray[np.bool_],
        random: np.random.Generator,
    ) -> None:
        self.classes = classes
        # a cut with room is left out: whole panels that meet the quotas meet it by themselves
        loose = np.flatnonzero(~tight[: len(tight) - len(face.row_line)])
        self._face, self._loose = face, face.rows[loose].astype(np.float32)
        self.circuits = circuits(face.rows[tight][:, classes], random)
        self._effect = _effect(face.rows[loose][:, classes], self.circuits)
        self._low, self._high = (bound[loose, None].astype(np.float32) for bound in (face.row_low, face.row_high))
        self._panels = len(panels)
        self.look(panels)
        self.admit()

    def bar(self, exchanges: Places) -> None:
        """Leave exchanges that no panel could take out of the choice."""
        self._open[exchanges] = False

    def admit(self) -> None:
        """Admit all exchanges again, but for those that hardly any panel could take, as things stand."""
        leaving = np.unpackbits(self._may_leave, axis=1, count=self._panels).astype(np.float32)
        expected = (leaving @ leaving.T)[self.circuits.out[0], self.circuits.out[1]]
        able = np.unpackbits(self._room, axis=2, count=self._panels).mean(axis=2, dtype=np.float32)
        for row, effect in zip(able, self._effect, strict=True):
            expected *= row[effect]
        self._open = expected >= LIKELY

    def look(self, panels: IntArray) -> None:
        """Look at all panels."""
        seats = panels.T[self.classes]
        low, high = (bound[self.classes, None] for bound in (self._face.low, self._face.high))
        nobody = np.ones((1, len(panels)), dtype=bool)
        self._may_leave = np.packbits(np.vstack([seats > low, nobody]), axis=1)
        self._may_come = np.packbits(np.vstack([seats < high, nobody]), axis=1)
        self._room = np.packbits(self._rooms(panels), axis=2)

    def refresh(self, panels: IntArray, changed: Places, exchanges: Places) -> None:
        """Look again at panels in which exchanges (or their reverse) were made, at one each."""
        place = np.concatenate([self.circuits.out[:, exchanges], self.circuits.into[:, exchanges]])
        panel = np.broadcast_to(changed, place.shape)[place < len(self.classes)]
        place = place[place < len(self.classes)]
        at = self.classes[place]
        seats = panels[panel, at]
        _put(self._may_leave, place, panel, seats > self._face.low[at])
        _put(self._may_come, place, panel, seats < self._face.high[at])
        room = self._room.reshape(-1, self._may_leave.shape[1])
        rooms = self._rooms(panels[changed]).reshape(len(room), len(changed))
        _put(room, np.arange(len(room))[:, None], changed, rooms)

    def _rooms(self, panels: IntArray) -> NDArray[np.bool_]:
        """Tell by how much each loose row of panels may change, shape (rows, 5, panels)."""
        activity = self._loose @ panels.T.astype(np.float32)
        up, down = (self._high - activity)[:, None, :], (activity - self._low)[:, None, :]
        rooms: NDArray[np.bool_] = (up >= CHANGES) & (down >= -CHANGES)
        return rooms

    def thinned(self, random: np.random.Generator) -> Places:
        """Choose some of the exchanges, all where they are few."""
        admitted = np.flatnonzero(self._open)
        return (
            admitted[int(random.integers(stride)) :: stride]
            if (stride := -(-len(admitted) // THINNED)) > 1
            else admitted
        )

    @cached_property
    def _by_leaver(self) -> tuple[NDArray[np.uint16], Places]:
        """Give the leavers of all exchanges in order, and the exchanges."""
        leaver = self.circuits.out.ravel().astype(np.uint16)  # which are sorted faster
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
        exchanges: Places,
        random: np.random.Generator,
        reverse: bool = False,
        among: Bits | None = None,
    ) -> Places:
        """Find a panel for each exchange (or its reverse) that can take it, if any can (of those whose bit is set).

        Each exchange begins to look at another panel, so that they do not all find the same. Shape (exchanges,); -1
        where none can.
        """
        out, into = self.circuits.out[:, exchanges], self.circuits.into[:, exchanges]
        if reverse:
            out, into = into, out
        able = self._may_leave[out[0]] & self._may_leave[out[1]] & self._may_come[into[0]] & self._may_come[into[1]]
        for room, effect in zip(self._room, self._effect[:, exchanges], strict=True):
            able &= room[4 - effect if reverse else effect]
        if among is not None:
            able &= among
        every, width = np.arange(len(able)), able.shape[1]
        there = able > 0
        onwards = there & (np.arange(width) >= random.integers(width, size=(len(able), 1)))
        byte = onwards.argmax(axis=1)
        byte = np.where(onwards[every, byte], byte, there.argmax(axis=1))
        held = able[every, byte]
        return np.where(held > 0, 8 * byte + FIRST_BIT[random.integers(8, size=len(able)), held], -1)

    def moves(self, exchanges: Places) -> tuple[Places, NDArray[np.int32]]:
        """Give the classes that exchanges change, and by how much: shape (exchanges, 4), by 0 where it is nobody."""
        at = np.concatenate([self.circuits.out[:, exchanges], self.circuits.into[:, exchanges]]).T
        real = at < len(self.classes)
        by = np.where(real, np.array([-1, -1, 1, 1], dtype=np.int32), 0)
        return self.classes[np.where(real, at, 0)], by


def _put(bits: Bits, row: Places, panel: Places, value: NDArray[np.bool_]) -> None:
    """Set bits of rows of a table, a bit a panel; in place."""
    byte = (row * bits.shape[1] + panel // 8).ravel()
    bit = np.broadcast_to((128 >> (panel % 8)).astype(np.uint8), value.shape).ravel()
    np.bitwise_and.at(bits.reshape(-1), byte, ~bit)
    np.bitwise_or.at(bits.reshape(-1), byte, bit * value.ravel())


def _effect(rows: NDArray[np.int64], exchanges: Circuits) -> NDArray[np.int8]:
    """Give how each exchange changes each row (shape (rows, exchanges)), from -2 to 2, as a place from 0 to 4."""
    one = np.pad(rows, ((0, 0), (0, 1))).astype(np.int8)
    into, out = exchanges.into, exchanges.out
    effect: NDArray[np.int8] = 2 + one[:, into[0]] + one[:, into[1]] - one[:, out[0]] - one[:, out[1]]
    return effect
