"""What each objective would mean for the same pool."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sortition.checking import match, shortages
from sortition.errors import Fault, InfeasibleError, SolverError, UsageError
from sortition.fairness import OBJECTIVES
from sortition.fairness.lottery import fair_chances
from sortition.messages import phrase
from sortition.model import FloatArray, Problem, Progress, Status, no_progress
from sortition.reading import read_pool, read_quotas
from sortition.reports import Comparison, compared
from sortition.workflow.checks import with_advice


def compare(
    pool_path: Path | str,
    quotas_path: Path | str,
    *,
    objectives: Sequence[str] | None = None,
    panel_size: int | None = None,
    panels: int = 1000,
    gamma: float = 1.0,
    solver: str = "HiGHS",
    progress: Progress = no_progress,
) -> tuple[Comparison, tuple[Fault, ...]]:
    """Find everybody's fair chance under several objectives; nothing is drawn or written.

    Parameters
    ----------
    pool_path, quotas_path
        The files, or the name of a shipped quota spec.
    objectives
        Which; None: all of them.
    panel_size
        Seats, where the quotas are a CSV file.
    panels
        From how many draws the chances of `legacy` are estimated.
    gamma
        For `goldilocks`: how much the lowest chance counts beside the highest.
    solver
        A solver that PuLP knows, for the smallest change where there is no panel.
    progress
        Told of each step.

    Returns
    -------
    tuple
        The comparison, and what is worth knowing about the pool.

    Raises
    ------
    InputError
        With every fault of the files.
    InfeasibleError
        No panel meets the quotas; with the smallest change that allows one.
    UsageError
        There is no such objective.
    """
    names = tuple(OBJECTIVES) if objectives is None else tuple(dict.fromkeys(objectives))
    unknown = [name for name in names if name not in OBJECTIVES]
    if unknown:
        known = ", ".join(OBJECTIVES)
        raise UsageError(phrase("there is no objective '{name}'; choose from {known}", name=unknown[0], known=known))
    progress(phrase("reading"), "", None)
    pool, quotas = read_pool(pool_path), read_quotas(quotas_path, panel_size)
    matched = match(pool, quotas)
    if shortages(matched.problem):
        raise with_advice(matched.problem, quotas, solver)
    try:
        leximin, certificate = fair_chances(matched.problem, progress=progress)
    except InfeasibleError:
        raise with_advice(matched.problem, quotas, solver) from None
    reachable = [True] * len(matched.problem.ids)
    for at in certificate.unreachable:
        for person in certificate.classes[at]:
            reachable[person] = False
    made = [
        ("leximin", leximin, certificate.status)
        if name == "leximin"
        else _chances_under(name, matched.problem, panels, gamma, progress)
        for name in names
    ]
    return compared(quotas.name, quotas.panel_size, reachable, made, leximin), matched.notes


def _chances_under(
    objective: str, problem: Problem, panels: int, gamma: float, progress: Progress
) -> tuple[str, FloatArray, Status] | tuple[str, str]:
    """Give an objective's name, chances and status; or, of the method that may find no panels, why it failed."""
    try:
        chances, certificate = fair_chances(problem, objective, panels, progress, gamma)
    except SolverError as error:
        if objective != "legacy":
            raise
        return objective, str(error)
    return objective, chances, certificate.status
