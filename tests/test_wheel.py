"""What is installed: the package with its data, nothing beside it, and it runs away from the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

HOME = Path(__file__).parent.parent

pytestmark = pytest.mark.slow


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, HOME)
    (built,) = folder.glob("sortition-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A folder with the wheel alone; the dependencies are those of the tests."""
    target = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", target, wheel)
    return target


@pytest.fixture(scope="module")
def names(wheel):
    return zipfile.ZipFile(wheel).namelist()


def test_the_wheel_has_one_package(names):
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"sortition"}
    assert len(tops) == 2


@pytest.mark.parametrize(
    "name",
    [
        "py.typed",
        "reports/report.html",
        "audit/verify.html",
        "audit/verify.py",
        "__main__.py",
        "locale/de/LC_MESSAGES/sortition.po",
    ],
)
def test_the_wheel_has_its_data(names, name):
    assert f"sortition/{name}" in names


def test_the_wheel_has_every_spec_and_the_schema(names):
    quotas = {f"sortition/_quotas/{path.name}" for path in (HOME / "quotas").iterdir() if path.is_file()}
    assert {name for name in names if name.startswith("sortition/_quotas/") and name.count("/") == 2} == quotas
    assert any(name.endswith(".yaml") for name in quotas)
    assert any("schema" in name and name.endswith(".json") for name in names)


def test_the_wheel_has_every_module_of_the_checkout(names):
    modules = {str(path.relative_to(HOME)) for path in (HOME / "sortition").rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == modules


def test_what_is_installed_draws_and_verifies_away_from_the_checkout(installed, tmp_path):
    def python(*arguments):
        environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONUTF8": "1"}
        return run(sys.executable, *arguments, cwd=tmp_path, env=environment, encoding="utf-8")

    program = installed / "bin" / "sortition"
    where = python("-c", "import sortition; print(sortition.__file__)")
    assert Path(where.strip()).is_relative_to(installed)
    assert "dudley-2019" in python(program, "quotas", "list")
    pool = python(program, "sample-pool", "dudley-2019", "--people", 300, "--seed", "x")
    (tmp_path / "pool.csv").write_text(pool, encoding="utf-8")
    python(program, "select", "pool.csv", "dudley-2019", "--seed", "x", "--out", "out")
    python(program, "verify", "out")
    assert len((tmp_path / "out" / "private" / "panel.csv").read_text(encoding="utf-8").splitlines()) == 51


def test_the_wheel_installs_in_a_fresh_environment(wheel, tmp_path):
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", wheel)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    program = tmp_path / "venv" / "bin" / "sortition"
    assert "dudley-2019" in run(program, "quotas", "list", cwd=tmp_path, env=environment)
    pool, quotas = HOME / "examples" / "dudley" / "pool.csv", HOME / "quotas" / "dudley-2019.yaml"
    run(program, "select", pool, quotas, "--seed", "x", "--out", "out", cwd=tmp_path, env=environment)
    run(program, "verify", "out", cwd=tmp_path, env=environment)
