import pytest

from sortition.errors import InputError
from sortition.reading import read_quotas, shipped
from sortition.reading.shipped import shipped_path, shipped_quotas


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Two specs that come with the program, and a working directory apart from them."""
    folder = tmp_path / "quotas"
    folder.mkdir()
    for name in ("town-2020", "city"):
        spec = f"sortition: 1\nname: {name}\npanel_size: 4\nquotas: {{a: {{seats: {{x: 2, y: 2}}}}}}\n"
        (folder / f"{name}.yaml").write_text(spec, encoding="utf-8")
    (folder / "README.md").write_text("Not a spec.", encoding="utf-8")
    monkeypatch.setattr(shipped, "_folder", lambda: folder)
    monkeypatch.chdir(tmp_path)
    return folder


def fault_of(name):
    with pytest.raises(InputError) as caught:
        read_quotas(name)
    return str(caught.value)


def test_names_are_sorted(folder):
    assert shipped_quotas() == ("city", "town-2020")
    assert shipped_path("city") == folder / "city.yaml"


def test_a_name_is_read_where_no_file_has_it(folder):
    quotas = read_quotas("town-2020", 4)
    assert (quotas.name, quotas.source) == ("town-2020", "town-2020")


def test_a_file_goes_before_a_name(folder, tmp_path):
    mine = (folder / "city.yaml").read_text(encoding="utf-8").replace("name: city", "name: mine")
    (tmp_path / "city").write_text(mine, encoding="utf-8")
    assert read_quotas("city").name == "mine"


def test_an_unknown_name_lists_those_there_are(folder):
    end = " These come with the program: 'city', 'town-2020'."
    assert fault_of("nowhere") == f"nowhere: There is no such file, and no quota spec of this name.{end}"
    start = "twon-2020: There is no such file, and no quota spec of this name. Did you mean 'town-2020'?"
    assert fault_of("twon-2020") == start + end


@pytest.mark.parametrize(
    "name", ["city.yaml", "city.YML", "city.csv", "quotas/nowhere", "../quotas/x", "city.json", "a b"]
)
def test_what_looks_like_a_file_is_one(folder, name):
    assert fault_of(name) == f"{name}: There is no such file. Check the name and the folder."


def test_a_name_too_long_for_the_system(folder):
    assert fault_of("x" * 5000).endswith("x: The file cannot be read (File name too long).")


def test_every_spec_that_comes_with_the_program_is_sound():
    names = shipped_quotas()
    assert "dudley-2019" in names
    for name in names:
        quotas = read_quotas(name)
        assert all(sum(category.low) <= quotas.panel_size for category in quotas.categories)


def test_the_installed_folder_goes_before_the_checkout(tmp_path, monkeypatch):
    package = tmp_path / "sortition"
    package.mkdir()
    monkeypatch.setattr("importlib.resources.files", lambda name: tmp_path / name)
    assert shipped._folder() == tmp_path / "quotas"
    (package / "_quotas").mkdir()
    assert shipped._folder() == package / "_quotas"
