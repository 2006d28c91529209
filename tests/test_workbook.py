"""Workbooks: what spreadsheet cells become, and what is refused rather than guessed at."""

import datetime as dt
import subprocess
import sys
import zipfile

import odf.opendocument
import odf.table
import odf.teletype
import odf.text
import openpyxl
import pytest

from sortition.errors import InputError, UsageError
from sortition.reading import read_pool

ROWS = [
    ["id", "born", "age", "ward"],
    ["007", dt.date(1987, 4, 3), 34, "North"],
    [8, dt.datetime(1950, 12, 1, 10, 30), 34.5, True],  # noqa: DTZ001 (spreadsheets know no time zones)
    [1234567890123456789, None, "18–24", " St  Mary's "],
]
READ = (
    ("007", "1987-04-03", "34", "North"),
    ("8", "1950-12-01 10:30", "34.5", "yes"),
    ("1.23456789012346E+18", "", "18–24", "St  Mary's"),
)


def xlsx(path, rows=ROWS, **sheets):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for title, more in sheets.items():
        sheet = book.create_sheet(title)
        for row in more:
            sheet.append(row)
    book.save(path)
    return path


def ods(path, rows=ROWS, name="Sheet", extra=()):
    document = odf.opendocument.OpenDocumentSpreadsheet()
    table = odf.table.Table(name=name)
    for row in rows:
        line = odf.table.TableRow()
        for cell in row:
            line.addElement(ods_cell(cell))
        line.addElement(odf.table.TableCell(numbercolumnsrepeated=16_000))
        table.addElement(line)
    for element in extra:
        table.addElement(element)
    blank = odf.table.TableRow(numberrowsrepeated=1_000_000)
    blank.addElement(odf.table.TableCell(numbercolumnsrepeated=16_384))
    table.addElement(blank)
    document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def ods_cell(value, shown=None, **more):
    if value is None:
        return odf.table.TableCell()
    if isinstance(value, bool):
        more |= {"valuetype": "boolean", "booleanvalue": str(value).lower()}
    elif isinstance(value, dt.date):
        more |= {"valuetype": "date", "datevalue": value.isoformat()}
    elif isinstance(value, (int, float)):
        more |= {"valuetype": "float", "value": value}
    else:
        more |= {"valuetype": "string"}
    cell = odf.table.TableCell(**more)
    paragraph = odf.text.P()
    odf.teletype.addTextToElement(paragraph, str(value) if shown is None else shown)
    cell.addElement(paragraph)
    return cell


def refusal(path):
    with pytest.raises(InputError) as caught:
        read_pool(path)
    return [str(fault).removeprefix(str(path)) for fault in caught.value.faults]


@pytest.mark.parametrize("make", [xlsx, ods])
def test_cells_become_text(tmp_path, make):
    pool = read_pool(make(tmp_path / f"pool.{make.__name__}"))
    assert pool.columns == ("id", "born", "age", "ward")
    assert pool.rows == READ
    assert pool.lines == (2, 3, 4)


def test_noughts_that_the_format_shows_are_kept(tmp_path):
    path = xlsx(tmp_path / "pool.xlsx", [["id"], [7]])
    book = openpyxl.load_workbook(path)
    book.active["A2"].number_format = "00000"
    book.save(path)
    assert read_pool(path).rows == (("00007",),)
    line = odf.table.TableRow()
    line.addElement(ods_cell(7, "00007"))
    assert read_pool(ods(tmp_path / "pool.ods", [["id"]], extra=[line])).rows == (("00007",),)


