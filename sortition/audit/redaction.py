"""Erasing one person from the private files, so that the bundle still verifies."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from sortition.audit.bundle import Bundle, change_bundle, public_files
from sortition.audit.disk import Content, as_sentence
from sortition.audit.record import append, read_entries
from sortition.audit.tables import chances_csv, panel_csv, pool_csv, receipts_csv, remaining_csv
from sortition.errors import Fault, UsageError
from sortition.messages import phrase

_SHORTEST = 3
"""Letters that a cell must have for its finding in a reason to mean anything."""


def redact(bundle: Bundle, person_id: str, reason: str, now: dt.datetime, *, member: bool = False) -> Bundle:
    """Erase one person's row and salt from the private files, and the key, which could make the salt anew.

    The public files keep the pseudonym, the answers if they were published, and the tickets; nobody can tie them to
    the person any more by what is in the folder. The record tells that somebody was redacted, and why.

    Parameters
    ----------
    bundle
        A bundle as read.
    person_id
        The person's id.
    reason
        Why, for the public record, without anything personal.
    now
        The time to record.
    member
        Whether it is meant if the person is on the panel that was drawn.

    Raises
    ------
    UsageError
        Nobody in the bundle has this id; the person is on the panel; or the reason is blank or tells who they are.
    InputError
        The disk refused.
    """
    frozen = bundle.frozen
    places = [
        place for place, row in enumerate(frozen.pool.rows) if row and frozen.lottery.problem.ids[place] == person_id
    ]
    if not places:
        raise UsageError(Fault(phrase("nobody in the private files has this id."), str(bundle.out)))
    (place,) = places
    _refuse_reason(reason, frozen.pool.rows[place])
    if bundle.draw and place in frozen.panel(bundle.draw.ticket) and not member:
        raise UsageError(phrase("this person is on the panel that was drawn. To erase them all the same, add --yes."))
    rows = tuple(() if at == place else row for at, row in enumerate(frozen.pool.rows))
    salts = tuple("" if at == place else salt for at, salt in enumerate(frozen.salts))
    left = replace(frozen, pool=replace(frozen.pool, rows=rows), salts=salts, key=None)
    private: dict[str, Content] = {"chances.csv": chances_csv(left), "receipts.csv": receipts_csv(left)}
    if bundle.draw is None:
        private["pool.csv"] = pool_csv(left)
    else:
        private |= {"panel.csv": panel_csv(left, bundle.draw.ticket)}
        private |= {"remaining.csv": remaining_csv(left, bundle.draw.ticket)}
    record = append(public_files(bundle.out)["record.jsonl"], "redacted", {"people": 1, "reason": reason.strip()}, now)
    with as_sentence(bundle.out):  # first the key: a bundle without it is whole at any time
        (bundle.out / "private" / "key.json").unlink(missing_ok=True)
    change_bundle(bundle.out, private, record)
    return Bundle(bundle.out, left, read_entries(record))


def _refuse_reason(reason: str, row: Sequence[str]) -> None:
    """Refuse a reason that says nothing, or something that stands in the person's row."""
    if not reason.strip():
        message = phrase("the reason is blank. Say why, without anything personal: it stands in the public record.")
        raise UsageError(message)
    cells = [re.escape(cell) for cell in row if len(cell) >= _SHORTEST]
    if cells and re.search(rf"(?<!\w)({'|'.join(cells)})(?!\w)", reason, re.IGNORECASE):
        message = phrase("the reason holds something from this person's row. It stands in public: say it without.")
        raise UsageError(message)
