"""Why no panel exists and what would help: minimal conflicts, and ways out that work, on pools made impossible."""

import time
from dataclasses import replace

import numpy as np
import pytest
from pools import KNOWN, known, problem, problem_of

from sortition.checking import (
    conflict_sentences,
    find_conflict,
    flex_of,
    match,
    more_people,
    move_alone,
    reason,
)
from sortition.engine.types import classes_of
from sortition.fairness.lottery import fair_lottery
from sortition.solver import LinearModel, Program
from sortition.stages.advice import advise, short_advice

# PuLP 3 ships CBC under a name that PuLP 4 will drop
CBC_IS_LISTED_AS_DEPRECATED = pytest.mark.filterwarnings("ignore:PULP_CBC_CMD is deprecated:DeprecationWarning")
SMALL = ["mass_24", "hd_30", "sf_b_20", "sf_a_35", "sf_c_44"]
TIGHT = ["cambridge6_200_60", "cumbria7_202_40", "cumbria7_203_40", "sfc7_203_44", "sfc7_209_44"]


def has_panel(p, bounds=None, households=True):
    """Tell whether somebody-by-somebody there is a panel that meets the bounds named (None: all)."""
    everybody = range(len(p.quotas))
    lows, highs = ({at for at in everybody if bounds is None or (at, side) in bounds} for side in ("lowest", "highest"))
    homes = [p.households == home for home in np.unique(p.households[p.households >= 0])] if households else []
    people = len(p.ids)
    program = Program(
        cost=np.zeros(people),
        matrix=np.vstack([np.ones((1, people)), p.membership.T, *homes]).astype(float),
        row_low=np.array(
            [p.panel_size, *(q.low if at in lows else 0 for at, q in enumerate(p.quotas)), *[0] * len(homes)], float
        ),
        row_high=np.array(
            [p.panel_size, *(q.high if at in highs else people for at, q in enumerate(p.quotas)), *[1] * len(homes)],
            float,
        ),
        low=np.zeros(people),
        high=np.ones(people),
        integer=np.ones(people, dtype=bool),
    )
    relaxed = replace(program, integer=np.zeros(people, dtype=bool))
    return LinearModel(relaxed).solve().feasible and LinearModel(program).solve_for_any().feasible


def check_conflict(p, conflict):
    """A conflict is one, and leaving out any one member makes a panel possible."""
    bounds = {(bound.quota, bound.side) for bound in conflict.bounds}
    assert not has_panel(p, bounds, conflict.households)
    for bound in bounds:
        assert has_panel(p, bounds - {bound}, conflict.households), p.quotas[bound[0]].label
    if conflict.households:
        assert has_panel(p, bounds, households=False)


def sharing(p, seed, share):
    """Put a share of the people into households of two."""
    order = np.random.default_rng(seed).permutation(len(p.ids))
    homes = np.full(len(p.ids), -1, dtype=np.int32)
    pairs = int(share * len(p.ids) / 2)
    homes[order[: 2 * pairs]] = np.repeat(np.arange(pairs), 2)
    first = dict.fromkeys(home for home in homes.tolist() if home >= 0)
    numbers = {home: number for number, home in enumerate(first)} | {-1: -1}
    return replace(p, households=np.array([numbers[home] for home in homes.tolist()], dtype=np.int32))


def tightened(p, seed):
    """Move bounds at random, seat by seat, until no panel is left."""
    rng, quotas = np.random.default_rng(seed), list(p.quotas)
    while has_panel(p):
        at = int(rng.integers(len(quotas)))
        low, high = quotas[at].low, quotas[at].high
        if rng.random() < 0.6:
            quotas[at] = replace(quotas[at], low=low + 1, high=max(high, low + 1))
        elif high > 0:
            quotas[at] = replace(quotas[at], low=min(low, high - 1), high=high - 1)
        p = replace(p, quotas=tuple(quotas))
    return p


