"""What tells who people are never leaves the private folder: not in public files, errors or on the terminal.

Every id, name, address and postcode of the examples gets a marker, every row a note; then all that is public, and all
that the commands say, is searched for the markers and for everybody's date of birth.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"
MARKED = {"id": "IDMARK-", "first_name": "FIRSTMARK ", "last_name": "LASTMARK ", "address": "ADDRESSMARK "}
MARKED |= {"postcode": "POSTMARK "}
NOTE = "NOTEMARK, tel. 01632 960000, born 17th May"
NAMES = ("dudley", "greater-cambridge", "test-valley")


def marked_rows(name):
    with (EXAMPLES / name / "pool.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [
        {column: MARKED.get(column, "") + cell if cell else cell for column, cell in row.items()} | {"notes": NOTE}
        for row in rows
    ]


def write(path, rows, tail=""):
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, rows[0])
        table.writeheader()
        table.writerows(rows)
        file.write(tail)


def run(at, *arguments, expected=0):
    """Give all that a command says, to its standard output and its standard error."""
    command = [sys.executable, "-m", "sortition", *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1", "COLUMNS": "80"}
    done = subprocess.run(command, cwd=at, env=environment, capture_output=True, encoding="utf-8", timeout=300)
    assert done.returncode == expected, done.stderr
    return done.stdout + done.stderr


def telling(text, rows):
    """Give the markers and dates of birth that a text holds, wherever its lines are broken."""
    births = {row["date_of_birth"] for row in rows if row.get("date_of_birth")}
    flat = re.sub(r"\s", "", text)
    markers = [marker.strip() for marker in (*MARKED.values(), "NOTEMARK", "01632960000")]
    return {mark for mark in (*markers, *births) if mark in flat}


@pytest.fixture(scope="module", params=NAMES)
def example(request, tmp_path_factory):
    """A folder with a marked pool, its rows, its spec and what was said while bundles of both forms were made."""
    at, rows, spec = tmp_path_factory.mktemp("marked"), marked_rows(request.param), f"{request.param}-2019"
    write(at / "pool.csv", rows)
    said = {
        "lottery": run(at, "lottery", "pool.csv", spec, "--panels", 60, "--out", "one"),
        "draw": run(at, "draw", "one", "--seed", "0917"),
        "counts": run(
            at, "select", "pool.csv", spec, "--panels", 60, "--seed", "0917", "--public", "counts", "--out", "two",
            "--json",
        ),
    }  # fmt: skip
    return at, rows, spec, said


def test_what_is_planted_is_found_in_the_private_folder(example):
    at, rows, _, _ = example
    text = "".join(path.read_text(encoding="utf-8") for path in (at / "one" / "private").iterdir())
    assert telling(text, rows) >= {"IDMARK-", "FIRSTMARK", "LASTMARK", "ADDRESSMARK", "POSTMARK", "NOTEMARK"}


def test_making_a_lottery_and_drawing_from_it_tell_nothing(example):
    _, rows, _, said = example
    assert {name: telling(text, rows) for name, text in said.items()} == {
        "lottery": set(),
        "draw": set(),
        "counts": set(),
    }


def test_the_public_files_tell_nothing(example):
    at, rows, _, _ = example
    for path in [path for out in ("one", "two") for path in (at / out / "public").iterdir()]:
        assert telling(path.read_text(encoding="utf-8"), rows) == set(), path.name


def test_what_is_done_with_a_bundle_tells_nothing(example):
    at, rows, spec, _ = example
    (at / "stamp.ots").write_bytes(b"stamp")
    with (at / "one" / "private" / "remaining.csv").open(encoding="utf-8", newline="") as lines:
        left = [row["id"] for row in csv.DictReader(lines)]
    for command in (
        ("verify", "one"),
        ("verify", "one", "--json"),
        ("report", "one"),
        ("sign", "one", "--key", f"{os.getpid()}.pem", "--new"),
        ("attach", "one", "stamp.ots"),
        ("compare", "pool.csv", spec, "--objectives", "maximin"),
    ):
        assert telling(run(at, *command), rows) == set(), command
    assert telling(run(at, "redact", "one", "--id", left[0], "--reason", "asked for it"), rows) == set()
    assert telling(run(at, "redact", "one", "--id", left[0], "--reason", "again", expected=2), rows) == set()
    assert telling(run(at, "redact", "one", "--id", left[1], "--reason", f"for {left[1]}", expected=2), rows) == set()
    for path in (at / "one" / "public").iterdir():
        assert telling(path.read_text(encoding="utf-8"), rows) == set(), path.name


def test_a_private_file_that_was_changed_is_told_by_its_row(example):
    at, rows, _, _ = example
    path = at / "two" / "private" / "panel.csv"
    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace("NOTEMARK", "NOTE", 1), encoding="utf-8")
    assert telling(run(at, "verify", "two", expected=6), rows) == set()
    assert telling(run(at, "report", "two", expected=6), rows) == set()
    path.write_text(good, encoding="utf-8")


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_check_tells_nothing(form, example):
    at, rows, spec, _ = example
    assert telling(run(at, "check", "pool.csv", spec, *form), rows) == set()


def test_check_tells_by_lines_who_is_out_of_reach_or_on_every_panel(tmp_path):
    rows = [row | {"kind": kind} for row, kind in zip(marked_rows("test-valley"), "aacbd", strict=False)]
    spec = "sortition: 1\nname: N\npanel_size: 2\npool: {id: id, household: [kind]}\nquotas:\n"
    seats = "a: 0-1, b: 1-1, c: 0-0, d: 0-1"
    (tmp_path / "quotas.yaml").write_text(f"{spec}  kind: {{seats: {{{seats}}}}}\n", encoding="utf-8")
    write(tmp_path / "pool.csv", rows)
    said, as_json = (run(tmp_path, "check", "pool.csv", "quotas.yaml", *form) for form in ((), ("--json",)))
    assert telling(said + as_json, rows) == set()
    flat = " ".join(said.split())
    for words in ("On every panel (chance 100 %): line 5 ", "(1 person may be drawn): line 4 ", " lines 2, 3 "):
        assert words in flat
    found = json.loads(as_json[: as_json.rindex("}") + 1])
    assert found["households"] == [[2, 3]]
    assert [each["line"] for each in found["unreachable"]] == [4]
    assert found["on_every_panel"][0]["lines"] == [5]


FAULTS = {
    "an id twice": lambda rows: [rows[0] | {"notes": "other"}, *rows],
    "ids alike": lambda rows: [*rows, rows[0] | {"id": rows[0]["id"].lower()}],
    "no id": lambda rows: [rows[0] | {"id": ""}, *rows[1:]],
    "no answers": lambda rows: [rows[0] | {"gender": "", "ethnicity": ""}, *rows[1:]],
    "a name among the answers": lambda rows: [rows[0] | {"gender": rows[0]["first_name"]}, *rows[1:]],
    "a date with words": lambda rows: [row | {"date_of_birth": f"{row['last_name']} 1980"} for row in rows],
    "too few people": lambda rows: rows[:30],
    "cells left out": lambda rows: rows,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_pool_that_cannot_be_used_is_told_by_its_lines(fault, tmp_path):
    rows = marked_rows("dudley")
    write(tmp_path / "pool.csv", FAULTS[fault](rows), f"{rows[0]['id']},X\r\n" if fault == "cells left out" else "")
    for command in (("lottery", "pool.csv", "dudley-2019", "--out", "out"), ("check", "pool.csv", "dudley-2019")):
        done = run(tmp_path, *command, expected=4 if fault == "too few people" else 3)
        assert telling(done, rows) == set(), command
