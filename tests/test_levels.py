"""The program of a level over a polytope's own rows: the same optimum as with a row for every class."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pools import problem_of
from strategies import problems

from sortition.engine.levels import PanelLevels, PolytopeLevels
from sortition.engine.polytope import relaxation
from sortition.engine.types import classes_of
from sortition.errors import SolverError
from sortition.solver import INFINITY, LinearModel, Program

FEW = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def highest(polytope, settled):
    """Maximise z as the definition says: x_t >= n_t z, or x_t >= the seats settled, with a row for every class."""
    rows, classes = polytope.rows.shape
    matrix = np.zeros((rows + classes, 1 + classes))
    matrix[:rows, 1:], matrix[rows:, 1:] = polytope.rows, np.eye(classes)
    low = np.zeros(classes)
    for at in range(classes):
        if at in settled:
            low[at] = settled[at]
        else:
            matrix[rows + at, 0] = -polytope.sizes[at]
    cost = np.zeros(1 + classes)
    cost[0] = -1
    answer = LinearModel(
        Program(
            cost=cost,
            matrix=matrix,
            row_low=np.concatenate([polytope.row_low, low]),
            row_high=np.concatenate([polytope.row_high, np.full(classes, INFINITY)]),
            low=np.concatenate([[0.0], polytope.low]),
            high=np.concatenate([[INFINITY], polytope.high]),
            integer=np.zeros(1 + classes, dtype=bool),
        )
    ).solve()
    return answer.x[0] if answer.feasible else None


@FEW
@given(problems(), st.data())
def test_every_level_is_as_high_as_with_a_row_for_every_class(problem, data):
    polytope = relaxation(classes_of(problem))
    levels, settled = PolytopeLevels(polytope), {}
    assert levels.highest() == pytest.approx(highest(polytope, {}) or 0.0, abs=1e-7)
    if not levels.highest():
        return
    while len(settled) < len(polytope.sizes):
        answer = levels.solve()
        assert answer.chance == pytest.approx(highest(polytope, settled), abs=1e-7)
        assert (answer.x >= polytope.low - 1e-7).all()
        assert (answer.x <= polytope.high + 1e-7).all()
        assert (polytope.rows @ answer.x <= polytope.row_high + 1e-7).all()
        assert (polytope.rows @ answer.x >= polytope.row_low - 1e-7).all()
        free = sorted(set(range(len(polytope.sizes))) - settled.keys())
        assert (answer.x[free] >= polytope.sizes[free] * answer.chance - 1e-7).all()
        for at in data.draw(st.lists(st.sampled_from(free), min_size=1, unique=True)):
            settled[at] = min(float(answer.x[at]), polytope.sizes[at] * answer.chance)
            levels.settle(at, settled[at])


def test_over_panels_weights_price_who_holds_the_level_down():
    answer = PanelLevels(np.array([[2, 0], [1, 1]], dtype=np.int32), np.array([2, 4], dtype=np.int32)).solve()
    assert answer.chance == pytest.approx(1 / 4)  # always the second panel
    assert answer.weights @ [2, 4] == pytest.approx(1)
    assert max(answer.weights @ [2, 0], answer.weights @ [1, 1]) == pytest.approx(1 / 4)


def test_chances_that_cannot_be_had_together_are_refused():
    levels = PanelLevels(np.array([[1, 0], [0, 1]], dtype=np.int32), np.array([1, 1], dtype=np.int32))
    levels.settle(0, 0.7)
    levels.settle(1, 0.7)
    with pytest.raises(SolverError, match="together"):
        levels.solve()


def test_bounds_that_stay_missed_by_a_hair_are_made_rows_once(monkeypatch):
    monkeypatch.setattr("sortition.engine.levels.MISSED", -1.0)  # so that every class counts as missed, always
    polytope = relaxation(classes_of(problem_of("paper-size/sf_b_20")))
    assert PolytopeLevels(polytope).solve().chance == pytest.approx(13 / 235)
