"""CSV of the replies -> Pool."""

from __future__ import annotations

from pathlib import Path

from sortition.model import Pool
from sortition.reading.csv_table import read_table
from sortition.reading.faults import Faults
from sortition.reading.text_file import read_text


def read_pool_csv(path: Path) -> Pool:
    """Read a pool; every cell stays text, as it is written in the file."""
    faults = Faults(str(path))
    table = read_table(read_text(path, faults), faults)
    faults.raise_if_any()
    return Pool(str(path), table.columns, table.rows, table.lines)
