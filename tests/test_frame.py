"""Charts drawn by hand: round numbers on the axes, everything in its place and inside the picture."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sortition.reports.charts import curve_svg, histogram_svg
from sortition.reports.frame import HEIGHT, WIDTH, Axis, Frame, round_up

CHANCES = st.lists(st.just(0.0) | st.floats(1e-9, 1), min_size=1, max_size=30).map(np.array)


def axis(top, whole=False):
    return Axis("what", top, lambda value: f"{value:g}", whole)


def places(svg):
    """Give all places of a chart where a line ends or words stand."""
    for path in re.findall(r' d="([^"]*)"', svg):
        way = re.findall(r"([MHVh])([\d.]+)(?: ([\d.]+))?", path)
        yield from (("across", float(x)) for letter, x, _ in way if letter in "MH")
        yield from (("down", float(y)) for letter, x, y in way for y in [y or x] if letter in "MV")
    for x, y in re.findall(r'<text x="([\d.-]+)" y="([\d.-]+)"', svg):
        yield from (("across", float(x)), ("down", float(y)))


@pytest.mark.parametrize(
    ("number", "round_number"), [(1, 1), (1.01, 2), (2, 2), (2.5, 5), (5.1, 10), (0.3, 0.5), (30, 50), (0.1 + 0.2, 0.5)]
)
def test_round_numbers(number, round_number):
    assert round_up(number) == pytest.approx(round_number)


@given(st.floats(1e-9, 1e9))
def test_an_axis_names_a_few_round_numbers_from_nought_on(top):
    ticks = axis(top).ticks
    assert ticks[0] == 0
    assert 3 <= len(ticks) <= 7
    assert ticks[-1] <= top * (1 + 1e-9)
    assert ticks[-1] + ticks[1] > top


def test_people_are_counted_in_whole_numbers():
    assert axis(3, whole=True).ticks == [0, 1, 2, 3]
    assert axis(0.5, whole=True).ticks == [0]


def test_steps_and_bars_stand_where_they_should():
    frame = Frame(axis(4), axis(100))
    heights, edges = np.array([25.0, 100.0]), np.array([0.0, 1.0, 4.0])
    left, right, head, foot = frame.left, frame.right, frame.head, frame.foot
    low, step = foot - (foot - head) / 4, left + (right - left) / 4
    assert frame.line(heights, edges) == f"M{left:.2f} {low:.2f}V{low:.2f}H{step:.2f}V{head:.2f}H{right:.2f}"
    assert frame.area(heights, edges).endswith(f"H{right:.2f}V{foot}Z")
    assert frame.bars(np.array([0.0, 50.0]), edges).startswith(f"M{step + 0.6:.2f} {foot}V{(head + foot) / 2:.2f}H")


@given(CHANCES)
def test_everything_is_inside_the_picture_whatever_the_chances(chances):
    for svg in (curve_svg(chances, chances[::-1] / 2), histogram_svg(chances)):
        ElementTree.fromstring(svg)
        most = {"across": WIDTH, "down": HEIGHT}
        assert all(0 <= place <= most[direction] for direction, place in places(svg))
        assert "nan" not in svg


@given(CHANCES)
def test_the_order_of_the_people_makes_no_difference(chances):
    assert curve_svg(chances, chances) == curve_svg(np.sort(chances), chances)
    assert histogram_svg(chances) == histogram_svg(np.sort(chances))
