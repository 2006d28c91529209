"""A lottery made ready for publication: the bytes of its files, and the digest that is announced before the seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from sortition.audit.announcement import PLAIN, Announcement, document, quota_terms
from sortition.audit.cells import decimal_text, exact_text
from sortition.audit.draw import METHOD
from sortition.audit.pseudonyms import commitment, document_salt, pseudonyms_of, salts_of
from sortition.audit.receipts import Tree
from sortition.canonical import canonical_json, canonical_pieces, digest_of, sha256_hex
from sortition.model import NO_VALUE, Lottery, Pool, Quota

NUMBERING = "sortition-number-1"
"""Name of the rule that numbers the panels; another rule would get another name."""

_AT_ONCE = 100
"""Panels that are written out together."""


@dataclass(frozen=True, eq=False)
class Frozen:
    """A lottery with all that its bundle needs; nothing of it changes once its digest is announced."""

    name: str
    """Name of the assembly."""
    lottery: Lottery
    pool: Pool
    """The rows of the people who may be drawn, in the order of `lottery.problem.ids`; of the redacted, empty ones."""
    id_column: str
    excluded: tuple[tuple[str, int], ...]
    """Pairs (reason, how many people may not be drawn for it)."""
    key: bytes | None
    """What pseudonyms and salts were made from; None once it was erased."""
    pseudonyms: tuple[str, ...]
    """Everyone's pseudonym, in the order of `lottery.problem.ids`, as are the next two."""
    salts: tuple[str, ...]
    """Everyone's salt; of the redacted, empty text."""
    commitments: tuple[str, ...]
    document_salt: str | None = None
    """Salt of the documents with everybody's answers, where those stay private; None where they are published."""
    announcement: Announcement = PLAIN
    """How the seed will come."""

    @property
    def corrections(self) -> dict[str, Any]:
        """What the record tells of the pool's corrections: nothing where there were none."""
        made = self.pool.corrections
        if made is None:
            return {}
        reasons = [{"count": count, "reason": reason.value} for reason, count in made.counts]
        return {"corrections": {"digest": made.digest, "reasons": reasons}}

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Positions in `lottery.problem.ids` in the order of the public files, which is that of the pseudonyms."""
        return tuple(sorted(range(len(self.pseudonyms)), key=self.pseudonyms.__getitem__))

    @cached_property
    def places(self) -> tuple[int, ...]:
        """Everyone's place in that order, in the order of `lottery.problem.ids`."""
        return tuple(np.argsort(self.order).tolist())

    @cached_property
    def tree(self) -> Tree:
        """The Merkle tree over the commitments, in the order of the public files."""
        return Tree.over([self.commitments[person] for person in self.order])

    @cached_property
    def files(self) -> dict[str, bytes]:
        """The public files that the digest pins, by name."""
        return {
            "announcement.json": canonical_json(document(self)) + b"\n",
            "certificate.json": self.certificate_json,
            "lottery.csv": b"".join(_panel_rows(self)),
            "problem.json": self.problem_json,
        }

    @cached_property
    def withheld(self) -> dict[str, bytes]:
        """The documents with everybody's answers, by name, where those stay private."""
        if self.document_salt is None:
            return {}
        salt = {"salt": self.document_salt}
        return {
            "certificate.json": canonical_json(_certificate(self) | salt) + b"\n",
            "problem.json": _with_people(_problem(self) | salt, _people(self)),
        }

    @property
    def problem_digest(self) -> str:
        """The digest of `problem.json`, which does not depend on the panels."""
        return sha256_hex(self.problem_json)

    @cached_property
    def problem_json(self) -> bytes:
        """The bytes of `problem.json`."""
        if self.document_salt is None:
            return _with_people(_problem(self), _people(self))
        return _with_people(_counts(self, sha256_hex(self.withheld["problem.json"])), _hidden(self))

    @property
    def certificate_json(self) -> bytes:
        """The bytes of `certificate.json`."""
        document = _certificate(self)
        if self.document_salt is not None:
            kept = {key: document[key] for key in ("fair", "objective", "status")}
            full = sha256_hex(self.withheld["certificate.json"])
            document = {**kept, "format": "sortition-certificate-1-counts", "full": full}
        return canonical_json(document) + b"\n"

    @cached_property
    def terms(self) -> dict[str, Any]:
        """What the digest is taken of."""
        return {
            "announcement": sha256_hex(self.files["announcement.json"]),
            "certificate": sha256_hex(self.files["certificate.json"]),
            "lottery": sha256_hex(self.files["lottery.csv"]),
            "method": METHOD,
            "problem": sha256_hex(self.files["problem.json"]),
            "tickets": len(self.lottery.panels),
        }

    @cached_property
    def digest(self) -> str:
        """The lottery digest: 64 hexadecimal digits, to be announced before the seed exists."""
        return digest_of(self.terms)

    def panel(self, ticket: int) -> tuple[int, ...]:
        """Give the positions in `lottery.problem.ids` of a ticket's panel, ascending."""
        return tuple(sorted(self.lottery.panels[ticket].tolist()))


