"""Dives for panels that weigh enough, against all panels that there are."""

import numpy as np
import oracle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pools import problem_of
from strategies import problems

from sortition.engine.diving import WANTED, dive
from sortition.engine.polytope import relaxation
from sortition.engine.types import classes_of

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FEW
@given(problems(feasible=True), st.data())
def test_a_dive_finds_heavy_panels_where_there_are_any(problem, data):
    classes = classes_of(problem)
    panels = oracle.all_panels(problem)
    right = np.array([[sum(p in panel for p in members) for members in classes.members] for panel in panels])
    weights = data.draw(arrays(np.int64, len(classes.members), elements=st.integers(0, 9)))
    most = int((right @ weights).max())
    found = dive(relaxation(classes), weights, most)
    assert 1 <= len(found) <= WANTED
    assert relaxation(classes).holds(found).all()
    assert (found @ weights == most).all()
    assert len(np.unique(found, axis=0)) == len(found)
    assert len(dive(relaxation(classes), weights, most + 1)) == 0


def test_a_dive_into_a_tight_pool_finds_different_panels_that_weigh_enough():
    polytope = relaxation(classes_of(problem_of("tight/cambridge6_201_60")))
    weights = np.arange(len(polytope.sizes)) % 7
    found = dive(polytope, weights, 120)
    assert len(np.unique(found, axis=0)) == len(found) == WANTED
    assert polytope.holds(found).all()
    assert (found @ weights >= 120).all()
