"""Corrections files: what they change, and all that makes them refuse."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sortition import messages
from sortition.errors import InputError
from sortition.model import LINK_COLUMN, REMOVE, WHOLE_ROW, Correction, Pool, Reason
from sortition.reading import read_pool
from sortition.reading.corrections import cleaned_copy, corrections_csv, read_corrections

POOL = "Replies,,,\nid,age,Age,\n1,Oct-19,x,\n2,20-29,y,\nid,age,Age,\n3,,y,\nTotal,3,,\n"
HEADER = "row,column,from,to,reason,apply\n"


@pytest.fixture
def at(tmp_path):
    (tmp_path / "pool.csv").write_text(POOL, encoding="utf-8")
    return tmp_path


def signed(at, *lines):
    path = at / "corrections.csv"
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def faults(at, *lines):
    with pytest.raises(InputError) as caught:
        read_pool(at / "pool.csv", signed(at, *lines))
    return [str(fault).removeprefix(f"{at}/") for fault in caught.value.faults]


STRUCTURE = (
    "1,(whole row),Replies,(remove),a title above the header,yes",
    "2,(column 3),Age,(remove),two columns of one name,yes",
    "5,(whole row),id | age | Age,(remove),the header again,YES",
    "7,(whole row),'Total | 3','(remove)',a total or remark below the replies,y",
)


def test_structure_and_cells_are_corrected_together(at):
    more = ("3,age,'Oct-19','10-19',an answer turned into a date,yes", "6,age,'','20-29',Zoë phoned us,ja")
    pool = read_pool(at / "pool.csv", signed(at, *STRUCTURE, *more, "4,age,20-29,30-39,no answer,no"))
    assert pool.columns == ("id", "age")
    assert pool.rows == (("1", "10-19"), ("2", "20-29"), ("3", "20-29"))
    assert pool.lines == (3, 4, 6)
    assert pool.corrections.digest == hashlib.sha256((at / "corrections.csv").read_bytes()).hexdigest()
    assert pool.corrections.counts == (
        (Reason.TITLE, 1),
        (Reason.REPEATED_HEADER, 1),
        (Reason.FOOTER, 1),
        (Reason.TWIN_COLUMN, 1),
        (Reason.BY_HAND, 2),
    )
    assert (at / "pool.csv").read_text(encoding="utf-8") == POOL


def test_columns_can_be_named(at):
    lines = (STRUCTURE[0], *STRUCTURE[2:], "2,(column 3),Age,Old age,,yes", "3,Old age,x,z,,yes")
    assert read_pool(at / "pool.csv", signed(at, *lines)).rows[0] == ("1", "Oct-19", "z")


def test_nothing_is_changed_where_something_else_stands(at):
    assert faults(at, "3,age,Nov-19,10-19,,yes", "9,age,x,y,,yes", "3,ward,x,y,,yes") == [
        f"corrections.csv:2: There is no column 'age' in {at}/pool.csv.",
        f"corrections.csv:3: There is no row 9 in {at}/pool.csv.",
        f"corrections.csv:3: There is no column 'age' in {at}/pool.csv.",
        f"corrections.csv:4: There is no column 'ward' in {at}/pool.csv.",
    ]
    assert faults(at, *STRUCTURE, "3,age,Nov-19,10-19,,yes", "4,age,20-29,1,,yes", "4,age,20-29,2,,yes") == [
        (
            f"corrections.csv:6: 'from' is not what stands in {at}/pool.csv (row 3, age). Was the pool changed, or its "
            "rows moved? Then clean it anew."
        ),
        "corrections.csv:8: This is corrected on line 7 already. Delete one of the two.",
    ]
    assert faults(at, "3,(whole row),1 | Oct-19,(remove),,yes", "1,(whole row),Replies,gone,,yes")[-1] == (
        "corrections.csv:3: A whole row can only be removed: 'to' must be (remove)."
    )
    assert "has no (column 9) on row 1" in faults(at, "1,(column 9),x,y,,yes")[0]
    rows = ("Replies", "id | age | Age", "1 | Oct-19 | x", "2 | 20-29 | y", "id | age | Age", "3 | y", "Total | 3")
    everything = [f"{line},(whole row),{cells},(remove),,yes" for line, cells in enumerate(rows, start=1)]
    assert "leave nothing" in faults(at, *everything)[0]


def test_every_line_has_to_be_decided(at):
    assert faults(at, "3,age,a,b,,?", "4,age,a,b,,", "5,age,a,b,,yes") == [
        "corrections.csv:2: 2 lines are still to be decided. Write yes or no into the column 'apply'."
    ]
    assert faults(at, "x,age,a,b,,perhaps")[:2] == [
        "corrections.csv:2: The column 'row' must hold the number of a row of the pool.",
        "corrections.csv:2: The column 'apply' must say yes or no.",
    ]


def test_another_file_is_not_taken_for_corrections(at):
    with pytest.raises(InputError, match="it has no column row, column, from, to, reason, apply"):
        read_pool(at / "pool.csv", at / "pool.csv")


def test_a_cleaned_copy_stands_for_pool_and_corrections(at):
    corrections = signed(at, *STRUCTURE)
    pool = read_pool(at / "pool.csv", corrections)
    copy = at / "copy.csv"
    copy.write_bytes(cleaned_copy(pool, pool.corrections))
    again = read_pool(copy, corrections)
    assert (again.columns, again.rows, again.corrections) == (pool.columns, pool.rows, pool.corrections)
    alone = read_pool(copy)
    assert (alone.rows, alone.corrections, len(alone.link)) == (pool.rows, None, 64)
    copy.write_text(copy.read_text("utf-8-sig").replace("20-29", "30-39"), encoding="utf-8")
    with pytest.raises(InputError, match="do not belong together"):
        read_pool(copy, corrections)
    copy.write_text(f"id,{LINK_COLUMN}\n1,abc\n2,\n", encoding="utf-8")
    with pytest.raises(InputError, match="Rows were added"):
        read_pool(copy)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@given(st.lists(st.tuples(st.integers(1, 99), TEXT, TEXT, TEXT), min_size=1, max_size=5))
def test_what_is_written_is_read(tmp_path_factory, made):
    path = tmp_path_factory.getbasetemp() / "corrections.csv"
    corrections = [Correction(row, "age", before, after, reason, "no") for row, before, after, reason in made]
    path.write_bytes(corrections_csv(corrections))
    found = read_corrections(path).corrections
    stripped = [(row, *(read_back(text) for text in texts)) for row, *texts in made]
    assert [(each.row, each.before, each.after) for each in found] == [entry[:3] for entry in stripped]


def read_back(text):
    from sortition.reading.names import clean

    return clean(text)


@pytest.mark.parametrize("language", messages.languages())
def test_reasons_are_in_the_language_chosen_and_known_in_any(tmp_path, language):
    path = tmp_path / "corrections.csv"
    corrections = [Correction(row, "age", "a", "b", reason, "yes") for row, reason in enumerate(Reason, start=2)]
    try:
        messages.use(language)
        path.write_bytes(corrections_csv(corrections))
        shown = [reason.shown for reason in Reason]
    finally:
        messages.use("en")
    signed = read_corrections(path)
    assert [each.reason for each in signed.corrections] == shown
    assert signed.summary.counts == tuple((reason, 1) for reason in Reason)


def test_a_pool_without_corrections_knows_of_none(at):
    assert Pool("x", (), (), ()).corrections is None
    assert (REMOVE, WHOLE_ROW) == ("(remove)", "(whole row)")
