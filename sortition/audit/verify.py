"""Verify the bundle of a draw: python3 verify.py [FOLDER] [--announced DIGEST] [--receipt FILE] [--json].

This file needs Python (3.9 or later) and nothing else: no solver, no other package, no network. It lies in the public
folder of every bundle so that anyone can read and run it; the wary take their own copy instead of that one. To read it
takes an hour without the mathematics of step 6: the shapes that files must have, how files are read, then the steps in
order. docs/audit-format.md of the project describes all that well enough to write another program that does the same.

Exit codes: 0 nothing is wrong, 6 something is, 7 there was nothing to verify.
"""

# ruff: noqa: B905 (zip with strict= needs a later Python than many machines have)
from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import io
import json
import math
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from functools import cached_property, partial, reduce
from pathlib import Path
from typing import Any, NamedTuple

METHOD = "sortition-draw-1"
NUMBERING = "sortition-number-1"
COMBINING = "sortition-seed-1"
QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"  # a chain of drand; its clock:
GENESIS, PERIOD = 1692803367, 3  # when its first round came (seconds since 1970), and seconds between rounds
PINNED = ("announcement.json", "certificate.json", "lottery.csv", "problem.json")
REQUIRED = (*PINNED, "announcement.txt", "manifest.json", "record.jsonl", "verify.py")
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
STATUSES = ("proved", "attested by the solver", "heuristic")
LARGEST = 2**28  # bytes of a file that is read; a pool of a million has less
DEEPEST = 100  # splits on the way to one case of a proof
LONGEST = 10**3000  # common denominators up to this can be reckoned with
WIDE = Fraction(1, 10**6)  # gaps up to this come from rounding; larger ones are said
LEVELLED = ("leximin", "maximin")  # objectives whose certificate goes level by level

# Shapes of the JSON files: a list of one shape, an object with exactly these keys, a tuple of alternatives,
# a pattern for text; int is a whole number from 0, object is anything.
# fmt: off
like = re.compile
HEX = like("[0-9a-f]{64}")
PSEUDONYM = like(f"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2}}")
WHOLE, WHOLE_FROM_0 = like("-?(0|[1-9][0-9]{0,999})"), like("0|[1-9][0-9]{0,999}")
FRACTION = like("(0|[1-9][0-9]{0,999})(/[1-9][0-9]{0,999})?")
CHANCE = like(FRACTION.pattern + r"|[01]\.[0-9]{10}")
TIME = like("[0-9]{4}-[0-1][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z")
STATUS = like("|".join(STATUSES))
EXCLUDED = [{"people": int, "reason": str}]
FILE = {"bytes": int, "name": like("[A-Za-z0-9_][A-Za-z0-9._-]*"), "sha256": HEX}
PERSON = {"codes": [(int, None)], "commitment": HEX, "household": (int, None), "pseudonym": PSEUDONYM}
HIDDEN = {"commitment": HEX, "pseudonym": PSEUDONYM}  # a person whose answers are not published
ANNOUNCED_QUOTA = {"high": int, "low": int, "of": [{"category": str, "values": [str]}]}
QUOTA = {**ANNOUNCED_QUOTA, "kind": str, "why": str}
POPULATION = {"population": {"share": (like(r"(0|[1-9][0-9]{0,2})\.[0-9]{4}"), None), "target": (int, None)}}
WEIGHTS = [{"class": int, "weight": FRACTION}]
LEVEL = {"bound": FRACTION, "members": [int], "status": STATUS, "value": FRACTION, "weights": WEIGHTS}
SPARSE = [{"at": int, "times": WHOLE}]
END = {"denominator": WHOLE_FROM_0, "lines": SPARSE, "quotas": SPARSE, "size": WHOLE, "splits": SPARSE}
PROOF = [(END, {"most": WHOLE, "split": SPARSE})]
DETAILS = {"levels": [PROOF], "lines": [{"bound": WHOLE, "proof": (PROOF, None), "weights": SPARSE}]}
CLAIM = {"gamma": FRACTION, "highest": WEIGHTS, "lowest": WEIGHTS, "shift": FRACTION}
OPEN = {"bound": FRACTION, "reached": CHANCE}
ENTRY = {"content": object, "kind": str, "previous": HEX, "seq": int, "time": TIME}
FROZEN = {"panel_size": int, "people": int, "people_root": HEX, "problem": HEX, "program": str}
CORRECTIONS = {"digest": HEX, "reasons": [{"count": int, "reason": str}]}
DRAWN = {"digest": HEX, "fallback": (str, None), "method": like(f"{METHOD}|physical"), "panel": [PSEUDONYM],
         "ticket": int, "tickets": int}
CONTENTS = {
    "frozen": (FROZEN, {**FROZEN, "corrections": CORRECTIONS}),
    "lottery published": {
        "announcement": HEX, "certificate": HEX, "digest": HEX, "lottery": HEX, "method": like(METHOD),
        "objective": str, "problem": HEX, "tickets": int},
    "seed": {"parts": [str], "seed": str},
    "drawn": DRAWN,
    "drawn again": {**DRAWN, "reason": str},
    "redacted": {"people": int, "reason": str},
}
NUMBERS = {"count": int, "high": int, "low": int, "name": str, "ordered": bool}
SOURCES = (
    {"kind": like("text"), "about": str}, {"kind": like("dice"), "dice": int},
    {"kind": like("numbers"), "draws": [NUMBERS]}, {"kind": like("nist"), "chain": int, "pulse": int},
    {"kind": like("drand"), "chain": HEX, "genesis": int, "period": int, "round": int}, {"kind": like("ticket")})
SHAPES = {
    "manifest.json": {"files": [FILE], "format": like("sortition-bundle-1")},
    "announcement.json": {
        "announced": bool, "draw_at": (TIME, None), "excluded": EXCLUDED, "fallback": (str, None),
        "format": like("sortition-announcement-1"), "name": str, "objective": str, "panel_size": int, "people": int,
        "people_root": HEX, "quotas": [ANNOUNCED_QUOTA], "sources": [SOURCES], "tickets": int},
    "problem.json": {
        "categories": [{"name": str, "values": [str]}], "excluded": EXCLUDED, "format": like("sortition-problem-1"),
        "id_column": str, "name": str, "panel_size": int, "people": [PERSON],
        "quotas": [(QUOTA, {**QUOTA, **POPULATION})]},
    "certificate.json": {
        "classes": [[int]], "details": object, "fair": [CHANCE], "format": like("sortition-certificate-1"),
        "levels": [LEVEL], "objective": str, "status": STATUS, "unreachable": [int]},
}
# the forms without answers: counts of them, and the digest of the full form, which stays private
COUNTED = {
    "problem.json": {
        **SHAPES["problem.json"], "format": like("sortition-problem-1-counts"), "full": HEX, "people": [HIDDEN],
        "quotas": [({**QUOTA, "pool": int}, {**QUOTA, **POPULATION, "pool": int})]},
    "certificate.json": {
        "fair": [CHANCE], "format": like("sortition-certificate-1-counts"), "full": HEX, "objective": str,
        "status": STATUS},
}
SIGNATURE = {"format": like("sortition-signature-1"), "head": HEX, "key": HEX, "lines": int,
             "signature": like("[0-9a-f]{128}")}
RECEIPT = {"format": like("sortition-receipt-1"), "leaf": int, "path": ([HEX], None), "people": int,
           "pseudonym": PSEUDONYM, "row": [[str]], "salt": HEX}
# fmt: on
# the order of the kinds: a lottery, then any number of draws; a draw by hand has no seed
ORDER = re.compile("frozen,lottery published,(redacted,)*((seed,)?drawn,((seed,)?drawn again,|redacted,)*)?")

State = str  # passed, failed, weaker (true as far as it goes), not checked
Results = Iterator[tuple[Any, ...]]  # of states, each with the template of a sentence and the values in it, in order


class Finding(NamedTuple):
    step: str
    state: State
    detail: str


class Sentence(str):
    """A text that keeps its template and the values in it, so that other programs can say it in other languages."""

    template: str
    values: dict[str, Any]


