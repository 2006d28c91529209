"""Who shares a household with whom, told from the address columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from sortition.checking.findings import Findings, number_of_people
from sortition.checking.spelling import folded, spelling_key
from sortition.messages import phrase

LARGE_HOUSEHOLD = 6
"""A household with more members than this is pointed out: it may be a student hall or a care home."""

# Long forms are shortened, never the other way round, so that 'St Mary's' can never turn into a street.
_ABBREVIATIONS = {"street": "st", "road": "rd", "avenue": "ave"}
_POSTCODE = re.compile(r"\b([a-z]{1,2}[0-9][a-z0-9]?)\s*([0-9][a-z]{2})\b")
_NO_ADDRESS = {"nofixedabode", "nofixedaddress", "nfa", "homeless", "none", "na", "unknown", "notgiven", "withheld"}
"""Keys of what people write who have no address to give; they share a household with nobody."""
_UPRN = re.compile(r"0*([1-9][0-9]{0,11})(?:\.0)?")
_POSTCODE_COLUMNS = ("postcode", "post code", "post_code", "postal", "zip", "plz", "eircode")


def address_key(text: str) -> str:
    """Give the key under which two spellings of an address count as the same.

    Case, spacing and punctuation make no difference, nor do the long and short forms of street, road and avenue.
    Only between two numbers is a gap kept, so that flat 1 in number 1 is not flat 11; within a postcode it is not.
    Nothing cleverer is done: 'Flat 2, 14 High St' and '14 High Street Flat 2' stay different.
    """
    text = "".join(map(_kept, folded(text)))
    text = _POSTCODE.sub(r"\1\2", " ".join(text.split()))
    words = [_ABBREVIATIONS.get(word, word) for word in text.split()]
    return re.sub(r"(?<!\d) | (?!\d)", "", " ".join(words))


@lru_cache(maxsize=1_000)
def _kept(character: str) -> str:
    """Keep letters and digits; turn the rest into gaps, but for what joins (St Mary's = St Marys) or is unseen."""
    kind = unicodedata.category(character)
    if kind[0] in "LMN":
        return character
    return "" if character in "'\u2019\u02bc" or kind == "Cf" else " "


def find_households(
    columns: Sequence[str], addresses: Sequence[Sequence[str]], findings: Findings, uprns: Sequence[str] = ()
) -> tuple[tuple[int, ...], ...]:
    """Group the people who share a household.

    Two people share one if the keys of all household columns agree. A person who left all of them blank, or wrote that
    they have no address, shares with nobody; nor does one who gave only a postcode where an address was asked for as
    well, because several houses have the same postcode. Both are counted in a note.

    Where people have a UPRN (the number that each British property has), it decides in place of the address. Who has
    none shares with those at the same address, unless these have several numbers.

    Parameters
    ----------
    columns
        Names of the household columns; none means that nobody shares a household.
    addresses
        The cells of these columns, a row a person.
    findings
        Receives the notes.
    uprns
        The UPRN of each person, or empty text; may be left out.

    Returns
    -------
    tuple of tuples
        Row numbers of the people of each household with at least two, ascending; households by first member.
    """
    if not columns:
        return ()
    numbers = [match[1] if (match := _UPRN.fullmatch(text)) else "" for text in uprns] or [""] * len(addresses)
    keys = [tuple(address_key(cell) for cell in cells) for cells in addresses]
    known = _numbers_at(keys, numbers)
    groups: dict[tuple[str, ...], list[int]] = {}
    blank = only_postcode = 0
    for person, (key, number) in enumerate(zip(keys, numbers, strict=True)):
        if number or len(known.get(key, ())) == 1:
            groups.setdefault((number or known[key][0],), []).append(person)
        elif all(not part or part in _NO_ADDRESS for part in key):
            blank += 1
        elif (not all(key) or _NO_ADDRESS & set(key)) and _only_postcodes(columns, key):
            only_postcode += 1
        else:
            groups.setdefault(("", *key), []).append(person)
    _note_unmatched(blank, only_postcode, findings)
    return tuple(tuple(members) for members in groups.values() if len(members) > 1)


def _numbers_at(keys: Sequence[tuple[str, ...]], numbers: Sequence[str]) -> dict[tuple[str, ...], list[str]]:
    """Give the different UPRNs of the people at each address that is not blank."""
    found: dict[tuple[str, ...], list[str]] = {}
    for key, number in zip(keys, numbers, strict=True):
        if number and all(part and part not in _NO_ADDRESS for part in key):
            at = found.setdefault(key, [])
            if number not in at:
                at.append(number)
    return found


def _only_postcodes(columns: Sequence[str], key: tuple[str, ...]) -> bool:
    """Tell whether all that was given are postcodes, by the name of the column or the look of the cell."""
    return all(
        not part
        or part in _NO_ADDRESS
        or any(name in spelling_key(column) for name in _POSTCODE_COLUMNS)
        or bool(_POSTCODE.fullmatch(part))
        for column, part in zip(columns, key, strict=True)
    )


def _note_unmatched(blank: int, only_postcode: int, findings: Findings) -> None:
    if blank:
        text = phrase(
            "{people} left the household columns blank; each counts as a household of one.",
            people=number_of_people(blank),
        )
        findings.note(text)
    if only_postcode:
        text = phrase(
            "{people} gave a postcode but no address; each counts as a household of one.",
            people=number_of_people(only_postcode),
        )
        findings.note(text)
