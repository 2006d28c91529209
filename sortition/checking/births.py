"""From dates of birth to age bands, refusing whatever could be read in two ways."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import Literal

from sortition.checking.findings import Findings, lines_text
from sortition.checking.spelling import spelling_key
from sortition.messages import phrase
from sortition.model import Bands

Order = Literal["day first", "month first", "mixed", "not told"]

TIME = r"(?:[t ]+[0-9]{1,2}:[0-9]{2}.*)?"
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})" + TIME)
YEAR_LAST = re.compile(r"([0-9]{1,2})([-/. ])([0-9]{1,2})\2([0-9]{4})" + TIME)
AGE = re.compile(r"([0-9]{1,3})(?:\.0+)?")
_OLDEST = 110


class Mistake(Enum):
    """What can be wrong with a cell in place of a date of birth; the cell itself is never shown, for it is personal."""

    SERIAL = auto()
    YEAR = auto()
    AGE = auto()
    SHORT_YEAR = auto()
    NOT_A_DATE = auto()
    NO_SUCH_DAY = auto()
    MIXED = auto()
    AMBIGUOUS = auto()
    TOO_LATE = auto()
    TOO_OLD = auto()
    TOO_YOUNG = auto()
    BETWEEN = auto()


_INSTEAD = (
    (re.compile(r"[0-9]{5}(?:\.[0-9]*)?"), Mistake.SERIAL),
    (re.compile(r"[0-9]{4}(?:\.0+)?"), Mistake.YEAR),
    (AGE, Mistake.AGE),
    (re.compile(r"[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ]'?[0-9]{2}" + TIME), Mistake.SHORT_YEAR),
)
"""What else stands in such columns, most telling first."""


def band_numbers(
    cells: Mapping[int, str], lines: Sequence[int], bands: Bands, name: str, findings: Findings
) -> dict[int, int]:
    """Give the number of the age band of each cell that holds a date of birth, or an age if all of them do.

    Dates may be written with the year first (1987-04-03, with or without a time of day), or with the year last if
    the column tells day from month: in some cell the first part is above 12 and in none the second part is, so
    that all are day first; or the other way round, so that all are month first. Where no cell tells, or cells
    contradict each other, every such date is a fault. Who was born on 29 February has their birthday on 1 March in
    common years.

    Parameters
    ----------
    cells
        The cells to read, by row number; neither blank nor the name of a band.
    lines
        Physical line of every row of the pool.
    bands
        The age bands and the day on which ages are counted.
    name
        The category, for messages.
    findings
        Receives a fault for every kind of thing that is wrong, with its lines, and a note if ages were given.
    """
    cells = {row: spelling_key(cell) for row, cell in cells.items()}
    if cells and all(AGE.fullmatch(cell) for cell in cells.values()):
        text = phrase(
            "{category}: the column holds ages, not dates of birth; they are taken as they are, whatever the day on "
            "which ages are to be counted ({day}).",
            category=name,
            day=bands.on,
        )
        findings.note(text)
        ages = {row: int(float(cell)) for row, cell in cells.items()}
        results = {row: band_of(age, bands) for row, age in ages.items()}
    else:
        order = order_of(list(cells.values()))
        results = {row: read_birth(cell, order, bands) for row, cell in cells.items()}
    wrong: dict[Mistake, list[int]] = {}
    for row, result in results.items():
        if isinstance(result, Mistake):
            wrong.setdefault(result, []).append(lines[row])
    for mistake, where in wrong.items():
        where.sort()
        terms = {"category": name, "lines": lines_text(where), "day": bands.on}
        findings.fault(_found(mistake, terms) + _to_do(mistake), where[0])
    return {row: result for row, result in results.items() if isinstance(result, int)}


def _found(mistake: Mistake, terms: Mapping[str, object]) -> str:
    """Say what was found."""
    return {
        Mistake.SERIAL: phrase("{category} on {lines} holds a spreadsheet's serial number instead of a date.", **terms),
        Mistake.YEAR: phrase("{category} on {lines} holds a year alone instead of a date.", **terms),
        Mistake.AGE: phrase("{category} on {lines} holds an age instead of a date of birth.", **terms),
        Mistake.SHORT_YEAR: phrase("{category} on {lines} holds a date with a two-digit year.", **terms),
        Mistake.NOT_A_DATE: phrase("{category} on {lines} holds something that is not a date.", **terms),
        Mistake.NO_SUCH_DAY: phrase("{category} on {lines} holds a day that the calendar does not have.", **terms),
        Mistake.MIXED: phrase(
            "{category} on {lines} holds a date in a column that puts now the day first, now the month.", **terms
        ),
        Mistake.AMBIGUOUS: phrase(
            "{category} on {lines} holds a date whose day and month cannot be told apart.", **terms
        ),
        Mistake.TOO_LATE: phrase(
            "{category} on {lines} holds a date of birth after the day on which ages are counted.", **terms
        ),
        Mistake.TOO_OLD: phrase(
            "{category} on {lines} holds a date of birth or an age that makes the person older than {oldest}.",
            oldest=_OLDEST,
            **terms,
        ),
        Mistake.TOO_YOUNG: phrase(
            "{category} on {lines} holds a date of birth or an age that is below every band on {day}.", **terms
        ),
        Mistake.BETWEEN: phrase(
            "{category} on {lines} holds a date of birth or an age that is in none of the bands on {day}.", **terms
        ),
    }[mistake]


def _to_do(mistake: Mistake) -> str:
    """Say what to do about it."""
    if mistake in (Mistake.TOO_YOUNG, Mistake.BETWEEN):
        return phrase(" Correct the date, add a band, or exclude the person.")
    if mistake in (Mistake.TOO_LATE, Mistake.TOO_OLD, Mistake.NO_SUCH_DAY):
        return phrase(" Correct the date.")
    return phrase(" Write dates of birth as YYYY-MM-DD.")


def order_of(cells: Sequence[str]) -> Order:
    """Tell from the whole column whether dates with the year last have the day or the month first."""
    parts = [(int(match[1]), int(match[3])) for match in map(YEAR_LAST.fullmatch, cells) if match]
    day_first = any(12 < first <= 31 for first, _ in parts)
    month_first = any(12 < second <= 31 for _, second in parts)
    if day_first == month_first:
        return "mixed" if day_first else "not told"
    return "day first" if day_first else "month first"


def read_birth(cell: str, order: Order, bands: Bands) -> int | Mistake:
    """Give the number of the band of a date of birth, or what is wrong with the cell."""
    if match := _YEAR_FIRST.fullmatch(cell):
        year, month, day = match[1], match[3], match[4]
    elif match := YEAR_LAST.fullmatch(cell):
        if order in ("mixed", "not told") and match[1] != match[3]:
            return Mistake.MIXED if order == "mixed" else Mistake.AMBIGUOUS
        day, month = (match[3], match[1]) if order == "month first" else (match[1], match[3])
        year = match[4]
    else:
        return next((mistake for pattern, mistake in _INSTEAD if pattern.fullmatch(cell)), Mistake.NOT_A_DATE)
    try:
        born = dt.date(int(year), int(month), int(day))
    except ValueError:
        return Mistake.NO_SUCH_DAY
    return Mistake.TOO_LATE if born > bands.on else band_of(age_on(born, bands.on), bands)


def age_on(born: dt.date, day: dt.date) -> int:
    """Give the age in whole years; a person born on 29 February has their birthday on 1 March in common years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def band_of(age: int, bands: Bands) -> int | Mistake:
    """Give the number of the band that an age falls into, or what is wrong with it."""
    if age > _OLDEST:
        return Mistake.TOO_OLD
    for number, (start, end) in enumerate(zip(bands.starts, bands.ends, strict=True)):
        if start <= age and (end is None or age <= end):
            return number
    return Mistake.TOO_YOUNG if age < min(bands.starts) else Mistake.BETWEEN
