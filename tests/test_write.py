import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sortition.reading
from sortition.model import Category, Exclusion, Quota, Quotas
from sortition.reading import bands, categories, convert_quotas, quotas_yaml, read_quotas, rules
from sortition.reading.faults import Faults
from sortition.reading.names import clean, match_key
from sortition.reading.seats import before_spreadsheet
from sortition.reading.shipped import shipped_path, shipped_quotas
from sortition.reading.write import quotas_to_yaml
from sortition.reading.yaml_tree import Items, Table, read_tree

SCHEMA = json.loads((Path(sortition.reading.__file__).parent / "quotas.schema.json").read_text(encoding="utf-8"))
BROKEN = Path(__file__).parent / "broken"


def bare(quotas):
    """Quotas without what a file of another name and layout must change."""
    return replace(
        quotas,
        source="",
        categories=tuple(replace(category, lines=()) for category in quotas.categories),
        rules=tuple(replace(rule, line=None) for rule in quotas.rules),
        exclude=tuple(replace(exclusion, line=None) for exclusion in quotas.exclude),
    )


def read_back(folder, quotas):
    path = folder / "written.yaml"
    path.write_text(quotas_to_yaml(quotas), encoding="utf-8")
    return read_quotas(path)


@pytest.mark.parametrize("name", shipped_quotas())
def test_shipped_specs_survive_writing(tmp_path, name):
    assert bare(read_back(tmp_path, read_quotas(name))) == bare(read_quotas(name))


def test_a_converted_table_reads_as_the_same(tmp_path):
    path = tmp_path / "targets.csv"
    path.write_text("feature,value,min,max,min_flex,max_flex\non,yes,4,6,3,6\non,1,5,5,5,5\n", encoding="utf-8")
    text = convert_quotas(path, 10)
    assert text == (
        "sortition: 1\nname: targets\npanel_size: 10\npool: {id: id}\nquotas:\n"
        "  'on':\n    seats: {'yes': 4-6, '1': 5}\nflex: {'on': 1}\n"
    )
    assert bare(read_back(tmp_path, read_quotas(path, 10))) == bare(read_quotas(path, 10))


names = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8)
    | st.sampled_from(["yes", "on", "null", "~", "1", "0x1F", "12:30", "<<", "=", "- a", "a: b", "#", "{}", "18–24"])
    | st.just("y" * 200)
).map(clean).filter(lambda name: name and match_key(name) and before_spreadsheet(name) is None)  # fmt: skip
texts = st.text(max_size=30).map(clean)


@st.composite
def quota_specs(draw):
    """Quotas such as a reader gives, with any names."""
    size = draw(st.integers(1, 20))
    found = []
    for name in draw(st.lists(names, min_size=1, max_size=3, unique_by=match_key)):
        values = tuple(draw(st.lists(names, min_size=1, max_size=4, unique_by=match_key)))
        others = draw(st.lists(names, max_size=3, unique_by=match_key))
        taken = {match_key(value) for value in values}
        low, high = (size, *[0] * (len(values) - 1)), tuple(draw(st.integers(size, 99)) for _ in values)
        found.append(
            Category(
                name=name,
                column=draw(names),
                values=values,
                low=low,
                high=high,
                lines=(None,) * len(values),
                synonyms=tuple((other, values[0]) for other in others if match_key(other) not in taken),
                missing=draw(st.sampled_from(["refuse", "unconstrained"])),
                flex=draw(st.none() | st.integers(0, 9)),
                shares=draw(st.sampled_from([(), (100.0, *[1e-7] * (len(values) - 1))])),
                why=draw(texts),
                source=draw(texts),
                reference_date=draw(texts),
                base=draw(texts),
                caution=draw(texts),
                targets=draw(st.sampled_from([(), (size, *[0] * (len(values) - 1))])),
            )
        )
    return Quotas("x.yaml", draw(names), size, tuple(found), tuple(draw(rules_over(found, size))), draw(names),
                  tuple(draw(st.lists(names, max_size=2))),
                  tuple(draw(st.lists(st.builds(Exclusion, names, st.tuples(names), texts), max_size=2))),
                  draw(texts))  # fmt: skip


