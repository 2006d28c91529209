"""`compare`: the figures, the table, the plot, and the command."""

import io
import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest
from pools import DATA, KNOWN, known
from rich.console import Console

from sortition import workflow
from sortition.errors import SolverError, UsageError
from sortition.fairness import OBJECTIVES
from sortition.reports import compared, comparison_svg, comparison_view
from sortition.reports.comparison import comparison_row

POOL = DATA / "paper-size" / "mass_24" / "respondents.csv"
QUOTAS = DATA / "paper-size" / "mass_24" / "categories.csv"


@pytest.fixture(scope="module")
def comparison():
    return workflow.compare(POOL, QUOTAS, panel_size=24, objectives=["leximin", "maximin", "nash"])[0]


def example():
    leximin = np.array([0.25, 0.25, 0.5, 0.0])
    made = [("leximin", leximin, "proved"), ("nash", np.array([0.2, 0.3, 0.5, 0.0]), "attested by the solver")]
    return compared("A panel", 1, [True, True, True, False], [*made, ("legacy", "it was given up")], leximin)


def run(*words, at, **environment):
    command = [sys.executable, "-m", "sortition", "compare", *map(str, words)]
    return subprocess.run(command, cwd=at, env=os.environ | environment, capture_output=True, text=True)


# --- figures ---------------------------------------------------------------------------------------------------------


def test_figures_worked_out_by_hand():
    row = comparison_row("nash", np.array([0.5, 0.1, 0.2, 0.2]), "proved", 0.2)
    assert (row.lowest, row.highest, row.below) == (0.1, 0.5, 0.25)
    assert row.gini == pytest.approx(0.3)  # all pairs differ by 0.15 on average; half of that over 0.25
    assert row.geometric_mean == pytest.approx((0.5 * 0.1 * 0.2 * 0.2) ** 0.25)


def test_gini_is_half_the_mean_difference_over_the_mean():
    p = np.random.default_rng(1).random(30)
    row = comparison_row("x", p, "proved", 0.0)
    assert row.gini == pytest.approx(np.abs(p[:, None] - p).mean() / 2 / p.mean())


def test_equal_chances_have_gini_0_and_a_rounding_error_is_not_below():
    row = comparison_row("leximin", np.full(7, 0.3), "proved", 0.3 * (1 + 1e-9))
    assert (row.gini, row.below) == (0.0, 0.0)
    assert row.geometric_mean == pytest.approx(0.3)


def test_somebody_without_a_chance_makes_the_geometric_mean_0():
    assert comparison_row("legacy", np.array([0.0, 0.5]), "heuristic", 0.2).geometric_mean == 0.0


def test_people_whom_no_panel_can_contain_are_counted_but_left_out():
    made = example()
    assert (made.people, made.unreachable) == (4, 1)
    assert [row.lowest for row in made.rows] == [0.25, 0.2, None]
    assert made.rows[1].below == pytest.approx(1 / 3)
    assert [len(curve) for _, curve in made.curves] == [3, 3]


def test_each_objective_is_in_its_own_column_best(comparison):
    leximin, maximin, nash = comparison.rows
    assert leximin.lowest == pytest.approx(maximin.lowest)
    assert leximin.below == maximin.below == 0
    assert nash.geometric_mean >= max(leximin.geometric_mean, maximin.geometric_mean)
    assert {row.status for row in comparison.rows} <= {"proved", "attested by the solver"}


def test_all_objectives_are_compared_in_their_order_unless_some_are_named(tmp_path):
    pool, quotas = known(KNOWN["H06_2x2_tradeoff"])
    people = [pool.columns, *pool.rows]
    seats = [
        (category.name, *each)
        for category in quotas.categories
        for each in zip(category.values, category.low, category.high, strict=True)
    ]
    files = tmp_path / "pool.csv", tmp_path / "quotas.csv"
    for path, rows in zip(files, (people, [("category", "feature", "min", "max"), *seats]), strict=True):
        path.write_text("".join(",".join(map(str, row)) + "\n" for row in rows), encoding="utf-8")
    every, _ = workflow.compare(*files, panel_size=4, panels=100)
    some, _ = workflow.compare(*files, panel_size=4, objectives=["minimax", "nash", "nash"])
    assert [row.objective for row in every.rows] == list(OBJECTIVES)
    assert [row.objective for row in some.rows] == ["minimax", "nash"]
    assert {row.objective: row.status for row in every.rows}["legacy"] == "heuristic"


