"""Who is on no panel and who on every one: minimal causes, and the trade of changing that, against enumeration."""

import pytest
from hypothesis import given, settings
from oracle import all_panels
from pools import problem, problem_of
from strategies import problems

from sortition.checking import Conflict, conflict_sentences, only
from sortition.engine.types import classes_of
from sortition.fairness import lowest
from sortition.fairness.lottery import fair_chances, reached
from sortition.fairness.lowest import LowestChances
from sortition.stages.extremes import always_on, never_on


def found_of(p, ways=(never_on, always_on)):
    search, flex = reached(p, classes_of(p)), [None] * len(p.quotas)
    return [way(p, search, flex, LowestChances()) for way in ways]


def without(conflict):
    """Give each conflict that lacks one member."""
    for bound in conflict.bounds:
        yield Conflict(tuple(each for each in conflict.bounds if each != bound), conflict.households, False)
    if conflict.households:
        yield Conflict(conflict.bounds, False, False)


def check_cause(p, cause, seated):
    """Tell by enumeration that a cause holds for all its people, and for one of them without no member."""
    alone = all_panels(only(p, cause.conflict))
    assert not any((person in panel) == seated for panel in alone for person in cause.people)
    for less in without(cause.conflict):
        panels = all_panels(only(p, less))
        assert any((person in panel) == seated for panel in panels for person in cause.people)


@settings(deadline=None, max_examples=30)
@given(problems(feasible=True, most_people=9, most_seats=5))
def test_groups_causes_and_changes_against_enumeration(p):
    panels, people = all_panels(p), range(len(p.ids))
    never, always = found_of(p)
    in_groups = [person for group in never for person in group.people]
    assert sorted(in_groups) == [person for person in people if not any(person in panel for panel in panels)]
    certain = [person for group in always for person in group.people]
    assert sorted(certain) == [person for person in people if all(person in panel for panel in panels)]
    for group in never:
        after = all_panels(group.change.applied(p))
        assert all(any(person in panel for panel in after) for person in group.people)
        if group.cause:
            check_cause(p, group.cause, seated=True)
            assert set(group.cause.people) <= set(group.people)
            assert group.chance.exact
    for group in always:
        if group.cause:
            check_cause(p, group.cause, seated=False)


@settings(deadline=None, max_examples=30)
@given(problems(feasible=True, most_people=8, most_seats=4))
def test_the_lowest_chance_after_a_loosening_is_that_of_the_lottery(p):
    (always,) = found_of(p, [always_on])
    for each in (each for group in always for each in group.loosened):
        quotas = tuple(
            type(q)(q.of, each.change.new_low, each.change.new_high, q.kind, q.why) if q == each.change.quota else q
            for q in p.quotas
        )
        after = type(p)(p.ids, p.categories, p.values, p.codes, p.households, p.panel_size, quotas)
        chances, _ = fair_chances(after, "maximin")
        assert each.chance.at_most == pytest.approx(chances[chances > 0].min())


def test_a_quota_that_needs_all_of_its_people_puts_them_on_every_panel():
    never, (certain,) = found_of(problem(["x"] * 2 + ["y"] * 6, [{"x": (2, 2), "y": (0, 4)}], 4))
    assert never == ()
    assert certain.people == certain.cause.people == (0, 1)
    assert certain.cause.members == ("category 0 'x': at least 2 (2 people may be drawn)",)
    assert certain.cause.reason == (
        "with one of them left out: at least 2 seats must go to people with category 0 'x', but only 1 such person may "
        "be drawn."
    )
    (loosened,) = certain.loosened
    assert loosened.change.sentence == "category 0 'x': lowest 2 -> 1 (2 people may be drawn)"
    assert loosened.chance.at_most == pytest.approx(1 / 2)


def test_an_address_that_keeps_somebody_out():
    p = problem(["x", "y", "y", "y"], [{"x": (1, 1), "y": (0, 2)}], 2, households=["here", "here", None, None])
    (never,), _ = found_of(p)
    assert never.people == (1,)
    assert never.cause.members == (
        "category 0 'x': at least 1 (1 person may be drawn)",
        "at most one person from each household (2 people share 1 household)",
    )
    assert never.cause.reason == (
        "with one of them seated, of the rest of the panel and the other people: at least 1 seat must go to people "
        "with category 0 'x', but there is no such person who may be drawn."
    )
    assert never.change.sentence == "category 0 'x': lowest 1 -> 0 (1 person may be drawn)"
    assert never.chance.at_most == pytest.approx(1 / 2)


def test_no_seats_for_a_value():
    p = problem(["x", "x", "z", "y"], [{"x": (0, 2), "y": (0, 0), "z": (0, 1)}], 2)
    (never,), always = found_of(p)
    assert never.people == (3,)
    assert len(never.cause.conflict.bounds) == 1
    assert never.cause.members == conflict_sentences(p, never.cause.conflict)
    assert never.cause.reason == "there is no seat for such people."
    assert always == ()


def test_everybody_is_on_the_panel_where_there_are_no_others():
    never, (certain,) = found_of(problem(["x", "y"], [{"x": (0, 2), "y": (0, 2)}], 2))
    assert never == ()
    assert certain.cause.members == ()
    assert certain.cause.reason == "with one of them left out: the panel has 2 seats, and only 1 person may be drawn."
    assert certain.loosened == ()


def test_limits_of_flex_are_kept():
    p = problem(["x"] * 2 + ["y"] * 3 + ["z"], [{"x": (2, 2), "y": (0, 3), "z": (0, 0)}], 3)
    search, chances = reached(p, classes_of(p)), LowestChances()
    (never,) = never_on(p, search, [0] * 3, chances)
    assert (never.change, never.chance) == (None, None)
    (certain,) = always_on(p, search, [0] * 3, chances)
    assert certain.loosened == ()


def test_larger_groups_come_first_and_the_rest_is_kept_together(monkeypatch):
    monkeypatch.setattr(lowest, "MOST_CLASSES", 0)  # bounds do here, and take less time
    p = problem_of("tight/cumbria7_203_40")
    never, always = found_of(p)
    sizes = [len(group.people) for group in never]
    assert sum(sizes) == 48
    assert sizes == sorted(sizes, reverse=True)
    assert [group.cause is not None for group in never][:4] == [True] * 3 + [False] * (len(never) > 3)
    chances, _ = fair_chances(p, "maximin")
    assert all(chances[list(group.people)] == pytest.approx(1) for group in always)
