"""Population tables with a column a category, or several columns of numbers."""

from __future__ import annotations

import re

from sortition.messages import phrases
from sortition.reading.csv_table import Table
from sortition.reading.faults import Faults
from sortition.reading.names import match_key
from sortition.reading.population.cells import Cell, Cells, Remark, number_of
from sortition.reading.population.totals import is_total

_PARTS = re.compile(r";\s*(?=[^:;]+:\s)")
_ACS = re.compile(r"([BC][0-9]{5}[A-Z]*)_([0-9]{3})(E|M|EA|MA)")
_CANADIAN_NUMBER = re.compile(r"C[0-9]+_COUNT_(.+)", re.IGNORECASE)
_CANADIAN_NAMES = {"total": "Total", "men+": "Men+", "women+": "Women+"}


def nomis_bulk(table: Table, faults: Faults) -> Cells:
    """Read a census table of Nomis: a row an area, headers such as `Sex: Female; Age: Aged 20 to 24 years`."""
    place = {match_key(name): at for at, name in enumerate(table.columns)}
    columns = [(at, _dimensions(name)) for at, name in enumerate(table.columns) if ": " in name]
    counted = [(at, values) for at, values in columns if values is not None]
    dropped = len(columns) - len(counted)
    cells: list[Cell] = []
    for line, row in zip(table.lines, table.rows, strict=True):
        code, area = row[place["geography code"]], row[place["geography"]]
        date = (("date", row[place["date"]]),) if "date" in place else ()
        for at, values in counted:
            number = number_of(row[at], table.columns[at], line, faults)
            cells.append(Cell(code, area, (*(values or ()), *date), number, line))
    left_out = phrases("1 column of per cents was left out.", "{n} columns of per cents were left out.", dropped)
    return cells, [Remark(left_out)] if dropped else [], False


def _dimensions(header: str) -> tuple[tuple[str, str], ...] | None:
    """Take a header apart into pairs (dimension, category); None where the column holds per cents."""
    pairs = [part.partition(": ")[::2] for part in _PARTS.split(header)]
    measures = [value.casefold() for name, value in pairs if name.strip().casefold() == "measures"]
    if measures and measures != ["value"]:
        return None
    return tuple((name.strip(), value.strip()) for name, value in pairs if name.strip().casefold() != "measures")


def is_acs(name: str) -> bool:
    """Tell whether a column is one of the American Community Survey's, such as `B01001_001E`."""
    return _ACS.fullmatch(name) is not None


def american_community_survey(table: Table, faults: Faults) -> Cells:
    """Read estimates of the American Community Survey: a row an area, a column a category.

    Margins of error are left out. Downloads of data.census.gov carry a second header with labels, which then are the
    names of the categories; the service's answers have none, and the codes stand for themselves.
    """
    place = {match_key(name): at for at, name in enumerate(table.columns)}
    codes = [(at, match) for at, name in enumerate(table.columns) if (match := _ACS.fullmatch(name))]
    rows = list(zip(table.lines, table.rows, strict=True))
    labels: tuple[str, ...] = table.columns
    if rows and all(row[codes[0][0]].casefold().startswith(("estimate", "margin")) for row in (rows[0][1],)):
        labels = tuple(_acs_label(cell) for cell in rows.pop(0)[1])
    cells: list[Cell] = []
    for line, row in rows:
        code = row[place["geo_id"]] if "geo_id" in place else ""
        area = row[place["name"]] if "name" in place else ""
        for at, match in codes:
            if match[3] == "E":
                number = number_of(row[at], table.columns[at], line, faults)
                cells.append(Cell(code, area, ((match[1], labels[at]),), number, line))
    return cells, [], False


def _acs_label(label: str) -> str:
    """Turn `Estimate!!Total:!!Male:!!18 and 19 years` into `Male: 18 and 19 years`."""
    parts = [part.strip().rstrip(":") for part in label.split("!!")][1:]
    return ": ".join(parts[1:] if len(parts) > 1 and is_total(parts[0]) else parts)


def statistics_canada(table: Table, faults: Faults) -> Cells:
    """Read a census profile of Statistics Canada: a row a characteristic, whose indentation tells what it is part of.

    Each characteristic that is not indented is a table of its own, and the name of a dimension; that of the columns
    (Total, Men+, Women+) is the dimension `gender`.
    """
    place = {name.casefold(): at for at, name in enumerate(table.columns)}
    code, area = place.get("alt_geo_code", place.get("dguid", -1)), place.get("geo_name", -1)
    numbers = [(at, match[1]) for at, name in enumerate(table.columns) if (match := _CANADIAN_NUMBER.fullmatch(name))]
    cells: list[Cell] = []
    above: list[tuple[int, str]] = []
    for line, row in zip(table.lines, table.rows, strict=True):
        name = row[place["characteristic_name"]]
        indent = len(name) - len(name.lstrip())
        above = [*(each for each in above if each[0] < indent), (indent, name.strip())]
        section, *parts = [each for _, each in above]
        place_of = (row[code].strip() if code >= 0 else "", row[area].strip() if area >= 0 else "")
        year = row[place["census_year"]].strip() if "census_year" in place else ""
        for at, kind in numbers:
            number = number_of(row[at].strip(), table.columns[at], line, faults)
            gender = _CANADIAN_NAMES.get(kind.casefold(), kind)
            values = ((section, ": ".join(parts) or "Total"), ("gender", gender), ("date", year))
            cells.append(Cell(*place_of, values, number, line))
    return cells, [], False
