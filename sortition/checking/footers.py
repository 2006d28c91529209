"""Rows at the end of a file that hold a total or a remark, and nobody's reply."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sortition.checking.findings import Findings, lines_text
from sortition.messages import phrase
from sortition.model import Pool

_FOOTER = re.compile(
    r"(grand )?(sub)?totals?\b|sum(me)?\b|gesamt|count\b|number of|anzahl|exported|generated|printed|created|source\b|"
    r"report\b|page\b|end of|stand\b|\([0-9]+ rows",
    re.IGNORECASE,
)
_FEW, _MANY = 2, 4
"""Such a row fills at most so few cells of a table that has so many columns."""


def trailing_rows(rows: Sequence[Sequence[str]], ids: int | None) -> int:
    """Count the rows at the end that are no replies: almost empty, and without an id or beginning with such a word."""
    count = 0
    for cells in reversed(rows):
        filled = [cell for cell in cells if cell]
        nobody = ids is not None and (ids >= len(cells) or not cells[ids])
        if len(cells) < _MANY or len(filled) > _FEW or not (nobody or _FOOTER.match(filled[0])):
            break
        count += 1
    return count


def replies_only(pool: Pool, ids: int | None, findings: Findings) -> Pool:
    """Give the pool without such rows, which are a fault."""
    count = trailing_rows(pool.rows, ids)
    if not count:
        return pool
    end = len(pool.rows) - count
    text = phrase(
        "{lines} at the end of the file: a total or a remark, and nobody's reply. Delete it.",
        lines=lines_text(pool.lines[end:]),
    )
    findings.fault(text, pool.lines[end])
    return replace(pool, rows=pool.rows[:end], lines=pool.lines[:end])
