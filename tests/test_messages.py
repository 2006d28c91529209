"""Every sentence is in every catalogue, and a language changes what people read and nothing else."""

import ast
import copy
import errno
import json
import os
import re
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from string import Formatter

import catalogue
import numpy as np
import pytest
from test_dirty import ENGLISH

from sortition import cli, messages
from sortition.audit.verify import sentence
from sortition.cli import help as help_
from sortition.messages import phrase, phrases, translated
from sortition.reports.summary import QuotaRow

GERMAN = messages.CATALOGUES / "de" / "LC_MESSAGES" / "sortition.po"
ENTRIES = messages.entries(GERMAN.read_text("utf-8"))[1:]
IN_GERMAN = {entry["msgid"]: entry.get("msgstr") for entry in ENTRIES}
POLISH = """# plural forms as of Polish
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

#: somewhere.py
msgid "1 seat"
msgid_plural "{n} seats"
msgstr[0] "1 miejsce"
msgstr[1] "{n} miejsca"
msgstr[2] "{n} miejsc"

#, fuzzy
msgid "yes"
msgstr "nie"

msgid "no"
msgstr ""

msgid ""
"two\\n"
"\\"lines\\""
msgstr ""
"dwie\\n"
"„linie”"
"""


@pytest.fixture
def german():
    messages.use("de")
    yield
    messages.use("en")


@pytest.fixture
def polish(tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "CATALOGUES", tmp_path)
    path = tmp_path / "pl" / "LC_MESSAGES" / "sortition.po"
    path.parent.mkdir(parents=True)
    path.write_text(POLISH, "utf-8")
    messages.use("pl")
    yield
    messages.use("en")


def slots(text):
    return sorted({(name, form) for _, name, form, _ in Formatter().parse(text) if name is not None})


def edges(text):
    return re.match(r"\s*", text)[0], re.search(r"\s*$", text)[0]


# --- the catalogues --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", catalogue.catalogues(), ids=lambda path: path.parts[-3])
def test_a_catalogue_has_the_sentences_of_the_code_in_their_order(path):
    text = path.read_text("utf-8")
    assert text == catalogue.updated(text), "bring the catalogues up to date: python tests/catalogue.py"


def test_the_code_has_sentences_to_translate():
    assert len({entry["msgid"] for entry in ENTRIES}) == len(ENTRIES) == len(catalogue.sentences()) > 150


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["msgid"][:40])
def test_german_is_complete_and_keeps_values_and_edges(entry):
    assert "fuzzy" not in entry.get("flags", "")
    sources = [entry["msgid"], entry.get("msgid_plural", entry["msgid"])]
    translated = [text for key, text in entry.items() if key.startswith("msgstr")]
    assert len(translated) == (2 if "msgid_plural" in entry else 1)
    for source, text in zip(sources, translated, strict=False):
        assert text
        assert slots(text) == slots(source)
        assert edges(text) == edges(source)


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="needs msgfmt of GNU gettext")
@pytest.mark.parametrize("path", catalogue.catalogues(), ids=lambda path: path.parts[-3])
def test_gettext_takes_the_catalogues(path):
    subprocess.run(["msgfmt", "--check-format", "--check-header", "--output-file", os.devnull, path], check=True)


# --- one language or another -----------------------------------------------------------------------------------------


def test_without_a_catalogue_a_sentence_is_what_the_code_says():
    assert messages.language() == "en"
    assert phrase("{seats} seats, {people:,} people.", seats=40, people=1727) == "40 seats, 1,727 people."


def test_what_stands_in_a_value_is_not_read_as_a_sentence(german):
    assert phrase("Note: {note}", note="{oops} Pool") == "Hinweis: {oops} Pool"


@pytest.mark.parametrize("people", [1727, np.int64(1727)])
def test_german_numbers_have_german_signs(german, people):
    assert phrase("{seats} seats, {people:,} people.", seats=40, people=people) == "40 Plätze, 1.727 Personen."
    assert phrase("{percent:.1f}%", percent=12.34) == "12,3 %"
    assert phrase("lowest chance: {chance}", chance="1.5") == "niedrigste Chance: 1.5"  # text stays as it is
    assert phrase("Why: {reason}", reason=Fraction(2, 7)) == "Warum: 2/7"


