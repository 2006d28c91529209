"""Signatures on the head of the record (Ed25519), and time stamps that others gave, attached as files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sortition.audit.bundle import add_public, public_files, refuse_unsound
from sortition.canonical import canonical_json, sha256_hex
from sortition.errors import Fault, InputError, UsageError
from sortition.messages import phrase, translated

FORMAT = "sortition-signature-1"
STAMPS = (".tsr", ".ots")
"""Endings of the files that may be attached: answers of RFC 3161 time stamp servers, and OpenTimestamps proofs."""
MOST_BYTES = 1_000_000
"""Largest file that may be attached; real stamps have some thousand bytes."""

_NAME = re.compile("[A-Za-z0-9_][A-Za-z0-9._-]*")


def new_signing_key(path: Path) -> None:
    """Make an Ed25519 key and write it to a new PEM file, which only its owner may read.

    Raises
    ------
    UsageError
        Something lies at `path` already, or the library is missing.
    InputError
        The disk refused.
    """
    from cryptography.hazmat.primitives import serialization

    data = (
        _ed25519()
        .Ed25519PrivateKey.generate()
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise UsageError(Fault(phrase("there is a file here already; it is left as it is."), str(path))) from None
    except OSError as error:
        why = translated(error.strerror or str(error))
        raise InputError(Fault(phrase("the key cannot be written: {why}.", why=why), str(path))) from error
    path.write_bytes(data)


def sign(out: Path, key_path: Path) -> Path:
    """Sign the head of a bundle's record, and give the path of the signature.

    Parameters
    ----------
    out
        The bundle; it is verified first, so that nobody signs what does not hold.
    key_path
        A PEM file with an Ed25519 private key without a password.

    Raises
    ------
    VerificationError
        The bundle is not what it claims to be.
    InputError
        The key cannot be used, or the disk refused.
    UsageError
        The library is missing.
    """
    key = _read_private_key(key_path)
    refuse_unsound(out)
    public = public_files(out)
    lines = public["record.jsonl"].splitlines()
    head = sha256_hex(lines[-1])
    document = {
        "format": FORMAT,
        "head": head,
        "key": key.public_key().public_bytes_raw().hex(),
        "lines": len(lines),
        "signature": key.sign(f"{FORMAT}\n{head}".encode()).hex(),
    }
    taken = sum(name.startswith("signature-") for name in public)
    return add_public(out, f"signature-{taken + 1}.json", canonical_json(document) + b"\n")


def attach(out: Path, path: Path) -> Path:
    """Put a time stamp into the public folder, and give its place there. It is listed, and never trusted.

    Raises
    ------
    UsageError
        The file has another ending than `.tsr` or `.ots`, an odd name, or one that is taken; or it is too large.
    InputError
        The file cannot be read, or the disk refused.
    VerificationError
        The bundle is not what it claims to be.
    """
    if path.suffix not in STAMPS or not _NAME.fullmatch(path.name):
        message = phrase(
            "this file cannot be attached. Its name must end in .tsr or .ots and have only letters from A to Z, "
            "digits, '.', '_' and '-'."
        )
        raise UsageError(Fault(message, str(path)))
    refuse_unsound(out)
    data = _read(path)
    if len(data) > MOST_BYTES:
        raise UsageError(Fault(phrase("this file is too large for a time stamp."), str(path)))
    return add_public(out, path.name, data)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        why = translated(error.strerror or str(error))
        raise InputError(Fault(phrase("this file cannot be read: {why}.", why=why), str(path))) from error


def _read_private_key(path: Path) -> Any:
    """Read an Ed25519 private key."""
    ed25519 = _ed25519()
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    data = _read(path)
    try:
        key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError) as error:
        message = phrase("this is not a private key in a PEM file without a password.")
        raise InputError(Fault(message, str(path))) from error
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise InputError(Fault(phrase("this is a key of another kind than Ed25519."), str(path)))
    return key


def _ed25519() -> Any:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ModuleNotFoundError:
        message = phrase(
            "signing needs the library 'cryptography'. Install it with: pip install 'sortition[signatures]'"
        )
        raise UsageError(message) from None
    return ed25519
