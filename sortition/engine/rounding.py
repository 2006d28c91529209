"""From marginals to a lottery of equally likely panels: everybody's tickets as near their fair chance as can be.

Deficits are multiples of 1/1024 and weights powers of two, so that all sums are exact in double precision and the
result does not depend on the order in which a machine adds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sortition.engine.search import PanelSearch
from sortition.model import FloatArray, IntArray

GRAIN = 1024.0
SPARE = 1.5
"""Panels to choose from, a ticket."""
SHORTLIST = 64
"""Tickets and panels looked at together when one is exchanged for another."""
REFILLS = 40
"""How often fresh panels are sampled when no exchange helps any more."""
FRESH = 256
"""Panels sampled at a refill."""
INSIST = 2.0
"""Factor by which a class counts more after an exchange phase that left one of its people too far off."""
TILT = 4.0
"""How strongly a refill prefers classes that are short of tickets."""


def round_to_tickets(search: PanelSearch, seats: FloatArray, tickets: int) -> IntArray:
    """Choose a list of panels whose mean is as near marginals as whole tickets allow.

    Panels are first chosen one after the other by what is still missing (herding: Welling, ICML 2009); then panels of
    the list are exchanged for others, with fresh ones sampled where none helps, until every person can have a number
    of tickets within 1 of tickets · fair chance, or nothing more helps.

    Parameters
    ----------
    search
        Panels that mix to the marginals, and the means of finding more.
    seats
        Shape (classes,): marginals.
    tickets
        Length of the list.

    Returns
    -------
    IntArray
        Shape (tickets, classes): compositions, in no meaningful order.
    """
    face = search.polytope.face(seats)
    short = int(tickets * SPARE) - int(face.holds(search.panels).sum())
    if short > 0:
        search.sample_near(seats, short, rounds=3)
    exchange = _Exchange(search.panels[face.holds(search.panels)], search.polytope.sizes, seats, tickets)
    best = exchange.chosen()
    for refill in range(REFILLS):
        search.progress("tickets", f"{exchange.misfit(best):g} seats still too far off", refill / REFILLS)
        exchange.improve()
        best = min(best, exchange.chosen(), key=exchange.misfit)
        if not exchange.misfit(best):
            break
        exchange.insist()
        exchange.offer(search.sample_tilted(seats, FRESH, TILT * exchange.shortage()))
    return best


class _Exchange:
    """A list of panels under exchange."""

    def __init__(self, panels: IntArray, sizes: IntArray, seats: FloatArray, tickets: int) -> None:
        self._sizes = sizes.astype(np.float64)
        self._wanted = np.round(seats * tickets * GRAIN) / GRAIN
        self._least, self._most = _allowed(seats * tickets, self._sizes)
        self._weights = 2.0 ** -np.round(2 * np.log2(self._sizes))
        self._panels = panels.astype(np.float64)
        self._uses = np.zeros(len(panels), dtype=np.int64)
        self._list = np.array(self._herd(np.round(seats * GRAIN) / GRAIN, tickets))
        self._missing = self._wanted - self._panels[self._list].sum(axis=0)

    def chosen(self) -> IntArray:
        """Give the compositions of the list as it is."""
        chosen: IntArray = self._panels[self._list].astype(np.int32)
        return chosen

    def misfit(self, compositions: IntArray) -> float:
        """Give the seats by which a list misses what everybody's being within one ticket allows, in total."""
        total = compositions.sum(axis=0)
        return float(np.maximum(np.maximum(self._least - total, total - self._most), 0).sum())

    def shortage(self) -> FloatArray:
        """Give how short of tickets each class is, a person, between -1 and 1."""
        short: FloatArray = np.clip(self._missing / self._sizes, -1, 1)
        return short

    def insist(self) -> None:
        """Let the classes that are too far off count more."""
        total = self._wanted - self._missing
        off = (total < self._least) | (total > self._most)
        self._weights = np.where(off, np.minimum(self._weights * INSIST, 256.0), self._weights)

    def offer(self, panels: IntArray) -> None:
        """Add panels to choose from."""
        self._panels = np.concatenate([self._panels, panels.astype(np.float64)])
        self._uses = np.concatenate([self._uses, np.zeros(len(panels), dtype=np.int64)])

    def improve(self) -> None:
        """Exchange the panel of one ticket for another while that lowers the weighted squares of what is missing."""
        squares = (self._panels**2) @ self._weights
        for _ in range(20 * len(self._list)):
            pull = self._weights * self._missing
            worth = self._panels @ pull
            leave = _lowest(worth[self._list], SHORTLIST)
            enter = _lowest(squares - 2 * worth, SHORTLIST)
            out, into = self._list[leave], enter
            cross = (self._panels[into] * self._weights) @ self._panels[out].T
            change = (squares[into] - 2 * worth[into])[:, None] + (squares[out] + 2 * worth[out]) - 2 * cross
            a, b = np.unravel_index(int(change.argmin()), change.shape)
            if change[a, b] >= 0:
                break
            self._replace(int(leave[b]), int(into[a]))

    def _replace(self, ticket: int, panel: int) -> None:
        old = self._list[ticket]
        self._missing = self._missing + self._panels[old] - self._panels[panel]
        self._uses[old] -= 1
        self._uses[panel] += 1
        self._list[ticket] = panel

    def _herd(self, seats: FloatArray, tickets: int) -> list[int]:
        """Choose panels one after the other by what is missing so far; none twice before every one is used."""
        squares = (self._panels**2) @ self._weights
        step = self._panels @ (self._weights * seats)
        worth, chosen = np.zeros(len(squares)), []
        for _ in range(tickets):
            worth += step
            score = squares - 2 * worth
            score[self._uses > self._uses.min()] = np.inf
            panel = int(score.argmin())
            chosen.append(panel)
            self._uses[panel] += 1
            at = np.flatnonzero(self._panels[panel])
            worth -= self._panels[:, at] @ (self._weights[at] * self._panels[panel, at])
        return chosen


def _lowest(scores: FloatArray, count: int) -> NDArray[np.intp]:
    """Give the places of the lowest scores, the same ones on every machine."""
    return np.argsort(scores, kind="stable")[:count]


def _allowed(wanted: FloatArray, sizes: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the fewest and most seats in all with which every person of a class is within one ticket of the wanted."""
    each = wanted / sizes
    slack = 1e-9 * np.maximum(1.0, each)
    return sizes * np.ceil(each - 1 - slack), sizes * np.floor(each + 1 + slack)
