"""Ways out other than changing a quota: another panel size, more replies, several people from one household."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product

import numpy as np
from numpy.typing import NDArray

from sortition.checking.conflict import Conflict, Grouping, has_panel, only, panel_program
from sortition.messages import phrase, phrases
from sortition.model import Problem, Quota
from sortition.reading.names import listed
from sortition.solver import INFINITY, LinearModel, Program

FURTHEST = 4
"""Panel sizes are tried up to a quarter above and below the one wanted (one part in so many)."""
MOST_COMBINATIONS = 3000
"""Combinations of answers told apart where quotas cross categories; beyond that, more replies are not thought out."""


_ToSize = Callable[[Quota, Fraction], Quota]
_RARITY = 1e-3
"""How much rare answers count against a kind of new people, beside their number."""


@dataclass(frozen=True, eq=False)
class WayOut:
    """Something that would make a panel possible, and the problem after it."""

    sentence: str
    problem: Problem


def other_sizes(problem: Problem, conflict: Conflict, grouping: Grouping) -> Iterator[WayOut]:
    """Give the nearest panel size with the quotas as they are, and the nearest with the quotas scaled along.

    A scaled lowest number is rounded down and a highest one up. Of two sizes equally near the larger comes first. Sizes
    beyond a quarter more or less are not tried.
    """
    kept = _nearest(problem, conflict, grouping, lambda quota, _: quota)
    if kept is not None:
        sizes = {"new": kept.panel_size, "old": problem.panel_size}
        yield WayOut(phrase("a panel of {new} instead of {old}, with the quotas as they are", **sizes), kept)
    scaled = _nearest(problem, conflict, grouping, _scaled)
    if scaled is not None and (kept is None or scaled.panel_size != kept.panel_size):
        text = phrase(
            "a panel of {new} instead of {old}, with the quotas scaled to it (lowest rounded down, highest up)",
            new=scaled.panel_size,
            old=problem.panel_size,
        )
        yield WayOut(text, scaled)


def without_households(problem: Problem, grouping: Grouping) -> WayOut | None:
    """Give the problem in which a panel may hold several people from one household, if that has a panel."""
    apart = replace(problem, households=np.full(len(problem.ids), -1, dtype=np.int32))
    if not has_panel(apart, grouping):
        return None
    text = phrase("letting a panel hold several people from one household, with the quotas as they are")
    return WayOut(text, apart)


def more_people(problem: Problem, grouping: Grouping) -> WayOut | None:
    """Find the fewest further replies that would make a panel possible, and their answers.

    They are taken to share a household with nobody. Of several kinds of equally few people, one is named.

    Returns
    -------
    WayOut or None
        With the new people in the problem; None if no replies would do (the numbers themselves do not fit), or there
        are too many combinations of answers to look at.
    """
    blocks = list(_blocks(problem))
    if sum(len(block.answers) for block in blocks) > MOST_COMBINATIONS:
        return None
    # what can never bind today may do so with new people, so that every quota must tell people apart
    classes = grouping(replace(problem, quotas=tuple(replace(q, low=max(q.low, 1)) for q in problem.quotas)))
    program = _with_new_people(panel_program(classes), problem, blocks)
    answer = LinearModel(program).solve()
    if not answer.feasible:
        return None
    seats = np.rint(answer.x).astype(int)
    width = len(classes.members)
    count = int(seats[width])
    codes = np.zeros((count, len(problem.categories)), dtype=np.int16)
    start = width + 1
    for block in blocks:
        chosen = np.repeat(np.arange(len(block.answers)), seats[start : start + len(block.answers)])
        codes[:, block.categories] = block.answers[chosen]
        start += len(block.answers)
    added = replace(
        problem,
        ids=(*problem.ids, *(f"new reply {number}" for number in range(1, count + 1))),
        codes=np.vstack([problem.codes, codes]),
        households=np.append(problem.households, np.full(count, -1, dtype=np.int32)),
    )
    taken = classes.matrix[: classes.quota_rows].astype(int) @ seats[:width]
    return WayOut(_more_sentence(problem, codes, taken), added)


def _nearest(problem: Problem, conflict: Conflict, grouping: Grouping, to_size: _ToSize) -> Problem | None:
    size = problem.panel_size
    for away in range(1, size // FURTHEST + 1):
        for other in (size + away, size - away):
            quotas = tuple(to_size(quota, Fraction(other, size)) for quota in problem.quotas)
            changed = replace(problem, panel_size=other, quotas=quotas)
            # the conflict alone is a small program, and rules most sizes out
            if has_panel(only(changed, conflict), grouping) and has_panel(changed, grouping):
                return changed
    return None


def _scaled(quota: Quota, factor: Fraction) -> Quota:
    return replace(quota, low=math.floor(quota.low * factor), high=math.ceil(quota.high * factor))


@dataclass(frozen=True, eq=False)
class _Block:
    """Categories that quotas join, so that new people's answers to them must be told apart together."""

    categories: list[int]
    answers: NDArray[np.int16]
    """Shape (combinations, categories of the block): codes."""
    rarity: NDArray[np.float64]
    """Shape (combinations,): share of the pool that has not got these answers."""
    counts: NDArray[np.bool_]
    """Shape (quotas, combinations): whether the quota counts these answers; none of those of other blocks."""


