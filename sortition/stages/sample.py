"""A synthetic pool for a quota spec: people who do not exist, replying as people do.

Every answer is a function of the seed's text, the question and the person's number through SHA-256 alone, so a pool
has the same bytes on every machine, and a new category leaves the answers to the others as they were.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
from collections.abc import Sequence
from itertools import accumulate

from sortition.errors import UsageError
from sortition.messages import phrase
from sortition.model import MISSING_VALUE, Category, Quotas

AGE_ODDS = ((75, 0.9), (65, 1.6), (55, 1.4), (45, 1.1), (35, 0.9), (25, 0.7), (0, 0.5))
"""Pairs (lowest age, odds): how readily people reply, rising with age up to 75."""
WORD_ODDS = (
    ("non-binary", 1.0),
    ("not disabled", 1.0),
    ("disabled", 0.9),
    ("female", 1.1),
    ("asian", 0.6),
    ("black", 0.6),
    ("mixed", 0.7),
    ("other", 0.7),
    ("owned", 1.3),
    ("social", 0.6),
    ("private", 0.7),
    ("most deprived", 0.7),
    ("least deprived", 1.2),
    ("no qualifications", 0.4),
    ("degree", 1.7),
)
"""Pairs (words, odds); the first whose words a value contains counts, and 1 where none does. Like `AGE_ODDS` these are
plausible assumptions about who replies to such letters, not measurements."""

_SHARING = 45
_BLANK_ADDRESSES = 10
_EXCLUDED = 10
_BLANK_ANSWERS = 20
_SYNONYMS = 100
"""These five are per thousand people."""
_OLDEST = 92
# fmt: off
_FIRST_NAMES = (
    "Aisha", "Zoë", "Mary-Jane", "José", "Nguyễn Thị", "D'Arcy", "Siân", "Łukasz", "Ольга", "Jean Luc", "Ἑλένη",
    "Bob", "Margaret", "Seán", "美玲", "Priya", "Anne-Marie", "Tom", "Ngaire", "Björn", "فاطمة", "Xi", "Gwenllian",
    "J.",
)
_LAST_NAMES = (
    "O'Brien", "Ánh", "Smith, John", "Smith-Jones", "van der Berg", "D’Souza", "Müller", "Шевченко", "王", "Ng",
    "de la Cruz", "Øverås", "Ní Dhomhnaill", "Null", "St. John", "Begum", "Clarke (née Rees)", 'Jones "Jo"',
    "Okonkwo", "Παπαδόπουλος", "McDonald", "Şahin", "Taylor", "Singh", "Żak", "True", "حسن",
    "Featherstonehaugh-Cholmondeley",
)
_STREETS = (
    "Bellfounder Row", "Quire Lane", "Lantern Hill", "Osier Street", "Tallow Court", "Lottery Close",
    "Nine Elms End", "Kingfisher Drift", "St Nobody's Road", "Weathercock Way", "Old Abacus Yard", "Pebble Street",
    "Saltpan Gardens",
)
# fmt: on


def sample_pool(quotas: Quotas, people: int, seed: str) -> str:
    """Make up a pool of replies for a quota spec, with the self-selection that real pools show.

    How many people give each answer is the population's share times the odds that such people reply (`AGE_ODDS`,
    `WORD_ODDS`), rounded; where the spec gives no share, that of the seats stands for it. Who gives it is random, and
    answers to different questions are independent of each other, which those of real people are not. Some people
    share an address, spelt differently, and a few give none; some are excluded; some use a synonym; some leave a
    question blank if the spec says what happens then.

    Parameters
    ----------
    quotas
        The spec whose columns the pool is to have.
    people
        Number of replies, from 1 up.
    seed
        Any text. The same spec, number and seed give the same bytes everywhere.

    Returns
    -------
    str
        CSV text, comma-separated, lines ending in a line feed; rows sorted by id.

    Raises
    ------
    UsageError
        `people` is below 1, or the seed holds characters that cannot be shown.
    """
    if people < 1:
        raise UsageError(phrase("a pool of {people} people cannot be made up; ask for at least 1", people=people))
    if not seed.isprintable():  # a lone surrogate, from a terminal that is not in UTF-8, could not even be hashed
        raise UsageError(phrase("the seed holds characters that cannot be shown; type it again"))
    columns = {
        quotas.id_column: _ids(quotas.name, people, seed),
        "first_name": _picks(_FIRST_NAMES, people, f"{seed}\nfirst name"),
        "last_name": _picks(_LAST_NAMES, people, f"{seed}\nlast name"),
    }
    for category in quotas.categories:
        columns.setdefault(category.column, _answers(category, quotas.panel_size, people, f"{seed}\n{category.column}"))
    for column, cells in _addresses(quotas.household_columns, people, seed).items():
        columns.setdefault(column, cells)
    for exclusion in quotas.exclude:
        if exclusion.column not in columns:
            columns[exclusion.column] = _exclusions(exclusion.values, people, f"{seed}\n{exclusion.column}")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue()


def _number(question: str, person: int) -> int:
    """Give a whole number that looks random, the same everywhere for the same question and person."""
    return int.from_bytes(hashlib.sha256(f"{question}\n{person}".encode()).digest()[:8], "big")


def _order(question: str, people: int) -> list[int]:
    """Shuffle the people."""
    return sorted(range(people), key=lambda person: _number(question, person))


def _picks(choices: Sequence[str], people: int, question: str) -> list[str]:
    return [choices[_number(question, person) % len(choices)] for person in range(people)]


def _ids(name: str, people: int, seed: str) -> list[str]:
    """Number the replies with gaps, since real lists have had rows taken out."""
    initials = "".join(re.findall(r"\b[A-Z]", name)) or "P"
    gaps = [1 + _number(f"{seed}\nid", person) % 40 for person in range(people)]
    return [f"{initials}-{number:05d}" for number in accumulate(gaps)]


def _answers(category: Category, panel_size: int, people: int, question: str) -> list[str]:
    """Fill a category's column: everybody's value, written as people write it."""
    order = _order(question, people)
    cells = [""] * people
    start = 0
    for value, end in zip(category.values, _ends(category, panel_size, people), strict=True):
        for person in order[start:end]:
            cells[person] = _written(category, value, person, question)
        start = end
    if category.missing != "refuse":
        for person in _order(f"{question}\nblank", people)[: people * _BLANK_ANSWERS // 1000]:
            cells[person] = ""
    return cells


def _ends(category: Category, panel_size: int, people: int) -> list[int]:
    """Cut the people into one piece a value, with the sizes that the response model expects; give where each ends."""
    seats = [(low + high) / 2 for low, high in zip(category.low, category.high, strict=True)]
    shares = category.shares or (None,) * len(seats)
    weights = [
        0.0
        if value == MISSING_VALUE
        else _odds(category, value) * (100 * size / panel_size if share is None else share)
        for value, size, share in zip(category.values, seats, shares, strict=True)
    ]
    if not any(weights):
        weights = [1.0] * len(weights)
    total = list(accumulate(weights))
    return [int(part / total[-1] * people + 0.5) for part in total]


def _odds(category: Category, value: str) -> float:
    """Say how readily people with a value reply, compared with others."""
    if category.bands is not None:
        return _age_odds(category.bands.starts[category.values.index(value)])
    if re.search(r"\bage\b", category.name.casefold()) and (age := re.search(r"\d+", value)):
        return _age_odds(int(age[0]))
    return next((odds for words, odds in WORD_ODDS if re.search(rf"\b{words}\b", value.casefold())), 1.0)


def _age_odds(age: int) -> float:
    return next(odds for lowest, odds in AGE_ODDS if age >= lowest)


def _written(category: Category, value: str, person: int, question: str) -> str:
    """Write a value as this person does: a date of birth, a synonym, or the value itself."""
    if category.bands is not None and value != MISSING_VALUE:
        at = category.values.index(value)
        return _birth_date(category.bands.on, category.bands.starts[at], category.bands.ends[at], person, question)
    synonyms = [written for written, meant in category.synonyms if meant == value]
    number = _number(f"{question}\nsynonym", person)
    return synonyms[number % len(synonyms)] if synonyms and number // 1000 % 1000 < _SYNONYMS else value


def _birth_date(on: dt.date, youngest: int, oldest: int | None, person: int, question: str) -> str:
    """Choose a day of birth, in ISO form, of somebody of an age from `youngest` to `oldest` on a day."""
    if oldest is None:
        oldest = max(_OLDEST, youngest)
    first = _years_before(on, oldest + 1).toordinal() + 1
    last = _years_before(on, youngest).toordinal()
    return dt.date.fromordinal(first + _number(f"{question}\nbirth", person) % (last - first + 1)).isoformat()


def _years_before(day: dt.date, years: int) -> dt.date:
    """Count years back, from 29 February to the 28th where the year has none."""
    short = day.month == 2 and day.day == 29
    return day.replace(year=day.year - years, day=28 if short else day.day)


def _addresses(columns: Sequence[str], people: int, seed: str) -> dict[str, list[str]]:
    """Fill the columns that tell a household; every address and postcode is made up."""
    cells = {column: [""] * people for column in columns}
    street = next((column for column in columns if not _is_postcode(column)), None)
    sharing = people * _SHARING // 1000 | 1  # odd: one household of three, the others of two
    for rank, person in enumerate(_order(f"{seed}\naddress", people)):
        if rank >= people - people * _BLANK_ADDRESSES // 1000:
            continue
        household = max(0, (rank - 1) // 2) if rank < sharing else rank
        spelling = rank % 3 if rank < sharing else 0
        for column in columns:
            if _is_postcode(column):
                cells[column][person] = _postcode(household, spelling)
            elif column == street:
                cells[column][person] = _street(household, spelling)
    return cells


def _is_postcode(column: str) -> bool:
    return "post" in column.casefold() or "zip" in column.casefold()


def _street(household: int, spelling: int) -> str:
    number, street = divmod(household, len(_STREETS))
    flat = f"Flat {1 + number % 6}, " if household % 7 == 3 else ""
    address = f"{flat}{1 + 2 * number} {_STREETS[street]}"
    return (address, address.upper().replace(",", ""), f"{address.replace(' ', '  ')}.")[spelling]


def _postcode(household: int, spelling: int) -> str:
    """Give a postcode of the area ZZ, which does not exist."""
    number, street = divmod(household, len(_STREETS))
    postcode = f"ZZ{1 + street % 9} {number % 10}{'ABDEFGHJLNPQR'[street]}{'STUWXYZ'[number % 7]}"
    return (postcode, postcode.replace(" ", ""), postcode.lower())[spelling]


def _exclusions(values: Sequence[str], people: int, question: str) -> list[str]:
    """Give about one person in a hundred, but at least one, a value that excludes them."""
    other = "" if "no" in {value.casefold() for value in values} else "no"
    cells = [other] * people
    for person in _order(question, people)[: max(1, people * _EXCLUDED // 1000)]:
        cells[person] = values[person % len(values)]
    return cells
