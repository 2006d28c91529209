"""The folder that a draw leaves: `public/` for everybody, `private/` with the names."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import cast

from sortition import __version__
from sortition.audit.announcement import announcement_text
from sortition.audit.beacon import can_check, signed_by_quicknet
from sortition.audit.disk import Content, as_sentence, change_folder, change_pending, finish_change, write_folder
from sortition.audit.draw import PHYSICAL
from sortition.audit.frozen import Frozen
from sortition.audit.pseudonyms import key_document
from sortition.audit.record import Entry, append, read_entries
from sortition.audit.tables import chances_csv, panel_csv, pool_csv, receipts_csv, remaining_csv
from sortition.canonical import canonical_json, sha256_hex
from sortition.errors import Fault, NothingVerifiedError, UsageError, VerificationError
from sortition.messages import phrase, translated
from sortition.model import Draw, Finding, State

DRAWN = ("drawn", "drawn again")
"""The kinds of lines of the record that tell of a draw."""
VERIFIERS = {name: Path(__file__).with_name(name) for name in ("verify.html", "verify.py")}
"""The same check twice, each one file that needs nothing else."""


@dataclass(frozen=True, eq=False)
class Bundle:
    """A bundle on disk."""

    out: Path
    frozen: Frozen
    entries: tuple[Entry, ...]
    """The record."""

    @property
    def draw(self) -> Draw | None:
        """The draw that stands, which is the last one, if there has been any."""
        drawn = [at for at, entry in enumerate(self.entries) if entry.kind in DRAWN]
        if not drawn:
            return None
        content = self.entries[drawn[-1]].content
        said = {} if content["method"] == PHYSICAL else self.entries[drawn[-1] - 1].content
        return Draw(
            content["method"],
            content["digest"],
            said.get("seed"),
            content["ticket"],
            content["tickets"],
            tuple(said.get("parts", ())),
            content["fallback"],
        )

    @property
    def replaced(self) -> tuple[tuple[int, str], ...]:
        """Of each draw that no longer stands its ticket, and why the lottery was drawn again."""
        drawn = [entry.content for entry in self.entries if entry.kind in DRAWN]
        return tuple((before["ticket"], after["reason"]) for before, after in pairwise(drawn))


def write_lottery(out: Path, frozen: Frozen, now: dt.datetime, report_html: str | None = None) -> Bundle:
    """Write the bundle of a lottery that is still to be drawn.

    Parameters
    ----------
    out
        A new folder, or an empty one.
    frozen
        The lottery made ready.
    now
        The time to record.
    report_html
        The report for `public/report.html`, if there is one.

    Raises
    ------
    UsageError
        Something lies at `out` already.
    InputError
        The disk refused.
    """
    lottery = frozen.lottery
    frozen_content = {
        "panel_size": lottery.problem.panel_size,
        "people": len(lottery.problem.ids),
        "people_root": frozen.tree.root,
        "problem": frozen.terms["problem"],
        "program": f"sortition {__version__}",
        **frozen.corrections,
    }
    published = {**frozen.terms, "digest": frozen.digest, "objective": lottery.objective}
    record = append(b"", "frozen", frozen_content, now)
    record = append(record, "lottery published", published, now)
    public = {
        **frozen.files,
        "announcement.txt": announcement_text(frozen).encode("utf-8"),
        **{name: path.read_bytes() for name, path in VERIFIERS.items()},
    }
    private: dict[str, Content] = {
        "chances.csv": chances_csv(frozen),
        "pool.csv": pool_csv(frozen),
        "receipts.csv": receipts_csv(frozen),
        **frozen.withheld,
    }
    if frozen.key is not None:
        private["key.json"] = key_document(frozen.key)
    write_folder(
        out,
        {f"private/{name}": private[name] for name in sorted(private)} | _published(public, record, report_html),
    )
    return Bundle(out, frozen, read_entries(record))


def add_draw(
    bundle: Bundle, draw: Draw, now: dt.datetime, report_html: str | None = None, again: str | None = None
) -> Bundle:
    """Record the draw and write who was drawn.

    Parameters
    ----------
    bundle
        A bundle, as written or as read again.
    draw
        The draw, made from `bundle.frozen.digest`.
    now
        The time to record.
    report_html
        The new report, which takes the place of the one before.
    again
        Why the lottery is drawn from once more, where it is. The record keeps the draws before.

    Raises
    ------
    UsageError
        The lottery has been drawn before and no reason to draw again is given; a reason is given for a first draw;
        or the draw is not one of this lottery.
    InputError
        The disk refused.
    """
    frozen, public = bundle.frozen, public_files(bundle.out)
    record = public["record.jsonl"]
    # the disk may know more than the bundle as read
    refuse_second(Bundle(bundle.out, frozen, read_entries(record)).draw, again)
    if (draw.lottery_digest, draw.tickets) != (frozen.digest, len(frozen.lottery.panels)):
        raise UsageError(phrase("this draw belongs to another lottery: the digests differ."))
    private: dict[str, Content] = {
        "private/panel.csv": panel_csv(frozen, draw.ticket),
        "private/remaining.csv": remaining_csv(frozen, draw.ticket),
    }
    record = _with_draw(record, frozen, draw, now, again)
    change_folder(bundle.out, private | _changed(public, _published(public, record, report_html)))
    return Bundle(bundle.out, frozen, read_entries(record))


def refuse_second(earlier: Draw | None, again: str | None) -> None:
    """Refuse to draw a second time without a reason, or to give a reason for a first draw.

    Raises
    ------
    UsageError
        As said.
    """
    if earlier is not None and again is None:
        stands = phrase(
            "this lottery has been drawn already: ticket {ticket}. The draw stands. If it really must be "
            "drawn again, give --again and --reason TEXT: the record will show both draws for ever.",
            ticket=earlier.ticket,
        )
        raise UsageError(stands)
    if earlier is None and again is not None:
        raise UsageError(phrase("this lottery has not been drawn yet, so it cannot be drawn again."))


def _with_draw(record: bytes, frozen: Frozen, draw: Draw, now: dt.datetime, again: str | None) -> bytes:
    """Give the record with a draw: the seed, if there was one, and what was drawn."""
    panel = sorted(frozen.pseudonyms[person] for person in frozen.panel(draw.ticket))
    content = {
        "digest": draw.lottery_digest,
        "fallback": draw.fallback,
        "method": draw.method,
        "panel": panel,
        "ticket": draw.ticket,
        "tickets": draw.tickets,
    }
    if draw.seed is not None:
        record = append(record, "seed", {"parts": draw.parts, "seed": draw.seed}, now)
    if again is None:
        return append(record, "drawn", content, now)
    return append(record, "drawn again", {**content, "reason": again}, now)


def write_report(bundle: Bundle, report_html: str) -> Path:
    """Put a report in the place of the one before, if there is one, and give its path.

    Parameters
    ----------
    bundle
        The bundle as written or read again.
    report_html
        The new page.

    Raises
    ------
    InputError
        The disk refused.
    """
    public = public_files(bundle.out)
    changed = _changed(public, _published(public, public["record.jsonl"], report_html))
    change_folder(bundle.out, changed)
    return bundle.out / "public" / "report.html"


def change_bundle(out: Path, private: Mapping[str, Content], record: bytes) -> None:
    """Put private files and a record that has grown in the place of those before.

    Raises
    ------
    InputError
        The disk refused.
    """
    public = public_files(out)
    files = {f"private/{name}": data for name, data in private.items()}
    change_folder(out, files | _changed(public, _published(public, record, None)))


def add_public(out: Path, name: str, data: bytes) -> Path:
    """Put one more file into the public folder, listed in the manifest, and give its path.

    Raises
    ------
    UsageError
        There is such a file already.
    InputError
        The disk refused.
    """
    public, place = public_files(out), out / "public" / name
    if place.exists() or place.is_symlink():
        raise UsageError(Fault(phrase("there is a file of this name already; it is left as it is."), str(place)))
    change_folder(out, _changed(public, _published({**public, name: data}, public["record.jsonl"], None)))
    return place


def read_bundle(out: Path) -> Bundle:
    """Read a bundle with its private files, after checking that it is whole.

    Raises
    ------
    VerificationError
        The bundle is not what it claims to be; carries every fault found.
    NothingVerifiedError
        There is no bundle there.
    """
    from sortition.audit.restore import restore

    finish_change(out)
    refuse_unsound(out)
    if any(not (out / "private" / name).is_file() for name in ("receipts.csv", "chances.csv")):
        raise UsageError(Fault(phrase("the private folder of this bundle is missing; it is needed here."), str(out)))
    record = (out / "public" / "record.jsonl").read_bytes()
    return Bundle(out, restore(out), read_entries(record))


def refuse_unsound(out: Path) -> None:
    """Refuse a bundle that is not what it claims to be.

    Raises
    ------
    VerificationError
        Carries every fault found.
    NothingVerifiedError
        There is no bundle there.
    """
    failed = [finding for finding in verify_bundle(out) if finding.state == "failed"]
    if failed:
        raise VerificationError(
            Fault(f"{translated(finding.step)}: {translated(finding.detail)}", str(out)) for finding in failed
        )


def verify_bundle(
    folder: Path, announced: str | None = None, private: Path | None = None, receipt: Path | None = None
) -> tuple[Finding, ...]:
    """Verify a bundle, with the same code that lies in it as `public/verify.py`, and its private files if at hand.

    Parameters
    ----------
    folder
        The bundle, or its folder `public`.
    announced
        The lottery digest as it was announced before the seed was known.
    private
        The folder with the private files, where it does not lie beside `public`.
    receipt
        A file with the code that one person was given.

    Returns
    -------
    tuple of Finding
        Everything found, step by step; the bundle fails if the state of any is `failed`.

    Raises
    ------
    NothingVerifiedError
        There is no bundle there.
    UsageError
        A change of the folder was interrupted.
    """
    if any(change_pending(place) for place in (folder, folder.absolute().parent)):
        message = phrase(
            "a draw was interrupted while it was written. 'sortition report' with this folder finishes that."
        )
        raise UsageError(Fault(message, str(folder)))
    from sortition.audit.private import verify_all

    findings = verify_all(folder, announced, private, receipt, signed_by_quicknet if can_check() else None)
    if not findings:
        raise NothingVerifiedError(Fault(phrase("there is no bundle here, so nothing was verified."), str(folder)))
    return tuple(Finding(step, cast("State", state), detail) for step, state, detail in findings)


def _published(public: Mapping[str, bytes], record: bytes, report_html: str | None) -> dict[str, bytes]:
    """Give the public files with the record, the report and, last, the manifest of them all."""
    files = {**public, "record.jsonl": record}
    if report_html is not None:
        files["report.html"] = report_html.encode("utf-8")
    sizes = [{"bytes": len(files[name]), "name": name, "sha256": sha256_hex(files[name])} for name in sorted(files)]
    manifest = canonical_json({"files": sizes, "format": "sortition-bundle-1"}) + b"\n"
    return {f"public/{name}": files[name] for name in sorted(files)} | {"public/manifest.json": manifest}


def _changed(public: Mapping[str, bytes], published: Mapping[str, bytes]) -> dict[str, bytes]:
    """Give the files that are not on disk already, the manifest last."""
    return {name: data for name, data in published.items() if public.get(name.removeprefix("public/")) != data}


def public_files(out: Path) -> dict[str, bytes]:
    """Read the public files that the manifest names, and nothing that came into the folder by other ways."""
    with as_sentence(out):
        manifest = json.loads((out / "public" / "manifest.json").read_bytes())
        return {file["name"]: (out / "public" / file["name"]).read_bytes() for file in manifest["files"]}
