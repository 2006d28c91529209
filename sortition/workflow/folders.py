"""What is done with the folder of a lottery or draw: verify, sign, redact, attach, report."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sortition.audit import attach as attach_stamp
from sortition.audit import new_signing_key, read_bundle, verify_bundle, write_report
from sortition.audit import redact as redact_bundle
from sortition.audit import sign as sign_bundle
from sortition.messages import phrase
from sortition.model import Finding
from sortition.workflow.outcome import clock, page_of, told_of


def verify(
    folder: Path, *, announced: str | None = None, private: Path | None = None, receipt: Path | None = None
) -> tuple[Finding, ...]:
    """Check a bundle, step by step; needs no solver and no names, and checks the private files if they are there.

    Parameters
    ----------
    folder
        The bundle, or its folder `public`.
    announced
        The digest as it was announced before the seed was known.
    private
        The folder with the private files, where it does not lie beside `public`.
    receipt
        A file with the code that one person was given.

    Raises
    ------
    NothingVerifiedError
        There is no bundle.
    """
    return verify_bundle(Path(folder), announced, private, receipt)


def sign(folder: Path, key_path: Path, *, new: bool = False) -> Path:
    """Sign the head of a bundle's record with an Ed25519 key, which is made first if it is to be new."""
    if new:
        new_signing_key(key_path)
    return sign_bundle(folder, key_path)


def redact(
    folder: Path, person_id: str, reason: str, *, member: bool = False, now: dt.datetime | None = None
) -> tuple[str, ...]:
    """Erase one person from the private files of a bundle, and say in sentences what was erased and what remains.

    Parameters
    ----------
    folder
        The folder of the bundle.
    person_id
        The person's id.
    reason
        Why, for the public record, without anything personal.
    member
        Whether it is meant even if the person is on the drawn panel.
    now
        The time to record; None: the clock's.
    """
    bundle = redact_bundle(read_bundle(folder), person_id, reason, now or clock(), member=member)
    erased = phrase(
        "Erased: the person's row, chance, salt and code, and key.json, which could have made the salt anew. The "
        "pseudonyms and salts of all others live on in private/receipts.csv."
    )
    with_answers = phrase(
        "What remains in public: a pseudonym, the answers that the quotas are about, and the tickets that it is on. "
        "Nothing in this folder ties it to the person any more."
    )
    without = phrase(
        "What remains in public: a pseudonym, and the tickets that it is on. Nothing in this folder ties it to the "
        "person any more."
    )
    copies = phrase(
        "Copies elsewhere were not touched: the pool file, backups, bundles made with the same key, codes sent out."
    )
    return erased, without if bundle.frozen.document_salt else with_answers, copies


def attach(folder: Path, stamp: Path) -> Path:
    """Put a time stamp that somebody else gave into the public folder."""
    return attach_stamp(folder, stamp)


def report(folder: Path) -> Path:
    """Write the public page of a bundle again and give its path."""
    bundle = read_bundle(folder)
    summary = told_of(bundle.frozen, bundle.draw, bundle.replaced)
    return write_report(bundle, page_of(bundle.frozen, summary))