def test_what_verify_py_found_is_translated_with_what_stands_in_it(german):
    missing = sentence("{name} is missing.", "{oops}.json")
    assert missing == "{oops}.json is missing."
    rest = sentence("the rest of this step cannot be checked: {fault}", missing)
    assert rest == "the rest of this step cannot be checked: {oops}.json is missing."
    assert translated(rest) == "Der Rest dieses Schritts lässt sich nicht prüfen: {oops}.json fehlt."
    better = sentence(
        "by the bounds a lottery could be better by {by}, which is more than rounding explains.", "0.25 %"
    )
    assert "um 0,25 % besser" in translated(better)
    assert translated(copy.deepcopy(rest)) == translated(rest)
    unread = sentence("the receipt cannot be read: {fault}", os.strerror(errno.EACCES))
    assert translated(unread) == "Der Beleg lässt sich nicht lesen: Keine Berechtigung"
    assert translated("it is missing.") == "it is missing."


@pytest.mark.parametrize(("n", "text"), [(1, "1 miejsce"), (2, "2 miejsca"), (5, "5 miejsc"), (22, "22 miejsca")])
def test_plurals_follow_the_rule_of_the_language(polish, n, text):
    assert phrases("1 seat", "{n} seats", n) == text


def test_what_is_empty_or_fuzzy_stays_english(polish):
    assert [phrase("yes"), phrase("no")] == ["yes", "no"]
    assert phrase('two\n"lines"') == "dwie\n„linie”"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        *[(name, "de") for name in ("de", "de_AT.UTF-8", "DE-de", "de@euro")],
        *[(name, "en") for name in ("en_GB", "C.UTF-8", "C", "POSIX")],
        *[(name, None) for name in ("xx_YY", "", "../de")],
    ],
)
def test_locales_find_their_language(wanted, found):
    assert messages.match(wanted) == found


def test_a_language_without_a_catalogue_is_refused():
    with pytest.raises(ValueError, match="'xx'"):
        messages.use("xx")
    assert messages.language() == "en"


# --- the command line ------------------------------------------------------------------------------------------------


POOL = "id,gender\n" + "".join(f"P{number:02},{'FM'[number % 2]}\n" for number in range(30))
QUOTAS = "sortition: 1\nname: P\npanel_size: 6\npool: {id: id}\nquotas:\n  gender: {seats: {F: 3, M: 3}}\n"


def run(*arguments, at, **environment):
    surroundings = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "SORTITION"))}
    surroundings |= {"PYTHONUTF8": "1", "COLUMNS": "80"} | environment
    command = [sys.executable, "-m", "sortition", *arguments]
    return subprocess.run(command, cwd=at, env=surroundings, capture_output=True, encoding="utf-8")


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """A folder with the same draw made by an English and by a German officer, and what each was shown."""
    at = tmp_path_factory.mktemp("both")
    (at / "pool.csv").write_text(POOL)
    (at / "quotas.yaml").write_text(QUOTAS)
    fixed = ["--seed", "0917", "--panels", "20", "--now", "2026-03-01T18:30+00:00"]
    shown = {}
    for language, more in (("en", []), ("de", ["--key", "en/private/key.json"])):
        done = run(
            "select", "pool.csv", "quotas.yaml", "--out", language, *fixed, *more, at=at, LC_ALL=f"{language}_XX"
        )
        assert done.returncode == 0, done.stderr
        shown[language] = done.stdout + done.stderr
    return at, shown


def test_people_read_the_language_of_their_terminal(both):
    at, shown = both
    assert "6 seats, 30 people" in shown["en"]
    assert "6 Plätze, 30 Personen" in shown["de"]
    assert "Um alles nachzuprüfen:" in shown["de"]
    page = (at / "de" / "public" / "report.html").read_text("utf-8")
    assert '<html lang="de">' in page
    assert "Was geschehen ist" in page
    assert '<html lang="en">' in (at / "en" / "public" / "report.html").read_text("utf-8")
    assert "6 Personen werden ausgelost" in (at / "de" / "public" / "announcement.txt").read_text("utf-8")


def test_machines_read_the_same_whatever_the_language(both):
    at, _ = both
    files = {path.relative_to(at / "en") for path in (at / "en").rglob("*") if path.is_file()}
    assert files == {path.relative_to(at / "de") for path in (at / "de").rglob("*") if path.is_file()}
    different = {path.name for path in files if (at / "en" / path).read_bytes() != (at / "de" / path).read_bytes()}
    assert different == {"announcement.txt", "manifest.json", "report.html"}
    listed = [json.loads((at / which / "public" / "manifest.json").read_text())["files"] for which in ("en", "de")]
    english, german = ({each["name"]: each for each in files} for files in listed)
    assert {name for name in english if english[name] != german[name]} == different - {"manifest.json"}


