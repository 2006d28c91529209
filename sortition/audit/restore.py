"""From the files of a checked bundle back to the lottery, with the real ids, so that it can be drawn later."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from sortition.audit.announcement import read_announcement
from sortition.audit.frozen import Frozen
from sortition.audit.pseudonyms import read_key
from sortition.model import NO_VALUE, Certificate, Level, Lottery, Pool, Problem, Quota


def restore(out: Path) -> Frozen:
    """Give the lottery that a bundle holds.

    Parameters
    ----------
    out
        A bundle that has been verified, with its private files.
    """
    withheld = (out / "private" / "problem.json").is_file()
    documents = out / ("private" if withheld else "public")
    document = json.loads((documents / "problem.json").read_bytes())
    fairness = json.loads((documents / "certificate.json").read_bytes())
    known = _rows(out / "private" / "receipts.csv")[1:]
    erased = {person["pseudonym"] for person in document["people"]}.difference(row[1] for row in known)
    # the redacted come last and go by their pseudonyms
    receipts = known + [[name, name, ""] for name in sorted(erased)]
    ids, pseudonyms, salts = zip(*(row[:3] for row in receipts), strict=True)
    number = {pseudonym: person for person, pseudonym in enumerate(pseudonyms)}
    order = [number[person["pseudonym"]] for person in document["people"]]
    problem = _problem(document, ids, order)
    commitments = {number[person["pseudonym"]]: person["commitment"] for person in document["people"]}
    key = out / "private" / "key.json"
    return Frozen(
        name=document["name"],
        lottery=_lottery(fairness, _rows(out / "public" / "lottery.csv")[1:], problem, order, number),
        pool=_pool(out / "private", document["id_column"], len(erased)),
        id_column=document["id_column"],
        excluded=tuple((group["reason"], group["people"]) for group in document["excluded"]),
        key=read_key(key) if key.exists() else None,
        pseudonyms=pseudonyms,
        salts=salts,
        commitments=tuple(commitments[person] for person in range(len(ids))),
        document_salt=document.get("salt"),
        announcement=read_announcement(json.loads((out / "public" / "announcement.json").read_bytes())),
    )


def _pool(private: Path, id_column: str, erased: int) -> Pool:
    """Read the people who may be drawn: from `pool.csv`, or after the draw from the files it was split into.

    The rows of the redacted are gone; empty ones stand for them, at the end.
    """
    if (private / "pool.csv").is_file():
        columns, *rows = _rows(private / "pool.csv")
    else:
        columns, *rows = _rows(private / "panel.csv")
        rows += [row[:-1] for row in _rows(private / "remaining.csv")[1:]]
    at = columns.index(id_column)
    rows.sort(key=lambda row: row[at].encode())
    rows += [[]] * erased
    return Pool("pool.csv", tuple(columns), tuple(map(tuple, rows)), tuple(range(2, len(rows) + 2)))


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _problem(document: dict[str, Any], ids: tuple[str, ...], order: Sequence[int]) -> Problem:
    people = sorted(zip(order, document["people"], strict=True), key=lambda pair: pair[0])
    codes = [[NO_VALUE if code is None else code for code in person["codes"]] for _, person in people]
    numbers: dict[int, int] = {}
    households = [
        -1 if person["household"] is None else numbers.setdefault(person["household"], len(numbers))
        for _, person in people
    ]
    quotas = tuple(
        Quota(
            tuple((part["category"], tuple(part["values"])) for part in quota["of"]),
            quota["low"],
            quota["high"],
            quota["kind"],
            quota["why"],
            **_population(quota.get("population")),
        )
        for quota in document["quotas"]
    )
    return Problem(
        ids=ids,
        categories=tuple(category["name"] for category in document["categories"]),
        values=tuple(tuple(category["values"]) for category in document["categories"]),
        codes=np.array(codes, dtype=np.int16).reshape(len(ids), len(document["categories"])),
        households=np.array(households, dtype=np.int32),
        panel_size=document["panel_size"],
        quotas=quotas,
    )


def _population(known: dict[str, Any] | None) -> dict[str, Any]:
    """Give what a quota file told of the population, as `Quota` has it."""
    if known is None:
        return {}
    return {"share": None if known["share"] is None else float(known["share"]), "target": known["target"]}


def _lottery(
    document: dict[str, Any],
    rows: Sequence[Sequence[str]],
    problem: Problem,
    order: Sequence[int],
    number: dict[str, int],
) -> Lottery:
    panels = [sorted(number[person] for person in row[1:]) for row in rows]
    fair = dict(zip(order, document["fair"], strict=True))
    texts = [fair[person] for person in range(len(order))]
    return Lottery(
        problem=problem,
        objective=document["objective"],
        panels=np.array(panels, dtype=np.int32),
        fair=np.array([float(Fraction(text)) for text in texts]),
        fair_exact=tuple(None if "." in text else Fraction(text) for text in texts),
        certificate=_certificate(document, order),
    )


def _certificate(document: dict[str, Any], order: Sequence[int]) -> Certificate:
    levels = tuple(
        Level(
            value=Fraction(level["value"]),
            members=tuple(level["members"]),
            weights=tuple((pair["class"], Fraction(pair["weight"])) for pair in level["weights"]),
            bound=Fraction(level["bound"]),
            status=level["status"],
        )
        for level in document["levels"]
    )
    return Certificate(
        objective=document["objective"],
        status=document["status"],
        classes=tuple(tuple(sorted(order[place] for place in members)) for members in document["classes"]),
        levels=levels,
        unreachable=tuple(document["unreachable"]),
        details=document["details"],
    )
