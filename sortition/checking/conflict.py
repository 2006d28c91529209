"""The smallest set of quotas that contradict each other.

A set of bounds that no panel meets together, all others left aside, while any of them could be met without any one
member, is called irreducible (IIS; Chinneck and Dravnieks, "Locating minimal infeasible constraint sets in linear
programs", ORSA Journal on Computing 3 (1991), 157–168). Here panels are whole people, so the set is one of the integer
program. The smallest is found through what every such set must hit: the bounds missed by a panel that keeps all others
(Ignatiev, Previti, Liffiton and Marques-Silva, "Smallest MUS extraction with minimal hitting set dualization", CP
2015).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from sortition.errors import SolverError
from sortition.messages import phrase
from sortition.model import Classes, FloatArray, Problem
from sortition.solver import INFINITY, LinearModel, Program, solve_once

Side = Literal["lowest", "highest"]
Grouping = Callable[[Problem], Classes]
"""Puts interchangeable people together (`engine.types.classes_of`)."""

MOST_CORRECTIONS = 80
"""Panels that miss something, looked at before the smallest conflict is given up for an irreducible one."""
NODES = 20
"""Nodes of the search tree spent on making one of them miss little: it need not miss as little as possible."""
MISSED = 1e-6
"""Seats above which a bound counts as missed."""


@dataclass(frozen=True, slots=True, order=True)
class Bound:
    """The lowest or the highest number of one quota."""

    quota: int
    """Position in `Problem.quotas`."""
    side: Side


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a panel beside the quotas: that it has a person on it, or that it has not."""

    person: int
    """Position in `Problem.ids`."""
    seated: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """Bounds that no panel of the wanted size meets together, though it could without any one of them."""

    bounds: tuple[Bound, ...]
    """In the order of the quotas, lowest before highest; empty where there are too few people or households."""
    households: bool
    """Whether the rule that a panel takes one person from each household at most is part of the conflict."""
    smallest: bool
    """Whether it is proved that no conflict has fewer members; else only that none can be left out."""


def find_conflict(
    problem: Problem, grouping: Grouping, solver: str = "HiGHS", wish: Wish | None = None
) -> Conflict | None:
    """Find the smallest set of quotas, and the household rule where it takes part, that contradict each other.

    Among equally large sets one without the household rule is preferred. The search itself always uses HiGHS, so that
    the answer is the same whatever solver is named; the solver named confirms it.

    Parameters
    ----------
    problem
        People and quotas. People and panel size are taken as given.
    grouping
        Puts interchangeable people together.
    solver
        Any solver that PuLP knows.
    wish
        What is asked of every panel besides, and cannot be left out: the conflict is then what keeps a person off every
        panel, or puts them on each.

    Returns
    -------
    Conflict or None
        None if there is a valid panel, of the kind wished for.

    Raises
    ------
    UsageError
        The solver is unknown or not installed.
    SolverError
        A solver failed, or the one named denies the conflict.
    """
    search = _Search(problem, grouping, wish)
    if search.possible(search.all):
        return None
    chosen, smallest = search.smallest()
    bounds = tuple(sorted(search.members[at] for at in chosen if at < len(search.members)))
    conflict = Conflict(bounds, len(search.members) in chosen, smallest)
    if solve_once(panel_program(grouping(only(problem, conflict)), wish), solver).feasible:
        raise SolverError(phrase("solver {solver} found a panel where HiGHS proved that there is none", solver=solver))
    return conflict


def bounds_of(problem: Problem) -> tuple[Bound, ...]:
    """Give the bounds that some choice of people would miss, quota by quota."""
    most = np.minimum(problem.membership.sum(axis=0), problem.panel_size).tolist()
    found: list[Bound] = []
    for number, (quota, count) in enumerate(zip(problem.quotas, most, strict=True)):
        found += [Bound(number, "lowest")] if quota.low > 0 else []
        found += [Bound(number, "highest")] if quota.high < count else []
    return tuple(found)


