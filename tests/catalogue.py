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
INSTALLED = Path(inspect.getsourcefile(cli)).parent.parent
WRITERS = {"phrase": (1, 1), "phrases": (3, 2), "marked": (1, 1)}
"""How many arguments without a name each takes, and how many of them are sentences."""

VERIFIERS = ("audit/verify.py", "audit/private.py")
STATES = ("'passed'", "'failed'", "'weaker'", "'not checked'")
MAKERS = ("sentence", "BadFileError", "BadPrivateFileError")
"""What makes a sentence in them that can be translated later."""


def sentences():
    """Give each sentence in the code as (msgid,) or (msgid, msgid_plural), with the files that say it."""
    found = {("1,234.5",): ["messages.py"]}
    for path in sorted((HOME / "sortition").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        name = str(path.relative_to(HOME / "sortition"))
        for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
            if call.func.id in WRITERS:
                texts = call.args[: WRITERS[call.func.id][1]]
                where = f"{name}:{call.lineno}"
                assert len(call.args) == WRITERS[call.func.id][0], where
                assert all(isinstance(text, ast.Constant) and isinstance(text.value, str) for text in texts), where
                files = found.setdefault(tuple(text.value for text in texts), [])
                files += [name] if name not in files else []
        for text in findings(tree, name) if name in VERIFIERS else ():
            files = found.setdefault((text,), [])
            files += [name] if name not in files else []
    for ids, name in helps():
        files = found.setdefault((ids,), [])
        files += [name] if name not in files else []
    return found


def findings(tree, name):
    """Give each sentence in what verify.py finds: it stands after a state or a maker, with a value for each place."""
    tuples = [node.elts for node in ast.walk(tree) if isinstance(node, ast.Tuple) and node.elts]
    found = [said for state, *said in tuples if ast.unparse(state) in STATES]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found += [call.args for call in calls if ast.unparse(call.func).rpartition(".")[2] in MAKERS]
    named = {ast.unparse(node.targets[0]): node.value for node in ast.walk(tree) if isinstance(node, ast.Assign)}
    for template, *values in sorted(found, key=lambda parts: (parts[0].lineno, parts[0].col_offset)):
        handed_on = [part for part in (template, *values) if isinstance(part, ast.Starred)]
        if template in handed_on:
            continue
        for text in [template.body, template.orelse] if isinstance(template, ast.IfExp) else [template]:
            where = f"{name}:{template.lineno}"
            text = named[text.id] if isinstance(text, ast.Name) else text  # too long to stand in its line
            assert isinstance(text, ast.Constant), where
            assert handed_on or len(values) == len(re.findall("{.*?}", text.value)), where
            yield text.value


def helps():
    """Give each text that help is made of, by paragraphs, with the file of the command; examples are not translated."""
    yield from ((saying, "cli/help.py") for saying in help_.SAYINGS)
    for command in help_.family(cli.commands()):
        name = Path(inspect.getsourcefile(inspect.unwrap(command.callback or cli.commands)))
        for _, _, text in help_.texts(command):
            for paragraph in help_.paragraphs(text):
                if len(paragraph) > 1 and not paragraph.startswith("\b"):
                    yield paragraph, str(name.relative_to(INSTALLED))


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