def test_the_sheet_is_asked_for_where_there_are_several(tmp_path):
    path = xlsx(tmp_path / "pool.xlsx", Replies=[["id"], ["a"]], Empty=[])
    assert refusal(path) == [
        (
            ": The workbook has 2 sheets with something in them: 'Sheet', 'Replies'. Name the one with the replies "
            "after the file, as in 'pool.xlsx#Sheet'."
        )
    ]
    assert read_pool(f"{path}#replies").rows == (("a",),)
    assert refusal(f"{path}#Answers") == [
        ": There is no sheet 'Answers'. The workbook has 'Sheet', 'Replies', 'Empty'."
    ]
    assert refusal(f"{path}#Empty") == [": The sheet 'Empty' is empty."]
    assert refusal(xlsx(tmp_path / "none.xlsx", [])) == [": The workbook is empty."]


def test_a_repeated_row_of_an_ods_file_is_that_many_rows(tmp_path):
    line = odf.table.TableRow(numberrowsrepeated=2)
    line.addElement(ods_cell("a"))
    pool = read_pool(ods(tmp_path / "pool.ods", [["id"], [], []], extra=[line]))
    assert (pool.rows, pool.lines) == ((("a",), ("a",)), (4, 5))


def test_merged_cells_formulas_and_errors_are_refused(tmp_path):
    path = xlsx(tmp_path / "pool.xlsx", [["id", "ward"], ["a", "=B3"], ["b", "#N/A"]])
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("A4:B5")
    book.active["A4"] = "c"
    book.save(path)
    assert refusal(path) == [
        ":2: There is a formula in B2 without a result. Open the workbook, save it, and try again.",
        ":3: There is an error value in B3. Correct the formula or write the answer itself.",
        ":4: Cells are merged here (A4:B5). Unmerge them and fill in what each row needs.",
    ]
    line = odf.table.TableRow()
    line.addElement(ods_cell("a", numbercolumnsspanned=2))
    line.addElement(odf.table.CoveredTableCell())
    line.addElement(ods_cell("#N/A", formula="of:=NA()"))
    found = refusal(ods(tmp_path / "pool.ods", [["id", "x", "y"]], extra=[line]))
    assert ["merged here (column 1)" in found[0], "error value in column 3" in found[1]] == [True, True]


@pytest.mark.parametrize("name", ["pool.xlsx", "pool.ods"])
def test_what_is_no_workbook_is_said_to_be_none(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"PK\x03\x04 and so on")
    assert refusal(path) == [": This workbook cannot be read. Open it in a spreadsheet program and save it again."]
    path.unlink()
    assert refusal(path) == [": There is no such file. Check the name and the folder."]


@pytest.mark.parametrize(("name", "library", "extra"), [("a.xlsx", "openpyxl", "excel"), ("a.ods", "odf", "ods")])
def test_a_missing_library_is_named(tmp_path, monkeypatch, name, library, extra):
    path = tmp_path / name
    path.write_bytes(b"x")
    for module in [module for module in sys.modules if module.partition(".")[0] == library]:
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UsageError, match=f"pip install 'sortition.{extra}.'"):
        read_pool(path)


def test_no_library_for_workbooks_is_loaded_for_csv_files(tmp_path):
    (tmp_path / "pool.csv").write_text("id\n1\n", encoding="utf-8")
    code = "import sys, sortition; sortition.read_pool('pool.csv'); print({'openpyxl', 'odf'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def member_changed(path, old, new):
    """Change the cells of an .ods file as bytes."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert old in files["content.xml"]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data.replace(old, new) if name == "content.xml" else data)
    return path


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"</text:p>", b"</text:q>"),
        (b"</office:spreadsheet>", b""),
        (b"1950-12-01T10:30:00", b"1950-13-01T10:30:00"),
        (b'office:value="34"', b'office:value="many"'),
        (b'repeated="16000"', b'repeated="many"'),
        (b'repeated="1000000"', b'repeated="99999999999"'),
        (b'repeated="16000"', b'repeated="-1"'),
    ],
)
def test_a_broken_ods_is_told_of_and_nothing_of_it_is_printed(tmp_path, capfd, old, new):
    path = member_changed(ods(tmp_path / "pool.ods"), old, new)
    with pytest.raises(InputError, match="cannot be read"):
        read_pool(path)
    assert capfd.readouterr() == ("", "")
