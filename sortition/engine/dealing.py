"""Who of each class sits on each panel: people of one class take turns, so that their tickets differ by one at most."""

from __future__ import annotations

import hashlib
from itertools import chain

import numpy as np

from sortition.model import Classes, IntArray, Problem


def deal(problem: Problem, classes: Classes, compositions: IntArray, seed: str) -> IntArray:
    """Turn compositions into panels of people.

    Whom a turn begins with is decided by SHA-256 over the seed and the person's id. Where a household keeps people of
    several classes off the same panel, whoever has had the fewest tickets goes first, one household at a time.

    Parameters
    ----------
    problem
        The people.
    classes
        Their classes.
    compositions
        Shape (tickets, classes).
    seed
        Text from which the order of the people is derived.

    Returns
    -------
    IntArray
        Shape (tickets, panel size): positions in `problem.ids`, ascending in each row.
    """
    turn = _turns(problem, seed)
    panels: list[list[int]] = [[] for _ in compositions]
    shared = _classes_sharing_households(classes)
    for at, members in enumerate(classes.members):
        if at not in set(chain.from_iterable(shared)) and len(members) == classes.caps[at]:
            _in_turn(panels, sorted(members, key=turn.__getitem__), compositions[:, at].tolist())
    by_household = shared + [
        [at]
        for at, members in enumerate(classes.members)
        if len(members) > classes.caps[at] and at not in set(chain.from_iterable(shared))
    ]
    for group in by_household:
        _by_household(
            panels,
            problem,
            [sorted(classes.members[at], key=turn.__getitem__) for at in group],
            compositions[:, group].tolist(),
        )
    return np.array([sorted(panel) for panel in panels], dtype=np.int32)


def _turns(problem: Problem, seed: str) -> list[int]:
    """Rank everybody by a hash of the seed and their id."""
    keys = [hashlib.sha256(f"sortition-turn-1\n{seed}\n{person}".encode()).digest() for person in problem.ids]
    rank = [0] * len(keys)
    for place, person in enumerate(sorted(range(len(keys)), key=keys.__getitem__)):
        rank[person] = place
    return rank


def _classes_sharing_households(classes: Classes) -> list[list[int]]:
    """Give the groups of classes that live together in one kind of household."""
    return [np.flatnonzero(row).tolist() for row in classes.matrix[classes.quota_rows :]]


def _in_turn(panels: list[list[int]], members: list[int], counts: list[int]) -> None:
    """Let the members of a class take turns."""
    next_up = 0
    for panel, count in zip(panels, counts, strict=True):
        panel.extend(members[(next_up + step) % len(members)] for step in range(count))
        next_up = (next_up + count) % len(members)


def _by_household(panels: list[list[int]], problem: Problem, groups: list[list[int]], counts: list[list[int]]) -> None:
    """Seat people of classes that share households, at most one of a household on a panel, fewest tickets first."""
    had = dict.fromkeys(chain.from_iterable(groups), 0)
    homes = problem.households.tolist()
    for panel, wanted in zip(panels, counts, strict=True):
        if not any(wanted):
            continue
        chosen = _matching(groups, wanted, had, homes)
        for person in chosen:
            had[person] += 1
        panel.extend(chosen)


def _matching(groups: list[list[int]], wanted: list[int], had: dict[int, int], homes: list[int]) -> list[int]:
    """Choose so many people of each group, from different households, who have had few tickets.

    One seat after the other, by the cheapest augmenting path (Bellman–Ford on households and groups), which gives the
    smallest sum of squares of tickets that one more panel can have.
    """
    seats = [group for group, count in enumerate(wanted) for _ in range(count)]
    holder: dict[int, tuple[int, int]] = {}
    for group in seats:
        _augment(groups, group, had, homes, holder)
    return [person for _, person in holder.values()]


def _augment(
    groups: list[list[int]], group: int, had: dict[int, int], homes: list[int], holder: dict[int, tuple[int, int]]
) -> None:
    """Seat one more person of a group; may send households that are taken to serve another group instead."""
    cost: dict[int, int] = {}
    how: dict[int, tuple[int, int, int | None]] = {}
    front: list[tuple[int, int, int | None]] = [(group, 0, None)]
    while front:
        ahead: list[tuple[int, int, int | None]] = []
        for serving, paid, came in front:
            for person in groups[serving]:
                home = homes[person]
                total = paid + 2 * had[person] + 1
                if home not in cost or total < cost[home]:
                    cost[home], how[home] = total, (serving, person, came)
                    if home in holder:
                        other, held = holder[home]
                        ahead.append((other, total - 2 * had[held] - 1, home))
        front = ahead
    end: int | None = min((home for home in cost if home not in holder), key=lambda home: (cost[home], how[home][1]))
    path = []
    while end is not None:
        serving, person, came = how[end]
        path.append((end, (serving, person)))
        end = came
    holder.update(path)
