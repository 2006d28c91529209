"""Interchangeable people: a problem in terms of classes instead of persons."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from sortition.model import BoolArray, Classes, Problem


def classes_of(problem: Problem) -> Classes:
    """Group the people of a problem into classes whose members are interchangeable.

    Two people are of one type if the same quotas count them, and of one class if besides their households have
    the same make-up of types. Swapping two people of one class (with their whole households) maps valid panels to
    valid panels, so leximin and Nash chances are equal within a class, and for every other objective some optimum
    has them equal. Quotas that can never bind do not tell people apart.

    Parameters
    ----------
    problem
        People with their values, households and quotas.

    Returns
    -------
    Classes
        In the order of their first members. A kind of household with m households and members of several types
        adds the row "at most m people of these classes"; one of a single type caps its class at m.
    """
    counted = problem.membership & _can_bind(problem)
    seen: dict[bytes, int] = {}
    types = [seen.setdefault(row.tobytes(), len(seen)) for row in np.ascontiguousarray(counted)]
    keys, kinds = _class_keys(types, problem.households)
    numbers: dict[tuple[int, tuple[int, ...]], int] = {}
    members: list[list[int]] = []
    for person, key in enumerate(keys):
        if key not in numbers:
            numbers[key] = len(members)
            members.append([])
        members[numbers[key]].append(person)
    caps = np.array([len(group) for group in members], dtype=np.int32)
    household_rows: list[list[int]] = []
    household_caps: list[int] = []
    for kind, count in kinds.items():
        at = sorted(numbers[kind_type, kind] for kind_type in set(kind))
        caps[at] = np.minimum(caps[at], count)
        if len(at) > 1:
            household_rows.append(at)
            household_caps.append(count)
    first = [group[0] for group in members]
    matrix = np.zeros((len(problem.quotas) + len(household_rows), len(members)), dtype=np.int8)
    matrix[: len(problem.quotas)] = counted[first].T
    for row, at in enumerate(household_rows, start=len(problem.quotas)):
        matrix[row, at] = 1
    return Classes(
        members=tuple(tuple(group) for group in members),
        caps=caps,
        matrix=matrix,
        low=np.concatenate([problem.low, np.zeros(len(household_rows), dtype=np.int32)]),
        high=np.concatenate([problem.high, np.array(household_caps, dtype=np.int32)]),
        panel_size=problem.panel_size,
        quota_rows=len(problem.quotas),
    )


def _can_bind(problem: Problem) -> BoolArray:
    """Tell which quotas some choice of people would miss; the others' rows are left empty."""
    most = np.minimum(problem.membership.sum(axis=0), problem.panel_size)
    binding: BoolArray = (problem.low > 0) | (problem.high < most)
    return binding


def _class_keys(
    types: list[int], households: np.ndarray
) -> tuple[list[tuple[int, tuple[int, ...]]], Counter[tuple[int, ...]]]:
    """Give each person's (type, make-up of the household), and how many households each make-up has."""
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for person, household in enumerate(households.tolist()):
        if household >= 0:
            groups[household].append(types[person])
    kinds = {household: tuple(sorted(group)) for household, group in groups.items() if len(group) > 1}
    keys = [(kind, kinds.get(household, ())) for kind, household in zip(types, households.tolist(), strict=True)]
    return keys, Counter(kinds.values())
