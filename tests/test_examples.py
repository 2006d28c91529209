"""The examples are what the README's first command runs on: specs, pools and the counts they rest on must agree."""

import csv
import math
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from sortition.checking import match
from sortition.engine.types import classes_of
from sortition.model import Category, Classes, Quotas
from sortition.reading import build_quotas, read_pool, read_quotas
from sortition.solver import Program, solve_once
from sortition.stages.sample import sample_pool

ROOT = Path(__file__).parent.parent
EXAMPLES = {
    "dudley": (280, "Dudley example"),
    "greater-cambridge": (211, "Greater Cambridge example"),
    "test-valley": (240, "Test Valley example"),
}
AREAS = {
    "dudley": {"Dudley"},
    "greater-cambridge": {"Cambridge", "South Cambridgeshire"},
    "test-valley": {"Test Valley"},
}
CENSUS = {
    "age": "age_18plus_mid2020",
    "gender": "sex_2021",
    "ethnicity": "ethnicity_2021",
    "disability": "disability_2021",
}
APPORTIONED = {
    "dudley": [5, 8, 7, 9, 8, 7, 6],
    "greater-cambridge": [9, 10, 9, 10, 9, 7, 6],
    "test-valley": [4, 7, 7, 9, 9, 7, 7],
}
"""Seats by age band after largest remainders, worked out by hand from the mid-2020 estimates."""

each_example = pytest.mark.parametrize("name", EXAMPLES)


def spec(name: str) -> Quotas:
    return read_quotas(ROOT / "quotas" / f"{name}-2019.yaml")


def pool_file(name: str) -> Path:
    return ROOT / "examples" / name / "pool.csv"


def category(name: str, called: str) -> Category:
    return next(category for category in spec(name).categories if category.name == called)


