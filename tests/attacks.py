"""Attacks on a bundle: by name, what somebody does to a copy of a good one, and the steps of `verify` that fail.

The naive change a file and hope; the clever compute anew all that follows from what they changed, the manifest too.
"""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import forger
from forger import (
    ANNOUNCED,
    CERTIFICATE,
    LOTTERY,
    PROBLEM,
    RECORD,
    by_dice,
    chain,
    clever,
    entries,
    load,
    number,
    panels_of,
    pin,
    publish,
    save,
    ticket,
    write_panels,
)
from mutations import EMPTY, both, document, seed_part, source, swap

VICTIM = 0
"""The place in problem.json of the person who is attacked, and whose receipt is at hand."""


class Attack(NamedTuple):
    """What is done to a public folder (the private one lies beside it), and who notices."""

    name: str
    damage: Callable[[Path], object]
    steps: set[int]
    """Numbers of the steps that fail."""
    base: str = "dice"
    """Which of the good bundles is attacked."""
    needs: str = ""
    """What it takes to notice, beside the public folder; empty: nothing."""
    perhaps: frozenset[int] | set[int] = frozenset()
    """Steps that may fail too, by what else the lottery happens to be."""


# ---- the parts of attacks


def record(change):
    """Change the lines of the record, then chain and pin them anew."""

    def changed(public):
        lines = entries(public)
        chain(public, change(lines) or lines)
        pin(public)

    return changed


def line(kind, **content):
    return record(lambda lines: next(each for each in lines if each["kind"] == kind)["content"].update(content))


def problem(change):
    return document(PROBLEM, change)


def quota(at, **changes):
    return problem(lambda content: content["quotas"][at].update(changes))


def victim(**changes):
    return problem(lambda content: content["people"][VICTIM].update(changes))


def certificate(change):
    return document(CERTIFICATE, change)


def level(at, **changes):
    return certificate(lambda content: content["levels"][at].update(changes))


def panel(change):
    """Put another panel in the place of the first."""

    def changed(public):
        first, *rest = panels_of(public)
        write_panels(public, [change(first, load(public, PROBLEM)["people"]), *rest])

    return changed


def housemates(first, people):
    """Give two of a household and somebody else who together meet every quota."""
    return [people[place]["pseudonym"] for place in (7, 9, 10)]


def alike(_, people):
    """Give three people of one value, of which only two may be seated."""
    return [people[place]["pseudonym"] for place in (0, 4, 8)]


def unreachable(first, people):
    return sorted([*first[:2], people[2]["pseudonym"]])


def seed_is(part, seed=None):
    """Write a seed into the record, with the ticket that it draws."""
    seed = seed or part

    def change(lines):
        *_, said, drawn = lines
        said["content"] |= {"parts": [part], "seed": seed}
        drawn["content"]["ticket"] = ticket(drawn["content"]["digest"], seed, drawn["content"]["tickets"])

    return both(record(change), draw_what_is_said)


def draw_what_is_said(public):
    lines = entries(public)
    lines[-1]["content"]["panel"] = panels_of(public)[lines[-1]["content"]["ticket"]]
    chain(public, lines)
    pin(public)


def one_ticket_on(lines):
    content = lines[-1]["content"]
    content["ticket"] = (content["ticket"] + 1) % content["tickets"]


def last_line(change):
    """Change what the last line of the record says, on which no other line rests."""

    def changed(public):
        lines = entries(public)
        change(lines)
        (public / RECORD).write_bytes(b"".join(forger.canonical(each) + b"\n" for each in lines))

    return changed


def other_panel(public):
    """Record another panel of the lottery."""
    lines = entries(public)
    content = lines[-1]["content"]
    content["panel"] = next(panel for panel in panels_of(public) if panel != content["panel"])
    chain(public, lines)


def cyrillic(public):
    """Write somebody's pseudonym in a panel with a letter that looks like its own."""
    first, *rest = panels_of(public)
    write_panels(public, [[*first[:2], f"\u0410{first[2][1:]}"], *rest])
    pin(public)


