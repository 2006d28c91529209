"""The sheet that most people really have: a row a value, with a count or a per cent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from sortition.messages import phrase
from sortition.reading.csv_table import Table
from sortition.reading.faults import Faults
from sortition.reading.names import find, hint
from sortition.reading.population.cells import Cell, Cells, Remark, number_of
from sortition.reading.population.totals import is_total, parts_of

_COUNTS = ("count", "counts", "number", "people", "persons", "residents", "population", "households", "observation")
_PER_CENTS = ("percent", "per cent", "percentage", "%", "share", "pct")
_CODES = ("area code", "geography code", "code", "geo code")
_AREAS = ("area", "geography", "area name", "place")
_CATEGORIES = ("category", "feature")
_VALUES = ("value", "name", "feature")


def fits(columns: Sequence[str], number: str = "") -> bool:
    """Tell whether this is a plain sheet: one of its columns holds a count or a per cent."""
    return _number_column(columns, number) is not None


def read(table: Table, number: str, weight: str, faults: Faults) -> Cells:
    """Read a plain sheet.

    Columns `category` and `value` (or `name`, or `feature`) hold many categories one below another; without them every
    column that is neither area nor number is a category. Per cents of several areas need a column of weights, the
    number of people or households that each per cent is of.
    """
    column = _number_column(table.columns, number) or ""
    weights = find(weight, table.columns) if weight else None
    if (weight and weights is None) or (number and find(number, table.columns) is None):
        name = number if find(number, table.columns) is None and number else weight
        what = phrase("there is no column '{name}'.", name=name)
        faults.add(what + hint(name, table.columns), table.header_line)
        return [], [], False
    per_cent = column.casefold().startswith(_PER_CENTS)
    other = _one_of([name for name in table.columns if name != column], _COUNTS)
    if per_cent and other and not weights:
        what = phrase(
            "beside the per cents there is a column '{name}'. "
            "Say what it is: `weight: {name}` if the per cents are of it, `number: {name}` if it is what counts.",
            name=other,
        )
        faults.add(what, table.header_line)
    used = {column, weights, *(name for name in table.columns if name.casefold().startswith(_PER_CENTS))}
    code, area = _one_of(table.columns, _CODES), _one_of(table.columns, _AREAS)
    names = [name for name in table.columns if name not in used | {code, area}]
    category = _one_of(names, _CATEGORIES)
    value = _one_of([name for name in names if name != category], _VALUES)
    cells: list[Cell] = []
    for line, cells_of_row in zip(table.lines, table.rows, strict=True):
        row = dict(zip(table.columns, cells_of_row, strict=True))
        if category and value:
            values: tuple[tuple[str, str], ...] = ((row[category], row[value]),)
        else:
            values = tuple((name, row[name]) for name in names)
        found = number_of(row[column], column, line, faults)
        if weights and found is not None:
            found *= (number_of(row[weights], weights, line, faults) or Fraction(0)) / 100
        cells.append(Cell(row.get(code or "", ""), row.get(area or "", ""), values, found, line))
    shares = [(cell, row[table.columns.index(column)]) for cell, row in zip(cells, table.rows, strict=True)]
    notes = list(_sums_of_per_cents(shares, table.header_line, faults)) if per_cent else []
    return cells, notes, per_cent and not weights


def _sums_of_per_cents(shares: Sequence[tuple[Cell, str]], line: int, faults: Faults) -> Iterator[Remark]:
    """Say which per cents of an area and category do not add up to 100; far off, a row may be missing: a fault."""
    sums: dict[tuple[str, str, str], dict[str, Fraction]] = {}
    for cell, text in shares:
        if len(cell.values) == 1:
            ((category, value),) = cell.values
            number = number_of(text, category, cell.line, Faults(""))
            sums.setdefault((cell.code, cell.area, category), {})[value] = number or Fraction(0)
    for (code, area, category), by_value in sums.items():
        counted = [part for value, part in by_value.items() if not (is_total(value) or parts_of(value, by_value))]
        total = sum(counted, Fraction(0))
        of = {"category": category, "total": float(total)}
        if area or code:
            of["category"] = phrase("{category} in {area}", category=category, area=area or code)
        if abs(total - 100) > 1:
            what = phrase(
                "the per cents of {category} add up to {total:g}. "
                "Look for rows that are missing or count twice, or give counts of people.",
                **of,
            )
            faults.add(what, line)
        elif total != 100:
            what = phrase(
                "the per cents of {category} add up to {total:g}, so they were divided by their own sum.", **of
            )
            yield Remark(what, code, area)


def _number_column(columns: Sequence[str], wanted: str) -> str | None:
    """Give the column that holds the numbers: counts go before per cents, which are rounded."""
    if wanted:
        return find(wanted, columns) or wanted
    counts = _one_of(columns, _COUNTS[:3])
    shares = next((name for name in columns if name.casefold().startswith(_PER_CENTS)), None)
    return counts or shares or _one_of(columns, _COUNTS)


def _one_of(columns: Sequence[str], known: Sequence[str]) -> str | None:
    return next((name for wanted in known for name in columns if name.casefold() == wanted), None)
