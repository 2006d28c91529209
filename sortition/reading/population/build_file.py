"""A build file, or a plain sheet -> quotas, and the YAML spec that says the same.

A build file is a quota spec in which categories name a table of the population instead of seats.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sortition.errors import Fault, InputError
from sortition.model import Quotas
from sortition.reading.faults import Faults
from sortition.reading.population.bases import lowest_age
from sortition.reading.population.cells import Population
from sortition.reading.population.cross import Joint, build_cross
from sortition.reading.population.layouts import Columns, read_population
from sortition.reading.population.target import PROVENANCE, Maps, Setting, TableSpec, Target, build_target
from sortition.reading.quotas_yaml import quotas_of
from sortition.reading.text_file import read_text
from sortition.reading.write import quotas_to_yaml
from sortition.reading.yaml_fields import table_at, tables_at, text_at, texts_at, whole_at
from sortition.reading.yaml_tree import Items, Node, Table, Text, read_tree

BUILD_KEYS = (
    "build", "name", "notes", "panel_size", "on", "ages", "areas", "pool", "tables", "quotas", "rules", "cross",
    "missing", "exclude", "flex",
)  # fmt: skip
TABLE_KEYS = ("file", "number", "weight", "areas", "where", *PROVENANCE, "caution")
_OF_THE_SPEC = ("name", "notes", "panel_size", "pool", "rules", "missing", "exclude", "flex")


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """What a build file gives."""

    quotas: Quotas
    text: str
    """The quota spec, as it is to be written."""
    notes: tuple[Fault, ...]
    """What was left out, normalised or is to be careful of, a sentence each."""
    joints: tuple[Joint, ...]
    """The combinations of values that were worked out."""


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
        raise faults.error("A build file is a table of names and values. Start with the line `build: 1`.", tree.line)
    table_at(tree, "The build file", faults, BUILD_KEYS)
    version = tree.get("build")
    if not isinstance(version, Text) or version.text != "1":
        line = tree.line if version is None else version.line
        faults.add("The version of the format is missing or not known. Start with the line `build: 1`.", line)
    size = panel_size if panel_size is not None else _panel_size(tree, faults)
    return built(tree, path.parent, path.stem.removesuffix(".build"), size, True, f"from {path.name}", faults)


def built(tree: Table, folder: Path, stem: str, size: int | None, strict: bool, how: str, faults: Faults) -> Built:
    """Work every target out, write the spec's tree, and read it as any other spec.

    Parameters
    ----------
    tree
        A build file.
    folder
        Where its tables are.
    stem
        Name of the panel where the file gives none.
    size
        Number of seats; None where it is faulty.
    strict
        Whether every target has to name its source, date and base.
    how
        What it is made from, for the first line of the spec.
    faults
        Takes the faults of the build file.

    Raises
    ------
    InputError
        With every fault of all files.
    """
    setting = _setting(tree, size or 0, strict, faults)
    tables = _tables(tree, folder, faults)
    own = [spec.faults for spec in tables.values()]
    quotas, targets, lost = _quotas(tree, tables, folder, setting, faults, own)
    crosses, joints = _crosses(tree, targets, tables, setting, faults) if not lost else ([], [])
    if lost or size is None:  # what names values that are not known would look wrong too
        raise _all_of(faults, own)
    line = tree.line
    spec = Table(
        (
            (Text("sortition", line), Text("1", line)),
            *((key, node) for key, node in tree.entries if key.text in _OF_THE_SPEC and key.text != "panel_size"),
            (Text("panel_size", line), Text(str(size), line)),
            (Text("quotas", line), Table(tuple(quotas), line)),
            *([(Text("cross", line), Items(tuple(crosses), line))] if crosses else []),
        ),
        line,
    )
    found = quotas_of(spec, faults.source, stem, size, faults)
    if len(faults) or any(len(each) for each in own):
        raise _all_of(faults, own)
    _compare_bases(targets.values(), setting)
    _advise(targets.values(), found, setting)
    start = f"# Written by 'sortition quotas build' {how}: change that and build again.\n"
    notes = [*_table_notes(tables), *_by_note(setting.notes)]
    return Built(
        found, start + quotas_to_yaml(found), tuple(Fault(note, faults.source) for note in notes), tuple(joints)
    )


def _by_note(notes: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Say what is true of several categories once."""
    categories: dict[str, list[str]] = {}
    for category, note in dict.fromkeys(notes):
        categories.setdefault(note, []).append(category)
    for note, names in categories.items():
        yield f"{', '.join(names)}: {note}"


