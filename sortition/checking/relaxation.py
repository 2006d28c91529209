"""The smallest change to the quotas that makes a panel, or everybody's place on one, possible."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from sortition.checking.conflict import Bound, Grouping, has_panel, panel_program
from sortition.checking.findings import number_of_people
from sortition.errors import OutOfTimeError, SolverError
from sortition.messages import phrase
from sortition.model import BoolArray, Classes, FloatArray, IntArray, Problem, Quota, Quotas
from sortition.solver import INFINITY, LinearModel, Program, solve_once

MOST_COLUMNS = 1000
"""Classes, times panels that each let somebody in, up to which the cheapest change for everybody is sought at once."""
_COST_TOLERANCE = 1e-6
"""Costs closer than this count as equal; solvers do not tell them apart."""


@dataclass(frozen=True, slots=True)
class Change:
    """Another lowest or highest number for one quota."""

    quota: Quota
    new_low: int
    new_high: int
    people: int
    """How many people who may be drawn count towards the quota."""

    @property
    def sentence(self) -> str:
        """The change in words: `age '18-24': lowest 5 -> 4 (4 people may be drawn)`."""
        low, high = (self.quota.low, self.new_low), (self.quota.high, self.new_high)
        parts = [phrase("lowest {old} -> {new}", old=low[0], new=low[1])] if low[0] != low[1] else []
        if high[0] != high[1]:
            parts.append(phrase("highest {old} -> {new}", old=high[0], new=high[1]))
        return phrase(
            "{quota}: {changes} ({people} may be drawn)",
            quota=self.quota.label,
            changes=phrase(" and ").join(parts),
            people=number_of_people(self.people),
        )


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Changes to the quotas that together suffice, at the lowest cost."""

    changes: tuple[Change, ...]
    """In the order of the quotas; empty if none is needed."""
    cost: Fraction
    """A highest number raised costs 1 a seat; a lowest number l lowered costs 1 + 2/l a seat."""
    smallest: bool = True
    """Whether it is proved that no change costs less; else only that this one suffices."""

    @property
    def sentence(self) -> str:
        """All changes in words."""
        return "; ".join(change.sentence for change in self.changes)

    def applied(self, problem: Problem) -> Problem:
        """Give the problem with the quotas changed."""
        new = {change.quota: change for change in self.changes}
        quotas = [
            replace(quota, low=new[quota].new_low, high=new[quota].new_high) if quota in new else quota
            for quota in problem.quotas
        ]
        return replace(problem, quotas=tuple(quotas))


def flex_of(quotas: Quotas) -> tuple[int | None, ...]:
    """Give for each of `quotas.quotas` how many seats a bound may move; rules and cross quotas as far as needed."""
    values = [category.flex for category in quotas.categories for _ in category.values]
    return (*values, *(None for _ in quotas.rules))


def smallest_change(
    classes: Classes,
    problem: Problem,
    flex: Sequence[int | None],
    include: Sequence[int] = (),
    solver: str = "HiGHS",
) -> Relaxation | None:
    """Find the cheapest change to the quotas under which there is a panel.

    Lowest numbers may fall, down to 0, and highest numbers rise, up to the panel size; the panel size and the
    household rule stay. Of equally cheap changes the one is taken that leaves the first quota alone as far as
    possible, then the second and so on, so that the answer does not depend on the solver.

    Parameters
    ----------
    classes
        The people of the problem in classes.
    problem
        People and quotas.
    flex
        For each quota, how many seats each of its bounds may move; None for as many as needed.
    include
        Classes that have a person on some panel, not necessarily the same one, under the changed quotas.
    solver
        Any solver that PuLP knows.

    Returns
    -------
    Relaxation or None
        None if it is proved that no change within `flex` suffices.

    Raises
    ------
    UsageError
        The solver is unknown or not installed.
    SolverError
        The solver failed, or its answer did not stand up to a check in whole numbers.
    """
    model = _Model(classes, _caps(classes, flex), include)
    answer = model.cheapest(solver)
    if answer is None:
        return None
    return _relaxation(model.first_of_equals(answer, solver), problem)