def test_an_objective_that_does_not_exist_is_refused_before_anything_is_read(tmp_path):
    with pytest.raises(UsageError, match="there is no objective 'fairest'; choose from leximin, maximin"):
        workflow.compare(tmp_path / "nothing.csv", tmp_path / "nothing.yaml", objectives=["leximin", "fairest"])


def test_only_legacy_may_find_no_lottery(monkeypatch):
    def given_up(*_):
        raise SolverError("it was given up")

    monkeypatch.setitem(OBJECTIVES, "legacy", given_up)
    made, _ = workflow.compare(POOL, QUOTAS, panel_size=24, objectives=["legacy"])
    assert (made.rows[0].status, made.rows[0].failure, made.curves) == (None, "it was given up", ())
    monkeypatch.setitem(OBJECTIVES, "nash", given_up)
    with pytest.raises(SolverError):
        workflow.compare(POOL, QUOTAS, panel_size=24, objectives=["nash"])


# --- what people look at ---------------------------------------------------------------------------------------------


def test_the_table_fits_80_columns_and_says_all():
    out = io.StringIO()
    Console(width=80, file=out).print(comparison_view(example()))
    text = out.getvalue()
    assert max(map(len, text.splitlines())) <= 80
    assert "1 seats, 4 people; 1 of them fit no valid panel and are left out." in text
    assert re.search(r"leximin +25\.0% +50\.0% +0\.167 +31\.5% +0% +proved", text)
    assert re.search(r"nash +20\.0% +50\.0% +0\.200 +31\.1% +33\.3% +solver's word", text)
    assert "legacy: it was given up." in text


def test_the_plot_has_a_curve_an_objective_and_the_same_bytes_each_time():
    svg = comparison_svg(example())
    assert svg == comparison_svg(example())
    assert svg.startswith("<?xml")
    assert all(f">{name}</text>" in svg for name in ("leximin", "nash"))
    assert ">legacy</text>" not in svg
    assert "<dc:date>" not in svg


def test_the_plot_of_nothing_is_empty():
    nothing = compared("A panel", 1, [True, True], [("legacy", "it was given up")], np.array([0.5, 0.5]))
    assert ">legacy</text>" not in comparison_svg(nothing)


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_shows_a_table_and_writes_a_plot_once(tmp_path):
    words = (POOL, QUOTAS, "--size", 24, "--objectives", "leximin, nash", "--out", "plot.svg")
    done = run(*words, at=tmp_path)
    assert (done.returncode, "Objective" in done.stdout, "nash" in done.stdout) == (0, True, True)
    before = (tmp_path / "plot.svg").read_bytes()
    again = run(*words, at=tmp_path)
    assert (again.returncode, again.stderr) == (
        2,
        "Error: plot.svg exists already and is left as it is; give another name.\n",
    )
    assert (tmp_path / "plot.svg").read_bytes() == before


def test_a_plot_without_its_library_is_refused_before_anything_is_worked_out(tmp_path):
    (tmp_path / "matplotlib.py").write_text("raise ModuleNotFoundError")
    done = run(POOL, QUOTAS, "--size", 24, "--out", "plot.svg", at=tmp_path, PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install 'sortition[plot]'" in done.stderr
    assert not (tmp_path / "plot.svg").exists()


def test_the_command_gives_json(tmp_path):
    done = run(POOL, QUOTAS, "--size", 24, "--objectives", "maximin", "--json", at=tmp_path)
    value = json.loads(done.stdout)
    (row,) = value["objectives"]
    assert (value["people"], value["panel_size"], row["objective"], row["below"]) == (70, 24, "maximin", 0.0)
    assert row["lowest"] == pytest.approx(1 / 22)
    assert done.stderr == ""


def test_a_wrong_objective_is_a_usage_error(tmp_path):
    done = run(POOL, QUOTAS, "--size", 24, "--objectives", "fair", at=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: there is no objective 'fair'")
