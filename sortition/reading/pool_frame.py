"""A table in memory -> Pool, for those who work with pandas."""

from __future__ import annotations

from io import StringIO

import pandas as pd

from sortition.model import Pool
from sortition.reading.csv_table import read_table
from sortition.reading.faults import Faults

SOURCE = "table"


def pool_of_frame(frame: pd.DataFrame) -> Pool:
    """Take a pool from a data frame, as if it had been saved as CSV: the same checks, and lines counted alike.

    Missing values become blank cells. Dates are written as YYYY-MM-DD. Ids should be text: a number has lost its
    leading zeros before it gets here.
    """
    text = StringIO()
    frame.to_csv(text, index=False, date_format="%Y-%m-%d")
    faults = Faults(SOURCE)
    table = read_table(text.getvalue(), faults)
    faults.raise_if_any()
    return Pool(SOURCE, table.columns, table.rows, table.lines)
