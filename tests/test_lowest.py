"""The lowest chance: by lottery in small pools, by a proven bound in large ones, and the same at every speed."""

import time

import pytest
from pools import problem, problem_of

from sortition.engine.types import classes_of
from sortition.fairness import lowest
from sortition.fairness.lottery import fair_chances, reached
from sortition.fairness.lowest import LowestChances

POOLS = ["paper-size/mass_24", "paper-size/sf_b_20", "tight/cumbria7_203_40"]


@pytest.mark.parametrize("name", POOLS)
def test_a_lottery_gives_the_lowest_chance_itself(name):
    p = problem_of(name)
    found = LowestChances().of(p)
    truth, _ = fair_chances(p, "maximin")
    assert found.exact
    assert found.at_most == pytest.approx(truth[truth > 0].min())
    assert found.never == (truth == 0).sum()


@pytest.mark.parametrize("name", POOLS)
def test_a_bound_lies_above_the_lowest_chance_of_those_who_can_be_drawn(name, monkeypatch):
    p = problem_of(name)
    truth, _ = fair_chances(p, "maximin")
    monkeypatch.setattr(lowest, "MOST_CLASSES", 0)
    search = reached(p, classes_of(p))
    for found in (LowestChances().of(p), LowestChances().after_reaching(search)):
        assert not found.exact
        assert (found.at_least, found.status) == (0, "proved")
        assert truth[truth > 0].min() - 1e-12 <= found.at_most <= 1


def test_lotteries_are_made_for_the_first_problems_only(monkeypatch):
    monkeypatch.setattr(lowest, "MOST_CLASSES", 120)
    p = problem_of("paper-size/mass_24")  # 52 classes
    chances = LowestChances()
    assert [chances.of(p).exact for _ in range(4)] == [True, True, False, False]


def test_a_lottery_that_takes_too_many_programs_gives_bounds_on_both_sides(monkeypatch):
    monkeypatch.setattr(lowest, "MOST_PROGRAMS", 0)
    found = LowestChances().of(problem_of("tight/cumbria7_201_40"))
    assert 0 < found.at_least < 2 / 39 <= found.at_most + 1e-12
    assert not found.exact


def test_the_answer_does_not_depend_on_the_clock(monkeypatch):
    p = problem_of("tight/cumbria7_202_40")
    one = LowestChances().of(p)
    clock = iter(range(0, 10**9, 3600))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    assert LowestChances().of(p) == one


def test_who_cannot_be_drawn_is_counted():
    found = LowestChances().of(problem(["x", "x", "x", "y"], [{"x": (2, 2), "y": (0, 0)}], 2))
    assert (found.at_most, found.never, found.status) == (pytest.approx(2 / 3), 1, "proved")