def favourite(public):
    """Give the pseudonym of somebody who has tickets, but was not drawn."""
    drawn = entries(public)[-1]["content"]["panel"]
    return next(name for panel in panels_of(public) for name in panel if name not in drawn)


def favoured(public):
    """Exchange panels of the lottery, seed in hand, until the seed draws one with the favourite."""
    wanted, panels = favourite(public), panels_of(public)
    for at in range(len(panels)):
        write_panels(public, [*panels[:at], panels[at - 1], *panels[at + 1 :]])
        number(public)
        publish(public)
        if wanted in entries(public)[-1]["content"]["panel"]:
            return
    raise AssertionError("no lottery draws the favourite")


def chosen_number(public):
    """Exchange the numbers of panels, seed in hand, until the seed draws one with the favourite."""
    wanted = favourite(public)
    for at in range(1, len(panels_of(public))):
        first, *panels = panels_of(public)
        panels.insert(at, first)
        write_panels(public, panels)
        publish(public)
        if wanted in entries(public)[-1]["content"]["panel"]:
            return
    raise AssertionError("no number draws the favourite")


def tree(change):
    """Change the proof of the second level, which is first made one by cases that holds."""

    def changed(content):
        (end,) = content["details"]["levels"][1]
        split = {"most": "0", "split": [{"at": 1, "times": "1"}]}
        content["details"]["levels"][1] = change(split, end)

    return clever(certificate(changed))


def write(name, data):
    return lambda public: (public / name).write_bytes(data)


def edit(name, change):
    return lambda public: (public / name).write_bytes(change((public / name).read_bytes()))


def pinned(*changes):
    return both(*changes, pin)


def huge(public):
    """Write a number of 2 GB; as the file has a hole, it fills no disk."""
    os.truncate(public / LOTTERY, 2**31)


def without_victim(public):
    """Make the lottery without the victim, as if they had never replied."""
    gone = next(row[0] for row in receipts(public.parent) if row[3] == str(VICTIM))
    shutil.rmtree(public.parent)
    by_dice(public.parent, without=(gone,))


def receipts(out):
    return [row.split(",") for row in (out / "private" / "receipts.csv").read_text().splitlines()[1:]]


OTHER_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


def sign_again(public, **changes):
    path = public / "signature-1.json"
    save(public, path.name, {**json.loads(path.read_bytes()), **changes})
    pin(public)


SIZE = b'"panel_size":3'
"""Where numbers and other things that no number is are planted."""


def planted(data):
    return pinned(swap(PROBLEM, SIZE, b'"panel_size":' + data))


def loosened(content):
    for each in content["quotas"]:
        each.update(low=0, high=3)


def named(text):
    """Give the first person a pseudonym that looks like theirs."""
    return clever(problem(lambda content: content["people"][VICTIM].update(pseudonym=text)))


OTHER_FALLBACK = document(ANNOUNCED, lambda said: said.update(fallback="a coin"))
IMPOSTOR = b'print("Nothing is wrong.")\n'
NAIVE = (
    Attack("panel swapped", other_panel, {3, 7}),
    Attack("ticket off by one", last_line(one_ticket_on), {3, 7}),
    Attack("seed with a stripped zero", swap(RECORD, b'"seed":"0', b'"seed":"'), {2, 3, 7}),
    Attack("person added", problem(lambda content: content["people"].append(content["people"][-1])), {1, 3, 4}),
    Attack("person removed", problem(lambda content: content["people"].pop()), {1, 3, 4}),
    Attack("quota loosened", problem(loosened), {3, 4, 6}),
    Attack("panel exchanged for another", panel(housemates), {3, 4}, perhaps={6}),
    Attack(
        "announcement changed after the fact", document(ANNOUNCED, lambda said: said.update(fallback="a coin")), {3}
    ),
    Attack("text for the press changed", swap("announcement.txt", b"20 ten-sided", b"19 ten-sided"), {3}),
    Attack("commitment changed", victim(commitment="0" * 64), {3, 4}),
    Attack("chain line dropped", edit(RECORD, lambda data: data.split(b"\n", 1)[1]), {2, 3}),
    Attack("verify.py replaced", write("verify.py", IMPOSTOR), {3}),
    Attack("report replaced", write("report.html", b"<p>Everybody was treated fairly.</p>"), {3}),
    Attack("a file emptied", write(CERTIFICATE, b""), {1, 3}),
    Attack("a number of 2 GB", huge, {1, 3}),
)
"""Nothing else is changed."""

