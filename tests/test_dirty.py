"""The catalogue of dirty data: what `check` says of each entry and what `clean` proposes, held to golden files.

To look at a change: `python tests/test_dirty.py` writes the golden files anew; read the difference before keeping it.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from pathlib import Path

import pytest

from sortition import cli, messages, workflow
from sortition.checking import propose
from sortition.errors import InputError
from sortition.reading import read_quotas
from sortition.reading.corrections import corrections_csv
from sortition.reading.pool_file import whole_grid

DIRTY = Path(__file__).parent / "dirty"
GOLDEN = Path(__file__).parent / "golden" / "dirty"
ENTRIES = sorted(path.stem for path in DIRTY.glob("*.csv"))
SECRETS = ("Quill", "Lark", "Moor", "example.org", "07700", "1987", "Mill Lane", "Zoë")
ENGLISH = re.compile(
    r"\b(the|a|of|and|or|is|are|has|with|not|no|be|on|by|to|found|people|person|lines?|row|header|column|id|answer)\b"
)
OF_THE_SPEC = ("The dirty-data catalogue", "elected member", "own-value", "unconstrained")
FIRST = 12
"""Of this many proposals the golden file tells."""


def told(entry: str) -> str:
    """Everything that `check` says of a pool, and the first corrections that `clean` proposes."""
    try:
        report = workflow.check(DIRTY / f"{entry}.csv", DIRTY / "quotas.yaml")
        said = [f"note {fault}" for fault in report.notes] + [f"household {' '.join(ids)}" for ids in report.households]
        said.append(f"{len(report.problem.ids)} people, feasible: {report.feasible}")
    except InputError as error:
        said = [f"fault {fault}" for fault in error.faults] + [
            f"then {note}" for note in getattr(error, "__notes__", [])
        ]
    grid = whole_grid(DIRTY / f"{entry}.csv")
    proposed = propose(grid, read_quotas(DIRTY / "quotas.yaml"))
    table = csv.reader(io.StringIO(corrections_csv(proposed).decode("utf-8-sig"), newline=""))
    rows = [" ; ".join(row) for row in table][1:]
    more = [f"and {len(rows) - FIRST} more"] if len(rows) > FIRST else []
    return "\n".join([*said, "", *rows[:FIRST], *more]).replace(f"{DIRTY}/", "") + "\n"


@pytest.mark.parametrize("entry", ENTRIES)
def test_each_entry_of_the_catalogue_is_told_of(entry):
    assert told(entry) == (GOLDEN / f"{entry}.txt").read_text(encoding="utf-8")


def test_nothing_told_is_personal():
    for entry in ENTRIES:
        messages = told(entry).split("\n\n", 1)[0]
        assert not [word for word in SECRETS if word in messages], entry


@pytest.fixture
def checked(monkeypatch, capsys):
    """Run `check` on an entry in a language; gives exit code, the places told of, and all that was shown."""

    def run(entry, language):
        monkeypatch.chdir(DIRTY)
        monkeypatch.setattr(sys, "argv", ["sortition", "--language", language, "check", f"{entry}.csv", "quotas.yaml"])
        with pytest.raises(SystemExit) as end:
            cli.main()
        shown = capsys.readouterr()
        return end.value.code, re.findall(rf"{entry}\.csv(?::\d+)?: ", shown.err), shown.out + shown.err

    yield run
    messages.use("en")


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_german_officer_is_told_the_same_in_german(checked, entry):
    *english, _ = checked(entry, "en")
    *german, text = checked(entry, "de")
    assert german == english
    for given in (*OF_THE_SPEC, f"{entry}.csv", "sortition clean"):
        text = text.replace(given, "")
    text = re.sub("„[^“]*“", "", text.replace("„“North”“", ""))
    assert not ENGLISH.findall(text), text


def test_what_is_proposed_does_not_depend_on_the_language():
    quotas = read_quotas(DIRTY / "quotas.yaml")
    grids = [whole_grid(DIRTY / f"{entry}.csv") for entry in ENTRIES]
    english = [propose(grid, quotas) for grid in grids]
    try:
        messages.use("de")
        assert [propose(grid, quotas) for grid in grids] == english
    finally:
        messages.use("en")


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name in ENTRIES:
        (GOLDEN / f"{name}.txt").write_text(told(name), encoding="utf-8")
