import pytest

from gridmap.errors import GridmapError
from gridmap.store import bundled
from gridmap.store.bundled import bundled_path


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with a package and its data beside it.

    repository/gridmap/            the package
    repository/geodata/a/x.csv
    """
    package = tmp_path / "gridmap"
    package.mkdir()
    data = tmp_path / "geodata" / "a"
    data.mkdir(parents=True)
    (data / "x.csv").write_text("checkout")
    monkeypatch.setattr(bundled, "_PACKAGE", package)
    return tmp_path


def test_a_checkout_has_its_data_beside_the_package(checkout):
    assert bundled_path("a/x.csv").read_text() == "checkout"


def test_an_installed_package_carries_its_data_and_they_come_first(checkout):
    inside = checkout / "gridmap" / "geodata" / "a"
    inside.mkdir(parents=True)
    (inside / "x.csv").write_text("wheel")
    assert bundled_path("a/x.csv").read_text() == "wheel"


def test_a_folder_can_be_asked_for(checkout):
    assert bundled_path("a").is_dir()


def test_what_is_not_bundled_is_named_in_the_error(checkout):
    with pytest.raises(GridmapError, match=r"no bundled data called 'a/y\.csv'"):
        bundled_path("a/y.csv")


@pytest.mark.parametrize("name", ["../secret.csv", "a/../../secret.csv"])
def test_a_name_cannot_lead_out_of_the_bundled_data(checkout, name):
    (checkout / "secret.csv").write_text("secret")
    with pytest.raises(GridmapError, match="no bundled data"):
        bundled_path(name)
