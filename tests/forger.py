"""Good bundles to attack, and what clever attackers know: how to compute anew all that follows from what they changed.

Numbers, digests, the chain, the announcement, the panel that the seed draws, the manifest: all without the project's
own code, from docs/audit-format.md alone.
"""

import datetime as dt
import hashlib
import json

from handmade import KEY, LATER, NOW, PANELS, SEED, frozen
from mutations import both
from pools import KNOWN, known

from sortition.audit import Announcement, add_draw, new_signing_key, read_bundle, redact, seeded_draw, sign
from sortition.audit import write_lottery as written
from sortition.audit.seeds import Drand, seed_of
from sortition.model import Pool
from sortition.workflow import draw_from, make_lottery

PROBLEM, CERTIFICATE, RECORD, LOTTERY = "problem.json", "certificate.json", "record.jsonl", "lottery.csv"
ANNOUNCED = "announcement.json"
ROUND = 657413  # of drand's chain quicknet, and its signature
SIGNATURE = "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b"

# ---- the good bundles


def by_dice(out, without=(), **options):
    """Draw by dice from a small pool with households, four proved levels of chances, and one whom no panel can hold."""
    pool, quotas = known(KNOWN["R01_random"])
    rows = tuple(row for row in pool.rows if row[0] not in without)
    pool = Pool(pool.source, pool.columns, rows, tuple(range(2, len(rows) + 2)))
    made = make_lottery(pool, quotas, panels=30, key=KEY, seed_sources=["dice:20"], now=NOW, **options)
    bundle = written(out, made, NOW)
    add_draw(bundle, draw_from(made, SEED), LATER, "<html><p>Report</p></html>")


def by_beacon(out):
    sources = (Drand(ROUND),)
    early = dt.datetime(2023, 8, 30, tzinfo=dt.UTC)
    made = written(out, frozen(announcement=Announcement(sources)), early)
    draw = seeded_draw(made.frozen.digest, len(PANELS), seed_of(sources, (SIGNATURE,)), (SIGNATURE,))
    add_draw(made, draw, early + dt.timedelta(days=9))


def with_signature(out):
    by_dice(out)
    new_signing_key(out.parent / f"{out.name}.pem")
    sign(out, out.parent / f"{out.name}.pem")


def with_redaction(out):
    by_dice(out)
    redact(read_bundle(out), "p00", "asked for it", LATER)


BASES = {
    "dice": by_dice,
    "drand": by_beacon,
    "counts": lambda out: by_dice(out, public="counts"),
    "signed": with_signature,
    "redacted": with_redaction,
}


# ---- what the clever know


def canonical(value):
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def load(public, name):
    return json.loads((public / name).read_bytes())


def save(public, name, content):
    (public / name).write_bytes(canonical(content) + b"\n")


def entries(public):
    return [json.loads(line) for line in (public / RECORD).read_bytes().splitlines()]


def chain(public, lines):
    """Write the record with every line numbered and following the line before."""
    written, previous = b"", "0" * 64
    for number, line in enumerate(lines):
        data = canonical({**line, "seq": number, "previous": previous})
        written, previous = written + data + b"\n", sha256(data)
    (public / RECORD).write_bytes(written)


def pin(public):
    files = {path.name: path.read_bytes() for path in sorted(public.iterdir()) if path.name != "manifest.json"}
    listed = [{"bytes": len(data), "name": name, "sha256": sha256(data)} for name, data in files.items()]
    save(public, "manifest.json", {"files": listed, "format": "sortition-bundle-1"})


def root(commitments):
    level = [hashlib.sha256(b"\0" + bytes.fromhex(each)).digest() for each in commitments]
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\1" + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)]
        level = pairs + level[2 * len(pairs) :]
    return level[0].hex()


def panels_of(public):
    return [line.split(",")[1:] for line in (public / LOTTERY).read_text().splitlines()[1:]]


def write_panels(public, panels):
    header = (public / LOTTERY).read_text().splitlines()[0]
    rows = [",".join([str(number), *panel]) for number, panel in enumerate(panels)]
    (public / LOTTERY).write_text("\n".join([header, *rows]) + "\n")


def number(public):
    """Number the panels as the rule says."""
    problem = sha256((public / PROBLEM).read_bytes())
    rule = lambda panel: sha256(f"sortition-number-1\n{problem}\n{','.join(panel)}".encode())  # noqa: E731
    write_panels(public, sorted(panels_of(public), key=rule))


def announce(public):
    """Let the announcement tell of the lottery that is there, and give the new digest."""
    problem, tickets = load(public, PROBLEM), len(panels_of(public))
    said = load(public, ANNOUNCED) | {key: problem[key] for key in ("excluded", "name", "panel_size")}
    said["people_root"] = root([person["commitment"] for person in problem["people"]])
    said |= {"people": len(problem["people"]), "tickets": tickets}
    said["quotas"] = [{key: quota[key] for key in ("high", "low", "of")} for quota in problem["quotas"]]
    save(public, ANNOUNCED, said)
    pinned = (ANNOUNCED, CERTIFICATE, LOTTERY, PROBLEM)
    terms = {name.split(".")[0]: sha256((public / name).read_bytes()) for name in pinned}
    return terms | {"method": "sortition-draw-1", "tickets": tickets}


def ticket(digest, seed, tickets):
    return int(sha256(f"sortition-draw-1\n{digest}\n{seed}".encode()), 16) % tickets


def publish(public):
    """Write announcement, record and manifest for the lottery that is there, and draw from it by the seed recorded."""
    terms, problem, lines = announce(public), load(public, PROBLEM), entries(public)
    digest, before = sha256(canonical(terms)), next(line for line in lines if "digest" in line["content"])
    text = (public / "announcement.txt").read_text().replace(before["content"]["digest"], digest)
    (public / "announcement.txt").write_text(text)
    pinned = {"problem": terms["problem"], "people": len(problem["people"]), "panel_size": problem["panel_size"]}
    pinned["people_root"] = load(public, ANNOUNCED)["people_root"]
    for line in lines:
        content = line["content"]
        if line["kind"] == "frozen":
            content |= pinned
        elif line["kind"] == "lottery published":
            content |= terms | {"digest": digest}
        elif line["kind"] == "seed":
            seed = content["seed"]
        elif line["kind"] == "drawn":
            tickets, panels = terms["tickets"], panels_of(public)
            drawn = ticket(digest, seed, tickets or 1)
            content |= {"digest": digest, "ticket": drawn, "tickets": tickets, "panel": panels[drawn] if panels else []}
    chain(public, lines)
    pin(public)


def clever(*changes):
    """Change something, and then all that follows from it."""
    return both(*changes, number, publish)
