"""Bad bundles: by name, each a change to the files of a public folder, so that verifiers can be held to each other."""

import json
import re

from handmade import LATER, NOW, PANELS, SEED, drawn_bundle, frozen

from sortition.audit import add_draw, physical_draw, seeded_draw, write_lottery
from sortition.audit.announcement import Announcement
from sortition.audit.record import append, read_entries
from sortition.audit.seeds import Dice, Drand, FreeText, Nist, NumberDraw, Numbers, seed_of
from sortition.canonical import canonical_json


def swap(name, old, new):
    def change(public):
        data = (public / name).read_bytes()
        assert old in data
        (public / name).write_bytes(data.replace(old, new, 1))

    return change


def record(change):
    """Write the record anew, chained, with the content of its entries changed."""

    def changed(public):
        written = b""
        for entry in read_entries((public / "record.jsonl").read_bytes()):
            written = append(written, entry.kind, {**entry.content, **change.get(entry.kind, {})}, NOW)
        (public / "record.jsonl").write_bytes(written)

    return changed


def document(name, change):
    """Change what a JSON file says and write it in its one right form."""

    def changed(public):
        content = json.loads((public / name).read_bytes())
        change(content)
        (public / name).write_bytes(canonical_json(content) + b"\n")

    return changed


def later(public):
    data = (public / "record.jsonl").read_bytes()
    (public / "record.jsonl").write_bytes(append(data, "vacancy", {"who": [1]}, LATER))


def first_panel_again(public):
    header, first, *rest, _ = (public / "lottery.csv").read_text().splitlines(keepends=True)
    (public / "lottery.csv").write_text("".join([header, first, *rest, f"{len(rest) + 1}{first[1:]}"]))


def level(**changes):
    return document("certificate.json", lambda content: content["levels"][0].update(changes))


def people(change):
    return document("problem.json", lambda content: change(content["people"]))


