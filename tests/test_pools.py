"""Pools of everyday size, as files: chances that are known, and a lottery whose every panel is valid."""

import sys
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import oracle
import pytest
from pools import problem_of

sys.path.append(str(Path(__file__).parent.parent))  # benchmarks are run from a checkout, never installed

from benchmarks.generate import generated_pool
from sortition import make_lottery, read_pool, read_quotas, verify, write_bundle
from sortition.fairness.lottery import fair_lottery, unreachable

LEAST = {  # the least chance of those who can be drawn
    "paper-size/mass_24": 1 / 22,
    "paper-size/hd_30": 0.046875,
    "paper-size/sf_b_20": 0.0553191,
    "paper-size/sf_c_44": 0.054705,
    "paper-size/sf_d_40": None,
    "tight/cumbria7_203_40": 1 / 2,
    "tight/cumbria7_205_40": 1 / 7,
}
SLOW_LEAST = {
    "paper-size/sf_a_35": 0.0580046,
    "paper-size/cca_75": None,
    "paper-size/nexus_170": None,
    "paper-size/obf_30": None,
    "paper-size/sf_e_110": None,
    "gss2014_60": None,
    "tight/cambridge6_200_60": 1 / 31,
    "tight/cambridge6_201_60": None,
    "tight/cumbria7_201_40": None,
    "tight/cumbria7_202_40": 0.0773196,
    "tight/sfc7_203_44": None,
    "tight/sfc7_209_44": None,
}
SOME_SLOW = [*LEAST, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW_LEAST)]


@cache
def lottery_of(name, objective="leximin"):
    return fair_lottery(problem_of(name), objective)


@pytest.mark.parametrize("name", SOME_SLOW)
def test_every_panel_is_valid_and_the_chances_are_leximin(name, record_property):
    made = lottery_of(name)
    oracle.check(made)
    assert len(made.panels) == 1000
    assert None not in made.fair_exact
    assert sum(made.fair_exact) == made.problem.panel_size
    least = min(chance for chance in made.fair_exact if chance)
    right = (LEAST | SLOW_LEAST)[name]
    assert right is None or float(least) == pytest.approx(right, abs=5e-8 if right != 0.054705 else 5e-7)
    # shown by pytest -rP
    print(f"{name}: least chance {least}, largest |tickets/1000 - fair chance| {made.largest_deviation:.6f}")  # noqa: T201
    record_property("largest deviation", made.largest_deviation)


@pytest.mark.parametrize("name", SOME_SLOW)
def test_the_least_leximin_chance_is_that_of_maximin(name):
    maximin = lottery_of(name, "maximin")
    least = maximin.fair[maximin.fair > 1e-9].min()
    assert least == pytest.approx(float(min(chance for chance in lottery_of(name).fair_exact if chance)), rel=1e-6)
    oracle.check(maximin)


@pytest.mark.parametrize("name", LEAST)
def test_tickets_are_near_the_fair_chances(name):
    assert lottery_of(name).largest_deviation <= 2 / 1000


@pytest.mark.parametrize("prefix", ["a", "b", "c"])
@pytest.mark.parametrize("name", SOME_SLOW)
def test_everybodys_tickets_are_within_one_whatever_the_random_choices(name, prefix):
    # random choices follow from the people and quotas: other ids, other choices
    problem = problem_of(name)
    made = fair_lottery(replace(problem, ids=tuple(prefix + person for person in problem.ids)))
    tickets = len(made.panels)
    pairs = zip(made.tickets.tolist(), made.fair_exact, strict=True)
    assert max(abs(count - tickets * fair) for count, fair in pairs) <= 1


def test_the_pool_whose_relaxation_is_wrong():
    made = lottery_of("paper-size/mass_24")
    assert min(chance for chance in made.fair_exact if chance) == Fraction(1, 22)
    nobody = [person for person, chance in zip(made.problem.ids, made.fair_exact, strict=True) if chance == 0]
    assert nobody == ["p38"]
    assert [made.problem.ids[person] for person in unreachable(made.problem)] == ["p38"]


@pytest.mark.slow
def test_the_pool_in_which_84_people_cannot_be_seated():
    made = lottery_of("tight/cambridge6_200_60")
    assert sum(chance == 0 for chance in made.fair_exact) == 84
    assert min(chance for chance in made.fair_exact if chance) == Fraction(1, 31)


@pytest.mark.parametrize(("name", "least"), [("cumbria7_203_40", Fraction(1, 2)), ("cumbria7_205_40", Fraction(1, 7))])
def test_tight_pools_with_simple_least_chances(name, least):
    assert min(chance for chance in lottery_of(f"tight/{name}").fair_exact if chance) == least


@pytest.mark.slow
def test_a_thousand_seats_among_ten_thousand_people(tmp_path):
    pool = generated_pool(10_000, tmp_path)
    frozen = make_lottery(read_pool(pool.replies), read_quotas(pool.quotas, pool.seats))
    made = frozen.lottery
    oracle.check(made)
    assert made.panels.shape == (1000, 1000)
    assert sum(made.fair_exact) == 1000
    pairs = zip(made.tickets.tolist(), made.fair_exact, strict=True)
    assert max(abs(count - 1000 * fair) for count, fair in pairs) <= 1
    assert made.certificate.status == "proved"
    findings = verify(write_bundle(tmp_path / "bundle", frozen))
    assert {finding.state for finding in findings} == {"passed", "not checked"}
    assert [finding.state for finding in findings if finding.step == "6 certificate"] == ["passed"]
