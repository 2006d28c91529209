"""Whatever is proposed can be made, leaves fewer faults, and is settled after once."""

from __future__ import annotations

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from sortition.checking import propose
from sortition.model import WHOLE_ROW, Grid
from sortition.reading import read_quotas
from sortition.reading.corrections import corrected, proposed_answers

QUOTAS = read_quotas(Path(__file__).parent / "dirty" / "quotas.yaml")
NAMES = ["id", "ID", "date_of_birth", "gender", "gendr", "ward", "age_group", "address", "postcode", "councillor"]
NAMES += ["uprn", "name", "email", "", "(column 2)", WHOLE_ROW]
CELLS = ["", "a", "A", "1", "01", "1.0", "1.2E+15", "Female", "femle", "North", "Oct-19", "31870", "12/05/57", "34"]
CELLS += ["1987", "3 April 87", "29/02/1987", "yes", "Y", "Total", "Flat 1, 2 Hall St", "2 Hall St flat 1", "ZZI 1AB"]
CELLS += ["2012-01-01", "ab@example.org", "id", "100023336956", "â€“", "'x", "(remove)", "?"]


@st.composite
def grids(draw):
    width = draw(st.integers(1, 8))
    row = st.lists(st.sampled_from(CELLS), min_size=width, max_size=width).map(tuple).filter(any)
    header = draw(st.lists(st.sampled_from(NAMES), min_size=width, max_size=width).map(tuple).filter(any))
    rows = draw(st.lists(st.one_of(row, st.just(header)), max_size=9))
    titles = draw(st.lists(st.just(("Title",)), max_size=2))
    found = (*titles, header, *rows)
    return Grid("pool.csv", found, tuple(range(1, 2 * len(found), 2)))


@example(Grid("pool.csv", (("age", "id", "id", "id"), ("", "a", "", ""), ("", "a", "a", "A")), (1, 3, 5)))
@given(grids())
def test_what_is_proposed_can_be_made(grid):
    proposed = propose(grid, QUOTAS)
    keys = [(each.row, each.column) for each in proposed]
    assert len(keys) == len(set(keys))
    assert {each.row for each in proposed} <= set(grid.lines)
    assert all(each.before != each.after or each.apply == "?" for each in proposed)
    signed = proposed_answers(proposed)
    removed = {each.row for each in signed.corrections if each.column == WHOLE_ROW}
    if removed < set(grid.lines):
        result = corrected(grid, signed)
        assert set(result.lines) == set(grid.lines) - removed


@given(grids())
def test_what_is_sure_is_not_proposed_again(grid):
    proposed = propose(grid, QUOTAS)
    sure = [each for each in proposed if each.apply == "yes" or each.column.startswith("(column ")]
    if {each.row for each in sure if each.column == WHOLE_ROW} < set(grid.lines):
        mended = corrected(grid, proposed_answers(sure))
        again = {(each.row, each.column, each.before) for each in propose(mended, QUOTAS) if each.apply == "yes"}
        assert not again & {(each.row, each.column, each.before) for each in sure}
