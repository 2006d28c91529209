"""From marginals to a lottery of equally likely panels: everybody's tickets as near their fair chance as can be.

All that is compared is rounded to binary fractions first, so that sums are exact and do not depend on the order in
which a machine adds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sortition.engine.polytope import Polytope
from sortition.engine.sampler import Sampler
from sortition.engine.search import PanelSearch
from sortition.errors import SolverError
from sortition.model import FloatArray, IntArray
from sortition.solver import INFINITY, LinearModel, Program

GRAIN = 2.0**20
EVERYTHING = slice(None)
FEW = 40
"""With so few panels known, how often to list each is left to an integer program before anything else is tried."""
MOST_COUNTED = 600
"""With more panels known than this, how often to list each is not left to an integer program."""
NODES = 2000
"""Nodes of the search tree after which that program is given up."""
LEAST_AIM = 0.02
"""Part of its marginals that a class is aimed at at least, however many seats it has had."""
LEAST_YIELD = 0.25
"""Part of the panels wanted below which the sampler is given up for known panels."""
BATCH = 192
"""Panels of the list for which a better neighbour is sought at a time."""
ROUNDS = 400
"""How often that is done at most."""
PATIENCE = 60
"""After how many rounds without any gain the list is left as it is."""
EXCHANGES = (2, 1, 3)
"""People exchanged in a panel before its quotas are mended, by turns."""
MENDING = 20
"""Exchanges that may mend them."""
TILT = 4.0
"""How strongly people short of tickets are preferred, in units of the noise, a ticket short."""
LONGEST_TILT = 6.0
URGENT = 4.0
"""How much more strongly, where somebody is more than one ticket off and few others are."""
LAST = 20.0
"""How many tickets may be too far off for that."""
BEYOND = 0.5
"""How much it counts that somebody is more than one ticket off, be it ever so little."""
EASE = 0.02
"""How much a person's tickets count that are within one of the fair number, beside those that are not."""


