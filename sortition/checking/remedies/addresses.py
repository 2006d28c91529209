"""Postcodes with a slip in them, one address written in two ways, and houses in which many live."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sortition.checking.findings import Findings
from sortition.checking.households import LARGE_HOUSEHOLD, address_key, find_households
from sortition.checking.spelling import spelling_key
from sortition.model import Correction, Pool, Reason

_SHAPES = ("A9", "A99", "AA9", "AA99", "A9A", "AA9A")
"""How British postcodes begin: letters and digits."""
_POSTCODE = re.compile(r"[a-z]{1,2}[0-9][0-9a-z]?[0-9][a-z]{2}")
_DIGITS = {"o": "0", "i": "1", "l": "1"}
_LETTERS = {"0": "o", "1": "i"}
_UNIT = re.compile(r"\b(?:flat|apartment|apt|unit|room)\s*([0-9]+[a-z]?|[a-z])\b")
_BUILDING = re.compile(
    r"\b(halls?|student|college|university|residences?|accommodation|care home|nursing|residential home|hostel|shelter|"
    r"almshouses?|barracks|monastery|convent|wohnheim|pflegeheim)\b",
    re.IGNORECASE,
)
_FEW = 3
"""An address with words of a house of many is asked about from this many people on."""


def address_remedies(
    pool: Pool, rows: Sequence[int], columns: Sequence[int], ids: int | None, uprn: int | None
) -> Iterator[Correction]:
    """Propose corrections of the household columns."""
    if not columns:
        return
    postcodes = [column for column in columns if _holds_postcodes(pool, rows, column)]
    for column in postcodes:
        yield from _postcodes(pool, rows, column)
    street = next((column for column in columns if column not in postcodes), None)
    if street is not None:
        yield from _written_in_two_ways(pool, rows, columns, street)
        yield from _houses_of_many(pool, rows, columns, street, ids, uprn)


def _holds_postcodes(pool: Pool, rows: Sequence[int], column: int) -> bool:
    """Tell whether most of what stands in a column are British postcodes."""
    cells = [address_key(pool.rows[row][column]) for row in rows if pool.rows[row][column]]
    return 2 * sum(bool(_POSTCODE.fullmatch(cell)) for cell in cells) > len(cells)


def _postcodes(pool: Pool, rows: Sequence[int], column: int) -> Iterator[Correction]:
    for row in rows:
        cell = pool.rows[row][column]
        key = "".join(filter(str.isalnum, cell.casefold()))
        if 5 <= len(key) <= 7 and not _POSTCODE.fullmatch(key):
            found = {_fitted(key, f"{shape}9AA") for shape in _SHAPES} - {""}
            if len(found) == 1:
                code = found.pop().upper()
                after = f"{code[:-3]} {code[-3:]}"
                yield Correction(pool.lines[row], pool.columns[column], cell, after, Reason.POSTCODE, "yes")


def _fitted(key: str, shape: str) -> str:
    """Give the code with the letters and digits that the shape wants, or empty text where it cannot have them."""
    if len(key) != len(shape):
        return ""
    pairs = zip(key, shape, strict=True)
    wanted = [_DIGITS.get(sign, sign) if kind == "9" else _LETTERS.get(sign, sign) for sign, kind in pairs]
    fits = all(sign.isdigit() == (kind == "9") for sign, kind in zip(wanted, shape, strict=True))
    return "".join(wanted) if fits else ""


def _written_in_two_ways(pool: Pool, rows: Sequence[int], columns: Sequence[int], street: int) -> Iterator[Correction]:
    """Ask about the same flat in the same house, such as `Flat 2, 14 High St` and `14 High St Flat 2`."""
    others = [column for column in columns if column != street]
    first: dict[tuple[str, ...], str] = {}
    for row in rows:
        cell = pool.rows[row][street]
        unit = _UNIT.search(spelling_key(cell))
        if unit is None:
            continue
        house = address_key(_UNIT.sub(" ", spelling_key(cell)))
        key = (unit[1], house, *(address_key(pool.rows[row][column]) for column in others))
        same = first.setdefault(key, cell)
        if house and address_key(same) != address_key(cell):
            yield Correction(pool.lines[row], pool.columns[street], cell, same, Reason.SAME_ADDRESS)


def _houses_of_many(
    pool: Pool, rows: Sequence[int], columns: Sequence[int], street: int, ids: int | None, uprn: int | None
) -> Iterator[Correction]:
    """Ask whether people at one address live there each on their own, as in a student hall or a care home."""
    addresses = [[pool.rows[row][column] for column in columns] for row in rows]
    uprns = [] if uprn is None else [pool.rows[row][uprn] for row in rows]
    names = [pool.columns[column] for column in columns]
    for members in find_households(names, addresses, Findings(pool.source), uprns):
        home = pool.rows[rows[members[0]]][street]
        if len(members) > LARGE_HOUSEHOLD or (len(members) >= _FEW and _BUILDING.search(home)):
            for member in members:
                row = rows[member]
                cell = pool.rows[row][street]
                own = pool.lines[row] if ids is None else pool.rows[row][ids]
                after = f"{cell} (own home: {own})"
                yield Correction(pool.lines[row], pool.columns[street], cell, after, Reason.SHARED_BUILDING)
                if uprn is not None and pool.rows[row][uprn]:  # the number of the whole house would bind them still
                    number = pool.rows[row][uprn]
                    yield Correction(pool.lines[row], pool.columns[uprn], number, "", Reason.SHARED_BUILDING)