def _all_of(faults: Faults, own: Sequence[Faults]) -> InputError:
    """Gather the faults of all files, each once, those of each file in the order of its lines."""
    gathered = [fault for each in (faults, *own) for fault in sorted(each.found, key=lambda fault: fault.line or 0)]
    return InputError(dict.fromkeys(gathered))


def _panel_size(tree: Table, faults: Faults) -> int | None:
    size = whole_at(tree.get("panel_size"), "`panel_size`", faults)
    if not size:
        faults.add(
            "`panel_size` is missing or 0. Say how many people are to be drawn, as in `panel_size: 50`.", tree.line
        )
    return size or None


def _setting(tree: Table, size: int, strict: bool, faults: Faults) -> Setting:
    on = text_at(tree.get("on"), "`on`", faults)
    day = None
    if on:
        try:
            day = dt.date.fromisoformat(on)
        except ValueError:
            node = tree.get("on")
            advice = "Write the first day of the panel as year-month-day, such as `on: 2026-10-17`."
            faults.add(f"`on`: '{on}' is not a date. {advice}", node.line if node else None)
    elif strict:
        advice = "Write the first day of the panel, on which ages are counted, as in `on: 2026-10-17`."
        faults.add(f"`on` is missing. {advice}", tree.line)
    ages = tree.get("ages")
    words = text_at(ages, "`ages`", faults)
    youngest = lowest_age(words) if words else None
    if words and youngest is None:
        faults.add(f"`ages`: '{words}' is not understood. Write it as `ages: 16+`.", ages.line if ages else None)
    elif not words and strict:
        faults.add("`ages` is missing. Say who may be a member, as in `ages: 16+`; all ages are `ages: 0+`.", tree.line)
    return Setting(size, day, youngest, strict)


def _tables(tree: Table, folder: Path, faults: Faults) -> dict[str, TableSpec]:
    """Read the tables, each file once for each way of reading it."""
    read: dict[tuple[str, Columns], tuple[Population | None, Faults]] = {}
    everywhere = tuple(text.text for text in texts_at(tree.get("areas"), "`areas`", faults))
    found: dict[str, TableSpec] = {}
    for name, node in table_at(tree.get("tables"), "`tables`", faults).entries:
        table = table_at(node, f"table '{name.text}'", faults, TABLE_KEYS)
        file = text_at(table.get("file"), f"table '{name.text}': `file`", faults)
        if not file:
            faults.add(f"table '{name.text}': `file` is missing. Name the file beside this one.", name.line)
            continue
        columns = Columns(
            *(text_at(table.get(key), f"table '{name.text}': `{key}`", faults) for key in ("number", "weight"))
        )
        if (file, columns) not in read:
            own = Faults(str(folder / file))
            try:
                read[file, columns] = read_population(folder / file, str(folder / file), own, columns), own
            except InputError:  # its faults are in `own`, and are raised with those of the other files
                read[file, columns] = None, own
        areas = tuple(t.text for t in texts_at(table.get("areas"), f"table '{name.text}': `areas`", faults))
        found[name.text] = TableSpec(name.text, table, *read[file, columns], areas or everywhere)
    return found