def freeze(
    lottery: Lottery,
    pool: Pool,
    rows: Sequence[int],
    *,
    name: str,
    id_column: str,
    key: bytes,
    excluded: Iterable[tuple[str, int]] = (),
    counts_only: bool = False,
    announcement: Announcement = PLAIN,
) -> Frozen:
    """Make a lottery ready for publication.

    Parameters
    ----------
    lottery
        The numbered panels.
    pool
        The replies as read.
    rows
        Shape (people,): the row in `pool.rows` of each person of `lottery.problem.ids`.
    name
        Name of the assembly.
    id_column
        Column of the pool that holds the ids.
    key
        Secret key of 32 bytes; the same key gives the same pseudonyms.
    excluded
        Pairs (reason, how many people may not be drawn for it).
    counts_only
        Whether everybody's answers stay private, and only how many people gave each is published.
    announcement
        How the seed will come.

    Raises
    ------
    ValueError
        The key is not of 32 bytes, or the rows are not those of the lottery's people.
    """
    if len(key) != 32:
        raise ValueError("a key has 32 bytes")
    at = pool.columns.index(id_column)
    if tuple(pool.rows[row][at] for row in rows) != lottery.problem.ids:
        raise ValueError("the rows given are not those of the people of the lottery")
    people = replace(pool, rows=tuple(pool.rows[row] for row in rows), lines=tuple(pool.lines[row] for row in rows))
    ids = lottery.problem.ids
    names, salts = pseudonyms_of(key, ids), salts_of(key, ids)
    commitments = tuple(
        commitment(salt, pseudonym, tuple(zip(people.columns, row, strict=True)))
        for salt, pseudonym, row in zip(salts, names, people.rows, strict=True)
    )
    salt = document_salt(key) if counts_only else None
    frozen = Frozen(
        name, lottery, people, id_column, tuple(excluded), key, names, salts, commitments, salt, announcement
    )
    numbered = replace(frozen, lottery=replace(lottery, panels=lottery.panels[_numbering(frozen)]))
    for known in ("order", "places", "problem_json", "withheld"):  # these do not depend on the numbers of the panels
        numbered.__dict__[known] = getattr(frozen, known)
    return numbered


def _numbering(frozen: Frozen) -> list[int]:
    """Order the panels by a hash of their members, so that nobody chose which number a panel has."""
    before = f"{NUMBERING}\n{frozen.problem_digest}\n".encode()
    keys = [sha256_hex(before + names) for names in _names(frozen)]
    return sorted(range(len(keys)), key=keys.__getitem__)


def _panel_rows(frozen: Frozen) -> Iterator[bytes]:
    """Give the lines of `lottery.csv`; pseudonyms need no quotes."""
    yield ",".join(("panel", *map(str, range(1, frozen.lottery.problem.panel_size + 1)))).encode() + b"\n"
    for ticket, names in enumerate(_names(frozen)):
        yield b"%d,%s\n" % (ticket, names)


