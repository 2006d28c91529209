"""Random panels: every one valid, near what is wanted, and the same from the same seed."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pools import problem, problem_of
from strategies import problems

from sortition.engine.polytope import relaxation
from sortition.engine.sampler import Sampler
from sortition.engine.types import classes_of

FEW = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def assert_valid(classes, panels):
    """Check compositions in whole numbers, row by row."""
    assert panels.ndim == 2
    assert np.issubdtype(panels.dtype, np.integer)
    for panel in panels.tolist():
        assert sum(panel) == classes.panel_size
        assert all(0 <= seats <= cap for seats, cap in zip(panel, classes.caps.tolist(), strict=True))
        for row, low, high in zip(classes.matrix.tolist(), classes.low.tolist(), classes.high.tolist(), strict=True):
            assert low <= sum(seats * counted for seats, counted in zip(panel, row, strict=True)) <= high


@FEW
@given(problems(), st.integers(0, 2**60), st.integers(1, 40))
def test_what_is_found_is_valid(problem, seed, count):
    classes = classes_of(problem)
    polytope = relaxation(classes)
    assert_valid(classes, Sampler(polytope, seed).panels(polytope.even, count, batch=8, steps=40))


@pytest.mark.parametrize("name", ["paper-size/hd_30", "paper-size/sf_c_44"])
def test_pools_of_everyday_size_have_many_panels(name):
    classes = classes_of(problem_of(name))
    polytope = relaxation(classes)
    panels = Sampler(polytope, 1).panels(polytope.even, 200)
    assert len(panels) > 50
    assert len({panel.tobytes() for panel in panels}) == len(panels)
    assert_valid(classes, panels)


def test_the_same_seed_finds_the_same_panels():
    polytope = relaxation(classes_of(problem_of("paper-size/sf_b_20")))
    one, two, other = (Sampler(polytope, seed).panels(polytope.even, 50) for seed in (7, 7, 8))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


def test_where_there_is_no_panel_none_is_found():
    classes = classes_of(problem(["xu", "xu", "yv", "yv"], [{"x": (1, 1), "y": (1, 1)}, {"u": (2, 2)}], 2))
    assert Sampler(relaxation(classes), 1).panels(np.array([1.0, 1.0]), 20, steps=20).shape == (0, 2)


def test_where_the_quotas_leave_a_choice_the_mean_follows_the_target():
    polytope = relaxation(classes_of(problem("x" * 40 + "y" * 40, [{"x": (2, 18), "y": (2, 18)}], 20)))
    means = [Sampler(polytope, 3).panels(np.array(target), 300).mean(axis=0) for target in ([4.5, 15.5], [15.5, 4.5])]
    assert means[0][0] < means[0][1]
    assert means[1][0] > means[1][1]
