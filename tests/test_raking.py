"""Raking: margins met, odds ratios kept, and an honest end where that cannot be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sortition.targets.raking import rake


def test_a_table_worked_out_by_hand():
    # margins 60:40 and 70:30, odds ratio 4: x(x - 30) = 4(60 - x)(70 - x), so 3x² - 490x + 16800 = 0
    table = rake(np.array([[4.0, 2.0], [2.0, 4.0]]), [np.array([60.0, 40.0]), np.array([70.0, 30.0])])
    x = (490 - np.sqrt(490**2 - 4 * 3 * 16800)) / 6
    assert table * 100 == pytest.approx(np.array([[x, 60 - x], [70 - x, x - 30]]), abs=1e-8)


def test_a_seed_of_ones_gives_the_product_of_the_margins():
    margins = [np.array([1.0, 3.0]), np.array([2.0, 3.0, 5.0]), np.array([7.0, 3.0])]
    table = rake(np.ones((2, 3, 2)), margins)
    wanted = np.einsum("i,j,k->ijk", *(margin / margin.sum() for margin in margins))
    assert table == pytest.approx(wanted)


def test_totals_that_do_not_agree_are_divided_by_their_own_sum():
    table = rake(np.ones((2, 2)), [np.array([164500.0, 159000.0]), np.array([100.0, 101.0])])
    assert table.sum() == pytest.approx(1)
    assert table.sum(axis=1) == pytest.approx([164500 / 323500, 159000 / 323500])


def test_zeros_stay():
    table = rake(np.array([[1.0, 0.0], [1.0, 1.0]]), [np.array([0.4, 0.6]), np.array([0.7, 0.3])])
    assert table == pytest.approx(np.array([[0.4, 0.0], [0.3, 0.3]]))


def test_a_margin_without_any_combination():
    with pytest.raises(ValueError, match="every combination is zero"):
        rake(np.array([[0.0, 0.0], [1.0, 1.0]]), [np.array([0.4, 0.6]), np.array([0.7, 0.3])])


def test_zeros_that_forbid_the_margins_do_not_converge():
    with pytest.raises(ValueError, match="no table with these zeros agrees with all margins"):
        rake(np.array([[1.0, 0.0], [1.0, 1.0]]), [np.array([0.8, 0.2]), np.array([0.5, 0.5])], rounds=200)


numbers = st.floats(0.1, 100)


@given(st.lists(numbers, min_size=6, max_size=6), st.lists(numbers, min_size=2, max_size=2),
       st.lists(numbers, min_size=3, max_size=3))  # fmt: skip
def test_margins_are_met_and_odds_ratios_kept(cells, rows, columns):
    seed, margins = np.array(cells).reshape(2, 3), [np.array(rows), np.array(columns)]
    table = rake(seed, margins)
    assert table.sum(axis=1) == pytest.approx(margins[0] / margins[0].sum(), abs=1e-11)
    assert table.sum(axis=0) == pytest.approx(margins[1] / margins[1].sum(), abs=1e-11)
    for column in (1, 2):
        odds = [t[0, 0] * t[1, column] / (t[0, column] * t[1, 0]) for t in (seed, table)]
        assert odds[0] == pytest.approx(odds[1], rel=1e-6)
