"""How closely pairs are tied, and what of that is forced: enumeration and a program over all panels as oracle."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from oracle import all_panels
from pools import problem, problem_of
from strategies import problems

from sortition.engine.ties import least_together, ties
from sortition.engine.types import classes_of
from sortition.errors import InfeasibleError
from sortition.fairness.lottery import fair_lottery
from sortition.solver import INFINITY, LinearModel, Program

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def truly_least_together(panels, chances, i, j):
    """Give the least chance of i and j on one panel over all lotteries with these chances."""
    seated = np.zeros((len(chances), len(panels)))
    for column, panel in enumerate(panels):
        seated[list(panel), column] = 1
    count = len(panels)
    program = Program(
        cost=seated[i] * seated[j],
        matrix=np.vstack([seated, np.ones((1, count))]),
        row_low=np.append(chances, 1.0),
        row_high=np.append(chances, 1.0),
        low=np.zeros(count),
        high=np.full(count, INFINITY),
        integer=np.zeros(count, dtype=bool),
    )
    return LinearModel(program).solve().objective


@FEW
@given(problems())
def test_what_is_said_to_be_forced_never_exceeds_what_is(problem):
    try:
        lottery = fair_lottery(problem, tickets=60)
    except InfeasibleError:
        return
    panels, chances, classes = all_panels(problem), lottery.chances, classes_of(problem)
    varied = [person for person, chance in enumerate(chances) if 0 < chance < 1][:4]
    for i in varied:
        for j in varied:
            if i != j:
                bound = least_together(classes, chances, i, j)
                assert bound <= truly_least_together(panels, chances, i, j) + 1e-7


def test_two_who_must_sit_together_are_tied_fully_and_forced_to():
    # one seat for x and u, one for y and v: x goes with v, y with u
    small = problem(["xu", "yu", "xv", "yv"], [{"x": (1, 1), "y": (1, 1)}, {"u": (1, 1), "v": (1, 1)}], 2)
    found = ties(fair_lottery(small, tickets=100))
    assert found.closest == pytest.approx(1.0)
    assert found.beyond_forced == pytest.approx(0.0, abs=1e-9)


def test_independent_people_are_hardly_tied():
    found = ties(fair_lottery(problem("x" * 60, [{"x": (10, 10)}], 10)))
    assert 0 <= found.beyond_forced <= found.closest < 0.25


def test_of_an_everyday_pool_no_pair_is_tied_much_beyond_chance():
    found = ties(fair_lottery(problem_of("paper-size/sf_b_20")))
    assert found.beyond_forced < 0.2  # chance alone: some 5 / √1000 = 0.16