@st.composite
def rules_over(draw, categories, size):
    rules, crosses = [], []
    for _ in range(draw(st.integers(0, 3))):
        bounds = sorted(draw(st.tuples(st.integers(0, size), st.integers(0, size))))
        category = draw(st.sampled_from(categories))
        values = draw(st.lists(st.sampled_from(category.values), min_size=1, unique=True))
        rules.append(Quota(((category.name, tuple(values)),), *bounds, "rule", draw(texts)))
        if len(categories) > 1:
            of = tuple((c.name, (draw(st.sampled_from(c.values)),)) for c in categories)
            crosses.append(Quota(of, *bounds, "cross", draw(st.sampled_from(["", "why not"]))))
    return [*rules, *crosses]


@given(quota_specs())
def test_what_is_written_is_read(tmp_path_factory, quotas):
    assert bare(read_back(tmp_path_factory.getbasetemp(), quotas)) == bare(quotas)


def conforms(node, schema):
    """Tell whether a tree meets a schema, as far as ours uses the language of schemas."""
    if "$ref" in schema:
        return conforms(node, SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")])
    if not all(any(conforms(node, {**choice, "type": choice.get("type", [])}) for choice in schema[key])
               for key in ("anyOf",) if key in schema):  # fmt: skip
        return False
    if isinstance(node, Table):
        there = {name.text: below for name, below in node.entries}
        known, others = schema.get("properties", {}), schema.get("additionalProperties", {})
        return (
            allows(schema, "object")
            and set(schema.get("required", ())) <= set(there)
            and len(there) >= schema.get("minProperties", 0)
            and all(name in known or others is not False for name in there)
            and all(conforms(below, known.get(name, others)) for name, below in there.items())
        )
    if isinstance(node, Items):
        enough = len(node.items) >= schema.get("minItems", 0)
        return (
            allows(schema, "array") and enough and all(conforms(item, schema.get("items", {})) for item in node.items)
        )
    return scalar_conforms(node.text, schema)


def allows(schema, *types):
    wanted = schema.get("type", [])
    return not wanted or bool(set(types) & set([wanted] if isinstance(wanted, str) else wanted))


def scalar_conforms(text, schema):
    types = ["string"]
    if re.fullmatch(r"[0-9]+", text):
        types += ["integer", "number"]
    elif re.fullmatch(r"[0-9]+\.[0-9]+", text):
        types += ["number"]
    return (
        allows(schema, *types)
        and ("const" not in schema or text == str(schema["const"]))
        and ("enum" not in schema or text in schema["enum"])
        and ("pattern" not in schema or re.search(schema["pattern"], text) is not None)
    )


def tree_of(text):
    return read_tree(text, Faults("x.yaml"))


@pytest.mark.parametrize("name", shipped_quotas())
def test_the_schema_takes_the_shipped_specs_as_they_are_and_written_anew(name):
    assert conforms(tree_of(shipped_path(name).read_text(encoding="utf-8")), SCHEMA)
    assert conforms(tree_of(quotas_to_yaml(read_quotas(name))), SCHEMA)


@pytest.mark.parametrize(
    "defect",
    [
        "version_missing",
        "version_unknown",
        "unknown_key",
        "panel_size_not_whole",
        "no_quotas",
        "category_without_seats",
        "bands_without_day",
        "negative_seats",
        "rule_without_bounds",
        "missing_policy_unknown",
        "exclude_incomplete",
        "many_faults",
    ],
)
def test_the_schema_refuses_what_is_built_wrongly(defect):
    assert not conforms(tree_of((BROKEN / f"quotas_{defect}.yaml").read_text(encoding="utf-8")), SCHEMA)


def test_the_schema_knows_the_keys_that_the_reader_knows():
    kinds = SCHEMA["$defs"]
    assert tuple(SCHEMA["properties"]) == quotas_yaml.SPEC_KEYS
    assert tuple(SCHEMA["properties"]["pool"]["properties"]) == quotas_yaml.POOL_KEYS
    assert tuple(SCHEMA["properties"]["missing"]["additionalProperties"]["enum"]) == categories.MISSING_POLICIES
    assert tuple(kinds["category"]["properties"]) == categories.CATEGORY_KEYS
    assert tuple(kinds["category"]["properties"]["bands"]["properties"]) == bands.BANDS_KEYS
    assert tuple(kinds["rule"]["properties"]) == rules.RULE_KEYS
    assert tuple(kinds["cross"]["properties"]) == rules.CROSS_KEYS
    assert tuple(kinds["exclusion"]["properties"]) == quotas_yaml.EXCLUDE_KEYS
