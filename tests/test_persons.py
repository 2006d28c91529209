"""Who is in the pool twice, and who only seems to be."""

import pytest

from sortition.checking.persons import name_of, same_persons
from sortition.model import Pool

COLUMNS = ("id", "First name", "last_name", "dob", "E-mail", "mobile")


def groups(*people, columns=COLUMNS):
    rows = tuple((str(number), *person) for number, person in enumerate(people))
    return same_persons(Pool("pool.csv", columns, rows, tuple(range(len(rows)))), range(len(rows)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Zoë", "O'Neil", "1987-04-03", "", ""), ("ZOË", "ONeil", "1987-04-03", "z@example.org", "")),
        (("Zoë", "Hall", "", "z@example.org", ""), ("Zoë", "Hall", "1987-04-03", "Z+panel@example.org", "")),
        (("Zoë", "Hall", "", "", "+44 7700 900123"), ("Zoë", "Hall", "", "", "07700 900 123")),
    ],
)
def test_the_same_person(one, other):
    assert groups(one, ("Bo", "Hall", "", "", ""), other) == [[0, 2]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ada", "Hall", "1987-04-03", "h@example.org", ""), ("Bo", "Hall", "1985-01-02", "h@example.org", "")),
        (("Ada", "Hall", "1987-04-03", "", ""), ("Bea", "Hall", "1987-04-03", "", "")),
        (("John", "Hall", "1957-04-03", "h@example.org", ""), ("John", "Hall", "1987-01-02", "h@example.org", "")),
        (("John", "Hall", "", "", ""), ("John", "Hall", "", "", "")),
        (("", "", "1987-04-03", "h@example.org", ""), ("", "", "1987-04-03", "h@example.org", "")),
    ],
    ids=["couple", "twins", "father and son", "namesakes", "no names"],
)
def test_two_people(one, other):
    assert groups(one, other) == []


def test_three_rows_of_two_namesakes():
    john = ("John", "Hall", "1957-04-03", "", "")
    assert groups(john, ("John", "Hall", "1987-01-02", "", ""), john) == [[0, 2]]


def test_a_pool_without_names_tells_nothing():
    assert (
        groups(("1987-04-03", "h@example.org"), ("1987-04-03", "h@example.org"), columns=("id", "dob", "email")) == []
    )
    assert name_of(("id", "Name"), ("1", " Zoë  O’Neil ")) == "zoëoneil"