BYTES = (
    Attack("duplicated key", planted(b'3,"panel_size":3'), {1, 3}),
    Attack("NaN", planted(b"NaN"), {1, 3}),
    Attack("infinity", planted(b"-Infinity"), {1, 3}),
    Attack("a number with an exponent", planted(b"3e0"), {1, 3}),
    Attack("minus nought", planted(b"-0"), {1, 3}),
    Attack("huge integer", planted(b"9" * 5000), {1, 3}),
    Attack("a number of ten million digits", planted(b"7" * 10_000_000), {1, 3}),
    Attack("a fraction of ten million digits", planted(b"3." + b"3" * 10_000_000), {1, 3}),
    Attack("deep nesting", planted(b"[" * 1_000_000), {1, 3}),
    Attack("deep nesting of objects", planted(b'{"":' * 1_000_000), {1, 3}),
    Attack("half a surrogate pair", pinned(swap(PROBLEM, b'"name":"R01', b'"name":"\\ud800R01')), {1, 3}),
    Attack("a byte order mark", pinned(edit(PROBLEM, lambda data: b"\xef\xbb\xbf" + data)), {1, 3}),
    Attack("UTF-16", pinned(edit(PROBLEM, lambda data: data.decode().encode("utf-16"))), {1, 3}),
    Attack("CRLF in JSON", pinned(edit(PROBLEM, lambda data: data[:-1] + b"\r\n")), {1, 3}),
    Attack("white space after JSON", pinned(edit(PROBLEM, lambda data: data[:-1] + b" \n")), {1, 3}),
    Attack("a second document after JSON", pinned(edit(PROBLEM, lambda data: data + data)), {1, 3}),
    Attack("a zero byte", pinned(edit(PROBLEM, lambda data: data + b"\0")), {1, 3}),
    Attack("CRLF in the record", pinned(edit(RECORD, lambda data: data.replace(b"\n", b"\r\n"))), {1}),
    Attack("a blank line in the record", pinned(edit(RECORD, lambda data: data + b"\n")), {1}),
    Attack("the record without its end", pinned(edit(RECORD, lambda data: data[:-1])), {1}),
    Attack("CRLF in CSV", pinned(edit(LOTTERY, lambda data: data.replace(b"\n", b"\r\n"))), {1}),
    Attack("white space in CSV", pinned(edit(LOTTERY, lambda data: data.replace(b"\n", b" \n", 2))), {3, 4}),
    Attack("quotes that nobody needs", pinned(edit(LOTTERY, lambda data: data.replace(b"\n0,", b'\n"0",'))), {1}),
    Attack("a line feed within quotes", pinned(swap(LOTTERY, b"\n1,", b'\n"1\n",')), {3, 4}),
    Attack("a cell of a megabyte", pinned(swap(LOTTERY, b"\n1,", b"\n" + b"1" * 2**20 + b",")), {1}),
    Attack("a ticket with a leading zero", pinned(swap(LOTTERY, b"\n1,", b"\n01,")), {3, 4}),
    Attack("a ticket in other digits", pinned(swap(LOTTERY, b"\n1,", "\n\uff11,".encode())), {3, 4}),
    Attack(
        "a look-alike in a panel",
        pinned(swap(LOTTERY, b"A8R4", "\u04108R4".encode())),
        {3, 4},
    ),
)
"""Files in another form than the one that is right, with the manifest made to agree."""


