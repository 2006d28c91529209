"""The page that verifies in the browser: the same states and sentences as verify.py, on good bundles and on bad ones.

The page's verifier runs in node where that is installed, and the page itself in Chromium, through a real page load.
Tests that need either are skipped where it is missing.
"""

import base64
import functools
import hashlib
import http.server
import json
import re
import shutil
import subprocess
import sys
import threading
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import catalogue
import mutations
import pytest
from attacks import ATTACKS, IRREGULAR
from browser import CHROMIUM, chromium
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from forger import BASES
from handmade import BY_HAND, LATER, NOW, PANELS, SEED, drawn_bundle, frozen, repin
from mutations import counts_only, every_source

from sortition import messages
from sortition.audit import add_draw, physical_draw, write_lottery
from sortition.audit.record import read_entries
from sortition.audit.verify import GROUP, STEPS, verify
from sortition.canonical import canonical_json

HOME = Path(__file__).parent.parent
PAGE = HOME / "sortition" / "audit" / "verify.html"
SOURCE = PAGE.read_text(encoding="utf-8")
NODE = shutil.which("node")
EXAMPLES = ("dudley", "greater-cambridge", "test-valley")
GOALS = ("leximin", "nash", "goldilocks", "minimax", "maximin")
LANGUAGES = ("de", "fr", "es")

needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


def part(pattern):
    """Give what stands between two tags of the page."""
    (found,) = re.findall(pattern, SOURCE, re.DOTALL)
    return found


STYLE = part("<style>(.*?)</style>")
VERIFIER, GLUE = (part(f'<script id="{name}">(.*?)</script>') for name in ("verifier", "page"))
WORDS = json.loads(part('<script type="application/json" id="words">(.*?)</script>'))


# ---- what verify.py and the page find, in the same words


def alike(step, state, detail):
    """Leave out of a finding what the two programs cannot but say differently."""
    detail = "".join(letter if letter.isprintable() else "?" for letter in detail)
    # what is wrong with a file that is not in its one right form is told in the words of each language's errors
    detail = re.sub(
        "is not (strict JSON|of its form at its bytes|CSV in UTF-8).*|is CSV, but.*", "is not right", detail
    )
    detail = re.sub("(the proofs cannot be followed|the receipt cannot be read): .*", r"\1", detail)
    return step, state, re.sub(r"\((give it with|type it in|--receipt|paste the code).*\)", "(…)", detail)


@functools.cache
def by_python(folder, announced=None, receipt=None):
    return [alike(*finding) for finding in verify(folder, announced, receipt)]


RUNNER = """
const fs = require("fs"), path = require("path");
(async () => {
  const all = [];
  for (const [folder, announced, receipt] of JSON.parse(fs.readFileSync(0, "utf8"))) {
    const names = fs.readdirSync(folder).filter((name) => fs.statSync(path.join(folder, name)).isFile());
    const files = new Map(names.map((name) => [name, new Uint8Array(fs.readFileSync(path.join(folder, name)))]));
    const findings = await verify(new Bundle(files, announced, receipt));
    all.push(findings.map((found) => [`${found.number} ${found.name}`, found.state, fill(found)]));
  }
  console.log(JSON.stringify(all));
})();
"""


