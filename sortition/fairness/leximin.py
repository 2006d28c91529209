"""Leximin: nobody's chance can be raised without lowering that of somebody whose chance is no larger.

Flanigan, Gölz, Gupta, Hennig and Procaccia, "Fair algorithms for selecting citizens' assemblies", Nature 596 (2021),
548–552. The levels are found one after the other: maximise the least chance of the people not settled; whoever has a
positive dual weight can get no more (complementary slackness) and is settled there.

Two programs run side by side. The outer one allows all marginals that the quotas' linear relaxation (with cuts)
allows, so its levels are upper bounds, proved by weak duality in exact fractions. The inner one allows mixtures of
panels found, so its levels can be had. As long as both agree the level is optimal. Where they differ, the inner one's
dual weights price panels: either a better panel is found, or an exact integer program proves that there is none, and
the weights are a cut for the outer program.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from sortition.engine.certificate import (
    DENOMINATORS,
    Bound,
    as_whole,
    bound_from,
    level_value,
    weak_duality,
    whole_weights,
)
from sortition.engine.levels import LevelAnswer, PanelLevels, PolytopeLevels
from sortition.engine.polytope import Line, Polytope
from sortition.engine.rounding import exact_tickets
from sortition.engine.search import PanelSearch
from sortition.errors import SolverError
from sortition.fairness.marginals import Marginals, OpenLevel, ProvedLevel
from sortition.messages import phrase
from sortition.model import FloatArray

MOST_MIXED = 2000
"""Classes up to which the upper bounds are shown to be a mixture of panels to the last digit. In larger pools the
tickets alone show how nearly they can be had: the proof that nothing is fairer stands either way."""
SIDE_BY_SIDE = 100
"""Classes up to which, where the linear relaxation was found to promise too much, level after level is settled among
panels too as soon as tickets do not come out. Of more classes it is seen first, with more panels, if they mix."""
ADMITTED = 40
"""Panels let into the mixtures at a time, the best ones at the prices of the moment."""
AGREE = 1e-8
"""How closely, relative to their size, two computed chances must agree to count as the same."""


def leximin(search: PanelSearch, tickets: int, only_first: bool = False) -> Marginals:
    """Find the leximin marginals and enough panels to mix them.

    Parameters
    ----------
    search
        The means of finding panels.
    tickets
        Number of tickets that the marginals are to be rounded to, which is done here where it helps to prove them.
    only_first
        Stop after the first level (maximin).

    Raises
    ------
    SolverError
        A level could be neither proved nor improved.
    """
    mixable = len(search.polytope.sizes) <= MOST_MIXED
    outer, known, marginals = _Outer(search.polytope), search.polytope, None
    if mixable and outer.seats_everyone:
        marginals = _with_tickets(search, outer, tickets, only_first)
        if marginals.panels is not None:
            return marginals
    search.reach()
    if not mixable:
        return _upper_bounds(search, _Outer(search.polytope), only_first)
    learnt = search.polytope is not known
    if marginals is None or learnt:
        marginals = _with_tickets(search, _Outer(search.polytope), tickets, only_first)
        if marginals.panels is not None:
            return marginals
    if not learnt or len(marginals.seats) > SIDE_BY_SIDE:
        search.progress(phrase("panels that give these chances"), "", None)
        if search.mix(marginals.seats).exact:
            return marginals
    marginals = _side_by_side(search, only_first)
    search.sample_near(marginals.seats, len(marginals.seats))  # of the panels that settle levels, few make good tickets
    return marginals


def _upper_bounds(search: PanelSearch, outer: _Outer, only_first: bool) -> Marginals:
    search.progress(phrase("fair chances"), phrase("upper bounds"), None)
    outer.settle_all(only_first)
    return outer.marginals()


def _with_tickets(search: PanelSearch, outer: _Outer, tickets: int, only_first: bool) -> Marginals:
    """Give the upper bounds, with tickets where these show that panels mix to them."""
    marginals = _upper_bounds(search, outer, only_first)
    return replace(marginals, panels=exact_tickets(search, marginals.seats, tickets))


def first_bound(polytope: Polytope, without: Iterable[int] = ()) -> Fraction:
    """Give what the least chance of anybody cannot exceed in any lottery, some classes left aside; proved.

    Raises
    ------
    SolverError
        The proof did not come out.
    """
    outer = _Outer(polytope)
    for at in without:
        outer.leave_aside(at)
    return outer.next_level().value


class _Outer:
    """The levels over a polytope, each proved in exact arithmetic as it is settled."""

    def __init__(self, polytope: Polytope) -> None:
        self.polytope = polytope
        self.levels: list[ProvedLevel] = []
        self._values = [Fraction(0)]
        """Chances that are settled: of those out of reach, then level by level."""
        self._settled_at: NDArray[np.intp] = np.where(polytope.high == 0, 0, -1)
        """Shape (classes,): which of them is the class's; -1 for none."""
        self.seats: FloatArray = np.zeros(len(polytope.sizes))
        self._restart()

    def _restart(self, careful: bool = False) -> None:
        self.program = PolytopeLevels(self.polytope, careful)
        for at in np.flatnonzero(self.settled).tolist():
            self.program.settle(at, self.seats_of(at, self._values[self._settled_at[at]]))

    @property
    def settled(self) -> NDArray[np.bool_]:
        """Shape (classes,): whose chance is settled."""
        settled: NDArray[np.bool_] = self._settled_at >= 0
        return settled

    def seats_of(self, at: int, chance: Fraction) -> float:
        """Give the expected seats of a class whose people have a chance."""
        return int(self.polytope.sizes[at]) * chance.numerator / chance.denominator

    def leave_aside(self, at: int) -> None:
        """Ask no chance for a class."""
        self._settled_at[at] = 0
        self.program.settle(at, 0.0)

    @property
    def seats_everyone(self) -> bool:
        """Whether nobody's chance is bound to be 0, as far as the polytope tells. Nobody is settled yet."""
        return self.program.highest() > AGREE

    @property
    def finished(self) -> bool:
        return bool(self.settled.all())

    def cut(self, line: Line) -> None:
        """Learn what no panel exceeds."""
        self.polytope = self.polytope.learn(line)
        self._restart()

    def next_level(self) -> ProvedLevel:
        """Solve for the next level and prove it."""
        level = self._solved_level()
        if level is None:
            self._restart(careful=True)
            level = self._solved_level()
        if level is None:
            raise SolverError(phrase("the proof of a level did not come out; no lottery was made"))
        return level

    def _solved_level(self) -> ProvedLevel | None:
        answer = self.program.solve()
        self.seats = answer.x
        return self._capped(answer.chance) or self._by_duality(answer)

    def settle(self, level: ProvedLevel) -> None:
        """Hold the members of a level at its value from now on."""
        self.levels.append(level)
        self._values.append(level.value)
        self._settled_at[list(level.members)] = len(self.levels)
        for at in level.members:
            self.program.settle(at, self.seats_of(at, level.value))

    def settle_all(self, only_first: bool) -> None:
        """Settle every level, or only the first."""
        while not self.finished:
            self.settle(self.next_level())
            if only_first:
                break

    def marginals(self) -> Marginals:
        """Give the result: exact where settled, else as the last program had it."""
        chances = tuple(None if place < 0 else self._values[place] for place in self._settled_at.tolist())
        seats = [
            float(x) if chance is None else self.seats_of(at, chance)
            for at, (x, chance) in enumerate(zip(self.seats, chances, strict=True))
        ]
        return Marginals(np.array(seats), chances, tuple(self.levels), self.polytope)

    def _capped(self, chance: float) -> ProvedLevel | None:
        """Prove a level by people who are on every panel that can hold them: x_t <= high_t."""
        sizes, high = self.polytope.sizes, self.polytope.high
        at = np.flatnonzero(~self.settled & (np.abs(high - sizes * chance) <= AGREE * high)).tolist()
        if not at:
            return None
        value = Fraction(int(high[at[0]]), int(sizes[at[0]]))
        members = tuple(t for t in at if Fraction(int(high[t]), int(sizes[t])) == value)
        weights = np.zeros(len(sizes), dtype=np.int64)
        weights[list(members)] = 1
        none = np.zeros(len(self.polytope.rows), dtype=np.int64)
        return ProvedLevel(value, members, Bound(weights, *weak_duality(self.polytope, weights, none, 1)))

    def _by_duality(self, answer: LevelAnswer) -> ProvedLevel | None:
        """Prove a level by the multipliers of the rows, taken as the simplest fractions that give it."""
        values = np.array([float(value) for value in self._values])
        now = np.where(self.settled, values[self._settled_at], answer.chance)
        at_low = now * self.polytope.sizes < self.polytope.low * (1 - AGREE)
        for largest in DENOMINATORS:
            whole = as_whole(answer.multipliers, largest)
            if whole is None:
                continue
            bound = bound_from(self.polytope, *whole, at_low)
            value = level_value(bound, self.polytope.sizes, self._settled_at, self._values)
            if value is not None and abs(float(value) - answer.chance) <= AGREE * answer.chance:
                return ProvedLevel(value, tuple(np.flatnonzero((bound.weights != 0) & ~self.settled).tolist()), bound)
        return None


