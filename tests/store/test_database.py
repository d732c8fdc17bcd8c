import sqlite3

import pytest

from gridmap.errors import WorkspaceError
from gridmap.store.database import reading, writing


@pytest.fixture
def path(tmp_path):
    """A database with one table `t` of one row, 1."""
    path = tmp_path / "x.gpkg"
    path.touch()
    with writing(path, timeout_s=0) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.execute("INSERT INTO t VALUES (1)")
    return path


def insert(path, values, *, then=None, most_pages=100):
    with writing(path, timeout_s=0) as connection:
        connection.execute(f"PRAGMA max_page_count={most_pages}")
        connection.executemany("INSERT INTO t VALUES (?)", values)
        if then is not None:
            raise then


def rows(path):
    with reading(path, timeout_s=0) as connection:
        return connection.execute("SELECT x FROM t").fetchall()


def test_nothing_is_written_when_anything_goes_wrong(path):
    with pytest.raises(KeyError, match="stop"):
        insert(path, [(2,)], then=KeyError("stop"))
    assert rows(path) == [(1,)]


def test_a_reader_sees_one_state_while_another_writes(path):
    with reading(path, timeout_s=0) as first:
        assert first.execute("SELECT count(*) FROM t").fetchone() == (1,)
        with pytest.raises(WorkspaceError, match="in use by another program"):
            insert(path, [(2,)])
        assert first.execute("SELECT count(*) FROM t").fetchone() == (1,)
    assert rows(path) == [(1,)]


def test_a_second_writer_is_told_that_the_file_is_in_use(path):
    with writing(path, timeout_s=0) as first:
        first.execute("INSERT INTO t VALUES (2)")
        with pytest.raises(WorkspaceError, match="in use by another program"):
            insert(path, [(3,)])
    assert rows(path) == [(1,), (2,)]


def test_a_full_disk_leaves_the_old_content(path):
    with pytest.raises(WorkspaceError, match="the disk is full"):
        insert(path, [("x" * 4000,)] * 9, most_pages=3)
    assert rows(path) == [(1,)]


def test_another_fault_of_the_database_is_passed_on_with_the_path(path):
    message = r"x\.gpkg cannot be used \(no such table: u\)"
    with pytest.raises(WorkspaceError, match=message), reading(path, timeout_s=0) as connection:
        connection.execute("SELECT * FROM u")


def test_the_file_is_whole_by_itself_after_every_write(path):
    assert [each.name for each in path.parent.iterdir()] == ["x.gpkg"]
    copy = sqlite3.connect(":memory:")
    copy.deserialize(path.read_bytes())
    assert copy.execute("SELECT x FROM t").fetchall() == [(1,)]
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()
