from fractions import Fraction

import numpy as np
import oracle
import pytest
from pools import KNOWN, known

from sortition import workflow
from sortition.checking import flex_of, match, smallest_change
from sortition.engine.types import classes_of
from sortition.errors import InfeasibleError
from sortition.fairness.lottery import fair_lottery, unreachable

FEASIBLE = [name for name, answer in KNOWN.items() if answer["feasible"]]


def problem_of(name):
    return match(*known(KNOWN[name])).problem


def test_there_are_twenty_and_one_of_them_has_no_panel():
    assert len(KNOWN) == 20
    assert set(KNOWN) - set(FEASIBLE) == {"H08_parity_infeasible"}


@pytest.mark.parametrize("name", FEASIBLE)
def test_leximin_chances_are_the_known_fractions(name):
    right = [Fraction(chance) for chance in KNOWN[name]["leximin"]]
    made = fair_lottery(problem_of(name))
    assert list(made.fair_exact) == right
    assert np.allclose(made.fair, [float(chance) for chance in right], rtol=0, atol=1e-9)
    assert sorted(set(made.fair_exact)) == [Fraction(level) for level in KNOWN[name]["leximin_levels"]]
    oracle.check(made)
    assert made.largest_deviation <= 1 / 1000 + 1e-12


@pytest.mark.parametrize("name", FEASIBLE)
def test_the_levels_of_the_certificate_are_the_known_ones(name):
    certificate = fair_lottery(problem_of(name)).certificate
    levels = [level.value for level in certificate.levels]
    assert levels == sorted(levels)
    assert sorted(set(levels)) == [Fraction(level) for level in KNOWN[name]["leximin_levels"] if level != "0"]
    settled = [number for level in certificate.levels for number in level.members]
    assert sorted([*settled, *certificate.unreachable]) == list(range(len(certificate.classes)))


@pytest.mark.parametrize("name", FEASIBLE)
def test_the_classes_are_at_least_as_coarse_as_the_known_ones(name):
    mine = {person: at for at, group in enumerate(classes_of(problem_of(name)).members) for person in group}
    for group in KNOWN[name]["classes"]:
        assert len({mine[person] for person in group}) == 1


@pytest.mark.parametrize("name", FEASIBLE)
def test_maximin_raises_the_least_chance_as_far_as_leximin(name):
    made = fair_lottery(problem_of(name), "maximin")
    right = KNOWN[name]["maximin_covered"]
    assert made.fair[made.fair > 0].min() == pytest.approx(float(Fraction(right)), abs=1e-9)
    assert made.fair.min() == pytest.approx(float(Fraction(KNOWN[name]["maximin"])), abs=1e-9)
    oracle.check(made)


@pytest.mark.parametrize("name", FEASIBLE)
def test_people_whom_nobody_can_seat_are_found(name):
    never = [at for at, chance in enumerate(KNOWN[name]["leximin"]) if chance == "0"]
    assert list(unreachable(problem_of(name))) == never
    made = fair_lottery(problem_of(name))
    assert made.tickets[never].tolist() == [0] * len(never)


@pytest.mark.parametrize("name", FEASIBLE)
def test_the_known_number_of_panels_are_valid(name):
    assert len(oracle.all_panels(problem_of(name))) == KNOWN[name]["n_panels"]


@pytest.mark.parametrize("objective", ["leximin", "maximin"])
def test_where_parity_forbids_every_panel_that_is_said(objective):
    with pytest.raises(InfeasibleError):
        fair_lottery(problem_of("H08_parity_infeasible"), objective)
    with pytest.raises(InfeasibleError):
        unreachable(problem_of("H08_parity_infeasible"))


def test_the_smallest_change_where_parity_forbids_every_panel():
    pool, quotas = known(KNOWN["H08_parity_infeasible"])
    problem = match(pool, quotas).problem
    change = smallest_change(classes_of(problem), problem, flex_of(quotas))
    assert change.cost == Fraction(8, 3)
    assert [(each.quota.of, each.new_low, each.new_high) for each in change.changes] == [
        ((("h", ("e",)),), 2, 3),
        ((("h", ("d",)),), 1, 2),
    ]


@pytest.mark.parametrize("name", FEASIBLE)
def test_that_nothing_is_fairer_is_proved_to_the_verifier_and_by_looking_at_every_lottery(name, tmp_path):
    made = workflow.make_lottery(*known(KNOWN[name]), "leximin", 100)
    workflow.write_bundle(tmp_path / "out", made)
    found = [finding for finding in workflow.verify(tmp_path / "out") if finding.step.startswith("6 ")]
    assert [finding.state for finding in found] == ["passed"]
    assert found[0].detail.endswith("proved in exact fractions: no lottery is fairer.")
    lottery = fair_lottery(problem_of(name))
    panels = oracle.all_panels(lottery.problem)
    assert np.allclose(oracle.leximin(panels, len(lottery.problem.ids)), lottery.fair, rtol=0, atol=1e-6)
    for line in lottery.certificate.details["lines"]:
        worth = np.zeros(len(lottery.problem.ids), dtype=int)
        for pair in line["weights"]:
            worth[list(lottery.certificate.classes[pair["at"]])] = int(pair["times"])
        assert max(worth[list(panel)].sum() for panel in panels) <= int(line["bound"])
