"""One person's code shows that they are in the lottery, with their row, and tells of nobody else."""

import base64
import csv
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from handmade import GENDER, IDS, LATER, drawn_bundle, frozen, repin
from hypothesis import given
from hypothesis import strategies as st

from sortition.audit import verify_bundle
from sortition.audit.pseudonyms import commitment
from sortition.audit.receipts import MOST_PATHS, Tree, receipt_code
from sortition.audit.record import append, read_entries
from sortition.audit.verify import climb, verify

DOCS = (Path(__file__).parent.parent / "docs" / "audit-format.md").read_text(encoding="utf-8")
# leaves and roots of the reference tests of certificate transparency, whose tree this is
LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    out = tmp_path_factory.mktemp("good") / "out"
    drawn_bundle(out)
    return out


@pytest.fixture
def out(good, tmp_path):
    shutil.copytree(good, tmp_path / "out")
    return tmp_path / "out"


def receipts(out):
    return list(csv.DictReader(io.StringIO((out / "private" / "receipts.csv").read_text(encoding="utf-8"), newline="")))


def checked(out, text, folder):
    (folder / "code.txt").write_text(text)
    return [finding for finding in verify(out, receipt=folder / "code.txt") if finding.step == "11 receipt"]


def changed(code, **parts):
    document = json.loads(base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)))
    text = json.dumps(document | parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize("people", range(1, 9))
def test_the_tree_is_that_of_rfc_6962(people):
    assert Tree.over(LEAVES[:people]).root == ROOTS[people - 1]


@given(st.integers(1, 70), st.data())
def test_every_path_leads_to_the_root_and_no_other_leaf_does(people, data):
    leaves = [f"{number:064x}" for number in range(people)]
    tree, leaf = Tree.over(leaves), data.draw(st.integers(0, people - 1))
    path = list(tree.path(leaf))
    assert climb(leaves[leaf], leaf, people, path) == tree.root
    assert climb("f" * 64, leaf, people, path) != tree.root
    assert climb(leaves[leaf], leaf, people, [*path, "0" * 64]) is None
    assert not path or climb(leaves[leaf], leaf, people, path[:-1]) is None


def test_the_vectors_of_the_docs_hold():
    text = DOCS.split("### Receipts", 1)[1]
    salt, root, code = (
        re.search(rf"^- {name}: `(\w.+?)`", text, re.MULTILINE).group(1) for name in ("salt", "root", "code")
    )
    row = (("id", "reply-7"), ("name", "Zoë"), ("age", "18-24"))
    leaves = ["1" * 64, commitment(salt, "Z1ZE-J19Y-S4PT", row), "2" * 64]
    assert f"`{leaves[1]}`" in text
    assert Tree.over(leaves).root == root
    assert receipt_code(Tree.over(leaves), 1, "Z1ZE-J19Y-S4PT", salt, row) == code


def test_everybodys_code_shows_their_row_and_their_tickets(out, tmp_path):
    made = frozen()
    for number, receipt in enumerate(receipts(out)):
        (row, counted, tickets) = checked(out, receipt["code"], tmp_path)
        assert {row.state, counted.state, tickets.state} == {"passed"}
        assert counted.detail.endswith(f"which should be those of the row: gender: {'FMX'[GENDER[number]]}.")
        assert receipt["id"] == IDS[number]
        assert f"id: {IDS[number]}; " in row.detail
        assert not any(f"id: {other}; " in row.detail for other in IDS if other != IDS[number])
        mine = [ticket for ticket, panel in enumerate(made.lottery.panels.tolist()) if number in panel]
        assert f"{receipt['pseudonym']} is on {len(mine)} of 21 tickets: {', '.join(map(str, mine)) or 'none'}." == (
            tickets.detail
        )


def test_a_code_survives_being_mailed(out, tmp_path):
    code = receipts(out)[3]["code"]
    wrapped = "\r\n  ".join(code[start : start + 60] for start in range(0, len(code), 60))
    assert {finding.state for finding in checked(out, f"\n{wrapped}\n", tmp_path)} == {"passed"}


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"row": [["name", "Somebody else"]]}, "not the one that was frozen"),
        ({"salt": "0" * 64}, "not the one that was frozen"),
        ({"pseudonym": "0000-0000-0000"}, "not the one that was frozen"),
        ({"leaf": 3}, "not the one that was frozen"),
        ({"leaf": 13}, "another number of people"),
        ({"people": 12}, "another number of people"),
        ({"path": []}, "does not lead to the root"),
        ({"path": ["0" * 64] * 4}, "does not lead to the root"),
        ({"path": "none"}, "cannot be read"),
        ({"format": "sortition-receipt-2"}, "cannot be read"),
    ],
)
def test_a_forged_receipt_fails(out, tmp_path, parts, words):
    code = receipts(out)[0]["code"]
    assert int(receipts(out)[0]["leaf"]) != 3
    found = checked(out, changed(code, **parts), tmp_path)
    assert {finding.state for finding in found} == {"failed"}
    assert words in found[0].detail


