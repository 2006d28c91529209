"""YAML -> a tree of text, lists and tables that knows its lines.

Every scalar stays as it is written: YAML would make a truth value of `yes`, `no` and `on`, and a date of 2019-11-16.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from sortition.messages import marked, phrase, shown
from sortition.reading.faults import Faults
from sortition.reading.names import clean

_MAX_CHARACTERS = 1_000_000
_MAX_DEPTH = 20
_MAX_NODES = 100_000
_TOO_DEEP = "too deep"
"""By which the loader's own error is told from others."""
_SAID = (
    marked("mapping values are not allowed here"),
    marked("could not find expected ':'"),
    marked("found unexpected end of stream"),
    marked("found character {what} that cannot start any token"),
    marked("expected <block end>, but found {what}"),
    marked("expected the node content, but found {what}"),
    marked("expected ',' or {other}, but got {what}"),
)
"""What PyYAML says most often."""


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar, as it is written."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping, in the order of the file; all keys are different."""

    entries: tuple[tuple[Text, Node], ...]
    line: int

    def get(self, key: str) -> Node | None:
        """Give what stands under a key, or None."""
        return next((node for name, node in self.entries if name.text == key), None)


Node = Text | Items | Table


def read_tree(text: str, faults: Faults) -> Node:
    """Read one YAML document. Keys that are there twice are noted as faults, and the first is kept.

    Raises
    ------
    InputError
        If this is not YAML, or is so deep or so often repeated by aliases that it cannot be a quota spec.
    """
    if len(text) > _MAX_CHARACTERS:
        what = phrase(
            "The file has more than {most:,} characters, far too many for a quota spec.", most=_MAX_CHARACTERS
        )
        raise faults.error(what)
    node = _compose(text, faults)
    if node is None:
        raise faults.error(phrase("There is no quota spec in this file. Start with the line `sortition: 1`."))
    return _Converter(faults).convert(node, 0)


class _Loader(yaml.SafeLoader):
    """The safe loader, which stops at a depth where Python would give up."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.depth > _MAX_DEPTH:
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, _TOO_DEEP, mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _compose(text: str, faults: Faults) -> yaml.Node | None:
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise faults.error(_problem(error), line) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise faults.error(phrase("There is an invisible control character here. Delete it."), line) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # the latter from impossible numbers in escapes
        what = phrase("This is not valid YAML. Check the indentation, the colons and the quotation marks here.")
        raise faults.error(what) from error
    return node


def _problem(error: yaml.MarkedYAMLError) -> str:
    if error.problem == _TOO_DEEP:
        return _too_deep()
    if error.problem == "but found another document":
        return phrase("A second document starts here. Keep one quota spec to a file.")
    return phrase(
        "This is not valid YAML: {problem}. Check the indentation, the colons and the quotation marks here.",
        problem=_translated(error.problem or error.context or ""),
    )


def _translated(problem: str) -> str:
    """Put what PyYAML says into the language chosen; what it says rarely stays English."""
    for sentence in _SAID:
        form = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(sentence))
        if match := re.fullmatch(form, problem):
            return shown(sentence, **match.groupdict())
    return problem


def _too_deep() -> str:
    return phrase(
        "There are more than {most} levels within one another here. A quota spec needs about six.", most=_MAX_DEPTH
    )


class _Converter:
    """Turns PyYAML's nodes into ours; aliases become copies, which is why it counts."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.count = 0

    def convert(self, node: yaml.Node, depth: int) -> Node:
        line = node.start_mark.line + 1
        self.count += 1
        if depth > _MAX_DEPTH:
            raise self.faults.error(_too_deep(), line)
        if self.count > _MAX_NODES:
            what = phrase("Aliases repeat parts of this file too often. Write the spec without aliases.")
            raise self.faults.error(what, line)
        if not node.tag.startswith("tag:yaml.org,2002:"):
            self.faults.add(phrase("The tag {tag} means nothing in a quota spec. Delete it.", tag=node.tag), line)
        if isinstance(node, yaml.MappingNode):
            return Table(self.entries(node, depth), line)
        if isinstance(node, yaml.SequenceNode):
            return Items(tuple(self.convert(item, depth + 1) for item in node.value), line)
        return self.scalar(node, line)

    def scalar(self, node: yaml.Node, line: int) -> Text:
        text = clean(node.value)
        if any("\ud800" <= character <= "\udfff" for character in text):
            what = phrase("There is half a character here (a lone surrogate). Write the character itself.")
            self.faults.add(what, line)
            text = text.encode(errors="replace").decode()
        return Text(text, line)

    def entries(self, node: yaml.MappingNode, depth: int) -> tuple[tuple[Text, Node], ...]:
        found: dict[str, tuple[Text, Node]] = {}
        for key, value in node.value:
            name = self.convert(key, depth + 1)
            if not isinstance(name, Text):
                what = phrase("A list or table stands where a name should be. Write a name.")
                self.faults.add(what, name.line)
            elif name.text in found:
                first = found[name.text][0].line
                what = phrase(
                    "'{name}' is already on line {line}. Delete or rename one of them.", name=name.text, line=first
                )
                self.faults.add(what, name.line)
            else:
                found[name.text] = (name, self.convert(value, depth + 1))
        return tuple(found.values())
