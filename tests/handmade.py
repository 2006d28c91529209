"""A small lottery made by hand, with awkward cells, for the tests of the bundle and its verification."""

import dataclasses
import datetime as dt
from fractions import Fraction

import numpy as np

from sortition.audit import Announcement, ByHand, add_draw, freeze, seeded_draw, write_lottery
from sortition.audit.record import append, read_entries
from sortition.canonical import canonical_json, sha256_hex
from sortition.model import Certificate, Level, Lottery, Pool, Problem, Quota

KEY = bytes(range(32))
NOW = dt.datetime(2026, 11, 22, 14, 0, 0, tzinfo=dt.timezone(dt.timedelta(hours=1)))
LATER = NOW + dt.timedelta(days=1)
SEED = "09175059342981586505"
PLAIN = Announcement()
BY_HAND = Announcement((ByHand(),))
COLUMNS = ("name", "id", "gender", "address", "available")
MARKERS = ("Zebedee", "Quince Alley", "reply-")

# six women and six men, one person whom the quotas shut out; two couples; two panels that between them seat everybody
IDS = tuple(sorted((f"reply-{number}é" for number in range(13)), key=lambda person: person.encode()))
GENDER = (0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2)
HOUSEHOLDS = (0, -1, -1, 1, -1, -1, 0, -1, -1, 1, -1, -1, -1)
PANELS = ((0, 1, 7, 8), (2, 3, 6, 10), (4, 5, 9, 11)) * 7


def pool() -> Pool:
    rows = tuple(
        (
            f'Zebedee "{number}", O\'Neil\r{number}',
            person,
            "FMX"[GENDER[number]],
            f"{number} Quince Alley\nFlat =1+1",
            "daß",
        )
        for number, person in enumerate(IDS)
    )
    return Pool("pool.csv", COLUMNS, rows, tuple(range(2, 15)))


def problem() -> Problem:
    quotas = (
        Quota((("gender", ("F",)),), 2, 2, line=3),
        Quota((("gender", ("M",)),), 2, 2, line=4),
        Quota((("gender", ("X",)),), 0, 0, line=5),
        Quota((("gender", ("F", "X")),), 1, 3, "rule", "so that “some” are there"),
    )
    codes = np.array(GENDER, dtype=np.int16)[:, None]
    return Problem(IDS, ("gender",), (("F", "M", "X"),), codes, np.array(HOUSEHOLDS, dtype=np.int32), 4, quotas)


def lottery(exact: bool = True) -> Lottery:
    third = Fraction(1, 3)
    level = Level(third, (0, 1), ((0, Fraction(1)), (1, Fraction(1))), Fraction(4), "attested by the solver")
    classes = (tuple(range(6)), tuple(range(6, 12)), (12,))
    certificate = Certificate(
        "leximin", "attested by the solver", classes, (level,), (2,), {"solver": "by hand", "runs": [1, 2]}
    )
    fair = (*[third] * 12, Fraction(0))
    known = fair if exact else (None,) * 13
    return Lottery(
        problem(),
        "leximin",
        np.array(PANELS, dtype=np.int32),
        np.array([float(chance) for chance in fair]),
        known,
        certificate,
    )


def frozen(exact: bool = True, key: bytes = KEY, counts_only: bool = False, announcement=PLAIN, **changes):
    """Freeze the lottery, or one that differs from it, under the numbers that its panels get."""
    return freeze(
        dataclasses.replace(lottery(exact), **changes),
        pool(),
        range(13),
        name="Assembly by hand",
        id_column="id",
        key=key,
        excluded=[("elected member", 2)],
        counts_only=counts_only,
        announcement=announcement,
    )


def drawn_bundle(out, made=None, report="<html><p>Report</p></html>\n"):
    """Write a bundle and draw from it."""
    bundle = write_lottery(out, made or frozen(), NOW, "<html></html>")
    return add_draw(bundle, seeded_draw(bundle.frozen.digest, len(PANELS), SEED), LATER, report)


def ticket_of(made, panel):
    """Give the first ticket of a panel."""
    return made.lottery.panels.tolist().index(list(panel))


def repin(out):
    """Make the manifest agree with the files again, as a forger would."""
    public = out / "public"
    files = {path.name: path.read_bytes() for path in sorted(public.iterdir()) if path.name != "manifest.json"}
    listed = [{"bytes": len(data), "name": name, "sha256": sha256_hex(data)} for name, data in files.items()]
    (public / "manifest.json").write_bytes(canonical_json({"files": listed, "format": "sortition-bundle-1"}) + b"\n")


def forge_record(out, change):
    """Write the record anew, chained and pinned, with entries changed by `change(kind, content)`."""
    record = b""
    for entry in read_entries((out / "public" / "record.jsonl").read_bytes()):
        content = change(entry.kind, dict(entry.content))
        record = append(record, entry.kind, content, NOW) if content is not None else record
    (out / "public" / "record.jsonl").write_bytes(record)
    repin(out)
