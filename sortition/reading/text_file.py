"""Files -> text, whatever program saved them."""

from __future__ import annotations

import codecs
from pathlib import Path

from sortition.messages import phrase, translated
from sortition.reading.faults import Faults

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SUFFIXES = (".xlsx", ".xlsm", ".ods")


def split_sheet(path: Path) -> tuple[Path, str]:
    """Split `pool.xlsx#Replies` into the file and the name of the sheet, which may be empty."""
    name, mark, sheet = path.name.rpartition("#")
    if mark and Path(name).suffix.lower() in _SUFFIXES and not path.exists():
        return path.with_name(name), sheet
    return path, ""


def is_workbook(path: Path) -> bool:
    """Tell a workbook by the suffix of its name."""
    return path.suffix.lower() in _SUFFIXES


def read_text(path: Path, faults: Faults) -> str:
    """Give the text of a file in UTF-8, UTF-16 with a byte order mark, or Windows-1252 (CP1252).

    Raises
    ------
    InputError
        If the file cannot be opened, is empty, is a workbook or holds bytes that are not text.
    """
    return decoded(read_bytes(path, faults), faults)


def decoded(data: bytes, faults: Faults) -> str:
    """Give the text of what was read from a file (see `read_text`)."""
    if data.startswith(_WORKBOOKS):
        raise faults.error(phrase("This is a spreadsheet workbook, not text. Open it and save it as 'CSV UTF-8'."))
    text = _decode(data, faults)
    if "\0" in text:
        line = _line(text[: text.index("\0")])
        raise faults.error(
            phrase("There are NUL bytes here, so this is not a text file. Save it again as 'CSV UTF-8'."), line
        )
    if not text.strip():
        raise faults.error(phrase("The file is empty."))
    return text


def read_bytes(path: Path, faults: Faults) -> bytes:
    """Give what a file holds, or raise an InputError that says why it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise faults.error(phrase("There is no such file. Check the name and the folder.")) from error
    except IsADirectoryError as error:
        raise faults.error(phrase("This is a folder. Name a file in it.")) from error
    except PermissionError as error:
        raise faults.error(
            phrase("You have no permission to read this file. Change its permissions or copy it.")
        ) from error
    except (OSError, ValueError) as error:
        reason = translated(getattr(error, "strerror", None) or str(error))
        raise faults.error(phrase("The file cannot be read ({reason}).", reason=reason)) from error


def _decode(data: bytes, faults: Faults) -> str:
    encoding = "UTF-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "UTF-8"
    try:
        return data.decode("utf-8-sig" if encoding == "UTF-8" else encoding)
    except UnicodeDecodeError as error:
        # A file with UTF-8 letters in it is a damaged UTF-8 file: as CP1252 its names would silently turn to gibberish.
        if encoding == "UTF-8" and data.decode(errors="ignore").isascii():
            return _decode_cp1252(data, faults)
        text = error.object[: error.start].decode(encoding, errors="replace")
        what = phrase(
            "There are bytes here that are not {encoding} text. Save it again as 'CSV UTF-8'.", encoding=encoding
        )
        raise faults.error(what, _line(text)) from error


def _decode_cp1252(data: bytes, faults: Faults) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        line = _line(data[: error.start].decode("latin-1"))
        what = phrase(
            "There are bytes here that are neither UTF-8 nor Windows-1252 text. Save it again as 'CSV UTF-8'."
        )
        raise faults.error(what, line) from error


def _line(text_before: str) -> int:
    """Give the physical line that follows a piece of text, counting from 1."""
    return text_before.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
