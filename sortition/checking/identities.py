"""Which rows of the pool are different people, told from their ids."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sortition.checking.findings import Findings, lines_text, tell_each_or_all
from sortition.checking.spelling import folded
from sortition.messages import phrase, phrases
from sortition.model import Pool

SCIENTIFIC = re.compile(r"[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+")
_DECIMAL = re.compile(r"[0-9]+[.,]0+")
_SPACE = re.compile(r"\s")
_NOUGHTS_AFTER = re.compile(r"(?<=[0-9])[.,]0+$")
LONG = re.compile(r"[0-9]{16,}")
PLACES_KEPT = 15
"""Spreadsheets keep this many digits of a number and write noughts for the rest."""


def distinct_people(pool: Pool, column: int, findings: Findings) -> tuple[int, ...]:
    """Give the rows of the different people of the pool, sorted by the UTF-8 bytes of their ids.

    Where ids are at fault all their rows are given, so that the rest of them can be checked too.

    Rows that are the same in every cell are one person, with a note. Ids that are blank, that stand for different
    rows, that a spreadsheet has rounded, or that hold invisible characters are faults.

    Parameters
    ----------
    pool
        The replies.
    column
        Position of the column that holds the ids.
    findings
        Receives faults and notes.
    """
    ids = [cells[column] for cells in pool.rows]
    blank = [pool.lines[row] for row, identity in enumerate(ids) if not identity]
    if blank:
        text = phrase("there is no id on {lines}. Give each person one of their own.", lines=lines_text(blank))
        findings.fault(text, blank[0])
    _check_repeated(pool, [same for same in repeated(ids) if ids[same[0]]], findings)
    first: dict[str, int] = {}
    for row, identity in enumerate(ids):
        if identity:
            first.setdefault(identity, row)
    _check_damage(pool, first, findings)
    _check_lookalikes(pool, column, first, findings)
    different = {cells: row for row, cells in reversed(list(enumerate(pool.rows)))}
    return tuple(sorted(different.values(), key=lambda row: (pool.rows[row][column].encode("utf-8", "replace"), row)))


def repeated(keys: Sequence[str]) -> list[list[int]]:
    """Give the places of every key that stands at several."""
    if len(set(keys)) == len(keys):  # as a rule; lists of a million places would only be thrown away
        return []
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        places[key].append(place)
    return [same for same in places.values() if len(same) > 1]


def _check_repeated(pool: Pool, repeated: Sequence[Sequence[int]], findings: Findings) -> None:
    """Find ids that stand on several lines."""
    same: list[list[int]] = []
    different: list[list[int]] = []
    for rows in repeated:
        one = len({pool.rows[row] for row in rows}) == 1
        (same if one else different).append([pool.lines[row] for row in rows])
    tell_each_or_all(
        findings.note,
        same,
        lambda lines, _: phrase(
            "the same id stands on {lines} with the same row each time; it is counted once.", lines=lines
        ),
        lambda count, first: phrases(
            "{n} id stands on several lines with the same row each time, and is counted once ({first}).",
            "{n} ids stand on several lines with the same row each time, and are counted once ({first}).",
            count,
            first=first,
        ),
    )
    tell_each_or_all(
        findings.fault,
        different,
        lambda lines, _: phrase(
            "the same id stands on {lines} with different rows. Keep the right row, or give each person an id.",
            lines=lines,
        ),
        lambda count, first: phrases(
            "{n} id stands on several lines with different rows ({first}). Keep the right rows, or give each person an "
            "id.",
            "{n} ids stand on several lines with different rows ({first}). Keep the right rows, or give each person an "
            "id.",
            count,
            first=first,
        ),
    )


def _check_damage(pool: Pool, first: dict[str, int], findings: Findings) -> None:
    """Find ids that a spreadsheet or a copy has changed."""

    def where(identities: Iterable[str]) -> list[int]:
        return sorted(pool.lines[first[identity]] for identity in identities)

    if lines := where(filter(SCIENTIFIC.fullmatch, first)):
        text = phrase(
            "the id on {lines} is a number that a spreadsheet has rounded (as 1.2E+15). Export the ids again, as text.",
            lines=lines_text(lines),
        )
        findings.fault(text, lines[0])
    if lines := where(identity for identity in first if not identity.isprintable()):
        text = phrase("the id on {lines} holds characters that cannot be seen. Type it again.", lines=lines_text(lines))
        findings.fault(text, lines[0])
    if lines := where(filter(_DECIMAL.fullmatch, first)):
        text = phrase("the id on {lines} ends in '.0', which a spreadsheet may have added.", lines=lines_text(lines))
        findings.note(text, lines[0])
    long = [identity for identity in first if LONG.fullmatch(identity)]
    if long and all(set(identity[PLACES_KEPT:]) == {"0"} for identity in long):
        lines = where(long)
        add = findings.fault if len(lines) > 1 else findings.note  # one id may end in a nought by chance
        text = phrase(
            "every id of 16 or more digits ends in noughts ({lines}), as if a spreadsheet had rounded it. Export the "
            "ids again, as text.",
            lines=lines_text(lines),
        )
        add(text, lines[0])


def _check_lookalikes(pool: Pool, column: int, first: dict[str, int], findings: Findings) -> None:
    """Find ids that differ only in case, spacing, leading noughts or a '.0': one person twice, as a rule."""
    same, different = _lookalikes(pool, column, first)
    tell_each_or_all(
        findings.fault,
        same,
        lambda lines, _: phrase(
            "the ids on {lines} differ only in case, spacing or noughts, and the rows are otherwise the same. Keep one "
            "of them, or give different people ids that differ more.",
            lines=lines,
        ),
        lambda count, first: phrases(
            "{n} group of ids differs only in case, spacing or noughts, and the rows are otherwise the same ({first}). "
            "Keep one of them, or give different people ids that differ more.",
            "{n} groups of ids differ only in case, spacing or noughts, and the rows are otherwise the same ({first}). "
            "Keep one of them, or give different people ids that differ more.",
            count,
            first=first,
        ),
    )
    tell_each_or_all(
        findings.note,
        different,
        lambda lines, _: phrase(
            "the ids on {lines} differ only in case, spacing or noughts; look whether they are the same person.",
            lines=lines,
        ),
        lambda count, first: phrases(
            "{n} group of ids differs only in case, spacing or noughts ({first}). Look whether they are the same "
            "people.",
            "{n} groups of ids differ only in case, spacing or noughts ({first}). Look whether they are the same "
            "people.",
            count,
            first=first,
        ),
    )


def _lookalikes(pool: Pool, column: int, first: Mapping[str, int]) -> tuple[list[list[int]], list[list[int]]]:
    """Give the lines of ids that are alike, where the rows are otherwise the same and where they are not."""
    ids = list(first)
    same: list[list[int]] = []
    different: list[list[int]] = []
    for places in repeated([loose_key(identity) for identity in ids]):
        alike = [ids[place] for place in places]
        lines = [pool.lines[first[identity]] for identity in alike]
        others = {(cells[:column], cells[column + 1 :]) for cells in (pool.rows[first[each]] for each in alike)}
        (same if len(others) == 1 else different).append(lines)
    return same, different


def loose_key(identity: str) -> str:
    """Give what is left of an id when everything that programs are known to change is taken away."""
    text = folded(identity)
    if not text.isalnum():
        text = _NOUGHTS_AFTER.sub("", _SPACE.sub("", text))
    return text.lstrip("0")