class _Inner:
    """The levels over the mixtures of panels found, of which those count that could raise a level."""

    def __init__(self, search: PanelSearch) -> None:
        self._search = search
        self._listed = np.arange(len(search.panels))
        self._program = PanelLevels(search.panels, search.polytope.sizes)
        for unreachable in np.flatnonzero(search.polytope.high == 0).tolist():
            self._program.settle(unreachable, 0.0)

    def solve(self) -> LevelAnswer:
        return self._program.solve()

    def settle(self, at: int, seats: float) -> None:
        self._program.settle(at, seats)

    def seats(self, answer: LevelAnswer) -> FloatArray:
        """Give the marginals of an answer."""
        seats: FloatArray = self._search.panels[self._listed].T @ answer.x
        return seats

    def admit(self, weights: NDArray[np.int64]) -> bool:
        """Let in the best panels found that are worth more than any let in so far; give whether there were any."""
        worth = self._search.panels @ weights
        better = np.flatnonzero(worth > worth[self._listed].max())
        best = better[np.argsort(-worth[better], kind="stable")][:ADMITTED]
        if len(best):
            self._program.add_panels(self._search.panels[best])
            self._listed = np.concatenate([self._listed, best])
        return len(best) > 0


def _side_by_side(search: PanelSearch, only_first: bool) -> Marginals:
    """Settle the levels over polytope and mixtures together, finding panels and cuts where the two differ."""
    outer, inner = _Outer(search.polytope), _Inner(search)
    level = None
    while not outer.finished:
        level, had = level or outer.next_level(), inner.solve()
        _tell(search, outer, level, had)
        if had.chance >= float(level.value) * (1 - AGREE):
            outer.settle(level)
            for at in level.members:
                inner.settle(at, outer.seats_of(at, level.value))
            if only_first:
                break
            level = None
            continue
        if search.out_of_time():
            return _as_far_as_known(outer, inner.seats(had), OpenLevel(had.chance, level.value))
        weights = whole_weights(had.weights)
        if inner.admit(weights):
            continue
        line = search.beat(weights)
        if line is None:
            inner.admit(weights)
        else:
            outer.cut(line)
            search.polytope = outer.polytope  # the cuts hold for every panel, and keep those sought near the marginals
            level = None
    if only_first and not outer.finished:
        outer.seats = inner.seats(inner.solve())
    return outer.marginals()


def _as_far_as_known(outer: _Outer, seats: FloatArray, still_open: OpenLevel) -> Marginals:
    """Give the best mixture of the panels found, which keeps every level that is settled."""
    outer.seats = seats
    return replace(outer.marginals(), open_level=still_open)


def _tell(search: PanelSearch, outer: _Outer, level: ProvedLevel, had: LevelAnswer) -> None:
    """Tell how far the levels are, and how near the panels found come to the bound of this one."""
    near = had.chance / float(level.value) if level.value else 1.0
    detail = phrase(
        "level {level}, {panels} panels, at {percent:.2f} % of the bound",
        level=len(outer.levels) + 1,
        panels=len(search.panels),
        percent=100 * min(near, 1.0),
    )
    search.progress(phrase("fair chances"), detail, float(outer.settled.mean()))