def only(problem: Problem, conflict: Conflict) -> Problem:
    """Give the problem with nothing but the members of a conflict."""
    return _with(problem, conflict.bounds, conflict.households)


def panel_program(classes: Classes, wish: Wish | None = None) -> Program:
    """Give the program whose solutions are the compositions of valid panels, of the kind wished for."""
    low, high = _seats(classes, wish)
    return Program(
        cost=np.zeros(len(classes.members)),
        matrix=np.vstack([np.ones((1, len(classes.members))), classes.matrix]),
        row_low=np.concatenate([[classes.panel_size], classes.low]).astype(np.float64),
        row_high=np.concatenate([[classes.panel_size], classes.high]).astype(np.float64),
        low=low,
        high=high,
        integer=np.ones(len(classes.members), dtype=bool),
    )


def _seats(classes: Classes, wish: Wish | None) -> tuple[FloatArray, FloatArray]:
    """Give the fewest and the most seats of each class: members are interchangeable, so that one is as good as all."""
    low, high = np.zeros(len(classes.members)), classes.caps.astype(np.float64)
    if wish is not None:
        at = next(at for at, members in enumerate(classes.members) if wish.person in members)
        if wish.seated:
            low[at] = 1
        else:
            high[at] = min(high[at], len(classes.members[at]) - 1)
    return low, high


def has_panel(problem: Problem, grouping: Grouping, wish: Wish | None = None) -> bool:
    """Tell whether there is a valid panel, of the kind wished for."""
    program = panel_program(grouping(problem), wish)
    relaxed = replace(program, integer=np.zeros(len(program.cost), dtype=bool))
    # most contradictions are seen by the linear program already
    return LinearModel(relaxed).solve().feasible and LinearModel(program).solve_for_any().feasible


def _with(problem: Problem, bounds: Iterable[Bound], households: bool) -> Problem:
    """Leave every bound but those named, and perhaps the household rule, aside."""
    named = set(bounds)
    quotas = tuple(
        replace(
            quota,
            low=quota.low if Bound(number, "lowest") in named else 0,
            high=quota.high if Bound(number, "highest") in named else max(problem.panel_size, quota.low),
        )
        for number, quota in enumerate(problem.quotas)
    )
    homes = problem.households.copy() if households else np.full(len(problem.ids), -1, dtype=np.int32)
    return replace(problem, quotas=quotas, households=homes)


