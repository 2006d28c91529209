"""Files of statistical offices -> Population. The layout is told by the header."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sortition.messages import phrase, phrases
from sortition.reading.csv_table import Table, read_table, table_of
from sortition.reading.faults import Faults
from sortition.reading.names import listed
from sortition.reading.pool_file import read_grid_file
from sortition.reading.population import plain_sheet, wide
from sortition.reading.population.cells import Cell, Cells, Population, Remark, check_twins, number_of
from sortition.reading.text_file import is_workbook, read_text, split_sheet

_NOT_DIMENSIONS = ("DATE", "GEOGRAPHY", "MEASURES", "OBS", "RECORD", "URN")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a plain sheet hold what, where their names do not tell."""

    number: str = ""
    weight: str = ""


def read_population(path: Path, source: str, faults: Faults, columns: Columns = Columns()) -> Population | None:
    """Read a population table of any known layout.

    Parameters
    ----------
    path
        A CSV file, or the JSON list that the United States Census Bureau's service sends.
    source
        Its name in messages.
    faults
        Takes every fault of the file.
    columns
        For a plain sheet.

    Returns
    -------
    Population or None
        None where there are faults.
    """
    before = len(faults)
    table = _table(path, faults)
    if len(faults) > before:
        return None
    found = _layout(table, columns)
    if found is None:
        faults.add(_no_layout(table.columns), 1)
        return None
    name, read = found
    cells, notes, per_cent = read(table, faults)
    if len(faults) == before:
        check_twins(cells, faults)
    if not cells and len(faults) == before:
        faults.add(phrase("there is no number in this table."))
    return None if len(faults) > before else Population(source, name, tuple(cells), per_cent, tuple(notes))


def _no_layout(columns: Sequence[str]) -> str:
    return phrase(
        "the columns {columns} are those of no layout known: "
        "Nomis bulk (date,geography,geography code,…), Nomis API (…,GEOGRAPHY_CODE,…,OBS_VALUE), ONS custom dataset "
        "(… Code,…,Observation), Eurostat SDMX-CSV (DATAFLOW,…,geo,TIME_PERIOD,OBS_VALUE), American Community Survey "
        "(GEO_ID,NAME,B01001_001E,… as CSV or JSON), Statistics Canada census profile (…,CHARACTERISTIC_NAME,…), and a "
        "plain sheet (category,value,count or category,value,percent).",
        columns=listed(columns[:8]),
    )


def _table(path: Path, faults: Faults) -> Table:
    """Read the cells of a text file or a workbook."""
    if is_workbook(split_sheet(path)[0]):
        return table_of(read_grid_file(path, faults), faults)
    text = read_text(path, faults)
    if text.lstrip("\ufeff \r\n\t").startswith("["):
        return _json_table(text, faults)
    start = text.lstrip('\ufeff \r\n\t"').casefold()
    # the headers of Nomis are full of semicolons: Sex: Female; Age: Total; measures: Value
    delimiter = "," if re.match('date"?,"?geography', start) else ""
    return read_table(text, faults, "characteristic_name" in start[:2000], delimiter)


Reader = Callable[[Table, Faults], Cells]


def _layout(table: Table, columns: Columns) -> tuple[str, Reader] | None:
    """Tell the layout by the header."""
    names = {name.casefold() for name in table.columns}
    if {"geography code", "geography"} <= names and "observation" not in names:
        return "Nomis bulk", wide.nomis_bulk
    if {"geography_code", "obs_value"} <= names:
        return "Nomis API", _nomis_api
    if {"geo", "time_period", "obs_value"} <= names:
        return "Eurostat SDMX-CSV", _eurostat
    if "characteristic_name" in names:
        return "Statistics Canada profile", wide.statistics_canada
    if any(wide.is_acs(name) for name in table.columns):
        return "American Community Survey", wide.american_community_survey
    if names & {"observation", "count"} and len(_coded(table.columns)) > 1:
        return "ONS custom dataset", _ons_custom
    if plain_sheet.fits(table.columns, columns.number):
        return "plain sheet", lambda table, faults: plain_sheet.read(table, columns.number, columns.weight, faults)
    return None


