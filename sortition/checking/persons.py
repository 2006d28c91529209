"""Who is in the pool twice, told from names with dates of birth, e-mail addresses or telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from sortition.checking.identities import repeated
from sortition.checking.spelling import folded, spelling_key
from sortition.model import Pool

_FIRST = {"first name", "firstname", "given name", "forename", "vorname"}
_LAST = {"last name", "lastname", "surname", "family name", "nachname", "familienname"}
_FULL = {"name", "full name", "fullname"}
_BORN = {"date of birth", "dob", "birth date", "birthdate", "born", "geburtsdatum"}
_EMAIL = {"email", "e-mail", "email address", "e-mail address", "mail", "e-mail-adresse"}
_PHONE = {"phone", "telephone", "mobile", "phone number", "mobile number", "tel", "telefon"}
_NOT_DIGIT = re.compile(r"[^0-9]")


def same_persons(pool: Pool, rows: Sequence[int]) -> list[list[int]]:
    """Group the rows that are probably one person's.

    These have the same name, and the same date of birth, e-mail address or telephone number, and no different dates of
    birth. An e-mail address that people of different names share, as couples do, tells nothing.

    Parameters
    ----------
    pool
        The replies.
    rows
        The rows to look at.

    Returns
    -------
    list of lists
        Rows, ascending; groups of at least two by their first row.
    """
    columns = _roles(pool.columns)
    if not columns["name"]:
        return []
    names = [name_of(pool.columns, pool.rows[row]) for row in rows]
    groups = []
    for places in repeated(names):
        if names[places[0]]:
            groups += _told_apart(pool, [rows[place] for place in places], columns)
    return sorted(groups)


def name_of(columns: Sequence[str], cells: Sequence[str]) -> str:
    """Give a person's whole name in the form in which names are compared; empty where it is not known."""
    return " ".join("".join(filter(str.isalnum, folded(cells[at]))) for at in _roles(tuple(columns))["name"]).strip()


@lru_cache(maxsize=4)
def _roles(columns: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    """Tell by their names which columns hold names, dates of birth, e-mail addresses and telephone numbers."""
    keys = [spelling_key(column).replace("_", " ") for column in columns]

    def named(words: set[str]) -> tuple[int, ...]:
        return tuple(at for at, key in enumerate(keys) if key in words)

    whole = named(_FULL)
    parts = (*named(_FIRST)[:1], *named(_LAST)[:1])
    return {
        "name": parts if len(parts) == 2 else whole[:1],
        "born": named(_BORN),
        "email": named(_EMAIL),
        "phone": named(_PHONE),
    }


def _told_apart(pool: Pool, rows: Sequence[int], columns: dict[str, tuple[int, ...]]) -> list[list[int]]:
    """Part the rows of one name into those of one person each; give the groups of at least two."""

    def marks(row: int, role: str) -> set[str]:
        return {_mark(pool.rows[row][at], role) for at in columns[role]} - {""}

    groups: list[list[int]] = []
    for row in rows:
        for group in groups:
            born, other = marks(row, "born"), marks(group[0], "born")
            if (
                (born & other)
                if born and other
                else any(marks(row, role) & marks(group[0], role) for role in ("email", "phone"))
            ):
                group.append(row)
                break
        else:
            groups.append([row])
    return [group for group in groups if len(group) > 1]


def _mark(cell: str, role: str) -> str:
    """Give the form in which e-mail addresses (without what follows a +), telephone numbers and dates are compared."""
    if role == "email":
        name, _, host = folded(cell).partition("@")
        return f"{name.partition('+')[0]}@{host}" if host else ""
    if role == "phone":
        return _NOT_DIGIT.sub("", cell)[-9:]
    return spelling_key(cell)
