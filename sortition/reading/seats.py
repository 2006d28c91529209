"""Text -> numbers of seats, and the sums that they must keep to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sortition.messages import phrase
from sortition.reading.faults import Faults
from sortition.reading.names import value_label

_WHOLE = r"([0-9]{1,6})"
_RANGE = re.compile(rf"{_WHOLE}(?:\s*(?:[-‐‑‒–—−]|to)\s*{_WHOLE})?")
_NEGATIVE = re.compile(r"[-−]\s*[0-9]+")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"({'|'.join(_MONTHS)})t?"  # British spreadsheets write Sept
_DAY_MONTH = re.compile(rf"([0-9]{{1,4}})-{_MONTH}|{_MONTH}-([0-9]{{1,4}})", re.IGNORECASE)
_ISO_DATE = re.compile(r"[0-9]{2}([0-9]{2})-([0-9]{2})-([0-9]{2})(?:[T ][0-9:]+)?")


def whole(text: str) -> int:
    """Read a whole number from 0.

    Raises
    ------
    ValueError
        If it is anything else, with a sentence that says what to write.
    """
    if re.fullmatch(_WHOLE, text):
        return int(text)
    if not text:
        raise ValueError(phrase("a number is missing here. Write a whole number."))
    if (was := _seats_before_spreadsheet(text)) and not was.isdigit():
        raise ValueError(
            phrase(
                "'{text}' was probably {was} before a spreadsheet changed it. Write one whole number.",
                text=text,
                was=was,
            )
        )
    raise _no_number(text, was) or ValueError(phrase("'{text}' is not a whole number. Write one such as 5.", text=text))


def seat_range(text: str) -> tuple[int, int]:
    """Read the lowest and highest number of seats, from `4-6` or `5`.

    Raises
    ------
    ValueError
        If it is anything else, with a sentence that says what to write.
    """
    if not text:
        raise ValueError(phrase("no seats are given. Write them as 4-6 or 5."))
    match = _RANGE.fullmatch(text)
    if match is None:
        raise _no_number(text, _seats_before_spreadsheet(text)) or ValueError(
            phrase("'{text}' is not a number of seats. Write a range such as 4-6, or one number such as 5.", text=text)
        )
    low = int(match[1])
    return in_order(low, low if match[2] is None else int(match[2]))


def _no_number(text: str, was: str | None) -> ValueError | None:
    """Give the error for a number that a spreadsheet has spoilt, or that is negative."""
    if was:
        return ValueError(
            phrase("'{text}' was probably {was} before a spreadsheet changed it. Write {was}.", text=text, was=was)
        )
    if _NEGATIVE.fullmatch(text):
        return ValueError(phrase("'{text}' is negative. Write a whole number from 0.", text=text))
    return None


def in_order(low: int, high: int) -> tuple[int, int]:
    """Give both bounds back, or raise a ValueError if the lowest is above the highest."""
    if low > high:
        raise ValueError(
            phrase("lowest {low} is above highest {high}. Lower the one or raise the other.", low=low, high=high)
        )
    return low, high


def before_spreadsheet(text: str) -> str | None:
    """Guess what a text was before a spreadsheet took it for a date or a number; None where it did not.

    Spreadsheets turn 10-19 into Oct-19, 5-9 into 09-May and 1 into 1.0.
    """
    if re.fullmatch(r"[0-9]{1,6}\.0+", text):
        return text.partition(".")[0]
    if match := _DAY_MONTH.fullmatch(text):
        month = _MONTHS.index((match[2] or match[3]).casefold()) + 1
        return _as_range(month, int(match[1] or match[4]) % 100)
    return None


def _seats_before_spreadsheet(text: str) -> str | None:
    """Guess likewise, where no date can be meant."""
    if match := _ISO_DATE.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
        return _as_range(month, year if day == 1 else day)
    return before_spreadsheet(text)


def _as_range(month: int, number: int) -> str:
    return f"{min(month, number)}-{max(month, number)}"


def spoilt(was: str) -> str:
    """Say what a name was before a spreadsheet changed it."""
    return phrase("this was probably '{was}' before a spreadsheet changed it. Correct it.", was=was)


def check_value_name(category: str, value: str, line: int | None, faults: Faults) -> None:
    """Note a value that has no name, or one that a spreadsheet has spoilt."""
    if not value:
        faults.add(phrase("{category}: a value has no name. Name it or delete it.", category=category), line)
    elif was := before_spreadsheet(value):
        faults.add(f"{value_label(category, value)}: {spoilt(was)}", line)


def twin_value(category: str, value: str, line: int) -> str:
    """Say that a value is there twice."""
    return phrase(
        "{value}: this value is already on line {line}. Delete one of them.",
        value=value_label(category, value),
        line=line,
    )


def check_sums(
    category: str, low: Sequence[int], high: Sequence[int], panel_size: int, line: int | None, faults: Faults
) -> None:
    """Note a category whose seats cannot add up to the panel size."""
    least, most = sum(low), sum(high)
    if least > panel_size:
        what = phrase(
            "{category}: the lowest numbers add up to {sum}, but the panel has {seats} seats. "
            "Lower some of them, by {by} in all, or raise the panel size.",
            category=category,
            sum=least,
            seats=panel_size,
            by=least - panel_size,
        )
        faults.add(what, line)
    if most < panel_size:
        what = phrase(
            "{category}: the highest numbers add up to {sum}, but the panel has {seats} seats. "
            "Raise some of them, by {by} in all, or lower the panel size.",
            category=category,
            sum=most,
            seats=panel_size,
            by=panel_size - most,
        )
        faults.add(what, line)