def round_to_tickets(search: PanelSearch, seats: FloatArray, tickets: int) -> IntArray:
    """Choose a list of panels whose mean is as near marginals as whole tickets allow.

    The list is sampled half by half, each half of what is left aimed at the mean that is still missing. Then panels
    are exchanged for neighbours that a few people exchanged turn them into, wherever that brings the totals nearer,
    until every person can have a number of tickets within 1 of tickets · fair chance, or nothing more helps.

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
    sampler = search.sampler(face)
    if not face.holds(search.panels).any():
        search.sample_near(seats, tickets)
    known = search.panels[face.holds(search.panels)]
    if not len(known):
        raise SolverError("no panel was found near the fair chances; no lottery was made")
    random = search.random()
    first = _aimed(sampler, face, known, seats, tickets, random)
    work = _List(first, search.polytope.sizes, seats * tickets, random)
    if len(known) <= FEW:
        _settle_by_counts(work, known)
    program, idle = LinearModel(face.program(integer=True)), 0
    for number in range(ROUNDS):
        off = work.misfit
        search.progress("tickets", f"{off:g} tickets still too far off", number / ROUNDS)
        if not off or idle >= PATIENCE:
            break
        helped = work.improve(sampler, EXCHANGES[number % 3])
        if not helped and off <= LAST:
            helped = work.improve_exactly(program)
        idle = 0 if helped else idle + 1
    if work.misfit:
        _settle_by_counts(work, known)
    chosen: IntArray = work.panels
    return chosen


def _aimed(
    sampler: Sampler,
    face: Polytope,
    known: IntArray,
    seats: FloatArray,
    tickets: int,
    random: np.random.Generator,
) -> IntArray:
    """Sample a list half by half; where few panels exist, fill it with known ones."""
    missing, left, parts = seats * tickets, tickets, []
    while left:
        half = -(-left // 2)
        target = np.clip(missing / left, seats * LEAST_AIM, face.high)
        part = sampler.panels(target, half, steps=100)[:half]
        if len(part) < half * LEAST_YIELD:
            part = known[random.integers(0, len(known), size=half)]
        missing, left = missing - part.sum(axis=0), left - len(part)
        parts.append(part)
    return np.concatenate(parts)


def _settle_by_counts(work: _List, known: IntArray) -> None:
    """Choose how often each known panel is listed by an integer program, where that beats the exchanges.

    Where only few panels exist, neighbours are rare and this is easy; elsewhere it is not tried for long.
    """
    if len(known) > MOST_COUNTED:
        return
    moving = np.flatnonzero(known.min(axis=0) < known.max(axis=0))
    panels, rows = len(known), len(moving)
    slack = np.eye(rows)
    matrix = np.block([[known[:, moving].T, slack, -slack], [np.ones((1, panels)), np.zeros((1, 2 * rows))]])
    count, variables = float(len(work.panels)), matrix.shape[1]
    least, most = work.allowed
    program = Program(
        cost=np.concatenate([np.zeros(panels), np.tile(1 / work.sizes[moving], 2)]),
        matrix=matrix,
        row_low=np.append(least[moving], count),
        row_high=np.append(most[moving], count),
        low=np.zeros(variables),
        high=np.full(variables, INFINITY),
        integer=np.arange(variables) < panels,
    )
    answer = LinearModel(program).solve(nodes=NODES)
    if answer.feasible:
        work.replace(np.repeat(known, np.rint(answer.x[:panels]).astype(np.int64), axis=0))


class _List:
    """A list of panels under exchange."""

    def __init__(self, panels: IntArray, sizes: IntArray, wanted: FloatArray, random: np.random.Generator) -> None:
        self.sizes = sizes.astype(np.float64)
        self._wanted = wanted
        self.allowed = self._least, self._most = _allowed(self._wanted, self.sizes)
        self._random = random
        self.panels = panels
        self._total = self.panels.sum(axis=0).astype(np.float64)

    @property
    def misfit(self) -> float:
        """Seats by which the totals miss what everybody's being within one ticket allows."""
        return float(np.maximum(np.maximum(self._least - self._total, self._total - self._most), 0).sum())

    def replace(self, panels: IntArray) -> None:
        """Put another list in the place of this one, if its totals are nearer."""
        total = panels.sum(axis=0).astype(np.float64)
        if self._cost(total) < self._cost(self._total):
            self.panels, self._total = panels.astype(np.int32), total

    def improve(self, sampler: Sampler, exchanges: int) -> int:
        """Exchange panels for neighbours where that brings the totals nearer; give how many were exchanged."""
        tilt = self._tilt
        at = self._promising(tilt)
        neighbours = sampler.near(self.panels[at], tilt, exchanges=exchanges, steps=MENDING)
        changes = neighbours - self.panels[at]
        gains = self._cost(self._total) - self._cost(self._total + changes)
        exchanged = 0
        for place in np.argsort(-gains, kind="stable")[: int((gains > 0).sum())]:
            moved = np.flatnonzero(changes[place])
            total = self._total[moved] + changes[place, moved]
            if self._cost(total, moved) < self._cost(self._total[moved], moved):
                self._total[moved] = total
                self.panels[at[place]] = neighbours[place]
                exchanged += 1
        return exchanged

    def improve_exactly(self, program: LinearModel) -> int:
        """Exchange the panel of one ticket for the best there is, by an integer program; give whether that helped.

        A class's seats beyond the first are taken to cost what the first does; the outcome is judged by what it is.
        """
        ticket = int(self._promising(self._tilt)[0])
        panel = self.panels[ticket]
        without = self._total - (panel > 0)
        every = np.arange(len(panel))[:, None]
        cost = self._cost((without + 1)[:, None], every) - self._cost(without[:, None], every)
        program.set_costs(cost)
        answer = program.solve(nodes=NODES)
        if not answer.feasible:
            return 0
        best = np.rint(answer.x).astype(np.int32)
        total = self._total + best - panel
        if self._cost(total) >= self._cost(self._total):
            return 0
        self.panels[ticket], self._total = best, total
        return 1

    @property
    def _tilt(self) -> FloatArray:
        """How strongly each class is to be preferred: positive where people are short of tickets."""
        short = (self._wanted - self._total) / self.sizes
        off = (self._total > self._most).astype(np.float64) - (self._total < self._least)
        strength = np.clip(TILT * short, -LONGEST_TILT, LONGEST_TILT) - URGENT * off * (self.misfit <= LAST)
        tilt: FloatArray = np.round(strength * 1024) / 1024
        return tilt

    def _promising(self, tilt: FloatArray) -> NDArray[np.intp]:
        """Choose panels at random, rather those with people who have too many tickets."""
        noise = self._random.integers(0, 4096, size=len(self.panels)) / 1024.0
        at: NDArray[np.intp] = np.argsort(self.panels @ tilt - noise * 4, kind="stable")[:BATCH]
        return at

    def _cost(self, total: FloatArray, at: slice | NDArray[np.intp] = EVERYTHING) -> FloatArray:
        """Weigh totals (last axis: classes, all or some) by how far people's tickets are off."""
        off = np.maximum(np.maximum(self._least[at] - total, total - self._most[at]), 0) / self.sizes[at]
        away = (total - self._wanted[at]) / self.sizes[at]
        cost: FloatArray = (np.round((off**2 + BEYOND * (off > 0) + EASE * away**2) * GRAIN) / GRAIN).sum(axis=-1)
        return cost


def _allowed(wanted: FloatArray, sizes: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the fewest and most seats in all with which every person of a class is within one ticket of the wanted."""
    each = wanted / sizes
    slack = 1e-9 * np.maximum(1.0, each)
    return sizes * np.ceil(each - 1 - slack), sizes * np.floor(each + 1 + slack)