PROBLEM, CERTIFICATE, RECORD, LOTTERY = "problem.json", "certificate.json", "record.jsonl", "lottery.csv"
MUTATIONS = {
    "json with white space": swap(PROBLEM, b'{"cat', b'{ "cat'),
    "json with a fraction": swap(PROBLEM, b'"panel_size":4', b'"panel_size":4.0'),
    "json with NaN": swap(PROBLEM, b'"panel_size":4', b'"panel_size":NaN'),
    "json with a key twice": swap(PROBLEM, b'"panel_size":4', b'"panel_size":4,"panel_size":4'),
    "json with minus nought": swap(PROBLEM, b'"panel_size":4', b'"panel_size":-0'),
    "json with a huge number": swap(PROBLEM, b'"panel_size":4', b'"panel_size":' + b"4" * 5000),
    "json with a number of 2^53": swap(PROBLEM, b'"panel_size":4', b'"panel_size":9007199254740992'),
    "json with more seats than one can count to": swap(PROBLEM, b'"panel_size":4', b'"panel_size":9007199254740991'),
    "json with true for one": swap(PROBLEM, b'"panel_size":4', b'"panel_size":true'),
    "json nested without end": swap(PROBLEM, b'"panel_size":4', b'"panel_size":' + b"[" * 100_000),
    "json with an escaped letter": swap(PROBLEM, b'"name":"Assembly', b'"name":"\\u0041ssembly'),
    "json with half a letter": swap(PROBLEM, b'"name":"Assembly', b'"name":"\\ud800'),
    "json that is not UTF-8": swap(PROBLEM, b'"name":"Assembly', b'"name":"\xff'),
    "json with a byte order mark": swap(PROBLEM, b"{", b"\xef\xbb\xbf{"),
    "json with __proto__": swap(PROBLEM, b'{"categories"', b'{"__proto__":1,"categories"'),
    "json with two keys in one": swap(CERTIFICATE, b'"classes":', b'"classes,details":'),
    "another format": swap(PROBLEM, b"sortition-problem-1", b"sortition-problem-2"),
    "a name that looks harmless": swap(PROBLEM, b'"name":"Assembly', '"name":"\u202eylbmessA'.encode()),
    "csv with needless quotes": swap(LOTTERY, b"\n1,", b'\n"1",'),
    "csv with carriage returns": swap(LOTTERY, b"\n1,", b"\r\n1,"),
    "csv with an empty line": swap(LOTTERY, b"\n1,", b"\n\n1,"),
    "csv with an open quote": swap(LOTTERY, b"\n1,", b'\n"1'),
    "csv without an end": lambda public: (public / LOTTERY).write_bytes((public / LOTTERY).read_bytes()[:-1]),
    "an empty lottery": lambda public: (public / LOTTERY).write_bytes(b""),
    "a lottery without panels": lambda public: (public / LOTTERY).write_bytes(b"panel,1,2,3,4\n"),
    "the first panel in the place of the last": first_panel_again,
    "panels swapped": swap(LOTTERY, b"\n1,", b"\n2,"),
    "a stranger on a panel": lambda public: (public / LOTTERY).write_text(
        re.sub(r"\n3,[^,]*", "\n3,0000-0000-0000", (public / LOTTERY).read_text())
    ),
    "a file gone": lambda public: (public / CERTIFICATE).unlink(),
    "a file with an odd name": lambda public: (public / "r\u00e9port\n.txt").write_bytes(b"?"),
    "no record": lambda public: (public / RECORD).write_bytes(b""),
    "a record without its first line": lambda public: (public / RECORD).write_bytes(
        b"".join((public / RECORD).read_bytes().splitlines(keepends=True)[1:])
    ),
    "a time changed": swap(RECORD, b"T13:00:00Z", b"T12:00:00Z"),
    "a line of the record numbered wrongly": swap(RECORD, b'"seq":2', b'"seq":7'),
    "something new in the record": later,
    "another digest published": record({"lottery published": {"digest": "0" * 64}}),
    "another problem frozen": record({"frozen": {"people": 12}}),
    "a seed without its nought": record({"seed": {"seed": SEED.lstrip("0")}}),
    "a seed with white space": record({"seed": {"seed": f"\x85{SEED}"}}),
    "a seed in NFD": record({"seed": {"seed": "cafe\u0301"}}),
    "a seed beside a draw by hand": record({"drawn": {"method": "physical"}}),
    "a ticket that does not exist": record({"drawn": {"ticket": 10**9}}),
    "another ticket": record({"drawn": {"ticket": 8}}),
    "a panel of one less": record({"drawn": {"panel": []}}),
    "a person twice": people(lambda listed: listed.append(listed[-1])),
    "people in another order": people(lambda listed: listed.reverse()),
    "a code that is unknown": people(lambda listed: listed[0].update(codes=[7])),
    "a person in a household": people(lambda listed: [person.update(household=1) for person in listed]),
    "a commitment changed": people(lambda listed: listed[0].update(commitment="0" * 64)),
    "a quota loosened": document(PROBLEM, lambda content: content["quotas"][0].update(low=0, high=4)),
    "a quota tightened": document(PROBLEM, lambda content: content["quotas"][0].update(low=3, high=3)),
    "a quota for nobody": document(PROBLEM, lambda content: content["quotas"][0]["of"][0].update(values=["Z {low}"])),
    "fair chances of other people": document(CERTIFICATE, lambda content: content["fair"].pop()),
    "a fair chance that is too high": document(CERTIFICATE, lambda content: content["fair"].__setitem__(0, "3/2")),
    "fair chances in decimals": document(CERTIFICATE, lambda content: content["fair"].__setitem__(0, "0.3333333334")),
    "a bound too low": level(bound="399/100"),
    "a weight of nought": level(weights=[{"class": 0, "weight": "0"}, {"class": 1, "weight": "1"}]),
    "a weight negative": level(weights=[{"class": 0, "weight": "-1"}, {"class": 1, "weight": "1"}]),
    "a class that does not exist": level(members=[0, 7]),
    "a class settled twice": level(members=[0, 0]),
    "no levels": document(CERTIFICATE, lambda content: content.update(levels=[])),
    "no classes": document(CERTIFICATE, lambda content: content.update(classes=[])),
    "proved without proof": document(CERTIFICATE, lambda content: content.update(status="proved")),
    "a time limit told of": document(
        CERTIFICATE, lambda content: content.update(details={"open": {"bound": "1/2", "reached": "0.3000000000"}})
    ),
    "a time limit badly told of": document(CERTIFICATE, lambda content: content.update(details={"open": 1})),
    "out of reach, but drawn": document(CERTIFICATE, lambda content: content.update(unreachable=[1], levels=[])),
}


def proof(change):
    """Change the proofs of a certificate that has some."""
    return document(CERTIFICATE, lambda content: change(content["details"], content["levels"]))


def leaf(**changes):
    return proof(lambda details, levels: details["levels"][0][0].update(changes))


