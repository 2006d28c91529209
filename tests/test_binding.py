"""Which quotas hold the lowest chance down, and limits of time that say so."""

from dataclasses import replace

import pytest
from pools import problem, problem_of

from sortition.checking import Bound, reach_everyone
from sortition.engine.types import classes_of
from sortition.errors import OutOfTimeError
from sortition.fairness.lottery import fair_chances, unreachable
from sortition.stages.binding import binding
from sortition.stages.diagnosis import diagnose


def test_a_quota_that_takes_seats_from_the_others_holds_the_lowest_chance_down():
    found = binding(problem(["x"] * 2 + ["y"] * 6, [{"x": (2, 2), "y": (0, 4)}], 4))
    assert found.lowest == pytest.approx(1 / 3)
    assert [hold.bound for hold in found.holds] == [Bound(0, "lowest")]
    assert found.holds[0].per_seat == pytest.approx(1 / 6)


def test_a_seat_less_strict_gains_no_more_than_is_said():
    p = problem_of("paper-size/sf_c_44")
    found = binding(p)
    chances, _ = fair_chances(p, "maximin")
    assert found.lowest >= chances.min() - 1e-9
    assert found.holds
    for hold in found.holds[:4]:
        quotas = list(p.quotas)
        quota, lower = quotas[hold.bound.quota], hold.bound.side == "lowest"
        quotas[hold.bound.quota] = replace(quota, low=quota.low - lower, high=quota.high + (not lower))
        assert binding(replace(p, quotas=tuple(quotas))).lowest <= found.lowest + hold.per_seat + 1e-7


def test_who_cannot_be_drawn_does_not_count_as_least_likely():
    p = problem(["x", "x", "x", "y"], [{"x": (2, 2), "y": (0, 0)}], 2)
    assert unreachable(p) == (3,)
    assert binding(p, (3,)).lowest == pytest.approx(2 / 3)
    said = diagnose(p, [None, None])
    assert said.advice is None
    assert [group.people for group in said.never] == [(3,)]
    assert said.now.at_most == pytest.approx(2 / 3)
    assert said.keeping_everyone.smallest
    assert said.chance_keeping.at_most == pytest.approx(1 / 2)


def test_a_limit_of_time_says_so():
    p = problem(["x", "x", "y", "y"], [{"x": (2, 2), "y": (0, 0)}], 2)
    with pytest.raises(OutOfTimeError):
        reach_everyone(classes_of(p), p, [None, None], seconds=0)
