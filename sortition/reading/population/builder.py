"""The tree of a build file -> that of a quota spec, and the quotas that it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sortition.errors import Fault, InputError
from sortition.messages import phrase
from sortition.model import Quota, Quotas
from sortition.reading.faults import Faults
from sortition.reading.names import find, hint
from sortition.reading.population.advice import advise_on_small_groups, by_note, compare_bases
from sortition.reading.population.cells import Population
from sortition.reading.population.cross import Joint, build_cross
from sortition.reading.population.layouts import Columns, read_population
from sortition.reading.population.target import build_target
from sortition.reading.population.wishes import PROVENANCE, Maps, Setting, TableSpec, Target, Wish
from sortition.reading.quotas_yaml import quotas_of
from sortition.reading.text_file import read_text
from sortition.reading.write import quotas_to_yaml
from sortition.reading.yaml_fields import table_at, tables_at, text_at, texts_at
from sortition.reading.yaml_tree import Items, Node, Table, Text, read_tree

TABLE_KEYS = ("file", "number", "weight", "areas", "where", *PROVENANCE, "caution")
_OF_THE_SPEC = ("name", "notes", "pool", "rules", "missing", "exclude", "flex")


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

    @property
    def expected(self) -> dict[str, float]:
        """Seats before rounding of every combination that was worked out, by the key of its cross quota."""
        return {
            Quota(tuple((name, (value,)) for name, value in zip(joint.of, values, strict=True)), 0, 0).key: seats
            for joint in self.joints
            for values, seats in joint.cells()
        }


@dataclass
class Builder:
    """One build file at work: its tables and targets as far as they are known, and the faults of all files."""

    tree: Table
    folder: Path
    """Where its tables are."""
    setting: Setting
    faults: Faults
    files: list[Faults] = field(default_factory=list)
    """The faults of tables and mappings, file by file."""
    tables: dict[str, TableSpec | None] = field(default_factory=dict)
    """The tables by name; None where the file is faulty."""
    read: dict[tuple[str, Columns], tuple[Population | None, Faults]] = field(default_factory=dict)
    """What was read of each file, by the way of reading it."""
    targets: dict[str, Target] = field(default_factory=dict)
    joints: list[Joint] = field(default_factory=list)

    def build(self, name: str, how: str) -> Built:
        """Work every target out, write the spec's tree, and read it as any other spec.

        Parameters
        ----------
        name
            Of the panel, where the file gives none.
        how
            What it is made from, for the first line of the spec.

        Raises
        ------
        InputError
            With every fault of all files.
        """
        self._read_tables()
        categories = list(self._categories())
        if any(node is None for _, node in categories) or not self.setting.panel_size:
            raise self._error()  # what names values that are not known would look wrong too
        quotas = quotas_of(self._spec([(key, node) for key, node in categories if node]), self.faults.source, name,
                           self.setting.panel_size, self.faults)  # fmt: skip
        if any(len(faults) for faults in (self.faults, *self.files)):
            raise self._error()
        compare_bases(self.targets.values(), self.setting)
        advise_on_small_groups(self.targets.values(), quotas, self.setting)
        notes = tuple(Fault(note, self.faults.source) for note in self._notes())
        start = f"# Written by 'sortition quotas build' {how}: change that and build again.\n"
        return Built(quotas, start + quotas_to_yaml(quotas), notes, tuple(self.joints))

    def _read_tables(self) -> None:
        """Read the tables, each file once for each way of reading it."""
        everywhere = tuple(text.text for text in texts_at(self.tree.get("areas"), "`areas`", self.faults))
        for name, node in table_at(self.tree.get("tables"), "`tables`", self.faults).entries:
            where = phrase("table '{name}'", name=name.text)
            table = table_at(node, where, self.faults, TABLE_KEYS)
            self.tables[name.text] = None
            file, number, weight = (
                text_at(table.get(key), f"{where}: `{key}`", self.faults) for key in ("file", "number", "weight")
            )
            if not file:
                what = phrase("{where}: `file` is missing. Name the file beside this one.", where=where)
                self.faults.add(what, name.line)
                continue
            key = file, Columns(number, weight)
            if key not in self.read:
                self.read[key] = self._population(self.folder / file, key[1])
            population, own = self.read[key]
            areas = tuple(text.text for text in texts_at(table.get("areas"), f"{where}: `areas`", self.faults))
            if population is not None:
                self.tables[name.text] = TableSpec(name.text, table, population, own, areas or everywhere)

    def _population(self, path: Path, columns: Columns) -> tuple[Population | None, Faults]:
        own = Faults(str(path))
        self.files.append(own)
        try:
            return read_population(path, str(path), own, columns), own
        except InputError:  # its faults are in `own`, and are raised with those of the other files
            return None, own

    def _categories(self) -> Iterator[tuple[Text, Node | None]]:
        """Give each category as the spec has it: worked out where it names a table; None where that failed."""
        for name, node in table_at(self.tree.get("quotas"), "`quotas`", self.faults).entries:
            if not isinstance(node, Table) or node.get("table") is None:
                self._check_own_seats(name, node)
                yield name, node
            elif (target := self._target(name, node)) is not None:
                self.targets[name.text] = target
                yield name, target.node
            else:
                yield name, None

    def _target(self, name: Text, node: Table) -> Target | None:
        wanted = text_at(node.get("table"), f"{name.text}: `table`", self.faults)
        found = find(wanted, self.tables)
        if found is None and wanted:
            what = phrase("{where}: there is no table '{name}' under `tables`.", where=name.text, name=wanted)
            self.faults.add(what + hint(wanted, self.tables), name.line)
        spec = self.tables[found] if found is not None else None
        maps = self._maps(name, node)
        return build_target(Wish(name, node, spec, self.setting, self.faults), maps) if spec else None

    def _maps(self, name: Text, node: Table) -> Maps:
        """Read the mapping of a category: here, or in a file of its own where `map` is the name of one."""
        mapping = node.get("map")
        if not isinstance(mapping, Text):
            return Maps(table_at(mapping, f"{name.text}: `map`", self.faults), self.faults)
        path = self.folder / mapping.text
        own = Faults(str(path))
        self.files.append(own)
        try:
            tree = read_tree(read_text(path, own), own)
        except InputError:  # its faults are in `own`, and are raised with those of the other files
            return Maps(Table((), 0), own)
        return Maps(table_at(tree, phrase("The mapping of {category}", category=name.text), own), own)

    def _check_own_seats(self, name: Text, node: Node) -> None:
        """Note a target that rests on no table and does not say on what."""
        if isinstance(node, Table) and self.setting.strict:
            missing = [f"`{key}`" for key in ("why", *PROVENANCE) if node.get(key) is None]
            if missing:
                what = phrase(
                    "{category}: there is no `table`, and no {keys}. Say what the seats rest on.",
                    category=name.text,
                    keys=phrase(", no ").join(missing),
                )
                self.faults.add(what, name.line)

    def _spec(self, categories: list[tuple[Text, Node]]) -> Table:
        """Write the tree of the spec."""
        line = self.tree.line
        entries: list[tuple[Text, Node]] = [
            (Text("sortition", line), Text("1", line)),
            (Text("panel_size", line), Text(str(self.setting.panel_size), line)),
            *((key, node) for key, node in self.tree.entries if key.text in _OF_THE_SPEC),
            (Text("quotas", line), Table(tuple(categories), line)),
        ]
        if self.tree.get("cross") is not None:
            entries.append((Text("cross", line), Items(tuple(self._crosses()), line)))
        return Table(tuple(entries), line)

    def _crosses(self) -> Iterator[Node]:
        tables = {name: spec for name, spec in self.tables.items() if spec is not None}
        for node in tables_at(self.tree.get("cross"), phrase("cross"), self.faults, ()):
            if node.get("from") is None:
                yield node
            elif built := build_cross(node, self.targets, tables, self.setting, self.faults):
                self.joints.append(built[1])
                yield built[0]

    def _notes(self) -> Iterator[str]:
        for spec in self.tables.values():
            for remark in spec.population.notes if spec else ():
                if spec and remark.concerns(spec.areas):
                    yield f"{spec.label}: {remark.text}"
        yield from by_note(self.setting.notes)

    def _error(self) -> InputError:
        """Gather the faults of all files, each once, those of each file in the order of its lines."""
        by_file = [sorted(faults.found, key=lambda fault: fault.line or 0) for faults in (self.faults, *self.files)]
        return InputError(dict.fromkeys(fault for found in by_file for fault in found))
