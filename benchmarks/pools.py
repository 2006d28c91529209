"""Where the pools lie that the benchmarks use; each is a folder with the replies, the quotas and the panel size."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import ROOT

DATA = ROOT / "tests" / "data"
"""The fixed pools are those of the tests; tests/data/README.md says where they come from."""
PAPER_SIZE = (
    "mass_24",
    "sf_c_44",
    "hd_30",
    "sf_b_20",
    "sf_a_35",
    "obf_30",
    "nexus_170",
    "sf_d_40",
    "cca_75",
    "sf_e_110",
)
"""By number of people."""
TIGHT = tuple(sorted(path.name for path in (DATA / "tight").glob("*/")))


@dataclass(frozen=True)
class Pool:
    """One pool on disk."""

    name: str
    folder: Path

    @property
    def replies(self) -> Path:
        return self.folder / "respondents.csv"

    @property
    def quotas(self) -> Path:
        return self.folder / "categories.csv"

    @property
    def seats(self) -> int:
        return int((self.folder / "panel_size").read_text())

    @property
    def people(self) -> int:
        with self.replies.open(newline="", encoding="utf-8") as file:
            return sum(1 for _ in csv.reader(file)) - 1


def fixed_pool(name: str) -> Pool:
    """Give one of the pools that come with the tests.

    Raises
    ------
    ValueError
        There is none of that name.
    """
    for folder in (DATA / "paper-size" / name, DATA / "tight" / name, DATA / name):
        if (folder / "panel_size").is_file():
            return Pool(name, folder)
    raise ValueError(f"there is no pool '{name}'")


def cache_folder() -> Path:
    """Give the folder for what is made once: generated pools, and the peer's environment."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "sortition-benchmarks"
