"""Shares to seats: the worked quotas, and what must hold of any."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sortition.targets.apportion import allot, largest_remainders

BANDS = {
    "Dudley": (50, (23791, 40467, 38387, 44135, 40333, 33474, 32182), (5, 8, 7, 9, 8, 7, 6)),
    "Test Valley": (50, (7556, 13922, 15279, 18538, 17354, 14607, 13271), (4, 7, 7, 9, 9, 7, 7)),
    "Greater Cambridge": (60, (35244, 36342, 35664, 37641, 31956, 25314, 23119), (9, 10, 9, 10, 9, 7, 6)),
}
"""Seats by age band, worked out by hand from the mid-2020 estimates of people aged 18 and over."""
EXACT = {
    "Dudley": (4.71, 8.00, 7.59, 8.73, 7.98, 6.62, 6.37),
    "Test Valley": (3.76, 6.92, 7.60, 9.22, 8.63, 7.27, 6.60),
    "Greater Cambridge": (9.39, 9.68, 9.50, 10.03, 8.51, 6.74, 6.16),
}
ETHNICITY = [Fraction(number) for number in (4284, 1458, 2312, 980, 121457)]
"""Test Valley: Asian, Black, Mixed, Other, White."""


@pytest.mark.parametrize("area", BANDS)
def test_worked_quotas_come_out_to_the_number(area):
    seats, counts, wanted = BANDS[area]
    found = allot([Fraction(count) for count in counts], seats)
    assert found.target == wanted == largest_remainders([Fraction(count) for count in counts], seats)
    assert [round(float(number), 2) for number in found.exact] == pytest.approx(EXACT[area])
    assert found.low == tuple(int(number) for number in found.exact)
    assert found.high == tuple(int(number) + 1 for number in found.exact)


def test_small_groups_get_floor_to_ceiling():
    found = allot(ETHNICITY, 50)
    assert [round(float(number), 2) for number in found.exact] == [1.64, 0.56, 0.89, 0.38, 46.54]
    assert list(zip(found.low, found.high, strict=True)) == [(1, 2), (0, 1), (0, 1), (0, 1), (46, 47)]


def test_ones_are_lifted_to_two_and_the_others_share_what_is_left():
    found = allot(ETHNICITY, 50, lift=2)
    assert found.lifted == (1, 2)
    assert found.target == (2, 2, 2, 0, 44)
    assert list(zip(found.low, found.high, strict=True)) == [(1, 2), (2, 2), (2, 2), (0, 1), (44, 45)]


def test_an_answer_that_no_table_counts_does_not_narrow_the_others():
    found = allot([Fraction(164500), Fraction(159000), None], 50, fixed={2: (0, 1)})
    assert list(zip(found.low, found.high, strict=True)) == [(25, 26), (24, 25), (0, 1)]
    assert found.target == (25, 25, 0)


def test_over_representation_leaves_the_rest_to_the_others():
    found = allot([Fraction(10), Fraction(30), Fraction(60)], 50, fixed={0: (20, 21)})
    assert found.target == (20, 10, 20)
    assert list(zip(found.low, found.high, strict=True)) == [(20, 21), (9, 10), (19, 20)]


def test_tolerance_widens_before_rounding():
    found = allot([Fraction(1), Fraction(3)], 10, tolerance=Fraction(3, 5))
    assert (found.low, found.high) == ((1, 6), (4, 9))
    assert allot([Fraction(1), Fraction(3)], 10, tolerance=Fraction(1)).low == (1, 6)


def test_equal_remainders_go_to_the_first():
    assert largest_remainders([Fraction(1)] * 4, 6) == (2, 2, 1, 1)


parts = st.lists(st.integers(0, 10**6), min_size=1, max_size=9).filter(any)


@given(parts, st.integers(1, 200), st.integers(0, 3), st.integers(0, 3))
def test_there_is_always_room_for_a_full_panel(counts, seats, lift, tolerance):
    found = allot([Fraction(count) for count in counts], seats, Fraction(tolerance), lift if seats > 20 else 0)
    assert sum(found.target) == seats == sum(found.exact)
    assert sum(found.low) <= seats <= sum(found.high)
    assert all(low <= target <= high for low, target, high in zip(found.low, found.target, found.high, strict=True))
    assert all(0 <= high <= seats for high in found.high)


@given(parts, st.integers(0, 200))
def test_largest_remainders_stay_within_floor_and_ceiling(counts, seats):
    shares = [Fraction(count) for count in counts]
    exact = [share * seats / sum(shares) for share in shares]
    given_seats = largest_remainders(shares, seats)
    assert sum(given_seats) == seats
    assert all(int(x) <= n <= -int(-x // 1) for x, n in zip(exact, given_seats, strict=True))


@given(parts, st.integers(10, 100), st.data())
def test_values_with_seats_of_their_own_keep_them(counts, seats, data):
    low = data.draw(st.integers(0, seats // 2))
    fixed = {0: (low, low + data.draw(st.integers(0, 3)))}
    others = counts[1:] if any(counts[1:]) else [*counts[1:], 1]
    found = allot([Fraction(counts[0]), *(Fraction(count) for count in others)], seats, fixed=fixed)
    assert (found.low[0], found.high[0]) == fixed[0]
    assert sum(found.target) == seats
    assert sum(found.low) <= seats <= sum(found.high)


def test_where_every_value_has_its_own_seats_the_targets_add_up():
    found = allot([Fraction(1), Fraction(1), None], 10, fixed={0: (2, 8), 1: (2, 3), 2: (1, 2)})
    assert sum(found.target) == 10
    assert (found.low, found.high) == ((2, 2, 1), (8, 3, 2))
