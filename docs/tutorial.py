"""Run the commands of tutorial.md and write below each what it shows on a terminal of 80 columns.

`python docs/tutorial.py` writes; `python docs/tutorial.py --check` compares, and ends with 1 where something differs.
What follows from luck (digests, the ticket, who is on the panel) is not compared: a later version may draw otherwise.
"""

from __future__ import annotations

import difflib
import os
import pty
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "tutorial.md"
BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ .*(?:\n> .*)*", re.MULTILINE)
LUCK = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "DIGEST"),
    (re.compile(r"\b[0-9a-f]{12,32}\b"), "PSEUDONYM"),
    (re.compile(r"\b(ticket) +\d+", re.IGNORECASE), r"\1 N"),
    (re.compile(r"^(.* +\d+ +\d+ +\d+) +\d+$", re.MULTILINE), r"\1 PANEL"),
    (re.compile(r"^(Chances|Rounding|Pairs) .*$", re.MULTILINE), r"\1 LUCK"),
)
"""What a later version may do otherwise, and what it is compared as."""


def shown(command: str, at: Path, home: Path) -> str:
    """Give what a command writes on a terminal of 80 columns and 24 lines, without its control codes."""
    ours, theirs = pty.openpty()
    found = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    size = {"COLUMNS": "80", "LINES": "24", "TERM": "dumb", "NO_COLOR": "1", "SORTITION_LANGUAGE": "en"}
    environment = os.environ | size | {"HOME": str(home), "PATH": found, "PYTHONUTF8": "1"}
    with subprocess.Popen(
        ["bash", "-c", command], cwd=at, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    ) as running:
        os.close(theirs)
        written = bytearray()
        try:
            while piece := os.read(ours, 65536):
                written += piece
        except OSError:  # how Linux says that the other end is closed
            pass
        os.close(ours)
        running.wait()
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written.decode("utf-8")).replace("\r\n", "\n")
    # a terminal does not show the byte order mark, nor the empty line that stands for a progress bar where TERM=dumb
    return "".join(f"{line.rstrip()}\n" for line in text.lstrip("\n").replace("\ufeff", "").splitlines())


def rebuilt(page: str) -> str:
    """Give the page with the output of every command as it is now."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "sortition").symlink_to(ROOT)
        at = home / "panel"
        at.mkdir()

        def block(found: re.Match[str]) -> str:
            commands = COMMAND.findall(found[0])
            plain = (re.sub(r"^(\$|>) ", "", command, flags=re.MULTILINE) for command in commands)
            return "".join(f"{a}\n{shown(b, at, home)}" for a, b in zip(commands, plain, strict=True))

        return BLOCK.sub(block, page)


def compared(page: str) -> str:
    """Give what is compared of a page."""
    for pattern, word in LUCK:
        page = pattern.sub(word, page)
    return page


def main() -> int:
    """Write the page, or compare it."""
    before = PAGE.read_text(encoding="utf-8")
    after = rebuilt(before)
    if sys.argv[1:] != ["--check"]:
        PAGE.write_text(after, encoding="utf-8")
        return 0
    lines = (compared(page).splitlines(keepends=True) for page in (before, after))
    differences = list(difflib.unified_diff(*lines, "tutorial.md", "as it is now"))
    sys.stdout.writelines(differences)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
