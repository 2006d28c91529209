"""Whatever stands in a file, a reader gives an answer or sentences: no traceback, no hang, no squared work."""

import time

import pytest
from fuzzing import EDITS, HOME, edited, edited_member, lines
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_workbook import ods, xlsx

from sortition.audit.seeds import ByHand, Dice, Drand, FreeText, Nist, NumberDraw, Numbers, parts_of, to_json
from sortition.audit.verify import fits, parse_csv, parse_json
from sortition.errors import SortitionError
from sortition.reading import build_quotas, read_pool, read_quotas

FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
POOL = lines("examples/dudley/pool.csv", 9)
TABLES = sorted((HOME / "tests" / "data" / "population").glob("*.csv"))
SPECS = sorted((HOME / "quotas").glob("*.yaml"))
BUILD = HOME / "examples" / "census" / "dudley-2019.build.yaml"
CORRECTIONS = (
    b"row,column,from,to,reason,apply\r\n2,gender,'Female','Male',typing error,yes\r\n3,town,'Dudley','X',,no\r\n"
)


def tells(read):
    """Give whether a reader gave an answer; if not, it told why in whole sentences."""
    try:
        read()
    except SortitionError as error:
        faults = getattr(error, "faults", ()) or (str(error),)
        assert all(str(fault).rstrip()[-1] in ".?!…" for fault in faults)
        return False
    return True


@pytest.fixture
def put(tmp_path):
    """Write a file and give its path."""

    def written(name, data):
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return written


@FEW
@given(edits=EDITS)
def test_a_damaged_pool_is_read_or_told_of(put, edits):
    path = put("pool.csv", edited(POOL, edits))
    tells(lambda: read_pool(path))


@FEW
@given(edits=EDITS)
def test_damaged_corrections_are_read_or_told_of(put, edits):
    pool, path = put("pool.csv", POOL), put("corrections.csv", edited(CORRECTIONS, edits))
    tells(lambda: read_pool(pool, path))


@FEW
@given(edits=EDITS, spec=st.sampled_from(SPECS))
def test_a_damaged_spec_is_read_or_told_of(put, edits, spec):
    path = put("quotas.yaml", edited(spec.read_bytes(), edits))
    tells(lambda: read_quotas(path))


@FEW
@given(edits=EDITS)
def test_a_damaged_table_of_quotas_is_read_or_told_of(put, edits):
    path = put("quotas.csv", edited(lines("tests/data/gss2014_60/categories.csv"), edits))
    tells(lambda: read_quotas(path, 60))


@FEW
@given(edits=EDITS, table=st.sampled_from(TABLES))
def test_a_damaged_table_of_the_population_is_read_or_told_of(put, edits, table):
    path = put("table.csv", edited(table.read_bytes()[:5000], edits))
    tells(lambda: build_quotas(path, 20))


@settings(FEW, max_examples=15)
@given(edits=EDITS)
def test_a_damaged_build_file_is_read_or_told_of(put, edits):
    for table in BUILD.parent.glob("*.csv"):
        put(table.name, table.read_bytes())
    path = put("build.yaml", edited(BUILD.read_bytes(), edits))
    tells(lambda: build_quotas(path))


@pytest.mark.parametrize(("make", "member"), [(xlsx, ".xml"), (ods, "content.xml")])
@FEW
@given(edits=EDITS, within=st.booleans())
def test_a_damaged_workbook_is_read_or_told_of(put, make, member, edits, within):
    suffix = make.__name__
    good = make(put(f"good.{suffix}", b"")).read_bytes()
    path = put(f"pool.{suffix}", edited_member(good, member, edits) if within else edited(good, edits))
    tells(lambda: read_pool(path))


HEX = st.binary(min_size=48, max_size=48).map(bytes.hex)
TYPED = st.text(max_size=20) | st.text("0123456789 ./,", max_size=12) | HEX
SOURCES = (FreeText(), Dice(4), Numbers((NumberDraw("L", 2, 1, 49),)), Drand(7), Nist(2, 7), ByHand())