def crossed(p, seed):
    """Ask so much of two values of two categories that more people must have both than do."""
    rng = np.random.default_rng(seed)
    while True:
        one, other = sorted(rng.choice(len(p.quotas), 2, replace=False).tolist())
        both = int((p.membership[:, one] & p.membership[:, other]).sum())
        counts = p.membership[:, [one, other]].sum(axis=0)
        need = p.panel_size + both + 1
        low = min(int(counts[0]), p.panel_size - 1)
        if p.quotas[one].of[0][0] != p.quotas[other].of[0][0] and low < need <= low + min(counts[1], p.panel_size):
            break
    quotas = list(p.quotas)
    quotas[one] = replace(quotas[one], low=low, high=p.panel_size)
    quotas[other] = replace(quotas[other], low=need - low, high=p.panel_size)
    return replace(p, quotas=tuple(quotas))


def crowded(p, seed):
    """Put all people of a value that must have seats into one household fewer than its seats."""
    rng = np.random.default_rng(seed)
    needed = [at for at, quota in enumerate(p.quotas) if quota.low > 1]
    at = needed[int(rng.integers(len(needed)))]
    homes = np.full(len(p.ids), -1, dtype=np.int32)
    people = np.flatnonzero(p.membership[:, at])
    homes[people] = np.arange(len(people)) % (p.quotas[at].low - 1)
    return replace(p, households=homes)


def impossible(number, names):
    """Give the pool with a number: kinds and data take turns."""
    folder = "tight" if names is TIGHT else "paper-size"
    p = problem_of(f"{folder}/{names[number % len(names)]}")
    kind = number // len(names) % 3
    if kind == 2:
        return crowded(p, number)
    return tightened(sharing(p, number, 0.3 if number % 2 else 0.0), number) if kind == 0 else crossed(p, number)


def check_advice(p, draw=True):
    flex = [None] * len(p.quotas)
    started = time.process_time()  # other work on the machine does not count
    advice = advise(p, flex)
    took = time.process_time() - started
    check_conflict(p, advice.conflict)
    assert advice.options
    for option in advice.options:
        assert has_panel(option.problem), option.sentence
    if draw:
        first = advice.options[0].problem
        assert fair_lottery(first, "maximin", tickets=20, time_limit=1.0).panels.shape == (20, first.panel_size)
    return took


def test_parity_is_named_with_its_smallest_way_out():
    pool, quotas = known(KNOWN["H08_parity_infeasible"])
    p = match(pool, quotas).problem
    advice = advise(p, flex_of(quotas))
    assert advice.conflict.smallest
    check_conflict(p, advice.conflict)
    assert len({bound.quota for bound in advice.conflict.bounds}) == 3
    assert "whole numbers" in advice.reason
    assert [(c.quota.label, c.new_low, c.new_high) for c in advice.smallest.changes] == [
        ("h 'e'", 2, 3),
        ("h 'd'", 1, 2),
    ]
    assert [option.kind for option in advice.options] == ["quotas", "people", "size"]
    half = advice.options[0].chance
    assert (half.at_least, half.at_most, half.never, half.status) == (0.5, 0.5, 0, "proved")


def test_people_are_counted_and_addresses_told():
    seats = [{"x": (4, 5), "y": (1, 5)}, {"u": (2, 4), "v": (0, 4)}]
    p = problem(["xu"] * 2 + ["yv"] * 5 + ["xv"] * 5, seats, 6, households=["here", "here", *[None] * 10])
    conflict = find_conflict(p, classes_of)
    assert conflict.households
    assert conflict_sentences(p, conflict) == (
        "category 1 'u': at least 2 (2 people may be drawn)",
        "at most one person from each household (2 people share 1 household)",
    )
    assert reason(p, conflict, classes_of) == (
        "at least 2 seats must go to people with category 1 'u', but the 2 such people who may be drawn share an "
        "address, and a panel takes one person from each."
    )


def test_nobody_is_there_for_a_quota():
    seats = [{"x": (1, 6), "y": (0, 6)}, {"u": (0, 6), "v": (0, 6)}]
    p = problem(["yu"] * 6 + ["yv"] * 5, seats, 6)
    assert reason(p, find_conflict(p, classes_of), classes_of) == (
        "at least 1 seat must go to people with category 0 'x', but there is no such person who may be drawn."
    )


