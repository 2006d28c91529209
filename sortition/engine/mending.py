"""A list of panels whose totals are brought to those wanted, by exchanges of people and, where these end, of panels.

All costs are multiples of 2^-20, so that sums are exact and the choice is the same on every machine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sortition.engine.circuits import Bits, Exchanges, Places
from sortition.engine.pairs import Pairs
from sortition.engine.polytope import Polytope
from sortition.engine.totals import Totals
from sortition.model import IntArray

MOST_CLASSES = 700
"""Classes among which exchanges are sought at a time."""
TRIED = 128
"""Best exchanges of a round for which panels are sought."""
RENEWED = 24
"""Rounds after which exchanges given up are admitted again, and other classes chosen where they are too many."""
WARMTH = 0.01
"""How much worse an exchange may make the totals after each further round without gain."""
HOTTEST = 6
"""Rounds after which it begins to cool again."""
PATIENCE = 36
"""Rounds without any gain after which exchanges are given up."""
LEAPS = 8
"""How often whole panels are exchanged then, and what that spoils mended."""
LEAPT = 32
"""Panels of each kind among which the one to exchange is sought."""
VARIED = 1024
"""Exchanges with which copies of panels are varied at a time."""
VARYING = 3
"""How often that is done at most."""
PARTING = 12
"""How often pairs are parted at most."""
PARTED = 64
"""Pairs parted at a time."""
UNPARTED = 6
"""Tied pairs, so few that they are left."""


class Mending:
    """A list of panels on a face, whose totals are mended by exchanges."""

    def __init__(self, face: Polytope, panels: IntArray, totals: Totals, random: np.random.Generator) -> None:
        self._face, self._totals, self._random = face, totals, random
        self._panels = panels.astype(np.int32)
        self._moving = np.flatnonzero(face.low < face.high)
        self._tight = face.row_low == face.row_high
        self._lasting: Exchanges | None = None
        self._settled = False
        """Whether exchanges have been made until none helped any more."""
        self.total = self._panels.sum(axis=0).astype(np.float64)

    def mend(self, known: IntArray | None = None) -> IntArray:
        """Exchange people until everybody's tickets are as wanted, or nothing helps; give the panels.

        Where exchanges are of no more help, as for people unlike anybody else, panels with them are exchanged for
        known ones (if any are given) without them, or the other way round, and what that spoils is mended.
        """
        best, least = self._panels.copy(), self._misfit
        for leap in range(LEAPS + 1):
            if not least or (leap and known is None):
                break
            if leap and known is not None:
                self._leap(known)
            if leap or not self._settled:
                self._settle()
            if self._misfit < least:
                best, least = self._panels.copy(), self._misfit
        self._panels, self.total = best, best.sum(axis=0).astype(np.float64)
        return best.copy()

    @property
    def _misfit(self) -> float:
        return self._totals.misfit(self.total)

    def _settle(self) -> None:
        """Make exchanges, a little warmer after each round without gain, until there has been none for long."""
        table, least = self._table(), self._misfit
        number = since = 0
        while least and since < PATIENCE:
            number += 1
            if number % RENEWED == 0:
                table = self._table()
            warmth = WARMTH * min(since % (2 * HOTTEST), -since % (2 * HOTTEST))
            self._round(table, warmth)
            since = 0 if self._misfit < least else since + 1
            least = min(least, self._misfit)
        self._settled = True

    def _leap(self, known: IntArray) -> None:
        """Exchange panels for known ones until the class most off is not, at the least cost for the others."""
        off = self._totals.off(self.total)
        at = int(np.argmax(off))
        short = self.total[at] < self._totals.wanted[at]
        take = self._some(np.flatnonzero((known[:, at] > 0) if short else (known[:, at] == 0)))
        for _ in range(min(LEAPT, int(off[at]))):
            give = self._some(np.flatnonzero((self._panels[:, at] == 0) if short else (self._panels[:, at] > 0)))
            if not len(give) or not len(take):
                return
            change = known[take][None, :, :] - self._panels[give][:, None, :]
            cost = self._totals.cost(self.total + change).sum(axis=2)
            one, other = np.unravel_index(int(cost.argmin()), cost.shape)
            self.total += change[one, other]
            self._panels[give[one]] = known[take[other]]

    def _some(self, places: Places) -> Places:
        """Choose a few at random."""
        return self._random.permutation(places)[:LEAPT]

    def vary(self) -> IntArray:
        """Exchange people between panels, which changes no total: vary copies, part who sit together too often.

        The fair chances leave open who sits with whom; the more panels differ and the less pairs are tied, the less the
        lottery decides of that. Gives the panels.
        """
        table = self._table()
        label = self._random.integers(-(2**40), 2**40, size=self._panels.shape[1])
        for _ in range(VARYING):
            copies = _copies(self._panels @ label)
            if not copies.any():
                break
            likely = table.thinned(self._random)
            chosen = likely[self._random.integers(0, len(likely), size=VARIED)] if len(likely) else likely
            self._swap(table, chosen, np.packbits(copies), np.packbits(np.ones_like(copies)))
        pairs, before = Pairs(self._panels, table.classes), np.inf
        for _ in range(PARTING):
            one, other = pairs.tied(PARTED)
            if len(one) <= 2 * UNPARTED or pairs.number >= before:
                break
            before = pairs.number
            chosen, which = table.leaving(one, self._random, VARIED // len(one))
            of_one, of_other = (np.packbits(self._panels[:, classes] > 0, axis=0).T for classes in (one, other))
            changed = self._swap(table, chosen, (of_one & of_other)[which], ~of_other[which])
            pairs.renew(self._panels, changed)
        return self._panels.copy()

    def _swap(self, table: Exchanges, chosen: Places, giving: Bits, taking: Bits) -> Places:
        """Make exchanges in panels of one kind and their reverse in panels of another; give the panels changed."""
        there = table.panels_for(chosen, self._random, among=giving)
        back = table.panels_for(chosen, self._random, reverse=True, among=taking)
        made = np.flatnonzero((there >= 0) & (back >= 0) & (there != back))
        # a panel is changed once only: what was found for it next may not hold any more
        made = made[apart(np.stack([there[made], back[made]], axis=1), len(self._panels))]
        at, by = table.moves(chosen[made])
        np.add.at(self._panels, (there[made, None], at), by)
        np.add.at(self._panels, (back[made, None], at), -by)
        changed = np.concatenate([there[made], back[made]])
        table.refresh(self._panels, changed, np.tile(chosen[made], 2))
        return changed

    def _table(self) -> Exchanges:
        """Choose classes, all of them or those with wrong totals and some others, and list their exchanges."""
        if self._lasting is not None:
            self._lasting.look(self._panels)
            self._lasting.admit()
            return self._lasting
        classes = self._moving
        if len(classes) > MOST_CLASSES:
            chosen = self._random.permutation(len(classes))
            wrong = self._totals.off(self.total[classes[chosen]], classes[chosen]) > 0
            chosen = chosen[np.argsort(~wrong, kind="stable")][:MOST_CLASSES]
            classes = classes[np.sort(chosen)]
        table = Exchanges(self._face, self._panels, classes, self._tight, self._random)
        self._lasting = table if len(classes) == len(self._moving) else None
        return table

    def _round(self, table: Exchanges, warmth: float) -> None:
        """Make the exchanges that help most."""
        classes = table.classes
        now = self.total[classes]
        cost = self._totals.cost(now, classes)
        leaving = np.append(self._totals.cost(now - 1, classes) - cost, 0.0)
        coming = np.append(self._totals.cost(now + 1, classes) - cost, 0.0)
        chosen = table.thinned(self._random)
        out, into = table.circuits.out[:, chosen], table.circuits.into[:, chosen]
        change = leaving[out[0]] + leaving[out[1]] + coming[into[0]] + coming[into[1]]
        if warmth:
            change += np.round(self._random.random(len(change)) * 2**20) / 2**20 * warmth
        best = _smallest(change, TRIED)
        best = best[change[best] < warmth]
        found = table.panels_for(chosen[best], self._random)
        table.bar(chosen[best][found < 0])
        exchange, panel = chosen[best][found >= 0], found[found >= 0]
        at, by = table.moves(exchange)
        made = self._helpful(panel.tolist(), at.tolist(), by.tolist(), warmth)
        np.add.at(self._panels, (panel[made, None], at[made]), by[made])
        np.add.at(self.total, at[made], by[made])
        table.refresh(self._panels, panel[made], exchange[made])

    def _helpful(self, panels: list[int], at: list[list[int]], by: list[list[int]], warmth: float) -> list[int]:
        """Choose exchanges one after the other that still help after those before, at most one a panel."""
        total, cost, made = self.total.tolist(), self._totals.cost(self.total).tolist(), {}
        for number, panel in enumerate(panels):
            if panel in made:
                continue
            after = [(one, total[one] + seats) for one, seats in zip(at[number], by[number], strict=True) if seats]
            then = [self._totals.cost_of(one, seats) for one, seats in after]
            if sum(then) - sum(cost[one] for one, _ in after) < warmth:
                made[panel] = number
                for (one, seats), weight in zip(after, then, strict=True):
                    total[one], cost[one] = seats, weight
        return list(made.values())


def apart(pairs: Places, panels: int) -> Places:
    """Choose pairs of panels (shape (pairs, 2)), no two of which share one: the first, the next that can be, …"""
    chosen = np.zeros(len(pairs), dtype=bool)
    taken = np.zeros(panels, dtype=bool)
    left = np.arange(len(pairs))
    while len(left):
        first = np.full(panels, len(pairs))
        np.minimum.at(first, pairs[left].ravel(), np.repeat(left, 2))
        chosen[left[(first[pairs[left]] == left[:, None]).all(axis=1)]] = True
        taken[pairs[chosen]] = True
        left = left[~taken[pairs[left]].any(axis=1)]
    return np.flatnonzero(chosen)


def _copies(labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which labels stand in the list before."""
    _, first = np.unique(labels, return_index=True)
    copies = np.ones(len(labels), dtype=bool)
    copies[first] = False
    return copies


def _smallest(values: NDArray[np.float64], count: int) -> Places:
    """Give the places of the smallest values, in order; the place breaks ties, so that every machine chooses alike."""
    width = 1 << max(1, len(values) - 1).bit_length()
    keys = np.round(values * 2**20).astype(np.int64) * width + np.arange(len(values))
    near = np.argpartition(keys, min(count, len(keys)) - 1)[:count] if len(keys) else np.empty(0, dtype=np.intp)
    return near[np.argsort(keys[near], kind="stable")]
