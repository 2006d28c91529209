"""What counting alone shows."""

import numpy as np
import pytest

from sortition.checking import quota_table, shortages
from sortition.model import NO_VALUE, Problem, Quota


def problem(codes, quotas, size, households=None, values=(("x", "y"),)):
    codes = np.array(codes, dtype=np.int16).reshape(-1, len(values))
    people = len(codes)
    return Problem(
        ids=tuple(f"p{n:03d}" for n in range(people)),
        categories=tuple("abc"[: len(values)]),
        values=values,
        codes=codes,
        households=np.array(households or [-1] * people, dtype=np.int32),
        panel_size=size,
        quotas=tuple(
            Quota(((category, (value,)),), low, high, line=line)
            for line, (category, value, low, high) in enumerate(quotas, start=5)
        ),
    )


def sentences(*args, **more):
    return [str(fault) for fault in shortages(problem(*args, **more))]


def test_people_are_counted_for_every_quota():
    table = quota_table(problem([0, 1, 0, NO_VALUE], [("a", "x", 0, 4), ("a", "y", 0, 4)], 2))
    assert [(row.quota.label, row.count) for row in table] == [("a 'x'", 2), ("a 'y'", 1)]


def test_enough_of_everything_is_no_shortage():
    assert sentences([0, 0, 1, 1], [("a", "x", 1, 1), ("a", "y", 1, 1)], 2) == []


def test_a_quota_with_too_few_people():
    assert sentences([0, 1, 1, 1], [("a", "x", 2, 3), ("a", "y", 0, 3)], 3) == [
        "a 'x' needs at least 2, only 1 person may be drawn."
    ]


def test_a_quota_with_too_few_households():
    found = sentences([0, 0, 0, 1, 1], [("a", "x", 2, 3), ("a", "y", 0, 3)], 2, households=[0, 0, 0, -1, -1])
    reason = "the 3 people who may be drawn live in only 1 household, and a panel takes one person from each at most."
    assert found == [f"a 'x' needs at least 2, but {reason}"]


def test_too_few_people_for_the_panel():
    assert sentences([0, 0], [("a", "x", 0, 3)], 3)[0] == "the panel has 3 seats, but only 2 people may be drawn."


def test_too_few_households_for_the_panel():
    assert sentences([0, 0, 0, 1], [("a", "x", 0, 3), ("a", "y", 0, 3)], 3, households=[0, 0, 1, 1])[0] == (
        "the panel has 3 seats, but the 4 people who may be drawn live in only 2 households, and a panel takes one "
        "person from each at most."
    )


def test_lowest_numbers_above_the_seats():
    assert sentences([0, 0, 1, 1], [("a", "x", 2, 2), ("a", "y", 1, 2)], 2) == [
        "a: the lowest numbers add up to 3, the panel has 2 seats."
    ]


def test_highest_numbers_below_the_seats_once_people_are_counted():
    assert sentences([0, 1, 1, 1, 1], [("a", "x", 0, 3), ("a", "y", 0, 2)], 4) == [
        "a: the highest numbers, as far as there are people for them, add up to 3, the panel has 4 seats."
    ]


def test_people_without_a_value_fill_seats_too():
    assert sentences([0, NO_VALUE, NO_VALUE, 1], [("a", "x", 0, 1), ("a", "y", 0, 1)], 4) == []


@pytest.mark.parametrize(("source", "start"), [("", "a 'x' needs"), ("quotas.yaml", "quotas.yaml:5: a 'x' needs")])
def test_faults_name_the_line_where_the_file_is_known(source, start):
    found = shortages(problem([0, 1, 1], [("a", "x", 2, 2), ("a", "y", 0, 2)], 2), source)
    assert str(found[0]).startswith(start)