def by_node(*bundles, tmp_path):
    """Give the findings of the page's verifier on bundles: (folder, announced digest, code of a receipt)."""
    script = tmp_path / "verifier.js"
    script.write_text(VERIFIER + RUNNER, encoding="utf-8")
    asked = json.dumps([[str(folder), *rest, *[None] * (2 - len(rest))] for folder, *rest in bundles])
    done = subprocess.run([NODE, script], input=asked, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return [[alike(*finding) for finding in findings] for findings in json.loads(done.stdout)]


SHOWN = """[...document.querySelectorAll("[data-step]")].map(
  (item) => [item.dataset.step, item.dataset.found, item.lastChild.textContent])"""


def in_chromium(tab, folder):
    """Give what the page shows of the files of a folder, chosen by hand."""
    tab.evaluate("Object.assign(shown, { message: null, findings: [] }), show()")
    tab.choose("#files", sorted(path for path in folder.iterdir() if path.is_file()))
    tab.evaluate("new Promise(d => { const look = () => shown.message ? d() : setTimeout(look, 5); look(); })")
    tab.evaluate("last")
    return [alike(*finding) for finding in tab.evaluate(SHOWN)]


@pytest.fixture(scope="module")
def browser():
    with chromium("--host-resolver-rules=MAP draw.example 127.0.0.1") as running:
        yield running


@pytest.fixture
def tab(browser):
    """A tab in which nothing may go wrong."""
    page = browser.new_page()
    yield page
    page.call("Page.close")
    assert page.faults == []


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    out = tmp_path_factory.mktemp("good") / "out"
    drawn_bundle(out)
    return out / "public"


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    """The public folders of the three examples, drawn from by the command."""
    return {name: selected(tmp_path_factory.mktemp(name) / "out", name) for name in EXAMPLES}


@pytest.fixture(scope="module")
def goals(tmp_path_factory):
    """The same of one example by every objective with a proof, with few tickets."""
    few = ("--panels", "60", "--objective")
    return {goal: selected(tmp_path_factory.mktemp(goal) / "out", "dudley", *few, goal) for goal in GOALS}


def selected(out, name, *options):
    pool = HOME / "examples" / name / "pool.csv"
    command = [
        sys.executable,
        "-m",
        "sortition",
        "select",
        pool,
        f"{name}-2019",
        "--seed",
        SEED,
        "--out",
        out,
        *options,
    ]
    done = subprocess.run([*map(str, command), "--quiet"], capture_output=True, text=True, cwd=HOME)
    assert done.returncode == 0, done.stderr
    return out / "public"


@pytest.fixture(scope="module")
def special(tmp_path_factory):
    """Bundles with a seed of many parts, without answers, not drawn, and drawn by hand by a clock put back."""
    home = tmp_path_factory.mktemp("special")
    made = {"every source": every_source(home / "every"), "counts only": counts_only(home / "counts")}
    made["not drawn"] = write_lottery(home / "undrawn", frozen(), NOW).out / "public"
    by_hand = write_lottery(home / "hand", frozen(exact=False, announcement=BY_HAND), LATER)
    made["by hand"] = add_draw(by_hand, physical_draw(by_hand.frozen.digest, len(PANELS), 20), NOW).out / "public"
    return made


@pytest.fixture(scope="module")
def bad(good, goals, special, tmp_path_factory):
    """Bad bundles: (name, public folder), each changed and pinned anew as a forger would, and some not pinned."""
    home = tmp_path_factory.mktemp("bad")
    sources = [("by hand", good, mutations.MUTATIONS), ("proved", goals["leximin"], mutations.PROOF_MUTATIONS)]
    sources += [(goal, goals[goal], mutations.CLAIM_MUTATIONS) for goal in ("goldilocks", "minimax")]
    sources += [("every source", special["every source"], mutations.SEED_MUTATIONS)]
    sources += [("counts only", special["counts only"], mutations.COUNTS_MUTATIONS)]
    sources += [("unpinned", good, mutations.UNPINNED)]
    made = []
    for kind, source, changes in sources:
        for number, (name, change) in enumerate(changes.items()):
            public = home / kind / str(number) / "public"
            shutil.copytree(source, public)
            change(public)
            if kind != "unpinned":
                repin(public.parent)
            made.append((f"{kind}: {name}", public))
    (home / "other").mkdir()
    (home / "other" / "minutes.txt").write_bytes(b"")
    return [*made, ("something else", home / "other")]


def disagreements(bundles, found):
    """Give the names of the bundles on which two verifiers do not find the same."""
    return [name for (name, folder), findings in zip(bundles, found, strict=True) if by_python(folder) != findings]


SPARED = {
    "by hand: something new in the record",
    "every source: a kind that looks like a draw",
    "minimax: no gamma",
    "something else",
    "unpinned: a file that the manifest lacks",
}
"""What is only weaker or cannot be verified at all."""


@needs_node
def test_the_page_finds_in_bad_bundles_what_verify_py_finds(bad, tmp_path):
    found = by_node(*[(folder,) for _, folder in bad], tmp_path=tmp_path)
    assert disagreements(bad, found) == []
    states = [{state for _, state, _ in findings} for findings in found]
    assert {name for (name, _), each in zip(bad, states, strict=True) if "failed" not in each} == SPARED


@needs_node
def test_the_page_finds_in_attacked_bundles_what_verify_py_finds(tmp_path):
    for name, make in BASES.items():
        make(tmp_path / "good" / name)
    bundles = []
    for number, attack in enumerate(ATTACKS):
        if not attack.name.startswith(IRREGULAR):
            shutil.copytree(tmp_path / "good" / attack.base, tmp_path / str(number))
            attack.damage(tmp_path / str(number) / "public")
            bundles.append((attack.name, tmp_path / str(number) / "public"))
    found = by_node(*[(folder,) for _, folder in bundles], tmp_path=tmp_path)
    assert disagreements(bundles, found) == []


@needs_node
def test_the_page_finds_in_good_bundles_what_verify_py_finds(good, examples, goals, special, tmp_path):
    bundles = [("good", good), *examples.items(), *goals.items(), *special.items()]
    found = by_node(*[(folder,) for _, folder in bundles], tmp_path=tmp_path)
    assert disagreements(bundles, found) == []
    assert all("failed" not in {state for _, state, _ in findings} for findings in found)


@needs_node
def test_announced_digests_and_receipts_are_found_the_same(good, tmp_path):
    digest = read_entries((good / "record.jsonl").read_bytes())[1].content["digest"]
    rows = (good.parent / "private" / "receipts.csv").read_text(encoding="utf-8").splitlines()[1:]
    code = rows[0].rsplit(",", 1)[1]
    other = base64.urlsafe_b64encode(base64.urlsafe_b64decode(code + "===").replace(b"Zebedee", b"Zebedia")).decode()
    announced = [digest, f" {digest.upper()}\n", "0" * 64, "no digest"]
    found = by_node(*[(good, each) for each in announced], tmp_path=tmp_path)
    assert found == [by_python(good, each) for each in announced]
    codes = [code, f"{code[:9]}\n {code[9:]}", other, code[:-8], "?", "", "AAAA"]
    for number, each in enumerate(codes):
        (tmp_path / str(number)).write_text(each)
    found = by_node(*[(good, None, each) for each in codes], tmp_path=tmp_path)
    assert found == [by_python(good, None, tmp_path / str(number)) for number in range(len(codes))]
    assert ["failed" in {state for _, state, _ in each} for each in found] == [False, False, *[True] * 5]


@needs_node
def test_signatures_are_found_the_same(good, tmp_path):
    folder = tmp_path / "signed"
    shutil.copytree(good, folder)
    head = hashlib.sha256((good / "record.jsonl").read_bytes().split(b"\n")[1]).hexdigest()
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = key.public_key().public_bytes_raw().hex()
    signature = key.sign(f"sortition-signature-1\n{head}".encode()).hex()
    right = {"format": "sortition-signature-1", "head": head, "key": public, "lines": 2, "signature": signature}
    beyond = (int.from_bytes(bytes.fromhex(signature[64:]), "little") + GROUP).to_bytes(32, "little").hex()
    changes = ({}, {"head": "0" * 64}, {"lines": 0}, {"lines": 9}, {"key": "f" * 64}, {"key": head}, {"format": "x"})
    changes += ({"signature": "0" * 128}, {"signature": signature[:64] + beyond}, {"key": "00" * 32})
    for number, change in enumerate(changes):
        (folder / f"signature-{number}.json").write_bytes(canonical_json({**right, **change}) + b"\n")
    (folder / "signature-99.json").write_bytes(b"{}")
    (folder / "head.tsr").write_bytes(b"?")
    (found,) = by_node((folder,), tmp_path=tmp_path)
    assert found == by_python.__wrapped__(folder)
    states = [state for step, state, _ in found if "signatures" in step]
    assert states == [*["failed"] * 10, "weaker"]
    for number in (*range(1, 10), 99):
        (folder / f"signature-{number}.json").unlink()
    (found,) = by_node((folder,), tmp_path=tmp_path)
    assert found == by_python.__wrapped__(folder)
    assert [state for step, state, _ in found if "signatures" in step] == ["passed", "weaker"]


@needs_node
def test_sha_256_by_hand_is_that_of_the_standard(tmp_path):
    texts = ["", "abc", *("a" * length for length in (55, 56, 63, 64, 65, 119, 120, 1000))]
    script = tmp_path / "sha.js"
    script.write_text(f"{VERIFIER}console.log(JSON.stringify({texts}.map((text) => hex(sha256ByHand(utf8(text))))))")
    done = subprocess.run([NODE, script], capture_output=True, check=True)
    assert json.loads(done.stdout) == [hashlib.sha256(text.encode()).hexdigest() for text in texts]


# ---- the page in Chromium


@needs_chromium
def test_the_page_shows_what_verify_py_finds(tab, good, examples, bad):
    bundles = [("good", good), *examples.items(), *bad]
    tab.open((good / "verify.html").as_uri())
    assert disagreements(bundles, [in_chromium(tab, folder) for _, folder in bundles]) == []


def chosen(tab, folder, **how):
    """Open the bundle's own page and choose its files."""
    tab.open((folder / "verify.html").as_uri(), **how)
    return in_chromium(tab, folder)


def text(tab, selector):
    return tab.evaluate(f"document.querySelector({json.dumps(selector)}).innerText")


@needs_chromium
def test_a_person_is_looked_up_by_pseudonym(tab, good):
    chosen(tab, good)
    _, *rows = (row.split(",") for row in (good / "lottery.csv").read_text().splitlines())
    drawn = read_entries((good / "record.jsonl").read_bytes())[-1].content["panel"]
    names = [person["pseudonym"] for person in json.loads((good / "problem.json").read_bytes())["people"]]
    for name in (drawn[0], next(name for name in names if name not in drawn)):
        tab.evaluate("document.querySelector('#name').value = ''; document.querySelector('#name').focus()")
        tab.write(f" {name.lower().replace('-', '').replace('0', 'o')} ")
        tab.press("Enter")
        tickets = [row[0] for row in rows if name in row]
        assert text(tab, "#who") == f"{name} is {'' if name in drawn else 'not '}on the panel that was drawn."
        facts = text(tab, "#found").splitlines()
        assert (", ".join(tickets) or "–") in facts
        assert any(line.startswith(f"{len(tickets)} of {len(rows)} tickets (") for line in facts)
    tab.evaluate("document.querySelector('#name').value = 'nobody'")
    tab.press("Enter")
    assert text(tab, "#who") == "N0B0-DY is not in the pool of this lottery."


@needs_chromium
def test_the_panel_is_counted_against_the_quotas(tab, examples):
    folder = examples["dudley"]
    chosen(tab, folder)
    problem = json.loads((folder / "problem.json").read_bytes())
    drawn = read_entries((folder / "record.jsonl").read_bytes())[-1].content["panel"]
    shown = tab.evaluate("[...document.querySelectorAll('#quotas tr')].map(r => [...r.cells].map(c => c.innerText))")
    assert len(shown) == len(problem["quotas"])
    for quota, (name, pool, seats, on_panel, met) in zip(problem["quotas"], shown, strict=True):
        counted = [
            person["pseudonym"]
            for person in problem["people"]
            if all(
                category["name"] != part["category"] or category["values"][code] in part["values"]
                for part in quota["of"]
                for category, code in zip(problem["categories"], person["codes"], strict=True)
            )
        ]
        assert name.startswith(quota["of"][0]["category"])
        assert (int(pool), seats) == (len(counted), "–".join(map(str, sorted({quota["low"], quota["high"]}))))
        assert int(on_panel) == len(set(counted) & set(drawn))
        assert met == "✓met"


@needs_chromium
def test_an_announced_digest_and_a_receipt_are_checked_when_typed(tab, good):
    chosen(tab, good)
    code = (good.parent / "private" / "receipts.csv").read_text(encoding="utf-8").splitlines()[1].rsplit(",", 1)[1]
    for field, typed in (("announced", "0" * 64), ("receipt", code)):
        tab.evaluate(f"document.querySelector('#{field}').focus()")
        tab.write(typed)
        tab.press("Tab")
        tab.evaluate("last")
    found = tab.evaluate(SHOWN)
    assert any(state == "failed" and "another digest was announced" in detail for _, state, detail in found)
    assert any(state == "passed" and "is in the lottery" in detail for _, state, detail in found)


def served(folder, test, host):
    """Let a test open a folder's page over http."""
    handler = functools.partial(QuietHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            test(f"http://{host}:{server.server_address[1]}/verify.html")
        finally:
            server.shutdown()
            thread.join()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing."""


@needs_chromium
@pytest.mark.parametrize("host", ["127.0.0.1", "draw.example"])
def test_over_http_the_page_fetches_the_files_beside_it(tab, good, host):
    def look(url):
        tab.open(url)
        tab.evaluate("last")
        assert [alike(*finding) for finding in tab.evaluate(SHOWN)] == by_python(good)
        assert tab.evaluate("Boolean(globalThis.crypto.subtle)") == (host == "127.0.0.1")
        assert ("works SHA-256 out itself" in text(tab, "#hash")) == (host != "127.0.0.1")

    served(good, look, host)


@needs_chromium
def test_over_http_without_files_the_page_waits_for_some(tab, tmp_path):
    shutil.copy(PAGE, tmp_path / "verify.html")

    def look(url):
        tab.open(url)
        tab.evaluate("last")
        assert text(tab, "#verdict") == ""
        tab.faults.clear()  # Chromium tells of the manifest that it did not find

    served(tmp_path, look, "127.0.0.1")


DROP = """(async () => {
  const root = {};
  const file = (path, text) => ({ isFile: true, fullPath: path, file: (done) => done(new File([text], "f")) });
  const folder = (path, ...inside) => ({ isFile: false, fullPath: path, createReader: () => {
    const left = [inside, []];
    return { readEntries: (done) => done(left.shift()) };
  } });
  const entry = folder("/out", folder("/out/private", null), folder("/out/public", ...[...shown.bundle.files].map(
    ([name, data]) => file(`/out/public/${name}`, data))));
  Object.assign(shown, { message: null, findings: [] });
  const event = new Event("drop", { bubbles: true, cancelable: true });
  event.dataTransfer = { items: [{ webkitGetAsEntry: () => entry }] };
  document.body.dispatchEvent(event);
  await last;
  return event.defaultPrevented;
})()"""


@needs_chromium
def test_a_dropped_folder_is_read_but_not_its_private_part(tab, good):
    chosen(tab, good)
    assert tab.evaluate(DROP)
    assert [alike(*finding) for finding in tab.evaluate(SHOWN)] == by_python(good)


@needs_chromium
def test_of_a_chosen_folder_only_the_public_part_is_read(tab, good):
    tab.open(PAGE.as_uri())
    tab.choose("#folder", [good.parent])
    tab.evaluate("new Promise(d => { const look = () => shown.message ? d() : setTimeout(look, 5); look(); })")
    tab.evaluate("last")
    assert [alike(*finding) for finding in tab.evaluate(SHOWN)] == by_python(good)
    assert not tab.evaluate("[...shown.bundle.files.keys()].some((name) => name === 'key.json')")


@needs_chromium
def test_the_page_cannot_send_anything_anywhere(tab, good):
    chosen(tab, good)
    for way in ("fetch('http://draw.example/?secret')", "new Image().src = 'http://draw.example/?secret'"):
        tab.faults.clear()
        tab.evaluate(f"Promise.resolve().then(() => {way}).catch(() => null)")
        tab.evaluate("new Promise((done) => setTimeout(done, 100))")
        assert any("Content Security Policy" in fault for fault in tab.faults)
    tab.faults.clear()


@needs_chromium
def test_two_bundles_at_once_are_refused(tab):
    tab.open(PAGE.as_uri())
    tab.evaluate("takeFiles([['a/public/manifest.json', null], ['b/public/manifest.json', null]])")
    assert text(tab, "#verdict").startswith("There are several bundles")


# ---- for everybody to use


@needs_chromium
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_the_language_of_the_browser_and_changes_it(tab, good, language):
    chosen(tab, good, language=f"{language}-CH")
    assert tab.evaluate("document.documentElement.lang") == language
    place = LANGUAGES.index(language)
    assert text(tab, "h1") == WORDS["Check this draw"][place] == tab.evaluate("document.title")
    shown = text(tab, "body")
    english = [sentence for sentence in WORDS if "{" not in sentence and len(sentence) > 20 and sentence in shown]
    assert english == []
    tab.evaluate(
        "(e => { e.value = 'en'; e.dispatchEvent(new Event('change')); })(document.querySelector('#language'))"
    )
    assert text(tab, "h1") == "Check this draw"
    assert "Nothing is wrong." in text(tab, "#verdict")


@needs_chromium
@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_the_table_of_quotas_fits_on_a_phone(tab, examples, language):
    chosen(tab, examples["dudley"], language=language, width=400)
    assert tab.evaluate("(e => e.scrollWidth <= e.clientWidth)(document.querySelector('.wide'))")


FOCUSED = "(e => e.id || e.tagName.toLowerCase() + ':' + (e.type || ''))(document.activeElement)"


@needs_chromium
def test_all_of_the_page_is_reached_by_the_tab_key_in_reading_order(tab, good):
    chosen(tab, good)
    tab.evaluate("document.activeElement.blur(); getSelection().removeAllRanges(); window.scrollTo(0, 0)")
    tab.evaluate("document.querySelector('#language').focus()")
    order = []
    for _ in range(7):
        order.append(tab.evaluate(FOCUSED))
        width = tab.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert width == "3px"
        tab.press("Tab")
    assert order == ["language", "files", "folder", "announced", "receipt", "name", "button:submit"]


@needs_chromium
def test_a_screen_reader_is_told_names_and_states(tab, good):
    chosen(tab, good)
    nodes = tab.call("Accessibility.getFullAXTree")["nodes"]
    named = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node["ignored"]]
    for role in ("textbox", "button", "combobox", "heading", "region", "columnheader"):
        names = [name for each, name in named if each == role]
        assert names
        assert all(names)
    assert sum(role == "status" for role, _ in named) == 2
    levels = tab.evaluate("[...document.querySelectorAll('h1, h2, h3')].map((e) => Number(e.tagName[1]))")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


CONTRAST = """(() => {
  const light = (colour) => { const [r, g, b] = colour.match(/[0-9.]+/g).map(Number).map((c) => c / 255)
    .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if (!c.endsWith(", 0)")) return c; } };
  const low = [];
  for (const e of document.querySelectorAll("body *")) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || !e.checkVisibility()) continue;
    const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) low.push([e.tagName, e.textContent.slice(0, 40), (a + 0.05) / (b + 0.05)]);
  }
  return low;
})()"""


@needs_chromium
@pytest.mark.parametrize("dark", [False, True])
def test_every_text_stands_out_from_its_ground_and_nothing_is_wider_than_a_phone(tab, bad, dark):
    for name in ("by hand: a quota loosened", "proved: a proof left out", "by hand: csv with an open quote"):
        chosen(tab, dict(bad)[name], dark=dark, width=400)
        assert tab.evaluate(CONTRAST) == []
        assert tab.evaluate("document.documentElement.scrollWidth <= 400")


# ---- the file itself


def test_the_policy_lets_in_the_scripts_and_the_style_of_the_page_and_nothing_else():
    def named(content):
        return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"

    policy = part('http-equiv="Content-Security-Policy" content="([^"]*)"')
    assert policy == (
        f"default-src 'none'; script-src {named(VERIFIER)} {named(GLUE)}; style-src {named(STYLE)}; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; "
        "trusted-types 'none'"
    )


def test_the_page_needs_nothing_from_elsewhere():
    assert re.findall(r"https?:|\b(?:src|href)=|url\(|@import|\beval\b|innerHTML|\bimport\b|style=", SOURCE) == []
    assert len(SOURCE.encode()) < 200_000


class Translated(HTMLParser):
    """The texts that the page marks for translation."""

    def __init__(self):
        super().__init__()
        self.texts, self.open = [], False

    def handle_starttag(self, tag, attrs):
        self.open = "data-t" in dict(attrs)
        if self.open:
            self.texts.append("")

    def handle_endtag(self, tag):
        self.open = False

    def handle_data(self, data):
        if self.open:
            self.texts[-1] += data


TEXT = r'"((?:[^"\\\n]|\\.)*)"'
SPEAKERS = "passed|failed|weaker|unchecked|clause|BadFile|say|told|words|fact"


OTHERWISE = {
    "{number} {step}",
    "whether {digest} is the digest announced before the seed (give it with --announced).",
    "no receipt was given (--receipt FILE, with the code that one person got).",
    "the signature is not drand's for round {number}.",
    "drand signed round {number} so.",
    "the proofs cannot be followed: they do not fit the rest of the certificate.",
}
"""Sentences of verify.py that the page has no use for, or has in other words."""


def test_the_page_has_the_sentences_of_verify_py_and_says_them_in_german_as_the_program_does():
    said = {ids[0] for ids, files in catalogue.sentences().items() if "audit/verify.py" in files}
    assert len(said) > 140
    assert said - WORDS.keys() == OTHERWISE
    (german,) = (path for path in catalogue.catalogues() if path.parts[-3] == "de")
    entries = {entry["msgid"]: entry.get("msgstr") for entry in messages.entries(german.read_text("utf-8"))}
    shared = WORDS.keys() & entries.keys()
    assert {sentence: WORDS[sentence][0] for sentence in shared} == {sentence: entries[sentence] for sentence in shared}


def test_every_sentence_is_in_the_dictionary_and_nothing_is_there_for_nothing():
    parser = Translated()
    parser.feed(SOURCE)
    marked = {" ".join(each.split()) for each in parser.texts}
    code = re.sub(r"(?<!\S)//[^\n]*|/\*\*.*?\*/", "", VERIFIER + GLUE, flags=re.DOTALL)
    code = re.sub(r'"\s*\+ "', "", code)
    texts = set(re.findall(TEXT, code))
    said = set(re.findall(rf"\b(?:{SPEAKERS})\(\s*{TEXT}", code))
    said |= {each for each in texts if " " in each and each[-1] in ".:…}" and each[0] not in " ("}
    assert len(said) > 80
    assert (marked | said) - WORDS.keys() == set()
    assert WORDS.keys() - marked - texts == set()
    assert set(STEPS) <= WORDS.keys()


@pytest.mark.parametrize("place", range(len(LANGUAGES)), ids=LANGUAGES)
def test_translations_keep_the_places_for_values(place):
    for english, translations in WORDS.items():
        assert len(translations) == len(LANGUAGES)
        assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", translations[place]))
        assert (english[-1] == ".") == (translations[place][-1] == ".")
