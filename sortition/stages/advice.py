"""Why no panel meets the quotas, and what would help: ranked, each with what it costs in fairness."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from sortition.checking import (
    Conflict,
    Relaxation,
    conflict_sentences,
    find_conflict,
    more_people,
    move_alone,
    other_sizes,
    reason,
    smallest_change,
    without_households,
)
from sortition.engine.types import classes_of
from sortition.fairness.lowest import LowestChance, LowestChances
from sortition.messages import phrase
from sortition.model import Problem, Progress, no_progress

Kind = Literal["quotas", "people", "size", "households"]

MOST_MOVES = 6
"""Bounds of a conflict for each of which it is found out how far it would have to move alone."""


@dataclass(frozen=True, eq=False)
class Option:
    """One thing that would make a panel possible."""

    kind: Kind
    sentence: str
    change: Relaxation | None
    """The change of the quotas, of that kind of option."""
    problem: Problem
    """The problem after it; it has a valid panel."""
    chance: LowestChance
    """The lowest chance after it, or bounds of it."""


@dataclass(frozen=True, eq=False)
class Advice:
    """Why there is no panel, and what would help."""

    conflict: Conflict
    members: tuple[str, ...]
    """A sentence for each quota of the conflict, with the people counted, and for the household rule."""
    reason: str
    """Why they cannot be met together."""
    options: tuple[Option, ...]
    """Changes of quotas first, the smallest first; then more people, other sizes, and leaving households aside."""
    within_flex: bool
    """Whether some change of the quotas within `flex` suffices."""

    @property
    def smallest(self) -> Relaxation | None:
        """The smallest change of the quotas, if any suffices."""
        return next((option.change for option in self.options if option.change and option.change.smallest), None)


def advise(
    problem: Problem,
    flex: Sequence[int | None],
    solver: str = "HiGHS",
    progress: Progress = no_progress,
    chances: LowestChances | None = None,
) -> Advice | None:
    """Find out why no panel meets the quotas, and what would help.

    Parameters
    ----------
    problem
        People and quotas.
    flex
        For each quota, how many seats a suggested change may move its bounds; None for as many as needed.
    solver
        A solver that PuLP knows, for the smallest change and the confirmation of the conflict.
    progress
        Told of each step.
    chances
        Finds the lowest chances; None: one that has not found any yet.

    Returns
    -------
    Advice or None
        None if there is a valid panel.

    Raises
    ------
    UsageError
        The solver is unknown or not installed.
    SolverError
        A solver failed.
    """
    progress(phrase("which quotas contradict each other"), "", None)
    conflict = find_conflict(problem, classes_of, solver)
    if conflict is None:
        return None
    found = []
    for each in _ways_out(problem, conflict, flex, solver):
        progress(phrase("what would help"), each[1], None)
        found.append(each)
    progress(phrase("what it would cost in fairness"), "", None)
    return Advice(
        conflict,
        conflict_sentences(problem, conflict),
        reason(problem, conflict, classes_of),
        tuple(_costed(found, chances or LowestChances())),
        any(kind == "quotas" for kind, *_ in found),
    )


def short_advice(
    problem: Problem, flex: Sequence[int | None], solver: str = "HiGHS", explain: bool = True
) -> tuple[str, ...]:
    """Give the smallest change that allows a panel in a few lines, and before it why there is none.

    Parameters and errors are those of `advise`; without `explain` only the change.
    """
    lines = []
    conflict = find_conflict(problem, classes_of, solver) if explain else None
    if conflict is not None:
        lines += [
            phrase("these contradict each other:"),
            *(f"  {each}" for each in conflict_sentences(problem, conflict)),
        ]
        lines.append(phrase("why: {reason}", reason=reason(problem, conflict, classes_of)))
    change = smallest_change(classes_of(problem), problem, flex, solver=solver)
    if change is None:
        return (*lines, phrase("no change of the quotas within the limits of 'flex' allows a panel."))
    sentences = (f"  {each.sentence}" for each in change.changes)
    return (*lines, phrase("the smallest change to the quotas that allows a panel:"), *sentences)


_Found = tuple[Kind, str, Relaxation | None, Problem]


def _ways_out(problem: Problem, conflict: Conflict, flex: Sequence[int | None], solver: str) -> Iterator[_Found]:
    best = smallest_change(classes_of(problem), problem, flex, solver=solver)
    if best is not None:
        moves = (move_alone(problem, bound, flex, classes_of) for bound in conflict.bounds[:MOST_MOVES])
        others = [move for move in moves if move is not None and move.changes != best.changes]
        for change in (best, *sorted(others, key=_cost)):
            yield "quotas", change.sentence, change, change.applied(problem)
    more = more_people(problem, classes_of)
    if more is not None:
        yield "people", more.sentence, None, more.problem
    for size in other_sizes(problem, conflict, classes_of):
        yield "size", size.sentence, None, size.problem
    apart = without_households(problem, classes_of) if conflict.households else None
    if apart is not None:
        yield "households", apart.sentence, None, apart.problem


def _cost(change: Relaxation) -> Fraction:
    return change.cost


def _costed(found: Sequence[_Found], chances: LowestChances) -> Iterator[Option]:
    """Find the lowest chance after each, the smallest change first."""
    for kind, sentence, change, problem in found:
        yield Option(kind, sentence, change, problem, chances.of(problem))