@given(typed=TYPED)
@FEW
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.kind)
def test_a_seed_is_refused_or_takes_the_form_that_is_verified(source, typed):
    def read():
        (part,) = parts_of([source], [typed])
        assert fits(to_json(source), part)

    tells(read)


# ---- four times as much takes about four times as long, where sixteen would be the square

SPEC = "sortition: 1\npanel_size: 5\npool: {id: id}\nquotas:\n  g:\n    "


def values(count, seats):
    return SPEC + "seats:\n" + "".join(f"      v{number}: {seats}\n" for number in range(count))


def bands(count):
    names = [f"{2 * number}-{2 * number + 1}" for number in range(count)]
    listed = ", ".join(f"{name}: 0-1" for name in names)
    return f"{SPEC}bands: {{on: 2019-01-01, values: [{', '.join(names)}]}}\n    seats: {{{listed}}}\n"


GROWING = {
    "rows of a pool": ("pool.csv", lambda n: "id,a\n" + "".join(f"{at},x\n" for at in range(9000 * n))),
    "columns of a pool": ("pool.csv", lambda n: ",".join(f"c{at}" for at in range(1500 * n)) + "\n1\n"),
    "columns of one name": ("pool.csv", lambda n: ",".join(["c"] * 1500 * n) + "\n" + ",".join("x" * 1500 * n) + "\n"),
    "rows that are too short": ("pool.csv", lambda n: "id,a,b\n" + "1\n" * 2000 * n),
    "blank lines": ("pool.csv", lambda n: "id,a\n" + "\n" * 20_000 * n + "1,2\n"),
    "a quotation mark that is not closed": ("pool.csv", lambda n: 'id,a\n1,"' + "x\n" * 50_000 * n),
    "blanks in a cell": ("pool.csv", lambda n: "id,a\n" + f"1,{' ' * 100_000} x\n" * n),
    "values of a spec": ("quotas.yaml", lambda n: values(150 * n, "0-5")),
    "faults of a spec": ("quotas.yaml", lambda n: values(150 * n, "5-0")),
    "bands": ("quotas.yaml", lambda n: bands(100 * n)),
    "nesting": ("quotas.yaml", lambda n: SPEC + "[" * 500 * n + "\n"),
    "aliases": ("quotas.yaml", lambda n: "a: &a [1]\n" + "".join(f"b{at}: *a\n" for at in range(150 * n)) + SPEC),
    "values of a table": (
        "quotas.csv",
        lambda n: "category,name,min,max\n" + "".join(f"g,{at},0,5\n" for at in range(900 * n)),
    ),
    "categories of a table": (
        "quotas.csv",
        lambda n: "category,name,min,max\n" + "".join(f"{at},v,0,5\n" for at in range(900 * n)),
    ),
    "numbers in JSON": ("list.json", lambda n: f"[{','.join('1' * 9000 * n)}]\n"),
    "panels": ("lottery.csv", lambda n: "panel,1\n" + "0,A\n" * 9000 * n),
}
READERS = {
    "pool.csv": read_pool,
    "quotas.yaml": read_quotas,
    "quotas.csv": lambda path: read_quotas(path, 5),
    "list.json": lambda path: parse_json("list.json", path.read_bytes(), [int]),
    "lottery.csv": lambda path: parse_csv("lottery.csv", path.read_bytes()),
}


def seconds(read, path):
    """Give the least processor time of three readings."""
    times = []
    for _ in range(3):
        began = time.process_time()
        tells(lambda: read(path))
        times.append(time.process_time() - began)
    return min(times)


@pytest.mark.parametrize("what", GROWING)
def test_four_times_as_much_does_not_take_sixteen_times_as_long(put, what):
    name, text = GROWING[what]
    small, large = (seconds(READERS[name], put(name, text(n).encode())) for n in (1, 4))
    assert large < 10 * small + 0.05
