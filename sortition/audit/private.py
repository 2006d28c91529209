"""What `verify` says beyond verify.py: of the private folder, and of the copies of verify.py and verify.html.

The private files must hold the same people, rows, chances and panel as the public ones. This lies outside verify.py,
which everybody gets and reads, because only the organisers can run it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cached_property, partial
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

from sortition.audit import verify as public
from sortition.audit.bundle import VERIFIERS
from sortition.audit.pseudonyms import commitment, key_document, pseudonyms_of, read_key, salts_of
from sortition.audit.receipts import COLUMNS, Tree, receipt_code
from sortition.audit.verify import BadFileError, Bundle, Results
from sortition.errors import InputError

LARGEST = 2**31
"""Bytes of a private file that is read; receipts of a million people have less."""
UNLIKE = ("format", "full", "salt")
"""What the full form of a document and the form without answers do not share."""


class BadPrivateFileError(BadFileError):
    """A private file is missing or not of its form; the arguments make a sentence."""


def verify_all(
    folder: Path,
    announced: str | None = None,
    private: Path | None = None,
    receipt: Path | None = None,
    signed: Callable[[int, str], bool] | None = None,
) -> list[public.Finding]:
    """Take all steps on a bundle, that of the private files too where they are at hand."""
    place = public.public_folder(folder)
    bundle = Bundle(place, announced, receipt, signed)
    files = Private(bundle, private or place.absolute().parent / "private")
    faults = files.reveal()
    step = partial(private_files, files, faults)
    return public.take_steps(bundle, public.STEPS | {"files": (own_verifiers, public.files), "private files": (step,)})


def own_verifiers(bundle: Bundle) -> Results:
    """Compare the verifiers in the bundle with those that are installed: its digests do not pin them."""
    for name, path in VERIFIERS.items():
        if bundle.files.get(name, b"") not in (b"", path.read_bytes()):
            yield "weaker", "{name} is not the one of this version of sortition: use a copy that you trust.", name


class Private:
    """The private files, beside the bundle that they belong to."""

    def __init__(self, bundle: Bundle, folder: Path) -> None:
        self.bundle, self.folder, self.files = bundle, folder, public.read_folder(folder, LARGEST)

    def reveal(self) -> list[BadFileError]:
        """Let the steps use everybody's answers, where they were not published and the right ones are here."""
        if self.bundle.answers or not set(public.COUNTED) <= set(self.files):
            return []
        faults, documents = [], {}
        for name in public.COUNTED:
            try:
                documents[name] = self.full_form(name)
            except BadFileError as fault:
                faults.append(fault)
        if not faults:
            self.bundle.parsed |= documents
        return faults

    def full_form(self, name: str) -> Any:
        """Give the full form of a document; it must be the one that the public form speaks of."""
        shape = {**public.SHAPES[name], "salt": public.HEX}
        document, published = public.parse_json(f"private/{name}", self.files[name], shape), self.bundle[name]
        known = public.sha256(self.files[name]) == published["full"]
        if not known or without_answers(document) != {key: published[key] for key in published if key not in UNLIKE}:
            raise BadFileError("private/{name} is not the one that public/{name} speaks of.", name, name)
        return document

    def table(self, name: str) -> list[list[str]]:
        """Give the rows of a CSV file."""
        if name not in self.files:
            raise BadPrivateFileError("private/{name} is missing.", name)
        try:
            rows: list[list[str]] = public.parse(f"private/{name}", self.files[name])
        except BadFileError as fault:
            raise BadPrivateFileError(*fault.args) from None
        if any(len(row) != len(rows[0]) for row in rows):
            raise BadPrivateFileError("private/{name} has rows with too few or too many cells.", name)
        return rows

    @cached_property
    def receipts(self) -> dict[str, list[str]]:
        """The rows of receipts.csv by id."""
        header, *rows = self.table("receipts.csv")
        if header != list(COLUMNS) or len({row[0] for row in rows}) < len(rows):
            raise BadPrivateFileError("private/receipts.csv has other columns than it should, or an id twice.")
        return {row[0]: row for row in rows}

    @cached_property
    def erased(self) -> int:
        """How many people the record says were erased."""
        return sum(content["people"] for content in self.bundle.contents("redacted"))

    @cached_property
    def tree(self) -> Tree:
        """The Merkle tree over everybody's commitments."""
        return Tree.over([person["commitment"] for person in self.bundle.people])


