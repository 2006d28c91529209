import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sortition.errors import InputError
from sortition.model import Pool
from sortition.reading import read_pool
from sortition.reading.names import clean, match_key

BROKEN = Path(__file__).parent / "broken"

SAVE = "Save it again as 'CSV UTF-8'."
NOT_CLOSED = (
    'The quotation mark that opens a cell here is not closed. Close it, or write it twice ("") if it belongs there.'
)
SENTENCES = {
    "empty": [": The file is empty."],
    "blank_lines_only": [": The file is empty."],
    "header_only": [":1: The file has a header but no rows below it."],
    "duplicate_column": [
        ":1: In the header, columns 2 and 4 are both called 'Gender'. Rename or delete one of them.",
    ],
    "unnamed_column": [
        ":1: In the header, column 2 has no name, but there is data in it (line 3). Name the column or delete it.",
    ],
    "long_row": [
        ":4: The row has 4 cells, but the header has 3. Put cells that contain the delimiter in quotation marks.",
    ],
    "short_row": [":4: The row has 2 cells, but the header has 3. Add the missing ones."],
    "repeated_header": [":3: The header is repeated here. Delete this row."],
    "unclosed_quote": [f":3: {NOT_CLOSED}"],
    "text_after_quote": [
        ':2: There is text after a closing quotation mark. Write quotation marks within a cell twice ("").',
        f":3: {NOT_CLOSED}",
    ],
    "nul_bytes": [f":2: There are NUL bytes here, so this is not a text file. {SAVE}"],
    "mixed_encoding": [f":3: There are bytes here that are not UTF-8 text. {SAVE}"],
    "undecodable": [f":3: There are bytes here that are neither UTF-8 nor Windows-1252 text. {SAVE}"],
    "truncated_utf16": [f":2: There are bytes here that are not UTF-16 text. {SAVE}"],
    "workbook": [": This is a spreadsheet workbook, not text. Open it and save it as 'CSV UTF-8'."],
}


def faults_of(path):
    with pytest.raises(InputError) as caught:
        read_pool(path)
    return [str(fault).removeprefix(str(path)) for fault in caught.value.faults]


def pool_of(tmp_path, data):
    path = tmp_path / "pool.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_pool(path)


@pytest.mark.parametrize("defect", sorted(SENTENCES))
def test_broken_pools_end_in_sentences(defect):
    assert faults_of(BROKEN / f"pool_{defect}.csv") == SENTENCES[defect]


def test_all_faults_come_at_once(tmp_path):
    path = tmp_path / "pool.csv"
    path.write_text('id,gender,,ID\na1,Female,x,\n\na2,Male\n"a\n3",Male,,,,5\n', encoding="utf-8")
    assert faults_of(path) == [
        ":1: In the header, column 3 has no name, but there is data in it (line 2). Name the column or delete it.",
        ":1: In the header, columns 1 and 4 are both called 'ID'. Rename or delete one of them.",
        ":5: The row has 6 cells, but the header has 2. Put cells that contain the delimiter in quotation marks.",
    ]


