"""Whether there is a valid panel, whom none can contain, what binds, and what would help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sortition.checking import Relaxation, reach_everyone, smallest_change
from sortition.engine.types import classes_of
from sortition.errors import OutOfTimeError
from sortition.fairness.lottery import unreachable
from sortition.messages import phrase
from sortition.model import Problem, Progress, no_progress
from sortition.stages.advice import Advice, advise
from sortition.stages.binding import Binding, binding

REACH_SECONDS = 2.0
"""Time for the smallest change that gives everybody a chance; as much again for one that need not be the smallest."""


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What quotas and people do to each other."""

    advice: Advice | None
    """Why there is no valid panel and what would help; None if there is one."""
    unreachable: tuple[tuple[str, str], ...]
    """Pairs (id, why no valid panel can contain the person)."""
    binding: Binding | None
    """Where there is a panel: the quotas that hold the lowest chance down or put people on every panel."""
    keeping_everyone: Relaxation | None
    """A change after which everybody can be drawn, where somebody cannot be and one was found."""
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
    progress(phrase("is there a panel"), "", None)
    advice = advise(problem, flex, solver, progress)
    never = unreachable(problem, progress) if advice is None else ()
    keeping, notes = None, []
    if advice is not None or never:
        progress(phrase("the smallest change that gives everybody a chance"), "", None)
        try:
            keeping = reach_everyone(classes_of(problem), problem, flex, solver, REACH_SECONDS)
        except OutOfTimeError:
            notes.append(
                phrase(
                    "no change that gives everybody a chance was found within {seconds:g} seconds.",
                    seconds=2 * REACH_SECONDS,
                )
            )
    return Diagnosis(
        advice,
        _why_unreachable(problem, never, flex, solver),
        binding(problem, never) if advice is None else None,
        keeping,
        tuple(notes),
    )


def _why_unreachable(
    problem: Problem, never: Sequence[int], flex: Sequence[int | None], solver: str
) -> tuple[tuple[str, str], ...]:
    """Name for each person the quotas that block them: those of the smallest change that would let them in."""
    if not never:
        return ()
    classes = classes_of(problem)
    why = {}
    for at, members in enumerate(classes.members):
        if members[0] in never:
            change = smallest_change(classes, problem, flex, include=(at,), solver=solver)
            text = phrase("no change within 'flex' would")
            if change is not None:
                text = phrase("could be drawn only after: {changes}", changes=change.sentence)
            why.update(dict.fromkeys(members, text))
    return tuple((problem.ids[person], why[person]) for person in never)
