"""Help, and what is wrong with a command line, in the language chosen; Typer says both in English.

Its words are looked up as they come out. What another version of it says in other words stays English.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from sortition.messages import shown

SAYINGS = (
    "Usage: ",
    "Arguments",
    "Options",
    "Commands",
    "Example:",
    "Examples:",
    "[OPTIONS]",
    "COMMAND [ARGS]...",
    "required",
    "default: {value}",
    "Show this message and exit.",
    "Install completion for the current shell.",
    "Show completion for the current shell, to copy it or customize the installation.",
    "Try '{command}' for help.",
    "Error: {what}",
    "Missing command.",
    "Missing argument '{argument}'.",
    "Missing option '{option}'.",
    "No such command '{command}'. Did you mean {others}?",
    "No such command '{command}'.",
    "No such option: {option} (Possible options: {others})",
    "No such option: {option} Did you mean {others}?",
    "No such option: {option}",
    "Option '{option}' requires an argument.",
    "Option '{option}' does not take a value.",
    "Got unexpected extra argument(s) ({arguments})",
    "Got unexpected extra argument ({arguments})",
    "Got unexpected extra arguments ({arguments})",
    "Invalid value for '{option}': {why}",
    "Input should be a valid integer, unable to parse string as an integer",
    "Input should be a valid number, unable to parse string as a number",
    "'{value}' is not a valid integer.",
    "'{value}' is not a valid float.",
)
"""What Typer says, names in braces for what it puts in, and the words before our examples; the first match counts."""

_typer_formatter: Any = typer.Context.formatter_class
_typer_command: Any = TyperCommand.__mro__[1]
"""What lays help out, and what all commands are; where Typer keeps them depends on its version."""


def said(text: str) -> str:
    """Put what Typer says into the language chosen; anything else stays."""
    for saying in SAYINGS:
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(saying))
        if found := re.fullmatch(pattern, text):
            return shown(saying, **{name: said(value) for name, value in found.groupdict().items()})
    return text


def complaint(error: Any) -> str:
    """Give what Typer writes of an error in a command line: usage, where help is, what is wrong; "" if it wrote it."""
    written = io.StringIO()
    error.show(written)
    return "\n".join(said(line) for line in written.getvalue().rstrip().split("\n"))


def paragraphs(text: str) -> Iterator[str]:
    """Give the paragraphs of a help text, each on one line; but lines of which the layout counts as they are."""
    for paragraph in text.split("\n\n"):
        yield paragraph if paragraph.startswith("\b") else " ".join(paragraph.split())


def family(command: Any) -> Iterator[Any]:
    """Give a command and all commands below it."""
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from family(below)


def texts(command: Any) -> Iterator[tuple[Any, str, str]]:
    """Give each text of a command's help, with where it is: triples (object, name of the attribute, text)."""
    parts = [(command, name) for name in ("help", "epilog", "options_metavar", "subcommand_metavar")]
    parts += [(parameter, name) for parameter in command.params for name in ("help", "metavar")]
    for where, name in parts:
        if text := getattr(where, name, None):
            yield where, name, text


def _translate(command: Any) -> None:
    """Put the help of a command, and of those below it, into the language chosen; a second time changes nothing."""
    for each in family(command):
        for where, name, text in texts(each):
            setattr(where, name, "\n\n".join(map(_paragraph, paragraphs(text))))


def _paragraph(text: str) -> str:
    return "\n".join(map(said, text.split("\n"))) if text.startswith("\b") else shown(text)


class _Formatter(_typer_formatter):  # type: ignore[misc]
    """Help laid out as Typer does, with its words in the language chosen."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, said(prefix or "Usage: "))

    def write_heading(self, heading: str) -> None:
        super().write_heading(said(heading))

    def write_dl(self, rows: Sequence[tuple[str, str]], *layout: Any, **more: Any) -> None:
        super().write_dl([(name, _with_remarks(text)) for name, text in rows], *layout, **more)


def _with_remarks(text: str) -> str:
    """Translate the help of an option, and what Typer adds to it: `…  [default: 1000; required]`."""
    own, gap, remarks = text.rpartition("  [")
    if not gap:
        return said(text)
    return f"{said(own)}{gap}{'; '.join(said(remark) for remark in remarks[:-1].split('; '))}]"


class _Context(typer.Context):
    formatter_class = _Formatter


class _Translated(_typer_command):  # type: ignore[misc]
    """A command or a group of them, whose help is in the language chosen."""

    context_class: Any = _Context

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        _translate(self)  # the first that is written, of help and of complaints
        super().format_usage(ctx, formatter)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        _translate(self)
        return super().shell_complete(ctx, incomplete)


class Command(_Translated, TyperCommand):
    """A command that helps in the language chosen."""


class Group(_Translated, TyperGroup):
    """Commands that help in the language chosen."""
