"""The sentences that people read, in the language chosen for them; written in English, which needs no catalogue.

A catalogue is a file of GNU gettext, `locale/<language>/LC_MESSAGES/sortition.po`, read as it stands: nothing has to be
compiled. Values with names stand in braces, as for `str.format`. What machines read is never translated.
"""

from __future__ import annotations

import ast
import gettext
import io
import re
import struct
from functools import lru_cache
from numbers import Real
from pathlib import Path
from string import Formatter
from typing import Any

CATALOGUES = Path(__file__).with_name("locale")
SOURCE = "en"
"""The language that the sentences are written in."""

_DECIMAL = re.compile(r"[0-9]+\.[0-9]+( %)?")
"""A number that stands in a sentence as text already."""


class _Numbers(Formatter):
    """Formats numbers with the signs of a language."""

    def __init__(self, signs: str) -> None:
        self.signs = str.maketrans(",.", signs[1] + signs[5])

    def format_field(self, value: Any, format_spec: str) -> str:
        text = str(super().format_field(value, format_spec))
        return text.translate(self.signs) if isinstance(value, Real) else text


class _Catalogue:
    """The sentences of one language."""

    def __init__(self, language: str, sentences: gettext.NullTranslations) -> None:
        self.language = language
        self.sentences = sentences
        # Translators: one thousand two hundred and thirty-four and a half; only the two signs count.
        self.numbers = _Numbers(sentences.gettext("1,234.5"))


_chosen = _Catalogue(SOURCE, gettext.NullTranslations())


@lru_cache
def _read(path: Path) -> gettext.NullTranslations:
    """Read the sentences of a catalogue; none where there is no such file."""
    return read_po(path.read_text("utf-8")) if path.exists() else gettext.NullTranslations()


def _path(name: str) -> Path:
    return CATALOGUES / name / "LC_MESSAGES" / "sortition.po"


def languages() -> tuple[str, ...]:
    """Give the languages that there are, as `de` or `pt_BR`, sorted."""
    return tuple(sorted({SOURCE, *(path.parts[-3] for path in CATALOGUES.glob("*/LC_MESSAGES/sortition.po"))}))


def language() -> str:
    """Give the language that sentences are written in now."""
    return _chosen.language


def match(wanted: str) -> str | None:
    """Find the language meant by a locale's name, such as `de_AT.UTF-8` or `de`; None if there is none."""
    name = re.split("[.@]", wanted.strip().replace("-", "_"))[0]
    if name in ("C", "POSIX"):
        return SOURCE
    known = {each.lower(): each for each in languages()}
    return known.get(name.lower()) or known.get(name.lower().split("_")[0])


def use(name: str) -> None:
    """Choose the language of all sentences written from now on, in this process.

    Parameters
    ----------
    name
        One of `languages()`.

    Raises
    ------
    ValueError
        There is no such language.
    """
    global _chosen
    if name not in languages():
        raise ValueError(f"there are no sentences in the language '{name}'")
    _chosen = _Catalogue(name, _read(_path(name)))


def phrase(sentence: str, /, **values: object) -> str:
    """Write a sentence in the language chosen.

    Parameters
    ----------
    sentence
        English, written out where it is called so that it can be found for the catalogues.
    values
        What stands for the names in braces.

    Returns
    -------
    str
        The sentence with the values in it.
    """
    return _chosen.numbers.vformat(_chosen.sentences.gettext(sentence), (), values)


def phrases(one: str, many: str, n: int, /, **values: object) -> str:
    """Write a sentence about a number of things, which stands for `{n}`; otherwise like `phrase`."""
    return _chosen.numbers.vformat(_chosen.sentences.ngettext(one, many, n), (), {"n": n, **values})


def marked(sentence: str, /) -> str:
    """Mark a sentence that records keep, in English in every language; `shown` translates it for people."""
    return sentence


def in_every_language(sentence: str, /) -> tuple[str, ...]:
    """Give what a `marked` sentence is in each language, to know it again in a file that a person was given."""
    return tuple(_read(_path(name)).gettext(sentence) for name in languages())


def shown(sentence: str, /, **values: object) -> str:
    """Write a sentence that was `marked` elsewhere, in the language chosen; otherwise like `phrase`."""
    return _chosen.numbers.vformat(_chosen.sentences.gettext(sentence), (), values)


REFUSALS = (
    marked("No such file or directory"),
    marked("Permission denied"),
    marked("Operation not permitted"),
    marked("Is a directory"),
    marked("Not a directory"),
    marked("File exists"),
    marked("File name too long"),
    marked("No space left on device"),
    marked("Disk quota exceeded"),
    marked("Read-only file system"),
    marked("Input/output error"),
)
"""What operating systems answer most often; Python hears it in English, whatever the language of the terminal."""


def translated(text: str) -> str:
    """Write a sentence that kept its template and the values in it, as those of verify.py do, in the language chosen.

    Of texts without a template, numbers get the signs of the language, and what the operating system answers most often
    is translated; any other text stays as it is.
    """
    template = getattr(text, "template", None)
    if template is None:
        if _DECIMAL.fullmatch(text):
            return text.translate(_chosen.numbers.signs)
        return shown(text) if text in REFUSALS else text
    values = vars(text)["values"].items()
    return shown(template, **{name: translated(value) if isinstance(value, str) else value for name, value in values})


def entries(text: str) -> list[dict[str, str]]:
    """Read the entries of a catalogue: each its keywords (msgid, msgid_plural, msgstr, msgstr[0], …) and its flags."""
    found = []
    for block in re.split(r"\n\s*\n", text.strip()):
        entry: dict[str, str] = {}
        keyword = ""
        for line in block.splitlines():
            if line.startswith("#"):
                entry["flags"] = entry.get("flags", "") + (line[2:] if line.startswith("#,") else "")
                continue
            if not line.startswith('"'):
                keyword, _, line = line.partition(" ")
            entry[keyword] = entry.get(keyword, "") + ast.literal_eval(line)
        if "msgid" in entry:
            found.append(entry)
    return found


def read_po(text: str) -> gettext.GNUTranslations:
    """Read a catalogue: put what has been translated, and is not marked fuzzy, into the form that gettext reads."""
    pairs = []
    for entry in entries(text):
        if "fuzzy" in entry.get("flags", ""):
            continue
        plurals = [entry[key] for key in sorted(entry) if key.startswith("msgstr")]
        if all(plurals):
            ids = [entry["msgid"], *([entry["msgid_plural"]] if "msgid_plural" in entry else [])]
            pairs.append(("\0".join(ids).encode(), "\0".join(plurals).encode()))
    return gettext.GNUTranslations(io.BytesIO(_compiled(sorted(pairs))))


def _compiled(pairs: list[tuple[bytes, bytes]]) -> bytes:
    """Put sentences and translations into the binary form of gettext, format 0."""
    head = 28
    tables = [[len(text) for text in texts] for texts in (*zip(*pairs, strict=True),)]
    start = head + 16 * len(pairs)
    numbers = []
    for lengths in tables:
        for length in lengths:
            numbers += [length, start]
            start += length + 1
    header = (0x950412DE, 0, len(pairs), head, head + 8 * len(pairs), 0, 0)
    words = struct.pack(f"<{7 + len(numbers)}I", *header, *numbers)
    return words + b"".join(text + b"\0" for texts in zip(*pairs, strict=True) for text in texts)