def sentence(template: str, *values: Any) -> Sentence:
    """Put values into the places of a template, which have names in braces, in the order in which they stand there."""
    made = Sentence(re.sub("{.*?}", "{}", template).format(*values))
    made.template, made.values = template, dict(zip(re.findall("{(.*?)}", template), values))
    return made


class BadFileError(Exception):
    """A file is missing or not of its form; the arguments make a sentence."""


WITHHELD = sentence("the answers are not published; this needs private/problem.json and private/certificate.json.")


def verify(
    folder: Path, announced: str | None = None, receipt: Path | None = None, signed: Any = None
) -> list[Finding]:
    """Give all findings on a bundle, or on its public folder; none at all where there is no bundle.

    `signed` tells whether a signature (hexadecimal) is that of drand's chain quicknet for a round; it needs a library.
    """
    return take_steps(Bundle(public_folder(folder), announced, receipt, signed), STEPS)


def public_folder(folder: Path) -> Path:
    return folder / "public" if (folder / "public").is_dir() else folder


def take_steps(bundle: Bundle, steps: dict[str, tuple[Any, ...]]) -> list[Finding]:
    if not any(name in bundle.files for name in REQUIRED):
        return []
    findings = []
    for number, (name, parts) in enumerate(steps.items(), start=1):
        results = [result for part in parts for result in run(part, bundle)]
        failed = any(state == "failed" for state, _ in results)
        kept = [found for found in results if not (failed and found[0] == "passed")]
        findings += [Finding(sentence("{number} {step}", number, name), *found) for found in kept]
    return findings


def run(part: Any, bundle: Bundle) -> list[tuple[State, str]]:
    """Run a part of a step. A bad file stops it; step 1 tells what is bad about the file."""
    results: list[tuple[Any, ...]] = []
    try:
        for result in part(bundle):
            results.append(result)  # noqa: PERF402 (keeps what was found before a bad file)
    except BadFileError as fault:
        results.append(("not checked", "the rest of this step cannot be checked: {fault}", sentence(*fault.args)))
    return [(state, sentence(*said)) for state, *said in results]


def exit_code(findings: Iterable[Finding]) -> int:
    states = {finding.state for finding in findings}
    return 6 if "failed" in states else 0 if "passed" in states else 7


class Bundle:
    """The files as bytes, and by name what they say where they are of their form."""

    def __init__(
        self, folder: Path, announced: str | None = None, receipt: Path | None = None, signed: Any = None
    ) -> None:
        self.files, self.announced, self.receipt, self.signed = read_folder(folder), announced, receipt, signed
        self.parsed: dict[str, Any] = {}
        self.faults = [BadFileError("{name} is missing.", name) for name in REQUIRED if name not in self.files]
        for name in sorted(set(REQUIRED) & set(self.files)):
            try:
                self.parsed[name] = parse(name, self.files[name])
            except BadFileError as fault:
                self.faults.append(fault)
        if set(COUNTED) <= set(self.parsed):
            self.faults += self.compare_forms()

    def compare_forms(self) -> Iterator[BadFileError]:
        """Take away problem.json or certificate.json where the two cannot be read together."""
        document = self.parsed.pop("certificate.json")
        if ("full" in document) != ("full" in self["problem.json"]):
            del self.parsed["problem.json"]
            yield BadFileError("of problem.json and certificate.json one has the answers and the other not.")
        elif len(document["fair"]) != len(self.people):
            yield BadFileError("certificate.json does not give one fair chance for each of the people.")
        elif any(map(endless, fractions_of(document))):
            yield BadFileError("certificate.json has fractions that have no common denominator of at most 3000 digits.")
        else:
            self.parsed["certificate.json"] = document

    def __getitem__(self, name: str) -> Any:
        if name not in self.parsed:
            raise BadFileError("{name} is missing or not of its form.", name)
        return self.parsed[name]

    def contents(self, kind: str) -> list[Any]:
        return [entry["content"] for entry in self["record.jsonl"] if entry["kind"] == kind]

    @property
    def people(self) -> Any:
        return self["problem.json"]["people"]

    @property
    def answers(self) -> bool:
        """Whether everybody's answers are known."""
        return all("full" not in self.parsed.get(name, {}) for name in COUNTED)

    @cached_property
    def number(self) -> dict[str, int]:
        """Each person's place in the list of people, by pseudonym."""
        return {person["pseudonym"]: place for place, person in enumerate(self.people)}

    @cached_property
    def rows(self) -> Any:
        """The tickets as they are written: a number and pseudonyms."""
        return self["lottery.csv"][1:]

    @cached_property
    def panels(self) -> list[list[int]]:
        """Each panel as places in the list of people; pseudonyms of nobody are left out (step 4 names them)."""
        return [[self.number[name] for name in row[1:] if name in self.number] for row in self.rows]

    @cached_property
    def tickets(self) -> Counter[int]:
        return Counter(person for panel in self.panels for person in set(panel))

    @cached_property
    def fair(self) -> list[Fraction]:
        return [Fraction(text) for text in self["certificate.json"]["fair"]]

    @cached_property
    def exact(self) -> bool:
        return not any("." in text for text in self["certificate.json"]["fair"])

    @cached_property
    def slack(self) -> Fraction:
        """How far a fair chance may be off where it is given in decimals."""
        return Fraction(0) if self.exact else Fraction(1, 10**7)


# ---- reading files ---------------------------------------------------------------------------------------------------


def read_folder(folder: Path, largest: int = LARGEST) -> dict[str, bytes]:
    """Read the files of a folder; what cannot be read, or is too large, counts as missing, and is called so."""
    contents = {}
    with suppress(OSError):
        for path in folder.iterdir():
            with suppress(OSError):
                if path.is_file() and path.stat().st_size <= largest:
                    contents[path.name] = path.read_bytes()
    return contents


def parse(name: str, data: bytes) -> Any:
    """Read a file in the one form that is right, so that not a byte of it can change unseen."""
    if name.endswith(".csv"):
        return parse_csv(name, data)
    if name == "record.jsonl":
        return parse_record(data)
    return parse_json(name, data, SHAPES[name]) if name in SHAPES else data


def parse_record(data: bytes) -> list[Any]:
    *lines, end = data.split(b"\n")
    if end or not lines:
        raise BadFileError("record.jsonl is empty or does not end with a line feed.")
    names = [f"record.jsonl line {number}" for number in range(1, len(lines) + 1)]
    entries = [parse_json(name, line + b"\n", ENTRY) for name, line in zip(names, lines)]
    for name, entry in zip(names, entries):
        at = misfit(entry["content"], CONTENTS.get(entry["kind"], object), "$.content")
        if at:
            raise BadFileError("{name} is not of its form at {at}.", name, at)
    return entries


def parse_json(name: str, data: bytes, shape: Any) -> Any:
    """Parse canonical JSON, in which each content has only one sequence of bytes."""
    try:
        value = json.loads(
            data.decode(), object_pairs_hook=no_twins, parse_float=refuse, parse_constant=refuse, parse_int=short_int
        )
        same = canonical(value) + b"\n" == data
    except (ValueError, RecursionError) as fault:
        raise BadFileError("{name} is not strict JSON: {fault}.", name, type(fault).__name__) from None
    if isinstance(value, dict) and "full" in value:
        shape = COUNTED.get(name, shape)
    if not same:
        raise BadFileError("{name} is not of its form at its bytes, which are not canonical.", name)
    at = misfit(value, shape, "$")
    if at:
        raise BadFileError("{name} is not of its form at {at}.", name, at)
    return value


def no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return dict(pairs)


def refuse(_: str) -> Any:
    raise ValueError("fractional numbers are written as text")


def short_int(text: str) -> int:
    if len(text) > 16 or abs(int(text)) >= 2**53:
        raise ValueError("a whole number is too large")
    return int(text)


def canonical(value: Any, room: int = 100) -> bytes:
    """Give canonical JSON (RFC 8785) of a value without fractional numbers, nested at most 100 deep."""
    if room == 0 and isinstance(value, (dict, list)):
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return b"{" + b",".join(canonical(key) + b":" + canonical(value[key], room - 1) for key in keys) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join([canonical(item, room - 1) for item in value]) + b"]"
    return json.dumps(value, ensure_ascii=False).encode()