@pytest.mark.parametrize("text", ["", "x", "%%%%", "bm8gSlNPTg", "é"])
def test_what_is_no_receipt_is_told_in_a_sentence(out, tmp_path, text):
    (found,) = checked(out, text, tmp_path)
    assert (found.state, "cannot be read" in found.detail) == ("failed", True)
    (found,) = [each for each in verify(out, receipt=tmp_path / "nowhere") if each.step == "11 receipt"]
    assert (found.state, "No such file" in found.detail) == ("failed", True)


def test_a_receipt_of_a_large_pool_has_no_path_and_is_checked_by_problem_json(out, tmp_path):
    code = changed(receipts(out)[0]["code"], path=None)
    assert {finding.state for finding in checked(out, code, tmp_path)} == {"passed"}
    tree = Tree.over(["0" * 64] * (MOST_PATHS + 1))
    assert b'"path":null' in base64.urlsafe_b64decode(receipt_code(tree, 7, "x", "y", ()) + "==")


def test_a_root_that_is_not_that_of_the_people_fails(out):
    record = b""
    for entry in read_entries((out / "public" / "record.jsonl").read_bytes()):
        content = entry.content | ({"people_root": "0" * 64} if entry.kind == "frozen" else {})
        record = append(record, entry.kind, content, LATER)
    (out / "public" / "record.jsonl").write_bytes(record)
    repin(out)
    assert [finding.step for finding in verify(out) if finding.state == "failed"] == ["3 digests"]


@pytest.mark.parametrize("column", [1, 2, 3, 4])
def test_receipts_that_were_changed_fail(out, column):
    path = out / "private" / "receipts.csv"
    first, second, *rest = path.read_text().splitlines(keepends=True)
    cells = second.rstrip("\n").split(",")
    cells[column] = ("0" if cells[column][0] != "0" else "1") + cells[column][1:]
    path.write_text("".join([first, ",".join(cells) + "\n", *rest]))
    assert {finding.step for finding in verify_bundle(out) if finding.state == "failed"} == {"8 private files"}


def test_without_the_key_the_receipts_hold_what_is_needed(out):
    (out / "private" / "key.json").unlink()
    assert [finding.state for finding in verify_bundle(out) if finding.step == "8 private files"] == [
        "weaker",
        "passed",
    ]


def test_anyone_can_check_a_receipt_with_python_alone(out, tmp_path):
    (tmp_path / "code.txt").write_text(receipts(out)[5]["code"])
    command = [sys.executable, "-I", "-S", str(out / "public" / "verify.py"), "--receipt", str(tmp_path / "code.txt")]
    done = subprocess.run(command, env={}, capture_output=True)
    assert done.returncode == 0
    assert f"11 receipt: passed: {receipts(out)[5]['pseudonym']} is in the lottery" in done.stdout.decode()
