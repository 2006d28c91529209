"""Bounds by weak duality, whatever the multipliers: nothing is trusted that a solver said."""

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
from sortition.engine import cases
from sortition.engine.certificate import LARGEST, as_whole, bound_from
from sortition.engine.polytope import Line, relaxation
from sortition.engine.types import classes_of
from sortition.fairness.lottery import fair_lottery

FEW = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def compositions(problem, classes):
    counts = [[sum(p in panel for p in members) for members in classes.members] for panel in oracle.all_panels(problem)]
    return np.array(counts, dtype=np.int64)


@FEW
@given(problems(feasible=True), st.data())
def test_no_panel_is_worth_more_than_a_bound_from_any_multipliers(problem, data):
    classes = classes_of(problem)
    panels = compositions(problem, classes)
    polytope = relaxation(classes)
    if data.draw(st.booleans()):
        for one in np.eye(len(classes.members), dtype=np.int64):
            polytope = polytope.learn(Line(one, int(panels.max(axis=0) @ one), None))
            polytope = polytope.learn(Line(-one, -int(panels.min(axis=0) @ one), None))
    if data.draw(st.booleans()):
        weights = data.draw(arrays(np.int64, len(classes.members), elements=st.integers(0, 3)))
        polytope = polytope.learn(Line(weights, int((panels @ weights).max()), None))
    multipliers = data.draw(arrays(np.int64, len(polytope.rows), elements=st.integers(-9, 9)))
    at_low = data.draw(arrays(np.bool_, len(classes.members)))
    bound = bound_from(polytope, multipliers, 7, at_low)
    assert bound.denominator == 7
    assert bound.weights.min(initial=0) >= 0
    assert (panels @ bound.weights).max() <= bound.value


@FEW
@given(problems(feasible=True))
def test_the_levels_prove_the_chances_over_all_panels_there_are(problem):
    panels = oracle.all_panels(problem)
    made = fair_lottery(problem, tickets=20)
    oracle.check_levels(made, lambda worth: max(sum(worth[person] for person in panel) for panel in panels))


LARGER = problems(most_people=40, most_seats=15, most_categories=6, feasible=True)


@settings(FEW, max_examples=25)
@given(LARGER)
def test_the_levels_prove_the_chances_of_larger_problems(problem):
    made = fair_lottery(problem, tickets=50)
    oracle.check(made)
    oracle.check_levels(made, lambda worth: oracle.dearest(problem, worth))


@pytest.mark.slow
@settings(FEW, max_examples=500)
@given(LARGER)
def test_the_levels_prove_the_chances_of_many_larger_problems(problem):
    made = fair_lottery(problem, tickets=50)
    oracle.check(made)
    oracle.check_levels(made, lambda worth: oracle.dearest(problem, worth))


POOLS = ["paper-size/mass_24", "paper-size/sf_b_20", "paper-size/sf_c_44", "tight/cumbria7_205_40"]
SLOW = ["paper-size/hd_30", "tight/cumbria7_202_40", "gss2014_60"]


@pytest.mark.parametrize("name", [*POOLS, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW)])
def test_the_levels_prove_the_chances_by_integer_programs_that_the_engine_never_saw(name):
    made = fair_lottery(problem_of(name), tickets=20)
    oracle.check_levels(made, lambda worth: oracle.dearest(made.problem, worth))


# the relaxation of H07 is wrong, but its filler is on every panel by rounding, which is a proof
@pytest.mark.parametrize("name", ["H02_stratified", "H07_integrality_gap_triangle", "tight/cumbria7_205_40"])
def test_what_needs_no_solvers_word_is_called_proved(name):
    problem = match(*known(KNOWN[name])).problem if name in KNOWN else problem_of(name)
    certificate = fair_lottery(problem, tickets=20).certificate
    assert certificate.status == "proved"
    assert {level.status for level in certificate.levels} == {"proved"}


def test_what_still_needs_it_is_not(monkeypatch):
    monkeypatch.setattr(cases, "MOST_PROGRAMS", 0)
    certificate = fair_lottery(problem_of("tight/cumbria7_205_40"), tickets=20).certificate
    assert certificate.status == "attested by the solver"
    assert None in [line["proof"] for line in certificate.details["lines"]]
    assert {level.status for level in certificate.levels} <= {"proved", "attested by the solver"}


@given(arrays(np.float64, 5, elements=st.floats(-100, 100)), st.sampled_from([64, 1000, 10_000]))
def test_whole_numbers_over_a_denominator_are_near_the_numbers(values, largest):
    whole = as_whole(values, largest)
    if whole is not None:
        numerators, denominator = whole
        assert max(denominator, np.abs(numerators).max()) <= LARGEST
        assert np.abs(numerators / denominator - values).max() <= 1 / largest


@given(st.lists(st.fractions(-5, 5, max_denominator=12), min_size=1, max_size=5))
def test_simple_fractions_are_recovered_exactly(fractions):
    numerators, denominator = as_whole(np.array([float(each) for each in fractions]), 64)
    assert [Fraction(int(each), denominator) for each in numerators] == fractions


def test_numbers_near_simple_fractions_are_not_taken_for_them():
    assert as_whole(np.array([1 / 3, 1 / 2 + 1e-6]), 12) is None
    numerators, denominator = as_whole(np.array([1 / 3, 1 / 2 + 1e-12]), 12)
    assert (numerators.tolist(), denominator) == ([2, 3], 6)


def test_numbers_without_a_common_denominator_in_reach_are_not_forced():
    primes = [1009, 1013, 1019, 1021, 1031]
    assert as_whole(np.array([1 / prime for prime in primes]), 10_000) is None