def newcomer(content):
    """Add somebody after all others, with the answers of the last."""
    last = content["people"][-1]
    content["people"].append({**last, "pseudonym": "ZZZZ-ZZZZ-ZZZZ", "commitment": "5" * 64})


def with_their_likes(content):
    """Let the newcomer have the chance of those who answered the same."""
    place, like = len(content["fair"]), content["fair"][-1]
    next(members for members in content["classes"] if place - 1 in members).append(place)
    content["fair"].append(like)


def out_of_reach(content):
    content["classes"].append([len(content["fair"])])
    content["fair"].append("0")
    content["unreachable"].append(len(content["classes"]) - 1)


def look_alike(content):
    """Name a value in a quota by letters that look like its own."""
    content["quotas"][0]["of"][0]["values"] = ["\u0430"]


def split_up(content):
    for person in content["people"]:
        person["household"] = None


def exchanged(content):
    """Let two people exchange their answers."""
    one, other = content["people"][VICTIM], content["people"][-1]
    one["codes"], other["codes"] = other["codes"], one["codes"]


OTHER_ROOT = document(ANNOUNCED, lambda said: said.update(people_root="0" * 64))
POOL = (
    Attack("person added, the rest recomputed", clever(problem(newcomer)), {1}),
    Attack("person added to a class", clever(problem(newcomer), certificate(with_their_likes)), {5, 6}),
    Attack("person added who cannot be drawn", clever(problem(newcomer), certificate(out_of_reach)), {6}),
    Attack("person removed, the rest recomputed", clever(problem(lambda content: content["people"].pop())), {1, 4}),
    Attack("person twice", clever(problem(lambda content: content["people"].append(content["people"][-1]))), {1, 4}),
    Attack("answers of two people exchanged", clever(problem(exchanged)), {4}, perhaps={6}),
    Attack("an answer that nobody can give", clever(victim(codes=[0, 1, 2])), {4}, perhaps={6}),
    Attack("pseudonym in small letters", named("6r4c-kdkg-gm9k"), {1}),
    Attack("pseudonym with a Cyrillic letter", named("6R4\u0421-KDKG-GM9K"), {1}),
    Attack("pseudonym with an O for a zero", named("6R4C-KDKG-GM9O"), {1}),
    Attack("pseudonym with a zero-width space", named("6R4C-KDKG-GM9K\u200b"), {1}),
    Attack("pseudonym in full-width letters", named("\uff16R4C-KDKG-GM9K"), {1}),
    Attack("quota loosened, the rest recomputed", clever(problem(loosened)), {6}),
    Attack("quota tightened, the rest recomputed", clever(quota(0, high=0)), {4}, perhaps={6}),
    Attack("quota the wrong way round", clever(quota(0, low=3, high=0)), {4}, perhaps={6}),
    Attack("quota for a look-alike value", clever(problem(look_alike)), {4}, perhaps={6}),
    Attack("quota dropped", clever(problem(lambda content: content["quotas"].clear())), {6}),
    Attack("seat added", clever(problem(lambda content: content.update(panel_size=4))), {4, 5}, perhaps={6}),
    Attack("the Merkle root changed", line("frozen", people_root="0" * 64), {3}),
    Attack(
        "the Merkle root changed in the announcement",
        document(ANNOUNCED, lambda said: said.update(people_root="0" * 64)),
        {3},
    ),
)
"""The people, their answers and the quotas."""

PANELS = (
    Attack("household pair seated", clever(panel(housemates)), {4}, perhaps={6}),
    Attack(
        "quota broken",
        clever(panel(alike)),
        {4},
        perhaps={6},
    ),
    Attack("one person on two seats", clever(panel(lambda first, _: [first[0], first[0], first[2]])), {4}, perhaps={6}),
    Attack("a stranger seated", clever(panel(lambda first, _: [*first[:2], "ZZZZ-ZZZZ-ZZZZ"])), {4}, perhaps={6}),
    Attack(
        "the unreachable seated",
        clever(panel(unreachable)),
        {4, 5, 6},
    ),
    Attack("an empty seat", clever(panel(lambda first, _: first[:2])), {4}, perhaps={6}),
    Attack("a panel out of order", clever(panel(lambda first, _: first[::-1])), {4}, perhaps={6}),
    Attack("a number chosen for a panel", chosen_number, {4}, perhaps={6}),
    Attack("no panels", clever(lambda public: write_panels(public, [])), {4, 7}),
    Attack("another header", pinned(swap(LOTTERY, b"panel,1", b"panel,0")), {3, 4}),
)
"""The lottery."""


