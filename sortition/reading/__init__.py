"""Files -> Pool, Quotas. The readers are imported when they are needed, to keep the start of the program fast."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sortition.errors import UsageError
from sortition.messages import phrase
from sortition.model import Pool, Quotas

if TYPE_CHECKING:
    import pandas as pd

    from sortition.reading.population import Built

_CSV_SUFFIXES = (".csv", ".tsv", ".txt")
_BUILD_SUFFIXES = (".yaml", ".yml")
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


def build_quotas(path: Path | str, panel_size: int | None = None, **options: Any) -> Built:
    """Work quotas out from tables of the population.

    Parameters
    ----------
    path
        A build file (.yaml, .yml), or a table of a layout that is known.
    panel_size
        Number of seats; a build file gives its own, which this goes before.
    options
        For a table only: see `sortition.reading.population.read_sheet`.

    Returns
    -------
    Built
        The quotas, the text of the spec, and what is worth knowing.

    Raises
    ------
    InputError
        With every fault of the file and of the tables it names.
    UsageError
        An option is missing, or means nothing here.
    """
    from sortition.reading.population import read_build, read_sheet

    if Path(path).suffix.lower() in _BUILD_SUFFIXES:
        if options:
            names = ", ".join(f"--{name.replace('_', '-')}" for name in options).replace("--areas", "--area")
            raise UsageError(
                phrase(
                    "{options} cannot be given beside a build file. Write what you want into the file.", options=names
                )
            )
        return read_build(path, panel_size)
    if panel_size is None:
        raise UsageError(phrase("a table does not say how many people are to be drawn. Give --size."))
    return read_sheet(path, panel_size, **options)
