"""The corrections of a pool: a table that a person can read, edit and sign, and what it does to the cells."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sortition.canonical import digest_of, sha256_hex
from sortition.messages import in_every_language, phrase, phrases
from sortition.model import LINK_COLUMN, REMOVE, WHOLE_ROW, Correction, Corrections, Decision, Grid, Pool, Reason
from sortition.reading.csv_table import Table, read_table
from sortition.reading.faults import Faults
from sortition.reading.names import clean, match_key
from sortition.reading.text_file import decoded, read_bytes

_HEADER = ("row", "column", "from", "to", "reason", "apply")
_ANSWERS: dict[str, Decision] = {"yes": "yes", "y": "yes", "ja": "yes", "no": "no", "n": "no", "nein": "no"}
_COLUMN_NUMBER = re.compile(r"\(column ([1-9][0-9]{0,4})\)")
_BOM = "\ufeff"
"""By which spreadsheets know that a CSV file is in UTF-8."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A corrections file as read."""

    source: str
    corrections: tuple[Correction, ...]
    lines: tuple[int, ...]
    """Line of the corrections file of each of them."""
    summary: Corrections


def corrections_csv(corrections: Iterable[Correction]) -> bytes:
    """Write corrections as CSV, with their reasons in the language chosen, since somebody is to agree to them.

    What stands in the cells is put between single quotation marks, so that no spreadsheet takes 10-19 for a date, drops
    a nought or works out a formula when the file is opened and saved there.
    """
    rows = [
        (str(each.row), each.column, f"'{each.before}'", f"'{each.after}'", _shown(each.reason), each.apply)
        for each in corrections
    ]
    return table_bytes((_HEADER, *rows))


def _shown(reason: str) -> str:
    """Give a reason of ours in the language chosen; other words stay as they are."""
    return reason.shown if isinstance(reason, Reason) else reason


