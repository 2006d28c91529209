"""The sentences in the code, and the catalogues brought up to date with them: `python tests/catalogue.py`.

What is new gets an empty translation at its place, what is gone is dropped, everything else stays.
"""

import ast
import inspect
import re
from pathlib import Path

from sortition import cli, messages
from sortition.cli import help as help_

HOME = Path(__file__).parent.parent
WRITERS = {"phrase": (1, 1), "phrases": (3, 2), "marked": (1, 1)}
"""How many arguments without a name each takes, and how many of them are sentences."""


def sentences():
    """Give each sentence in the code as (msgid,) or (msgid, msgid_plural), with the files that say it."""
    found = {("1,234.5",): ["messages.py"]}
    for path in sorted((HOME / "sortition").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
            if call.func.id in WRITERS:
                texts = call.args[: WRITERS[call.func.id][1]]
                name = str(path.relative_to(HOME / "sortition"))
                where = f"{name}:{call.lineno}"
                assert len(call.args) == WRITERS[call.func.id][0], where
                assert all(isinstance(text, ast.Constant) and isinstance(text.value, str) for text in texts), where
                files = found.setdefault(tuple(text.value for text in texts), [])
                files += [name] if name not in files else []
    for ids, name in helps():
        files = found.setdefault((ids,), [])
        files += [name] if name not in files else []
    return found


def helps():
    """Give each text that help is made of, by paragraphs, with the file of the command; examples are not translated."""
    yield from ((saying, "cli/help.py") for saying in help_.SAYINGS)
    for command in help_.family(cli.commands()):
        name = Path(inspect.getsourcefile(inspect.unwrap(command.callback or cli.commands)))
        for _, _, text in help_.texts(command):
            for paragraph in help_.paragraphs(text):
                if len(paragraph) > 1 and not paragraph.startswith("\b"):
                    yield paragraph, str(name.relative_to(HOME / "sortition"))


def quoted(text):
    lines = ['"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' for part in text.split("\n")]
    lines = [line[:-1] + '\\n"' for line in lines[:-1]] + [line for line in lines[-1:] if line != '""']
    return "\n".join(lines if len(lines) == 1 else ['""', *lines])


def updated(text):
    """Give the text of a catalogue with an entry for each sentence, in the order of the code."""
    head, *_ = text.split("\n\n")
    plurals = int(re.search(r"nplurals=(\d)", head)[1])
    known = {(entry["msgid"], *[entry[key] for key in ("msgid_plural",) if key in entry]): entry
             for entry in messages.entries(text)}  # fmt: skip
    blocks = [head]
    for ids, files in sentences().items():
        entry = known.get(ids, {})
        keys = ["msgstr"] if len(ids) == 1 else [f"msgstr[{number}]" for number in range(plurals)]
        lines = [f"#: {' '.join(files)}", *(["#,fuzzy"] if "fuzzy" in entry.get("flags", "") else [])]
        lines += [f"{word} {quoted(text)}" for word, text in zip(("msgid", "msgid_plural"), ids, strict=False)]
        blocks.append("\n".join([*lines, *(f"{key} {quoted(entry.get(key, ''))}" for key in keys)]))
    return "\n\n".join(blocks) + "\n"


def catalogues():
    """Give the files of all catalogues, and the empty one that a new language starts from."""
    return [messages.CATALOGUES / "sortition.pot", *sorted(messages.CATALOGUES.glob("*/LC_MESSAGES/sortition.po"))]


if __name__ == "__main__":
    for path in catalogues():
        path.write_text(updated(path.read_text("utf-8")), "utf-8")
