"""Text -> a table with a header, for the CSV files of whatever program: the rows, and the lines they stand on.

Python's reader and not pandas', which loses count of the physical lines at blank rows and at line breaks within cells.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sortition.messages import phrase
from sortition.model import Grid
from sortition.reading.faults import Faults
from sortition.reading.names import clean, match_key

_DELIMITERS = "\t;,"
_MOST_TITLES = 10
"""The header is looked for among so many rows."""
_KEPT = 5000
"""Cells that are remembered, so that an answer which many give is cleaned, and lies in memory, only once."""
_Record = tuple[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows: cells cleaned, without blank rows and without columns that have neither name nor data."""

    header_line: int
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    """Physical line on which each row starts."""


def read_table(text: str, faults: Faults, indented: bool = False, delimiter: str = "") -> Table:
    """Read a table from the text of a CSV file (see `read_grid` and `table_of`)."""
    return table_of(read_grid(text, faults, indented, delimiter), faults)


def read_grid(text: str, faults: Faults, indented: bool = False, delimiter: str = "") -> Grid:
    """Read the cells of a CSV file, separated by comma, semicolon or tab, as its header tells; blank rows are left out.

    Faults of quotation are noted in `faults`; the grid then holds what is sound. Where the spaces before a text mean
    something, as in some statistical tables, `indented` keeps them.
    """
    records = [record for record in _records(text, faults, indented, delimiter) if any(record[1])]
    return Grid(faults.source, tuple(cells for _, cells in records), tuple(line for line, _ in records))


def header_place(grid: Grid) -> int:
    """Give the place of the header: the first row, but for titles of one cell each above a row of three or more."""
    filled = [sum(map(bool, cells)) for cells in grid.rows[:_MOST_TITLES]]
    place = next((at for at, count in enumerate(filled) if count > 1), 0)
    return place if filled[place] >= 3 else 0


def no_header() -> str:
    """Say that a file is without a header."""
    return phrase("The file has no header. Its first line must name the columns.")


def table_of(grid: Grid, faults: Faults) -> Table:
    """Tell the header from the rows below it.

    Faults of rows and columns are noted in `faults`; the table then holds what is sound.

    Raises
    ------
    InputError
        If there is no header, or no row below it.
    """
    if not grid.rows:
        faults.raise_if_any()
        raise faults.error(no_header())
    top = header_place(grid)
    for line in grid.lines[:top]:
        faults.add(phrase("There is a title above the header here. Delete this row."), line)
    (header_line, header), *body = list(zip(grid.lines, grid.rows, strict=True))[top:]
    if not body:
        faults.raise_if_any()
        raise faults.error(phrase("The file has a header but no rows below it."), header_line)
    named = _named_columns(header_line, header, body, faults)
    width = named[-1] + 1 if named else 0
    sound = [(line, cells) for line, cells in body if _fits(line, cells, header, width, faults)]
    unbroken = named == list(range(width))
    return Table(
        header_line,
        tuple(header[index] for index in named),
        tuple(cells[:width] if unbroken else tuple(cells[index] for index in named) for _, cells in sound),
        tuple(line for line, _ in sound),
    )


def _records(text: str, faults: Faults, indented: bool, delimiter: str) -> Iterator[_Record]:
    """Give the cells of each row with the line it starts on; blank rows come too, as rows of empty cells."""
    lines = io.StringIO(text, newline="")  # this ends lines at \n, \r\n and \r, as editors do, and nowhere else
    reader = csv.reader(lines, delimiter=delimiter or _delimiter(text), skipinitialspace=not indented, strict=True)
    tidy = lru_cache(_KEPT)(_cleaned_but_for_indent if indented else _cleaned)
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.add(_quoting(error), start)
            if "expected after" not in str(error):  # what follows may be the inside of a cell
                return
        else:
            if not (start == 1 and _declares_delimiter(cells)):
                yield start, tuple(map(tidy, cells))


def _cleaned(cell: str) -> str:
    return cell if cell.isalnum() else clean(cell)  # most are clean


def _cleaned_but_for_indent(cell: str) -> str:
    text = clean(cell)
    return " " * (len(cell) - len(cell.lstrip(" "))) + text if text else ""


def _quoting(error: csv.Error) -> str:
    if "expected after" in str(error):
        return phrase('There is text after a closing quotation mark. Write quotation marks within a cell twice ("").')
    return phrase(
        'The quotation mark that opens a cell here is not closed. Close it, or write it twice ("") if it belongs there.'
    )


def _delimiter(text: str) -> str:
    """Give the delimiter that the header has most of, outside quotation marks; the rarer in names wins a tie."""
    first = text.lstrip().partition("\n")[0].strip()
    if first.casefold() == "sep=":  # a tab is white space: it was stripped
        return "\t"
    if first[:4].casefold() == "sep=" and first[4:] in _DELIMITERS:
        return first[4:]
    header: list[str] = []
    quoted = False
    for character in text.lstrip("\r\n \ufeff"):
        quoted ^= character == '"'
        if quoted:
            continue
        if character in "\r\n":
            break
        header.append(character)
    found = max(_DELIMITERS, key=header.count)
    return found if found in header else ","


def _declares_delimiter(cells: Sequence[str]) -> bool:
    """Tell whether this is the line `sep=;` by which Excel is told the delimiter."""
    return bool(cells) and clean(cells[0]).casefold() == "sep=" and not any(cells[1:])


def _named_columns(line: int, header: Sequence[str], body: list[_Record], faults: Faults) -> list[int]:
    """Give the positions of the columns to keep, and note names that are missing or there twice."""
    first: dict[str, int] = {}
    for index, name in enumerate(header):
        if not name:
            holder = next((at for at, cells in body if index < len(cells) and cells[index]), None)
            if holder is not None:
                what = phrase(
                    "In the header, column {column} has no name, but there is data in it (line {line}). "
                    "Name the column or delete it.",
                    column=index + 1,
                    line=holder,
                )
                faults.add(what, line)
        elif match_key(name) in first:
            what = phrase(
                "In the header, columns {one} and {other} are both called '{name}'. Rename or delete one of them.",
                one=first[match_key(name)] + 1,
                other=index + 1,
                name=name,
            )
            faults.add(what, line)
        else:
            first[match_key(name)] = index
    return list(first.values())


def _fits(line: int, cells: Sequence[str], header: Sequence[str], width: int, faults: Faults) -> bool:
    """Tell whether the row has a cell for each named column and none beyond the header."""
    if len(cells) < width:
        what = phrase(
            "The row has {found} cells, but the header has {width}. Add the missing ones.",
            found=len(cells),
            width=width,
        )
        faults.add(what, line)
        return False
    if any(cells[len(header) :]):
        found = max(index for index, cell in enumerate(cells) if cell) + 1
        what = phrase(
            "The row has {found} cells, but the header has {width}. "
            "Put cells that contain the delimiter in quotation marks.",
            found=found,
            width=width,
        )
        faults.add(what, line)
        return False
    if width > 1 and cells[:width] == header[:width]:
        faults.add(phrase("The header is repeated here. Delete this row."), line)
        return False
    return True
