"""Imports run downwards only, and each outside library has its one door."""

import ast
import sys
from importlib import import_module
from pathlib import Path

import pytest

HOME = Path(__file__).parent.parent
MODULES = sorted((HOME / "sortition").rglob("*.py"))
FLOORS = {
    room: number
    for number, rooms in enumerate(
        [
            ["messages", "errors", "late"],
            ["canonical", "model"],
            ["solver", "targets"],
            ["reading"],
            ["checking"],
            ["engine"],
            ["fairness"],
            ["stages"],
            ["audit", "reports"],
            ["workflow"],
            ["cli"],
            ["__init__", "__main__"],
        ]
    )
    for room in rooms
}
DOORS = {
    "pandas": {"reading"},
    "yaml": {"reading"},
    "openpyxl": {"reading"},
    "odf": {"reading"},
    "pulp": {"solver"},
    "highspy": {"solver"},
    "typer": {"cli"},
    "click": {"cli"},
    "rich": {"cli", "reports"},
    "matplotlib": {"reports"},
    "py_ecc": {"audit"},
    "cryptography": {"audit"},
}
OUTSIDE = {"numpy", *DOORS, *sys.stdlib_module_names}
SCRIPT = HOME / "sortition" / "audit" / "verify.py"


def room_of(path):
    return path.relative_to(HOME / "sortition").parts[0].removesuffix(".py")


def imports(path):
    """Give the dotted names that a module imports, at its top, in functions or for type checking alone."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_room_has_a_floor():
    assert {room_of(path) for path in MODULES} == set(FLOORS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_imports_run_downwards_through_the_right_doors(path):
    mine = room_of(path)
    for name in imports(path):
        package, _, rest = name.partition(".")
        if package == "sortition":
            other = rest.partition(".")[0]
            lower = other == "__version__" or FLOORS[other] < FLOORS[mine]
            assert lower or other == mine, f"{mine} imports {name}"
        else:
            assert package in OUTSIDE, f"{name} is no dependency"
            assert mine in DOORS.get(package, {mine}), f"{mine} imports {name}"


def test_the_verifier_needs_python_alone():
    packages = {name.partition(".")[0] for name in imports(SCRIPT)}
    assert packages <= set(sys.stdlib_module_names)


def test_the_root_script_only_calls_the_command_line():
    imported, call = ast.parse((HOME / "cli.py").read_text()).body
    assert ast.unparse(imported) == "from sortition.cli import main"
    assert ast.unparse(call) == "if __name__ == '__main__':\n    main()"


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if room_of(path) not in {"cli", "__main__"} and path != SCRIPT],
    ids=lambda path: str(path.relative_to(HOME)),
)
def test_the_library_neither_prints_nor_exits_nor_logs_nor_reads_the_environment(path):
    harmless = {"sys.getrecursionlimit", "sys.setrecursionlimit"}
    assert not {"logging", "os", "sys"} & {name.partition(".")[0] for name in set(imports(path)) - harmless}
    calls = [node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    assert not {"print", "input", "exit", "quit", "breakpoint"} & {ast.unparse(called) for called in calls}


def test_no_room_is_called_by_an_empty_word():
    words = {part.removesuffix(".py") for path in MODULES for part in path.relative_to(HOME).parts}
    assert not {"utils", "util", "common", "helpers", "core", "misc"} & words


@pytest.mark.parametrize("room", ["checking", "workflow"])
def test_what_a_room_offers_late_is_what_it_says_it_offers(room):
    package = import_module(f"sortition.{room}")
    tree = ast.parse(Path(package.__file__).read_text(encoding="utf-8"))
    said = {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module.startswith(package.__name__)
        for alias in node.names
    }
    assert {name: getattr(package, name).__module__ for name in said if name != "PUBLIC"}.items() <= said.items()
    assert all(hasattr(package, name) for name in package.__all__)
    assert said.keys() <= set(package.__all__)
    assert not hasattr(package, "nothing")
