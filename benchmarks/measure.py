"""How long a command takes and how much memory it needs, in a process of its own.

The command runs below a small watching process (this file, run as a script). On Linux a process's peak memory begins
with that of the process that started it, so the one that starts it must be small.
"""

from __future__ import annotations

import json
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
    def ended_well(self) -> bool:
        return self.status == 0

    @property
    def time(self) -> str:
        """The seconds as a table shows them: a lower bound where the limit stopped it, `failed` where it broke."""
        if self.status is None:
            return f"> {seconds_text(self.seconds)}"
        return seconds_text(self.seconds) if self.ended_well else "failed"


def measured(command: Sequence[str], limit: float) -> Run:
    """Run a command from the root of the checkout, stop it after `limit` seconds, and measure it."""
    watcher = [sys.executable, "-I", str(Path(__file__)), str(limit), *command]
    answer = subprocess.run(watcher, stdout=subprocess.PIPE, text=True, cwd=ROOT, check=True)
    run = Run(**json.loads(answer.stdout))
    if run.status:
        print(f"failed with {run.status}: {' '.join(command)[-300:]}\n{run.errors[-2000:]}", file=sys.stderr)
    return run


def seconds_text(seconds: float) -> str:
    """Write seconds with three digits or so."""
    return f"{seconds:.2f}" if seconds < 10 else f"{seconds:.1f}" if seconds < 100 else f"{seconds:.0f}"


def _watch(limit: float, command: Sequence[str]) -> dict[str, float | str | int | None]:
    import resource  # not on Windows, where everything but the measuring works

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