def test_files_that_cannot_be_opened(tmp_path, monkeypatch):
    assert faults_of(tmp_path / "none.csv") == [": There is no such file. Check the name and the folder."]
    assert faults_of(tmp_path) == [": This is a folder. Name a file in it."]
    assert faults_of("a\0b.csv")[0].startswith(": The file cannot be read (")
    assert faults_of("x" * 5000)[0].startswith(": The file cannot be read (")

    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert faults_of("pool.csv") == [
        ": You have no permission to read this file. Change its permissions or copy it.",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_spreadsheets_save(tmp_path, encoding, delimiter):
    rows = [["id", "name", "age"], ["007", "Zoë “Zed” O’Neil", "18–24"], ["8", "Straße 1,5; B\t2", "NA"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    pool = pool_of(tmp_path, text.getvalue().encode(encoding))
    assert pool.columns == ("id", "name", "age")
    assert pool.rows == (tuple(rows[1]), tuple(rows[2]))


def test_big_endian_utf16(tmp_path):
    assert pool_of(tmp_path, "\ufeffid\nZoë\n".encode("utf-16-be")).rows == (("Zoë",),)


def test_a_broken_big_endian_file_names_the_line(tmp_path):
    path = tmp_path / "pool.csv"
    path.write_bytes("\ufeffid\na\nb".encode("utf-16-be") + b"\xd8\x00\x00a")
    assert faults_of(path) == [f":3: There are bytes here that are not UTF-16 text. {SAVE}"]


def test_nothing_but_text(tmp_path):
    cells = ["NA", "None", "null", "nan", "1.0", "007", "1e5", "TRUE", "2019-11-16", "'x"]
    pool = pool_of(tmp_path, "id,a\n" + "".join(f"{n},{cell}\n" for n, cell in enumerate(cells)))
    assert [row[1] for row in pool.rows] == cells


def test_cells_are_stripped_of_what_cannot_be_seen(tmp_path):
    pool = pool_of(tmp_path, "\ufeff\ufeffid , gender\u00a0\n a1\t,\u200b\u00a0 Non  binary\u2060 \n")
    assert pool.columns == ("id", "gender")
    assert pool.rows == (("a1", "Non  binary"),)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_those_of_an_editor(tmp_path, end):
    lines = ["", "id,address", "", '1,"1 High St', "", 'Romsey"', ",", " , ", "2,x\u2028y\x0bz", "", "3,", ""]
    pool = pool_of(tmp_path, end.join(lines).encode())
    assert pool.lines == (4, 9, 11)
    assert pool.rows == (("1", f"1 High St{end}{end}Romsey"), ("2", "x\u2028y\x0bz"), ("3", ""))


def test_columns_without_name_and_data_are_dropped(tmp_path):
    pool = pool_of(tmp_path, "id,,gender,,\n1,,f,,\n2, ,m\n3,,f,,,,\n")
    assert pool.columns == ("id", "gender")
    assert pool.rows == (("1", "f"), ("2", "m"), ("3", "f"))


def test_the_delimiter_is_that_of_the_header(tmp_path):
    assert pool_of(tmp_path, 'id;"a,b,c,d";x\n1;2,3,4,5;6\n').rows == (("1", "2,3,4,5", "6"),)
    assert pool_of(tmp_path, '"multi\nline, really",b\n1,2;3;4\n').rows == (("1", "2;3;4"),)
    assert pool_of(tmp_path, "sep=;\nid;a,b,c\n1;2\n").columns == ("id", "a,b,c")
    assert pool_of(tmp_path, "sep=;\nid;a\n1;2\n").lines == (3,)
    assert pool_of(tmp_path, "id\n1\n").rows == (("1",),)


def test_quotation_marks_after_a_space(tmp_path):
    assert pool_of(tmp_path, 'id, address\n1, "1 High St, Romsey"\n').rows == (("1", "1 High St, Romsey"),)


def test_a_cell_too_long_to_be_one(tmp_path):
    assert pool_of(tmp_path, f"id,a\n1,{'x' * 100_000}\n").rows[0][1] == "x" * 100_000
    path = tmp_path / "pool.csv"
    path.write_text('id,a\n1,"' + "x\n" * 100_000 + '"\n', encoding="utf-8")
    assert faults_of(path) == [f":2: {NOT_CLOSED}"]


def test_importing_the_room_loads_no_reader():
    code = "import sys, sortition.reading; print({'yaml', 'pandas', 'csv'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8).map(clean)
western = st.text("aB7 ,;\"'\t\néüßÅ", max_size=8).map(clean)


@st.composite
def csv_files(draw):
    """A table, the bytes of a CSV file that holds it, and the line of each row."""
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    names = st.text("abcdefgXYZ 0123éü", min_size=1, max_size=5).filter(lambda name: clean(name) == name != "")
    columns = draw(st.lists(names, min_size=2, max_size=5, unique_by=match_key))
    row = st.lists(western if encoding == "cp1252" else cells, min_size=len(columns), max_size=len(columns))
    rows = draw(st.lists(row.filter(lambda cells: any(cells) and cells != columns), min_size=1, max_size=5))
    text = io.StringIO(newline="")
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    delimiter = draw(st.sampled_from(",;\t"))
    # Python's writer puts only those line breaks into quotation marks that end its own lines
    quoting = draw(st.sampled_from([csv.QUOTE_ALL, *([csv.QUOTE_MINIMAL] if end == "\r\n" else [])]))
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerow(columns)
    lines = []
    for row in rows:
        text.write(draw(st.sampled_from(["", end, delimiter + end])))
        lines.append(len(io.StringIO(text.getvalue(), newline="").readlines()) + 1)
        writer.writerow(row)
    return columns, rows, lines, text.getvalue().encode(encoding)


@given(csv_files())
def test_what_is_written_is_read(tmp_path_factory, file):
    columns, rows, lines, data = file
    pool = pool_of(tmp_path_factory.getbasetemp(), data)
    assert pool.columns == tuple(columns)
    assert pool.rows == tuple(tuple(row) for row in rows)
    assert pool.lines == tuple(lines)


@given(st.binary(max_size=200) | st.text('id,;\t\n\r" a\ufeffé').map(str.encode) | st.text().map(str.encode))
def test_any_bytes_are_a_pool_or_an_input_error(tmp_path_factory, data):
    try:
        sound = is_sound(pool_of(tmp_path_factory.getbasetemp(), data))
    except InputError as error:
        sound = all(fault.message.endswith(".") for fault in error.faults)
    assert sound


def is_sound(pool):
    whole = all(len(row) == len(pool.columns) and any(row) for row in pool.rows)
    return isinstance(pool, Pool) and whole and list(pool.lines) == sorted(set(pool.lines))
