"""A file of replies, from whatever program -> Pool, with its corrections if there are any."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sortition.errors import Fault, InputError
from sortition.messages import phrase
from sortition.model import LINK_COLUMN, Grid, Pool
from sortition.reading.csv_table import no_header, read_grid, table_of
from sortition.reading.faults import Faults
from sortition.reading.text_file import is_workbook, read_text, split_sheet

if TYPE_CHECKING:
    from sortition.reading.corrections import Signed


def whole_grid(path: Path) -> Grid:
    """Read the cells of a CSV file or of one sheet of a workbook (`pool.xlsx#Replies` names the sheet).

    Raises
    ------
    InputError
        If the file cannot be read; with every fault that keeps its cells from being known.
    """
    faults = Faults(str(path))
    grid = read_grid_file(path, faults)
    faults.raise_if_any()
    if not grid.rows:
        raise faults.error(no_header())
    return grid


def read_grid_file(path: Path, faults: Faults) -> Grid:
    """Read what is sound of the cells of a file, and note the rest in `faults`."""
    file, sheet = split_sheet(path)
    if is_workbook(file):
        from sortition.reading.workbook import read_workbook

        return read_workbook(file, sheet, faults)
    return read_grid(read_text(file, faults), faults)


def read_pool_file(path: Path, corrections: Path | None = None) -> Pool:
    """Read a pool; every cell stays text, as it is written in the file."""
    if corrections is None:
        faults = Faults(str(path))
        return _unlinked(pool_of_grid(read_grid_file(path, faults), faults))
    from sortition.reading.corrections import corrected, read_corrections

    grid, signed = whole_grid(path), read_corrections(corrections)
    if LINK_COLUMN in grid.rows[0]:
        return _checked_copy(pool_of_grid(grid, Faults(str(path))), signed)
    return replace(pool_of_grid(corrected(grid, signed), Faults(str(path))), corrections=signed.summary)


def faults_of_grid(grid: Grid) -> tuple[Fault, ...]:
    """Give what is wrong with header and rows."""
    try:
        pool_of_grid(grid, Faults(grid.source))
    except InputError as error:
        return error.faults
    return ()


def pool_of_grid(grid: Grid, faults: Faults) -> Pool:
    """Tell the header from the replies, or raise every fault of the file."""
    table = table_of(grid, faults)
    faults.raise_if_any()
    return Pool(grid.source, table.columns, table.rows, table.lines)


def sound_part(grid: Grid) -> Pool:
    """Give what is sound of a table, whatever is wrong with the rest of it."""
    table = table_of(grid, Faults(grid.source))
    return Pool(grid.source, table.columns, table.rows, table.lines)


def _unlinked(pool: Pool) -> Pool:
    """Take the link of a cleaned copy out of the table, and keep it beside it."""
    if LINK_COLUMN not in pool.columns:
        return pool
    at = pool.columns.index(LINK_COLUMN)
    links = {row[at] for row in pool.rows}
    if len(links) > 1 or not all(links):
        what = phrase(
            "Rows were added to this cleaned copy after it was made. "
            "Clean the pool anew and write further changes into the corrections file."
        )
        raise Faults(pool.source).error(what)
    columns = pool.columns[:at] + pool.columns[at + 1 :]
    rows = tuple(row[:at] + row[at + 1 :] for row in pool.rows)
    return replace(pool, columns=columns, rows=rows, link=links.pop())


def _checked_copy(pool: Pool, signed: Signed) -> Pool:
    """Make sure that a cleaned copy is what these corrections made of the pool, and nothing was changed since."""
    from sortition.reading.corrections import link_of

    pool = _unlinked(pool)
    if pool.link != link_of(signed.summary.digest, pool):
        what = phrase(
            "This cleaned copy and these corrections do not belong together, or one was changed since. "
            "Clean the pool anew and write further changes into the corrections file."
        )
        raise Faults(pool.source).error(what)
    return replace(pool, corrections=signed.summary, link="")
