"""Classes of interchangeable people: compositions stand for panels, and panels for compositions."""

from itertools import product

import numpy as np
import oracle
import pytest
from hypothesis import HealthCheck, given, settings
from pools import problem
from strategies import problems

from sortition.engine.types import classes_of

FEW = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def composition(classes, panel):
    return tuple(sum(person in panel for person in members) for members in classes.members)


@FEW
@given(problems(most_people=8))
def test_the_valid_compositions_are_those_of_the_valid_panels(problem):
    classes = classes_of(problem)
    panels = {composition(classes, panel) for panel in oracle.all_panels(problem)}
    choices = np.array(list(product(*(range(len(members) + 1) for members in classes.members))))
    assert set(map(tuple, choices[classes.valid(choices)].tolist())) == panels


@FEW
@given(problems(most_people=8))
def test_people_of_one_class_are_on_equally_many_panels(problem):
    panels = oracle.all_panels(problem)
    on = [sum(person in panel for panel in panels) for person in range(len(problem.ids))]
    for members in classes_of(problem).members:
        assert len({on[person] for person in members}) == 1


@FEW
@given(problems())
def test_everybody_is_in_one_class_in_order(problem):
    classes = classes_of(problem)
    assert sorted(person for members in classes.members for person in members) == list(range(len(problem.ids)))
    assert all(members == tuple(sorted(members)) for members in classes.members)
    firsts = [members[0] for members in classes.members]
    assert firsts == sorted(firsts)
    assert classes.sizes.tolist() == [len(members) for members in classes.members]


def test_quotas_that_can_never_bind_tell_nobody_apart():
    seats = [{"x": (0, 2), "y": (0, 3)}, {"u": (1, 1), "v": (1, 1)}]
    assert len(classes_of(problem(["xu", "yu", "xv", "yv"], seats, 2)).members) == 2


def test_a_household_of_alike_people_caps_their_class():
    classes = classes_of(problem("xxxxx", [{"x": (0, 3)}], 3, households=["h", "h", "i", "i", None]))
    assert classes.members == ((0, 1, 2, 3), (4,))
    assert classes.caps.tolist() == [2, 1]
    assert len(classes.matrix) == classes.quota_rows


def test_couples_of_two_kinds_share_a_row():
    classes = classes_of(problem("xyxy", [{"x": (1, 1), "y": (1, 1)}], 2, households="hhii"))
    assert classes.members == ((0, 2), (1, 3))
    assert classes.matrix[classes.quota_rows :].tolist() == [[1, 1]]
    assert classes.high[classes.quota_rows :].tolist() == [2]


@pytest.mark.parametrize("array", ["caps", "matrix", "low", "high"])
def test_the_arrays_cannot_be_changed(array):
    with pytest.raises(ValueError, match="read-only"):
        getattr(classes_of(problem("xx", [{"x": (1, 1)}], 1)), array)[0] = 5
