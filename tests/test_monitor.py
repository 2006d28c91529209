"""The outlook to closing day: exact probabilities against enumeration, dates, and the simulated pools."""

import datetime as dt
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from pools import problem, problem_of

from sortition.errors import InputError, UsageError
from sortition.model import Pool
from sortition.stages.monitor import _at_closing, at_least, further_replies, outlook


def by_urn(wanted, trials, have, others):
    """Give P(at least `wanted`) exactly: the beta-binomial is Pólya's urn with so many balls to begin with."""

    def rising(start, count):
        product = Fraction(1)
        for step in range(count):
            product *= start + step
        return product

    terms = (
        comb(trials, hits) * rising(have, hits) * rising(others, trials - hits) for hits in range(wanted, trials + 1)
    )
    return sum(terms, Fraction(0)) / rising(have + others, trials)


@pytest.mark.parametrize("wanted", [0, 1, 3, 10, 11])
@pytest.mark.parametrize(("have", "others"), [(0, 5), (3, 4), (40, 1)])
def test_the_probability_of_enough_replies_is_exact(wanted, have, others):
    half = Fraction(1, 2)
    right = by_urn(wanted, 10, have + half, others + half)
    assert at_least(wanted, 10, have + 0.5, others + 0.5) == pytest.approx(float(right), rel=1e-10, abs=1e-12)


def test_the_least_likely_quota_comes_first_with_what_is_missing():
    p = problem(["xu"] * 6 + ["yv"] * 2, [{"x": (2, 6), "y": (4, 6)}, {"u": (1, 8), "v": (3, 8)}], 8)
    found = outlook(p, 10)
    assert [cell.quota.label for cell in found.cells][:2] == ["category 0 'y'", "category 1 'v'"]
    assert [cell.missing for cell in found.cells] == [2, 1, 0, 0]
    first = found.cells[0]
    assert first.chance == pytest.approx(float(by_urn(2, 10, Fraction(5, 2), Fraction(13, 2))))
    assert first.expected == pytest.approx(10 * 2.5 / 9)
    assert [cell.chance for cell in found.cells[2:]] == [1, 1]
    assert not found.feasible
    assert 0 < found.with_panel < found.simulated


def test_answers_that_nobody_has_given_yet_may_come():
    found = outlook(problem(["x"] * 5, [{"x": (0, 4), "y": (1, 4)}], 4), 20)
    assert [cell.people for cell in found.cells] == [0]
    likely = found.cells[0].chance  # one category of two values: the simulation and the exact number have one model
    assert found.with_panel / found.simulated == pytest.approx(likely, abs=0.1)


def test_further_people_are_distributed_as_the_prior_says():
    p = problem(["xu"] * 2 + ["yv"], [{"x": (0, 9), "y": (0, 9), "z": (0, 9)}, {"u": (0, 9), "v": (0, 9)}], 4)
    random, trials = np.random.default_rng(1), 20_000
    codes = np.array([_at_closing(p, 2, random).codes[-1] for _ in range(trials)])
    for column, counts in enumerate(([2, 1, 0], [2, 1])):
        share = (np.array(counts) + 0.5) / (3 + len(counts) / 2)  # the second further person's, too (exchangeable)
        drawn = np.bincount(codes[:, column], minlength=len(counts)) / trials
        assert drawn == pytest.approx(share, abs=4 * 0.5 / trials**0.5)


def test_people_who_share_a_household_fill_one_seat():
    p = problem(["x", "x", "y"], [{"x": (2, 2), "y": (0, 2)}], 2, households=["here", "here", None])
    (cell,) = outlook(p, 0).cells
    assert (cell.people, cell.seatable, cell.missing, cell.chance) == (2, 1, 1, 0)


def test_a_pool_with_a_panel_needs_no_simulation_and_no_reply():
    found = outlook(problem_of("paper-size/mass_24"), 0)
    assert found.feasible
    assert found.simulated == 0
    assert all(cell.chance == 1 for cell in found.cells)


def test_the_same_pool_has_the_same_outlook():
    p = problem(["x"] * 3 + ["y"], [{"x": (1, 4), "y": (2, 4)}], 4)
    one, other = outlook(p, 3), outlook(p, 3)
    assert (one.with_panel, one.cells) == (other.with_panel, other.cells)
    with pytest.raises(UsageError):
        outlook(p, -1)


def pool(days):
    return Pool(
        "pool.csv", ("id", "day"), tuple((str(n), day) for n, day in enumerate(days)), tuple(range(2, 2 + len(days)))
    )


def test_the_pace_of_the_last_week_goes_on():
    old = ["2026-03-01"] * 50
    week = ["2026-03-10", "2026-03-12T09:30", "2026-03-12", "2026-03-14", "2026-03-16", "2026-03-16", "2026-03-16"]
    rows = range(len(old) + len(week))
    assert further_replies(pool(old + week), rows, "day", dt.date(2026, 3, 26)) == 10
    assert further_replies(pool(week[-1:]), [0], "day", dt.date(2026, 3, 18)) == 2
    assert further_replies(pool(week), range(7), "day", dt.date(2026, 3, 16)) == 0


def test_every_cell_that_is_no_date_is_named():
    with pytest.raises(InputError) as caught:
        further_replies(pool(["2026-03-01", "1.3.2026", ""]), range(3), "day", dt.date(2026, 3, 9))
    assert [fault.line for fault in caught.value.faults] == [3, 4]
    with pytest.raises(InputError, match="The same goes for lines 3, 4 and 3 more"):
        further_replies(pool(["1.3.2026"] * 6), range(6), "day", dt.date(2026, 3, 9))
    with pytest.raises(InputError):
        further_replies(pool(["2026-03-01"]), range(1), "date", dt.date(2026, 3, 9))
    with pytest.raises(UsageError):
        further_replies(pool(["2026-03-10"]), range(1), "day", dt.date(2026, 3, 9))
