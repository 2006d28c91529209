"""Covering marginals by panels: an exact mixture inside their hull, prices that tell why not outside."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sortition.engine.hull import MIXED, cover, mixture

FEW = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def different(rows):
    return np.array(sorted(set(map(tuple, rows))), dtype=np.int32)


@st.composite
def panels(draw):
    """Draw different compositions with the same sum."""
    classes, size = draw(st.integers(2, 6)), draw(st.integers(1, 6))
    seats = st.lists(st.integers(0, classes - 1), min_size=size, max_size=size)
    rows = draw(st.lists(seats, min_size=1, max_size=12))
    return different(np.bincount(row, minlength=classes) for row in rows)


def assert_prices_hold(answer, panels, x, slack=1e-7):
    assert answer.prices.min() >= 0
    assert (panels @ answer.prices).max() <= 1 + slack
    assert answer.prices @ x == pytest.approx(answer.total, abs=1e-5)


@FEW
@given(panels(), st.data())
def test_a_mixture_with_weight_on_every_panel_is_found_exactly(panels, data):
    weights = np.array(data.draw(st.lists(st.integers(1, 20), min_size=len(panels), max_size=len(panels))), dtype=float)
    x = panels.T @ (weights / weights.sum())
    answer = cover(panels, x, 1e-9)
    assert answer.exact
    assert answer.total == 1.0
    assert answer.weights.min() >= 0
    assert np.abs(panels.T @ answer.weights - x).max() <= 10 * MIXED * max(1.0, x.max())
    assert answer.weights.sum() == pytest.approx(1, abs=1e-8)
    assert (panels @ answer.prices).max() <= 1 + 1e-7


@FEW
@given(panels(), st.data())
def test_a_point_outside_is_told_from_all_panels_by_its_prices(panels, data):
    aim = np.array(data.draw(st.lists(st.integers(0, 9), min_size=panels.shape[1], max_size=panels.shape[1])))
    panels = panels[(panels[:, aim == 0] == 0).all(axis=1)]  # others could have no part in the mixture
    assume(len(panels) and ((aim > 0) <= (panels.max(axis=0) > 0)).all())
    x = aim * (panels[0].sum() / aim.sum())
    answer = cover(panels, x, 1e-9)
    if answer.exact:
        assert np.abs(panels.T @ answer.weights - x).max() <= 1e-8
        assert answer.weights.min() >= 0
    else:
        assert_prices_hold(answer, panels, x)
    if answer.total > 1 + 1e-5:
        assert answer.prices @ x > (panels @ answer.prices).max() + 1e-6


def test_a_pair_of_panels_and_points_on_and_off_their_line():
    panels = np.array([[2, 0, 1], [0, 2, 1]], dtype=np.int32)
    assert cover(panels, np.array([0.5, 1.5, 1.0]), 1e-9).exact
    outside = cover(panels, np.array([1.5, 1.5, 0.0]), 1e-9)
    assert not outside.exact
    assert outside.total == pytest.approx(1.5, abs=1e-6)
    assert_prices_hold(outside, panels, np.array([1.5, 1.5, 0.0]))


def test_one_panel_is_a_mixture_of_itself_and_of_many():
    panel = np.array([[1, 2, 0, 3]], dtype=np.int32)
    answer = cover(panel, panel[0].astype(float), 1e-9)
    assert answer.exact
    assert answer.weights.tolist() == pytest.approx([1.0])
    many = np.array([[3, 0], [0, 3], [2, 1], [1, 2]], dtype=np.int32)
    assert cover(many, np.array([1.5, 1.5]), 1e-9).exact


@FEW
@given(arrays(np.float64, (30, 8), elements=st.floats(0, 1)), st.integers(0, 1000))
def test_a_random_mixture_of_many_random_panels_is_exact(noise, seed):
    random = np.random.default_rng(seed)
    panels = different(np.bincount(row, minlength=8) for row in random.integers(0, 8, size=(30, 5)))
    weights = noise[: len(panels), 0] + 0.01
    x = panels.T @ (weights / weights.sum())
    answer = cover(panels, x, 1e-9)
    assert answer.exact
    assert np.abs(panels.T @ answer.weights - x).max() <= 1e-8


@FEW
@given(panels(), st.data())
def test_weights_near_a_mixture_are_moved_to_an_exact_one(panels, data):
    weights = np.array(data.draw(st.lists(st.integers(5, 20), min_size=len(panels), max_size=len(panels))), dtype=float)
    off = data.draw(arrays(float, len(panels), elements=st.floats(0.9, 1.1)))
    weights /= weights.sum()
    x = panels.T @ weights
    found = mixture(panels, x, weights * off)
    assert found is not None
    assert found.min() > 0
    assert np.abs(panels.T @ found - x).max() <= 10 * MIXED * max(1.0, x.max())


def test_no_weights_are_moved_to_what_lies_outside():
    panels = np.array([[2, 0], [1, 1]], dtype=np.int32)
    assert mixture(panels, np.array([0.5, 1.5]), np.array([0.5, 0.5])) is None
