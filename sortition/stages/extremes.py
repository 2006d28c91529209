"""Who is on no panel, and who on every one; because of which quotas; and what it would take to change that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from sortition.checking import (
    Change,
    Conflict,
    Relaxation,
    Wish,
    change_of,
    conflict_sentences,
    find_conflict,
    has_panel,
    moved,
    only,
    panel_program,
    reason_against,
    smallest_change,
)
from sortition.engine.search import PanelSearch
from sortition.engine.types import classes_of
from sortition.errors import SolverError
from sortition.fairness.lowest import LowestChance, LowestChances
from sortition.messages import phrase
from sortition.model import Classes, Problem
from sortition.solver import LinearModel

MOST_GROUPS = 3
"""Groups of people, the largest first, for whom the quotas behind it are sought."""
MOST_MOVES = 6
"""Bounds of a conflict for each of which it is found out what a seat less strict would do."""
MOST_LOOSENED = 3
"""Of those that would let people be left out, how many are kept."""


@dataclass(frozen=True, eq=False)
class Cause:
    """The smallest set of quotas that together keep a person off every panel, or put them on each."""

    conflict: Conflict
    members: tuple[str, ...]
    """A sentence for each quota, with the people counted, and for the household rule."""
    reason: str
    """Why they do, by counting; empty where that is no shorter than the set itself."""
    people: tuple[int, ...]
    """For whom of a group it does so, as positions in `Problem.ids`, ascending; each of them."""


@dataclass(frozen=True, eq=False)
class Never:
    """People whom no valid panel can contain, and who all need the same smallest change to be drawn."""

    people: tuple[int, ...]
    """Positions in `Problem.ids`, ascending."""
    change: Relaxation | None
    """None if no change within `flex` lets them in."""
    cause: Cause | None
    """Of the most alike among them; None where there are larger groups enough."""
    chance: LowestChance | None
    """The lowest chance after the change, where there are a change and a cause."""


@dataclass(frozen=True, eq=False)
class Loosened:
    """A quota one seat less strict, so that people need not be on every panel any more."""

    change: Change
    chance: LowestChance
    """The lowest chance after it."""


@dataclass(frozen=True, eq=False)
class Always:
    """People who are on every valid panel, whatever the lottery: their chance is 100 %."""

    people: tuple[int, ...]
    """Positions in `Problem.ids`, ascending."""
    cause: Cause | None
    """None where there are larger groups enough; the people of all other groups are then in this one."""
    loosened: tuple[Loosened, ...]


def never_on(
    problem: Problem,
    search: PanelSearch,
    flex: Sequence[int | None],
    chances: LowestChances,
    solver: str = "HiGHS",
) -> tuple[Never, ...]:
    """Group the people whom no panel can contain, the largest group first.

    Parameters
    ----------
    problem
        One with a valid panel.
    search
        A search over its classes in which every class that can be reached has been.
    flex
        For each quota, how many seats a suggested change may move its bounds; None for as many as needed.
    chances
        Finds the lowest chances.
    solver
        A solver that PuLP knows, for the smallest changes and the confirmation of conflicts.

    Raises
    ------
    UsageError
        The solver is unknown or not installed.
    SolverError
        A solver failed.
    """
    classes = classes_of(problem)
    groups: dict[tuple[Change, ...] | None, list[int]] = {}
    found: dict[tuple[Change, ...] | None, Relaxation | None] = {}
    for at in np.flatnonzero(search.polytope.high == 0).tolist():
        change = smallest_change(classes, problem, flex, include=(at,), solver=solver)
        key = None if change is None else change.changes
        groups.setdefault(key, []).append(at)
        found[key] = change
    largest = sorted(groups.items(), key=lambda group: -len(_people(classes, group[1])))
    return tuple(
        _never(problem, classes, alike, found[key], number < MOST_GROUPS, chances, solver)
        for number, (key, alike) in enumerate(largest)
    )


def _never(
    problem: Problem,
    classes: Classes,
    alike: Sequence[int],
    change: Relaxation | None,
    large: bool,
    chances: LowestChances,
    solver: str,
) -> Never:
    people = _people(classes, alike)
    if not large:
        return Never(people, change, None, None)
    cause = _cause(problem, classes, alike, True, solver)
    return Never(people, change, cause, chances.of(change.applied(problem)) if change is not None else None)


def always_on(
    problem: Problem,
    search: PanelSearch,
    flex: Sequence[int | None],
    chances: LowestChances,
    solver: str = "HiGHS",
) -> tuple[Always, ...]:
    """Group the people who are on every panel by what puts them there; parameters and errors as of `never_on`."""
    classes = classes_of(problem)
    left = list(_certain(classes, search))
    groups: list[Always] = []
    while left and len(groups) < MOST_GROUPS:
        cause = _cause(problem, classes, left, False, solver)
        here = [at for at in left if classes.members[at][0] in cause.people]
        left = [at for at in left if at not in here]
        freed = _loosened(problem, cause, [classes.members[at][0] for at in here], flex, chances)
        loosened = tuple(islice(freed, MOST_LOOSENED))
        groups.append(Always(cause.people, cause, loosened))
    return (*groups, *([Always(_people(classes, left), None, ())] if left else []))


def _certain(classes: Classes, search: PanelSearch) -> Iterator[int]:
    """Give the classes all of whose people are on every panel."""
    for at in np.flatnonzero(search.panels.min(axis=0) == classes.sizes).tolist():
        without = panel_program(classes, Wish(classes.members[at][0], seated=False))
        if not LinearModel(without).solve_for_any().feasible:
            yield at


def _cause(problem: Problem, classes: Classes, alike: Sequence[int], seated: bool, solver: str) -> Cause:
    """Find what is behind it for the largest of some classes, and for whom of the others that is enough."""
    largest = max(alike, key=lambda at: len(classes.members[at]))
    wish = Wish(classes.members[largest][0], seated)
    conflict = find_conflict(problem, classes_of, solver, wish)
    if conflict is None:
        raise SolverError(phrase("HiGHS found a panel that it has denied before"))
    alone = only(problem, conflict)
    held = [at for at in alike if not has_panel(alone, classes_of, Wish(classes.members[at][0], seated))]
    members, why = conflict_sentences(problem, conflict), reason_against(problem, conflict, classes_of, wish)
    return Cause(conflict, members, why, _people(classes, held))


def _loosened(
    problem: Problem, cause: Cause, people: Iterable[int], flex: Sequence[int | None], chances: LowestChances
) -> Iterator[Loosened]:
    """Give each quota of which one seat less strict is enough for all of some people to be left out, one at a time."""
    wishes = [Wish(person, seated=False) for person in people]
    for bound in cause.conflict.bounds[:MOST_MOVES]:
        if flex[bound.quota] == 0:
            continue
        after = moved(problem, bound, 1)
        if all(has_panel(after, classes_of, wish) for wish in wishes):
            yield Loosened(change_of(problem, bound, 1), chances.of(after))


def _people(classes: Classes, at: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(person for each in at for person in classes.members[each]))