class _Search:
    """Sets of members by number: the bounds, then the household rule where anybody shares a household."""

    def __init__(self, problem: Problem, grouping: Grouping, wish: Wish | None) -> None:
        self.members = bounds_of(problem)
        self._problem, self._grouping, self._wish = problem, grouping, wish
        self._rule = len(self.members)
        shared = [True] if (problem.households >= 0).any() else []
        self.all = frozenset(range(len(self.members) + len(shared)))
        self._elastic = {
            homes: _Elastic(grouping(_with(problem, self.members, homes)), self.members, wish)
            for homes in (*shared, False)
        }

    def possible(self, chosen: frozenset[int]) -> bool:
        """Tell whether some panel meets the members chosen; with few of them most people are interchangeable."""
        bounds = [self.members[at] for at in chosen if at != self._rule]
        return has_panel(_with(self._problem, bounds, self._rule in chosen), self._grouping, self._wish)

    def smallest(self) -> tuple[frozenset[int], bool]:
        """Give the smallest conflict, or one without a member too many if that takes too long."""
        corrections: list[frozenset[int]] = []
        reached: frozenset[int] = frozenset()
        while self.possible(reached):  # what this gathers holds a conflict, and starts the search with disjoint sets
            corrections.append(self._missed(reached))
            reached |= corrections[-1]
        if not corrections:  # not even the panel's size can be met
            return reached, True
        while len(corrections) < MOST_CORRECTIONS:
            chosen = self._hitting(corrections)
            if not self.possible(chosen):
                return chosen, True
            corrections.append(self._missed(chosen))
        return self._without_surplus(reached), False

    def _missed(self, kept: frozenset[int]) -> frozenset[int]:
        """Give what a panel misses that meets the members kept and misses little else."""
        for homes, elastic in self._elastic.items():
            given_up = frozenset() if homes else self.all & {self._rule}
            if given_up & kept:
                continue
            guess = elastic.missed(kept, whole=False)
            if guess is not None and self.possible(self.all - guess - given_up):
                return guess | given_up
            missed = elastic.missed(kept, whole=True)
            if missed is not None:
                return missed | given_up
        raise SolverError(phrase("HiGHS denies a panel that it has found before"))

    def _hitting(self, corrections: Sequence[frozenset[int]]) -> frozenset[int]:
        """Give a smallest set with a member of each correction."""
        count = len(self.all)
        cost = np.ones(count)
        cost[self._rule :] = 1.5
        matrix = np.array([[at in each for at in range(count)] for each in corrections], dtype=np.float64)
        answer = LinearModel(
            Program(
                cost=cost,
                matrix=matrix.reshape(len(corrections), count),
                row_low=np.ones(len(corrections)),
                row_high=np.full(len(corrections), INFINITY),
                low=np.zeros(count),
                high=np.ones(count),
                integer=np.ones(count, dtype=bool),
            )
        ).solve()
        return frozenset(np.flatnonzero(answer.x > 0.5).tolist())

    def _without_surplus(self, conflict: frozenset[int]) -> frozenset[int]:
        """Leave out, one after the other and the household rule first, what the contradiction does not need."""
        for at in sorted(conflict, reverse=True):
            if not self.possible(conflict - {at}):
                conflict -= {at}
        return conflict


class _Elastic:
    """The program of a panel that may miss bounds, at the cost of the seats by which it does."""

    def __init__(self, classes: Classes, bounds: Sequence[Bound], wish: Wish | None) -> None:
        width, self._count = len(classes.members), len(bounds)
        lowest = np.array([bound.side == "lowest" for bound in bounds], dtype=bool)
        at = np.array([bound.quota for bound in bounds], dtype=np.intp)
        homes = slice(classes.quota_rows, None)
        matrix = np.vstack([np.ones((1, width)), classes.matrix[at], classes.matrix[homes]])
        seats = np.zeros((len(matrix), self._count))
        seats[1 : 1 + self._count] = np.diag(np.where(lowest, 1.0, -1.0))
        self._low, self._high = _seats(classes, wish)
        size = [float(classes.panel_size)]
        program = Program(
            cost=np.concatenate([np.zeros(width), np.ones(self._count)]),
            matrix=np.hstack([matrix, seats]),
            row_low=np.concatenate([size, np.where(lowest, classes.low[at], -INFINITY), classes.low[homes]]),
            row_high=np.concatenate([size, np.where(lowest, INFINITY, classes.high[at]), classes.high[homes]]),
            low=np.concatenate([self._low, np.zeros(self._count)]),
            high=np.concatenate([self._high, np.full(self._count, size[0])]),
            integer=np.arange(width + self._count) < width,
        )
        self._whole = LinearModel(program)
        self._relaxed = LinearModel(replace(program, integer=np.zeros_like(program.integer)))

    def missed(self, kept: frozenset[int], whole: bool) -> frozenset[int] | None:
        """Give the bounds missed by a panel, or a mixture of panels, that keeps those named; None if there is none."""
        model = self._whole if whole else self._relaxed
        free = np.array([0.0 if at in kept else INFINITY for at in range(self._count)])
        model.set_bounds(np.concatenate([self._low, np.zeros(self._count)]), np.concatenate([self._high, free]))
        answer = model.solve(nodes=NODES)
        if whole and not answer.feasible:
            answer = model.solve_for_any()
        if not answer.feasible:
            return None
        return frozenset(np.flatnonzero(answer.x[len(self._high) :] > MISSED).tolist())
