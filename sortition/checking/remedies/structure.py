"""Headers and rows that are not what they should be: titles, totals, headers again, columns of one name or of none."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from sortition.checking.footers import trailing_rows
from sortition.checking.spelling import closest, spelling_key
from sortition.model import REMOVE, WHOLE_ROW, Correction, Grid, Quotas, Reason
from sortition.reading.corrections import column_label, row_text
from sortition.reading.csv_table import header_place
from sortition.reading.names import match_key

_Row = tuple[int, tuple[str, ...]]
_SURE = 0.8
"""Names as much alike as this are the same but for a slip."""


def structure_remedies(grid: Grid, quotas: Quotas) -> list[Correction]:
    """Propose what to do about titles, totals, repeated headers, and columns without a name or with one of two."""
    top = header_place(grid)
    header = (grid.lines[top], grid.rows[top])
    body = list(zip(grid.lines[top + 1 :], grid.rows[top + 1 :], strict=True))
    titles = [
        _without(line, cells, Reason.TITLE) for line, cells in zip(grid.lines[:top], grid.rows[:top], strict=True)
    ]
    again = [(line, cells) for line, cells in body if _bare(cells) == _bare(header[1]) and len(_bare(cells)) > 1]
    replies = [row for row in body if row not in again]
    end = len(replies) - trailing_rows([cells for _, cells in replies], _place(header[1], quotas.id_column))
    footers, replies = replies[end:], replies[:end]
    return [
        *titles,
        *_columns(header, replies, quotas),
        *(_without(line, cells, Reason.REPEATED_HEADER) for line, cells in again),
        *(_without(line, cells, Reason.FOOTER) for line, cells in footers),
    ]


def _place(names: Sequence[str], name: str) -> int | None:
    keys = [spelling_key(each) for each in names]
    return keys.index(spelling_key(name)) if spelling_key(name) in keys else None


def _without(line: int, cells: Sequence[str], reason: Reason) -> Correction:
    return Correction(line, WHOLE_ROW, row_text(cells), REMOVE, reason, "yes")


def _bare(cells: Sequence[str]) -> Sequence[str]:
    """Take the empty cells off the end of a row."""
    return cells[: max((at + 1 for at, cell in enumerate(cells) if cell), default=0)]


def _columns(header: _Row, body: Sequence[_Row], quotas: Quotas) -> Iterator[Correction]:
    line, names = header
    first: dict[str, int] = {}
    misspelt = _misspelt(names, quotas)
    for at, name in enumerate(names):
        data = [cells[at] if at < len(cells) else "" for _, cells in body]
        if not name:
            if any(data):
                yield Correction(line, column_label(at), "", f"unnamed {at + 1}", Reason.UNNAMED_COLUMN, "yes")
        elif match_key(name) in first:
            twin = _twin(line, names, first[match_key(name)], at, body)
            yield twin
            if twin.column != column_label(at):  # the first of the two goes
                first[match_key(name)] = at
        else:
            first[match_key(name)] = at
            if at in misspelt:
                wanted = misspelt[at]
                sure = difflib.SequenceMatcher(None, spelling_key(name), spelling_key(wanted)).ratio() >= _SURE
                yield Correction(line, column_label(at), name, wanted, Reason.COLUMN_NAME, "yes" if sure else "?")


def _twin(line: int, names: Sequence[str], one: int, other: int, body: Sequence[_Row]) -> Correction:
    """Propose to take out the second of two columns of one name where it adds nothing, else to call it otherwise."""
    pairs = [tuple(cells[at] if at < len(cells) else "" for at in (one, other)) for _, cells in body]
    if all(second in ("", first) for first, second in pairs):
        return Correction(line, column_label(other), names[other], REMOVE, Reason.TWIN_COLUMN, "yes")
    if not any(first for first, _ in pairs):
        return Correction(line, column_label(one), names[one], REMOVE, Reason.TWIN_COLUMN, "yes")
    return Correction(line, column_label(other), names[other], f"{names[other]} ({other + 1})", Reason.TWIN_COLUMN, "?")


def _misspelt(names: Sequence[str], quotas: Quotas) -> dict[int, str]:
    """Give the names that columns were probably meant to have, by place, of those that the quotas ask for in vain."""
    wanted = [quotas.id_column, *(category.column for category in quotas.categories), *quotas.household_columns]
    wanted += [exclusion.column for exclusion in quotas.exclude]
    keys = {spelling_key(name) for name in names}
    missing = [name for name in dict.fromkeys(wanted) if spelling_key(name) not in keys]
    free = [name for name in names if name and spelling_key(name) not in set(map(spelling_key, wanted))]
    found: dict[int, str] = {}
    for name in missing:
        other = closest(name, free)
        if other is not None and names.index(other) not in found:
            found[names.index(other)] = name
    return found
