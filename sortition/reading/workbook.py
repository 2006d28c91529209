"""Workbooks (.xlsx, .ods) -> cells as text, dates as YYYY-MM-DD, and nothing guessed at."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from xml.parsers import expat

from sortition.errors import UsageError
from sortition.messages import phrase
from sortition.model import Grid
from sortition.reading.faults import Faults
from sortition.reading.names import clean, find, listed
from sortition.reading.text_file import read_bytes

_EXACT = 10**15
"""Spreadsheets keep 15 digits of a number; one of more is written as they show it, so that nobody trusts it."""
_NOUGHTS = re.compile("0+")
_MOST_REPEATED = 10_000
"""A cell or row repeated more often than this is only how .ods files write the empty rest of a sheet."""
_MOST_ROWS = 2**20
"""As many rows as a sheet can have."""
_Rows = Iterator[tuple[int, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    rows: Callable[[Faults], _Rows]
    """Gives the rows of the sheet with their numbers; notes what cannot be read."""
    filled: bool


def read_workbook(path: Path, sheet: str, faults: Faults) -> Grid:
    """Read the cells of one sheet.

    Parameters
    ----------
    path
        An .xlsx or .ods file.
    sheet
        The name of the sheet; may be empty where only one has anything in it.
    faults
        Receives formulas without a result, cells with an error and merged cells.

    Raises
    ------
    InputError
        If the file cannot be read, or it is not clear which sheet is meant.
    UsageError
        If the library that reads such files is not installed.
    """
    read_bytes(path, faults)
    sheets = _sheets_ods(path, faults) if path.suffix.lower() == ".ods" else _sheets_xlsx(path, faults)
    chosen = _chosen(sheets, sheet, path, faults)
    rows = [(line, tuple(map(clean, cells))) for line, cells in chosen.rows(faults)]
    kept = [(line, cells) for line, cells in rows if any(cells)]
    if not kept:
        raise faults.error(phrase("The sheet '{name}' is empty.", name=chosen.name))
    return Grid(faults.source, tuple(cells for _, cells in kept), tuple(line for line, _ in kept))


def _chosen(sheets: Sequence[_Sheet], wanted: str, path: Path, faults: Faults) -> _Sheet:
    names = [sheet.name for sheet in sheets]
    if wanted:
        name = find(wanted, names)
        if name is None:
            what = phrase("There is no sheet '{name}'. The workbook has {names}.", name=wanted, names=listed(names))
            raise faults.error(what)
        return sheets[names.index(name)]
    filled = [sheet for sheet in sheets if sheet.filled]
    if not filled:
        raise faults.error(phrase("The workbook is empty."))
    if len(filled) > 1:
        what = phrase(
            "The workbook has {count} sheets with something in them: {names}. "
            "Name the one with the replies after the file, as in '{example}'.",
            count=len(filled),
            names=listed(sheet.name for sheet in filled),
            example=f"{path.name}#{filled[0].name}",
        )
        raise faults.error(what)
    return filled[0]


def _not_installed(suffix: str, library: str, extra: str) -> UsageError:
    return UsageError(
        phrase(
            "Reading {suffix} files needs {library}: pip install 'sortition[{extra}]'",
            suffix=suffix,
            library=library,
            extra=extra,
        )
    )


def _sheets_xlsx(path: Path, faults: Faults) -> list[_Sheet]:
    try:
        import openpyxl
    except ImportError as error:
        raise _not_installed(".xlsx", "openpyxl", "excel") from error
    try:
        with warnings.catch_warnings(action="ignore"):  # of styles and charts, which are nothing to us
            results = openpyxl.load_workbook(path, data_only=True)
            formulas = openpyxl.load_workbook(path)
    except Exception as error:  # openpyxl lets everything through that zip and XML readers raise
        raise _unreadable(faults) from error
    return [
        _Sheet(sheet.title, partial(_rows_xlsx, sheet, formulas[sheet.title]), _filled(sheet))
        for sheet in results.worksheets
    ]


def _filled(sheet: Any) -> bool:
    return any(value is not None for row in sheet.iter_rows(values_only=True) for value in row)


def _rows_xlsx(sheet: Any, formulas: Any, faults: Faults) -> _Rows:
    for merged in sheet.merged_cells.ranges:
        _note_merged(str(merged), merged.min_row, faults)
    for number, (cells, sources) in enumerate(zip(sheet.iter_rows(), formulas.iter_rows(), strict=True), start=1):
        texts = []
        for cell, source in zip(cells, sources, strict=True):
            if cell.value is None and source.data_type == "f":
                _note_formula(cell.coordinate, number, faults)
            if cell.data_type == "e":
                _note_error(cell.coordinate, number, faults)
            texts.append(_text(cell.value, cell.number_format))
        yield number, tuple(texts)


def _sheets_ods(path: Path, faults: Faults) -> list[_Sheet]:
    try:
        import odf.opendocument
        import odf.table
    except ImportError as error:
        raise _not_installed(".ods", "odfpy", "ods") from error
    try:
        with zipfile.ZipFile(path) as archive:  # odfpy reads on after what is not well-formed
            expat.ParserCreate().Parse(archive.read("content.xml"), True)
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):  # it prints what is broken
            tables = odf.opendocument.load(str(path)).spreadsheet.getElementsByType(odf.table.Table)
    except Exception as error:  # odfpy lets everything through that zip and XML readers raise
        raise _unreadable(faults) from error
    sheets = []
    for table in tables:
        filled = any(any(cells) for _, cells in _rows_ods(table, Faults(str(path))))
        sheets.append(_Sheet(table.getAttribute("name"), partial(_rows_ods, table), filled))
    return sheets


def _rows_ods(table: Any, faults: Faults) -> _Rows:
    try:
        yield from _cells_ods(table, faults)
    except (AttributeError, TypeError, ValueError) as error:  # what is not of its form, in the sheet or in a cell
        raise _unreadable(faults) from error


def _cells_ods(table: Any, faults: Faults) -> _Rows:
    from odf.table import CoveredTableCell, TableCell, TableRow

    number = 1
    for row in table.getElementsByType(TableRow):
        texts: list[str] = []
        for cell in row.childNodes:
            if cell.nodeType != cell.ELEMENT_NODE:
                continue
            across = _repeated(cell, "numbercolumnsrepeated", faults)
            if cell.qname == CoveredTableCell().qname:
                texts.extend([""] * across)
            elif cell.qname == TableCell().qname:
                text = _text_ods(cell)
                _check_ods(cell, text, phrase("column {number}", number=len(texts) + 1), number, faults)
                texts.extend([text] * (across if text or across < _MOST_REPEATED else 0))
        down = _repeated(row, "numberrowsrepeated", faults)
        if any(texts):
            yield from ((number + step, tuple(texts)) for step in range(down))
        number += down


def _repeated(element: Any, attribute: str, faults: Faults) -> int:
    """Give how many cells or rows an element stands for."""
    text = element.getAttribute(attribute) or "1"
    if not (isinstance(text, int) or re.fullmatch("[0-9]{1,9}", text)) or not 0 < int(text) <= _MOST_ROWS:
        raise _unreadable(faults)
    return int(text)


def _check_ods(cell: Any, text: str, where: str, row: int, faults: Faults) -> None:
    if any(int(cell.getAttribute(f"number{part}spanned") or 1) > 1 for part in ("columns", "rows")):
        _note_merged(where, row, faults)
    if cell.getAttribute("formula") and text.startswith(("#", "Err:")):
        _note_error(where, row, faults)


def _text_ods(cell: Any) -> str:
    from odf import teletype
    from odf.text import P

    shown = "\n".join(teletype.extractText(part) for part in cell.getElementsByType(P))
    kind = cell.getAttribute("valuetype")
    if kind == "date":
        return _text(dt.datetime.fromisoformat(str(cell.getAttribute("datevalue"))), "")
    if kind == "boolean":
        return "yes" if cell.getAttribute("booleanvalue") == "true" else "no"
    if kind in ("float", "percentage", "currency"):
        number = float(cell.getAttribute("value"))
        as_shown = shown.isdigit() and shown.startswith("0") and int(shown) == number
        return shown if as_shown else _number(number)
    return shown


def _text(value: Any, number_format: str) -> str:
    """Write a value of an .xlsx cell as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d") if value.time() == dt.time() else value.isoformat(" ", "minutes")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, (int, float)):
        text = _number(value)
        return text.zfill(len(number_format)) if _NOUGHTS.fullmatch(number_format) else text
    return str(value)


def _number(value: float) -> str:
    if abs(value) >= _EXACT:
        return f"{value:.14E}"
    return str(int(value)) if value == int(value) else repr(value)


def _note_merged(where: str, row: int, faults: Faults) -> None:
    what = phrase("Cells are merged here ({where}). Unmerge them and fill in what each row needs.", where=where)
    faults.add(what, row)


def _note_formula(where: str, row: int, faults: Faults) -> None:
    what = phrase(
        "There is a formula in {where} without a result. Open the workbook, save it, and try again.", where=where
    )
    faults.add(what, row)


def _note_error(where: str, row: int, faults: Faults) -> None:
    what = phrase("There is an error value in {where}. Correct the formula or write the answer itself.", where=where)
    faults.add(what, row)


def _unreadable(faults: Faults) -> Exception:
    return faults.error(phrase("This workbook cannot be read. Open it in a spreadsheet program and save it again."))