def misfit(value: Any, shape: Any, at: str) -> str | None:
    """Say where a value departs from its shape; None where it does not."""
    if isinstance(shape, tuple):
        return None if any(misfit(value, choice, at) is None for choice in shape) else at
    parts: list[tuple[Any, Any, str]] = []
    if isinstance(shape, list):
        same = type(value) is list
        parts = [(item, shape[0], f"{at}[{place}]") for place, item in enumerate(value)] if same else []
    elif isinstance(shape, dict):
        same = type(value) is dict and value.keys() == shape.keys()
        parts = [(value[key], shape[key], f"{at}.{key}") for key in shape] if same else []
    elif isinstance(shape, re.Pattern):
        same = isinstance(value, str) and shape.fullmatch(value) is not None
        if same and shape in (FRACTION, CHANCE) and "/" in value:
            same = str(Fraction(value)) == value  # in lowest terms
    elif shape is int:
        same = type(value) is int and value >= 0
    else:
        same = shape is object or (value is None if shape is None else type(value) is shape)
    if not same:
        return at
    return next((where for part in parts if (where := misfit(*part))), None)


def fractions_of(document: Any) -> list[list[str]]:
    """Give the fractions of a certificate that are added up together: the chances, and what each level has."""
    levels = document.get("levels", ())
    return [document["fair"], *([level["bound"], *(pair["weight"] for pair in level["weights"])] for level in levels)]


def endless(fractions: Iterable[str]) -> bool:
    """Tell whether fractions have a common denominator that is too long to reckon with."""
    common = 1
    for text in fractions:
        common = math.lcm(common, int(text.partition("/")[2] or 1))
        if common > LONGEST:
            return True
    return False


def parse_csv(name: str, data: bytes) -> list[list[str]]:
    """Parse CSV in the one form that is right: quotes only where needed, lines that end in a line feed."""
    try:
        rows = list(csv.reader(io.TextIOWrapper(io.BytesIO(data), "utf-8", newline=""), strict=True))
    except (ValueError, csv.Error) as fault:
        raise BadFileError("{name} is not CSV in UTF-8: {fault}.", name, type(fault).__name__) from None
    if not rows or not all(rows) or not written_so(rows, data):
        raise BadFileError("{name} is CSV, but not in canonical form.", name)
    return rows


def written_so(rows: list[list[str]], data: bytes) -> bool:
    at = 0
    for row in rows:  # line by line, since a file may take half of the memory there is
        line = (",".join(map(csv_cell, row)) + "\n").encode()
        if not data.startswith(line, at):
            return False
        at += len(line)
    return at == len(data)


def csv_cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if re.search('[",\r\n]', text) else text


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def decimal_text(chance: Fraction) -> str:
    scaled = round(chance * 10**10)
    return f"{scaled // 10**10}.{scaled % 10**10:010d}"


quoted = partial(json.dumps, ensure_ascii=False)  # a text of the organisers, without anything that a terminal acts on


# ---- Step 1, files: all are there and each is in its one right form, byte for byte.
# Were it to fail: something was left out, damaged or edited by hand, and what needs it cannot be checked.
def files(bundle: Bundle) -> Results:
    for fault in bundle.faults:
        yield "failed", *fault.args
    yield "passed", "{count} files are there, each in its one right form.", len(bundle.files)


# ---- Step 2, chain: each line of the record holds the digest of the line before, and the events come in their order.
# Were it to fail: the record was changed after it was written, or tells of things that cannot have happened so.
def chain(bundle: Bundle) -> Results:
    lines = bundle.files.get("record.jsonl", b"").split(b"\n")[:-1]
    previous = "0" * 64
    for nth, (entry, line) in enumerate(zip(bundle["record.jsonl"], lines), start=1):
        seq = entry["seq"]
        if seq != nth - 1:
            yield "failed", "line {number} of the record has the number {seq} instead of {place}.", nth, seq, nth - 1
        if entry["previous"] != previous:
            yield "failed", "line {number} of the record does not follow the line before: that one was changed.", nth
        previous = sha256(line)
    kinds = [entry["kind"] for entry in bundle["record.jsonl"]]
    known = [kind for kind in kinds if kind in CONTENTS]
    if not ORDER.fullmatch("".join(f"{kind}," for kind in known)) or kinds[: len(known)] != known:
        yield "failed", "the record does not tell of the lottery frozen and published, then of draws, in that order."
    for content in bundle.contents("redacted"):
        people, reason = content["people"], content["reason"]
        yield "passed", "{people} of the people were erased from the private files: {reason}", people, reason
    times = [entry["time"] for entry in bundle["record.jsonl"]]
    if times != sorted(times):
        yield "weaker", "a later line of the record has an earlier time: the clock was put back."
    yield "passed", "the {count} lines of the record follow each other; the last is {previous}.", len(lines), previous


# ---- Step 3, digests: the files are those of the manifest; lottery, people and announcement those that were pinned.
# Were it to fail: a file was exchanged later, or the lottery is not the one that was announced before the seed.
def file_digests(bundle: Bundle) -> Results:
    """Every file is as the manifest says."""
    listed = {file["name"]: file for file in bundle["manifest.json"]["files"]}
    if [file["name"] for file in bundle["manifest.json"]["files"]] != sorted(listed):
        yield "failed", "the manifest does not list each file once, sorted by name."
    for name in sorted(set(REQUIRED) - {"manifest.json"} - set(listed)):
        yield "failed", "the manifest does not list {name}.", name
    for name, file in listed.items():
        data = bundle.files.get(name)
        if data is None:
            yield "failed", "the manifest lists {name}, which is not there.", name
        elif (len(data), sha256(data)) != (file["bytes"], file["sha256"]):
            yield "failed", "{name} was changed: its SHA-256 is not the one in the manifest.", name
    for name in sorted(set(bundle.files) - set(listed) - {"manifest.json"}):
        yield "weaker", "{name} is not in the manifest, so nothing is said about it.", json.dumps(name)
    yield "passed", "{count} files have the size and SHA-256 that the manifest says.", len(listed)


def lottery_digest(bundle: Bundle) -> Results:
    """The lottery is the one that the record published and, where that is known, the one announced."""
    terms: dict[str, Any] = {name.split(".")[0]: sha256(bundle.files.get(name, b"")) for name in PINNED}
    terms |= {"method": METHOD, "tickets": len(bundle.rows)}
    own = sha256(canonical(terms))
    true = {**terms, "digest": own, "objective": bundle["certificate.json"]["objective"]}
    published = bundle.contents("lottery published")
    for values in [(key, said[key], true[key]) for said in published for key in true if said[key] != true[key]]:
        yield "failed", "the record published another {key} of the lottery: {published}, found {value}.", *values
    yield from announcement_faults(bundle, own)
    for frozen in bundle.contents("frozen"):
        found = (terms["problem"], bundle["problem.json"]["panel_size"], len(bundle.people))
        if found != (frozen["problem"], frozen["panel_size"], frozen["people"]):
            yield "failed", "the problem is not the one that the record froze."
    if bundle.announced is None:
        yield "not checked", "whether {digest} is the digest announced before the seed (give it with --announced).", own
    elif bundle.announced.strip().lower() != own:
        yield "failed", "another digest was announced: '{announced}'. This lottery has {digest}.", bundle.announced, own
    else:
        yield "passed", "the digest is the one announced before the seed."
    yield "passed", "the record published this lottery; its digest is {digest}.", own


def announcement_faults(bundle: Bundle, digest: str) -> Results:
    """What was announced of the lottery is what the lottery is."""
    said, problem = bundle["announcement.json"], bundle["problem.json"]
    true = {key: problem[key] for key in ("excluded", "name", "panel_size")}
    true |= {"objective": bundle["certificate.json"]["objective"], "people": len(bundle.people)}
    quotas = [{key: quota[key] for key in ANNOUNCED_QUOTA} for quota in problem["quotas"]]
    true |= {"tickets": len(bundle.rows), "quotas": quotas, "people_root": merkle_root(bundle)}
    for key, value in true.items():
        if said[key] != value:
            yield "failed", "the announcement tells of another {key} than the lottery has.", key
    if digest.encode() not in bundle["announcement.txt"]:
        yield "failed", "announcement.txt does not have the digest of this lottery."


