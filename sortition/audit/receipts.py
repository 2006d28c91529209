"""Receipts: what one person needs to show, without revealing others, that the frozen lottery holds them and their row.

The commitments of all people are the leaves of a Merkle tree built as in RFC 6962, whose root stands in the record.
A receipt opens one commitment (by its salt and row) and carries the leaf's path to the root.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sortition.canonical import canonical_json

FORMAT = "sortition-receipt-1"
MOST_PATHS = 50_000
"""People up to whom receipts carry paths: in larger pools they would fill gigabytes, and problem.json does instead."""
NODE = 32
"""Bytes of a SHA-256."""
COLUMNS = ("id", "pseudonym", "salt", "leaf", "code")
"""Header of `private/receipts.csv`."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A Merkle tree: its leaves first, its root last."""

    levels: tuple[bytes, ...]
    """Each level as its nodes one after the other."""

    @classmethod
    def over(cls, commitments: Sequence[str]) -> Tree:
        """Build the tree over commitments (64 hexadecimal digits each; at least one)."""
        levels = [b"".join(hashlib.sha256(b"\0" + bytes.fromhex(each)).digest() for each in commitments)]
        while len(levels[-1]) > NODE:
            pairs = (levels[-1][start : start + 2 * NODE] for start in range(0, len(levels[-1]), 2 * NODE))
            # the last may be alone: it goes up as it is
            levels.append(b"".join(hashlib.sha256(b"\1" + pair).digest() if pair[NODE:] else pair for pair in pairs))
        return cls(tuple(levels))

    @property
    def people(self) -> int:
        """How many leaves there are."""
        return len(self.levels[0]) // NODE

    @property
    def root(self) -> str:
        """The root, in hexadecimal digits."""
        return self.levels[-1].hex()

    def path(self, leaf: int) -> tuple[str, ...]:
        """Give the neighbours that lead from a leaf (numbered from 0) to the root, in hexadecimal digits."""
        starts = ((level, NODE * ((leaf >> height) ^ 1)) for height, level in enumerate(self.levels[:-1]))
        return tuple(level[start : start + NODE].hex() for level, start in starts if start < len(level))


def receipt_code(tree: Tree, leaf: int, pseudonym: str, salt: str, row: Sequence[tuple[str, str]]) -> str:
    """Give the text that one person can be sent; mail programs may break its lines, but find nothing in it to change.

    Parameters
    ----------
    tree
        The tree over everybody's commitments.
    leaf
        The person's place in `problem.json`, from 0.
    pseudonym, salt
        The person's.
    row
        Pairs (column, cell) as frozen.

    Returns
    -------
    str
        Canonical JSON in base64 with the alphabet for addresses (RFC 4648, section 5), without padding.
    """
    people = tree.people
    document = {
        "format": FORMAT,
        "leaf": leaf,
        "path": tree.path(leaf) if people <= MOST_PATHS else None,
        "people": people,
        "pseudonym": pseudonym,
        "row": row,
        "salt": salt,
    }
    return base64.urlsafe_b64encode(canonical_json(document)).decode().rstrip("=")