def test_two_categories_that_need_the_same_few_people():
    seats = [{"x": (5, 6), "y": (0, 6)}, {"u": (4, 6), "v": (0, 6)}]
    p = problem(["xu"] * 2 + ["yu"] * 5 + ["xv"] * 5, seats, 6)
    conflict = find_conflict(p, classes_of)
    assert reason(p, conflict, classes_of) == (
        "at least 3 seats must go to people with category 0 'x' and category 1 'u', "
        "but only 2 such people may be drawn."
    )
    more = more_people(p, classes_of)
    assert more.sentence == "1 more person in the pool: category 0 'x'; category 1 'u'"
    assert has_panel(more.problem)


def test_a_value_that_nobody_has():
    p = problem(["x"] * 5, [{"x": (0, 5), "y": (2, 5)}], 4)
    assert reason(p, find_conflict(p, classes_of), classes_of) == (
        "at least 2 seats must go to people with category 0 'y', but there is no such person who may be drawn."
    )


def test_too_few_people_for_the_panel():
    p = problem(["x"] * 4, [{"x": (0, 9)}], 9)
    conflict = find_conflict(p, classes_of)
    assert conflict.bounds == ()
    assert reason(p, conflict, classes_of) == "the panel has 9 seats, and only 4 people may be drawn."
    assert len(more_people(p, classes_of).problem.ids) == 9


def test_flex_is_honoured():
    p = crossed(problem_of("paper-size/mass_24"), 3)
    none, free = ([limit] * len(p.quotas) for limit in (0, None))
    strict, loose = advise(p, none), advise(p, free)
    assert not strict.within_flex
    assert loose.within_flex
    assert {option.kind for option in strict.options}.isdisjoint({"quotas"})
    assert "within the limits of 'flex'" in short_advice(p, none)[-1]


def test_a_number_moves_alone_by_no_more_than_it_must():
    p = tightened(problem_of("paper-size/mass_24"), 1)
    for bound in find_conflict(p, classes_of).bounds:
        move = move_alone(p, bound, [None] * len(p.quotas), classes_of)
        if move is not None:
            (change,) = move.changes
            assert has_panel(move.applied(p))
            lower = bound.side == "lowest"
            nearer = replace(change, new_low=change.new_low + lower, new_high=change.new_high - (not lower))
            assert not has_panel(replace(move, changes=(nearer,)).applied(p))


@CBC_IS_LISTED_AS_DEPRECATED
def test_the_answer_does_not_depend_on_the_solver():
    p = crossed(problem_of("paper-size/mass_24"), 3)
    one, other = (advise(p, [None] * len(p.quotas), solver) for solver in ("HiGHS", "CBC"))
    assert one.conflict == other.conflict
    assert [option.sentence for option in one.options] == [option.sentence for option in other.options]


def test_there_is_no_advice_where_there_is_a_panel():
    p = problem_of("paper-size/mass_24")
    assert find_conflict(p, classes_of) is None
    assert advise(p, [None] * len(p.quotas)) is None


@pytest.mark.parametrize(("number", "names"), [(0, SMALL), (5, SMALL), (10, SMALL), (2, TIGHT), (13, TIGHT)])
def test_impossible_pools(number, names):
    check_advice(impossible(number, names), draw=names is SMALL)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(15))
@pytest.mark.parametrize("names", [SMALL, TIGHT], ids=["small", "tight"])
def test_thirty_impossible_pools(number, names):
    check_advice(impossible(number, names), draw=names is SMALL)


@pytest.mark.slow
@pytest.mark.parametrize("make", [crossed, crowded, lambda p, seed: tightened(sharing(p, seed, 0.3), seed)])
def test_seventeen_hundred_people_take_seconds(make):
    assert check_advice(make(problem_of("paper-size/sf_e_110"), 1), draw=False) < 10
