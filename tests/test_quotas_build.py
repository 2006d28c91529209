"""`quotas build` as people run it, and the page that tells of it."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from test_cli import command, environment, run

from sortition.reading import read_quotas

ROOT = Path(__file__).parent.parent
TABLES = ROOT / "tests" / "data" / "population"
PAGE = (ROOT / "docs" / "targets.md").read_text(encoding="utf-8")
SHOWN = [block.split("\n", 1) for block in re.findall(r"```console\n\$ (.*?)```", PAGE, re.DOTALL)]


def combined(line: str, at: Path) -> str:
    """Run a command of the page, and give all that a terminal would show."""
    words = command(*shlex.split(line)[1:])
    done = subprocess.run(
        words, cwd=at, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", timeout=60
    )
    assert done.returncode == 0
    return done.stdout


@pytest.mark.parametrize(("line", "shown"), SHOWN, ids=[line for line, _ in SHOWN])
def test_the_page_shows_what_the_commands_print(line, shown, tmp_path):
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    assert [row.rstrip() for row in combined(line, tmp_path).splitlines()] == shown.splitlines()
    assert len(SHOWN) > 1


def test_the_targets_are_shown_within_80_columns_and_nothing_is_overwritten(tmp_path):
    build = ROOT / "examples" / "census" / "test-valley-2019.build.yaml"
    done = run("quotas", "build", build, "--out", "spec.yaml", at=tmp_path)
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert re.search(r"55-64 +17.3% +8.63 +9 +8 +9\n", done.stdout)
    assert (tmp_path / "spec.yaml").read_bytes() == (ROOT / "quotas" / "test-valley-2019.yaml").read_bytes()
    again = run("quotas", "build", build, "--out", "spec.yaml", at=tmp_path)
    assert (again.returncode, again.stdout) == (2, "")
    assert "spec.yaml exists already" in again.stderr


def test_combinations_are_shown_with_their_seats_before_rounding(tmp_path):
    head = (ROOT / "tests" / "broken" / "build_cross.yaml").read_text(encoding="utf-8").split("quotas:")[0]
    head = head.replace("../data/population", str(TABLES))
    cross = "cross: [{of: [age, gender], from: raking}]\n"
    text = head + "quotas: {age: {table: sheet}, gender: {table: sheet}}\n" + cross
    (tmp_path / "b.yaml").write_text(text, encoding="utf-8")
    done = run("quotas", "build", "b.yaml", "--out", "spec.yaml", at=tmp_path)
    assert re.search(r"age, gender +16-34, Female +6.83 +6 +7\n", done.stdout)


def test_the_spec_alone_goes_to_the_standard_output(tmp_path):
    done = run("quotas", "build", TABLES / "plain_counts.csv", "--size", 40, at=tmp_path)
    assert "Note: age, gender, ethnicity: no 'source', 'reference_date', 'base' given" in done.stderr
    (tmp_path / "spec.yaml").write_text(done.stdout, encoding="utf-8")
    assert read_quotas(tmp_path / "spec.yaml").panel_size == 40


def test_json_holds_the_spec_and_the_targets(tmp_path):
    value = json.loads(run("quotas", "build", TABLES / "plain_counts.csv", "--size", 40, "--json", at=tmp_path).stdout)
    assert value["categories"][1]["target"] == [20, 20]
    assert value["spec"].startswith("# Written by")
    assert len(value["notes"]) == 2


def test_faults_are_one_sentence_each(tmp_path):
    done = run("quotas", "build", ROOT / "tests" / "broken" / "build_bare.yaml", at=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert "build_bare.yaml:8: gender: there is no table 'shet' under `tables`. Did you mean 'sheet'?" in done.stderr
    assert done.stderr.endswith("9 things have to be put right.\n")
