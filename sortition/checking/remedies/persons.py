"""The same person on several rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sortition.checking.persons import same_persons
from sortition.model import REMOVE, WHOLE_ROW, Correction, Pool, Reason
from sortition.reading.corrections import row_text


def person_remedies(pool: Pool, rows: Sequence[int]) -> Iterator[Correction]:
    """Ask whether to take out the later rows of what is probably one person."""
    for group in same_persons(pool, rows):
        for row in group[1:]:
            if pool.rows[row] != pool.rows[group[0]]:  # identical rows are counted once anyway
                yield Correction(pool.lines[row], WHOLE_ROW, row_text(pool.rows[row]), REMOVE, Reason.SAME_PERSON)