def private_files(private: Private, faults: list[BadFileError], bundle: Bundle) -> Results:
    """The private files hold the same people, rows, chances and panel."""
    for fault in faults:
        yield "failed", *fault.args
    if "receipts.csv" not in private.files:
        yield "not checked", "this needs the private folder with receipts.csv, which the organisers keep."
        return
    panel: set[str] = set()
    for entry in bundle["record.jsonl"]:
        if entry["kind"] in ("drawn", "drawn again"):  # the last one stands
            panel = set(entry["content"]["panel"]) & set(bundle.number)
    expected = ["panel.csv", "remaining.csv"] if panel else ["pool.csv"]
    if not bundle.answers:
        yield (
            "failed",
            "the answers are neither published nor both in private/problem.json and private/certificate.json.",
        )
        return
    try:
        homes = {bundle.people[bundle.number[name]]["household"] for name in panel} - {None}
        yield from receipts_faults(private)
        yield from key_faults(private)
        yield from chances_faults(private)
        everyone = {row[1] for row in private.receipts.values()}
        wanted = {"panel.csv": everyone & panel, "remaining.csv": everyone - panel, "pool.csv": everyone}
        for name in expected:
            yield from rows_faults(private, name, wanted[name], homes if name == "remaining.csv" else None)
    except BadPrivateFileError as fault:
        yield "failed", *fault.args
    for name in sorted({"panel.csv", "pool.csv", "remaining.csv"} - set(expected) & set(private.files)):
        if panel:
            yield "weaker", "private/{name} should not be there any more.", name
        else:
            yield "weaker", "private/{name} should not be there before the draw.", name
    yield "passed", "the private files hold the people, rows, chances and panel that the public ones speak of."


def receipts_faults(private: Private) -> Results:
    """The receipts are those of the people of problem.json, sorted by id; the codes are checked with the rows."""
    rows, number = list(private.receipts.values()), private.bundle.number
    names = [row[1] for row in rows]
    right = len(set(names)) == len(names) == len(number) - private.erased and set(names) <= set(number)
    if not right or not in_order(private.receipts):
        yield "failed", "private/receipts.csv does not hold exactly the people of problem.json, sorted by id."
    for line, (_, name, salt, leaf, _) in enumerate(rows, start=2):
        if leaf != str(number.get(name)) or not public.HEX.fullmatch(salt):
            yield "failed", "row {number} of private/receipts.csv has another leaf than problem.json, or no salt.", line


def key_faults(private: Private) -> Results:
    """While the key is there, it gives the pseudonyms and salts of the receipts."""
    if private.erased:
        if "key.json" in private.files:
            yield "weaker", "private/key.json is still there: with it and their id, the redacted can be found again."
        return
    if "key.json" not in private.files:
        yield "weaker", "private/key.json is not there, so pseudonyms and salts are taken from private/receipts.csv."
        return
    ids = tuple(private.receipts)
    try:
        key = read_key(private.folder / "key.json")
        made = zip(pseudonyms_of(key, ids), salts_of(key, ids), private.receipts.values(), strict=True)
        right = key_document(key) == private.files["key.json"] and all(row[1:3] == [*two] for *two, row in made)
    except InputError:
        right = False
    if not right:
        yield "failed", "private/key.json does not give the pseudonyms and salts of private/receipts.csv."