def tree(*parts):
    return proof(lambda details, levels: details.update(levels=[list(parts), *details["levels"][1:]]))


SPLIT = {"most": "0", "split": [{"at": 0, "times": "1"}]}
EMPTY = {"denominator": "0", "lines": [], "quotas": [], "size": "0", "splits": []}
LINE = {"bound": "1", "proof": None, "weights": [{"at": 0, "times": "1"}]}
ONCE = [{"at": 0, "times": "1"}]
PROOF_MUTATIONS = {
    "a proof left out": proof(lambda details, levels: details["levels"].pop()),
    "a proof of something else": proof(lambda details, levels: details["levels"].reverse()),
    "a quota taken twice": leaf(quotas=[{"at": 0, "times": times} for times in ("-99", "1")]),
    "a quota that does not exist": leaf(quotas=[{"at": 99, "times": "1"}]),
    "a line that does not exist": leaf(lines=[{"at": 9999, "times": "1"}]),
    "a multiplier of nought": leaf(quotas=[{"at": 0, "times": "0"}]),
    "a denominator doubled": leaf(denominator="2"),
    "a denominator of nought": leaf(denominator="0"),
    "a seat given up": leaf(size="-1"),
    "no proof at all": tree(),
    "a split that is not proved": tree(SPLIT),
    "a split proved by nothing": tree(SPLIT, EMPTY, EMPTY),
    "a case too many": tree(EMPTY, EMPTY),
    "splits without end": tree(*[SPLIT] * 200),
    "a split turned round": tree(SPLIT, {**EMPTY, "splits": [{"at": 0, "times": "-1"}]}, EMPTY),
    "a line attested only": proof(
        lambda details, levels: (details.update(lines=[LINE]), details["levels"][0][0].update(lines=ONCE))
    ),
    "a line not needed": proof(lambda details, levels: details.update(lines=[LINE])),
    "a line proved by itself": proof(
        lambda details, levels: details.update(
            lines=[{**LINE, "proof": [{**EMPTY, "denominator": "1", "lines": ONCE}]}]
        )
    ),
    "details that are not of their form": proof(lambda details, levels: details.update(lines=None)),
    "details that are a list": document(CERTIFICATE, lambda content: content.update(details=[1])),
    "details that have a length": proof(lambda details, levels: details.update(length=1)),
    "a level attested only": proof(lambda details, levels: levels[0].update(status="attested by the solver")),
    "a level skipped": proof(lambda details, levels: (levels.pop(1), details["levels"].pop(1))),
    "levels in another order": proof(lambda details, levels: (levels.reverse(), details["levels"].reverse())),
    "another objective": document(CERTIFICATE, lambda content: content.update(objective="maximin")),
    "an objective that is unknown": document(CERTIFICATE, lambda content: content.update(objective="Ma\u00efmin")),
}


def claim(change):
    return proof(lambda details, levels: change(details["claim"], levels[0]))


CLAIM_MUTATIONS = {
    "a claim of another form": proof(lambda details, levels: details.update(claim=None)),
    "no claim": proof(lambda details, levels: details.pop("claim")),
    "a claim on another bound": claim(lambda claim, level: claim.update(shift="1")),
    "another gamma": claim(lambda claim, level: claim.update(gamma="2")),
    "no gamma": claim(lambda claim, level: claim.update(gamma="0")),
    "nobody at the top": claim(lambda claim, level: claim.update(highest=[])),
    "a bound so high that it says nothing": claim(lambda claim, level: level.update(bound="1000")),
    "a weight of no class": claim(lambda claim, level: claim["highest"].append({"class": 9999, "weight": "1"})),
}
"""For lotteries by an objective with a claim."""


EVERY_SOURCE = Announcement(
    (
        Dice(4),
        Numbers((NumberDraw("Lotto", 3, 1, 49), NumberDraw("Euro", 2, 0, 9, ordered=True))),
        Drand(30_000_000_000),
        Nist(2, 77),
        FreeText(),
    ),
    fallback="dice thrown on the steps of the town hall",
)
PARTS = ("0917", "2.5.49./9.0./", "5a" * 48, "AB" * 64, "caf\u00e9")


def every_source(out):
    """Write a bundle drawn from by a seed of many parts, and once more by hand, and give its public folder."""
    made = write_lottery(out, frozen(announcement=EVERY_SOURCE), NOW)
    digest, tickets = made.frozen.digest, len(PANELS)
    add_draw(made, seeded_draw(digest, tickets, seed_of(EVERY_SOURCE.sources, PARTS), PARTS), LATER)
    add_draw(made, physical_draw(digest, tickets, 7, "the dice were lost"), LATER, again="somebody had moved away")
    return out / "public"


