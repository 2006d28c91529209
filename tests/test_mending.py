"""Totals: exchanges found by arithmetic keep every quota; lists of panels come within a ticket of what is wanted."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pools import problem_of

from sortition.engine.circuits import Exchanges, circuits
from sortition.engine.mending import Mending, apart
from sortition.engine.pairs import Pairs
from sortition.engine.polytope import relaxation
from sortition.engine.recount import counted_exactly, spread
from sortition.engine.sampler import Sampler
from sortition.engine.totals import Totals
from sortition.engine.types import classes_of

TICKETS = 200


def generator(seed=1):
    return np.random.Generator(np.random.PCG64(seed))


@pytest.fixture(scope="module")
def sampled():
    polytope = relaxation(classes_of(problem_of("paper-size/sf_b_20")))
    panels = Sampler(polytope, 5).panels(polytope.even, 300)
    seats = panels.mean(axis=0)
    return polytope, panels, Totals(seats * TICKETS, polytope.sizes.astype(np.float64))


def test_exchanges_keep_every_row_and_none_of_few_is_missed():
    rows = np.array([[1, 1, 1, 1, 1, 1], [1, 1, 0, 0, 1, 0], [1, 0, 1, 0, 0, 0]])
    found = circuits(rows, generator())
    padded = np.pad(rows, ((0, 0), (0, 1)))
    change = padded[:, found.into].sum(axis=1) - padded[:, found.out].sum(axis=1)
    assert not change.any()
    everyone = range(rows.shape[1])
    pairs = [frozenset(pair) for pair in combinations(everyone, 2)]
    expected = {
        (out, into)
        for out in pairs
        for into in pairs
        if not out & into and (rows[:, list(into)].sum(axis=1) == rows[:, list(out)].sum(axis=1)).all()
    }
    single = {
        (frozenset([a]), frozenset([b]))
        for a in everyone
        for b in everyone
        if a != b and (rows[:, a] == rows[:, b]).all()
    }
    listed = {
        (frozenset(o) - {6}, frozenset(i) - {6})
        for o, i in zip(found.out.T.tolist(), found.into.T.tolist(), strict=True)
    }
    assert listed == expected | single


def valid_after(polytope, panels, at, by):
    changed = panels.copy()
    np.add.at(changed, (slice(None), at), by)
    return polytope.holds(changed)


@pytest.mark.parametrize("reverse", [False, True])
def test_exchanges_get_a_panel_that_can_take_them_exactly_if_there_is_one(sampled, reverse):
    polytope, panels, _ = sampled
    panels = panels[:29]
    table = Exchanges(polytope, panels, np.arange(panels.shape[1]), polytope.row_low == polytope.row_high, generator())
    chosen = generator(2).permutation(table.circuits.out.shape[1])[:300]
    among = np.arange(len(panels)) % 3 > 0
    for some, bits in ((np.ones(len(panels), dtype=bool), None), (among, np.packbits(among))):
        found = table.panels_for(chosen, generator(3), reverse=reverse, among=bits)
        for exchange, panel in zip(chosen, found.tolist(), strict=True):
            (at,), (by,) = table.moves(np.array([exchange]))
            able = valid_after(polytope, panels, at, -by if reverse else by) & some
            assert able[panel] if panel >= 0 else not able.any()


def test_what_is_known_of_panels_follows_their_changes(sampled):
    polytope, panels, _ = sampled
    panels, classes = panels[:100].copy(), np.arange(panels.shape[1])
    tight = polytope.row_low == polytope.row_high
    table, pairs = Exchanges(polytope, panels, classes, tight, generator()), Pairs(panels, classes)
    chosen = np.arange(200)
    found = table.panels_for(chosen, generator(4))
    changed, first = np.unique(found[found >= 0], return_index=True)
    made = chosen[found >= 0][first]
    at, by = table.moves(made)
    np.add.at(panels, (changed[:, None], at), by)
    table.refresh(panels, changed, made)
    pairs.renew(panels, changed)
    fresh = Exchanges(polytope, panels, classes, tight, generator())
    for reverse in (False, True):
        one, other = (each.panels_for(chosen, generator(5), reverse=reverse) for each in (table, fresh))
        assert (one == other).all()
    assert [each.tolist() for each in pairs.tied(40)] == [each.tolist() for each in Pairs(panels, classes).tied(40)]


def test_a_class_is_weighed_alone_as_all_are_together(sampled):
    _, panels, totals = sampled
    total = panels[:TICKETS].sum(axis=0).astype(np.float64)
    assert [totals.cost_of(at, seats) for at, seats in enumerate(total.tolist())] == totals.cost(total).tolist()


def test_listing_known_panels_more_or_less_often_nears_the_totals(sampled):
    _, panels, totals = sampled
    even = np.resize(panels, (TICKETS, panels.shape[1]))
    listed = spread(panels, totals, TICKETS, generator())
    assert len(listed) == TICKETS
    assert totals.misfit(listed.sum(axis=0)) < totals.misfit(even.sum(axis=0)) / 2


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_mended_lists_are_valid_and_right_to_within_a_ticket(sampled, seed):
    polytope, panels, totals = sampled
    listed = spread(panels, totals, TICKETS, generator(seed))
    mended = Mending(polytope, listed, totals, generator(seed)).mend(panels)
    assert polytope.holds(mended).all()
    assert totals.misfit(mended.sum(axis=0)) == 0
    assert (np.abs(mended.sum(axis=0) - totals.wanted) <= polytope.sizes + 1e-9).all()


def test_varying_changes_copies_but_no_total(sampled):
    polytope, panels, totals = sampled
    copies = np.repeat(panels[:20], 10, axis=0)
    varied = Mending(polytope, copies, totals, generator()).vary()
    assert polytope.holds(varied).all()
    assert (varied.sum(axis=0) == copies.sum(axis=0)).all()
    assert len(np.unique(varied, axis=0)) > 5 * 20


def test_counts_by_integer_program_meet_the_totals_or_none_do(sampled):
    _, panels, totals = sampled
    listed = counted_exactly(panels, totals, TICKETS)
    assert listed is not None
    assert len(listed) == TICKETS
    assert totals.misfit(listed.sum(axis=0)) <= totals.misfit(spread(panels, totals, TICKETS, generator()).sum(axis=0))


@given(st.lists(st.permutations(range(9)).map(lambda order: order[:2]), max_size=30))
def test_pairs_of_panels_are_chosen_apart_as_one_after_the_other_would_be(pairs):
    taken, chosen = set(), []
    for number, pair in enumerate(pairs):
        if taken.isdisjoint(pair):
            taken.update(pair)
            chosen.append(number)
    assert apart(np.array(pairs, dtype=np.intp).reshape(-1, 2), 9).tolist() == chosen
