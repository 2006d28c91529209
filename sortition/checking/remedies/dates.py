"""Dates of birth that cannot be read in one way only, and what else stands in their place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from sortition.checking.answers import answerable, named_values, value_before_spreadsheet, values_of
from sortition.checking.births import AGE, TIME, YEAR_LAST, Mistake, Order, age_on, band_of, order_of, read_birth
from sortition.checking.spelling import spelling_key
from sortition.model import REMOVE, WHOLE_ROW, Bands, Category, Correction, Decision, Pool, Reason
from sortition.reading.corrections import row_text

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_SHORT_YEAR = re.compile(r"([0-9]{1,2})([-/. ])([0-9]{1,2})\2'?([0-9]{2})" + TIME)
_DAY_WORDS = re.compile(rf"([0-9]{{1,2}})(?:st|nd|rd|th)?[-/. ]*{_MONTH}[-/., ]*'?([0-9]{{4}}|[0-9]{{2}})")
_WORDS_DAY = re.compile(rf"{_MONTH} *([0-9]{{1,2}})(?:st|nd|rd|th)?[, ]+'?([0-9]{{4}}|[0-9]{{2}})")
_SERIAL = re.compile(r"([0-9]{5})(?:\.[0-9]*)?")
_YEAR = re.compile(r"([0-9]{4})(?:\.0+)?")
_DAY_NOUGHT = dt.date(1899, 12, 30)
"""Day 0 of spreadsheets' serial numbers, from 1 March 1900 on."""
_Meant = tuple[str, Reason, Decision]


def date_remedies(pool: Pool, column: int, rows: Sequence[int], category: Category) -> Iterator[Correction]:
    """Propose dates of birth or bands for cells that hold neither, and ask about people below every band."""
    bands = category.bands
    cells = {row: pool.rows[row][column] for row in rows}
    named = named_values(cells.values(), values_of(category), category)
    other = {row: spelling_key(cell) for row, cell in cells.items() if cell not in named}
    dates = {row: key for row, key in other.items() if key}
    if bands is None:
        return
    order = order_of(list(dates.values()))
    ages_only = bool(dates) and all(AGE.fullmatch(key) for key in dates.values())
    for row, key in other.items():
        line, name, cell = pool.lines[row], pool.columns[column], cells[row]
        if not key:
            if category.missing == "refuse":
                yield Correction(line, name, cell, "", Reason.BLANK)
        elif _too_young(key, order, bands, ages_only):
            yield Correction(line, WHOLE_ROW, row_text(pool.rows[row]), REMOVE, Reason.TOO_YOUNG)
        elif not ages_only and isinstance(read_birth(key, order, bands), Mistake):
            yield Correction(line, name, cell, *_meant(cell, key, order, category, bands))


def _too_young(key: str, order: Order, bands: Bands, ages_only: bool) -> bool:
    found = band_of(int(float(key)), bands) if ages_only else read_birth(key, order, bands)
    return found is Mistake.TOO_YOUNG


def _meant(cell: str, key: str, order: Order, category: Category, bands: Bands) -> _Meant:
    """Give what a cell most likely means, the reason, and how sure it is."""
    if value := value_before_spreadsheet(cell, answerable(category)):
        return value, Reason.BAND_AS_DATE, "yes"
    if match := _YEAR.fullmatch(key):
        return _aged(bands.on.year - int(match[1]) - 1, category, bands, Reason.YEAR_ALONE)
    if AGE.fullmatch(key):
        return _aged(int(float(key)), category, bands, Reason.AGE)
    if match := _SERIAL.fullmatch(key):
        return _one_of([_DAY_NOUGHT + dt.timedelta(int(match[1]))], category, bands, Reason.SERIAL)
    if match := YEAR_LAST.fullmatch(key):
        days = _days(match[1], match[3], order, [int(match[4])])
        return _one_of(days, category, bands, Reason.DAY_OR_MONTH)
    if match := _SHORT_YEAR.fullmatch(key):
        return _one_of(_days(match[1], match[3], order, _centuries(match[4])), category, bands, Reason.TWO_DIGITS)
    for pattern, (day, month) in ((_DAY_WORDS, (1, 2)), (_WORDS_DAY, (2, 1))):
        if match := pattern.fullmatch(key):
            number = str(_MONTHS.index(match[month][:3]) + 1)
            reason = Reason.DATE_WORDS if len(match[3]) == 4 else Reason.TWO_DIGITS
            return _one_of(_days(match[day], number, "day first", _centuries(match[3])), category, bands, reason)
    return "", Reason.IMPOSSIBLE_DATE, "?"


def _centuries(year: str) -> list[int]:
    return [int(year)] if len(year) == 4 else [1900 + int(year), 2000 + int(year)]


def _days(one: str, other: str, order: Order, years: Sequence[int]) -> list[dt.date]:
    """Give every day that two numbers can mean in these years; the day comes first where the column does not tell."""
    ways = {"day first": [(one, other)], "month first": [(other, one)]}.get(order, [(one, other), (other, one)])
    days = []
    for year in years:
        for day, month in ways:
            try:
                days.append(dt.date(year, int(month), int(day)))
            except ValueError:  # the calendar has no such day, so this is not what is meant
                continue
    return days


def _one_of(days: Sequence[dt.date], category: Category, bands: Bands, reason: Reason) -> _Meant:
    """Choose among days of birth those of an age that is asked for; where several are of one band, that is said."""
    fitting = {day: band for day in days if day <= bands.on and isinstance(band := _band(day, bands), int)}
    if not fitting:
        return "", Reason.IMPOSSIBLE_DATE, "?"
    day, band = next(iter(fitting.items()))
    if len(fitting) == 1:
        return day.isoformat(), reason, "yes"
    if len(set(fitting.values())) == 1:
        return category.values[band], reason, "yes"
    return day.isoformat(), reason, "?"


def _band(born: dt.date, bands: Bands) -> int | Mistake:
    return band_of(age_on(born, bands.on), bands)


def _aged(age: int, category: Category, bands: Bands, reason: Reason) -> _Meant:
    """Give the band of somebody who is of this age or a year older on the day; sure where it is the same."""
    young, old = band_of(age, bands), band_of(age + 1, bands)
    fitting = [band for band in (young, old) if isinstance(band, int)]
    if not fitting:
        return "", Reason.IMPOSSIBLE_DATE, "?"
    return category.values[fitting[0]], reason, "yes" if young == old else "?"