def counts_only(out):
    """Write a bundle that publishes nobody's answers, and give its public folder."""
    drawn_bundle(out, frozen(counts_only=True))
    return out / "public"


def seed_part(place, part):
    def change(public):
        written = b""
        for entry in read_entries((public / RECORD).read_bytes()):
            content = dict(entry.content)
            if entry.kind == "seed":
                content["parts"] = [*content["parts"][:place], part, *content["parts"][place + 1 :]]
            written = append(written, entry.kind, content, LATER)
        (public / RECORD).write_bytes(written)

    return change


def announced(change):
    return document("announcement.json", change)


def source(place, **changes):
    return announced(lambda content: content["sources"][place].update(changes))


def both(*changes):
    return lambda public: [change(public) for change in changes]


SEED_MUTATIONS = {
    "a die too few": seed_part(0, "917"),
    "a die with an Arabic digit": seed_part(0, "\u0661234"),
    "numbers not in order": seed_part(1, "5.2.49./9.0./"),
    "a number twice": seed_part(1, "5.5.49./9.0./"),
    "a number out of range": seed_part(1, "2.5.50./9.0./"),
    "a number with a nought": seed_part(1, "02.5.49./9.0./"),
    "numbers of one lottery": seed_part(1, "2.5.49./"),
    "numbers without an end": seed_part(1, "2.5.49./9.0."),
    "a signature in capitals": seed_part(2, "5A" * 48),
    "another signature": seed_part(2, "5b" * 48),
    "a pulse cut short": seed_part(3, "AB" * 63),
    "a text with white space": seed_part(4, " caf\u00e9"),
    "no text": seed_part(4, ""),
    "a part too few": announced(lambda content: content["sources"].pop()),
    "no sources": announced(lambda content: content["sources"].clear()),
    "drawn by hand instead": announced(lambda content: content.update(sources=[{"kind": "ticket"}])),
    "a round that was out": source(2, round=1),
    "a round in another age": source(2, round=2**53 - 1),
    "another chain": source(2, chain="0" * 64),
    "another clock": source(2, genesis=1),
    "a source that is unknown": source(0, kind="coins"),
    "announced afterwards": announced(lambda content: content.update(announced=False)),
    "a fallback used": record({"drawn": {"fallback": "no d\u00efce \x1b[1m"}}),
    "a fallback used, none announced": both(
        record({"drawn": {"fallback": "x"}}), announced(lambda content: content.update(fallback=None))
    ),
    "drawn again as drawn": swap(RECORD, b'"kind":"drawn again"', b'"kind":"drawn"'),
    "drawn again for no reason": record({"drawn again": {"reason": ""}}),
    "another name announced": announced(lambda content: content.update(name="x")),
    "other quotas announced": announced(lambda content: content["quotas"].reverse()),
    "more tickets announced": announced(lambda content: content.update(tickets=22)),
    "another digest in the announcement": lambda public: (public / "announcement.txt").write_bytes(b"0" * 64),
    "no text for the press": lambda public: (public / "announcement.txt").unlink(),
    "no announcement": lambda public: (public / "announcement.json").unlink(),
    "a kind that looks like a draw": lambda public: (public / RECORD).write_bytes(
        append((public / RECORD).read_bytes(), "drawn never", {}, LATER)
    ),
}
"""For the bundle of `every_source`."""
COUNTS_MUTATIONS = {
    "with answers": people(lambda listed: listed[0].update(codes=[0])),
    "a count that is not there": document(PROBLEM, lambda content: content["quotas"][0].pop("pool")),
    "a value that no category knows": document(
        PROBLEM, lambda content: content["quotas"][0]["of"][0].update(values=["Z"])
    ),
    "another form for one": document(PROBLEM, lambda content: content.pop("full")),
    "a commitment changed": people(lambda listed: listed[0].update(commitment="0" * 64)),
}
"""For the bundle of `counts_only`."""
UNPINNED = {
    "a file changed after the manifest": swap("report.html", b"Report", b"report"),
    "a file that the manifest lacks": lambda public: (public / "r\u00e9port\n.txt").write_bytes(b"?"),
    "a file that the manifest misses": lambda public: (public / "report.html").unlink(),
}
"""What leaves the manifest as it was."""
