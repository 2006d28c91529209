"""When two spellings count as the same, and which known spelling an unknown one may have meant."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

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
    keys = {spelling_key(spelling): spelling for spelling in reversed(known)}
    key = spelling_key(text)
    begun = [spelling for other, spelling in keys.items() if key and other.startswith(key)]
    if len(begun) == 1:
        return begun[0]
    near = difflib.get_close_matches(key, list(keys), n=1, cutoff=0.6)
    return keys[near[0]] if near else None


def did_you_mean(text: str, known: Sequence[str]) -> str:
    """Give `; did you mean 'x'?` or a full stop."""
    suggestion = closest(text, known)
    return f"; did you mean '{suggestion}'?" if suggestion else "."


def numbered(values: Sequence[str], synonyms: Sequence[tuple[str, str]]) -> Mapping[str, int]:
    """Give the number of the value that each spelling key stands for; values go before synonyms."""
    numbers: dict[str, int] = {}
    for index, value in enumerate(values):
        numbers.setdefault(spelling_key(value), index)
    for written, value in synonyms:
        numbers.setdefault(spelling_key(written), values.index(value))
    return numbers
