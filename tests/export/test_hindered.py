"""Every format keeps what was there before where a file is open in Excel, or the disk is full."""

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from gridmap.errors import GridmapWarning, OutputError
from gridmap.export.kit import audience_formats, write_exports
from tests.export.list_world import one_request, six_households, two_cells, zoning_of
from tests.warned import warned


@pytest.fixture
def zoning():
    return replace(zoning_of(six_households(), two_cells()), events=one_request())


def bytes_in(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def hold(monkeypatch):
    """Let no file be replaced, as Windows does with one that is open in Excel."""
    replaced = Path.replace

    def refuse(self, target):
        if Path(target).exists():
            raise PermissionError(13, "The process cannot access the file")
        return replaced(self, target)

    monkeypatch.setattr(Path, "replace", refuse)


def fill(monkeypatch):
    """Let the disk be full."""

    def full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("gridmap.store.files.os.fsync", full)


@pytest.mark.parametrize("name", audience_formats("field"))
def test_what_is_open_in_excel_stays_and_the_new_file_is_named_beside_it(zoning, tmp_path, monkeypatch, name):
    write_exports(zoning, tmp_path, audience="field", formats=(name,), plain=True)
    before = bytes_in(tmp_path)
    hold(monkeypatch)
    with warned(GridmapWarning, match=r"the new one was saved beside it as .* \(2\)\."):
        written = write_exports(zoning, tmp_path, audience="field", formats=(name,), plain=True)
    after = bytes_in(tmp_path)
    assert {path: after[path] for path in before} == before
    assert len(written) == len(before) == len(after) - len(before)
    assert all(each.path.is_file() and "(2)" in each.path.stem for each in written)


@pytest.mark.parametrize("name", audience_formats("field"))
def test_a_full_disk_leaves_what_was_there_and_no_half_file(zoning, tmp_path, monkeypatch, name):
    write_exports(zoning, tmp_path, audience="field", formats=(name,), plain=True)
    before = bytes_in(tmp_path)
    fill(monkeypatch)
    with pytest.raises(OutputError, match="make room on the disk"):
        write_exports(zoning, tmp_path, audience="field", formats=(name,), plain=True)
    assert bytes_in(tmp_path) == before
    with pytest.raises(OutputError, match="make room on the disk"):
        write_exports(zoning, tmp_path / "new", audience="field", formats=(name,), plain=True)
    assert bytes_in(tmp_path / "new") == {}
