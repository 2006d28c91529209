"""How names are cleaned, compared and guessed at."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from typing import TypeVar

from sortition.messages import phrase

_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"
_MOST_LISTED = 12
_MOST_COMPARED = 500
"""Among more names than these, likeness is not looked for: it takes long, once for each name that is wrong."""
_Name = TypeVar("_Name", bound=str)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))


def clean(text: str) -> str:
    """Take white space (no-break spaces too) and invisible marks off both ends."""
    text = text.strip()
    while text and (text[0] in _INVISIBLE or text[-1] in _INVISIBLE):
        text = text.strip(_INVISIBLE).strip()
    return text


@lru_cache(maxsize=2**16)
def match_key(text: str) -> str:
    """Give the form under which two spellings are the same name: whatever the case, the spaces and the kind of dash."""
    plain = unicodedata.normalize("NFKC", clean(text)).casefold().translate(_DASHES)
    return re.sub(r"\s*-\s*", "-", re.sub(r"\s+", " ", plain))


def find(name: str, known: Iterable[_Name]) -> _Name | None:
    """Give the known name that this one spells, or None."""
    key = match_key(name)
    return next((other for other in known if match_key(other) == key), None)


def closest(name: str, known: Iterable[_Name], key: Callable[[str], str] = match_key) -> _Name | None:
    """Give the known name that this one most likely means: the only one that it begins, or else one much like it."""
    keys: dict[str, _Name] = {}
    for other in known:
        keys.setdefault(key(other), other)
    wanted = key(name)
    begun = [other for full, other in keys.items() if wanted and full.startswith(wanted)]
    if len(begun) == 1:
        return begun[0]
    near = difflib.get_close_matches(wanted, list(keys), n=1, cutoff=0.65) if len(keys) <= _MOST_COMPARED else []
    return keys[near[0]] if near else None


def did_you_mean(name: str, known: Iterable[str], key: Callable[[str], str] = match_key) -> str:
    """Give the sentence ` Did you mean 'age'?`, or nothing where no known name is close."""
    other = closest(name, known, key)
    return phrase(" Did you mean '{name}'?", name=other) if other is not None else ""


def hint(name: str, known: Collection[str]) -> str:
    """Give `did_you_mean`, or where no known name is close a sentence that lists the first of them."""
    first = listed(list(known)[:_MOST_LISTED]) + (", …" if len(known) > _MOST_LISTED else ".")
    return did_you_mean(name, known) or (phrase(" Known here: {names}", names=first) if known else "")


def listed(names: Iterable[str]) -> str:
    """Give names in quotation marks, with commas."""
    return ", ".join(phrase("'{name}'", name=name) for name in names)


def value_label(category: str, value: str) -> str:
    """Name a value for people: `age '18-24'`."""
    return phrase("{category} '{value}'", category=category, value=value)
