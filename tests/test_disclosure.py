"""What the published files tell about single people, and the form of the bundle that tells less."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from handmade import LATER, NOW, PANELS, SEED, drawn_bundle, frozen, problem, repin

from sortition import workflow
from sortition.audit import add_draw, read_bundle, seeded_draw, verify_bundle, write_lottery
from sortition.audit.verify import exit_code, verify
from sortition.canonical import canonical_json
from sortition.checking import disclosure
from sortition.errors import UsageError
from sortition.model import Problem


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    out = tmp_path_factory.mktemp("counts") / "out"
    drawn_bundle(out, frozen(counts_only=True))
    return out


@pytest.fixture
def out(good, tmp_path):
    shutil.copytree(good, tmp_path / "out")
    return tmp_path / "out"


def states(findings, number):
    return [finding.state for finding in findings if finding.step.startswith(f"{number} ")]


def failed(findings):
    return {int(finding.step.split()[0]) for finding in findings if finding.state == "failed"}


def test_people_alone_in_their_combination_are_counted():
    found = disclosure(problem())  # six women, six men, one X
    assert (found.people, found.combinations, found.alone, found.among_few) == (13, 3, 1, 1)
    codes = np.array([[0, 0], [0, 0], [0, 1], [1, -1], [1, -1], [1, 1]], dtype=np.int16)
    homes = np.full(6, -1, dtype=np.int32)
    found = disclosure(Problem(tuple("abcdef"), ("x", "y"), (("p", "q"),) * 2, codes, homes, 2, ()))
    assert (found.combinations, found.alone, found.among_few) == (4, 2, 6)
    assert "2 of the 6 people are the only ones" in str(found.note)


def test_there_is_no_warning_where_everybody_is_one_of_many():
    codes = np.zeros((9, 1), dtype=np.int16)
    found = disclosure(Problem(tuple("abcdefghi"), ("x",), (("p",),), codes, np.full(9, -1, dtype=np.int32), 2, ()))
    assert found.note is None


def test_the_form_of_counts_publishes_no_answers(out):
    document = json.loads((out / "public" / "problem.json").read_bytes())
    assert {tuple(sorted(person)) for person in document["people"]} == {("commitment", "pseudonym")}
    assert [quota["pool"] for quota in document["quotas"]] == [6, 6, 1, 7]
    assert set(json.loads((out / "public" / "certificate.json").read_bytes())) == {
        "fair", "format", "full", "objective", "status",
    }  # fmt: skip


def test_without_the_private_folder_it_is_said_what_cannot_be_checked(out):
    findings = verify(out)
    assert failed(findings) == set()
    assert exit_code(findings) == 0
    assert states(findings, 4) == ["passed", "not checked"]
    assert states(findings, 6) == ["not checked"]
    told = [finding.detail for finding in findings if finding.step in {"4 panels", "6 certificate"}]
    assert all("needs private/problem.json" in detail for detail in told[1:])


def test_the_choice_of_what_is_published(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("pool.csv").write_text("id,kind\n" + "".join(f"{at},{'ab'[at % 2]}\n" for at in range(6)) + "6,c\n")
    Path("quotas.csv").write_text("category,feature,min,max\nkind,a,1,1\nkind,b,1,1\nkind,c,0,1\n")
    made = {
        name: workflow.lottery(
            "pool.csv", "quotas.csv", Path(name), workflow.Options(panel_size=2, panels=6, public=name)
        )
        for name in workflow.PUBLIC
    }
    assert any("1 of the 7 people are the only ones" in str(note) for note in made["answers"].notes)
    assert not any("are the only ones" in str(note) for note in made["counts"].notes)
    assert any("panels still tell something" in str(note) for note in made["counts"].notes)
    pages = {name: (Path(name) / "public" / "report.html").read_text() for name in made}
    assert "1 person in the pool gave a combination" in pages["answers"]
    assert "but not who gave which" in pages["counts"]
    with pytest.raises(UsageError, match="choose from answers, counts"):
        workflow.lottery("pool.csv", "quotas.csv", Path("other"), workflow.Options(panel_size=2, public="names"))


def test_with_the_private_folder_everything_is_checked(out):
    findings = verify_bundle(out)
    full = verify_bundle(drawn_bundle(out.parent / "full").out)
    assert [(each.step, each.state) for each in findings] == [(each.step, each.state) for each in full]
    assert states(findings, 8) == ["passed"]


def test_the_same_lottery_can_be_drawn_in_either_form(tmp_path):
    bundle = write_lottery(tmp_path / "out", frozen(counts_only=True), NOW)
    read = read_bundle(tmp_path / "out")
    assert read.frozen.files == bundle.frozen.files
    assert read.frozen.withheld == bundle.frozen.withheld
    add_draw(read, seeded_draw(read.frozen.digest, len(PANELS), SEED), LATER)
    assert failed(verify_bundle(tmp_path / "out")) == set()
    assert read.frozen.digest != frozen().digest


@pytest.mark.parametrize("name", ["problem.json", "certificate.json"])
def test_documents_that_stay_private_cannot_change(out, name):
    path = out / "private" / name
    document = json.loads(path.read_bytes())
    document["salt"] = "0" * 64
    path.write_bytes(canonical_json(document) + b"\n")
    assert failed(verify_bundle(out)) == {8}
    path.write_bytes(b"{}\n")
    assert failed(verify_bundle(out)) == {8}
    path.unlink()
    assert failed(verify_bundle(out)) == {8}


def test_counts_that_are_not_those_of_the_answers_fail(out):
    path = out / "public" / "problem.json"
    path.write_bytes(path.read_bytes().replace(b'"pool":6', b'"pool":5', 1))
    repin(out)
    assert 8 in failed(verify_bundle(out))


def test_one_document_with_answers_and_one_without_are_refused(out):
    drawn_bundle(out.parent / "full")
    shutil.copy(out.parent / "full" / "public" / "certificate.json", out / "public")
    repin(out)
    assert 1 in failed(verify(out))


def test_panels_are_still_those_of_people_in_the_pool(out):
    path = out / "public" / "lottery.csv"
    header, first, *rest = path.read_text().splitlines(keepends=True)
    cells = first.rstrip("\n").split(",")
    path.write_text("".join([header, ",".join([cells[0], *cells[1:4], cells[3]]) + "\n", *rest]))
    repin(out)
    assert 4 in failed(verify(out))