def _blocks(problem: Problem) -> Iterator[_Block]:
    joined = {category: {category} for category in problem.categories}
    for quota in problem.quotas:
        together = set().union(*(joined[category] for category, _ in quota.of))
        joined.update(dict.fromkeys(together, together))
    done: set[str] = set()
    for category in problem.categories:
        if category not in done:
            done |= joined[category]
            yield _block(problem, [at for at, name in enumerate(problem.categories) if name in joined[category]])


def _block(problem: Problem, categories: list[int]) -> _Block:
    ranges = (range(len(problem.values[at])) for at in categories)
    answers = np.array(list(product(*ranges)), dtype=np.int16).reshape(-1, len(categories))
    have = (problem.codes[:, None, categories] == answers[None]).all(axis=2).mean(axis=0)
    counts = np.zeros((len(problem.quotas), len(answers)), dtype=bool)
    for number, quota in enumerate(problem.quotas):
        at = [(problem.categories.index(category), values) for category, values in quota.of]
        if at[0][0] in categories:
            counts[number] = True
            for category, values in at:
                wanted = [problem.values[category].index(value) for value in values]
                counts[number] &= np.isin(answers[:, categories.index(category)], wanted)
    return _Block(categories, answers, 1 - have, counts)


def _with_new_people(program: Program, problem: Problem, blocks: Sequence[_Block]) -> Program:
    """Add the number of new people, and how many of them have which answers of each block; minimise the number."""
    rows, width = program.matrix.shape
    quotas, extra = len(problem.quotas), sum(len(block.answers) for block in blocks)
    matrix = np.zeros((rows + len(blocks), width + 1 + extra))
    matrix[:rows, :width] = program.matrix
    matrix[0, width] = 1
    matrix[1 : 1 + quotas, width + 1 :] = np.hstack([block.counts for block in blocks])
    matrix[rows:, width] = -1
    matrix[rows:, width + 1 :] = np.repeat(np.eye(len(blocks)), [len(block.answers) for block in blocks], axis=1)
    rarity = np.concatenate([block.rarity for block in blocks]) * (_RARITY / len(blocks))
    none, homes = np.zeros(len(blocks)), slice(1 + quotas, None)
    size = [float(problem.panel_size)]
    return Program(
        cost=np.concatenate([np.zeros(width), [1.0], rarity]),
        matrix=matrix,
        row_low=np.concatenate([size, problem.low, program.row_low[homes], none]),
        row_high=np.concatenate([size, problem.high, program.row_high[homes], none]),
        low=np.zeros(width + 1 + extra),
        high=np.concatenate([program.high, np.full(1 + extra, INFINITY)]),
        integer=np.ones(width + 1 + extra, dtype=bool),
    )


def _more_sentence(problem: Problem, codes: NDArray[np.int16], taken: NDArray[np.int_]) -> str:
    """Say how many more people would do, and of which answers; categories in which any answer would do are left out."""
    parts = []
    for at, category in enumerate(problem.categories):
        allowed = _allowed(problem, category, len(codes), taken)
        if allowed is None:
            numbers = np.bincount(codes[:, at], minlength=len(problem.values[at])).tolist()
            pairs = zip(problem.values[at], numbers, strict=True)
            parts.append(
                f"{category} " + ", ".join(_counted(value, count, len(codes)) for value, count in pairs if count)
            )
        elif len(allowed) < len(problem.values[at]):
            parts.append(f"{category} " + phrase(" or ").join(listed([value]) for value in allowed))
    who = "; ".join(parts) or phrase("whatever their answers")
    return phrases("1 more person in the pool: {who}", "{n} more people in the pool: {who}", len(codes), who=who)


def _allowed(problem: Problem, category: str, count: int, taken: NDArray[np.int_]) -> list[str] | None:
    """Give the values that all new people may have as they like, the rest of the panel being settled; None if none."""
    mine = [at for at, quota in enumerate(problem.quotas) if any(name == category for name, _ in quota.of)]
    quotas = [problem.quotas[at] for at in mine]
    if any(len(quota.of) > 1 or len(quota.of[0][1]) > 1 for quota in quotas):
        return None  # answers that rules join are not free one by one
    seats = [int(taken[at]) for at in mine]
    if any(have < quota.low for have, quota in zip(seats, quotas, strict=True)):
        return None
    full = {q.of[0][1][0] for have, q in zip(seats, quotas, strict=True) if have + count > q.high}
    return [value for value in problem.values[problem.categories.index(category)] if value not in full]


def _counted(value: str, count: int, of: int) -> str:
    return listed([value]) if count == of else f"{listed([value])} ({count})"
