"""Whether a pool fits its quotas, and what to change if it does not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from sortition.checking import Excluded, QuotaCount, Relaxation, flex_of, match, quota_table, shortages, suspicions
from sortition.errors import Fault, InfeasibleError, UsageError
from sortition.fairness.lowest import LowestChance
from sortition.messages import phrase
from sortition.model import Pool, Problem, Progress, Quotas, no_progress
from sortition.reading import read_pool, read_quotas
from sortition.stages.advice import Advice, short_advice
from sortition.stages.binding import Binding
from sortition.stages.diagnosis import diagnose
from sortition.stages.extremes import Always, Never
from sortition.stages.monitor import Outlook, further_replies, outlook
from sortition.workflow.cleaning import read_sound_pool, with_proposals


@dataclass(frozen=True, eq=False)
class CheckReport:
    """What `check` found in a pool and its quotas."""

    name: str
    problem: Problem
    lines: tuple[int, ...]
    """Line of the pool file of each entry of `problem.ids`."""
    counts: tuple[QuotaCount, ...]
    households: tuple[tuple[str, ...], ...]
    """Groups of ids that share a household."""
    excluded: tuple[Excluded, ...]
    notes: tuple[Fault, ...]
    feasible: bool
    """Whether any valid panel exists."""
    advice: Advice | None
    """If there is no valid panel: which quotas contradict each other, and what would help."""
    lowest: LowestChance | None
    """If there is one: the lowest chance with the quotas as they are, or bounds of it."""
    never: tuple[Never, ...]
    """People whom no valid panel can contain, grouped by what would let them in; the largest group first."""
    always: tuple[Always, ...]
    """People who are on every valid panel."""
    binding: Binding | None
    """The quotas that hold the lowest chance down."""
    change_keeping_everyone: Relaxation | None
    """A change after which everybody can be drawn, where somebody cannot be and one was found."""
    lowest_keeping_everyone: LowestChance | None
    """The lowest chance after it, or bounds of it."""


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
    progress(phrase("reading"), "", None)
    quotas = read_quotas(quotas_path, panel_size)
    if corrections is not None:
        return check_pool(read_pool(pool_path, corrections), quotas, solver=solver, progress=progress)
    with with_proposals(pool_path, quotas):
        return check_pool(read_sound_pool(Path(pool_path), quotas), quotas, solver=solver, progress=progress)


def check_pool(pool: Pool, quotas: Quotas, *, solver: str = "HiGHS", progress: Progress = no_progress) -> CheckReport:
    """Check whether a pool as read fits its quotas (see `check`)."""
    matched = match(pool, quotas)
    problem = matched.problem
    found = diagnose(problem, flex_of(quotas), solver, progress)
    return CheckReport(
        name=quotas.name,
        problem=problem,
        lines=tuple(pool.lines[row] for row in matched.rows),
        counts=quota_table(problem),
        households=matched.households,
        excluded=matched.excluded,
        notes=(*matched.notes, *suspicions(pool, quotas), *shortages(problem, quotas.source), *map(Fault, found.notes)),
        feasible=found.advice is None,
        advice=found.advice,
        lowest=found.now,
        never=found.never,
        always=found.always,
        binding=found.binding,
        change_keeping_everyone=found.keeping_everyone,
        lowest_keeping_everyone=found.chance_keeping,
    )


def with_advice(problem: Problem, quotas: Quotas, solver: str) -> InfeasibleError:
    """Say that no panel exists, why, and the smallest change to the quotas that allows one."""
    short = shortages(problem, quotas.source)
    faults = short or (Fault(phrase("no panel meets all quotas together."), quotas.source),)
    advice = short_advice(problem, flex_of(quotas), solver, explain=not short)
    return InfeasibleError([*faults, *map(Fault, advice), Fault(phrase("'sortition check' shows other ways out."))])


def monitor(
    pool_path: Path | str,
    quotas_path: Path | str,
    *,
    expected: int | None = None,
    closing: dt.date | None = None,
    replied: str | None = None,
    panel_size: int | None = None,
    progress: Progress = no_progress,
) -> tuple[Outlook, tuple[Fault, ...]]:
    """Look ahead to closing day (see `stages.monitor`); gives besides what is worth knowing about the pool.

    Parameters
    ----------
    pool_path, quotas_path
        The files, or the name of a shipped quota spec.
    expected
        Further replies expected by closing day; or else:
    closing, replied
        Closing day, and the column of the pool with the day of each reply.
    panel_size
        Seats, where the quotas are a CSV file.
    progress
        Told of each step.

    Raises
    ------
    InputError
        With every fault of the files.
    UsageError
        It is not told how many further replies to expect, or told twice.
    """
    if (expected is None) == (closing is None) or (closing is None) != (replied is None):
        raise UsageError(phrase("give either --expected, or --closing together with --replied."))
    progress(phrase("reading"), "", None)
    pool, quotas = read_pool(pool_path), read_quotas(quotas_path, panel_size)
    matched = match(pool, quotas)
    if closing is not None and replied is not None:
        expected = further_replies(pool, matched.rows, replied, closing)
    return outlook(matched.problem, expected or 0, quotas.name, progress), matched.notes
