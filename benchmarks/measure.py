"""How long a command takes and how much memory it needs, in a process of its own.

The command runs below a small watching process (this file, run as a script). On Linux a process's peak memory begins
with that of the process that started it, so the one that starts it must be small.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Run:
    """What came of a command."""

    seconds: float
    peak_mb: float
    """Largest resident memory, in units of 1,000,000 bytes."""
    status: int | None
    """Exit code; None where the time limit stopped it."""
    output: str
    errors: str

    @property
    def finished(self) -> bool:
        return self.status is not None

    def require(self, what: str) -> Run:
        """Give the run back if it ended well.

        Raises
        ------
        RuntimeError
            It did not; with the last of what it said.
        """
        if self.status != 0:
            raise RuntimeError(f"{what} ended with {self.status}:\n{self.errors[-2000:]}")
        return self


def measured(command: Sequence[str], limit: float) -> Run:
    """Run a command from the root of the checkout, stop it after `limit` seconds, and measure it."""
    watcher = [sys.executable, "-I", str(Path(__file__)), str(limit), *command]
    answer = subprocess.run(watcher, capture_output=True, text=True, cwd=ROOT, check=True)
    return Run(**json.loads(answer.stdout))


def _watch(limit: float, command: Sequence[str]) -> dict[str, float | str | int | None]:
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        output, errors = process.communicate(timeout=limit)
        status: int | None = process.returncode
    except subprocess.TimeoutExpired:
        process.kill()
        output, errors = process.communicate()
        status = None
    seconds = time.perf_counter() - start
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kibibytes
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit / 1e6
    return {"seconds": seconds, "peak_mb": peak, "status": status, "output": output, "errors": errors}


if __name__ == "__main__":
    print(json.dumps(_watch(float(sys.argv[1]), sys.argv[2:])))