def people_root(bundle: Bundle) -> Results:
    """The Merkle tree over the commitments has the root in the record."""
    root = merkle_root(bundle)
    if any(frozen["people_root"] != root for frozen in bundle.contents("frozen")):
        yield "failed", "the root over the people's commitments is not the one that the record froze."


def merkle_root(bundle: Bundle) -> str | None:
    level = [merkle_hash(b"\0", bytes.fromhex(person["commitment"])) for person in bundle.people]
    while len(level) > 1:
        pairs = [merkle_hash(b"\1", left, right) for left, right in zip(level[::2], level[1::2])]
        level = pairs + level[2 * len(pairs) :]  # one that is left alone goes up as it is
    return level[0].hex() if level else None


def merkle_hash(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


# ---- Step 4, panels: each has as many different people as there are seats, and meets all quotas and households.
# Were it to fail: a panel that should not exist could be drawn, or somebody chose which panel has which number.
def panels(bundle: Bundle) -> Results:
    """Every panel has as many different people of the pool as there are seats; nobody chose its number."""
    size = bundle["problem.json"]["panel_size"]
    yield from problem_faults(bundle["problem.json"])
    header = bundle["lottery.csv"][0]
    if len(header) != size + 1 or header != ["panel", *map(str, range(1, size + 1))]:
        yield "failed", "the header of lottery.csv is not panel,1,…,{seats}.", size
    for ticket, (row, panel) in enumerate(zip(bundle.rows, bundle.panels)):
        if row[0] != str(ticket):
            yield "failed", "the panel in place {ticket} has another number.", ticket
        if len(row) != size + 1 or len(set(panel)) != size or row[1:] != sorted(row[1:]):
            yield "failed", "panel {ticket} does not have {seats} different people of the pool, sorted.", ticket, size
    frozen = sha256(bundle.files["problem.json"])
    hashes = [sha256(f"{NUMBERING}\n{frozen}\n{','.join(row[1:])}".encode()) for row in bundle.rows]
    if hashes != sorted(hashes):
        yield "failed", "the panels are not numbered in the order of their hashes: somebody may have chosen numbers."
    if not bundle.panels:
        yield "failed", "the lottery has no panels."
    yield "passed", "each of the {count} panels has {seats} different people of the pool.", len(bundle.panels), size


def problem_faults(problem: Any) -> Results:
    names = [person["pseudonym"] for person in problem["people"]]
    if names != sorted(set(names)):
        yield "failed", "the people of problem.json are not sorted by pseudonym, all different."
    counts = [len(category["values"]) for category in problem["categories"]]
    for person in problem["people"] if "full" not in problem else []:
        codes = person["codes"]
        if len(codes) != len(counts) or any(code is not None and code >= most for code, most in zip(codes, counts)):
            yield "failed", "{pseudonym} has a code that no category knows.", person["pseudonym"]
    values = {(category["name"], value) for category in problem["categories"] for value in category["values"]}
    for quota in problem["quotas"]:
        if not all((part["category"], value) in values for part in quota["of"] for value in part["values"]):
            yield "failed", "the quota for {quota} names a value that no category knows.", label(quota)


def quotas_met(bundle: Bundle) -> Results:
    """Every panel meets every quota and has at most one person of a household."""
    if not bundle.answers:
        yield "not checked", "whether the panels meet quotas and households: {withheld}", WITHHELD
        return
    problem = bundle["problem.json"]
    counts = [counted(problem, person) for person in bundle.people]
    for ticket, panel in enumerate(bundle.panels):
        seats = Counter(place for person in panel for place in counts[person])
        for place, quota in enumerate(problem["quotas"]):
            if not quota["low"] <= seats[place] <= quota["high"]:
                values = ticket, seats[place], label(quota), quota["low"], quota["high"]
                yield "failed", "panel {ticket} has {count} people of {quota}, where {low} to {high} must be.", *values
        homes = [home for person in panel if (home := bundle.people[person]["household"]) is not None]
        if len(set(homes)) < len(homes):
            yield "failed", "panel {ticket} has two people of one household.", ticket
    yield "passed", "each of the {count} panels meets all quotas and households.", len(bundle.panels)


def counted(problem: Any, person: Any) -> list[int]:
    """Give the places of the quotas that count a person."""
    answers, quotas = answers_of(problem, person), problem["quotas"]
    met = (all(answers.get(part["category"]) in part["values"] for part in quota["of"]) for quota in quotas)
    return [place for place, counts in enumerate(met) if counts]


def answers_of(problem: Any, person: Any) -> dict[str, str]:
    """Give a person's values by category."""
    pairs = [pair for pair in zip(problem["categories"], person["codes"]) if pair[1] is not None]
    return {each["name"]: each["values"][code] for each, code in pairs if code < len(each["values"])}


def label(quota: Any) -> str:
    """Say whom a quota counts."""
    whom = [reduce(lambda a, b: sentence("{one} or {other}", a, b), part["values"] or [""]) for part in quota["of"]]
    each = [sentence("{category} {values}", part["category"], values) for part, values in zip(quota["of"], whom)]
    return reduce(lambda a, b: sentence("{one} and {other}", a, b), each) if each else ""


# ---- Step 5, tickets and chances: everyone's tickets are counted again and compared with the fair chances.
# Were it to fail: the fair chances are of no lottery with so many seats, or not of this one.
def tickets_and_chances(bundle: Bundle) -> Results:
    fair, total, seats = bundle.fair, len(bundle.panels), bundle["problem.json"]["panel_size"]
    tickets = [bundle.tickets[place] for place in range(len(fair))]
    had, slack = sum(fair, Fraction(0)), 0 if bundle.exact else Fraction(len(fair), 10**8)
    if abs(had - seats) > slack:
        yield "failed", "the fair chances add up to {sum}, not to the {seats} seats.", decimal_text(had), seats
    for person, chance, count in zip(bundle.people, fair, tickets):
        if chance > 1 or (chance == 0 and count and bundle.exact):
            name = person["pseudonym"]
            yield "failed", "{pseudonym} has {count} tickets and a fair chance of {chance}.", name, count, chance
    off = [abs(count - total * chance) for chance, count in zip(fair, tickets)]
    far, most = sum(gap > 1 for gap in off), decimal_text(max(off, default=Fraction(0)))
    if far:
        yield "weaker", "{count} people are more than a ticket off their fair chance; at most {most}.", far, most
    values = min(tickets, default=0), max(tickets, default=0), total, tickets.count(0)
    yield "passed", "everyone's tickets were counted: {least} to {most} of {total}; {none} people have none.", *values


# ---- Step 6, certificate: the bounds on what any lottery could reach are proved again, in exact fractions.
# Were it to fail: it is not shown that no lottery is better. The panel may be valid and rightly drawn all the same.
def certificate(bundle: Bundle) -> Results:
    document, people = bundle["certificate.json"], len(bundle.people)
    if not bundle.answers:
        yield "not checked", "how good a lottery can be: {withheld}", WITHHELD
        return
    if not document["classes"]:
        yield "not checked", "the certificate says nothing on how good a lottery can be."
        return
    muddle = class_fault(document, people)
    if muddle:
        yield muddle
        return
    seated = {person for panel in bundle.panels for person in panel}
    for number in document["unreachable"]:
        if any(person in seated or bundle.fair[person] for person in document["classes"][number]):
            yield "failed", "class {number} is called out of every panel's reach, but has a chance.", number
    weakest = max((STATUSES.index(level["status"]) for level in document["levels"]), default=0)
    if STATUSES.index(document["status"]) < weakest:
        yield "failed", "the certificate claims more than its levels do."
    for nth, level in enumerate(document["levels"], start=1):
        yield from level_faults(bundle, nth, level)
    details = document["details"] if isinstance(document["details"], dict) else {}
    if "open" in details:
        yield stopped(details["open"])
    if not document["levels"]:
        yield "not checked", "the certificate holds no bound on how good a lottery can be."
    elif misfit({key: details.get(key) for key in DETAILS}, DETAILS, "details") is None:
        yield from proofs(bundle)
    elif document["status"] == "proved":
        yield "failed", "the certificate claims to be proved, but holds no proofs."
    else:
        yield "weaker", "the bounds agree with all panels; that they hold at all is attested by the solver, not proved."


def class_fault(document: Any, people: int) -> tuple[State, str] | None:
    """Say what makes the classes unusable: of those in `members` or `unreachable` each is settled once."""
    classes, levels = document["classes"], document["levels"]
    if sorted(person for members in classes for person in members) != list(range(people)):
        return "failed", "the classes do not hold each person exactly once."
    settled = [number for level in levels for number in level["members"]] + document["unreachable"]
    used = settled + [pair["class"] for level in levels for pair in level["weights"]]
    if len(set(settled)) < len(settled) or max(used, default=-1) >= len(classes):
        return "failed", "a class is settled twice, or does not exist."
    return None


def level_faults(bundle: Bundle, nth: int, level: Any) -> Results:
    """No panel may weigh more than the bound; the fair chances, a mixture of panels, may not either."""
    classes, value = bundle["certificate.json"]["classes"], Fraction(level["value"])
    weights, bound = whole(level)
    if len(weights) < len(level["weights"]) or not all(weights.get(number) for number in level["members"]):
        yield "failed", "level {number} does not give each of its classes one weight above 0.", nth
    settled = [person for number in level["members"] for person in classes[number]]
    if any(abs(bundle.fair[person] - value) > bundle.slack for person in settled):
        yield "failed", "the people of level {number} do not have its chance of {value}.", nth, value
    heavy = {person: weight for number, weight in weights.items() for person in classes[number]}
    mean = sum(weight * bundle.fair[person] for person, weight in heavy.items())
    if mean > bound + bundle.slack * sum(heavy.values()):
        yield "failed", "the fair chances weigh more than the bound of level {number} allows.", nth
    for ticket, panel in enumerate(bundle.panels):
        if sum(heavy.get(person, 0) for person in panel) > bound:
            yield "failed", "panel {ticket} weighs more than the bound of level {number} allows.", ticket, nth


def weights_of(pairs: list[Any]) -> dict[int, Fraction]:
    return {pair["class"]: Fraction(pair["weight"]) for pair in pairs}


def whole(level: Any) -> tuple[dict[int, int], int]:
    """Multiply a level's weights and bound by the least number that makes them whole."""
    weights, bound = weights_of(level["weights"]), Fraction(level["bound"])
    scale = math.lcm(bound.denominator, *(weight.denominator for weight in weights.values()))
    return {number: int(weight * scale) for number, weight in weights.items()}, int(bound * scale)


def stopped(left: Any) -> tuple[Any, ...]:
    """Say what a time limit left undone."""
    if misfit(left, OPEN, "open") is not None:
        return "failed", "what the certificate says of a time limit is not of its form."
    ended = (
        "a time limit ended the search: the chances above the levels are at least {reached}, "
        "where the fairest lottery could have at most {could}."
    )
    return "weaker", ended, left["reached"], decimal_text(Fraction(left["bound"]))


Inequality = tuple[dict[int, int], int]  # weights w of classes, bound b: Σ w <= b over every panel that it speaks of


class Prover:
    """Bounds by weak duality. For multipliers of the panel size, of quotas and of inequalities known to hold, no panel
    weighs more than their combined limits, plus what the weights of people have beyond the combination: of that, a
    panel can have each person's once, and of a household only one person's.
    """

    def __init__(self, problem: Any, classes: list[list[int]], lines: list[Any]) -> None:
        self.size, self.quotas = problem["panel_size"], problem["quotas"]
        self.lines = [(sparse(line["weights"]), int(line["bound"])) for line in lines]
        self.alone: Counter[tuple[int, tuple[int, ...]]] = Counter()  # how many people of a kind have no household
        homes: dict[int, set[tuple[int, tuple[int, ...]]]] = {}  # the kinds of people in each household
        for number, members in enumerate(classes):
            for place in members:
                person = problem["people"][place]
                kind = (number, tuple(counted(problem, person)))
                if person["household"] is None:
                    self.alone[kind] += 1
                else:
                    homes.setdefault(person["household"], set()).add(kind)
        self.shared = list(homes.values())
        self.kinds = set(self.alone).union(*self.shared)

    def proves(self, weights: dict[int, int], most: int, proof: Any, known: int) -> bool:
        """Tell whether a proof shows that no panel weighs more than `most`; it may use the first `known` lines.

        A split on a whole number s is followed by the proof for panels with s <= v, then by that for s >= v + 1.
        """
        cases: list[list[Inequality]] = [[]]  # yet to be proved, each by the splits that lead to it; the next one last
        for part in proof:
            if not cases or len(cases[-1]) > DEEPEST:
                return False
            case = cases.pop()
            if "split" in part:
                split, value = sparse(part["split"]), int(part["most"])
                beyond = {number: -weight for number, weight in split.items()}
                cases += [[*case, (beyond, -value - 1)], [*case, (split, value)]]
            elif self.limit(weights, part, known, case) >= int(part["denominator"]) * (most + 1):
                return False
        return not cases

    def limit(self, weights: dict[int, int], end: Any, known: int, case: list[Inequality]) -> int:
        """Give a bound on the weights of classes, times the denominator, over all panels of a case."""
        size, scale, prices = int(end["size"]), int(end["denominator"]), sparse(end["quotas"])
        limit: int = size * self.size
        for place, times in prices.items():
            limit += times * self.quotas[place]["high" if times > 0 else "low"]
        gains = Counter({number: weight * scale for number, weight in weights.items()})
        for known_to_hold, used in ((self.lines[:known], end["lines"]), (case, end["splits"])):
            for place, times in sparse(used).items():
                if times < 0:
                    raise BadFileError("an inequality is turned round.")
                parts, bound = known_to_hold[place]
                limit += times * bound
                for number, weight in parts.items():
                    gains[number] -= times * weight
        rest = {kind: gains[kind[0]] - size - sum(prices.get(quota, 0) for quota in kind[1]) for kind in self.kinds}
        limit += sum(count * max(0, rest[kind]) for kind, count in self.alone.items())
        shared: int = sum(max(0, *(rest[kind] for kind in kinds)) for kinds in self.shared)
        return limit + shared


def sparse(pairs: list[Any]) -> dict[int, int]:
    """Read pairs of a place and a whole number that is not 0, each place once and in order."""
    read = {pair["at"]: int(pair["times"]) for pair in pairs}
    if [pair["at"] for pair in pairs] != sorted(read) or 0 in read.values():
        raise BadFileError("a list of multipliers or weights names a place twice or out of order, or has a 0.")
    return read


def proofs(bundle: Bundle) -> Results:
    """Prove every bound again in whole numbers, and from the bounds that no lottery is fairer."""
    document = bundle["certificate.json"]
    lines, trees, levels = document["details"]["lines"], document["details"]["levels"], document["levels"]
    sound: list[bool] = []  # of each line, whether it and all that it rests on have a proof
    weak: list[int] = []  # the levels that rest on a line without one
    try:
        prover = Prover(bundle["problem.json"], document["classes"], lines)
        for place, (line, (weights, bound)) in enumerate(zip(lines, prover.lines)):
            sound.append(line["proof"] is not None and all(sound[used] for used in lines_used(line["proof"])))
            if line["proof"] is not None and not prover.proves(weights, bound, line["proof"], place):
                yield "failed", "the proof of line {number} does not give its bound.", place
        if len(trees) != len(levels):
            yield "failed", "there are {proofs} proofs for {levels} levels.", len(trees), len(levels)
        for nth, (level, proof) in enumerate(zip(levels, trees), start=1):
            if not prover.proves(*whole(level), proof, len(lines)):
                yield "failed", "the proof of level {number} does not give its bound.", nth
            if not all(sound[used] for used in lines_used(proof)):
                weak.append(nth)
        reach = unproved_reach(document, prover.lines, sound)
        yield from attested(document, weak, reach)
        yield from conclusion(bundle, certain=not weak and not reach)
    except BadFileError as fault:
        yield "failed", "the proofs cannot be followed: {fault}", sentence(*fault.args)
    except (ArithmeticError, LookupError, ValueError):
        yield "failed", "the proofs cannot be followed: they do not fit the rest of the certificate."


def lines_used(proof: Any) -> set[int]:
    return {pair["at"] for part in proof for pair in part.get("lines", ())}


def unproved_reach(document: Any, lines: list[Inequality], sound: list[bool]) -> list[int]:
    """Give the classes that are said to be out of reach without a proved line that says so."""
    told = [weights for (weights, bound), good in zip(lines, sound) if good and bound == 0]
    shut = {number for weights in told for number in weights if weights == {number: 1}}
    return [number for number in document["unreachable"] if number not in shut]


def attested(document: Any, weak: list[int], reach: list[int]) -> Results:
    """Say what rests on a solver's word."""
    if document["status"] == "proved" and (weak or reach):
        yield "failed", "the certificate claims to be proved, but rests on a solver's word."
    if weak:
        it = levels_of(document), ", ".join(map(str, weak))
        yield "weaker", "of {what}, these rest on bounds that are attested by the solver, not proved: {listed}.", *it
    if reach:
        people = sum(len(document["classes"][number]) for number in reach)
        yield "weaker", "that no panel can contain {count} people is attested by the solver, not proved.", people


def levels_of(document: Any) -> str:
    count, objective = len(document["levels"]), document["objective"]
    return sentence("{count} level of {objective}" if count == 1 else "{count} levels of {objective}", count, objective)


def conclusion(bundle: Bundle, certain: bool) -> Results:
    """Say what the bounds come to; `certain` if they are proved."""
    document, levels = bundle["certificate.json"], bundle["certificate.json"]["levels"]
    objective = document["objective"]
    if objective in LEVELLED:
        loose = [nth for nth in range(1, len(levels) + 1) if overreaching(document, nth)]
        for nth in loose:
            yield "weaker", "the weights of level {number} reach people settled later, so its bound says less.", nth
        certain = certain and not loose
        yield from order_faults(bundle)
        gap = max(gain(bundle, level) for level in levels)
        what, by = levels_of(document), decimal_text(gap)
        best = "passed", "{what} proved in exact fractions: no lottery is fairer.", what
        near = "passed", "{what} proved in exact fractions: no lottery is fairer by more than {by}.", what, by
    elif objective in GAPS and len(levels) == 1:
        gap = GAPS[objective](bundle, levels[0])
        what, by = objective, f"{decimal_text(gap * 100)} %"
        if objective == "goldilocks":
            what = sentence("{objective} with γ = {gamma}", objective, document["details"]["claim"]["gamma"])
        best = "passed", "{what} proved in exact fractions: no lottery is better.", what
        near = "passed", "{what} proved in exact fractions: no lottery is better by more than {by}.", what, by
    else:
        yield "weaker", "what the bounds say of the objective {objective} is not known here.", json.dumps(objective)
        return
    if gap > WIDE:
        yield "weaker", "by the bounds a lottery could be better by {by}, which is more than rounding explains.", by
    elif certain:
        yield near if gap > 0 else best


def overreaching(document: Any, nth: int) -> bool:
    """Tell whether the weights of a level reach people who are not settled by it or before it."""
    settled = {number for level in document["levels"][:nth] for number in level["members"]}
    weights = weights_of(document["levels"][nth - 1]["weights"])
    return not weights.keys() <= settled | set(document["unreachable"])


def order_faults(bundle: Bundle) -> Results:
    """The levels ascend, and settle everybody (leximin) or the least likely (maximin)."""
    document = bundle["certificate.json"]
    values = [Fraction(level["value"]) for level in document["levels"]]
    if values != sorted(values):
        yield "failed", "the levels are not in the order of their chances."
    settled = {number for level in document["levels"] for number in level["members"]} | set(document["unreachable"])
    rest = set(range(len(document["classes"]))) - settled
    if document["objective"] == "leximin" and rest and "open" not in document["details"]:
        yield "failed", "the levels do not settle everybody's chance."
    for nth in sorted(rest):
        if any(bundle.fair[person] < values[-1] - bundle.slack for person in document["classes"][nth]):
            yield "failed", "class {number} has a lower fair chance than the last level, which does not settle it.", nth


def gain(bundle: Bundle, level: Any) -> Fraction:
    """Give how much higher the chance of somebody of a level could be, by its bound and the theorem."""
    classes, weights = bundle["certificate.json"]["classes"], weights_of(level["weights"])
    had = Fraction(sum(weights[number] * bundle.fair[person] for number in weights for person in classes[number]))
    least = min(weights[number] for number in level["members"])
    return max(Fraction(0), (Fraction(level["bound"]) - had) / least)


def reached(bundle: Bundle) -> list[tuple[int, Fraction]]:
    """Give the class and fair chance of everybody whom a panel can contain."""
    document = bundle["certificate.json"]
    never = set(document["unreachable"])
    numbered = enumerate(document["classes"])
    return [(number, bundle.fair[person]) for number, members in numbered if number not in never for person in members]


def nash_gap(bundle: Bundle, level: Any) -> Fraction:
    """Give how much higher, relatively, the geometric mean GM of the chances of all whom a panel can contain could be.

    For chances q of any lottery, weights y, the bound B and m people: GM(q) GM(y) = GM(q y) <= mean(q y) <= B / m.
    For the fair chances p likewise 1 / (GM(p) GM(y)) = GM(1 / (p y)) <= mean(1 / (p y)). Multiply the two:
    GM(q) / GM(p) <= (B / m) mean(1 / (p y)).
    """
    weights, people = weights_of(level["weights"]), reached(bundle)
    fine = 2**80  # terms are rounded up to multiples of 1 / fine, or their sum would have a million digits
    inverse = Fraction(sum(-(-fine // (chance * weights[number])) for number, chance in people), fine)
    return max(Fraction(0), Fraction(level["bound"]) * inverse / len(people) ** 2 - 1)


def spread_gap(bundle: Bundle, level: Any) -> Fraction:
    """Give how much lower, relatively, (n/k) max p + γ (k/n) / min p could be.

    The weights are C - a + b for a, b >= 0 of which b is 0 for those out of reach. As a panel has k people, Σ (a - b)
    over it is at least C k - B. For any lottery hence A max p - D min p >= C k - B, where A and D are the sums of a and
    b over all people, and (n/k) max p + γ (k/n) / l >= (n/k) (C k - B + D l) / A + γ (k/n) / l for l = min p, which is
    least where l makes its last two terms equal: at (n/k) (C k - B) / A + 2 √(γ D / A).
    """
    document, size = bundle["certificate.json"], bundle["problem.json"]["panel_size"]
    claim, classes = document["details"].get("claim"), document["classes"]
    if misfit(claim, CLAIM, "claim") is not None:
        raise BadFileError("the claim is not of its form.")
    high, low = weights_of(claim["highest"]), weights_of(claim["lowest"])
    shift, gamma, weights = Fraction(claim["shift"]), Fraction(claim["gamma"]), weights_of(level["weights"])
    if any(endless(pair["weight"] for pair in claim[part]) for part in ("highest", "lowest")):
        raise BadFileError("the claim has fractions without a common denominator.")
    same = all(weights.get(t, 0) == shift - high.get(t, 0) + low.get(t, 0) for t in range(len(classes)))
    if not same or low.keys() & set(document["unreachable"]) or (document["objective"] == "minimax" and gamma):
        raise BadFileError("the claim is not about the bound.")
    most, least = (Fraction(sum(part[t] * len(classes[t]) for t in part)) for part in (high, low))
    each, fine = Fraction(len(bundle.people), size), 10**25
    square = gamma * least / most
    root = Fraction(math.isqrt(square.numerator * fine**2 // square.denominator), fine)
    bound: Fraction = each * (shift * size - Fraction(level["bound"])) / most + 2 * root
    if bound <= 0:
        raise BadFileError("the bound says nothing.")
    chances = [chance for _, chance in reached(bundle)]
    had = each * max(chances) + (gamma / each / min(chances) if gamma else 0)
    return max(Fraction(0), had / bound - 1)


GAPS = {"nash": nash_gap, "goldilocks": spread_gap, "minimax": spread_gap}


# ---- Step 7, draw: the announced source gives the seed, the seed the ticket and the ticket the panel; the last stands.
# Were it to fail: the panel recorded is not the one that this lottery and the announced seed give.
def draw(bundle: Bundle) -> Results:
    said, record = bundle["announcement.json"], bundle["record.jsonl"]
    if not said["announced"]:
        yield "weaker", "the seed was not announced before the lottery existed."
    places = [place for place, entry in enumerate(record) if entry["kind"] in ("drawn", "drawn again")]
    if not places or not places[0]:
        yield "not checked", "no draw is recorded yet."
        return
    for place in places:
        yield from draw_faults(bundle, record[place], record[place - 1])
    for nth, place in enumerate(places[1:], start=2):
        drawn = record[place]["content"]
        if not (drawn.get("reason") or "").strip():
            yield "failed", "the lottery was drawn again without a reason."
        yield "weaker", "the lottery was drawn again, for this reason: {reason}.", quoted(drawn.get("reason"))
        it = nth, drawn["ticket"]
        if place == places[-1]:
            yield "weaker", "draw {number}, of ticket {ticket}, stands; the record keeps those before it.", *it
        else:
            yield "weaker", "draw {number}, of ticket {ticket}, does not stand; the record keeps those before it.", *it


def draw_faults(bundle: Bundle, entry: Any, before: Any) -> Results:
    """Check one draw; the line before it in the record holds its seed."""
    said, drawn = bundle["announcement.json"], entry["content"]
    seed = before["content"] if before["kind"] == "seed" else None
    ticket, tickets = drawn["ticket"], len(bundle.rows)
    published = [line for line in bundle["record.jsonl"] if line["kind"] == "lottery published"]
    if any(drawn["digest"] != line["content"]["digest"] for line in published):
        yield "failed", "the draw recorded is from another lottery."
    if (seed is None) != (drawn["method"] == "physical"):
        yield "failed", "a draw by hand has no seed before it in the record, and every other draw has one."
    elif seed is None:
        yield "weaker", "ticket {ticket} was drawn by hand: compare it with the minutes of the draw.", ticket
    else:
        yield from seed_faults(seed["seed"], drawn, tickets)
    yield from source_faults(bundle, drawn, seed, max((line["time"] for line in published), default=""))
    if said["announced"] and any(entry["time"] <= line["time"] for line in published):
        yield "weaker", "by the record's times the draw was made in the moment in which the lottery was published."
    if entry["time"] < (said["draw_at"] or ""):
        yield "weaker", "by the record's times the draw was made before the time that was announced for it."
    if drawn["tickets"] != tickets or ticket >= tickets or bundle.rows[ticket][1:] != drawn["panel"]:
        yield "failed", "the panel recorded is not that of ticket {ticket}.", ticket
    yield "passed", "ticket {ticket} of {tickets} has the panel that the record says was drawn.", ticket, tickets


def seed_faults(seed: str, drawn: Any, tickets: int) -> Results:
    """The seed gives the ticket."""
    if not seed or seed != unicodedata.normalize("NFC", seed.strip()):
        yield "failed", "the seed is not written as it must be: NFC, without white space at its ends."
    ticket = int(sha256(f"{METHOD}\n{drawn['digest']}\n{seed}".encode()), 16) % max(tickets, 1)
    if ticket != drawn["ticket"]:
        yield "failed", "the seed gives ticket {ticket}, but the record says {recorded}.", ticket, drawn["ticket"]


def source_faults(bundle: Bundle, drawn: Any, seed: Any, published: str) -> Results:
    """The parts of the seed have the forms announced, and the seed follows from them."""
    said = bundle["announcement.json"]
    sources, parts = said["sources"], [] if seed is None else seed["parts"]
    if drawn["fallback"] is not None:
        if said["fallback"] is None:
            yield "failed", "the draw went by a fallback, but none was announced."
        yield "weaker", "the announced source was not used, for this reason: {reason}.", quoted(drawn["fallback"])
        yield "weaker", "compare with the fallback that was announced: {fallback}.", quoted(said["fallback"])
        sources = [{"kind": "text"}] if seed else [{"kind": "ticket"}]
    if seed is None:
        if sources != [{"kind": "ticket"}]:
            yield "failed", "the ticket was drawn by hand, but a seed was announced."
        return
    counts = len(sources), len(parts)
    if len(parts) != len(sources):
        yield "failed", "{announced} parts of the seed were announced, but the record has {count}.", *counts
        return
    values = []
    for source, part in zip(sources, parts):
        values.append(part)
        if not fits(source, part):
            yield "failed", "{part} is not of the form announced ({kind}).", quoted(part), source["kind"]
        elif source["kind"] == "drand":
            values[-1] = sha256(bytes.fromhex(part))
            yield from drand_faults(bundle, source, part, published)
        elif source["kind"] == "nist":
            pulse = source["pulse"]
            yield "not checked", "whether this is NIST's pulse {pulse}: compare it with beacon.nist.gov.", pulse
    if seed["seed"] != (values[0] if len(values) == 1 else sha256("\n".join([COMBINING, *values]).encode())):
        yield "failed", "the seed does not follow from the parts recorded."


def fits(source: Any, part: str) -> bool:
    """Tell whether a part of a seed has the form of its source."""
    if source["kind"] == "dice":
        return len(part) == source["dice"] and re.fullmatch("[0-9]+", part) is not None
    if source["kind"] in ("drand", "nist"):
        return re.fullmatch("[0-9a-f]{96}" if source["kind"] == "drand" else "[0-9A-F]{128}", part) is not None
    if source["kind"] == "numbers":
        groups = part.split("/")
        whole = groups.pop() == "" and len(groups) == len(source["draws"])
        return whole and all(map(fits_draw, source["draws"], groups))
    return source["kind"] == "text" and bool(part) and part == unicodedata.normalize("NFC", part.strip())


def fits_draw(draw: Any, group: str) -> bool:
    """Tell whether the numbers of one lottery are written as RFC 3797 does: 2.5.8.10.12."""
    if not re.fullmatch(r"((0|[1-9][0-9]{0,14})\.)+", group):
        return False
    numbers = [int(word) for word in group.split(".")[:-1]]
    sorted_ = draw["ordered"] or numbers == sorted(set(numbers))
    return sorted_ and len(numbers) == draw["count"] and all(draw["low"] <= n <= draw["high"] for n in numbers)


def drand_faults(bundle: Bundle, source: Any, signature: str, published: str) -> Results:
    """The round came after the lottery was published, and its signature is the beacon's."""
    if source["chain"] != QUICKNET:
        yield "not checked", "the chain of drand announced is not known to this program."
        return
    if (source["genesis"], source["period"]) != (GENESIS, PERIOD):
        yield "failed", "the announcement gives drand's chain another clock than it has."
    number = source["round"]
    comes = time.gmtime(min(GENESIS + (number - 1) * PERIOD, 253_402_300_799))  # the end of the year 9999
    if published >= time.strftime("%Y-%m-%dT%H:%M:%SZ", comes):
        yield "failed", "drand round {number} had come out when the lottery was published: its seed was known.", number
    if bundle.signed is None:
        whether = "whether drand signed round {number} so (needs 'sortition verify' and sortition[drand])."
        yield "not checked", whether, number
    elif not bundle.signed(number, signature):
        yield "failed", "the signature is not drand's for round {number}.", number
    else:
        yield "passed", "drand signed round {number} so.", number


# ---- Step 8, private files: the installed program has it, and puts its own step in the place of this one.
# Were it to fail: the list of names is not the panel that was drawn, or its people are not the ones frozen.
def private_files(_: Bundle) -> Results:
    yield "not checked", "this needs the organisers' private folder and the installed program."


# ---- Step 9, replacements: none can be recorded yet. What a later version recorded is called weaker, since this
# one does not understand it; it cannot fail.
def replacements(bundle: Bundle) -> Results:
    unknown = sorted({entry["kind"] for entry in bundle["record.jsonl"]} - set(CONTENTS))
    if unknown:
        yield "weaker", "the record tells of things that this version does not check: {kinds}.", ", ".join(unknown)
    else:
        yield "not checked", "no replacement is recorded."


# ---- Step 10, signatures: each is of a line of the record, by the key that stands beside it; time stamps are listed.
# Were it to fail: the record is not the one that was signed, or the signature is not by that key.
def signatures(bundle: Bundle) -> Results:
    names = sorted(name for name in bundle.files if re.fullmatch(r"signature-[0-9]+\.json", name))
    for name in names:
        try:
            given = parse_json(name, bundle.files[name], SIGNATURE)
        except BadFileError as fault:
            yield "failed", *fault.args
        else:
            yield signature_finding(bundle, name, given)
    if not names:
        yield "not checked", "nobody has signed the record."
    for name in sorted(name for name in bundle.files if name.endswith((".tsr", ".ots"))):
        yield "weaker", "{name} is attached as a time stamp; it was not checked.", name


def signature_finding(bundle: Bundle, name: str, given: Any) -> tuple[Any, ...]:
    lines = bundle.files.get("record.jsonl", b"").split(b"\n")[:-1]
    at, key, message = given["lines"], given["key"], f"{given['format']}\n{given['head']}".encode()
    if not 0 < at <= len(lines) or sha256(lines[at - 1]) != given["head"]:
        return "failed", "{name} signs a record that had another line {at}.", name, at
    if not signed(bytes.fromhex(key), message, bytes.fromhex(given["signature"])):
        return "failed", "{name} is not a signature by the key that it names.", name
    right = (
        "{name}: signed when the record had {at} of its {count} lines, by the key {key}; "
        "compare it with the one that the signer published."
    )
    return "passed", right, name, at, len(lines), key


# Ed25519 as in RFC 8032, section 5.1, so that no library is needed; slow, and fit for public data only
FIELD, GROUP = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, -1, FIELD) % FIELD
Point = tuple[int, int]


def add(one: Point, other: Point) -> Point:
    (a, b), (c, d) = one, other
    twist = CURVE * a * b * c * d
    return (a * d + b * c) * pow(1 + twist, -1, FIELD) % FIELD, (b * d + a * c) * pow(1 - twist, -1, FIELD) % FIELD


def times(number: int, point: Point) -> Point:
    total = (0, 1)
    for bit in f"{number:b}":
        total = add(total, total)
        total = add(total, point) if bit == "1" else total
    return total


def point_of(data: bytes) -> Point | None:
    """Give the point that 32 bytes stand for, or None if they stand for none."""
    sign, y = divmod(int.from_bytes(data, "little"), 2**255)
    square = (y * y - 1) * pow(CURVE * y * y + 1, -1, FIELD) % FIELD
    x = pow(square, (FIELD + 3) // 8, FIELD)
    x = x if (x * x - square) % FIELD == 0 else x * pow(2, (FIELD - 1) // 4, FIELD) % FIELD
    if y >= FIELD or (x * x - square) % FIELD or (x == 0 and sign):
        return None
    return x if x % 2 == sign else FIELD - x, y


def signed(key: bytes, message: bytes, signature: bytes) -> bool:
    public, start, s = point_of(key), signature[:32], int.from_bytes(signature[32:], "little")
    base = point_of((4 * pow(5, -1, FIELD) % FIELD).to_bytes(32, "little"))
    if public is None or base is None or s >= GROUP:
        return False
    h = int.from_bytes(hashlib.sha512(start + key + message).digest(), "little") % GROUP
    x, y = add(times(s, base), times(GROUP - h, public))
    return (y + 2**255 * (x % 2)).to_bytes(32, "little") == start


# ---- Step 11, receipt: one person's receipt opens their commitment, which leads to the root in the record.
# Were it to fail: the row that the person was shown is not the one that was frozen, or their code was damaged.
def receipt(bundle: Bundle) -> Results:
    if bundle.receipt is None:
        yield "not checked", "no receipt was given (--receipt FILE, with the code that one person got)."
        return
    try:
        given = parse_receipt(bundle.receipt.read_bytes())
    except (OSError, BadFileError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else sentence(*fault.args)
        yield "failed", "the receipt cannot be read: {fault}", why
        return
    name, leaf, people = given["pseudonym"], given["leaf"], bundle.people
    opened = sha256(given["salt"].encode() + b"\n" + canonical([name, given["row"]]))
    if not leaf < len(people) == given["people"]:
        yield "failed", "the receipt is from a lottery with another number of people."
        return
    if (people[leaf]["pseudonym"], people[leaf]["commitment"]) != (name, opened):
        yield "failed", "the row in the receipt is not the one that was frozen for {name}.", name
    roots = {frozen["people_root"] for frozen in bundle.contents("frozen")}
    if given["path"] is not None and roots != {climb(opened, leaf, len(people), given["path"])}:
        yield "failed", "the path in the receipt does not lead to the root in the record."
    tickets = [str(ticket) for ticket, panel in enumerate(bundle.panels) if leaf in panel]
    row = "; ".join(": ".join(pair) for pair in given["row"])
    yield "passed", "{name} is in the lottery, frozen with this row: {row}.", name, row
    if bundle.answers:
        answers = answers_of(bundle["problem.json"], people[leaf]).items()
        shown = name, "; ".join(": ".join(pair) for pair in answers)
        yield "passed", "the quotas count {name} by these answers, which should be those of the row: {answers}.", *shown
    total = len(bundle.panels)
    if tickets:
        on = ", ".join(tickets)
        yield "passed", "{name} is on {count} of {total} tickets: {tickets}.", name, len(tickets), total, on
    else:
        yield "passed", "{name} is on 0 of {total} tickets: none.", name, total


def parse_receipt(text: bytes) -> Any:
    code = b"".join(text.split())
    try:
        data = base64.b64decode(code + b"=" * (-len(code) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise BadFileError("it is not a whole code.") from None
    return parse_json("the receipt", data + b"\n", RECEIPT)


def climb(commitment: str, leaf: int, people: int, path: list[str]) -> str | None:
    """Give the root to which a path leads; None if the path is too short or too long."""
    found, rest = merkle_hash(b"\0", bytes.fromhex(commitment)), [bytes.fromhex(each) for each in path]
    while people > 1:
        if leaf ^ 1 < people:
            if not rest:
                return None
            other = rest.pop(0)
            found = merkle_hash(b"\1", other, found) if leaf % 2 else merkle_hash(b"\1", found, other)
        leaf, people = leaf // 2, (people + 1) // 2
    return None if rest else found.hex()


STEPS: dict[str, tuple[Any, ...]] = {
    sentence("files"): (files,),
    sentence("chain"): (chain,),
    sentence("digests"): (file_digests, lottery_digest, people_root),
    sentence("panels"): (panels, quotas_met),
    sentence("tickets and chances"): (tickets_and_chances,),
    sentence("certificate"): (certificate,),
    sentence("draw"): (draw,),
    sentence("private files"): (private_files,),
    sentence("replacements"): (replacements,),
    sentence("signatures"): (signatures,),
    sentence("receipt"): (receipt,),
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Verify the bundle of a draw. Exit code: 0 right, 6 wrong, 7 nothing.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent, help="the bundle's folder")
    parser.add_argument("--announced", metavar="DIGEST", help="the lottery digest announced before the seed was known")
    parser.add_argument("--receipt", metavar="FILE", type=Path, help="a file with the code that one person was given")
    parser.add_argument("--json", action="store_true", help="write one JSON object")
    chosen = parser.parse_args()
    findings = verify(chosen.folder, chosen.announced, chosen.receipt)
    code = exit_code(findings)
    lines = [f"{finding.step}: {finding.state}: {finding.detail}" for finding in findings]
    lines.append({0: "Nothing is wrong.", 6: "VERIFICATION FAILED.", 7: "Nothing was verified: no bundle here."}[code])
    text = "\n".join("".join(letter if letter.isprintable() else "?" for letter in line) for line in lines)
    if chosen.json:
        text = json.dumps({"exit_code": code, "findings": [finding._asdict() for finding in findings]}, indent=2)
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
