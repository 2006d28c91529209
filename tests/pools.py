"""The pools in `data`, and pools put together in a test."""

import json
from pathlib import Path

import numpy as np

from sortition.checking import match
from sortition.model import NO_VALUE, Category, Pool, Problem, Quota, Quotas
from sortition.reading import read_pool, read_quotas

DATA = Path(__file__).parent / "data"
KNOWN = {answer["name"]: answer for answer in json.loads((DATA / "known-answers.json").read_text(encoding="utf-8"))}


def files(name):
    """Give pool and quotas of a folder of `data`."""
    folder = DATA / name
    panel_size = int((folder / "panel_size").read_text())
    return read_pool(folder / "respondents.csv"), read_quotas(folder / "categories.csv", panel_size)


def problem_of(name):
    return match(*files(name)).problem


def known(answer):
    """Give pool and quotas of a known answer; person number 7 has the id p07."""
    households = answer["households"] or [None] * answer["n"]
    people = [tuple(person.values()) for person in answer["people"]]
    columns = ("id", *answer["people"][0], "home")
    rows = [(f"p{at:02}", *cells, home or "") for at, (cells, home) in enumerate(zip(people, households, strict=True))]
    categories = [
        Category(name, name, tuple(seats), *zip(*seats.values(), strict=True), lines=(None,) * len(seats))
        for name, seats in answer["quotas"].items()
    ]
    pool = Pool("pool.csv", columns, tuple(rows), tuple(range(2, len(rows) + 2)))
    return pool, Quotas("quotas.csv", answer["name"], answer["k"], tuple(categories), household_columns=("home",))


def problem(people, seats, panel_size, households=(), rules=()):
    """Give a problem from people as texts with one letter a category, and seats `{letter: (lowest, highest)}` for each.

    A letter without seats counts towards no value of its category.
    """
    names = tuple(f"category {number}" for number in range(len(seats)))
    values = tuple(tuple(each) for each in seats)
    codes = [
        [known.index(letter) if letter in known else NO_VALUE for letter, known in zip(person, values, strict=True)]
        for person in people
    ]
    quotas = [
        Quota(((name, (value,)),), *each[value]) for name, each in zip(names, seats, strict=True) for value in each
    ]
    homes = list(households) or [None] * len(people)
    shared = {
        home: at for at, home in enumerate(dict.fromkeys(h for h in homes if h is not None and homes.count(h) > 1))
    }
    return Problem(
        ids=tuple(f"p{number:05}" for number in range(len(people))),
        categories=names,
        values=values,
        codes=np.array(codes, dtype=np.int16).reshape(len(people), len(seats)),
        households=np.array([shared.get(home, -1) for home in homes], dtype=np.int32),
        panel_size=panel_size,
        quotas=(*quotas, *rules),
    )
