"""The bytes that are hashed: canonical JSON (RFC 8785 for text, whole numbers, true/false/null, lists, objects)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any


def canonical_json(value: Any) -> bytes:
    """Give the canonical JSON bytes of a value (RFC 8785, without fractional numbers).

    Fractions and probabilities are carried as text, so that no two programs can print them differently.

    Parameters
    ----------
    value
        Text, whole numbers below 2**53, booleans, None, lists or tuples, and dictionaries with text keys.

    Raises
    ------
    TypeError
        On a float, a key that is not text, or any other kind of value.
    ValueError
        On a whole number that JSON readers in other languages would round, or text that is not valid Unicode.
    """
    return "".join(_pieces(value)).encode("utf-8")


def sha256_hex(data: bytes) -> str:
    """Give the SHA-256 of data as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def digest_of(value: Any) -> str:
    """Give the SHA-256 of a value's canonical JSON."""
    return sha256_hex(canonical_json(value))


def _pieces(value: Any) -> Iterator[str]:
    if value is None or isinstance(value, bool):
        yield {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, int):
        if abs(value) >= 2**53:
            raise ValueError("whole numbers of 2**53 and above must be written as text")
        yield str(int(value))
    elif isinstance(value, str):
        value.encode("utf-8")  # a lone surrogate has no canonical bytes: UnicodeEncodeError is a ValueError
        yield json.dumps(value, ensure_ascii=False)
    elif isinstance(value, (list, tuple)):
        yield "["
        for index, item in enumerate(value):
            if index:
                yield ","
            yield from _pieces(item)
        yield "]"
    elif isinstance(value, dict):
        yield from _object_pieces(value)
    else:
        raise TypeError(f"no canonical JSON for {type(value).__name__}")


def _object_pieces(value: dict[Any, Any]) -> Iterator[str]:
    if not all(isinstance(key, str) for key in value):
        raise TypeError("keys of a JSON object must be text")
    yield "{"
    # RFC 8785 sorts keys by UTF-16 code units, which differs from code points outside the basic plane
    for index, key in enumerate(sorted(value, key=lambda key: key.encode("utf-16-be"))):
        if index:
            yield ","
        yield from _pieces(key)
        yield ":"
        yield from _pieces(value[key])
    yield "}"
