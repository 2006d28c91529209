"""The append-only record: one line an event, each holding the SHA-256 of the line before."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from sortition.canonical import canonical_json, sha256_hex

START = "0" * 64
"""What the first line holds in place of the digest of a line before it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the record."""

    seq: int
    """Number of the line, from 0."""
    time: str
    """When it was recorded: UTC, to the second, as 2026-11-22T13:00:00Z."""
    kind: str
    """`frozen`, `lottery published`, `seed`, `drawn` or `drawn again`."""
    content: dict[str, Any]
    previous: str
    """SHA-256 of the bytes of the line before, without its line feed."""


def append(record: bytes, kind: str, content: dict[str, Any], now: dt.datetime) -> bytes:
    """Give the record with one more line.

    Parameters
    ----------
    record
        The bytes of the record so far; empty for a new one.
    kind
        What happened.
    content
        Text, whole numbers, lists and objects.
    now
        The time to record; it must know its time zone.

    Raises
    ------
    ValueError
        The time does not know its time zone.
    """
    lines = record.splitlines()
    line = {
        "content": content,
        "kind": kind,
        "previous": sha256_hex(lines[-1]) if lines else START,
        "seq": len(lines),
        "time": utc_text(now),
    }
    return record + canonical_json(line) + b"\n"


def read_entries(record: bytes) -> tuple[Entry, ...]:
    """Give the events of a record whose chain has been checked."""
    return tuple(Entry(**json.loads(line)) for line in record.splitlines())


def utc_text(now: dt.datetime) -> str:
    """Write a time as it stands in the record.

    Raises
    ------
    ValueError
        The time does not know its time zone.
    """
    if now.tzinfo is None:
        raise ValueError("a time in the record must know its time zone")
    return now.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
