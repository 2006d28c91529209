"""The door to the solvers: the same answers from any, proven or not given at all."""

import dataclasses
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sortition.errors import SolverError, UsageError
from sortition.solver import INFINITY, LinearModel, Program, solve_once

FEW = settings(max_examples=60, deadline=None)
# PuLP 3 ships CBC under a name that PuLP 4 will drop
CBC_IS_LISTED_AS_DEPRECATED = pytest.mark.filterwarnings("ignore:PULP_CBC_CMD is deprecated:DeprecationWarning")


@st.composite
def programs(draw):
    """Draw small integer programs over 0..2."""
    columns, rows = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    numbers = st.integers(-3, 3)
    matrix = np.array(
        draw(st.lists(st.lists(numbers, min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    )
    low = np.array(draw(st.lists(st.integers(-4, 4), min_size=rows, max_size=rows)), dtype=float)
    room = draw(st.lists(st.sampled_from([0, 1, 3, INFINITY]), min_size=rows, max_size=rows))
    cost = np.array(draw(st.lists(numbers, min_size=columns, max_size=columns)), dtype=float)
    low[draw(st.lists(st.booleans(), min_size=rows, max_size=rows))] = -INFINITY
    high = np.where(np.isfinite(low), low, 0) + room
    bounds = np.zeros(columns), np.full(columns, 2.0)
    return Program(cost, matrix.astype(float), low, high, *bounds, np.ones(columns, dtype=bool))


def best(program):
    """Try every point."""
    points = np.array(list(product(range(3), repeat=len(program.cost))), dtype=float)
    activity = points @ program.matrix.T
    met = ((activity >= program.row_low) & (activity <= program.row_high)).all(axis=1)
    return min((points[met] @ program.cost).tolist(), default=None)


@FEW
@given(programs())
def test_one_shot_programs_are_solved_to_the_optimum(program):
    answer, right = solve_once(program), best(program)
    assert answer.feasible == (right is not None)
    if right is not None:
        assert answer.objective == pytest.approx(right)
        assert (answer.x == np.rint(answer.x)).all()


@CBC_IS_LISTED_AS_DEPRECATED
@settings(FEW, max_examples=8)
@given(programs())
def test_another_solver_gives_the_same_optimum(program):
    answer, right = solve_once(program, "CBC"), best(program)
    assert answer.feasible == (right is not None)
    assert right is None or answer.objective == pytest.approx(right)


@FEW
@given(programs(), programs())
def test_a_program_in_memory_takes_new_costs_and_gives_a_proven_bound(program, other):
    model = LinearModel(program)
    for cost in (program.cost, -program.cost, np.resize(other.cost, len(program.cost))):
        model.set_costs(cost)
        answer = model.solve()
        right = best(dataclasses.replace(program, cost=cost))
        assert answer.feasible == (right is not None)
        if right is not None:
            assert answer.objective == pytest.approx(right)
            assert answer.bound <= right + 1e-6


def test_duals_say_how_the_optimum_follows_the_rows():
    program = Program(
        cost=np.array([1.0, 2.0]),
        matrix=np.array([[1.0, 1.0], [1.0, 0.0]]),
        row_low=np.array([4.0, -INFINITY]),
        row_high=np.array([INFINITY, 3.0]),
        low=np.zeros(2),
        high=np.full(2, INFINITY),
        integer=np.zeros(2, dtype=bool),
    )
    answer = LinearModel(program).solve()
    assert answer.x.tolist() == pytest.approx([3, 1])
    assert answer.objective == pytest.approx(5)
    assert answer.duals.tolist() == pytest.approx([2, -1])


def test_a_solver_that_nobody_knows_is_refused_in_a_sentence():
    with pytest.raises(UsageError, match="no solver 'Abacus'; known are"):
        solve_once(Program(*(np.zeros(1), np.zeros((1, 1)), *[np.zeros(1)] * 4, np.zeros(1, dtype=bool))), "Abacus")


def test_a_program_without_end_is_an_error_and_no_answer():
    none, most = np.zeros(1), np.array([INFINITY])
    endless = Program(np.array([-1.0]), np.ones((1, 1)), none, most, none, most, np.array([False]))
    with pytest.raises(SolverError):
        solve_once(endless)


def test_a_program_that_a_bad_start_leaves_open_is_solved_from_scratch(monkeypatch):
    import highspy

    asked, status = [], highspy.Highs.getModelStatus

    def unknown_at_first(highs):
        asked.append(highs)
        return highspy.HighsModelStatus.kUnknown if len(asked) == 1 else status(highs)

    monkeypatch.setattr(highspy.Highs, "getModelStatus", unknown_at_first)
    one = np.ones(1)
    model = LinearModel(Program(-one, one[:, None], -one, 2 * one, 0 * one, 3 * one, np.zeros(1, dtype=bool)))
    assert model.solve().objective == pytest.approx(-2.0)
    assert len(asked) == 2


def test_what_has_no_solution_is_shown_by_multipliers_of_the_rows():
    matrix = np.array([[1.0, 1.0], [1.0, -1.0]])  # x + y <= 1 and x - y >= 2, with x at most 1
    program = Program(
        cost=np.zeros(2),
        matrix=matrix,
        row_low=np.array([-INFINITY, 2.0]),
        row_high=np.array([1.0, INFINITY]),
        low=np.zeros(2),
        high=np.array([1.0, 5.0]),
        integer=np.zeros(2, dtype=bool),
    )
    model = LinearModel(program)
    assert not model.solve().feasible
    multipliers = model.contradiction()
    most = np.where(multipliers > 0, 1.0, 2.0) @ multipliers
    combined = multipliers @ matrix
    assert most < np.minimum(combined * program.low, combined * program.high).sum()


def test_a_row_without_bounds_changes_nothing_until_it_gets_some():
    program = Program(
        cost=np.array([-1.0, -1.0]),
        matrix=np.ones((1, 2)),
        row_low=np.zeros(1),
        row_high=np.array([3.0]),
        low=np.zeros(2),
        high=np.full(2, 2.0),
        integer=np.zeros(2, dtype=bool),
    )
    model = LinearModel(program)
    row = model.add_row(np.array([1, 0]))
    assert (row, model.solve().objective) == (1, -3.0)
    model.set_row(row, -INFINITY, 0.0)
    assert model.solve().objective == -2.0