def table_bytes(rows: Iterable[Iterable[str]]) -> bytes:
    """Write rows as a CSV file that spreadsheets read as UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return (_BOM + text.getvalue()).encode("utf-8")


def read_corrections(path: Path) -> Signed:
    """Read a corrections file in which every line has been decided.

    Raises
    ------
    InputError
        With every fault of the file, and with the lines that are still to be decided.
    """
    faults = Faults(str(path))
    data = read_bytes(path, faults)
    table = read_table(decoded(data, faults), faults)
    at = _columns(table, faults)
    faults.raise_if_any()
    corrections = tuple(
        _correction([row[at[name]] for name in _HEADER], line, faults)
        for row, line in zip(table.rows, table.lines, strict=True)
    )
    undecided = [line for each, line in zip(corrections, table.lines, strict=True) if each.apply == "?"]
    if undecided:
        what = phrases(
            "1 line is still to be decided. Write yes or no into the column 'apply'.",
            "{n} lines are still to be decided. Write yes or no into the column 'apply'.",
            len(undecided),
        )
        faults.add(what, undecided[0])
    faults.raise_if_any()
    return Signed(str(path), corrections, table.lines, _summary(sha256_hex(data), corrections))


def _columns(table: Table, faults: Faults) -> Mapping[str, int]:
    places = {match_key(name): place for place, name in enumerate(table.columns)}
    missing = [name for name in _HEADER if name not in places]
    if missing:
        what = phrase(
            "This is no corrections file: it has no column {names}. 'sortition clean' makes one.",
            names=", ".join(missing),
        )
        faults.add(what)
    return places


def _correction(cells: list[str], line: int, faults: Faults) -> Correction:
    row, column, before, after, reason, answer = cells
    if not re.fullmatch(r"[0-9]{1,9}", row):
        faults.add(phrase("The column 'row' must hold the number of a row of the pool."), line)
        row = "0"
    decision = _ANSWERS.get(match_key(answer), "?")
    if decision == "?" and answer not in ("", "?"):
        faults.add(phrase("The column 'apply' must say yes or no."), line)
    return Correction(int(row), column, _unquoted(before), _unquoted(after), reason, decision)


def _unquoted(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] == "'"
    return clean(text[1:-1] if quoted else text)


def _summary(digest: str, corrections: Iterable[Correction]) -> Corrections:
    """Count what is applied by reason; a reason in other words than ours may hold personal data and is not repeated."""
    known = {text: reason for reason in Reason for text in in_every_language(reason.value)}
    agreed = [each for each in corrections if each.apply == "yes"]
    gone = {each.row for each in agreed if each.column == WHOLE_ROW}
    made = [each for each in agreed if each.column == WHOLE_ROW or each.row not in gone]
    counts = Counter(known.get(each.reason, Reason.BY_HAND) for each in made)
    return Corrections(digest, tuple((reason, counts[reason]) for reason in Reason if counts[reason]))


def proposed_answers(corrections: Iterable[Correction]) -> Signed:
    """Take proposals as if somebody had agreed to all of them that say what to write."""
    taken = tuple(replace(each, apply="yes") for each in corrections if each.after)
    return Signed("", taken, tuple(range(2, len(taken) + 2)), _summary("", taken))


def link_of(digest: str, pool: Pool) -> str:
    """Give what ties a cleaned copy to its corrections; the order of the rows does not matter."""
    return digest_of({"columns": pool.columns, "corrections": digest, "rows": sorted(pool.rows)})


def cleaned_copy(pool: Pool, corrections: Corrections) -> bytes:
    """Write a corrected pool as CSV, with the column that ties it to its corrections."""
    link = link_of(corrections.digest, pool)
    return table_bytes([(*pool.columns, LINK_COLUMN), *((*row, link) for row in pool.rows)])


def row_text(cells: Iterable[str]) -> str:
    """Give a whole row as it stands in the column `from`."""
    return clean(" | ".join(cell for cell in cells if cell))


def column_label(index: int) -> str:
    """Give the word for the name of a column in a corrections file: `(column 4)`."""
    return f"(column {index + 1})"


def corrected(grid: Grid, signed: Signed) -> Grid:
    """Make the corrections that have a yes, all of them or none.

    Parameters
    ----------
    grid
        The cells of the pool's file.
    signed
        The corrections.

    Raises
    ------
    InputError
        With every line of the corrections that does not fit the cells.
    """
    work = _Correcting(grid, signed)
    wanted = [(each, line) for each, line in zip(signed.corrections, signed.lines, strict=True) if each.apply == "yes"]
    for each, line in wanted:
        if each.column == WHOLE_ROW:
            work.remove_row(each, line)
    work.find_header()
    for each, line in wanted:
        if _COLUMN_NUMBER.fullmatch(each.column):
            work.name_column(each, line)
    work.find_columns()
    for each, line in wanted:
        if each.column != WHOLE_ROW and not _COLUMN_NUMBER.fullmatch(each.column):
            work.change_cell(each, line)
    return work.result()


class _Correcting:
    """A grid while it is corrected."""

    def __init__(self, grid: Grid, signed: Signed) -> None:
        self._grid = grid
        self._faults = Faults(signed.source)
        self._rows = {line: list(cells) for line, cells in zip(grid.lines, grid.rows, strict=True)}
        self._done: dict[tuple[int, str], int] = {}
        self._removed: set[int] = set()
        self._gone: set[int] = set()
        self._header_line = 0

    def _found(self, each: Correction, line: int, now: str) -> bool:
        """Tell whether the cell holds what the correction says, and has not been corrected by another line."""
        earlier = self._done.setdefault((each.row, each.column), line)
        if earlier != line:
            what = phrase("This is corrected on line {line} already. Delete one of the two.", line=earlier)
            self._faults.add(what, line)
        elif clean(now) != each.before:
            what = phrase(
                "'from' is not what stands in {file} (row {row}, {column}). "
                "Was the pool changed, or its rows moved? Then clean it anew.",
                file=self._grid.source,
                row=each.row,
                column=each.column,
            )
            self._faults.add(what, line)
        return earlier == line and clean(now) == each.before

    def _row(self, each: Correction, line: int) -> list[str] | None:
        if each.row not in self._rows:
            what = phrase("There is no row {row} in {file}.", row=each.row, file=self._grid.source)
            self._faults.add(what, line)
        return self._rows.get(each.row)

    def remove_row(self, each: Correction, line: int) -> None:
        """Take a row out."""
        cells = self._row(each, line)
        if each.after != REMOVE:
            self._faults.add(phrase("A whole row can only be removed: 'to' must be {word}.", word=REMOVE), line)
        elif cells is not None and self._found(each, line, row_text(cells)):
            del self._rows[each.row]
            self._gone.add(each.row)

    def find_header(self) -> None:
        """The header is the first row that is left."""
        if not self._rows:
            raise self._faults.error(phrase("These corrections leave nothing of the pool."))
        self._header_line = next(iter(self._rows))

    def name_column(self, each: Correction, line: int) -> None:
        """Name a column or mark it for removal."""
        match = _COLUMN_NUMBER.fullmatch(each.column)
        header = self._rows[self._header_line]
        index = int(match[1]) - 1 if match else 0
        if each.row != self._header_line or index >= len(header):
            what = phrase(
                "The header of {file} has no {column} on row {row}.",
                file=self._grid.source,
                column=each.column,
                row=each.row,
            )
            self._faults.add(what, line)
        elif self._found(each, line, header[index]):
            if each.after == REMOVE:
                self._removed.add(index)
            else:
                header[index] = each.after

    def find_columns(self) -> None:
        """Note where the columns stand, now that they have their names."""
        self._header = self._rows[self._header_line]
        self._places = [place for place in range(len(self._header)) if place not in self._removed]

    def change_cell(self, each: Correction, line: int) -> None:
        """Change one cell of a reply; where another line takes the whole row out there is nothing to change."""
        if each.row in self._gone:
            return
        cells = self._row(each, line)
        places = [place for place in self._places if self._header[place] == each.column]
        named = {"name": each.column, "file": self._grid.source}
        if not places:
            self._faults.add(phrase("There is no column '{name}' in {file}.", **named), line)
        elif len(places) > 1:
            self._faults.add(phrase("There is more than one column '{name}' in {file}.", **named), line)
        elif cells is not None:
            cells.extend([""] * (places[0] + 1 - len(cells)))
            if self._found(each, line, cells[places[0]]):
                cells[places[0]] = each.after

    def result(self) -> Grid:
        """Give the corrected cells, or raise every line that does not fit."""
        self._faults.raise_if_any()
        rows = [
            tuple(cell for place, cell in enumerate(cells) if place not in self._removed)
            for cells in self._rows.values()
        ]
        return Grid(self._grid.source, tuple(rows), tuple(self._rows))
