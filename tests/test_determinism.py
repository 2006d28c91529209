"""Same inputs, seed, key and clock: the same bytes, whatever the order of the rows, the hash seed and the threads."""

import csv
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from sortition.audit.pseudonyms import key_document

HOME = Path(__file__).parent.parent
POOLS = {"pool": "examples/test-valley/pool.csv", "respondents": "tests/data/paper-size/sf_b_20/respondents.csv"}
QUOTAS = {
    "pool": ["quotas/test-valley-2019.yaml"],
    "respondents": ["tests/data/paper-size/sf_b_20/categories.csv", "--size", "20"],
}


def select(folder, name, hash_seed, threads, shuffled):
    """Run the program and give every byte that it left."""
    folder.mkdir()
    (folder / "key.json").write_bytes(key_document(bytes(range(32))))
    with (HOME / POOLS[name]).open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    if shuffled:
        random.Random(hash_seed).shuffle(rows)
    with (folder / "pool.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    limits = {f"{library}_NUM_THREADS": str(threads) for library in ("OMP", "OPENBLAS", "MKL")}
    quotas, *size = QUOTAS[name]
    command = [sys.executable, HOME / "cli.py", "select", "pool.csv", HOME / quotas, *size, "--seed", "0917", "--quiet"]
    command += ["--out", "out", "--key", "key.json", "--now", "2026-11-22T14:00:00Z"]
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed), **limits}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    out = folder / "out"
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return {name: select(tmp_path_factory.mktemp("first") / name, name, 0, 1, False) for name in POOLS}


def test_the_folder_is_complete(first):
    for files in first.values():
        assert {"public/lottery.csv", "public/report.html", "private/panel.csv", "private/chances.csv"} <= set(files)


@pytest.mark.parametrize(("hash_seed", "threads", "shuffled"), [(0, 2, True), (1, 1, True), (10, 1, False)])
def test_a_spec_and_a_pool_with_households_give_the_same_bytes(first, tmp_path, hash_seed, threads, shuffled):
    assert select(tmp_path / "again", "pool", hash_seed, threads, shuffled) == first["pool"]


@pytest.mark.parametrize(("hash_seed", "threads", "shuffled"), [(1, 2, False), (10, 2, True), (100, 1, True)])
def test_a_pool_in_csv_gives_the_same_bytes(first, tmp_path, hash_seed, threads, shuffled):
    assert select(tmp_path / "again", "respondents", hash_seed, threads, shuffled) == first["respondents"]


@pytest.mark.slow
@pytest.mark.parametrize("name", POOLS)
@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("hash_seed", [0, 1, 10, 100])
def test_every_combination_gives_the_same_bytes(first, tmp_path, name, hash_seed, threads, shuffled):
    assert select(tmp_path / "again", name, hash_seed, threads, shuffled) == first[name]
