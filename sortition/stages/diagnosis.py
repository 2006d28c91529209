"""Whether there is a valid panel, whom none can contain, what binds, and what would help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sortition.checking import Relaxation, reach_everyone
from sortition.engine.polytope import relaxation
from sortition.engine.search import REACHING, PanelSearch
from sortition.engine.types import classes_of
from sortition.errors import OutOfTimeError
from sortition.fairness.lottery import reached
from sortition.fairness.lowest import SEED, LowestChance, LowestChances
from sortition.messages import phrase
from sortition.model import Classes, IntArray, Problem, Progress, no_progress
from sortition.stages.advice import Advice, advise
from sortition.stages.binding import Binding, binding
from sortition.stages.extremes import Always, Never, always_on, never_on

REACH_SECONDS = 60.0
"""Time after which the search for a change that gives everybody a chance is given up."""


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What quotas and people do to each other."""

    advice: Advice | None
    """Why there is no valid panel and what would help; None if there is one."""
    now: LowestChance | None
    """Where there is a panel: the lowest chance with the quotas as they are."""
    never: tuple[Never, ...]
    """Whom no valid panel can contain, the largest group first."""
    always: tuple[Always, ...]
    """Who is on every panel."""
    binding: Binding | None
    """Where there is a panel: the quotas that hold the lowest chance down."""
    keeping_everyone: Relaxation | None
    """A change after which everybody can be drawn, where somebody cannot be and one was found."""
    chance_keeping: LowestChance | None
    """The lowest chance after it."""
    notes: tuple[str, ...]
    """What was not found out for want of time."""


def diagnose(
    problem: Problem, flex: Sequence[int | None], solver: str = "HiGHS", progress: Progress = no_progress
) -> Diagnosis:
    """Find out what stands between a pool and a fair lottery.

    Parameters
    ----------
    problem
        People and quotas.
    flex
        For each quota, how many seats a suggested change may move its bounds; None for as many as needed.
    solver
        A solver that PuLP knows.
    progress
        Told of each step.

    Raises
    ------
    UsageError
        The solver is unknown or not installed.
    SolverError
        A solver failed.
    """
    chances = LowestChances()
    progress(phrase("is there a panel"), "", None)
    advice = advise(problem, flex, solver, progress, chances)
    if advice is not None:
        keeping, notes = _keeping(problem, flex, solver, progress)
        chance = chances.of(keeping.applied(problem)) if keeping is not None else None
        return Diagnosis(advice, None, (), (), None, keeping, chance, notes)
    classes = classes_of(problem)
    search = reached(problem, classes, progress)
    out_of_reach = np.flatnonzero(search.polytope.high == 0).tolist()
    never = [person for at in out_of_reach for person in classes.members[at]]
    progress(phrase("fair chances"), "", None)
    now = chances.after_reaching(search)
    keeping, notes = _keeping(problem, flex, solver, progress) if never else (None, ())
    chance = chances.of(keeping.applied(problem)) if keeping is not None else None
    progress(phrase("who is on no panel, and who on every one"), "", None)
    return Diagnosis(
        None,
        now,
        never_on(problem, search, flex, chances, solver),
        always_on(problem, search, flex, chances, solver),
        binding(problem, never),
        keeping,
        chance,
        notes,
    )


def _keeping(
    problem: Problem, flex: Sequence[int | None], solver: str, progress: Progress
) -> tuple[Relaxation | None, tuple[str, ...]]:
    """Find the smallest change that gives everybody a chance, or say that none was found in time."""
    progress(phrase("the smallest change that gives everybody a chance"), "", None)
    try:
        return reach_everyone(classes_of(problem), problem, flex, solver, REACH_SECONDS, _some_panels), ()
    except OutOfTimeError:
        late = phrase(
            "no change that gives everybody a chance was found within {seconds:g} seconds.", seconds=REACH_SECONDS
        )
        return None, (late,)


def _some_panels(classes: Classes) -> IntArray:
    """Sample panels that hold most of the classes that any panel can hold."""
    search = PanelSearch(relaxation(classes), SEED)
    search.sample(REACHING)
    return search.panels
