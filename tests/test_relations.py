"""What must happen to the chances when a problem changes in a way whose effect is known."""

import dataclasses
from fractions import Fraction
from importlib import import_module
from math import ceil, floor

import numpy as np
import oracle
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pools import KNOWN, known, problem, problem_of
from strategies import problems

from sortition.checking import match
from sortition.engine.hull import Cover
from sortition.engine.search import PanelSearch
from sortition.errors import InfeasibleError
from sortition.fairness.lottery import fair_lottery
from sortition.model import Pool, Quota

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def chances(problem, tickets=20):
    """Give everybody's exact fair chance; where nobody can be drawn, that is 0."""
    try:
        return list(fair_lottery(problem, tickets=tickets).fair_exact)
    except InfeasibleError:
        return [Fraction(0)] * len(problem.ids)


@FEW
@given(problems(), st.data())
def test_a_looser_quota_never_lowers_the_least_chances(problem, data):
    at = data.draw(st.integers(0, len(problem.quotas) - 1))
    tight = problem.quotas[at]
    loose = dataclasses.replace(tight, low=max(0, tight.low - data.draw(st.integers(0, 2))), high=tight.high + 1)
    looser = dataclasses.replace(problem, quotas=(*problem.quotas[:at], loose, *problem.quotas[at + 1 :]))
    assert sorted(chances(looser)) >= sorted(chances(problem))  # the sorted lists are compared as leximin does


@FEW
@given(problems(), st.permutations(range(10)))
def test_people_in_another_order_have_the_same_chances(problem, order):
    order = [person for person in order if person < len(problem.ids)]
    households = problem.households[order].tolist()
    numbers = {home: at for at, home in enumerate(dict.fromkeys(home for home in households if home >= 0))}
    other = dataclasses.replace(
        problem,
        codes=problem.codes[order],
        households=np.array([numbers.get(home, -1) for home in households], dtype=np.int32),
    )
    mine = chances(problem)
    assert chances(other) == [mine[person] for person in order]


@FEW
@given(problems())
def test_other_names_for_ids_categories_and_values_change_no_chance(problem):
    def renamed(quota):
        of = tuple((f"neu {name}", tuple(f"ä{value}" for value in values)) for name, values in quota.of)
        return dataclasses.replace(quota, of=of)

    other = dataclasses.replace(
        problem,
        ids=tuple(f"{person}'" for person in problem.ids),
        categories=tuple(f"neu {name}" for name in problem.categories),
        values=tuple(tuple(f"ä{value}" for value in values) for values in problem.values),
        quotas=tuple(renamed(quota) for quota in problem.quotas),
    )
    assert chances(other) == chances(problem)


@FEW
@given(problems())
def test_quotas_that_say_nothing_new_change_no_chance(problem):
    everybody = Quota(((problem.categories[0], problem.values[0]),), 0, problem.panel_size, "rule")
    other = dataclasses.replace(problem, quotas=(everybody, *problem.quotas, *problem.quotas))
    assert chances(other) == chances(problem)


def with_a_stranger(problem):
    """Add somebody with a value of their own, of which no seat may be taken."""
    quota = Quota(((problem.categories[0], ("nowhere",)),), 0, 0)
    return dataclasses.replace(
        problem,
        ids=(*problem.ids, "~"),
        values=((*problem.values[0], "nowhere"), *problem.values[1:]),
        codes=np.vstack([problem.codes, [[len(problem.values[0]), *problem.codes[0, 1:]]]]).astype(problem.codes.dtype),
        households=np.append(problem.households, np.int32(-1)),
        quotas=(*problem.quotas, quota),
    )


@FEW
@given(problems())
def test_somebody_whom_no_panel_can_seat_changes_no_chance(problem):
    assert chances(with_a_stranger(problem)) == [*chances(problem), 0]


@pytest.mark.parametrize("name", ["paper-size/sf_b_20", "paper-size/mass_24"])
def test_somebody_whom_no_panel_of_a_real_pool_can_seat_changes_no_chance(name):
    assert chances(with_a_stranger(problem_of(name)), 1000) == [*chances(problem_of(name), 1000), 0]


@pytest.fixture(params=["mixtures", "levels"])
def later_means(request, monkeypatch):
    """Leave leximin only what it does where tickets do not come out, or where no mixture is found either."""
    monkeypatch.setattr(import_module("sortition.fairness.leximin"), "exact_tickets", lambda *_: None)
    if request.param == "levels":
        monkeypatch.setattr(PanelSearch, "mix", lambda *_: Cover(np.inf, np.empty(0), np.empty(0), exact=False))


@pytest.mark.parametrize("name", ["paper-size/mass_24", "tight/cumbria7_201_40"])
def test_chances_are_the_same_by_whatever_means(name, later_means, monkeypatch):
    made = fair_lottery(problem_of(name))
    monkeypatch.undo()
    assert list(made.fair_exact) == chances(problem_of(name), 1000)
    assert made.certificate.status == "proved"