def move_alone(problem: Problem, bound: Bound, flex: Sequence[int | None], grouping: Grouping) -> Relaxation | None:
    """Find by how little one lowest or highest number must move, all others staying, for a panel to be possible.

    Returns
    -------
    Relaxation or None
        None if no move of this number within `flex` suffices.
    """
    quota, down = problem.quotas[bound.quota], bound.side == "lowest"
    most = quota.low if down else max(problem.panel_size - quota.high, 0)
    limit = flex[bound.quota]
    possible = range((most if limit is None else min(most, limit)) + 1)
    seats = bisect_left(possible, True, lo=1, key=lambda s: has_panel(moved(problem, bound, s), grouping))
    if seats >= len(possible):
        return None
    cost = seats * (1 + Fraction(2, quota.low)) if down else Fraction(seats)
    return Relaxation((change_of(problem, bound, seats),), cost, smallest=False)


def change_of(problem: Problem, bound: Bound, seats: int) -> Change:
    """Describe what `moved` does."""
    changed = moved(problem, bound, seats).quotas[bound.quota]
    people = int(problem.membership[:, bound.quota].sum())
    return Change(problem.quotas[bound.quota], changed.low, changed.high, people)


def moved(problem: Problem, bound: Bound, seats: int) -> Problem:
    """Give the problem with one lowest number lowered, or one highest raised, by some seats."""
    quotas = list(problem.quotas)
    quota = quotas[bound.quota]
    lower = bound.side == "lowest"
    quotas[bound.quota] = replace(quota, low=quota.low - seats) if lower else replace(quota, high=quota.high + seats)
    return replace(problem, quotas=tuple(quotas))


def reach_everyone(
    classes: Classes,
    problem: Problem,
    flex: Sequence[int | None],
    solver: str = "HiGHS",
    seconds: float = 60.0,
    sample: Callable[[Classes], IntArray] | None = None,
) -> Relaxation | None:
    """Find the cheapest change to the quotas under which everybody is on some panel.

    Where the program for the cheapest would be too large, people are let in one after the other, each at the lowest
    further cost, and the answer says that it need not be the smallest.

    Parameters, ties and errors are those of `smallest_change`; None if it is proved that no change within `flex`
    suffices.

    Parameters
    ----------
    classes, problem, flex, solver
        As in `smallest_change`.
    seconds
        Time after which the search is given up.
    sample
        Finds some valid panels, shape (any, classes), which save integer programs.

    Raises
    ------
    OutOfTimeError
        It was.
    """
    # A change that is the cheapest (and first of equals) for some of the classes, and turns out to reach all of them,
    # is so for all: hence classes join only when they are found out of reach, and ties are settled only at the end.
    include: list[int] = []
    found: list[IntArray] = []
    caps, end = _caps(classes, flex), time.monotonic() + seconds
    known: _Answer | None = None
    while True:
        if known is not None and len(include) * len(classes.members) > MOST_COLUMNS:
            return _one_by_one(classes, problem, known, caps, found, solver, end, sample)
        model = _Model(classes, caps, include)
        answer = known = model.cheapest(solver, _left(end))
        if answer is None:
            return None
        missed = _first_missed(classes, answer, found, end, sample)
        if missed is None:
            some, answer = answer, model.first_of_equals(answer, solver, end)
            if (answer.seats != some.seats).any():
                missed = _first_missed(classes, answer, found, end, sample)
        if missed is None:
            return _relaxation(answer, problem)
        include.append(missed)


def _one_by_one(
    classes: Classes,
    problem: Problem,
    known: _Answer,
    caps: FloatArray,
    found: list[IntArray],
    solver: str,
    end: float,
    sample: Callable[[Classes], IntArray] | None,
) -> Relaxation | None:
    """Let people in one class after the other, each at the lowest further cost."""
    answer = known
    while True:
        missed = _first_missed(classes, answer, found, end, sample)
        if missed is None:
            return replace(_relaxation(answer, problem), smallest=False)
        further = _Model(answer.relaxed(classes), caps - answer.seats, [missed]).cheapest(solver, _left(end))
        if further is None:
            return None
        answer = _Answer(answer.lowered + further.lowered, answer.raised + further.raised, further.panels)


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise OutOfTimeError(phrase("the smallest change that gives everybody a chance was not found in time"))
    return left


def _caps(classes: Classes, flex: Sequence[int | None]) -> FloatArray:
    """Give by how many seats each lowest number may fall, then by how many each highest may rise."""
    quotas = classes.quota_rows
    most = np.array([INFINITY if seats is None else seats for seats in flex], dtype=float)
    room = np.maximum(classes.panel_size - classes.high[:quotas], 0)
    return np.concatenate([np.minimum(classes.low[:quotas], most), np.minimum(room, most)])


