"""The engine against enumeration: every valid panel of a small pool, and leximin over them."""

from fractions import Fraction

import numpy as np
import oracle
import pytest
from hypothesis import HealthCheck, given, settings
from pools import KNOWN, known
from strategies import problems

from sortition.checking import match
from sortition.errors import InfeasibleError
from sortition.fairness.lottery import fair_lottery, unreachable
from sortition.model import Problem, Quota

FEW = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MANY = settings(FEW, max_examples=1500)


@pytest.mark.parametrize("name", [name for name, answer in KNOWN.items() if answer["feasible"]])
def test_the_oracle_itself_gives_the_known_answers(name):
    problem = match(*known(KNOWN[name])).problem
    right = [float(Fraction(chance)) for chance in KNOWN[name]["leximin"]]
    assert np.allclose(oracle.leximin(oracle.all_panels(problem), len(right)), right, rtol=0, atol=1e-7)


def compare(problem):
    panels = oracle.all_panels(problem)
    if not panels:
        for attempt in (fair_lottery, unreachable):
            with pytest.raises(InfeasibleError):
                attempt(problem)
        return
    seatable = set().union(*panels)
    never = set(range(len(problem.ids))) - seatable
    right = oracle.leximin(panels, len(problem.ids))
    leximin, maximin = (fair_lottery(problem, objective, tickets=60) for objective in ("leximin", "maximin"))
    assert np.allclose(leximin.fair, right, rtol=0, atol=1e-6)
    assert {person for person, chance in enumerate(leximin.fair_exact) if chance == 0} == never
    assert set(unreachable(problem)) == never
    assert maximin.fair[sorted(seatable)].min() == pytest.approx(right[sorted(seatable)].min(), abs=1e-6)
    for made in (leximin, maximin):
        oracle.check(made)
        assert set(map(tuple, made.panels.tolist())) <= set(panels)


def test_maximin_ends_where_its_one_level_settles_everybody():
    seats = {("a", "x"): 1, ("a", "y"): 2, ("b", "x"): 2, ("b", "y"): 1}
    codes = [[0, 0], [0, 0], [0, 1], [1, 0], [1, 0], [1, 0], [1, 0], [1, 1], [1, 1]]
    compare(
        Problem(
            ids=tuple("abcdefghi"),
            categories=("a", "b"),
            values=(("x", "y"), ("x", "y")),
            codes=np.array(codes, dtype=np.int16),
            households=np.array([0, 1, 1, 0, 2, 2, -1, 0, -1], dtype=np.int32),
            panel_size=3,
            quotas=tuple(Quota(((category, (value,)),), count, count) for (category, value), count in seats.items()),
        )
    )


@FEW
@given(problems())
def test_any_small_problem_has_the_answer_of_enumeration(problem):
    compare(problem)


@FEW
@given(problems(feasible=True))
def test_any_small_problem_that_has_a_panel_has_the_answer_of_enumeration(problem):
    compare(problem)


@pytest.mark.slow
@MANY
@given(problems(most_people=12))
def test_many_more_small_problems_have_the_answer_of_enumeration(problem):
    compare(problem)