def _names(frozen: Frozen) -> Iterator[bytes]:
    """Give the sorted pseudonyms of each panel, with commas between them."""
    # pseudonyms are all of one length, so that numpy can put those of many panels together
    names = np.array([f"{frozen.pseudonyms[person]}," for person in frozen.order], dtype=bytes)
    panels = np.sort(np.array(frozen.places, dtype=np.int32)[frozen.lottery.panels], axis=1)
    length = names.itemsize * panels.shape[1]
    for start in range(0, len(panels), _AT_ONCE):
        text = names[panels[start : start + _AT_ONCE]].tobytes()
        yield from (text[at : at + length - 1] for at in range(0, len(text), length))


def _with_people(document: dict[str, Any], people: Iterable[dict[str, Any]]) -> bytes:
    return b"".join((*canonical_pieces(document, "people", people), b"\n"))


def _problem(frozen: Frozen) -> dict[str, Any]:
    """What the panels had to meet, in public terms; the people come besides."""
    problem = frozen.lottery.problem
    return {
        "categories": [
            {"name": name, "values": values} for name, values in zip(problem.categories, problem.values, strict=True)
        ],
        "excluded": [{"people": people, "reason": reason} for reason, people in frozen.excluded],
        "format": "sortition-problem-1",
        "id_column": frozen.id_column,
        "name": frozen.name,
        "panel_size": problem.panel_size,
        "quotas": [
            {**terms, "kind": quota.kind, "why": quota.why, **_population(quota)}
            for terms, quota in zip(quota_terms(problem), problem.quotas, strict=True)
        ],
    }


def _population(quota: Quota) -> dict[str, Any]:
    """What share of the population a quota stands for, and the seats aimed at, where the quota file tells."""
    if quota.share is None and quota.target is None:
        return {}
    share = None if quota.share is None else f"{quota.share:.4f}"
    return {"population": {"share": share, "target": quota.target}}


def _counts(frozen: Frozen, full: str) -> dict[str, Any]:
    """The same where answers and households stay private: how many people each quota counts, and what pins the rest."""
    problem, counts = _problem(frozen), frozen.lottery.problem.membership.sum(axis=0).tolist()
    return problem | {
        "format": "sortition-problem-1-counts",
        "full": full,
        "quotas": [quota | {"pool": count} for quota, count in zip(problem["quotas"], counts, strict=True)],
    }


def _people(frozen: Frozen) -> Iterator[dict[str, Any]]:
    """Everyone under pseudonym; households are renumbered, so that their numbers do not tell the order of the ids."""
    problem = frozen.lottery.problem
    numbers: dict[int, int] = {}
    for person in frozen.order:
        household = int(problem.households[person])
        number = None if household < 0 else numbers.setdefault(household, len(numbers))
        yield {
            "codes": tuple([None if code == NO_VALUE else code for code in problem.codes[person].tolist()]),
            "commitment": frozen.commitments[person],
            "household": number,
            "pseudonym": frozen.pseudonyms[person],
        }


def _hidden(frozen: Frozen) -> Iterator[dict[str, Any]]:
    """Everyone under pseudonym, without answers."""
    for person in frozen.order:
        yield {"commitment": frozen.commitments[person], "pseudonym": frozen.pseudonyms[person]}


def _certificate(frozen: Frozen) -> dict[str, Any]:
    """What is known of how good a lottery can be; people go by their number in `problem.json`."""
    lottery, certificate = frozen.lottery, frozen.lottery.certificate
    fair = [
        decimal_text(float(lottery.fair[person])) if exact is None else exact_text(exact)
        for person, exact in ((person, lottery.fair_exact[person]) for person in frozen.order)
    ]
    return {
        "classes": [sorted(frozen.places[person] for person in members) for members in certificate.classes],
        "details": certificate.details,
        "fair": fair,
        "format": "sortition-certificate-1",
        "levels": [
            {
                "bound": str(level.bound),
                "members": level.members,
                "status": level.status,
                "value": str(level.value),
                "weights": [{"class": number, "weight": str(weight)} for number, weight in level.weights],
            }
            for level in certificate.levels
        ],
        "objective": certificate.objective,
        "status": certificate.status,
        "unreachable": certificate.unreachable,
    }
