"""Names that mean nothing without the key, and commitments that can be opened one person at a time."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from sortition.canonical import canonical_json
from sortition.errors import Fault, InputError
from sortition.messages import phrase, translated

# Crockford's alphabet: no I, L, O or U to be misread
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [one + other for one in _CROCKFORD for other in _CROCKFORD]
_HEX_KEY = re.compile("[0-9a-f]{64}")


def new_key() -> bytes:
    """Give a fresh secret key of 32 bytes from the operating system."""
    return secrets.token_bytes(32)


def key_document(key: bytes) -> bytes:
    """Give the bytes of `key.json`."""
    return canonical_json({"key": key.hex()}) + b"\n"


def read_key(path: Path) -> bytes:
    """Read a key from a `key.json`.

    Raises
    ------
    InputError
        The file cannot be read, or is not of the form {"key": "64 lower-case hexadecimal digits"}.
    """
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        why = translated(error.strerror or str(error))
        raise InputError(Fault(phrase("the key cannot be read: {why}.", why=why), str(path))) from error
    except (ValueError, RecursionError) as error:
        raise InputError(Fault(phrase("this is not a key file: it is not JSON."), str(path))) from error
    text = content.get("key") if isinstance(content, dict) else None
    if not isinstance(text, str) or not _HEX_KEY.fullmatch(text):
        message = phrase(
            "this is not a key file. It should read {form} with 64 lower-case hexadecimal digits.", form='{"key": "…"}'
        )
        raise InputError(Fault(message, str(path)))
    return bytes.fromhex(text)


def pseudonyms_of(key: bytes, ids: Sequence[str]) -> tuple[str, ...]:
    """Give everyone's pseudonym: 60 bits of a keyed hash of the id, such as K7QF-2M9T-XR4C.

    Raises
    ------
    InputError
        Two people would get the same pseudonym under this key (with 100,000 people: one chance in 200 million).
    """
    names = tuple(_pseudonym(key, person) for person in ids)
    if len(set(names)) < len(names):
        raise InputError(phrase("two people get the same pseudonym under this key. Use another key."))
    return names


def salts_of(key: bytes, ids: Sequence[str]) -> tuple[str, ...]:
    """Give everyone's salt, 64 hexadecimal digits; once frozen it is kept by itself, so that the key can be erased."""
    return tuple(_keyed(key, "sortition-salt-1", person).hex() for person in ids)


def document_salt(key: bytes) -> str:
    """Give the salt of the documents that stay private, so that nobody can try out guesses at what they say."""
    return _keyed(key, "sortition-document-1", "").hex()


def commitment(salt: str, pseudonym: str, row: Sequence[tuple[str, str]]) -> str:
    """Bind a pseudonym to a row of the pool without showing the row.

    Without the salt nobody can try out guesses; with it, one person's row can be shown to be the one that was frozen,
    and nobody else's. Once the salt is erased, nothing can be shown or guessed any more.

    Parameters
    ----------
    salt
        The person's salt.
    pseudonym
        The person's pseudonym.
    row
        Pairs (column, cell), in the order of the pool's columns.

    Returns
    -------
    str
        SHA-256 of salt, line feed and canonical JSON of [pseudonym, row], in hexadecimal digits.
    """
    return hashlib.sha256(salt.encode() + b"\n" + canonical_json([pseudonym, row])).hexdigest()


def _keyed(key: bytes, purpose: str, person: str) -> bytes:
    """Hash an id under the key, for one purpose only."""
    return hmac.digest(key, f"{purpose}\n{person}".encode(), "sha256")


def _pseudonym(key: bytes, person: str) -> str:
    bits = int.from_bytes(_keyed(key, "sortition-pseudonym-1", person)[:8], "big") >> 4
    a, b, c, d, e, f = (_PAIRS[bits >> place & 1023] for place in (50, 40, 30, 20, 10, 0))
    return f"{a}{b}-{c}{d}-{e}{f}"
