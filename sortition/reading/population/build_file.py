"""A build file -> quotas, and the YAML spec that says the same.

A build file is a quota spec in which categories name a table of the population instead of seats.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sortition.messages import phrase
from sortition.reading.faults import Faults
from sortition.reading.population.bases import lowest_age
from sortition.reading.population.builder import Builder, Built
from sortition.reading.population.wishes import Setting
from sortition.reading.text_file import read_text
from sortition.reading.yaml_fields import table_at, text_at, whole_at
from sortition.reading.yaml_tree import Table, Text, read_tree

BUILD_KEYS = (
    "build", "name", "notes", "panel_size", "on", "ages", "areas", "pool", "tables", "quotas", "rules", "cross",
    "missing", "exclude", "flex",
)  # fmt: skip


def read_build(path: Path | str, panel_size: int | None = None) -> Built:
    """Read a build file and the tables it names, and work the quotas out.

    Parameters
    ----------
    path
        The build file. Tables are looked for beside it.
    panel_size
        Number of seats, instead of the file's.

    Raises
    ------
    InputError
        With every fault of the build file and of its tables.
    """
    path = Path(path)
    faults = Faults(str(path))
    tree = read_tree(read_text(path, faults), faults)
    if not isinstance(tree, Table):
        what = phrase("A build file is a table of names and values. Start with the line `build: 1`.")
        raise faults.error(what, tree.line)
    table_at(tree, phrase("The build file"), faults, BUILD_KEYS)
    version = tree.get("build")
    if not isinstance(version, Text) or version.text != "1":
        line = tree.line if version is None else version.line
        what = phrase("The version of the format is missing or not known. Start with the line `build: 1`.")
        faults.add(what, line)
    size = _panel_size(tree, faults) if panel_size is None else panel_size
    builder = Builder(tree, path.parent, setting_of(tree, size, True, faults), faults)
    return builder.build(path.stem.removesuffix(".build"), f"from {path.name}")


def setting_of(tree: Table, panel_size: int, strict: bool, faults: Faults) -> Setting:
    """Read what holds for all targets: the first day of the panel, and the lowest age of its members.

    Parameters
    ----------
    tree
        A build file.
    panel_size
        Number of seats; 0 where it is faulty.
    strict
        Whether day and ages, and the source, date and base of every target, have to be there.
    faults
        Takes the faults.
    """
    on, ages = text_at(tree.get("on"), "`on`", faults), text_at(tree.get("ages"), "`ages`", faults)
    youngest = lowest_age(ages) if ages else None
    if strict and not on:
        what = phrase(
            "`on` is missing. Write the first day of the panel, on which ages are counted, as in `on: 2026-10-17`."
        )
        faults.add(what, tree.line)
    if strict and not ages:
        what = phrase("`ages` is missing. Say who may be a member, as in `ages: 16+`; all ages are `ages: 0+`.")
        faults.add(what, tree.line)
    elif ages and youngest is None:
        what = phrase("`ages`: '{text}' is not understood. Write it as `ages: 16+`.", text=ages)
        faults.add(what, _line(tree, "ages"))
    return Setting(panel_size, _day(on, _line(tree, "on"), faults) if on else None, youngest, strict)


def _day(text: str, line: int, faults: Faults) -> dt.date | None:
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 (a day has no time zone)
    except ValueError:
        what = phrase(
            "`on`: '{text}' is not a date. "
            "Write the first day of the panel as year-month-day, such as `on: 2026-10-17`.",
            text=text,
        )
        faults.add(what, line)
        return None


def _line(tree: Table, key: str) -> int:
    node = tree.get(key)
    return tree.line if node is None else node.line


def _panel_size(tree: Table, faults: Faults) -> int:
    """Give the panel size; 0 where it is missing or faulty."""
    before = len(faults)
    size = whole_at(tree.get("panel_size"), "`panel_size`", faults)
    if not size and len(faults) == before:
        what = phrase("`panel_size` is missing or 0. Say how many people are to be drawn, as in `panel_size: 50`.")
        faults.add(what, _line(tree, "panel_size"))
    return size or 0
