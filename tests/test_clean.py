"""A pool with every fault at once, from the raw file to a verified draw, by the installed command."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path

import openpyxl
import pytest
from test_cli import run
from test_workbook import ods

from sortition.model import Reason

SPEC = """\
sortition: 1
name: Everything at once
panel_size: 6
pool: {id: id, household: [address, postcode]}
quotas:
  age:
    column: date_of_birth
    bands: {on: 2019-11-16, values: [18-24, 25-44, 45-64, 65+]}
    seats: {18-24: 1-2, 25-44: 1-2, 45-64: 1-2, 65+: 1-2}
  gender: {seats: {Female: 3, Male: 3}}
  ward: {seats: {North: 2-4, South: 2-4}}
  children: {seats: {none: 0-6, 1-2: 0-6, 3-10: 0-6}}
exclude: [{column: councillor, values: ["yes"], reason: elected member}]
"""
HEADER = [
    *["id", "first_name", "last_name", "email", "date_of_birth", "gender", "wrad", "children"],
    *["address", "postcode", "councillor", "Gender"],
]
ID, FIRST, LAST, MAIL, BORN, GENDER, WARD, CHILDREN, ADDRESS, POSTCODE, COUNCILLOR = range(11)
BIRTHS = ("1999-01-31", "1985-06-13", "1965-02-27", "1948-12-24")


def people() -> list[list[str]]:
    """Sixty sound replies."""
    return [
        [
            f"{n + 120:05}",
            f"First{n}",
            f"Last{n}",
            f"p{n}@example.org",
            BIRTHS[n % 4],
            ("Female", "Male")[n // 4 % 2],
            ("North", "South")[n // 8 % 2],
            ("none", "1-2", "3-10")[n % 3],
            f"{n + 1} Mill Lane",
            f"ZZ1 {n % 10}AB",
            "no",
            "",
        ]
        for n in range(60)
    ]


def damaged() -> list[list[str]]:
    """The same with every kind of fault."""
    rows = people()
    changes = {
        ID: ["'00120", "121", "00122.0", "1.23E+15", "", "00120\u200b"],
        BORN: [*[""] * 6, "31870", "12/05/57", "3 April 1987", "03/04/1987", "1987", "34", "2087-01-01", "1987-02-30"],
        GENDER: [*[""] * 14, "F", "femle", "FEMALE ", "Mle", "?", ""],
        WARD: [*[""] * 20, "Prefer not to say", "-", "Nroth", "NORTH"],
        CHILDREN: [*[""] * 24, "Mar-10", "02-Jan", "1â€“2", "3–10", "2020-02-01"],
        ADDRESS: [*[""] * 29, "Flat 2, 14 High St", "14 High Street Flat 2", *["Elm Hall, University Rd"] * 4],
        POSTCODE: [*[""] * 29, *["ZZ1 1AB"] * 6, "ZZI 1AB"],
        COUNCILLOR: [*[""] * 36, "yes", "Y"],
    }
    for column, cells in changes.items():
        for row, cell in zip(rows, cells, strict=False):
            row[column] = cell or row[column]
    rows[4][ID] = rows[19][GENDER] = ""
    rows[38][BORN] = "2005-01-01"
    rows[39][MAIL] = rows[40][MAIL]  # a couple
    again = list(rows[41])
    again[ID], again[MAIL] = "00999", "P41+panel@example.org"
    rows.append(again)
    rows.append([rows[42][ID], *rows[43][1:]])
    rows.insert(30, HEADER)
    title, total = (["Replies of September", *[""] * 11], ["Total", "62", *[""] * 10])
    return [title, [""] * 12, HEADER, *rows, [""] * 12, total]


def write(at: Path, kind: str) -> Path:
    path = at / f"pool.{kind}"
    if kind == "csv":
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=";").writerows(damaged())
        path.write_bytes(text.getvalue().encode("utf-8"))
    elif kind == "ods":
        ods(path, damaged())
    else:
        book = openpyxl.Workbook()
        for row in damaged():
            book.active.append(row)
        book.save(path)
    return path


def answered(path: Path) -> Path:
    """Fill in the corrections as an officer would who has asked everybody."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *lines = csv.reader(file)
    told = {"date_of_birth": "'1985-06-13'", "gender": "'Male'", "ward": "'South'"}
    for line in lines:
        if line[5] == "?":
            line[3] = line[3] if line[3] != "''" else told[line[1]]
            line[5] = "yes"
    signed = path.with_name("signed.csv")
    with signed.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([[*header, "signed"], *([*line, "A. Clerk"] for line in lines)])
    return signed


@pytest.fixture
def at(tmp_path: Path) -> Path:
    (tmp_path / "quotas.yaml").write_text(SPEC, encoding="utf-8")
    (tmp_path / "key.json").write_text(json.dumps({"key": "ab" * 32}), encoding="utf-8")
    return tmp_path


