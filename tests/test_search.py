"""Finding panels: who can be seated at all, and the most that any panel is worth."""

from fractions import Fraction

import numpy as np
import oracle
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pools import KNOWN, known, problem_of
from strategies import problems

from sortition.checking import match
from sortition.engine import diving
from sortition.engine import search as search_module
from sortition.engine.polytope import relaxation
from sortition.engine.search import PanelSearch
from sortition.engine.tighten import tighten
from sortition.engine.types import classes_of
from sortition.errors import InfeasibleError, SolverError

FEW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


def compositions(problem, classes):
    panels = oracle.all_panels(problem)
    counts = {tuple(sum(person in panel for person in group) for group in classes.members) for panel in panels}
    return np.array(sorted(counts), dtype=np.int64).reshape(len(counts), len(classes.members))


@pytest.fixture(params=["dives", "the solver", "more samples"])
def ways_to_reach(request, monkeypatch):
    """Let dives seek those whom the first samples leave out, or integer programs, or more samples first."""
    if request.param == "the solver":
        monkeypatch.setattr(diving, "PROGRAMS", 0)
    if request.param == "more samples":
        monkeypatch.setattr(search_module, "SOUGHT_SINGLY", 0)


@pytest.mark.usefixtures("ways_to_reach")
@FEW
@given(problems())
def test_exactly_the_classes_that_some_panel_contains_are_reached(problem):
    classes = classes_of(problem)
    right = compositions(problem, classes)
    search = PanelSearch(relaxation(classes), 1)
    if not len(right):
        with pytest.raises(InfeasibleError):
            search.reach()
        return
    search.reach()
    assert ((search.polytope.high > 0) == (right.max(axis=0) > 0)).all()
    assert ((search.panels.max(axis=0) > 0) == (right.max(axis=0) > 0)).all()
    assert set(map(tuple, search.panels.tolist())) <= set(map(tuple, right.tolist()))


def test_few_classes_need_an_integer_program_to_be_reached():
    search = PanelSearch(relaxation(classes_of(problem_of("tight/cambridge6_200_60"))), 1)
    search.reach()
    assert (search.polytope.high == 0).sum() > 50
    assert not search.unseen.any()
    assert search.exact_programs == 0


@pytest.fixture(params=["dives", "cases", "the solver"])
def means(request, monkeypatch):
    """Leave a search all its means, or all but the first, or only the last."""
    if request.param != "dives":
        monkeypatch.setattr(diving, "PROGRAMS", 0)
    if request.param == "the solver":
        monkeypatch.setattr(search_module, "CASES", 0)
    return request.param


@FEW
@given(problems(feasible=True), st.data())
def test_prices_are_beaten_until_the_dearest_panel_is_found(means, problem, data):
    classes = classes_of(problem)
    right = compositions(problem, classes)
    search = PanelSearch(relaxation(classes), 1)
    search.reach()
    weights = data.draw(arrays(np.int64, len(classes.members), elements=st.integers(0, 50)))
    for _ in range(len(right) + 1):
        line = search.beat(weights)
        if line is not None:
            break
    assert line.bound == (right @ weights).max() == (search.panels @ weights).max()
    assert line.weights is weights
    if means != "the solver":
        assert line.proof is not None


@FEW
@given(problems())
def test_rounded_bounds_keep_every_panel(problem):
    classes = classes_of(problem)
    right = compositions(problem, classes)
    everyone = np.ones(len(classes.members), dtype=bool)
    tight = tighten(relaxation(classes), everyone, everyone)
    if tight is None:
        assert not len(right)
    else:
        assert tight.holds(right).all()


@pytest.mark.parametrize("name", ["H07_integrality_gap_triangle", "H19_pentagon_gap"])
def test_chances_that_a_lottery_has_are_mixed_and_those_of_the_relaxation_are_not(name):
    classes = classes_of(match(*known(KNOWN[name])).problem)
    search = PanelSearch(relaxation(classes), 1)
    search.reach()
    right = [float(Fraction(KNOWN[name]["leximin"][members[0]])) * len(members) for members in classes.members]
    assert search.mix(np.array(right)).exact
    half = np.full(len(classes.members), 1 / 2)  # everybody: the quotas' relaxation allows it
    assert half.sum() == classes.panel_size
    assert not search.mix(half).exact


def test_a_panel_that_is_not_valid_is_never_kept():
    classes = classes_of(problem_of("paper-size/sf_b_20"))
    search = PanelSearch(relaxation(classes), 1)
    wrong = np.zeros((1, len(classes.members)), dtype=np.int32)
    with pytest.raises(SolverError, match="does not meet the quotas"):
        search.add(wrong)
    assert len(search.panels) == 0


def test_the_same_panel_is_kept_once():
    classes = classes_of(problem_of("paper-size/sf_b_20"))
    search = PanelSearch(relaxation(classes), 1)
    search.reach()
    panels = search.panels.copy()
    assert search.add(panels) == 0
    assert np.array_equal(search.panels, panels)
    assert len(np.unique(panels, axis=0)) == len(panels)