@dataclass(frozen=True, eq=False)
class _Answer:
    """A change, and panels that show that it suffices."""

    lowered: IntArray
    """Shape (quotas,): seats by which each lowest number falls."""
    raised: IntArray
    panels: IntArray
    """Shape (panels, classes)."""

    @property
    def seats(self) -> IntArray:
        """Shape (2 * quotas,): what is taken off each lowest number, then what is put on each highest."""
        return np.concatenate([self.lowered, self.raised])

    def relaxed(self, classes: Classes) -> Classes:
        """Give the classes with the changed quotas."""
        quotas = classes.quota_rows
        return Classes(
            classes.members,
            classes.caps,
            classes.matrix,
            np.concatenate([classes.low[:quotas] - self.lowered, classes.low[quotas:]]),
            np.concatenate([classes.high[:quotas] + self.raised, classes.high[quotas:]]),
            classes.panel_size,
            quotas,
        )


class _Model:
    """The program behind a change: seats off each lowest, seats onto each highest, and a panel for each class named."""

    def __init__(self, classes: Classes, caps: FloatArray, include: Sequence[int]) -> None:
        self._classes = classes
        self._panels = max(1, len(include))
        quotas, low, high = classes.quota_rows, classes.low, classes.high
        panels_low = np.zeros((self._panels, len(classes.members)))
        for row, wanted in enumerate(include):
            panels_low[row, wanted] = 1
        self._weights = [Fraction(1) + Fraction(2, max(int(seats), 1)) for seats in low[:quotas]] + [
            Fraction(1)
        ] * quotas
        cost = [float(weight) for weight in self._weights] + [0.0] * panels_low.size
        self.program = Program(
            cost=np.array(cost),
            matrix=self._matrix(),
            row_low=np.tile(np.concatenate([[classes.panel_size], low, np.full(len(low), -INFINITY)]), self._panels),
            row_high=np.tile(np.concatenate([[classes.panel_size], np.full(len(low), INFINITY), high]), self._panels),
            low=np.concatenate([np.zeros(2 * quotas), panels_low.ravel()]),
            high=np.concatenate([caps, np.tile(classes.caps, self._panels)]),
            integer=np.ones(len(cost), dtype=bool),
        )

    def _matrix(self) -> FloatArray:
        """Stack, a panel: its size; its counts plus what is taken off the lowest; less what is put on the highest."""
        quotas, (rows, width) = self._classes.quota_rows, self._classes.matrix.shape
        off = np.zeros((1 + 2 * rows, 2 * quotas))
        off[1 : 1 + quotas, :quotas] = np.eye(quotas)
        off[1 + rows : 1 + rows + quotas, quotas:] = -np.eye(quotas)
        counts = np.vstack([np.ones((1, width)), self._classes.matrix, self._classes.matrix])
        return np.hstack([np.tile(off, (self._panels, 1)), np.kron(np.eye(self._panels), counts)])

    def cheapest(self, solver: str, seconds: float | None = None) -> _Answer | None:
        """Give some cheapest change, or None if none suffices."""
        solution = solve_once(self.program, solver, seconds)
        return self._checked(solution.x) if solution.feasible else None

    def first_of_equals(self, answer: _Answer, solver: str, end: float | None = None) -> _Answer:
        """Give the change of the same cost that leaves each quota alone as far as the quotas before it allow."""
        program, quotas = self.program, self._classes.quota_rows
        row = np.where(np.arange(len(program.cost)) < 2 * quotas, program.cost, 0.0)
        low, high = program.low.copy(), program.high.copy()
        for variable in (
            np.arange(2 * quotas).reshape(2, quotas).T.ravel().tolist()
        ):  # lowest and highest, quota by quota
            if answer.seats[variable] > 0:
                answer = self._least(variable, row, float(self._cost(answer)), low, high, solver, end)
            low[variable] = high[variable] = answer.seats[variable]
        return answer

    def _least(
        self,
        variable: int,
        cost_row: FloatArray,
        cost: float,
        low: FloatArray,
        high: FloatArray,
        solver: str,
        end: float | None,
    ) -> _Answer:
        """Give the answer of no higher cost in which one variable is smallest."""
        program = self.program
        solution = solve_once(
            Program(
                cost=np.eye(1, len(low), variable)[0],
                matrix=np.vstack([program.matrix, cost_row]),
                row_low=np.append(program.row_low, -INFINITY),
                row_high=np.append(program.row_high, cost + _COST_TOLERANCE),
                low=low.copy(),
                high=high.copy(),
                integer=program.integer,
            ),
            solver,
            None if end is None else _left(end),
        )
        if not solution.feasible:
            raise SolverError(
                phrase("solver {solver} denies a change of the quotas that it has found before", solver=solver)
            )
        return self._checked(solution.x)

    def _cost(self, answer: _Answer) -> Fraction:
        seats = zip(self._weights, answer.seats.tolist(), strict=True)
        return sum((weight * count for weight, count in seats), Fraction(0))

    def _checked(self, x: NDArray[np.float64]) -> _Answer:
        """Check a solver's answer in whole numbers."""
        quotas = self._classes.quota_rows
        whole = np.rint(x).astype(np.int32)
        answer = _Answer(whole[:quotas], whole[quotas : 2 * quotas], whole[2 * quotas :].reshape(self._panels, -1))
        inside = (whole >= self.program.low).all() and (whole <= self.program.high).all()
        if not inside or not answer.relaxed(self._classes).valid(answer.panels).all():
            raise SolverError(phrase("the solver's change of the quotas did not stand up to a check in whole numbers"))
        return answer