STRICT = """sortition: 1
name: P
panel_size: 6
pool: {id: id, household: [home]}
quotas:
  gender: {seats: {F: 3, M: 3}}
  ward: {seats: {north: 2, south: 2, west: 2}}
rules: [{at_least: 2, of: {gender: [F], ward: [north]}, why: w}]
"""


def told_to_machines(value):
    """Take the sentences out of what a command writes under `--json`."""
    if isinstance(value, dict):
        sentences = {"notes", "members", "reason", "sentence"}
        return {key: told_to_machines(each) for key, each in value.items() if key not in sentences}
    return [told_to_machines(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("least", "code"), [(2, 4), (1, 0)])
def test_check_tells_machines_the_same_and_germans_no_english(tmp_path, least, code):
    kinds = [(gender, ward) for gender in "FM" for ward in ("north", "south", "west") for _ in range(2)]
    rows = [f"P{at:02},{gender},{ward},{max(at, 1)}" for at, (gender, ward) in enumerate(kinds)]
    (tmp_path / "pool.csv").write_text("\n".join(["id,gender,ward,home", *rows]))
    (tmp_path / "quotas.yaml").write_text(STRICT.replace("at_least: 2", f"at_least: {least}"))
    command = ("check", "pool.csv", "quotas.yaml")
    either = [run("--language", name, *command, "--json", at=tmp_path) for name in ("en", "de")]
    assert [done.returncode for done in either] == [code, code]
    english, german = (told_to_machines(json.loads(done.stdout)) for done in either)
    assert german == english
    shown = run("--language", "de", *command, at=tmp_path)
    assert not ENGLISH.findall(re.sub("„[^“]*“", "", shown.stdout + shown.stderr)), shown.stdout


@pytest.mark.parametrize("folder", ["en", "de"])
def test_either_verifies_in_either_language(both, folder):
    found = [json.loads(run("verify", folder, "--json", at=both[0], LANG=lang).stdout) for lang in ("C", "de_DE.UTF-8")]
    assert found[0] == found[1]
    assert found[0]["passed"]


def test_findings_on_the_screen_are_german_and_those_for_machines_are_not(both, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(both[0] / "de", out)
    (out / "public" / "problem.json").write_bytes(b"{}\n")
    done = run("verify", "out", at=tmp_path, LANG="de_DE.UTF-8")
    assert done.returncode == 6
    states = ("bestanden", "fehlgeschlagen", "eingeschränkt", "nicht geprüft")
    assert all(line.startswith((*states, "  ")) for line in done.stdout.splitlines())
    said = " ".join(done.stdout.split())
    assert "3 Prüfsummen: problem.json wurde geändert: Der SHA-256-Wert ist nicht der im Manifest." in said
    assert "prüfen: problem.json fehlt oder hat nicht die richtige Form." in said
    found = json.loads(run("verify", "out", "--json", at=tmp_path, LANG="de_DE.UTF-8").stdout)["findings"]
    assert len(found) == sum(line.startswith(states) for line in done.stdout.splitlines())
    assert "1 files: problem.json is not of its form at $." in {f"{each['step']}: {each['detail']}" for each in found}
    done = run("draw", "out", "--seed", "0917", at=tmp_path, LANG="de_DE.UTF-8")
    assert done.returncode == 6
    assert "out: 3 Prüfsummen: problem.json wurde geändert:" in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("environment", "options", "word"),
    [
        ({}, [], "Error:"),
        ({"LANG": "de_DE.UTF-8"}, [], "Fehler:"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, [], "Error:"),
        ({"LANG": "fr_FR.UTF-8"}, [], "Error:"),
        ({"LC_ALL": "C", "SORTITION_LANGUAGE": "de"}, [], "Fehler:"),
        ({"SORTITION_LANGUAGE": "de"}, ["--language", "en"], "Error:"),
        ({}, ["--language", "de"], "Fehler:"),
    ],
)
def test_the_nearest_wish_decides(tmp_path, environment, options, word):
    done = run(*options, "draw", "out", at=tmp_path, **environment)
    assert (done.returncode, done.stderr.split()[0]) == (2, word)


@pytest.mark.parametrize(("environment", "options"), [({"SORTITION_LANGUAGE": "xx"}, []), ({}, ["--language", "xx"])])
def test_a_language_that_is_not_there_is_refused_with_those_that_are(tmp_path, environment, options):
    done = run(*options, "quotas", "list", at=tmp_path, **environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert "'xx'" in done.stderr
    assert "de, en" in done.stderr


def test_quotas_are_named_for_people_and_for_machines(german):
    row = QuotaRow((("town", ("North", "South")), ("gender", ("F",))), 2, 3, 9, None, "rule", "")
    assert (row.category, row.value) == ("town und gender", "„North“ oder „South“ und F")
    named = row.to_json()
    assert (named["category"], named["value"]) == ("town and gender", "'North' or 'South' and F")
    assert [*named] == ["category", "value", "low", "high", "pool", "panel", "kind", "why", "share", "target"]


# --- help, and a command line that makes no sense --------------------------------------------------------------------


def named(command, words=()):
    """Give all commands from one downwards, with the words to type."""
    found = {words: command}
    for name, below in getattr(command, "commands", {}).items():
        found |= named(below, (*words, name))
    return found


COMMANDS = named(cli.commands())


def on_one_line(text):
    return " ".join(text.split()).replace("- ", "-")  # help breaks lines after hyphens too


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_is_german_throughout(words, tmp_path):
    done = run(*words, "--help", at=tmp_path, LANG="de_DE.UTF-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= 80
    lines = on_one_line(done.stdout)
    for _, _, text in help_.texts(COMMANDS[words]):
        for paragraph in help_.paragraphs(text):
            if len(paragraph) > 1 and not paragraph.startswith("\b"):
                assert on_one_line(IN_GERMAN[paragraph]) in lines
                assert " " not in paragraph or on_one_line(paragraph) not in lines
    assert not re.findall("Usage|Options|Arguments|Commands|Example|ARGS|required|default|Show", lines)


@pytest.mark.parametrize("words", [words for words, command in COMMANDS.items() if hasattr(command, "commands")])
def test_the_list_of_commands_is_german_and_cut_nowhere(words, tmp_path):
    lines = on_one_line(run(*words, "--help", at=tmp_path, LANG="de_DE.UTF-8").stdout)
    for name, command in COMMANDS[words].commands.items():
        assert f" {name} {IN_GERMAN[next(help_.paragraphs(command.help))]}" in lines


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("lotery", "Den Befehl „lotery“ gibt es nicht. Meinten Sie 'lottery'?"),
        ("quotas {x}", "Den Befehl „{x}“ gibt es nicht."),
        ("check", "Es fehlt die Angabe POOL."),
        ("sample-pool x", "Es fehlt die Option --people."),
        ("draw x --panles 3", "Die Option --panles gibt es nicht"),
        ("draw x --ticket one", "Der Wert von --ticket ist nicht zulässig: "),
        ("compare x y --gamma 1,5", "Der Wert von --gamma ist nicht zulässig: "),
        ("draw x --ticket", "Zur Option --ticket gehört ein Wert."),
        ("draw x --again=3", "Zur Option --again gehört kein Wert."),
        ("report x {folder}", "Das ist zu viel: {folder}"),
    ],
)
def test_a_wrong_command_line_is_told_in_german_and_ends_with_the_same_code(line, said, tmp_path):
    english, german = (run(*line.split(), at=tmp_path, LC_ALL=locale) for locale in ("C", "de_DE"))
    assert (english.returncode, german.returncode, german.stdout) == (2, 2, "")
    assert english.stderr.splitlines()[-1].startswith("Error: ")
    assert german.stderr.splitlines()[-1].startswith(f"Fehler: {said}")
    assert not re.findall("Usage|Error|Try|OPTIONS", german.stderr)


def test_a_wrong_command_line_is_json_where_json_is_wanted(tmp_path):
    done = run("report", "x", "y", "--json", at=tmp_path, LANG="de")
    assert json.loads(done.stdout)["faults"][0]["message"] == "Das ist zu viel: y"
    assert done.stderr == "Fehler: Das ist zu viel: y\n"


def test_what_another_version_of_typer_says_stays_as_it_is(german):
    assert help_.said("Error: Something new about {this}.") == "Fehler: Something new about {this}."
    assert help_.said("Got unexpected extra argument (5)") == "Das ist zu viel: 5"


def test_completion_describes_commands_in_german(tmp_path):
    asked = {"_SORTITION_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "sortition dr"}
    done = run(at=tmp_path, LANG="de", **asked)
    assert '"draw":"Das Gremium aus einer' in done.stdout


# --- nothing bypasses the catalogue ----------------------------------------------------------------------------------


CODE = catalogue.HOME / "sortition"
MODULES = sorted(str(path.relative_to(CODE)) for path in CODE.rglob("*.py"))
TELLERS = {"Fault", "Remark", "add", "add_note", "error", "fault", "note"}
"""What takes a sentence for people first, besides everything called …Error."""
PROGRAMMERS = {
    ("__init__.py", "AttributeError"): "what Python says of a name that a module has not",
    ("late.py", "AttributeError"): "what Python says of a name that a module has not",
    ("audit/frozen.py", "ValueError"): "the program freezes only lotteries of its own",
    ("audit/record.py", "ValueError"): "the command line asks for a time with its zone",
    ("audit/verify.py", "ValueError"): "the file is found to be of a wrong form, whatever exactly is wrong with it",
    ("canonical.py", "TypeError"): "readers give text and whole numbers only",
    ("canonical.py", "ValueError"): "readers take no numbers as large as these",
    ("messages.py", "ValueError"): "the command line asks for languages that there are",
}
"""Errors that no file and no command can bring about, each with the reason."""
NO_SENTENCES = {
    "Seats from {tables} by {names}, raked to the counts of each": "goes into a spec, the same file in every language",
    "Seats from the counts by {names} as if they had nothing to do with each other: no table of both was given": (
        "goes into a spec"
    ),
    "so that one member who drops out does not leave the panel without any": "goes into a spec",
    "more seats than the share": "goes into a spec",
    "of them those aged": "goes into a spec",
    "Written by 'sortition quotas build": "goes into a spec",
    "change that and build again": "goes into a spec",
    "attested by the solver": "a status, which certificates hold",
    "to keep private": "a key of the JSON object",
    "ONS custom dataset": "an office's name for its layout",
    "Does not apply": "a category of an office's tables",
    "unique property reference number": "the name of a column",
    "date of birth": "the name of a column",
    "but found another document": "what PyYAML says",
    "Verify the bundle of a draw. Exit code: 0 right, 6 wrong, 7 nothing": "verify.py, run alone, speaks English",
    "the lottery digest announced before the seed was known": "verify.py, run alone",
    "a file with the code that one person was given": "verify.py, run alone",
    "Nothing is wrong": "verify.py, run alone",
    "Nothing was verified: no bundle here": "verify.py, run alone",
}
"""Three words and more that are in no catalogue, each with the reason."""
THREE_WORDS = re.compile(r"[^\W\d_]{2,},? [a-z]+,? [a-z]{2,}")
TWO_WORDS = re.compile(r"[^\W\d_]{2,},? [a-z]{2,}")


def called(node):
    return getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""


def outside_of_phrases(node, name, inside=False):
    """Walk a module's tree but for the sentences that are in the catalogue, errors of programmers, regular expressions
    and lists of names; tell what is a value that goes into a sentence."""
    if called(node) in catalogue.WRITERS:
        for keyword in node.keywords:
            yield from outside_of_phrases(keyword.value, name, True)
    elif (name, called(node)) not in PROGRAMMERS and called(node) not in ("compile", "late", "split"):
        yield node, inside
        for child in ast.iter_child_nodes(node):
            yield from outside_of_phrases(child, name, inside)


def words_of(node):
    """Give what a text or f-string says itself, but for what stands in backticks: keys of files."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return re.sub("`.*?`", "", "".join(part.value for part in parts if isinstance(getattr(part, "value", None), str)))


def bypasses(tree, name):
    """Give what a module would say to people in English only, with its line."""
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node, inside in outside_of_phrases(tree, name):
        if called(node) in TELLERS or (called(node).endswith("Error") and called(node) not in catalogue.MAKERS):
            if isinstance(node.args[0], (ast.Constant, ast.JoinedStr)) and re.search(
                "[a-z]{2}", words_of(node.args[0])
            ):
                yield node.lineno, ast.unparse(node.args[0])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
            text = re.sub(r"^\W+|\W+$", "", node.value)
            known = node.value in IN_GERMAN or text in NO_SENTENCES or text.startswith(("sortition ", "python3 "))
            if (TWO_WORDS if inside else THREE_WORDS).search(text) and not known:
                yield node.lineno, node.value


def test_no_sentence_bypasses_the_catalogue():
    assert "reading/pool_file.py" in MODULES
    trees = {name: ast.parse((CODE / name).read_text("utf-8")) for name in MODULES}
    assert {f"{name}:{line}": text for name, tree in trees.items() for line, text in bypasses(tree, name)} == {}


def test_sentences_get_the_values_that_they_name():
    """A rare sentence would otherwise fail when it is wanted; values given as `**named` are not looked at."""
    for name in MODULES:
        for call in ast.walk(ast.parse((CODE / name).read_text("utf-8"))):
            given = {keyword.arg for keyword in getattr(call, "keywords", ())}
            if called(call) in ("phrase", "phrases") and None not in given and isinstance(call.args[0], ast.Constant):
                texts = [text.value for text in call.args[: catalogue.WRITERS[called(call)][1]]]
                wanted = {slot for text in texts for slot, _ in slots(text)} - ({"n"} if len(texts) > 1 else set())
                assert wanted == given, f"{name}:{call.lineno}"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('faults.add("There is no header.")', 1),
        ('raise UsageError(f"{name} is missing.")', 1),
        ('faults.add(f"{where}: `why`: {error}")', 0),
        ('faults.add(phrase("There is no header."))', 0),
        ('what = f"{name}: this row is too short"', 1),
        ('faults.add(phrase("{what}.", what="no header"))', 1),
        ('"""Say that there is no header."""', 0),
        ('names = "one two three".split()', 0),
        ('raise ValueError("that is a mistake")', 1),
    ],
)
def test_a_sentence_that_bypasses_the_catalogue_is_found(code, found):
    assert len(dict(bypasses(ast.parse(code), "reading/new.py"))) == found


# --- files that cannot be used, in German ----------------------------------------------------------------------------


FAULTY = {
    "pool.csv": POOL,
    "quotas.yaml": QUOTAS,
    "open.csv": 'id,gender\nP1,"F\nP2,M\n',
    "short.csv": "id,gender,\n" + "".join(f"P{number}\n" for number in range(6)),
    "header.csv": "Replies\nid,gender,Gender,,x\nP1,F,F,1,2\nid,gender,Gender,,x\n",
    "cells.csv": "id,gender\nP1,F\nP1,M\nP2,Femlae\nP3,\n,F\n0005,M\n",
    "empty.csv": "",
    "text.csv": "id,gender\nP1,\x00\n",
    "other.csv": "id,gendre\nP1,F\n",
    "values.yaml": (
        "sortition: 2\npanel_size: 5\npol: {id: id}\nquotas:\n  age: {bands: {on: soon, values: [18-24, 20-30, 40+]}, "
        "seats: {18-24: 5-2, 20-30: Oct-19, 40+: -1}}\n  sex: {share: {F: 30, M: 30}}\n  '': {}\n"
        "  gender: {seats: {F: 1, M: 1, f: x}, synonyms: {Q: [q], F: [M]}, target: {F: 9, Z: 1}}\n"
    ),
    "rules.yaml": QUOTAS
    + (
        "rules: [{of: {gendre: [F]}}, {at_least: 9, of: {gender: [F, F]}}, {at_most: x, oof: 1}]\n"
        "cross: [{of: [gender]}, {of: [gender, gender]}]\nmissing: {gender: maybe, age: refuse}\n"
        "exclude: [{column: x}]\nflex: {gender: 1, Gender: 2}\nname: [a]\n"
    ),
    "broken.yaml": "sortition: 1\n name: x\n",
    "quoted.yaml": "sortition: 1\nname: 'It's\n",
    "listed.yaml": "sortition: 1\nname: [a, b}\n",
    "tabbed.yaml": "sortition: 1\nquotas:\n\tage: 1\n",
    "twice.yaml": QUOTAS + "name: Q\n",
    "quotas.csv": "category,feature,min,max,min_flex\ngender,F,1,x,0\n",
    "sums.csv": "category,feature,min,max,min_flex,max_flex\ngender,F,4,5,5,4\ngender,F,1,2,0,2\n,M,1,1,1,1\n",
    "signed.csv": "row,column,from,to,reason,apply\n2,gender,'F','M',x,?\nx,gender,'F','M',x,maybe\n",
    "unfit.csv": "row,column,from,to,reason,apply\n2,gender,'Q','M',x,yes\n99,gender,'F','M',x,yes\n3,y,'F','M',x,ja\n",
    "town.build.yaml": (
        "build: 1\npanel_size: 9\ntables: {census: {file: census.csv}, gone: {file: gone.csv}, none: {}}\nquotas:\n"
        "  age: {table: census, by: aeg}\n  sex: {table: cencus}\n  job: {seats: {A: 9}}\n"
    ),
    "census.csv": "category,value,count\nage,16-24,1000\nage,25+,many\nage,25+,2000\n",
    "percents.csv": "category,value,percent\nage,16-24,40\nage,25+,70\n",
    "layout.csv": "one,two\n1,2\n",
    "adults.csv": "category,value,count\nage,Total,3000\nage,16-24,1000\nage,25+,2000\n",
}
LEFT_OVER = re.compile(
    r"\b(the|a|is|are|of|or|not|this|there|has|have|with|here|it|to|found|lines?|rows?|columns?|write|add|give|delete"
    r"|must|for|no|only|already|from|on)\b",
    re.IGNORECASE,
)
OTHERS_WORDS = re.compile(r"`.*?`|„.*?“|'.*?'|\{.*?\}|--\w+|(yes|no) \((ja|nein)\)")
"""What stays English within German sentences: keys, names, options and answers."""


def places(said):
    """Give the file and line with which each line of the standard error begins."""
    return [re.match(r"(Error: )?([\w-]*[.\d][\w.-]*(:\d+)?: )?", line)[0] for line in said.split("\n")]


@pytest.fixture
def faulty(tmp_path, monkeypatch, capsys):
    """A way to run a command in one language beside files that cannot be used; gives exit code, output and errors."""
    for name, text in FAULTY.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)

    def ended(language, line):
        monkeypatch.setattr(sys, "argv", ["sortition", "--language", language, *line.split()])
        with pytest.raises(SystemExit) as end:
            cli.main()
        return end.value.code or 0, *capsys.readouterr()

    yield ended
    messages.use("en")


@pytest.mark.parametrize(
    "line",
    [
        *(f"check {file}.csv quotas.yaml" for file in ("open", "short", "header", "cells", "empty", "text", "other")),
        *(f"check pool.csv {file}.yaml" for file in ("values", "rules", "twice", "gone")),
        *(f"check pool.csv {file}.yaml" for file in ("broken", "quoted", "listed", "tabbed")),
        *("check pool.csv quotas.yaml --size 7", "check pool.csv quotas.csv", "check pool.csv sums.csv --size 9"),
        *(f"clean pool.csv quotas.yaml --corrections {file}.csv" for file in ("signed", "unfit", "pool")),
        *("quotas show dudly-2019", "quotas convert gone.csv --size 5", "quotas build town.build.yaml"),
        *(f"quotas build {file}.csv --size 9" for file in ("census", "percents", "layout")),
        *("quotas build census.csv", "quotas build town.build.yaml --on 2026-10-17"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_in_german(line, faulty):
    (code, out, english), german = faulty("en", line), faulty("de", line)
    assert code in (2, 3)
    assert german[:2] == (code, out)
    assert places(german[2].replace("Fehler: ", "Error: ")) == places(english)
    said = OTHERS_WORDS.sub("", german[2])
    assert "Fehler: " in said
    assert not LEFT_OVER.findall(said)
    assert not set(filter(None, german[2].split("\n"))) & set(english.split("\n"))


def test_a_spec_built_from_tables_is_the_same_in_every_language(faulty):
    line = "quotas build adults.csv --size 9 --on 2026-10-17 --ages 16+ --tolerance 1 --source S --out {}.yaml"
    line += " --reference-date 2011-03-27 --base households"
    english, german = (faulty(language, line.format(language)) for language in ("en", "de"))
    assert (english[0], german[0]) == (0, 0)
    assert "Note: age: it counts households, not people" in english[2]
    assert "Note: age: it is of 2011-03-27, more than 5 years before the first meeting." in english[2]
    assert "Hinweis: age: Gezählt sind Haushalte, nicht Personen" in german[2]
    assert "Hinweis: age: „Total“ nicht gezählt (eine Gesamtsumme; insgesamt 3.000)." in german[2]
    assert not LEFT_OVER.findall(OTHERS_WORDS.sub("", german[2]))
    built = Path("en.yaml").read_bytes()
    assert Path("de.yaml").read_bytes() == built
    assert b"It counts households, not people: larger households weigh too little. It is of 2011-03-27" in built
