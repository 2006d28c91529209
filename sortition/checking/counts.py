"""How many people may be drawn for each quota, and what is plainly short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sortition.checking.findings import people_text
from sortition.errors import Fault
from sortition.model import BoolArray, Problem, Quota


@dataclass(frozen=True, slots=True)
class QuotaCount:
    """A quota and the people it counts."""

    quota: Quota
    count: int
    """How many of the people who may be drawn count towards the quota."""


def quota_table(problem: Problem) -> tuple[QuotaCount, ...]:
    """Count the people who may be drawn for each quota, in the order of the quotas."""
    counts = problem.membership.sum(axis=0).tolist()
    return tuple(QuotaCount(quota, count) for quota, count in zip(problem.quotas, counts, strict=True))


def shortages(problem: Problem, source: str = "") -> tuple[Fault, ...]:
    """Find the reasons, visible by counting alone, why no panel can meet the quotas.

    Nothing found does not mean that there is a panel: that takes a solver.

    Parameters
    ----------
    problem
        People and quotas.
    source
        Name of the quota file; if given, faults carry it and the quota's line.

    Returns
    -------
    tuple of Fault
        Fewer people or households than seats; quotas with fewer people, or people in fewer households, than their
        lowest; categories whose lowest numbers add up to more than the seats, or whose highest, as far as there are
        people, add up to less.
    """
    found = [*_too_few_for_the_panel(problem), *_too_few_for_a_quota(problem), *_sums(problem)]
    return tuple(Fault(text, source, line if source else None) for text, line in found)


def seatable(problem: Problem, people: BoolArray) -> int:
    """Count how many of the people can be on a panel together: all, but for one from each household."""
    households = problem.households[people]
    return int((households < 0).sum()) + len(np.unique(households[households >= 0]))


def _crowded(people: int, households: int) -> str:
    return (
        f"the {people_text(people)} who may be drawn live in only {households} household{'s' * (households != 1)}, and "
        "a panel takes one person from each at most."
    )


def _too_few_for_the_panel(problem: Problem) -> Iterator[tuple[str, int | None]]:
    people = len(problem.ids)
    most = seatable(problem, np.ones(people, dtype=bool))
    if people < problem.panel_size:
        yield f"the panel has {problem.panel_size} seats, but only {people_text(people)} may be drawn.", None
    elif most < problem.panel_size:
        yield f"the panel has {problem.panel_size} seats, but {_crowded(people, most)}", None


def _too_few_for_a_quota(problem: Problem) -> Iterator[tuple[str, int | None]]:
    for number, row in enumerate(quota_table(problem)):
        quota, most = row.quota, seatable(problem, problem.membership[:, number])
        if row.count < quota.low:
            yield f"{quota.label} needs at least {quota.low}, only {people_text(row.count)} may be drawn.", quota.line
        elif most < quota.low:
            yield f"{quota.label} needs at least {quota.low}, but {_crowded(row.count, most)}", quota.line


def _sums(problem: Problem) -> Iterator[tuple[str, int | None]]:
    """Compare what the values of a category add up to with the seats."""
    for category in problem.categories:
        at = [n for n, quota in enumerate(problem.quotas) if quota.kind == "quota" and quota.of[0][0] == category]
        if not at:
            continue
        first = problem.quotas[at[0]].line
        lowest = sum(problem.quotas[n].low for n in at)
        if lowest > problem.panel_size:
            yield f"{category}: the lowest numbers add up to {lowest}, the panel has {problem.panel_size} seats.", first
        counted = problem.membership[:, at].sum(axis=1) > 0
        others = seatable(problem, ~counted)
        usable = [min(problem.quotas[n].high, seatable(problem, problem.membership[:, n])) for n in at]
        if sum(usable) + others < problem.panel_size:
            most = f"add up to {sum(usable) + others}, the panel has {problem.panel_size} seats."
            yield f"{category}: the highest numbers, as far as there are people for them, {most}", first