def chances_faults(private: Private) -> Results:
    """The chances are those that the lottery gives."""
    rows = private.table("chances.csv")
    known = [row for row in private.receipts.values() if row[1] in private.bundle.number]
    header = ["id", "pseudonym", "tickets", "chance", "fair_chance", "fair_chance_exact"]
    expected = chain([header], (chances_row(private.bundle, row) for row in known))
    if len(rows) != 1 + len(known):
        yield "failed", "private/chances.csv does not hold exactly the people of private/receipts.csv, sorted by id."
    for number, (row, right) in enumerate(zip(rows, expected, strict=False), start=1):
        if row != right:
            yield "failed", "row {number} of private/chances.csv is not what the lottery gives.", number


def chances_row(bundle: Bundle, receipt: list[str]) -> list[str]:
    """Give the row of chances.csv of a person, by their row of receipts.csv."""
    place = bundle.number[receipt[1]]
    tickets, fair = bundle.tickets[place], bundle["certificate.json"]["fair"][place]
    chance = Fraction(tickets, max(len(bundle.panels), 1))
    decimals = public.decimal_text(chance), public.decimal_text(Fraction(fair))
    return [*receipt[:2], str(tickets), *decimals, "" if "." in fair else fair]


def rows_faults(private: Private, name: str, wanted: set[str], homes: set[int] | None) -> Results:
    """The rows are those that were frozen; with `homes`, the last column tells who shares one of them."""
    header, *rows = private.table(name)
    columns = header if homes is None else header[:-1]
    id_column = private.bundle["problem.json"]["id_column"]
    if id_column not in columns:
        yield "failed", "private/{name} has no column of ids.", name
        return
    at = columns.index(id_column)
    for number, row in enumerate(rows, start=2):
        receipt = private.receipts.get(row[at])
        if receipt is None or receipt[1] not in wanted or receipt[1] not in private.bundle.number:
            yield "failed", "row {number} of private/{name} is of somebody who does not belong there.", number, name
        else:
            yield from row_faults(private, receipt, columns, row, homes, (number, name))
    found = [row[at] for row in rows]
    if not in_order(found) or len(set(found)) != len(wanted):
        yield "failed", "private/{name} does not hold {count} different people, sorted by id.", name, len(wanted)


def row_faults(
    private: Private,
    receipt: list[str],
    columns: list[str],
    row: list[str],
    homes: set[int] | None,
    where: tuple[int, str],
) -> Results:
    """One person's row is the one that was frozen, and so is what was added to it; `where` is its number and file."""
    _, name, salt, _, code = receipt
    place = private.bundle.number[name]
    person: Any = private.bundle.people[place]
    cells = tuple(zip(columns, row, strict=False))
    if commitment(salt, name, cells) != person["commitment"]:
        yield "failed", "row {number} of private/{name} is not as it was when the pool was frozen.", *where
        return
    if code != receipt_code(private.tree, place, name, salt, cells):
        yield (
            "failed",
            "row {number} of private/{name} is of somebody whose code in private/receipts.csv is not that of the row.",
            *where,
        )
    if homes is not None and row[-1] != ("no" if person["household"] in homes else "yes"):
        yield "failed", "row {number} of private/{name} tells wrongly whether the person is available.", *where


def without_answers(document: Any) -> Any:
    """Give what the form without answers of a document should say, but for what is different by nature."""
    if "people" not in document:
        return {key: document[key] for key in ("fair", "objective", "status")}
    counts = Counter(place for person in document["people"] for place in public.counted(document, person))
    return {
        **{key: document[key] for key in document if key not in UNLIKE},
        "people": [{key: person[key] for key in public.HIDDEN} for person in document["people"]],
        "quotas": [{**quota, "pool": counts[place]} for place, quota in enumerate(document["quotas"])],
    }


def in_order(ids: Sequence[str] | dict[str, Any]) -> bool:
    """Tell whether ids are sorted by their UTF-8 bytes, all different."""
    keys = [person.encode() for person in ids]
    return all(one < other for one, other in pairwise(keys))