def lightened(content):
    """Leave out the weight of a class that the level settles: without one of its own, its chance has no bound."""
    level = content["levels"][1]
    level["weights"] = [weight for weight in level["weights"] if weight["class"] != level["members"][0]]


def skipped(content):
    """Take a level out, with its proof."""
    content["levels"].pop(1)
    content["details"]["levels"].pop(1)


def twice(content):
    content["levels"][1]["members"].append(content["levels"][0]["members"][0])


def turned_round(content):
    content["levels"].reverse()
    content["details"]["levels"].reverse()


def wild(content):
    """Write chances whose sum has a denominator of ten thousand digits and more."""
    for person in range(12):
        content["fair"][person] = f"1/{10**998 + 2 * person + 1}"


def fair(person, chance):
    return clever(certificate(lambda content: content["fair"].__setitem__(person, chance)))


TURNED = [{"at": 0, "times": "-1"}]
BY_CASE_0 = [{"at": 0, "times": "1"}]
PROOFS = (
    Attack("a fraction not in lowest terms", fair(0, "2/12"), {1}),
    Attack("a whole number as a fraction", fair(2, "0/1"), {1}),
    Attack("a fraction over nought", fair(0, "1/0"), {1}),
    Attack("a chance that is negative", fair(0, "-1/6"), {1}),
    Attack("chances that do not add up", fair(0, "1/3"), {5, 6}),
    Attack("a chance above one", fair(11, "5/3"), {5, 6}),
    Attack("denominators without end", clever(certificate(wild)), {1}),
    Attack("a weight that is negative", clever(level(0, weights=[{"class": 1, "weight": "-1/6"}])), {1}),
    Attack("a weight left out", clever(certificate(lightened)), {6}),
    Attack("a bound lowered", clever(level(1, bound="1/100")), {6}),
    Attack("a level's chance raised", clever(level(3, value="3/4")), {6}),
    Attack("a level skipped", clever(certificate(skipped)), {6}),
    Attack("levels in another order", clever(certificate(turned_round)), {6}),
    Attack(
        "a class settled twice",
        clever(certificate(twice)),
        {6},
    ),
    Attack("a class left out", clever(certificate(lambda c: c["classes"].pop())), {6}),
    Attack("proofs left out", clever(certificate(lambda c: c.update(details={}))), {6}),
    Attack("proofs exchanged", clever(certificate(lambda c: c["details"]["levels"].reverse())), {6}),
    Attack("a case too few", tree(lambda split, end: [split, end]), {6}),
    Attack("a case too many", tree(lambda split, end: [split, end, end, end]), {6}),
    Attack("a case that nothing proves", tree(lambda split, end: [split, EMPTY, end]), {6}),
    Attack("cases that overlap", tree(lambda split, end: [split, {**end, "splits": TURNED}, end]), {6}),
    Attack("a split that was never made", tree(lambda _, end: [{**end, "splits": BY_CASE_0}]), {6}),
    Attack("cases within cases", tree(lambda split, end: [*[split] * 5000, *[end] * 5001]), {6}),
    Attack("an objective that was not announced", pinned(certificate(lambda c: c.update(objective="nash"))), {3}),
)
"""The certificate."""


def digest_of(public):
    """Give the digest that was published."""
    return entries(public)[1]["content"]["digest"]


def again(**content):
    """Draw once more in the same way."""

    def change(lines):
        *_, said, drawn = lines
        lines += [said, {**drawn, "kind": "drawn again", "content": {**drawn["content"], **content}}]

    return record(change)


