"""From dates of birth to age bands, refusing whatever could be read in two ways."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Literal

from sortition.checking.findings import Findings, lines_text
from sortition.checking.spelling import spelling_key
from sortition.model import Bands

Order = Literal["day first", "month first", "mixed", "not told"]

TIME = r"(?:[t ]+[0-9]{1,2}:[0-9]{2}.*)?"
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})" + TIME)
YEAR_LAST = re.compile(r"([0-9]{1,2})([-/. ])([0-9]{1,2})\2([0-9]{4})" + TIME)
AGE = re.compile(r"([0-9]{1,3})(?:\.0+)?")
_OLDEST = 110

# What else stands in such columns, most telling first; the cell itself is never shown, for it is personal.
_MISTAKES = (
    (re.compile(r"[0-9]{5}(?:\.[0-9]*)?"), "a spreadsheet's serial number instead of a date"),
    (re.compile(r"[0-9]{4}(?:\.0+)?"), "a year alone instead of a date"),
    (AGE, "an age instead of a date of birth"),
    (re.compile(r"[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ]'?[0-9]{2}" + TIME), "a date with a two-digit year"),
)
_NOT_A_DATE = "something that is not a date"
_NO_SUCH_DAY = "a day that the calendar does not have"
_MIXED = "a date in a column that puts now the day first, now the month"
_AMBIGUOUS = "a date whose day and month cannot be told apart"
_TOO_LATE = "a date of birth after the day on which ages are counted"
_TOO_OLD = f"a date of birth or an age that makes the person older than {_OLDEST}"
_OUTSIDE = "a date of birth or an age that is"
_ISO = "Write dates of birth as YYYY-MM-DD."


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
        findings.note(
            f"{name}: the column holds ages, not dates of birth; they are taken as they are, whatever the day on which "
            f"ages are to be counted ({bands.on})."
        )
        ages = {row: int(float(cell)) for row, cell in cells.items()}
        results = {row: band_of(age, bands) for row, age in ages.items()}
    else:
        order = order_of(list(cells.values()))
        results = {row: read_birth(cell, order, bands) for row, cell in cells.items()}
    wrong: dict[str, list[int]] = {}
    for row, result in results.items():
        if isinstance(result, str):
            wrong.setdefault(result, []).append(lines[row])
    for what, where in wrong.items():
        where.sort()
        findings.fault(f"{name} on {lines_text(where)} holds {what}. {_advice(what)}", where[0])
    return {row: result for row, result in results.items() if isinstance(result, int)}


def _advice(what: str) -> str:
    if what.startswith(_OUTSIDE):
        return "Correct the date, add a band, or exclude the person."
    return "Correct the date." if what in (_TOO_LATE, _TOO_OLD, _NO_SUCH_DAY) else _ISO


def order_of(cells: Sequence[str]) -> Order:
    """Tell from the whole column whether dates with the year last have the day or the month first."""
    parts = [(int(match[1]), int(match[3])) for match in map(YEAR_LAST.fullmatch, cells) if match]
    day_first = any(12 < first <= 31 for first, _ in parts)
    month_first = any(12 < second <= 31 for _, second in parts)
    if day_first == month_first:
        return "mixed" if day_first else "not told"
    return "day first" if day_first else "month first"


def read_birth(cell: str, order: Order, bands: Bands) -> int | str:
    """Give the number of the band of a date of birth, or what is wrong with the cell."""
    if match := _YEAR_FIRST.fullmatch(cell):
        year, month, day = match[1], match[3], match[4]
    elif match := YEAR_LAST.fullmatch(cell):
        if order in ("mixed", "not told") and match[1] != match[3]:
            return _MIXED if order == "mixed" else _AMBIGUOUS
        day, month = (match[3], match[1]) if order == "month first" else (match[1], match[3])
        year = match[4]
    else:
        return next((what for pattern, what in _MISTAKES if pattern.fullmatch(cell)), _NOT_A_DATE)
    try:
        born = dt.date(int(year), int(month), int(day))
    except ValueError:
        return _NO_SUCH_DAY
    return _TOO_LATE if born > bands.on else band_of(age_on(born, bands.on), bands)


def age_on(born: dt.date, day: dt.date) -> int:
    """Give the age in whole years; a person born on 29 February has their birthday on 1 March in common years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def band_of(age: int, bands: Bands) -> int | str:
    """Give the number of the band that an age falls into, or what is wrong with it."""
    if age > _OLDEST:
        return _TOO_OLD
    for number, (start, end) in enumerate(zip(bands.starts, bands.ends, strict=True)):
        if start <= age and (end is None or age <= end):
            return number
    if age < min(bands.starts):
        return f"{_OUTSIDE} below every band on {bands.on}"
    return f"{_OUTSIDE} in none of the bands on {bands.on}"
