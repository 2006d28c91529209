"""Who sits on which panel: turns within a class, and never two of a household."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import all_panels, judge
from pools import problem
from strategies import problems

from sortition.engine.dealing import deal
from sortition.engine.types import classes_of

FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def assert_dealt(problem, classes, compositions, seed="seed"):
    panels = deal(problem, classes, compositions, seed)
    valid = judge(problem)
    had = np.bincount(panels.ravel(), minlength=len(problem.ids))
    assert panels.shape == (len(compositions), problem.panel_size)
    for panel, composition in zip(panels.tolist(), compositions.tolist(), strict=True):
        assert panel == sorted(panel)
        assert valid(panel)
        assert [sum(person in panel for person in members) for members in classes.members] == composition
    for members, total in zip(classes.members, compositions.sum(axis=0).tolist(), strict=True):
        assert {int(had[person]) for person in members} <= {total // len(members), -(-total // len(members))}
    return panels


@FEW
@given(problems(feasible=True), st.data())
def test_everybody_of_a_class_has_as_many_tickets_give_or_take_one(problem, data):
    classes = classes_of(problem)
    panels = sorted({tuple(sum(p in panel for p in m) for m in classes.members) for panel in all_panels(problem)})
    compositions = np.array(data.draw(st.lists(st.sampled_from(panels), min_size=1, max_size=25)), dtype=np.int32)
    assert_dealt(problem, classes, compositions)


HOUSEHOLDS = st.lists(st.text("xyz", min_size=1, max_size=3), min_size=3, max_size=7)


@FEW
@given(HOUSEHOLDS, st.data())
def test_households_of_every_kind_keep_turns(households, data):
    """Homes of one to three people of three types; the same make-up may occur several times, or twice within a home."""
    people = [(person, home) for home, living in enumerate(households) for person in living]
    size = data.draw(st.integers(1, len(households)))
    seats = [dict.fromkeys("xyz", (0, size - (size > 1)))]
    made = problem([person for person, _ in people], seats, size, households=[home for _, home in people])
    classes = classes_of(made)
    chosen = []
    for _ in range(data.draw(st.integers(1, 12))):
        homes = data.draw(st.permutations(range(len(households))))[:size]
        chosen.append(
            [data.draw(st.sampled_from([p for p, (_, h) in enumerate(people) if h == home])) for home in homes]
        )
    valid = judge(made)
    counts = [[sum(p in panel for p in m) for m in classes.members] for panel in chosen if valid(panel)]
    if counts:
        assert_dealt(made, classes, np.array(counts, dtype=np.int32))


def test_the_order_of_turns_follows_from_the_seed_and_from_nothing_else():
    made = problem("xxxxyyyy", [{"x": (1, 1), "y": (1, 1)}], 2)
    compositions = np.array([[1, 1]] * 3, dtype=np.int32)
    one, two, other = (assert_dealt(made, classes_of(made), compositions, seed) for seed in ("a", "a", "b"))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("tickets", [1, 2, 3, 4, 7])
def test_couples_of_the_same_make_up_take_turns(tickets):
    made = problem(
        "xyxyxyz", [{"x": (1, 1), "y": (1, 1), "z": (1, 1)}], 3, households=["a", "a", "b", "b", "c", "c", "d"]
    )
    assert_dealt(made, classes_of(made), np.array([[1, 1, 1]] * tickets, dtype=np.int32))


def test_memory_follows_people_and_tickets_not_their_product():
    people, tickets = 20_000, 2_000
    made = problem("x" * people, [{"x": (5, 5)}], 5)
    classes = classes_of(made)
    tracemalloc.start()
    try:
        panels = deal(made, classes, np.full((tickets, 1), 5, dtype=np.int32), "seed")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert set(np.bincount(panels.ravel(), minlength=people).tolist()) == {0, 1}
    assert peak < 50 * 2**20  # a table of people by tickets takes 40 MB a byte