def _json_table(text: str, faults: Faults) -> Table:
    """Take a list of lists for a table with a header; its lines are the numbers of its rows."""
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        what = phrase("This is not valid JSON. Download the file again.")
        raise faults.error(what, getattr(error, "lineno", None)) from error
    if not (isinstance(rows, list) and len(rows) > 1 and all(isinstance(row, list) for row in rows)):
        raise faults.error(phrase("This JSON is not a list of rows below a header. Download the file again."))
    if len({len(row) for row in rows}) > 1:
        raise faults.error(phrase("The rows of this JSON list are not equally long. Download the file again."))
    texts = [tuple("" if cell is None else str(cell) for cell in row) for row in rows]
    return Table(1, texts[0], tuple(texts[1:]), tuple(range(2, len(texts) + 1)))


def _rows(table: Table) -> Iterator[tuple[int, dict[str, str]]]:
    for line, cells in zip(table.lines, table.rows, strict=True):
        yield line, dict(zip(table.columns, cells, strict=True))


def _nomis_api(table: Table, faults: Faults) -> Cells:
    """Read the long layout of the Nomis service: a row a number, with per cents among them unless told otherwise."""
    upper = {name.upper(): name for name in table.columns}
    dimensions = [
        name for name in upper if f"{name}_NAME" in upper and not name.startswith(_NOT_DIMENSIONS)
    ]  # each comes as a number, a name, a code and more
    cells: list[Cell] = []
    dropped = 0
    for line, raw in _rows(table):
        row = {name.upper(): cell for name, cell in raw.items()}
        if row.get("MEASURES", "20100") != "20100" or row.get("MEASURES_NAME", "value").casefold() != "value":
            dropped += 1
            continue
        values = [(name.lower(), row[f"{name}_NAME"]) for name in dimensions]
        if date := row.get("DATE_NAME") or row.get("DATE"):
            values.append(("date", date))
        number = number_of(row["OBS_VALUE"], "OBS_VALUE", line, faults)
        cells.append(Cell(row["GEOGRAPHY_CODE"], row.get("GEOGRAPHY_NAME", ""), tuple(values), number, line))
    left_out = phrases(
        "1 row of per cents was left out; add `&measures=20100` to the download.",
        "{n:,} rows of per cents were left out; add `&measures=20100` to the download.",
        dropped,
    )
    return cells, [Remark(left_out)] if dropped else [], False


def _coded(columns: Sequence[str]) -> list[tuple[str, str]]:
    """Give the pairs of columns (`Sex (2 categories) Code`, `Sex (2 categories)`)."""
    return [
        (name, name[: -len(" code")])
        for name in columns
        if name.casefold().endswith(" code") and name[: -len(" code")] in columns
    ]


def _ons_custom(table: Table, faults: Faults) -> Cells:
    """Read a dataset made to order at the ONS: columns in pairs of code and name, the first pair the area."""
    (area_code, area), *pairs = _coded(table.columns)
    last = next(name for name in table.columns if name.casefold() in ("observation", "count"))
    cells: list[Cell] = []
    for line, row in _rows(table):
        values = tuple((name, "Does not apply" if row[code] == "-8" else row[name]) for code, name in pairs)
        number = number_of(row[last], last, line, faults)
        cells.append(Cell(row[area_code], row[area], values, number, line))
    return cells, [], False


def _eurostat(table: Table, faults: Faults) -> Cells:
    """Read SDMX-CSV as Eurostat sends it: a row a number, categories as codes."""
    about = ("dataflow", "structure", "structure_id", "structure_name", "last update", "geo", "time_period")
    cells: list[Cell] = []
    names = [name for name in table.columns if name.casefold() not in about and not _of_observation(name)]
    for line, raw in _rows(table):
        row = {name.casefold(): cell for name, cell in raw.items()}
        values = [(name, row[name.casefold()]) for name in names if row[name.casefold()]]
        number = number_of(row["obs_value"], "OBS_VALUE", line, faults)
        cells.append(Cell(row["geo"], "", (*values, ("date", row["time_period"])), number, line))
    return cells, [], False


def _of_observation(name: str) -> bool:
    return name.casefold().startswith(("obs_", "conf_status", "decimals", "time period", "observation"))
