"""The bytes that are hashed: canonical JSON (RFC 8785 for text, whole numbers, true/false/null, lists, objects)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import Any, TypeVar

_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
_TEXT = {str, bool, type(None)}
_LISTS = {list, tuple}
_KNOWN = {*_TEXT, *_LISTS, dict, int}
_MOST = 2**53
_PIECE = 1000
_Item = TypeVar("_Item")


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
    # a lone surrogate has no canonical bytes: UnicodeEncodeError is a ValueError
    return _ENCODER.encode(_ordered(value)).encode("utf-8")


def canonical_pieces(document: dict[str, Any], name: str, items: Iterable[Any]) -> Iterator[bytes]:
    """Give the canonical JSON of an object, piece by piece, of which one value is a long list.

    Parameters
    ----------
    document
        The rest of the object.
    name
        Key of the list.
    items
        What is in it; asked for as it is needed.
    """
    keys = _key_order((*document, name))
    at = keys.index(name)
    before, after = (canonical_json({key: document[key] for key in some}) for some in (keys[:at], keys[at + 1 :]))
    yield before[:-1] + (b"," if at else b"") + canonical_json(name) + b":["
    for number, piece in enumerate(pieces(items)):
        yield (b"," if number else b"") + canonical_json(piece)[1:-1]
    yield b"]" + (b"," if at + 1 < len(keys) else b"") + after[1:]


def pieces(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    """Cut something long into lists, so that not all of it has to lie in memory."""
    rest = iter(items)
    while piece := list(islice(rest, _PIECE)):
        yield piece


def sha256_of(data: Iterable[bytes]) -> str:
    """Give the SHA-256 of pieces one after the other, as `sha256_hex` does of the whole."""
    digest = hashlib.sha256()
    for piece in data:
        digest.update(piece)
    return digest.hexdigest()


def sha256_hex(data: bytes) -> str:
    """Give the SHA-256 of data as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def digest_of(value: Any) -> str:
    """Give the SHA-256 of a value's canonical JSON."""
    return sha256_hex(canonical_json(value))


def _ordered(value: Any) -> Any:
    """Give a value with the keys of its objects in order; refuse what has no canonical bytes."""
    if type(value) in _TEXT:
        return value
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in _key_order(tuple(value))}
    if isinstance(value, (list, tuple)):
        # the garbage collector does not walk tuples of text
        return value if _canonical(value) else tuple([_ordered(item) for item in value])
    if isinstance(value, int) and abs(value) >= _MOST:
        raise ValueError("whole numbers of 2**53 and above must be written as text")
    if isinstance(value, (str, int)):
        return value
    raise TypeError(f"no canonical JSON for {type(value).__name__}")


def _canonical(items: Sequence[Any]) -> bool:
    """Tell whether a list can stay as it is; looks at all that lies equally deep at once, since documents are long."""
    while not (kinds := set(map(type, items))) <= _TEXT:
        inside: list[Iterable[Any]] = [item for item in items if type(item) in _LISTS]
        if int in kinds:
            numbers = [item for item in items if type(item) is int]
            if min(numbers) <= -_MOST or max(numbers) >= _MOST:
                return False
        if dict in kinds:
            objects = [item for item in items if type(item) is dict]
            if any(keys != _key_order(keys) for keys in set(map(tuple, objects))):
                return False
            inside.extend(map(dict.values, objects))
        if not kinds <= _KNOWN:
            return False
        items = list(chain.from_iterable(inside))
    return True


@lru_cache(maxsize=1000)  # a document has few kinds of objects
def _key_order(keys: tuple[Any, ...]) -> tuple[str, ...]:
    if not all(isinstance(key, str) for key in keys):
        raise TypeError("keys of a JSON object must be text")
    # RFC 8785 sorts keys by UTF-16 code units, which differs from code points outside the basic plane
    return tuple(sorted(keys, key=lambda key: key.encode("utf-16-be")))
