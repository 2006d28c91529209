"""Whether a pool fits its quotas, and what to change if it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sortition.checking import (
    Excluded,
    QuotaCount,
    Relaxation,
    flex_of,
    match,
    quota_table,
    reach_everyone,
    shortages,
    smallest_change,
    suspicions,
)
from sortition.engine.types import classes_of
from sortition.errors import Fault, InfeasibleError
from sortition.fairness.lottery import unreachable
from sortition.model import Pool, Problem, Progress, Quotas, no_progress
from sortition.reading import read_pool, read_quotas
from sortition.workflow.cleaning import read_sound_pool, with_proposals


@dataclass(frozen=True, eq=False)
class CheckReport:
    """What `check` found in a pool and its quotas."""

    name: str
    problem: Problem
    counts: tuple[QuotaCount, ...]
    households: tuple[tuple[str, ...], ...]
    """Groups of ids that share a household."""
    excluded: tuple[Excluded, ...]
    notes: tuple[Fault, ...]
    feasible: bool
    """Whether any valid panel exists."""
    unreachable: tuple[tuple[str, str], ...]
    """Pairs (id, why no valid panel can contain the person)."""
    change: Relaxation | None
    """If there is no valid panel: the smallest change to the quotas that allows one."""
    change_keeping_everyone: Relaxation | None
    """The smallest change after which everybody can be drawn, where somebody cannot be."""


def check(
    pool_path: Path | str,
    quotas_path: Path | str,
    *,
    panel_size: int | None = None,
    corrections: Path | None = None,
    solver: str = "HiGHS",
    progress: Progress = no_progress,
) -> CheckReport:
    """Check whether a pool fits its quotas; nothing is drawn or written.

    Parameters
    ----------
    pool_path, quotas_path
        The files, or the name of a shipped quota spec.
    panel_size
        Seats, where the quotas are a CSV file.
    corrections
        Corrections to make first.
    solver
        A solver that PuLP knows, for the smallest change.
    progress
        Told of each step.

    Raises
    ------
    InputError
        With every fault of the files.
    """
    progress("reading", "", None)
    quotas = read_quotas(quotas_path, panel_size)
    if corrections is not None:
        return check_pool(read_pool(pool_path, corrections), quotas, solver=solver, progress=progress)
    with with_proposals(pool_path, quotas):
        return check_pool(read_sound_pool(Path(pool_path), quotas), quotas, solver=solver, progress=progress)


def check_pool(pool: Pool, quotas: Quotas, *, solver: str = "HiGHS", progress: Progress = no_progress) -> CheckReport:
    """Check whether a pool as read fits its quotas (see `check`)."""
    matched = match(pool, quotas)
    problem = matched.problem
    short = shortages(problem, quotas.source)
    progress("is there a panel", "", None)
    try:
        never = () if short else unreachable(problem, progress)
        feasible = not short
    except InfeasibleError:
        never, feasible = (), False
    change = keeping = None
    if not feasible or never:
        progress("the smallest change to the quotas", "", None)
        classes, flex = classes_of(problem), flex_of(quotas)
        change = None if feasible else smallest_change(classes, problem, flex, solver=solver)
        keeping = reach_everyone(classes, problem, flex, solver=solver)
    return CheckReport(
        name=quotas.name,
        problem=problem,
        counts=quota_table(problem),
        households=matched.households,
        excluded=matched.excluded,
        notes=(*matched.notes, *suspicions(pool, quotas), *short),
        feasible=feasible,
        unreachable=_why_unreachable(problem, never, flex_of(quotas), solver),
        change=change,
        change_keeping_everyone=keeping,
    )


def with_advice(problem: Problem, quotas: Quotas, solver: str) -> InfeasibleError:
    """Say that no panel exists, and the smallest change to the quotas that allows one."""
    faults = list(shortages(problem, quotas.source)) or [Fault("no panel meets all quotas together.", quotas.source)]
    change = smallest_change(classes_of(problem), problem, flex_of(quotas), solver=solver)
    if change is None:
        faults.append(Fault("no change of the quotas within the limits of 'flex' allows a panel either."))
    else:
        faults.append(Fault("the smallest change to the quotas that allows a panel:"))
        faults.extend(Fault("  " + each.sentence) for each in change.changes)
    return InfeasibleError(faults)


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
            sentences = "no change within 'flex' would" if change is None else _joined(change)
            why.update(dict.fromkeys(members, f"could be drawn only after: {sentences}" if change else sentences))
    return tuple((problem.ids[person], why[person]) for person in never)


def _joined(change: Relaxation) -> str:
    return "; ".join(each.sentence for each in change.changes)
