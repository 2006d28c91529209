"""Ids that a spreadsheet or a copy has changed, ids that are missing, and ids of several rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from sortition.checking.identities import LONG, PLACES_KEPT, SCIENTIFIC, loose_key, repeated
from sortition.checking.persons import name_of
from sortition.model import REMOVE, WHOLE_ROW, Correction, Decision, Pool, Reason
from sortition.reading.corrections import row_text

_AFTER = re.compile(r"(?<=[0-9])[.,]0+$")


def identity_remedies(pool: Pool, column: int) -> Iterator[Correction]:
    """Propose corrections of the ids; a new id is `new-` and the line."""
    old = [cells[column] for cells in pool.rows]
    bare = [_bare(identity) for identity in old]
    width = _width(bare)
    ids = [_restored(identity, width) for identity in bare]
    taken = Counter(ids)
    rounded = _rounded(ids)
    name = pool.columns[column]
    for row, line in enumerate(pool.lines):
        clear: Decision = "yes" if taken[ids[row]] == 1 else "?"
        if not ids[row]:
            yield Correction(line, name, old[row], f"new-{line}", Reason.ID_MISSING)
        elif row in rounded:
            yield Correction(line, name, old[row], f"new-{line}", Reason.ID_ROUNDED)
        elif ids[row] != bare[row]:
            yield Correction(line, name, old[row], ids[row], Reason.ID_NOUGHTS, clear)
        elif bare[row] != old[row]:
            yield Correction(line, name, old[row], ids[row], Reason.ID_MARKS, clear)
    yield from _of_several_rows(pool, column, ids, rounded)


def _bare(identity: str) -> str:
    """Take away what programs put into ids: characters that cannot be seen, an apostrophe in front, `.0` behind."""
    return _AFTER.sub("", "".join(filter(str.isprintable, identity)).lstrip("'").strip())


def _width(ids: Sequence[str]) -> int:
    """Give the number of digits that all ids of digits had, if those that begin with a nought tell; else 0."""
    widths = {len(identity) for identity in ids if identity.isdecimal() and identity.startswith("0")}
    most = max((len(identity) for identity in ids if identity.isdecimal()), default=0)
    return most if widths == {most} else 0


def _restored(identity: str, width: int) -> str:
    return identity.zfill(width) if identity.isdecimal() else identity


def _rounded(ids: Sequence[str]) -> set[int]:
    """Give the rows whose id is a rounded number."""
    long = [row for row, identity in enumerate(ids) if LONG.fullmatch(identity)]
    all_noughts = len(long) > 1 and all(set(ids[row][PLACES_KEPT:]) == {"0"} for row in long)
    return {row for row, identity in enumerate(ids) if SCIENTIFIC.fullmatch(identity)} | set(
        long if all_noughts else ()
    )


def _of_several_rows(pool: Pool, column: int, ids: Sequence[str], rounded: set[int]) -> Iterator[Correction]:
    """Propose to take out the later rows of one id, or to give another person an id of their own."""
    name = pool.columns[column]
    for rows in repeated([loose_key(identity) for identity in ids]):
        if not ids[rows[0]] or rounded & set(rows):
            continue
        first = pool.rows[rows[0]]
        for row in rows[1:]:
            cells, line = pool.rows[row], pool.lines[row]
            others = [(one, other) for at, (one, other) in enumerate(zip(first, cells, strict=True)) if at != column]
            alike = sum(one == other for one, other in others)
            if alike == len(others):
                if ids[row] != ids[rows[0]]:
                    yield Correction(line, WHOLE_ROW, row_text(cells), REMOVE, Reason.ID_TWICE, "yes")
            elif ids[row] == ids[rows[0]]:
                named = name_of(pool.columns, first)
                same = name_of(pool.columns, cells) == named if named else 2 * alike >= len(others)
                if same:
                    yield Correction(line, WHOLE_ROW, row_text(cells), REMOVE, Reason.ID_TWICE)
                else:
                    yield Correction(line, name, cells[column], f"new-{line}", Reason.ID_TWICE)