def drawn(at: Path, pool: str, out: str) -> Path:
    options = ("--corrections", "signed.csv", "--key", "key.json", "--now", "2026-03-01T18:30+00:00", "--quiet")
    done = run("select", pool, "quotas.yaml", *options, "--seed", "0917", "--panels", 50, "--out", out, at=at)
    assert (done.returncode, done.stderr) == (0, "")
    return at / out


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_every_fault_at_once_is_put_right_and_drawn_from(at, kind):
    pool = write(at, kind)
    before = pool.read_bytes()
    assert run("check", pool.name, "quotas.yaml", at=at).returncode == 3
    proposed = run("clean", pool.name, "quotas.yaml", at=at)
    assert proposed.returncode == 0, proposed.stderr
    lines = csv.DictReader(io.StringIO((at / "pool-corrections.csv").read_text("utf-8-sig"), newline=""))
    reasons = {line["reason"] for line in lines}
    assert reasons == {reason.value for reason in Reason} - {Reason.UNNAMED_COLUMN, Reason.BY_HAND}
    undecided = run("clean", pool.name, "quotas.yaml", "--corrections", "pool-corrections.csv", at=at)
    assert (undecided.returncode, "still to be decided" in undecided.stderr) == (3, True)
    signed = answered(at / "pool-corrections.csv")
    cleaned = run("clean", pool.name, "quotas.yaml", "--corrections", signed.name, at=at)
    assert cleaned.returncode == 0, cleaned.stderr
    digest = hashlib.sha256(signed.read_bytes()).hexdigest()
    assert digest in cleaned.stdout
    one, other = drawn(at, pool.name, "raw"), drawn(at, "pool-cleaned.csv", "copy")
    assert run("verify", one, at=at).returncode == 0
    frozen = json.loads((one / "public" / "record.jsonl").read_text(encoding="utf-8").splitlines()[0])["content"]
    assert frozen["corrections"]["digest"] == digest
    assert {each["reason"] for each in frozen["corrections"]["reasons"]} == reasons
    public = sorted(path.name for path in (one / "public").iterdir())
    assert [(one / "public" / name).read_bytes() for name in public] == [
        (other / "public" / name).read_bytes() for name in public
    ]
    assert pool.read_bytes() == before


def test_a_cleaned_copy_cannot_be_drawn_from_without_its_corrections(at):
    write(at, "csv")
    run("clean", "pool.csv", "quotas.yaml", at=at)
    answered(at / "pool-corrections.csv")
    run("clean", "pool.csv", "quotas.yaml", "--corrections", "signed.csv", at=at)
    done = run("select", "pool-cleaned.csv", "quotas.yaml", "--seed", "1", at=at)
    assert done.returncode == 2
    assert "give the corrections file that it was made with (--corrections FILE), for the record" in done.stderr
    assert run("check", "pool-cleaned.csv", "quotas.yaml", at=at).returncode == 0
    again = run("clean", "pool-cleaned.csv", "quotas.yaml", at=at)
    assert (again.returncode, "this is a cleaned copy" in again.stderr) == (2, True)


def test_nothing_is_overwritten(at):
    write(at, "csv")
    run("clean", "pool.csv", "quotas.yaml", at=at)
    before = (at / "pool-corrections.csv").read_bytes()
    done = run("clean", "pool.csv", "quotas.yaml", at=at)
    assert (done.returncode, "exists already" in done.stderr) == (2, True)
    assert (at / "pool-corrections.csv").read_bytes() == before
    signed = answered(at / "pool-corrections.csv")
    done = run("clean", "pool.csv", "quotas.yaml", "--corrections", signed.name, "--out", "pool.csv", at=at)
    assert (done.returncode, "exists already" in done.stderr) == (2, True)


def test_a_sound_pool_needs_nothing(at):
    text = io.StringIO(newline="")
    header = [name.replace("wrad", "ward") for name in HEADER[:-1]]
    csv.writer(text).writerows([header, *(row[:-1] for row in people())])
    (at / "pool.csv").write_text(text.getvalue(), encoding="utf-8")
    done = run("clean", "pool.csv", "quotas.yaml", at=at)
    assert (done.returncode, done.stdout) == (0, "There is nothing to correct.\n")
    assert not (at / "pool-corrections.csv").exists()


def test_what_no_correction_can_mend_is_said(at):
    (at / "pool.csv").write_text("id,gender,ward,x\n1,F,North\n2,Male,North,x,y\n", encoding="utf-8")
    done = run("clean", "pool.csv", "quotas.yaml", at=at)
    assert done.returncode == 3
    assert "pool.csv:2: The row has 3 cells" in done.stderr


def test_json_counts_and_names_nobody(at):
    write(at, "csv")
    done = run("clean", "pool.csv", "quotas.yaml", "--json", at=at)
    value = json.loads(done.stdout)
    assert value["out"] == "pool-corrections.csv"
    assert {"reason": Reason.SAME_PERSON, "sure": 0, "asked": 2} in value["corrections"]
    assert "Last" not in done.stdout + done.stderr
    answered(at / "pool-corrections.csv")
    done = run("clean", "pool.csv", "quotas.yaml", "--corrections", "signed.csv", "--json", at=at)
    value = json.loads(done.stdout)
    assert (value["out"], value["faults"]) == ("pool-cleaned.csv", [])
    assert sum(each["count"] for each in value["corrections"]) > 40


def test_a_correction_that_does_not_fit_changes_nothing(at):
    write(at, "csv")
    (at / "signed.csv").write_text(
        "row,column,from,to,reason,apply\n9,ward,'Atlantis','North',,yes\n", encoding="utf-8"
    )
    done = run("clean", "pool.csv", "quotas.yaml", "--corrections", "signed.csv", at=at)
    assert done.returncode == 3
    assert not (at / "pool-cleaned.csv").exists()