def lines_in_order(*order):
    return record(lambda lines: [lines[place] for place in order])


DRAW = (
    Attack("panel swapped, the rest recomputed", pinned(other_panel), {7}),
    Attack("ticket off by one, with its panel", both(record(one_ticket_on), draw_what_is_said), {7}),
    Attack("seed with a stripped zero, with its ticket", seed_is(forger.SEED[1:]), {7}),
    Attack("seed with a zero more", seed_is(f"0{forger.SEED}"), {7}),
    Attack("seed in other digits", seed_is("\u0669" + forger.SEED[1:]), {7}),
    Attack("seed with white space", seed_is(f"{forger.SEED} "), {7}),
    Attack("seed in another normal form", seed_is("cafe\u0301"), {7}),
    Attack("no seed", seed_is(""), {7}),
    Attack("a seed of ten million digits", seed_is("5" * 10_000_000), {7}),
    Attack("seed that is not its part", line("seed", seed="19175059342981586505"), {7}),
    Attack("a ticket beyond the last", line("drawn", ticket=30), {7}),
    Attack("a ticket below the first", line("drawn", ticket=-1), {1}),
    Attack("more tickets than there are", line("drawn", tickets=31), {7}),
    Attack("drawn by hand, it says", line("drawn", method="physical"), {7}),
    Attack("drawn by a fallback that was not announced", line("drawn", fallback="the dice were lost"), {7}),
    Attack("drawn from another lottery", line("drawn", digest="0" * 64), {7}),
    Attack("drawn again as if for the first time", lines_in_order(0, 1, 2, 3, 2, 3), {2, 7}),
    Attack("drawn again, without a place for a reason", again(), {1}),
    Attack("drawn again for no reason", again(reason=" "), {7}),
    Attack("drawn again, another ticket", both(again(reason="?"), record(one_ticket_on)), {7}),
    Attack("chain line dropped, the rest recomputed", lines_in_order(0, 2, 3), {2}),
    Attack("seed dropped", lines_in_order(0, 1, 3), {7}),
    Attack("chain lines reordered", lines_in_order(0, 1, 3, 2), {2, 7}),
    Attack("draw before the lottery", lines_in_order(2, 3, 0, 1), {2}),
    Attack("a lottery published twice", lines_in_order(0, 1, 1, 2, 3), {2}),
    Attack("two seeds, one chosen", lines_in_order(0, 1, 2, 2, 3), {2}),
    Attack("a line of an unknown kind", record(lambda lines: lines.insert(2, {**lines[0], "kind": "void"})), {2}),
    Attack("more in a line than belongs there", line("drawn", remark="trust us"), {1}),
    Attack("a line numbered wrongly", pinned(swap(RECORD, b'"seq":3', b'"seq":4')), {2}),
    Attack("a time changed", pinned(swap(RECORD, b"-22T13", b"-22T12")), {2}),
    Attack("a time that is none", pinned(swap(RECORD, b"-22T13", b"-22X13")), {1}),
    Attack("text announced after dice", clever(document(ANNOUNCED, lambda said: said.update(sources=[]))), {7}),
    Attack("more dice announced than thrown", clever(source(0, dice=21)), {7}),
    Attack("another name announced", pinned(document(ANNOUNCED, lambda said: said.update(name="Jury"))), {3}),
    Attack("round earlier than publication", clever(source(0, round=1000)), {7}, "drand"),
    Attack("round nought", clever(source(0, round=0)), {7}, "drand"),
    Attack("another clock for drand", clever(source(0, genesis=0)), {7}, "drand"),
    Attack("a signature cut short", pinned(seed_part(0, forger.SIGNATURE[:-2])), {7}, "drand"),
)
"""The record, the announcement and the draw."""


def listed(change):
    return document("manifest.json", lambda content: change(content["files"]))


def outside(files):
    files[0]["name"] = "../private/key.json"


