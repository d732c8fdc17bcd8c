import stat
from pathlib import Path

import pytest

from gridmap.errors import OutputError, PlanError
from gridmap.store.files import atomic_path, sha256_of, write_bytes, write_text


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def names_in(folder):
    return [entry.name for entry in folder.iterdir()]


def test_a_written_file_holds_the_bytes_and_leaves_nothing_else(tmp_path):
    write_bytes(tmp_path / "a.bin", b"new")
    assert (tmp_path / "a.bin").read_bytes() == b"new"
    assert names_in(tmp_path) == ["a.bin"]


def test_missing_parent_folders_are_made(tmp_path):
    write_text(tmp_path / "x" / "y" / "a.txt", "网格\r\n")
    assert (tmp_path / "x" / "y" / "a.txt").read_bytes() == "网格\r\n".encode()


def test_the_temporary_file_has_the_name_of_the_target_and_lies_beside_it(tmp_path):
    with atomic_path(tmp_path / "zones.gpkg") as temporary:
        assert temporary.name == "zones.gpkg"
        assert temporary.parent.parent == tmp_path
        assert temporary.parent.name.startswith(".")
        temporary.write_bytes(b"1")
        assert not (tmp_path / "zones.gpkg").exists()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, PlanError])
def test_a_failure_keeps_the_old_file_whole_and_removes_the_temporary_one(tmp_path, error):
    target = tmp_path / "a.txt"
    target.write_text("old")

    def fail():
        with atomic_path(target) as temporary:
            temporary.write_text("half")
            raise error("stop")

    with pytest.raises(error, match="stop"):
        fail()
    assert target.read_text() == "old"
    assert names_in(tmp_path) == ["a.txt"]


def test_a_full_disk_is_told_with_the_name_of_the_file(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")

    def fail():
        with atomic_path(target):
            raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match=r"a\.txt cannot be written: No space left on device"):
        fail()
    assert target.read_text() == "old"


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path):
    (tmp_path / "out").mkdir()
    with pytest.raises(OutputError, match="out cannot be written"):
        write_bytes(tmp_path / "out", b"1")
    assert names_in(tmp_path) == ["out"]


def test_a_file_in_the_place_of_a_parent_folder_is_told(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError, match="cannot be written"):
        write_bytes(tmp_path / "out" / "a.txt", b"1")


def test_writing_nothing_is_an_error(tmp_path):
    def write_nothing():
        with atomic_path(tmp_path / "a.txt"):
            pass

    with pytest.raises(OutputError, match="nothing was written"):
        write_nothing()


def test_a_private_file_is_never_readable_by_others(tmp_path):
    target = tmp_path / "roster.csv"
    with atomic_path(target, private=True) as temporary:
        assert mode_of(temporary.parent) == 0o700
        temporary.write_text("x")
    assert mode_of(target) == 0o600


def test_a_public_file_that_is_made_private_becomes_private(tmp_path):
    target = tmp_path / "roster.csv"
    target.write_text("old")
    target.chmod(0o644)
    write_text(target, "new", private=True)
    assert mode_of(target) == 0o600


def test_a_replaced_file_keeps_its_mode(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")
    target.chmod(0o640)
    write_text(target, "new")
    assert mode_of(target) == 0o640


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    write_text(tmp_path / "link.txt", "new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"


def test_sha256_is_that_of_the_bytes(tmp_path):
    write_bytes(tmp_path / "abc", b"abc")
    assert (
        sha256_of(Path(tmp_path / "abc"))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
