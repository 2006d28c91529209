"""What a place in a quota spec must hold: a text, a list of texts, a table of known keys, a number."""

from __future__ import annotations

from collections.abc import Collection

from sortition.messages import phrase
from sortition.reading.faults import Faults
from sortition.reading.names import hint
from sortition.reading.seats import in_order, seat_range, whole
from sortition.reading.yaml_tree import Items, Node, Table, Text


def text_at(node: Node | None, where: str, faults: Faults, default: str = "") -> str:
    """Give the text that stands here, or the default where nothing does."""
    if node is None:
        return default
    if isinstance(node, Text) and node.text:
        return node.text
    faults.add(phrase("{where}: a text is expected here. Write one or delete this line.", where=where), node.line)
    return default


def texts_at(node: Node | None, where: str, faults: Faults) -> tuple[Text, ...]:
    """Give the texts of a list; one text alone counts as a list of one."""
    if node is None:
        return ()
    items = node.items if isinstance(node, Items) else (node,)
    texts = tuple(item for item in items if isinstance(item, Text) and item.text)
    if len(texts) < len(items) or not items:
        faults.add(phrase("{where}: a list of texts is expected here. Write it as [one, two].", where=where), node.line)
    return texts


def tables_at(node: Node | None, where: str, faults: Faults, keys: Collection[str]) -> tuple[Table, ...]:
    """Give the items of a list of tables with known keys."""
    if isinstance(node, Items):
        tables = [(item, table_at(item, where, faults, keys)) for item in node.items]
        return tuple(table for item, table in tables if isinstance(item, Table))
    if node is not None:
        what = phrase("{where}: a list is expected here. Start each of its items on a new line with `- `.", where=where)
        faults.add(what, node.line)
    return ()


def table_at(node: Node | None, where: str, faults: Faults, keys: Collection[str] = ()) -> Table:
    """Give the table that stands here, an empty one where none does, and note keys that are unknown."""
    if node is None:
        return Table((), 0)
    if not isinstance(node, Table):
        what = phrase("{where}: a table is expected here. Write it as {{name: …, name: …}}.", where=where)
        faults.add(what, node.line)
        return Table((), node.line)
    for name, _ in node.entries:
        if keys and name.text not in keys:
            what = phrase("{where}: '{name}' is not known here.", where=where, name=name.text)
            faults.add(what + hint(name.text, keys), name.line)
    return node


def whole_at(node: Node | None, where: str, faults: Faults, default: int | None = None) -> int | None:
    """Give the whole number that stands here, or the default."""
    if node is None:
        return default
    try:
        return whole(_plain(node))
    except ValueError as error:
        faults.add(f"{where}: {error}", node.line)
        return default


def seats_at(node: Node, where: str, faults: Faults) -> tuple[int, int]:
    """Give the seats that stand here, as `4-6`, `5` or `{min: 4, max: 6}`; 0-0 where they are faulty."""
    try:
        return _min_max(node) if isinstance(node, Table) else seat_range(_plain(node))
    except ValueError as error:
        faults.add(f"{where}: {error}", node.line)
        return 0, 0


def _min_max(table: Table) -> tuple[int, int]:
    bounds = {name.text: node for name, node in table.entries}
    if set(bounds) != {"min", "max"}:
        raise ValueError(
            phrase("seats written as a table need `min` and `max` and nothing else. Write {{min: 4, max: 6}} or 4-6.")
        )
    return in_order(whole(_plain(bounds["min"])), whole(_plain(bounds["max"])))


def _plain(node: Node) -> str:
    """Give the text of a scalar; a list or table counts as none."""
    return node.text if isinstance(node, Text) else ""
