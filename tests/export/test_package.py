"""An issue as one ZIP: encrypted as a whole, and its names tell nobody."""

import io
import stat
import zipfile

import pytest
import pyzipper
from stream_unzip import stream_unzip

from gridmap.errors import OutputError, UnsupportedError
from gridmap.export.kit import write_exports
from gridmap.export.package import export_package
from gridmap.store import sealed
from tests.export.list_world import six_households, two_cells, zoning_of

PASSWORD = "枫桥1963"  # noqa: S105 (made up)


@pytest.fixture
def written(tmp_path):
    zoning = zoning_of(six_households(), two_cells())
    formats = ("map", "contacts", "certificate")
    return write_exports(zoning, tmp_path, audience="field", formats=formats, password=PASSWORD)


def test_the_files_come_out_again_with_the_password(written, tmp_path):
    package = export_package(written, tmp_path, audience="field", password=PASSWORD)
    with pyzipper.AESZipFile(package.path) as outer:
        assert outer.namelist() == ["field-files.zip"]
        outer.setpassword(PASSWORD.encode())
        data = outer.read("field-files.zip")
    with zipfile.ZipFile(io.BytesIO(data)) as inner:
        assert inner.testzip() is None
        packed = {name: inner.read(name) for name in inner.namelist()}
    assert packed == {each.path.relative_to(tmp_path).as_posix(): each.path.read_bytes() for each in written}
    assert stat.S_IMODE(package.path.stat().st_mode) == 0o600


@pytest.mark.filterwarnings("ignore:PBKDF2 without:DeprecationWarning")  # the format has no other hash
def test_a_reader_that_shares_nothing_with_the_writer_opens_it(written, tmp_path):
    package = export_package(written, tmp_path, audience="field", password=PASSWORD)
    data = package.path.read_bytes()
    found = {name: b"".join(parts) for name, _, parts in stream_unzip([data], password=PASSWORD.encode())}
    assert list(found) == [b"field-files.zip"]
    with zipfile.ZipFile(io.BytesIO(found[b"field-files.zip"])) as inner:
        assert len(inner.namelist()) == len(written)
        assert inner.testzip() is None


def test_no_byte_of_it_names_anybody(written, tmp_path):
    data = export_package(written, tmp_path, audience="field", password=PASSWORD).path.read_bytes()
    for text in ("周党员", "陈书记", "枫南新村", "S-1", "officials", "contacts", "map.html"):
        assert text.encode() not in data
        assert text.encode("gb18030") not in data


def test_it_is_aes_256_and_no_other_password_opens_it(written, tmp_path):
    package = export_package(written, tmp_path, audience="field", password=PASSWORD)
    with pyzipper.AESZipFile(package.path) as outer:
        (info,) = outer.infolist()
        assert (info.wz_aes_strength, info.wz_aes_version) == (3, 2)
        outer.setpassword(b"wrong")
        with pytest.raises(RuntimeError, match="Bad password"):
            outer.read(info)
    with (
        zipfile.ZipFile(package.path) as plain,
        pytest.raises((RuntimeError, NotImplementedError), match=r"encrypt|password|compression"),
    ):
        plain.read("field-files.zip")


def test_without_a_password_or_for_the_public_there_is_none(written, tmp_path):
    with pytest.raises(UnsupportedError, match="needs a password"):
        export_package(written, tmp_path, audience="field", password=None)
    with pytest.raises(UnsupportedError, match="hand out the files"):
        export_package(written, tmp_path, audience="public", password=PASSWORD)


def test_a_full_disk_leaves_no_half_package(written, tmp_path, monkeypatch):
    def full(source, entry):
        entry.write(source.read(10))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sealed.shutil, "copyfileobj", full)
    with pytest.raises(OutputError, match="make room on the disk"):
        export_package(written, tmp_path, audience="field", password=PASSWORD)
    assert not (tmp_path / "field.zip").exists()
    assert not list(tmp_path.glob(".gridmap-*"))
