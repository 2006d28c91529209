"""Files -> Pool, Quotas. The readers are imported when they are needed, to keep the start of the program fast."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sortition.model import Pool, Quotas

if TYPE_CHECKING:
    import pandas as pd

_CSV_SUFFIXES = (".csv", ".tsv", ".txt")
_SPEC_SUFFIXES = (".yaml", ".yml", ".json")


def read_pool(path: Path | str | pd.DataFrame, corrections: Path | str | None = None) -> Pool:
    """Read the replies from a CSV file or a workbook, or take them from a data frame.

    A CSV file may be in UTF-8, UTF-16 with a byte order mark or Windows-1252, with comma, semicolon or tab between the
    cells. Workbooks (.xlsx, .ods) need the extras `excel` and `ods`; where several sheets have something in them, the
    name says which: `pool.xlsx#Replies`. Everything becomes text; blank rows, and columns with neither name nor data,
    are left out.

    Parameters
    ----------
    path
        The file, or a pandas data frame, which is taken as if it had been saved as CSV.
    corrections
        A corrections file, as `sortition clean` proposes them and somebody has agreed to them. The file itself may
        also be the copy that was cleaned with them; it is then taken as it is.

    Returns
    -------
    Pool
        The table, each row with its physical line in the file.

    Raises
    ------
    InputError
        With every fault of the files.
    """
    if not isinstance(path, (str, Path)):
        from sortition.reading.pool_frame import pool_of_frame

        return pool_of_frame(path)
    from sortition.reading.pool_file import read_pool_file

    return read_pool_file(Path(path), None if corrections is None else Path(corrections))


def read_quotas(path_or_name: Path | str, panel_size: int | None = None) -> Quotas:
    """Read quotas from a YAML spec, a CSV file, or a spec that comes with the program.

    Parameters
    ----------
    path_or_name
        A file, told by its suffix: .csv, .tsv or .txt for a table of quotas, anything else for a YAML spec; or, where
        there is no such file, the name of a spec that comes with the program.
    panel_size
        Number of seats. A CSV file needs it; with a spec it may be left out and must otherwise equal the spec's.

    Returns
    -------
    Quotas
        The categories in the order of the file, each value and rule with its line.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    path = Path(path_or_name)
    if path.suffix.lower() in _CSV_SUFFIXES:
        from sortition.reading.quotas_csv import read_quotas_csv

        return read_quotas_csv(path, panel_size)
    from sortition.reading.quotas_yaml import read_quotas_yaml
    from sortition.reading.shipped import shipped_path

    name = str(path_or_name)
    may_be_name = re.fullmatch(r"[\w.-]{1,60}", name) and path.suffix.lower() not in _SPEC_SUFFIXES
    return read_quotas_yaml(shipped_path(name) if may_be_name and not path.exists() else path, name, panel_size)


def convert_quotas(path_or_name: Path | str, panel_size: int | None = None) -> str:
    """Read quotas as `read_quotas` does, and give the YAML spec that says the same.

    Parameters
    ----------
    path_or_name, panel_size
        As for `read_quotas`.

    Returns
    -------
    str
        The text of the spec.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    from sortition.reading.write import quotas_to_yaml

    return quotas_to_yaml(read_quotas(path_or_name, panel_size))
