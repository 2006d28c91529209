"""When two spellings of an answer count as the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

from sortition.reading import names
from sortition.reading.names import match_key

_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u0060\u00b4\u2032", "'"))


@lru_cache(maxsize=10_000)  # a column has few different answers
def spelling_key(text: str) -> str:
    """Give the key under which spellings of a column name or an answer count as the same.

    What makes no difference in a quota file makes none here (case, white space, the kind of dash and the space around
    it), nor do the kind of apostrophe, Unicode compatibility forms and invisible characters, which come with answers
    typed on a telephone. An apostrophe in front, by which spreadsheets mark text, is dropped.
    """
    text = "".join(c for c in folded(text).translate(_APOSTROPHES) if unicodedata.category(c) != "Cf")
    return match_key(text).lstrip("' ")


def folded(text: str) -> str:
    """Give the text in Unicode form NFKC without regard to case."""
    if text.isascii():
        return text.lower()
    # casefold can undo the normal form and the normal form can bring capitals back: Unicode asks for both, twice
    for _ in range(2):
        text = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", text)


def closest(text: str, known: Sequence[str]) -> str | None:
    """Give the known spelling that the text most likely means, or None."""
    return names.closest(text, known, spelling_key)


def did_you_mean(text: str, known: Sequence[str]) -> str:
    """Give the sentence ` Did you mean 'x'?`, or nothing where no known spelling is close."""
    return names.did_you_mean(text, known, spelling_key)


def numbered(values: Sequence[str], synonyms: Sequence[tuple[str, str]]) -> Mapping[str, int]:
    """Give the number of the value that each spelling key stands for; values go before synonyms."""
    numbers: dict[str, int] = {}
    for index, value in enumerate(values):
        numbers.setdefault(spelling_key(value), index)
    for written, value in synonyms:
        numbers.setdefault(spelling_key(written), values.index(value))
    return numbers
