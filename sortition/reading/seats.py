"""Text -> numbers of seats, and the sums that they must keep to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sortition.reading.faults import Faults

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
        raise ValueError("a number is missing here. Write a whole number.")
    if was := _seats_before_spreadsheet(text):
        advice = f"Write {was}." if was.isdigit() else "Write one whole number."
        raise ValueError(f"'{text}' was probably {was} before a spreadsheet changed it. {advice}")
    if _NEGATIVE.fullmatch(text):
        raise ValueError(f"'{text}' is negative. Write a whole number from 0.")
    raise ValueError(f"'{text}' is not a whole number. Write one such as 5.")


def seat_range(text: str) -> tuple[int, int]:
    """Read the lowest and highest number of seats, from `4-6` or `5`.

    Raises
    ------
    ValueError
        If it is anything else, with a sentence that says what to write.
    """
    if not text:
        raise ValueError("no seats are given. Write them as 4-6 or 5.")
    match = _RANGE.fullmatch(text)
    if match is None:
        if was := _seats_before_spreadsheet(text):
            raise ValueError(f"'{text}' was probably {was} before a spreadsheet changed it. Write {was}.")
        if _NEGATIVE.fullmatch(text):
            raise ValueError(f"'{text}' is negative. Write a whole number from 0.")
        raise ValueError(f"'{text}' is not a number of seats. Write a range such as 4-6, or one number such as 5.")
    low = int(match[1])
    return in_order(low, low if match[2] is None else int(match[2]))


def in_order(low: int, high: int) -> tuple[int, int]:
    """Give both bounds back, or raise a ValueError if the lowest is above the highest."""
    if low > high:
        raise ValueError(f"lowest {low} is above highest {high}. Lower the one or raise the other.")
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


def check_value_name(category: str, value: str, line: int | None, faults: Faults) -> None:
    """Note a value that has no name, or one that a spreadsheet has spoilt."""
    if not value:
        faults.add(f"{category}: a value has no name. Name it or delete it.", line)
    elif was := before_spreadsheet(value):
        faults.add(
            f"{category} '{value}': this was probably '{was}' before a spreadsheet changed it. Correct it.", line
        )


def check_sums(
    category: str, low: Sequence[int], high: Sequence[int], panel_size: int, line: int | None, faults: Faults
) -> None:
    """Note a category whose seats cannot add up to the panel size."""
    least, most = sum(low), sum(high)
    if least > panel_size:
        advice = f"Lower some of them, by {least - panel_size} in all, or raise the panel size."
        faults.add(
            f"{category}: the lowest numbers add up to {least}, but the panel has {panel_size} seats. {advice}", line
        )
    if most < panel_size:
        advice = f"Raise some of them, by {panel_size - most} in all, or lower the panel size."
        faults.add(
            f"{category}: the highest numbers add up to {most}, but the panel has {panel_size} seats. {advice}", line
        )
