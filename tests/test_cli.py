"""The command line as people run it: in a process of its own, from another directory."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = (
    ("check",),
    ("clean",),
    ("monitor",),
    ("select",),
    ("lottery",),
    ("draw",),
    ("verify",),
    ("compare",),
    ("report",),
    ("sign",),
    ("attach",),
    ("redact",),
    ("quotas",),
    ("quotas", "list"),
    ("quotas", "show"),
    ("quotas", "build"),
    ("quotas", "convert"),
    ("sample-pool",),
)
NAMES = ("Amélie", "Łukasz", "Søren", "O'Brien", "王", "D’Arcy")
SPEC = """\
sortition: 1
name: A small panel
panel_size: 4
pool: {id: id, household: [address]}
quotas:
  gender: {seats: {Female: 2, Male: 2}}
  area: {seats: {North: 1-3, South: 1-3}}
exclude: [{column: councillor, values: [yes], reason: elected member}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a spec, and a pool of a councillor and twelve others, of whom two share an address."""
    people = [(n, NAMES[n % 6], "Female" if n % 2 else "Male", "South" if n % 3 else "North") for n in range(12)]
    rows = [f"p{n:02},{name},{gender},{area},{'1 High St' if n < 2 else ''},no" for n, name, gender, area in people]
    lines = ["id,name,gender,area,address,councillor", *rows, "p12,Bo,Male,North,,Yes"]
    (tmp_path / "pool.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "quotas.yaml").write_text(SPEC, encoding="utf-8")
    return tmp_path


def environment(**extra: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1", "COLUMNS": "80"} | extra


def command(*arguments: object) -> list[str]:
    """The installed command if it is there, else the package as a module."""
    script = Path(sys.executable).with_name("sortition")
    start = [str(script)] if script.exists() else [sys.executable, "-m", "sortition"]
    return [*start, *(str(argument) for argument in arguments)]


def run(*arguments: object, at: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command(*arguments), cwd=at, env=environment(**extra), capture_output=True, encoding="utf-8", timeout=120
    )
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the bundle `out` of a draw."""
    at = folder.__wrapped__(tmp_path_factory.mktemp("drawn"))
    done = run("select", "pool.csv", "quotas.yaml", "--seed", "0917", "--panels", 20, "--out", "out", "--quiet", at=at)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return at


# --- help ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example_that_fits(words, tmp_path):
    done = run(*words, "--help", at=tmp_path)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 8
    assert max(map(len, done.stdout.splitlines())) <= 80
    if words != ("quotas",):
        assert f"sortition {' '.join(words)}" in done.stdout.split("Example", 1)[1]


def test_the_list_of_commands_is_complete_and_cut_nowhere(tmp_path):
    assert "..." not in run("quotas", "--help", at=tmp_path).stdout.split("Commands:", 1)[1]
    text = run("--help", at=tmp_path).stdout
    assert "..." not in text.split("Commands:", 1)[1]
    assert all(f"  {words[0]} " in text for words in COMMANDS)


@pytest.mark.parametrize("words", [(), ("select",), ("quotas", "list")], ids=" ".join)
def test_help_imports_nothing_heavy(words, tmp_path):
    code = f"""
import sys
from sortition.cli import main
sys.argv = ["sortition", *{words!r}, "--help"]
try:
    main()
finally:
    print(sorted({{"numpy", "pandas", "yaml", "rich.console", "matplotlib", "pulp", "highspy"}} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_is_there_at_once(tmp_path):
    def seconds() -> float:
        before = os.times()
        run("--help", at=tmp_path)
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    assert min(seconds() for _ in range(3)) < 0.3


def test_version(tmp_path):
    done = run("--version", at=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("sortition ")


# --- usage and input that cannot be used -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("select",),
        ("nonsense",),
        ("select", "pool.csv", "quotas.yaml"),
        ("select", "pool.csv", "quotas.yaml", "--seed", "1", "--ticket", "1"),
        ("select", "pool.csv", "quotas.yaml", "--seed", "1", "--now", "yesterday"),
        ("select", "pool.csv", "quotas.yaml", "--seed", "1", "--panels", "many"),
        ("lottery", "pool.csv", "quotas.yaml", "--objective", "luck"),
        ("lottery", "pool.csv", "quotas.yaml", "--panels", "0"),
        ("draw", "out"),
        ("sample-pool", "quotas.yaml", "--people", "0", "--seed", "x"),
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_a_sentence(arguments, folder):
    done = run(*arguments, at=folder)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Error: " in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["pool.csv", "quotas.yaml"]


def test_all_faults_are_shown_and_the_code_is_3(folder):
    (folder / "quotas.yaml").write_text(SPEC.replace("1-3, South: 1-3", "3-1, South: x"), encoding="utf-8")
    done = run("check", "pool.csv", "quotas.yaml", at=folder)
    assert done.returncode == 3
    assert done.stderr.count("quotas.yaml:7:") == 2
    assert done.stderr.endswith("2 things have to be put right.\n")


@pytest.mark.parametrize("name", ["pool.csv", "quotas.yaml"])
def test_a_missing_file_ends_with_3(name, folder):
    (folder / name).unlink()
    done = run("check", "pool.csv", "quotas.yaml", at=folder)
    assert done.returncode == 3
    assert name in done.stderr


def test_an_error_under_json_is_one_object_too(folder):
    done = run("check", "pool.csv", "nowhere.yaml", "--json", at=folder)
    assert done.returncode == 3
    said = json.loads(done.stdout)
    assert (said["error"], said["exit_code"]) == ("InputError", 3)
    assert said["faults"][0]["message"] in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check",), "Missing argument 'POOL'"),
        (("chekc",), "No such command 'chekc'"),
        (("draw", "nowhere", "--ticket", "many"), "--ticket"),
        (("report", "nowhere"), "nowhere"),
        (("quotas", "show", "nowhere"), "no quota spec of this name"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_usage_under_json_is_one_object_too(arguments, said, tmp_path):
    done = run(*arguments, "--json", at=tmp_path)
    error = json.loads(done.stdout)
    assert error["exit_code"] == done.returncode
    assert said in error["faults"][0]["source"] + error["faults"][0]["message"]
    assert said in done.stderr


def test_check_under_json_tells_of_corrections_too(folder):
    text = (folder / "pool.csv").read_text(encoding="utf-8")
    (folder / "pool.csv").write_text(text.replace("Female", "Femlae", 1), encoding="utf-8")
    done = run("check", "pool.csv", "quotas.yaml", "--json", at=folder)
    assert json.loads(done.stdout)["notes"] == ["'sortition clean' proposes 1 correction, for you to agree to."]


def test_texts_come_in_an_object_under_json(folder):
    (folder / "c.csv").write_text("category,feature,min,max\ngender,F,1,2\ngender,M,1,2\n", encoding="utf-8")
    for what, *arguments in (
        ("spec", "quotas", "show", "dudley-2019"),
        ("spec", "quotas", "convert", "c.csv", "--size", 3),
        ("pool", "sample-pool", "quotas.yaml", "--people", 5, "--seed", "x"),
    ):
        said = json.loads(run(*arguments, "--json", at=folder).stdout)
        assert said == {what: run(*arguments, at=folder).stdout, "out": None}


def test_a_file_that_exists_is_never_overwritten(folder):
    before = (folder / "pool.csv").read_bytes()
    for arguments in (
        ("sample-pool", "quotas.yaml", "--people", 5, "--seed", "x", "--out", "pool.csv"),
        ("select", "pool.csv", "quotas.yaml", "--seed", "x", "--out", "pool.csv"),
        ("select", "pool.csv", "quotas.yaml", "--seed", "x", "--out", "."),
    ):
        assert run(*arguments, at=folder).returncode in (2, 3)
    assert (folder / "pool.csv").read_bytes() == before


# --- the main job ----------------------------------------------------------------------------------------------------


def test_check_shows_what_there_is_at_80_columns(folder):
    done = run("check", "pool.csv", "quotas.yaml", at=folder)
    assert done.returncode == 0, done.stderr
    for words in ("There are panels that meet all quotas.", "  elected member: line 14", "  lines 2, 3", "12 people"):
        assert words in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_check_as_json(folder):
    done = run("check", "pool.csv", "quotas.yaml", "--json", at=folder)
    said = json.loads(done.stdout)
    assert said["excluded"] == [{"line": 14, "reason": "elected member"}]
    assert said["households"] == [[2, 3]]
    assert said["quotas"][0] == {"quota": "gender 'Female'", "low": 2, "high": 2, "pool": 6}
    assert said["feasible"] is True


@pytest.mark.parametrize("as_json", [False, True])
def test_check_without_a_panel_ends_with_4_and_a_way_out(as_json, folder):
    tight = SPEC.replace("North: 1-3, South: 1-3", "North: 4, South: 0")
    (folder / "quotas.yaml").write_text(tight + "rules:\n  - {at_most: 1, of: {area: [North]}}\n", encoding="utf-8")
    done = run("check", "pool.csv", "quotas.yaml", *(["--json"] if as_json else []), at=folder)
    assert done.returncode == 4, done.stderr
    assert "Error: " in done.stderr
    assert run("check", "pool.csv", "quotas.yaml", "--solver", "abacus", at=folder).returncode == 2
    if as_json:
        said = json.loads(done.stdout)
        assert said["feasible"] is False
        assert said["change"]
        assert said["conflict"]["members"]
        assert said["conflict"]["options"][0]["lowest_chance_at_most"] > 0
    else:
        for words in ("These contradict each other", "What would help, any one of these:", "[the smallest change]"):
            assert words in done.stdout
        assert max(map(len, done.stdout.splitlines())) <= 80


def test_monitor_looks_ahead_to_closing_day(folder):
    large = SPEC.replace("panel_size: 4", "panel_size: 14").replace(" 2", " 7").replace("1-3", "1-13")
    (folder / "quotas.yaml").write_text(large, encoding="utf-8")
    done = run("monitor", "pool.csv", "quotas.yaml", "--expected", 12, at=folder)
    assert done.returncode == 0, done.stderr
    assert "Whom to chase first" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    said = json.loads(run("monitor", "pool.csv", "quotas.yaml", "--expected", 12, "--json", at=folder).stdout)
    assert said["quotas"][0]["missing"] == 1
    assert 0 < said["quotas"][0]["probability"] < 1
    assert run("monitor", "pool.csv", "quotas.yaml", at=folder).returncode == 2
    wrong = run("monitor", "pool.csv", "quotas.yaml", "--closing", "31.3.26", "--replied", "day", at=folder)
    assert wrong.returncode == 2
    assert "write it like 2026-03-31" in wrong.stderr


def test_select_shows_the_summary_and_says_where_the_files_are(folder):
    done = run("select", "pool.csv", "quotas.yaml", "--seed", "0917", "--panels", 20, at=folder)
    assert done.returncode == 0, done.stderr
    for words in (
        "A small panel",
        "Lowest",
        "Highest",
        "Pool",
        "Panel",
        "min ",
        "median ",
        "max ",
        "0917",
        "quotas-draw",
    ):
        assert words in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "sortition verify quotas-draw" in done.stderr
    assert (folder / "quotas-draw" / "public" / "report.html").is_file()


def test_check_cuts_long_lists_with_a_count(folder):
    with (folder / "pool.csv").open("a", encoding="utf-8") as pool:
        pool.writelines(f"q{n:03},Bo,Male,North,{n // 2} Low St,{'no' if n < 30 else 'yes'}\n" for n in range(130))
    text = run("check", "pool.csv", "quotas.yaml", at=folder).stdout
    assert "Shared households, 16" in text
    assert "and 4 more ('--json' lists all)" in text
    assert "and 91 more" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.skipif(os.name == "nt", reason="there are no such terminals")
def test_on_a_terminal_redact_asks_first_and_no_color_is_kept_to(drawn):
    def typed(line, *arguments):
        import pty

        ours, theirs = pty.openpty()
        os.write(ours, f"{line}\n".encode())
        streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
        done = subprocess.run(command(*arguments), cwd=drawn, env=environment(NO_COLOR="1", TERM="xterm"), **streams)
        text = os.read(ours, 65536).decode()
        os.close(theirs)
        os.close(ours)
        return done.returncode, text

    before = (drawn / "out" / "public" / "record.jsonl").read_bytes()
    code, text = typed("no", "redact", "out", "--id", "p03", "--reason", "was asked to")
    assert code == 2
    assert "cannot be undone" in text
    assert (drawn / "out" / "public" / "record.jsonl").read_bytes() == before
    code, text = typed("", "verify", "out")
    assert code == 0
    assert "\x1b[3" not in text  # a colour; bold is none


def test_on_a_terminal_sentences_wrap_between_words_and_commands_stay_whole(capsys, monkeypatch):
    from sortition.cli.console import say

    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    command = "  sortition draw a-folder-with-a-long-name --seed TEXT"
    say(f"This sentence is longer than it.\n  age '18-24': lowest 5 -> 4 (4 people)\n{command}")
    text = capsys.readouterr().err
    assert text == f"This sentence is longer than\nit.\n  age '18-24': lowest 5 -> 4\n    (4 people)\n{command}\n"


def test_the_shell_can_complete(tmp_path):
    words = {"_SORTITION_COMPLETE": "complete_bash", "COMP_WORDS": "sortition ch", "COMP_CWORD": "1"}
    assert run(at=tmp_path, **words).stdout.split() == ["check"]
    assert "--install-completion" in run("--help", at=tmp_path).stdout


def test_colours_stay_out_of_pipes(folder):
    done = run("check", "pool.csv", "quotas.yaml", at=folder)
    assert "\x1b" not in done.stdout + done.stderr


def test_json_is_one_object_and_the_ticket_follows_from_the_seed(folder):
    done = run("select", "pool.csv", "quotas.yaml", "--seed", "0917", "--panels", 20, "--json", at=folder)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    number = hashlib.sha256(f"sortition-draw-1\n{said['digest']}\n0917".encode()).hexdigest()
    assert said["ticket"] == int(number, 16) % 20
    assert said["out"] == "quotas-draw"
    assert sum(row["panel"] for row in said["quotas"] if row["category"] == "gender") == 4


def test_lottery_then_draw_by_hand(folder):
    by_hand = ("--seed-source", "ticket")
    first = run("lottery", "pool.csv", "quotas.yaml", "--panels", 20, "--out", "o", "--json", *by_hand, at=folder)
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout)["ticket"] is None
    assert run("draw", "o", "--seed", "7", at=folder).returncode == 2
    second = run("draw", "o", "--ticket", 7, "--json", at=folder)
    assert second.returncode == 0, second.stderr
    said = json.loads(second.stdout)
    assert (said["ticket"], said["seed"]) == (7, None)
    assert said["digest"] == json.loads(first.stdout)["digest"]
    assert run("draw", "o", "--ticket", 8, at=folder).returncode == 2


def test_an_announced_lottery_is_drawn_as_announced_and_again_only_with_a_reason(folder):
    said = ("--seed-source", "dice:4", "--seed-source", "numbers:2 of 1-9, L", "--fallback", "we wait", "--out", "o")
    first = run("lottery", "pool.csv", "quotas.yaml", "--panels", 20, *said, at=folder)
    assert first.returncode == 0, first.stderr
    text = (folder / "o" / "public" / "announcement.txt").read_text()
    assert text.strip() in first.stdout
    assert max(map(len, text.splitlines())) <= 80
    assert "sortition draw o --seed DICE --seed NUMBERS" in first.stderr
    assert run("draw", "o", "--seed", "1 2 3", "--seed", "3 1", at=folder).returncode == 2
    assert run("draw", "o", "--seed", "1 2 3 4", "--seed", "3 1", at=folder).returncode == 0
    other = ("draw", "o", "--seed", "4321", "--seed", "3 1")
    for more in ((), ("--again",), ("--reason", "why"), ("--again", "--reason", " ")):
        assert run(*other, *more, at=folder).returncode == 2
    second = run(*other, "--again", "--reason", "a die was cocked", at=folder)
    assert second.returncode == 0, second.stderr
    assert "no longer stands" in second.stderr
    assert "a die was cocked" in run("verify", "o", "--json", at=folder).stdout
    by_fallback = run(*other, "--again", "--reason", "x", "--by-fallback", "no dice", at=folder)
    assert by_fallback.returncode == 2  # a seed by the fallback is one text


def test_a_ticket_that_the_lottery_does_not_have_ends_with_2(folder):
    done = run("select", "pool.csv", "quotas.yaml", "--panels", 20, "--ticket", 20, at=folder)
    assert done.returncode == 2
    assert "Error: " in done.stderr


def test_verify_accepts_the_draw(drawn):
    done = run("verify", "out", "--json", at=drawn)
    assert done.returncode == 0, done.stdout
    said = json.loads(done.stdout)
    assert said["passed"] is True
    assert {finding["state"] for finding in said["findings"]} <= {"passed", "weaker", "not checked"}


def test_verify_takes_private_files_from_elsewhere_and_a_receipt(drawn, tmp_path):
    shutil.copytree(drawn / "out" / "public", tmp_path / "published")
    with (drawn / "out" / "private" / "receipts.csv").open(encoding="utf-8", newline="") as lines:
        receipt = next(csv.DictReader(lines))
    (tmp_path / "code.txt").write_text(receipt["code"])
    private = drawn / "out" / "private"
    done = run("verify", "published", "--private", private, "--receipt", "code.txt", "--json", at=tmp_path)
    assert done.returncode == 0, done.stderr
    states = {finding["step"]: finding["state"] for finding in json.loads(done.stdout)["findings"]}
    assert (states["8 private files"], states["11 receipt"]) == ("passed", "passed")
    alone = run("verify", "published", "--json", at=tmp_path)
    assert "needs the private folder" in alone.stdout


def test_verify_against_another_digest_ends_with_6(drawn):
    done = run("verify", "out", "--announced", "0" * 64, "--json", at=drawn)
    assert done.returncode == 6
    assert json.loads(done.stdout)["passed"] is False
    assert "Error: " in done.stderr


def test_verify_of_nothing_ends_with_7(tmp_path):
    done = run("verify", ".", at=tmp_path)
    assert done.returncode == 7
    assert "Error: " in done.stderr


def test_report_says_where_the_page_is(drawn):
    page = (drawn / "out" / "public" / "report.html").read_bytes()
    done = run("report", "out", "--json", at=drawn)
    assert done.returncode == 0, done.stderr
    assert (drawn / json.loads(done.stdout)["report"]).read_bytes() == page


# --- specs and pools -------------------------------------------------------------------------------------------------


def test_quotas_list_and_show(tmp_path):
    names = json.loads(run("quotas", "list", "--json", at=tmp_path).stdout)["quotas"]
    assert "dudley-2019" in names
    assert run("quotas", "list", at=tmp_path).stdout.split() == names
    text = run("quotas", "show", "dudley-2019", at=tmp_path).stdout
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    assert run("sample-pool", "own.yaml", "--people", 9, "--seed", "x", at=tmp_path).returncode == 0


def test_quotas_convert_gives_a_spec(tmp_path):
    (tmp_path / "c.csv").write_text("category,feature,min,max\ngender,F,1,2\ngender,M,1,2\n", encoding="utf-8")
    assert run("quotas", "convert", "c.csv", "--size", 3, "--out", "c.yaml", at=tmp_path).returncode == 0
    assert "panel_size: 3" in (tmp_path / "c.yaml").read_text(encoding="utf-8")
    assert run("quotas", "convert", "c.csv", "--size", 3, "--out", "c.yaml", at=tmp_path).returncode == 2


def test_sample_pool_is_the_same_each_time(tmp_path):
    arguments = ("sample-pool", "dudley-2019", "--people", 20, "--seed", "Zoë")
    first = run(*arguments, at=tmp_path, PYTHONHASHSEED="0").stdout
    run(*arguments, "--out", "pool.csv", at=tmp_path, PYTHONHASHSEED="1")
    assert len(first.splitlines()) == 21
    assert (tmp_path / "pool.csv").read_text(encoding="utf-8") == first


# --- what goes wrong outside ------------------------------------------------------------------------------------------


def test_a_reader_that_goes_away_is_no_drama(tmp_path):
    line = command("sample-pool", "dudley-2019", "--people", 3000, "--seed", "x")
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(line, cwd=tmp_path, env=environment(), stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert done.stderr == ""
    assert done.returncode != 0


def test_a_terminal_without_the_letters_stops_nothing(tmp_path):
    done = run("sample-pool", "dudley-2019", "--people", 30, "--seed", "x", at=tmp_path, PYTHONUTF8="0",
               PYTHONIOENCODING="ascii")  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_a_folder_in_the_place_of_a_file_is_a_sentence(folder):
    (folder / "pool.csv").unlink()
    (folder / "pool.csv").mkdir()
    done = run("check", "pool.csv", "quotas.yaml", at=folder)
    assert done.returncode in (1, 3)
    assert "pool.csv" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="signals are sent differently there")
def test_ctrl_c_ends_with_130_and_leaves_nothing(folder):
    code = """
import signal, sys, threading, os
signal.signal(signal.SIGINT, signal.default_int_handler)  # jobs in the background of a shell inherit that it is ignored
from sortition.cli import main
import sortition.cli.quotas as quotas
sys.argv = ["sortition", "quotas", "list"]
import sortition.reading.shipped as shipped
def wait():
    os.kill(os.getpid(), signal.SIGINT)
    signal.pause()
shipped.shipped_quotas = wait
main()
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment(), capture_output=True, text=True)
    assert done.returncode == 130
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("debug", ["", "1"])
def test_a_mistake_of_ours_asks_to_be_reported(debug, tmp_path):
    code = """
import sys
from sortition.cli import main
import sortition.reading.shipped as shipped
sys.argv = ["sortition", "quotas", "list"]
def fail():
    raise KeyError("Jane Doe, 1 High Street")
shipped.shipped_quotas = fail
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment(SORTITION_DEBUG=debug),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert ("Traceback" in done.stderr) == bool(debug)
    assert ("Please report it" in done.stderr) != bool(debug)
    assert ("Jane Doe" in done.stderr) == bool(debug)