def not_a_file(make):
    """Put something else in the place of the lottery."""

    def changed(public):
        (public / LOTTERY).unlink()
        make(public / LOTTERY)

    return changed


REST = (
    Attack("the manifest tells of another size", listed(lambda files: files[0].update(bytes=1)), {3}),
    Attack("the manifest leaves a file out", listed(lambda files: files.pop(0)), {3}),
    Attack("the manifest lists a file twice", listed(lambda files: files.append(files[0])), {3}),
    Attack("the manifest lists a file that is not there", listed(lambda files: files[0].update(name="a")), {3}),
    Attack("the manifest leads out of the folder", listed(outside), {1}),
    Attack("the manifest is a list", write("manifest.json", b"[]\n"), {1}),
    Attack("a folder for a file", not_a_file(Path.mkdir), {1, 3}),
    Attack("a link that leads nowhere", not_a_file(lambda path: path.symlink_to("nowhere")), {1, 3}),
    Attack("a link to itself", not_a_file(lambda path: path.symlink_to(path.name)), {1, 3}),
    Attack("a pipe that nobody writes to", not_a_file(os.mkfifo), {1, 3}),
    Attack("counts only, with somebody's answers", clever(victim(codes=[0, 1, 1])), {1}, "counts"),
    Attack("counts only, with households", clever(victim(household=1)), {1}, "counts"),
    Attack("counts only, with classes", clever(certificate(lambda c: c.update(classes=[]))), {1}, "counts"),
    Attack("counts only, in one file", clever(problem(lambda content: content.pop("full"))), {1}, "counts"),
    Attack("redaction that tells too much", line("redacted", id="p00"), {1}, "redacted"),
    Attack("redaction before there was a lottery", lines_in_order(4, 0, 1, 2, 3), {2}, "redacted"),
    Attack("signature of another record", lambda public: sign_again(public, head="0" * 64), {10}, "signed"),
    Attack("signature of another line", lambda public: sign_again(public, lines=3), {10}, "signed"),
    Attack("signature by another key", lambda public: sign_again(public, key=OTHER_KEY), {10}, "signed"),
    Attack("record changed after it was signed", line("drawn", fallback="?"), {7, 10}, "signed"),
    Attack("signature that is not JSON", pinned(write("signature-2.json", b"signed\n")), {10}, "signed"),
)
"""The manifest, and what only some bundles have."""

HIDDEN = (
    Attack("verify.py replaced, manifest recomputed", pinned(write("verify.py", IMPOSTOR)), {1}, needs="program"),
    Attack("verify.html replaced, manifest recomputed", pinned(write("verify.html", IMPOSTOR)), {1}, needs="program"),
    Attack("lottery rebuilt after the seed", favoured, {3}, needs="announced"),
    Attack("person left out, of whom all know", without_victim, {3}, needs="announced"),
    Attack("announcement changed, all recomputed", clever(OTHER_FALLBACK), {3}, needs="announced"),
    Attack("households split up, all recomputed", clever(problem(split_up)), {3}, needs="announced"),
    Attack("commitment changed, all recomputed", clever(victim(commitment="0" * 64)), {11}, needs="receipt"),
    Attack("person left out, who asks", without_victim, {11}, needs="receipt"),
    Attack("redaction of more than were erased", line("redacted", people=3), {8}, "redacted", "private"),
    Attack("full answers denied", clever(problem(lambda c: c.update(full="0" * 64))), {8}, "counts", "private"),
    Attack("another signature than drand's", seed_is("5a" * 48, forger.sha256(b"Z" * 48)), {7}, "drand", "library"),
)
"""What the public folder alone cannot show: it takes the digest announced, a receipt, the organisers' files …"""

IRREGULAR = ("a number of 2 GB", "a folder for a file", "a link that", "a link to", "a pipe")
"""Beginnings of the names of attacks by what is no file, or none that a browser would be given."""
ATTACKS = (*NAIVE, *BYTES, *POOL, *PANELS, *PROOFS, *DRAW, *REST, *HIDDEN)