def _quotas(
    tree: Table, tables: Mapping[str, TableSpec], folder: Path, setting: Setting, faults: Faults, own: list[Faults]
) -> tuple[list[tuple[Text, Node]], dict[str, Target], bool]:
    """Work out the categories that name a table; the others are taken as they are. Tell whether any failed.

    The faults of mapping files are put to those of `own`.
    """
    entries: list[tuple[Text, Node]] = []
    targets: dict[str, Target] = {}
    lost = False
    for name, node in table_at(tree.get("quotas"), "`quotas`", faults).entries:
        if not (isinstance(node, Table) and node.get("table") is not None):
            entries.append((name, node))
            _check_own_seats(name, node, setting, faults)
            continue
        maps = _maps(node, folder, name.text, faults)
        if maps.faults is not faults:
            own.append(maps.faults)
        target = build_target(name, node, tables, maps, setting, faults)
        if target is None:
            lost = True
        else:
            targets[name.text] = target
            entries.append((name, target.node))
    return entries, targets, lost


def _check_own_seats(name: Text, node: Node, setting: Setting, faults: Faults) -> None:
    """Note a target that rests on no table and does not say on what."""
    if isinstance(node, Table) and setting.strict:
        missing = [key for key in ("why", *PROVENANCE) if node.get(key) is None]
        if missing:
            what = f"{name.text}: there is no `table`, and no {' and no '.join(f'`{key}`' for key in missing)}"
            faults.add(f"{what}. Say what the seats rest on.", name.line)


def _maps(node: Table, folder: Path, where: str, faults: Faults) -> Maps:
    """Read the mapping of a category: here, or in a file of its own where `map` is the name of one."""
    mapping = node.get("map")
    if not isinstance(mapping, Text):
        return Maps(table_at(mapping, f"{where}: `map`", faults), faults)
    own = Faults(str(folder / mapping.text))
    try:
        tree = read_tree(read_text(folder / mapping.text, own), own)
    except InputError:  # its faults are in `own`, and are raised with those of the other files
        return Maps(Table((), 0), own)
    return Maps(table_at(tree, f"The mapping of {where}", own), own)


def _crosses(
    tree: Table, targets: Mapping[str, Target], tables: Mapping[str, TableSpec], setting: Setting, faults: Faults
) -> tuple[list[Node], list[Joint]]:
    nodes: list[Node] = []
    joints: list[Joint] = []
    for node in tables_at(tree.get("cross"), "cross", faults, ()):
        if node.get("from") is None:
            nodes.append(node)
        elif built := build_cross(node, targets, tables, setting, faults):
            nodes.append(built[0])
            joints.append(built[1])
    return nodes, joints


def _table_notes(tables: Mapping[str, TableSpec]) -> Iterator[str]:
    for spec in tables.values():
        for note in spec.population.notes if spec.population else ():
            yield f"table '{spec.name}': {note}"


def _compare_bases(targets: Iterable[Target], setting: Setting) -> None:
    """Note two tables that claim to count the same people and differ by more than a twentieth."""
    first: dict[tuple[str, ...], Target] = {}
    for target in targets:
        other = first.setdefault(target.base_key, target) if target.base_key[0] else target
        if target.counted and other.counted and abs(target.counted - other.counted) * 20 > other.counted:
            what = f"it counts {int(target.counted):,} people, and {other.name} {int(other.counted):,} of the same base"
            setting.notes.append((target.name, f"{what}. One of them may be stale or leave some out."))


def _advise(targets: Iterable[Target], quotas: Quotas, setting: Setting) -> None:
    """Say when groups so small that each may be left out are together worth more seats than are promised to them."""
    for target in targets:
        exact, low = target.allotment.exact, target.allotment.low
        small = [at for at in range(len(target.values)) if 0 < exact[at] < 2]
        together, promised = sum(exact[at] for at in small), sum(low[at] for at in small)
        names = [target.values[at] for at in small]
        held = any(
            rule.low and category == target.name and len(set(values) & set(names)) > 1
            for rule in quotas.rules
            for category, values in rule.of
        )
        if len(small) > 1 and int(together) > promised and not held:
            found = f"{', '.join(names)} are together {float(together):.1f} of {quotas.panel_size} seats"
            rule = f"{{at_least: {int(together)}, of: {{{target.name}: [{', '.join(names)}]}}, why: …}}"
            less = f"but a panel may have {promised}. A rule would keep more: {rule}"
            setting.notes.append((target.name, f"{found}, {less}"))