def counts(file: str, areas: Iterable[str], column: int = 2) -> Counter[str]:
    with (ROOT / "examples" / "census" / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    total: Counter[str] = Counter()
    for row in rows:
        if row[1] in areas:
            total[row[column]] += int(row[-1])
    return total


def assert_rests_on(category: Category, numbers: list[int], panel_size: int) -> None:
    """The shares are those of the counts, and the seats are the share of the panel rounded down and up."""
    exact = [Fraction(number * panel_size, sum(numbers)) for number in numbers]
    known = range(len(numbers))  # values for which there is no count, such as a blank, come last
    assert [category.shares[at] for at in known] == pytest.approx([float(100 * x / panel_size) for x in exact])
    assert [category.low[at] for at in known] == [math.floor(x) for x in exact]
    assert [category.high[at] for at in known] == [math.ceil(x) for x in exact]
    assert all(share is None for share in category.shares[len(numbers) :])


def largest_remainders(numbers: list[int], seats: int) -> list[int]:
    exact = [Fraction(number * seats, sum(numbers)) for number in numbers]
    given = [math.floor(x) for x in exact]
    by_remainder = sorted(range(len(exact)), key=lambda at: given[at] - exact[at])
    for at in by_remainder[: seats - sum(given)]:
        given[at] += 1
    return given


def feasible(classes: Classes, wanted: int | None = None) -> bool:
    """Whether there is a valid panel, with somebody of one class if that is wanted."""
    low = np.zeros(len(classes.members))
    if wanted is not None:
        low[wanted] = 1
    everybody = np.ones((1, len(low)))
    program = Program(
        cost=np.zeros(len(low)),
        matrix=np.vstack([classes.matrix.astype(float), everybody]),
        row_low=np.append(classes.low, classes.panel_size).astype(float),
        row_high=np.append(classes.high, classes.panel_size).astype(float),
        low=low,
        high=classes.caps.astype(float),
        integer=np.ones(len(low), dtype=bool),
    )
    return solve_once(program).feasible


@each_example
@pytest.mark.parametrize("called", CENSUS)
def test_shares_and_seats_are_those_of_the_census_counts(name: str, called: str) -> None:
    found = counts(CENSUS[called], AREAS[name])
    names = {"Disabled": "Yes", "Not disabled": "No"}
    wanted = category(name, called)
    numbers = [found[names.get(value, value)] for value in wanted.values if names.get(value, value) in found]
    assert sum(numbers) == sum(found.values()), "every value of the census table has seats"
    assert_rests_on(wanted, numbers, spec(name).panel_size)


def test_districts_of_greater_cambridge_have_the_seats_of_their_adults() -> None:
    adults = counts("age_18plus_mid2020", AREAS["greater-cambridge"], column=1)
    wanted = category("greater-cambridge", "district")
    assert_rests_on(wanted, [adults[value] for value in wanted.values], 60)


def test_deprivation_of_dudley_groups_the_deciles() -> None:
    deciles = counts("imd2025_residents_dudley", AREAS["dudley"])
    groups = ((1, 3), (4, 7), (8, 10))
    numbers = [sum(deciles[str(decile)] for decile in range(first, last + 1)) for first, last in groups]
    assert_rests_on(category("dudley", "deprivation"), numbers, 50)


@pytest.mark.parametrize("name", ["greater-cambridge", "test-valley"])
def test_tenure_weighs_the_districts_by_households(name: str) -> None:
    with (ROOT / "examples" / "census" / "tenure_2021.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in list(csv.reader(lines))[1:] if row[1] in AREAS[name]]
    wanted = category(name, "tenure")
    households = [sum(float(row[3]) * int(row[4]) for row in rows if row[2] == value) for value in wanted.values]
    for share, low, high, number in zip(wanted.shares, wanted.low, wanted.high, households, strict=True):
        part = number / sum(households)
        assert share == pytest.approx(100 * part, abs=0.01)
        assert (low, high) == (math.floor(part * spec(name).panel_size), math.ceil(part * spec(name).panel_size))


@each_example
def test_ages_apportioned_to_whole_seats_lie_within_the_quotas(name: str) -> None:
    age = category(name, "age")
    found = counts("age_18plus_mid2020", AREAS[name])
    seats = largest_remainders([found[value] for value in age.values], spec(name).panel_size)
    assert seats == APPORTIONED[name]
    assert all(low <= seat <= high for low, seat, high in zip(age.low, seats, age.high, strict=True))


@pytest.mark.parametrize(
    ("name", "called", "members"),
    [("dudley", "town", [17, 15, 10]), ("test-valley", "parish", [28, 12, 1, 1, 1])],
)
def test_a_target_that_departs_from_the_population_follows_the_published_members(
    name: str, called: str, members: list[int]
) -> None:
    wanted = category(name, called)
    exact = [Fraction(number * 50, sum(members)) for number in members]
    assert all(low <= x <= high for low, x, high in zip(wanted.low, exact, wanted.high, strict=True))
    assert wanted.why
    assert wanted.shares == ()


@each_example
def test_every_target_names_its_source_date_and_base(name: str) -> None:
    for wanted in spec(name).categories:
        assert all((wanted.source, wanted.reference_date, wanted.base)), wanted.name
    assert all(rule.why for rule in spec(name).rules)


@each_example
def test_pools_are_what_the_command_in_their_readme_makes(name: str) -> None:
    people, seed = EXAMPLES[name]
    assert pool_file(name).read_bytes() == sample_pool(spec(name), people, seed).encode()
    for readme in (ROOT / "examples" / "README.md", ROOT / "examples" / name / "README.md"):
        command = f'sample-pool quotas/{name}-2019.yaml --people {people} --seed "{seed}" > examples/{name}/pool.csv'
        assert command in readme.read_text(encoding="utf-8")


@each_example
def test_every_reply_can_be_drawn(name: str) -> None:
    matched = match(read_pool(pool_file(name)), spec(name))
    assert len(matched.problem.ids) + len(matched.excluded) == EXAMPLES[name][0]
    assert len(matched.households) >= 4
    classes = classes_of(matched.problem)
    assert all(feasible(classes, wanted) for wanted in range(len(classes.members)))


def test_the_examples_exercise_what_a_spec_can_say() -> None:
    specs = [spec(name) for name in EXAMPLES]
    categories = [category for spec in specs for category in spec.categories]
    assert {category.missing for category in categories} == {"refuse", "own-value", "unconstrained"}
    assert {category.bands is None for category in categories if category.name == "age"} == {True, False}
    assert {quota.kind for spec in specs for quota in spec.rules} == {"rule", "cross"}
    assert all(spec.household_columns for spec in specs)
    assert any(spec.exclude for spec in specs)
    assert any(category.synonyms for category in categories)


@each_example
def test_specs_are_what_their_build_files_make_of_the_census_tables(name: str) -> None:
    built = build_quotas(ROOT / "examples" / "census" / f"{name}-2019.build.yaml")
    assert (ROOT / "quotas" / f"{name}-2019.yaml").read_text(encoding="utf-8") == built.text
    assert [category.name for category in built.quotas.categories if category.targets] == [
        wanted.name for wanted in spec(name).categories if wanted.shares
    ]
    assert next(c for c in built.quotas.categories if c.name == "age").targets == tuple(APPORTIONED[name])


def test_the_quota_spec_in_the_readme_can_be_read(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = tmp_path / "shown.yaml"
    shown.write_text(readme.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    assert read_quotas(shown).panel_size == 50
