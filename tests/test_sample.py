import csv
import datetime as dt
import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sortition.errors import UsageError
from sortition.model import Bands, Category, Exclusion, Quotas
from sortition.stages.sample import sample_pool

AGE = Category(
    name="age",
    column="date_of_birth",
    values=("18-34", "35-64", "65+"),
    low=(3, 4, 3),
    high=(3, 4, 3),
    lines=(None,) * 3,
    bands=Bands(dt.date(2024, 2, 29), (18, 35, 65), (34, 64, None)),
    shares=(30.0, 40.0, 30.0),
)
TENURE = Category("tenure", "tenure", ("Owned", "Rented, social"), (5, 5), (5, 5), (None, None))
GENDER = Category(
    "gender", "sex", ("Female", "Male"), (5, 5), (5, 5), (None, None), synonyms=(("F", "Female"), ("woman", "Female"))
)
QUOTAS = Quotas(
    source="made in the test",
    name="Ambridge People's Panel",
    panel_size=10,
    categories=(AGE, TENURE, GENDER),
    id_column="reference",
    household_columns=("street", "zip"),
    exclude=(Exclusion("staff", ("yes",), "works for the council"),),
)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def column(text: str, name: str) -> list[str]:
    return [row[name] for row in rows(text)]


def age_on(day: dt.date, birth: dt.date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def test_has_the_columns_of_the_spec_and_ids_that_differ() -> None:
    pool = rows(sample_pool(QUOTAS, 50, "s"))
    assert len(pool) == 50
    names = ["reference", "first_name", "last_name", "date_of_birth", "tenure", "sex", "street", "zip", "staff"]
    assert list(pool[0]) == names
    ids = [row["reference"] for row in pool]
    assert len(set(ids)) == 50
    assert ids == sorted(ids)
    assert all(id_.startswith("APP-0") for id_ in ids)


def test_the_seed_decides_everything() -> None:
    assert sample_pool(QUOTAS, 40, "s") == sample_pool(QUOTAS, 40, "s")
    assert sample_pool(QUOTAS, 40, "s") != sample_pool(QUOTAS, 40, "t")


@pytest.mark.parametrize("hash_seed", ["0", "1", "10", "100"])
def test_the_hash_seed_of_python_decides_nothing(hash_seed: str) -> None:
    code = (
        "import sys; from test_sample import QUOTAS, sample_pool;"
        "sys.stdout.buffer.write(sample_pool(QUOTAS, 60, 'Zoë').encode())"
    )
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    here = Path(__file__).parent
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment, cwd=here)
    assert run.stdout == sample_pool(QUOTAS, 60, "Zoë").encode()


def test_a_new_category_leaves_the_other_answers_alone() -> None:
    fewer = replace(QUOTAS, categories=(AGE, GENDER))
    for name in ("reference", "last_name", "date_of_birth", "sex", "street"):
        assert column(sample_pool(fewer, 60, "s"), name) == column(sample_pool(QUOTAS, 60, "s"), name)


def test_people_select_themselves() -> None:
    pool = sample_pool(QUOTAS, 200, "s")
    ages = [age_on(dt.date(2024, 2, 29), dt.date.fromisoformat(cell)) for cell in column(pool, "date_of_birth")]
    assert min(ages) >= 18
    assert sum(age <= 34 for age in ages) < 0.2 * 200  # 30 % of the population
    assert sum(age >= 65 for age in ages) > 0.4 * 200  # 30 % of the population
    assert column(pool, "tenure").count("Owned") > 120  # half the seats


def test_synonyms_are_used_by_some() -> None:
    answers = column(sample_pool(QUOTAS, 400, "s"), "sex")
    assert set(answers) == {"Female", "Male", "F", "woman"}
    assert answers.count("Female") > 150


def test_some_share_an_address_and_some_give_none() -> None:
    pool = rows(sample_pool(QUOTAS, 400, "s"))
    addresses = [(row["street"], row["zip"]) for row in pool]
    assert addresses.count(("", "")) == 4
    keys = ["".join(c for c in "".join(address).casefold() if c.isalnum()) for address in addresses if any(address)]
    assert sum(keys.count(key) > 1 for key in keys) == 19
    assert max(keys.count(key) for key in keys) == 3
    assert len({address for address in addresses if any(address)}) == 396, "the same address is never spelt the same"


def test_blanks_appear_only_where_the_spec_says_what_they_mean() -> None:
    open_minded = replace(QUOTAS, categories=(AGE, replace(TENURE, missing="own-value"), GENDER))
    assert column(sample_pool(open_minded, 100, "s"), "tenure").count("") == 2
    assert not any("" in column(sample_pool(QUOTAS, 100, "s"), name) for name in ("date_of_birth", "tenure", "sex"))


def test_about_one_in_a_hundred_is_excluded_and_at_least_one() -> None:
    assert column(sample_pool(QUOTAS, 300, "s"), "staff").count("yes") == 3
    assert column(sample_pool(QUOTAS, 5, "s"), "staff").count("yes") == 1


def test_a_pool_of_nobody_is_refused() -> None:
    with pytest.raises(UsageError, match="at least 1"):
        sample_pool(QUOTAS, 0, "s")


def test_a_seed_that_cannot_be_shown_is_refused() -> None:
    with pytest.raises(UsageError, match="type it again"):
        sample_pool(QUOTAS, 5, "caf\udce9")


def test_a_column_that_serves_two_purposes_keeps_its_answers() -> None:
    by_area = replace(QUOTAS, categories=(replace(TENURE, column="zip"),))
    assert set(column(sample_pool(by_area, 30, "s"), "zip")) == set(TENURE.values)


@given(on=st.dates(dt.date(1950, 1, 1), dt.date(2050, 1, 1)), youngest=st.integers(0, 90), years=st.integers(0, 20))
def test_dates_of_birth_fall_in_their_band(on: dt.date, youngest: int, years: int) -> None:
    for day in (on, dt.date(2024, 2, 29)):
        band = Bands(day, (youngest,), (youngest + years,))
        age = replace(AGE, values=("x",), low=(10,), high=(10,), lines=(None,), bands=band, shares=())
        cells = column(sample_pool(replace(QUOTAS, categories=(age,)), 10, "s"), "date_of_birth")
        assert all(youngest <= age_on(day, dt.date.fromisoformat(cell)) <= youngest + years for cell in cells)
