"""A data frame gives the pool that its CSV file gives."""

import datetime as dt

import pandas as pd
import pytest

from sortition.errors import InputError
from sortition.reading import read_pool


def test_a_frame_gives_the_pool_of_its_file(tmp_path):
    frame = pd.DataFrame({"id": ["007", "b, c"], "age": ["18-24", None], "born": [dt.date(1999, 2, 3), None]})
    path = tmp_path / "pool.csv"
    path.write_text('id,age,born\n007,18-24,1999-02-03\n"b, c",,\n', encoding="utf-8")
    of_frame, of_file = read_pool(frame), read_pool(path)
    assert (of_frame.columns, of_frame.rows, of_frame.lines) == (of_file.columns, of_file.rows, of_file.lines)


def test_faults_of_a_frame_are_told_like_those_of_a_file():
    with pytest.raises(InputError, match="table:1: "):
        read_pool(pd.DataFrame([["1", "2"]], columns=["id", "ID"]))