@pytest.mark.usefixtures("later_means")
@settings(FEW, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(problems(feasible=True))
def test_chances_are_those_of_enumeration_by_whatever_means(problem):
    made = fair_lottery(problem, tickets=20)
    panels = oracle.all_panels(problem)
    assert np.allclose(oracle.leximin(panels, len(problem.ids)), made.fair, rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", ["H06_2x2_tradeoff", "R01_random", "R10_random"])
def test_the_order_of_the_rows_in_the_pool_changes_nothing(name):
    pool, quotas = known(KNOWN[name])
    turned = Pool(pool.source, pool.columns, pool.rows[::-1], pool.lines)
    mine, other = (fair_lottery(match(each, quotas).problem) for each in (pool, turned))
    assert np.array_equal(mine.panels, other.panels)
    assert mine.fair_exact == other.fair_exact
    assert vars(mine.certificate) == vars(other.certificate)


def two_by_two(a, b, c, d, half, times=1):
    people = ["00"] * a + ["11"] * b + ["01"] * c + ["10"] * d
    seats = {"0": (half, half), "1": (half, half)}
    return problem([person for person in people for _ in range(times)], [seats, seats], 2 * half)


@pytest.mark.parametrize("times", [1, 2, 3, 10])
@pytest.mark.parametrize(
    "name", ["H02_stratified", "H03_four_levels", "H05_leximin_ne_maximin", "H06_2x2_tradeoff", "H18"]
)
def test_so_many_times_the_people_have_so_much_smaller_chances(name, times):
    if name == "H18":
        once, more = (two_by_two(3, 3, 2, 1, 1, each) for each in (1, times))
    else:
        pool, quotas = known(KNOWN[name])
        rows = [(f"{row[0]}-{copy:02}", *row[1:]) for row in pool.rows for copy in range(times)]
        copied = Pool(pool.source, pool.columns, tuple(rows), tuple(range(2, len(rows) + 2)))
        once, more = match(pool, quotas).problem, match(copied, quotas).problem
    right = chances(once)
    assert chances(more) == [chance / times for chance in right for _ in range(times)]
    if name == "H18":
        assert right == [Fraction(1, 5)] * 8 + [Fraction(2, 5)]


@pytest.mark.parametrize("times", [1, 7, 1000])
def test_chances_below_any_usual_tolerance_are_exact(times):
    made = fair_lottery(two_by_two(6, 6, 3, 1, 2, times))
    assert list(made.fair_exact) == [Fraction(2, 9 * times)] * 15 * times + [Fraction(2, 3 * times)] * times
    oracle.check(made)
    assert made.largest_deviation <= 1 / 1000 + 1e-12


def test_a_hundred_thousand_people_of_three_kinds():
    seats = [{"x": (50, 50), "y": (49, 49), "z": (1, 1)}]
    made = fair_lottery(problem(["x"] * 50_000 + ["y"] * 49_999 + ["z"], seats, 100))
    assert list(made.fair_exact) == [Fraction(1, 1000)] * 50_000 + [Fraction(49, 49_999)] * 49_999 + [Fraction(1)]
    assert set(made.tickets[:50_000].tolist()) == {1}
    assert made.tickets[-1] == 1000


@FEW
@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 30)), min_size=1, max_size=6))
def test_with_one_category_chances_are_seats_by_people(groups):
    groups = [(people, min(people, seats)) for people, seats in groups]
    size = sum(seats for _, seats in groups)
    assume(size > 0)
    letters = "abcdef"[: len(groups)]
    people = "".join(letter * count for letter, (count, _) in zip(letters, groups, strict=True))
    fixed = {letter: (seats, seats) for letter, (_, seats) in zip(letters, groups, strict=True)}
    made = fair_lottery(problem(people, [fixed], size), tickets=50)
    assert list(made.fair_exact) == [Fraction(seats, count) for count, seats in groups for _ in range(count)]
    oracle.check(made)


@FEW
@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("uvw")), min_size=2, max_size=60), st.data())
def test_with_two_categories_and_quotas_around_the_shares_of_the_pool_all_chances_are_equal(people, data):
    size = data.draw(st.integers(1, len(people)))
    seats = []
    for at in range(2):
        share = {letter: Fraction(size * sum(p[at] == letter for p in people), len(people)) for letter in "xyzuvw"}
        seats.append({letter: (floor(part), ceil(part)) for letter, part in share.items() if part})
    made = fair_lottery(problem(people, seats, size), tickets=50)
    assert set(made.fair_exact) == {Fraction(size, len(people))}


@FEW
@given(problems(feasible=True), st.integers(1, 300))
def test_whatever_the_number_of_tickets_the_fair_chances_are_the_same(problem, tickets):
    few, many = (fair_lottery(problem, tickets=each) for each in (tickets, 50))
    assert few.fair_exact == many.fair_exact
    assert len(few.panels) == tickets
    oracle.check(few)
