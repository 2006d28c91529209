"""Every attack is caught by the step that should, by each verifier, in good time and without a traceback."""

import json
import shutil
import subprocess
import sys
import time

import pytest
from attacks import ATTACKS, VICTIM, digest_of, receipts
from forger import BASES, publish

from sortition.audit import verify_bundle
from sortition.audit.verify import exit_code
from sortition.cli import main

SECONDS = 10
"""Within which a verifier must have answered, whatever it is given; the good bundles take 0.1."""
names = pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name for attack in ATTACKS])


@pytest.fixture(scope="session")
def bundles(tmp_path_factory):
    """The good bundles, by name."""
    home = tmp_path_factory.mktemp("good")
    for name, make in BASES.items():
        make(home / name)
    return {name: home / name for name in BASES}


def damaged(bundles, attack, out):
    """Give the folder of a damaged copy."""
    shutil.copytree(bundles[attack.base], out)
    attack.damage(out / "public")
    return out


def failed(findings):
    return {int(finding.step.split()[0]) for finding in findings if finding.state == "failed"}


def standalone(bundles, folder, *options):
    """Run the verifier of a good bundle on a folder, in an empty environment, and give exit code and findings."""
    command = [sys.executable, "-I", "-S", bundles["dice"] / "public" / "verify.py", folder, "--json", *options]
    done = subprocess.run([*map(str, command)], env={}, capture_output=True, timeout=SECONDS)
    assert done.stderr == b""
    answer = json.loads(done.stdout)
    assert answer["exit_code"] == done.returncode
    return done.returncode, {int(each["step"].split()[0]) for each in answer["findings"] if each["state"] == "failed"}


def installed(monkeypatch, capsys, folder, *options):
    """Run `sortition verify` and give exit code and numbers of the failed steps."""
    monkeypatch.setattr(sys, "argv", ["sortition", "verify", str(folder), "--json", *options])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    findings = json.loads(said.out)["findings"]
    return ended.value.code or 0, {int(each["step"].split()[0]) for each in findings if each["state"] == "failed"}


def evidence(bundles, attack, at):
    """Give the options that hand a verifier what it needs to notice."""
    good = bundles[attack.base]
    if attack.needs == "announced":
        return ("--announced", digest_of(good / "public"))
    if attack.needs == "receipt":
        (code,) = (row[4] for row in receipts(good) if row[3] == str(VICTIM))
        (at / "code").write_text(code)
        return ("--receipt", str(at / "code"))
    return ()


def test_there_are_attacks_of_all_kinds():
    assert len(ATTACKS) >= 150
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
    assert set().union(*(attack.steps for attack in ATTACKS)) == {1, 2, 3, 4, 5, 6, 7, 8, 10, 11}


@pytest.mark.parametrize("base", BASES)
def test_what_is_attacked_was_good(bundles, base):
    findings = verify_bundle(bundles[base])
    assert failed(findings) == set()
    assert exit_code(findings) == 0


def test_the_clever_write_what_the_program_writes(bundles, tmp_path):
    shutil.copytree(bundles["dice"], tmp_path / "out")
    publish(tmp_path / "out" / "public")
    for path in (bundles["dice"] / "public").iterdir():
        assert (tmp_path / "out" / "public" / path.name).read_bytes() == path.read_bytes()


@names
def test_verify_py_catches_it(attack, bundles, tmp_path):
    folder = damaged(bundles, attack, tmp_path / "out")
    known = evidence(bundles, attack, tmp_path)
    seen = attack.steps if not attack.needs or known else set()
    code, steps = standalone(bundles, folder / "public", *known)
    assert code == (6 if seen else 0)
    assert seen <= steps <= seen | attack.perhaps
    if attack.needs:
        assert standalone(bundles, folder / "public") == (0, set())


@names
def test_sortition_verify_catches_it(attack, bundles, tmp_path, monkeypatch, capsys):
    folder = damaged(bundles, attack, tmp_path / "out")
    known, began = evidence(bundles, attack, tmp_path), time.monotonic()
    code, steps = installed(monkeypatch, capsys, folder, *known)
    assert time.monotonic() - began < SECONDS
    if attack.needs == "program":
        assert (code, steps) == (0, set())
        assert [each.state for each in verify_bundle(folder) if each.step == "1 files"] == ["weaker", "passed"]
    else:
        assert code == 6
        assert (
            attack.steps <= steps <= attack.steps | attack.perhaps | {8}
        )  # the private files do not fit what the public ones became