def _first_missed(
    classes: Classes,
    answer: _Answer,
    found: list[IntArray],
    end: float,
    sample: Callable[[Classes], IntArray] | None,
) -> int | None:
    """Give the first class that no panel can contain under the changed quotas; panels found on the way are kept."""
    relaxed = answer.relaxed(classes)
    found.extend(answer.panels)
    panels = np.array(found)
    reached = np.zeros(len(classes.members), dtype=bool)
    if sample is not None:
        reached |= sample(relaxed).max(axis=0) > 0
    for panel in panels[relaxed.valid(panels)]:
        if reached.all():
            return None
        _walk(relaxed, panel, reached)
    model = LinearModel(panel_program(relaxed))
    for wanted in range(len(classes.members)):
        if reached[wanted]:
            continue
        _left(end)
        model.set_bounds(np.arange(len(reached)) == wanted, relaxed.caps)
        answered = model.solve_for_any()
        if not answered.feasible:
            return wanted
        found.append(np.rint(answered.x).astype(np.int32))
        if not relaxed.valid(found[-1][None, :]).all():
            raise SolverError(phrase("a panel under changed quotas did not stand up to a check in whole numbers"))
        _walk(relaxed, found[-1], reached)
    return None


def _walk(classes: Classes, panel: IntArray, reached: BoolArray) -> None:
    """Exchange members of a panel for classes not reached yet, as long as that leads to valid panels, and mark them."""
    rows, quotas, panel = classes.matrix.astype(np.int32), classes.quota_rows, panel.copy()
    counts = rows @ panel
    reached |= panel > 0
    missing = -1
    while missing != (~reached).sum():
        missing = int((~reached).sum())
        for coming in np.flatnonzero(~reached):
            members = np.flatnonzero(panel)
            # a member who leaves can only make room in a household row, so that only those of the one who comes count
            at = np.append(np.arange(quotas), quotas + np.flatnonzero(rows[quotas:, coming]))
            after = (counts[at] + rows[at, coming])[:, None] - rows[np.ix_(at, members)]
            fits = np.flatnonzero(((after >= classes.low[at, None]) & (after <= classes.high[at, None])).all(axis=0))
            if len(fits):
                leaving = members[fits[coming % len(fits)]]
                counts += rows[:, coming] - rows[:, leaving]
                panel[leaving] -= 1
                panel[coming] += 1
                reached[coming] = True


def _relaxation(answer: _Answer, problem: Problem) -> Relaxation:
    people = problem.membership.sum(axis=0).tolist()
    changes: list[Change] = []
    cost = Fraction(0)
    for number, quota in enumerate(problem.quotas):
        lowered, raised = int(answer.lowered[number]), int(answer.raised[number])
        if lowered or raised:
            changes.append(Change(quota, quota.low - lowered, quota.high + raised, people[number]))
            cost += raised + (lowered * (1 + Fraction(2, quota.low)) if lowered else 0)
    return Relaxation(tuple(changes), cost)
