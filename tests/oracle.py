"""What must hold of any lottery, and the right answer for small pools: by enumeration, without the engine."""

from fractions import Fraction
from itertools import combinations
from operator import mul

import numpy as np

from sortition.model import NO_VALUE
from sortition.solver import INFINITY, LinearModel, Program, solve_once


def judge(problem):
    """Give a function that tells whether a set of people (positions) is a valid panel."""
    place = {name: at for at, name in enumerate(problem.categories)}
    held = [
        {(name, problem.values[at][codes[at]]) for name, at in place.items() if codes[at] != NO_VALUE}
        for codes in problem.codes.tolist()
    ]
    counted = [
        (
            {person for person, has in enumerate(held) if all(has & {(name, v) for v in vs} for name, vs in quota.of)},
            quota,
        )
        for quota in problem.quotas
    ]
    homes = problem.households.tolist()

    def valid(panel):
        people = set(panel)
        shared = [homes[person] for person in people if homes[person] >= 0]
        return (
            len(people) == len(panel) == problem.panel_size
            and len(shared) == len(set(shared))
            and all(quota.low <= len(people & group) <= quota.high for group, quota in counted)
        )

    return valid


def all_panels(problem):
    """Give every valid panel."""
    return list(filter(judge(problem), combinations(range(len(problem.ids)), problem.panel_size)))


def leximin(panels, people):
    """Give everybody's leximin chance: raise the least chance, settle whoever cannot have more, and go on.

    Whether somebody can have more is asked of each person by a linear program of its own.
    """
    seated = np.zeros((people, len(panels)))
    for column, panel in enumerate(panels):
        seated[list(panel), column] = 1
    at_least, free = np.zeros(people), np.ones(people, dtype=bool)
    while free.any():
        level = _most(seated, at_least, free.astype(float), np.zeros(len(panels)), 1.0)
        floor = np.where(free, level, at_least)
        for person in np.flatnonzero(free):
            if _most(seated, floor, np.zeros(people), seated[person], 0.0) < level + 1e-7:
                free[person], at_least[person] = False, level
    return at_least


def _most(seated, at_least, raised, worth, z_worth):
    """Maximise worth·w + z_worth z over lotteries w that give everybody `at_least`, and z to those to be raised."""
    people, count = seated.shape
    answer = LinearModel(
        Program(
            cost=-np.append(worth, z_worth),
            matrix=np.block([[np.ones((1, count)), np.zeros((1, 1))], [seated, -raised[:, None]]]),
            row_low=np.append(1.0, at_least * (1 - raised) - 1e-9),
            row_high=np.append(1.0, np.full(people, INFINITY)),
            low=np.zeros(count + 1),
            high=np.append(np.full(count, INFINITY), 1.0),
            integer=np.zeros(count + 1, dtype=bool),
        )
    ).solve()
    assert answer.feasible
    return -answer.objective


def dearest(problem, worth, solver="HiGHS"):
    """Give the most that a panel is worth, by an integer program over people."""
    people = len(problem.ids)
    homes = [problem.households == home for home in range(problem.households.max(initial=-1) + 1)]
    answer = solve_once(
        Program(
            cost=-np.array(worth, dtype=float),
            matrix=np.vstack([np.ones((1, people)), problem.membership.T, *homes]).astype(float),
            row_low=np.array([problem.panel_size, *problem.low, *(0 for _ in homes)], dtype=float),
            row_high=np.array([problem.panel_size, *problem.high, *(1 for _ in homes)], dtype=float),
            low=np.zeros(people),
            high=np.ones(people),
            integer=np.ones(people, dtype=bool),
        ),
        solver,
    )
    assert answer.feasible
    return -answer.objective


def check_levels(lottery, dearest):
    """Assert the theorem of docs/engine.md, which makes chances leximin: every level's bound holds and is attained.

    `dearest` gives the most that a panel is worth, for the worth of each person.
    """
    certificate, classes = lottery.certificate, lottery.certificate.classes
    later = {number for level in certificate.levels for number in level.members}
    for level in certificate.levels:
        later -= set(level.members)
        weights = {number: weight for number, weight in level.weights if weight}
        assert min(weights.values()) > 0
        assert set(level.members) <= set(weights)
        assert not later & set(weights)
        assert {lottery.fair_exact[person] for number in level.members for person in classes[number]} == {level.value}
        worth = [Fraction(0)] * len(lottery.problem.ids)
        for number, weight in weights.items():
            for person in classes[number]:
                worth[person] = weight
        assert sum(map(mul, worth, lottery.fair_exact)) == level.bound
        assert dearest(worth) <= level.bound + Fraction(1, 10**6)
    settled = [number for level in certificate.levels for number in level.members]
    assert sorted([*settled, *certificate.unreachable]) == list(range(len(classes)))


def check(lottery):
    """Assert what must hold of every lottery, whatever its objective."""
    problem, tickets = lottery.problem, len(lottery.panels)
    valid = judge(problem)
    assert [ticket for ticket, panel in enumerate(lottery.panels.tolist()) if not valid(panel)] == []
    had = np.bincount(lottery.panels.ravel(), minlength=len(problem.ids))
    assert had.sum() == tickets * problem.panel_size
    assert had.tolist() == lottery.tickets.tolist()
    for members in lottery.certificate.classes:
        assert np.ptp(had[list(members)]) <= 1
        assert len({lottery.fair_exact[person] for person in members}) == 1
    assert lottery.fair.min() >= 0
    assert lottery.fair.max() <= 1 + 1e-9
    assert abs(lottery.fair.sum() - problem.panel_size) < 1e-9 * len(problem.ids)
    assert not had[lottery.fair == 0].any()
    if None not in lottery.fair_exact:
        assert sum(lottery.fair_exact, Fraction(0)) == problem.panel_size
        assert np.allclose(lottery.fair, [float(chance) for chance in lottery.fair_exact], rtol=0, atol=1e-12)
