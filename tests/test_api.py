"""The library as the README shows it."""

import dataclasses
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sortition

HOME = Path(__file__).parent.parent
README = (HOME / "README.md").read_text(encoding="utf-8")


def test_the_example_of_the_readme_runs_as_written(monkeypatch, capfd):
    monkeypatch.chdir(HOME)
    (example,) = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    names = {}
    exec(example, names)
    lottery, drawn = names["lottery"], names["drawn"]
    assert isinstance(lottery, sortition.Frozen)
    assert isinstance(drawn, sortition.Draw)
    assert (drawn.tickets, drawn.lottery_digest) == (1000, lottery.digest)
    assert lottery.lottery.panels.shape == (1000, names["quotas"].panel_size)
    assert capfd.readouterr() == ("", "")


def test_a_lottery_is_drawn_written_and_verified(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("pool.csv").write_text("id,kind\n" + "".join(f"{at},{'ab'[at % 2]}\n" for at in range(8)))
    Path("quotas.csv").write_text("category,feature,min,max\nkind,a,1,1\nkind,b,2,2\n")
    pool, quotas = sortition.read_pool("pool.csv"), sortition.read_quotas("quotas.csv", 3)
    assert sortition.check(pool, quotas).feasible
    lottery = sortition.make_lottery(pool, quotas, "maximin", 8, key=bytes(32))
    drawn = sortition.draw(lottery, seed="4 8 15")
    assert sortition.write_bundle("out", lottery, drawn) == Path("out")
    findings = sortition.verify(Path("out"), announced=lottery.digest)
    assert all(isinstance(finding, sortition.Finding) for finding in findings)
    assert {finding.state for finding in findings} <= {"passed", "weaker", "not checked"}
    with pytest.raises(sortition.UsageError, match="out"):
        sortition.write_bundle("out", lottery, drawn)
    with pytest.raises(sortition.NothingVerifiedError):
        sortition.verify(tmp_path / "elsewhere")


@pytest.mark.parametrize("how", [{}, {"seed": "4 8 15", "ticket": 3}, {"seed": " "}, {"ticket": 8}])
def test_a_draw_needs_a_seed_or_a_ticket_that_there_is(how, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("pool.csv").write_text("id,kind\n1,a\n2,a\n")
    Path("quotas.csv").write_text("category,feature,min,max\nkind,a,1,1\n")
    lottery = sortition.make_lottery(sortition.read_pool("pool.csv"), sortition.read_quotas("quotas.csv", 1), panels=8)
    with pytest.raises(sortition.UsageError):
        sortition.draw(lottery, **how)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"objective": "fairest"}, sortition.UsageError),
        ({"panels": 0}, sortition.UsageError),
        ({"panels": -1}, sortition.UsageError),
        ({"panels": 10**9}, sortition.UsageError),
    ],
)
def test_a_lottery_that_makes_no_sense_is_refused(options, error, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("pool.csv").write_text("id,kind\n1,a\n2,a\n")
    Path("quotas.csv").write_text("category,feature,min,max\nkind,a,1,1\n")
    with pytest.raises(error):
        sortition.make_lottery(sortition.read_pool("pool.csv"), sortition.read_quotas("quotas.csv", 1), **options)


def test_quotas_that_no_panel_meets_are_found_by_check_and_raised_by_make_lottery(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("pool.csv").write_text("id,kind\n1,a\n2,a\n")
    Path("quotas.csv").write_text("category,feature,min,max\nkind,a,0,2\nkind,b,1,1\n")
    pool, quotas = sortition.read_pool("pool.csv"), sortition.read_quotas("quotas.csv", 1)
    assert not sortition.check(pool, quotas).feasible
    with pytest.raises(sortition.InfeasibleError) as caught:
        sortition.make_lottery(pool, quotas)
    assert caught.value.exit_code == 4
    assert all(isinstance(fault, sortition.Fault) for fault in caught.value.faults)


def test_every_public_name_is_there_and_explained():
    names = {}
    exec("from sortition import *", names)
    assert set(sortition.__all__) == set(names) - {"__builtins__"}
    assert sortition.__all__ == sorted(sortition.__all__)
    for name in sortition.__all__:
        assert inspect.getdoc(names[name]), name
    with pytest.raises(AttributeError, match="no attribute 'fair_lottery'"):
        sortition.fair_lottery  # noqa: B018


def test_every_error_is_a_sortition_error_with_an_exit_code_of_its_own():
    errors = [getattr(sortition, name) for name in sortition.__all__ if name.endswith("Error")]
    assert all(issubclass(error, sortition.SortitionError) for error in errors)
    assert sorted(error.exit_code for error in errors) == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("name", ["Draw", "Finding", "Frozen", "Lottery", "Pool", "Problem", "Quota", "Quotas"])
def test_what_flows_through_the_house_is_frozen(name):
    assert dataclasses.fields(getattr(sortition, name))
    assert getattr(sortition, name).__dataclass_params__.frozen


def test_the_arrays_of_a_lottery_cannot_be_changed():
    from pools import problem

    from sortition.fairness.lottery import fair_lottery

    made = fair_lottery(problem("xxyy", [{"x": (1, 1), "y": (1, 1)}], 2), tickets=4)
    for array in (made.panels, made.fair, made.problem.codes, made.problem.households, made.problem.membership):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_importing_the_package_costs_nothing():
    heavy = ("numpy", "highspy", "pulp", "yaml", "rich", "typer", "matplotlib")
    code = f"import sys, sortition; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=HOME, capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr
