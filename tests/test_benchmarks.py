"""The benchmarks' own parts: tables, generated pools, figures of proofs; no timing and no peer."""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parent.parent))  # benchmarks are run from a checkout, never installed

from benchmarks import generate, peers, scale, tight
from benchmarks.generate import generated_pool
from benchmarks.measure import ROOT, Run, measured
from benchmarks.pools import PAPER_SIZE, TIGHT, fixed_pool
from benchmarks.tables import chance_text, machine, markdown, ratio_text
from benchmarks.timed_lottery import Timed, largest_deviation, proven_bound
from sortition.checking import match
from sortition.fairness.lottery import fair_lottery, unreachable
from sortition.model import Certificate, Level
from sortition.reading import read_pool, read_quotas


def test_a_table_is_aligned_markdown():
    assert markdown(("pool", "n"), [["a", "1,000"], ["a longer name", "7"]]) == (
        "| pool          |     n |\n| ------------- | ----: |\n| a             | 1,000 |\n| a longer name |     7 |\n"
    )


def test_numbers_are_written_for_people():
    assert chance_text(Fraction(1, 22)) == "0.045455 = 1/22"
    assert chance_text(Fraction(1, 123_456_789)) == "0.000000"
    assert chance_text(0.25) == "0.250000"
    assert chance_text(None) == "–"
    assert [ratio_text(9.94), ratio_text(1234.6), ratio_text(600, at_least=True)] == ["9.9×", "1,235×", "> 600×"]
    assert " core" in machine()


def test_a_run_is_measured_in_its_own_process():
    run = measured([sys.executable, "-c", "x = bytearray(80_000_000); print(len(x))"], 60)
    assert run.ended_well
    assert run.output == "80000000\n"
    assert 80 < run.peak_mb < 160


def test_a_run_is_stopped_at_its_limit():
    run = measured([sys.executable, "-c", "import time; time.sleep(60)"], 0.2)
    assert run.status is None
    assert not run.ended_well
    assert run.time.startswith("> 0.2")


def test_a_run_that_breaks_counts_as_failed(capfd):
    run = measured([sys.executable, "-c", "raise SystemExit('broken')"], 60)
    assert run.time == "failed"
    assert "broken" in capfd.readouterr().err


@pytest.mark.parametrize("people", [60, 200])
def test_generated_pools_are_the_same_every_time_and_have_panels(tmp_path, people):
    one, other = generated_pool(people, tmp_path / "one"), generated_pool(people, tmp_path / "other")
    for path in ("respondents.csv", "categories.csv", "panel_size"):
        assert (one.folder / path).read_bytes() == (other.folder / path).read_bytes()
    assert one.people == people
    problem = match(read_pool(one.replies), read_quotas(one.quotas, one.seats)).problem
    assert problem.panel_size == people // 10
    assert unreachable(problem) == ()  # this raises where there is no panel


def test_generated_pools_come_from_the_cache(tmp_path):
    pool = generated_pool(30, tmp_path)
    pool.replies.write_text("kept")
    assert generated_pool(30, tmp_path).replies.read_text() == "kept"


def test_generated_people_select_themselves_and_fill_the_types():
    population, codes = generate._answers(20_000)
    shares = [
        np.bincount(column, minlength=len(of)) / len(codes) for column, of in zip(codes.T, population, strict=True)
    ]
    apart = max(np.abs(np.log(share / of)).max() for share, of in zip(shares, population, strict=True))
    assert 0.1 < apart < 1.5
    assert len(np.unique(codes, axis=0)) > 4000


def test_every_fixed_pool_is_there():
    assert len(PAPER_SIZE) == 10
    assert len(TIGHT) == 8
    people = [fixed_pool(name).people for name in PAPER_SIZE]
    assert people == sorted(people)
    with pytest.raises(ValueError, match="no pool 'nowhere'"):
        fixed_pool("nowhere")


def test_the_bound_is_worked_out_from_the_first_level():
    level = Level(Fraction(1, 3), (0, 1), ((0, Fraction(1)), (1, Fraction(2))), Fraction(7, 3), "proved")
    classes = ((0, 1, 2), (3, 4), (5,))
    assert proven_bound(Certificate("leximin", "proved", classes, (level,))) == Fraction(1, 3)
    assert proven_bound(Certificate("legacy", "heuristic", classes)) is None


def test_bound_minimum_and_deviation_of_a_real_lottery():
    pool = fixed_pool("sf_b_20")
    problem = match(read_pool(pool.replies), read_quotas(pool.quotas, pool.seats)).problem
    lottery = fair_lottery(problem, "leximin", 1000)
    assert proven_bound(lottery.certificate) == lottery.certificate.levels[0].value == min(lottery.fair_exact)
    assert largest_deviation(lottery) == pytest.approx(1000 * lottery.largest_deviation)


def test_a_row_compares_both_and_tells_of_a_broken_bound():
    found = Timed(0.1, 0.3, 0.1, 250, 188, 3, 0, 100, 0, "proved", Fraction(1, 10), Fraction(1, 10), "proved", 0.5)
    ours = Run(1.0, 90.0, 0, "", "")
    pool = fixed_pool("sf_b_20")
    better = peers.Row(pool, ours, found, Run(100.0, 80.0, 0, json.dumps({"inside": 99.0, "minimum": 0.1}), ""))
    cells = dict(zip(peers.HEADER, better.cells(), strict=True))
    assert (cells["peer / ours"], cells["inside"], cells["peer's minimum"]) == ("100×", "248×", "0.100000")
    above = peers.Row(pool, ours, found, Run(100.0, 80.0, 0, json.dumps({"inside": 99.0, "minimum": 0.2}), ""))
    assert "ABOVE THE BOUND" in above.cells()[peers.HEADER.index("peer's minimum")]
    stopped = dict(zip(peers.HEADER, peers.Row(pool, ours, found, Run(600.0, 80.0, None, "", "")).cells(), strict=True))
    assert (stopped["peer s"], stopped["peer / ours"], stopped["peer's minimum"]) == ("> 600", "> 600×", "–")


@pytest.mark.parametrize("module", [peers, scale, tight])
def test_help_works_from_the_checkout(module):
    name = module.__name__
    answer = subprocess.run(
        [sys.executable, "-m", name, "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert f"python -m {name}" in answer.stdout
