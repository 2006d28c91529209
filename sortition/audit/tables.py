"""The private tables: the rows of the pool before and after the draw, everybody's chances, and their receipts.

The rows of the redacted are empty and left out. All are made in pieces while they are written, since receipts of a
million people take half a gigabyte.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain

from sortition.audit.cells import csv_pieces, decimal_text, exact_text
from sortition.audit.frozen import Frozen
from sortition.audit.receipts import COLUMNS, receipt_code


def pool_csv(frozen: Frozen) -> Iterator[bytes]:
    """Write the rows of the people who may be drawn: `private/pool.csv`, which a draw turns into the next two."""
    return csv_pieces(chain([frozen.pool.columns], filter(None, frozen.pool.rows)))


def panel_csv(frozen: Frozen, ticket: int) -> Iterator[bytes]:
    """Write the rows of the people drawn, sorted by id: `private/panel.csv`."""
    rows = (frozen.pool.rows[person] for person in frozen.panel(ticket))
    return csv_pieces(chain([frozen.pool.columns], filter(None, rows)))


def remaining_csv(frozen: Frozen, ticket: int) -> Iterator[bytes]:
    """Write the rows of the people not drawn, and whether they share a household with a member."""
    panel = set(frozen.panel(ticket))
    households = frozen.lottery.problem.households.tolist()
    taken = {households[person] for person in panel} - {-1}
    left = [person for person, row in enumerate(frozen.pool.rows) if row and person not in panel]
    rows = ((*frozen.pool.rows[person], "no" if households[person] in taken else "yes") for person in left)
    return csv_pieces(chain([(*frozen.pool.columns, available_column(frozen.pool.columns))], rows))


def available_column(columns: Sequence[str]) -> str:
    """Name the column of `remaining.csv` that tells who can replace a member: `available`, unless the pool has it."""
    names = (f"available{suffix}" for suffix in ("", *(f"_{number}" for number in range(2, len(columns) + 3))))
    return next(name for name in names if name not in columns)


def chances_csv(frozen: Frozen) -> Iterator[bytes]:
    """Write everyone's tickets and chances, sorted by id: `private/chances.csv`."""
    lottery = frozen.lottery
    counts = lottery.tickets.tolist()
    chance = {tickets: decimal_text(Fraction(tickets, len(lottery.panels))) for tickets in set(counts)}
    header = ("id", "pseudonym", "tickets", "chance", "fair_chance", "fair_chance_exact")
    rows = (
        (
            person,
            pseudonym,
            str(tickets),
            chance[tickets],
            decimal_text(fair if exact is None else exact),
            "" if exact is None else exact_text(exact),
        )
        for person, row, pseudonym, tickets, fair, exact in zip(
            lottery.problem.ids,
            frozen.pool.rows,
            frozen.pseudonyms,
            counts,
            lottery.fair.tolist(),
            lottery.fair_exact,
            strict=True,
        )
        if row
    )
    return csv_pieces(chain([header], rows))


def receipts_csv(frozen: Frozen) -> Iterator[bytes]:
    """Write everyone's salt and the code they can be given, sorted by id: `private/receipts.csv`."""
    leaf = frozen.places
    rows = (
        (
            frozen.lottery.problem.ids[person],
            pseudonym,
            salt,
            str(leaf[person]),
            receipt_code(frozen.tree, leaf[person], pseudonym, salt, tuple(zip(frozen.pool.columns, row, strict=True))),
        )
        for person, (pseudonym, salt, row) in enumerate(
            zip(frozen.pseudonyms, frozen.salts, frozen.pool.rows, strict=True)
        )
        if row
    )
    return csv_pieces(chain([COLUMNS], rows))
