"""How many people may be drawn for each quota, and what is plainly short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sortition.checking.findings import number_of_people
from sortition.errors import Fault
from sortition.messages import phrase, phrases
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
    return int((households < 0).sum()) + len(set(households[households >= 0].tolist()))


def _crowded(people: int, households: int) -> str:
    return phrases(
        "the {people} who may be drawn live in only {n} household, and a panel takes one person from each at most.",
        "the {people} who may be drawn live in only {n} households, and a panel takes one person from each at most.",
        households,
        people=number_of_people(people),
    )


def _too_few_for_the_panel(problem: Problem) -> Iterator[tuple[str, int | None]]:
    people, size = len(problem.ids), problem.panel_size
    most = seatable(problem, np.ones(people, dtype=bool))
    if people < size:
        only = number_of_people(people)
        text = phrase("the panel has {seats} seats, but only {people} may be drawn.", seats=size, people=only)
        yield text, None
    elif most < size:
        yield phrase("the panel has {seats} seats, but {fewer}", seats=size, fewer=_crowded(people, most)), None


def _too_few_for_a_quota(problem: Problem) -> Iterator[tuple[str, int | None]]:
    for number, row in enumerate(quota_table(problem)):
        most = seatable(problem, problem.membership[:, number])
        terms = {"quota": row.quota.label, "seats": row.quota.low}
        if row.count < row.quota.low:
            people = number_of_people(row.count)
            text = phrase("{quota} needs at least {seats}, only {people} may be drawn.", people=people, **terms)
            yield text, row.quota.line
        elif most < row.quota.low:
            text = phrase("{quota} needs at least {seats}, but {fewer}", fewer=_crowded(row.count, most), **terms)
            yield text, row.quota.line


def _sums(problem: Problem) -> Iterator[tuple[str, int | None]]:
    """Compare what the values of a category add up to with the seats."""
    for category in problem.categories:
        at = [n for n, quota in enumerate(problem.quotas) if quota.kind == "quota" and quota.of[0][0] == category]
        if not at:
            continue
        first = problem.quotas[at[0]].line
        lowest = sum(problem.quotas[n].low for n in at)
        if lowest > problem.panel_size:
            text = phrase(
                "{category}: the lowest numbers add up to {sum}, the panel has {seats} seats.",
                category=category,
                sum=lowest,
                seats=problem.panel_size,
            )
            yield text, first
        counted = problem.membership[:, at].sum(axis=1) > 0
        others = seatable(problem, ~counted)
        usable = [min(problem.quotas[n].high, seatable(problem, problem.membership[:, n])) for n in at]
        if sum(usable) + others < problem.panel_size:
            text = phrase(
                "{category}: the highest numbers, as far as there are people for them, add up to {sum}, the panel has "
                "{seats} seats.",
                category=category,
                sum=sum(usable) + others,
                seats=problem.panel_size,
            )
            yield text, first
