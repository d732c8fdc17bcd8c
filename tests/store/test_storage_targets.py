"""A file that is locked, open in another program, read-only, or on a full disk: the old one stays whole."""

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.errors import GridmapWarning, OutputError
from gridmap.export.kit import write_contacts
from gridmap.store.files import atomic_path, write_set, write_text, write_with
from gridmap.store.leftovers import sweep_leftovers, working_folder
from tests.warned import warned

FULL = r"cannot be written: .*(?:the disk|came back|File too large).*what was there before is whole"


def names_in(folder):
    return sorted(entry.name for entry in folder.iterdir())


@pytest.fixture
def old(tmp_path):
    """The file map.html, which holds "old"."""
    path = tmp_path / "map.html"
    path.write_text("old")
    return path


# held by another program


@pytest.mark.parametrize("lock", ["~$map.html", ".~lock.map.html#", "map.html-wal", "map.html-journal"])
def test_a_file_that_is_open_elsewhere_stays_and_the_new_one_is_saved_beside_it(old, lock):
    (old.parent / lock).write_text("somebody")
    with warned(GridmapWarning, match=r"map\.html is open in another program.*as map \(2\)\.html"):
        written = write_text(old, "new")
    assert written == old.with_name("map (2).html")
    assert (old.read_text(), written.read_text()) == ("old", "new")
    assert names_in(old.parent) == sorted([lock, "map (2).html", "map.html"])


def test_a_read_only_file_stays_and_the_next_free_name_is_taken(old):
    old.chmod(0o444)
    (old.parent / "map (2).html").write_text("mine")
    with warned(GridmapWarning, match=r"is read-only; .* beside it as map \(3\)\.html"):
        assert write_text(old, "new", private=True).name == "map (3).html"
    assert (old.read_text(), (old.parent / "map (2).html").read_text()) == ("old", "mine")
    assert (old.parent / "map (3).html").stat().st_mode & 0o777 == 0o600


@pytest.fixture
def as_on_windows(monkeypatch):
    """Let no program replace map.html, as Windows does with a file that is open."""
    replace = Path.replace

    def refuse(self, target):
        if Path(target).name == "map.html":
            raise PermissionError(13, "The process cannot access the file")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)


def test_a_file_that_the_system_does_not_let_go_stays_and_the_new_one_is_beside_it(old, as_on_windows):
    with warned(GridmapWarning, match=r"open in another program, or may not be replaced"):
        written = write_with(old, lambda temporary: temporary.write_text("new"))
    assert (old.read_text(), written.read_text()) == ("old", "new")
    assert names_in(old.parent) == ["map (2).html", "map.html"]


def test_where_a_file_beside_does_not_help_it_is_an_error(old, as_on_windows):
    with pytest.raises(OutputError, match="it was left as it is: see to that"), atomic_path(old) as temporary:
        temporary.write_text("new")
    assert (old.read_text(), names_in(old.parent)) == ("old", ["map.html"])


def test_a_lock_beside_no_file_hinders_nothing(tmp_path):
    (tmp_path / "~$a.xlsx").write_text("left by a crash")
    assert write_text(tmp_path / "a.xlsx", "new") == tmp_path / "a.xlsx"


def test_a_set_of_files_is_replaced_as_a_whole_or_not_at_all(tmp_path):
    parts = (".dbf", ".shp")

    def write(text):
        return lambda path: [path.with_suffix(part).write_text(text) for part in parts]

    write_set(tmp_path / "z.shp", parts, write("old"))
    (tmp_path / "z.shp").chmod(0o444)
    with pytest.raises(OutputError, match=r"z\.shp is read-only"):
        write_set(tmp_path / "z.shp", parts, write("new"))
    (tmp_path / "z.shp").chmod(0o644)
    with pytest.raises(OutputError, match="nothing was written"):
        write_set(tmp_path / "z.shp", parts, lambda path: path.with_suffix(".dbf").write_text("new"))
    assert [(tmp_path / f"z{part}").read_text() for part in parts] == ["old", "old"]
    assert names_in(tmp_path) == ["z.dbf", "z.shp"]


def test_a_list_that_is_open_in_excel_stays_and_the_log_names_the_new_one(tmp_path, zoning):
    zoning, first = write_contacts(zoning, tmp_path, audience="official")
    assert zoning.certificate.balanced
    before = (tmp_path / "officials.xlsx").read_bytes()
    (tmp_path / "~$officials.xlsx").write_text("somebody")
    with warned(GridmapWarning, match=r"saved beside it as officials \(2\)\.xlsx"):
        proven, again = write_contacts(zoning, tmp_path, audience="official")
    assert (tmp_path / "officials.xlsx").read_bytes() == before
    assert proven.certificate.balanced
    assert [each.path.name for each in again if "(2)" in each.path.name] == ["officials (2).xlsx"]
    assert [each.persons for each in again] == [each.persons for each in first]


def test_a_map_that_is_open_elsewhere_is_written_beside_and_its_path_returned(old, zoning):
    old.chmod(0o444)
    with warned(GridmapWarning, match="is read-only"):
        path = gm.export_map(zoning, old, audience="official")
    assert path == old.with_name("map (2).html")
    assert path.read_text(encoding="utf-8").rstrip().endswith("</html>")


# left by a killed program

LEFT = """
import sys
from pathlib import Path
from gridmap.store.leftovers import working_folder
with working_folder(Path(sys.argv[1])) as folder:
    (folder / "half").write_text("x")
    print("written", flush=True)
    sys.stdin.read()
"""


def test_what_a_killed_program_left_is_swept_and_what_is_in_use_stays(tmp_path):
    command = [sys.executable, "-c", LEFT, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline() == "written\n"
        sweep_leftovers(tmp_path)
        assert len(names_in(tmp_path)) == 1
        child.kill()
        child.wait()
    assert len(names_in(tmp_path)) == 1
    with working_folder(tmp_path) as mine:
        sweep_leftovers(tmp_path)
        assert names_in(tmp_path) == [mine.name]
    assert names_in(tmp_path) == []


# a full disk


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A function that gives a folder where only so many bytes can be written, as a context.

    It is a disk of its own where one may be mounted, and else a limit for the size of a file.
    """
    folder = tmp_path_factory.mktemp("disk")

    def mount(size):
        options = ["mount", "-t", "tmpfs", "-o", f"size={size}", "gridmap-test", str(folder)]
        try:
            return subprocess.run(options, capture_output=True, check=False).returncode == 0
        except OSError:
            return False

    @contextmanager
    def limited(size):
        mounted = mount(size)
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        try:
            yield folder
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            if mounted:
                subprocess.run(["umount", str(folder)], check=True)
            for left in folder.iterdir():
                shutil.rmtree(left) if left.is_dir() else left.unlink()

    def fill(size):
        """Leave no more room than `size` bytes from now on."""
        if os.path.ismount(folder):
            free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
            (folder / "ballast").write_bytes(b"x" * max(free - size, 0))
        else:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))

    limited.fill = fill
    return limited


@pytest.fixture(scope="module")
def zoning():
    """One square cell with a long border, sealed, with two households."""
    ring = shapely.Point(120, 30).buffer(0.01, quad_segs=600)
    grid = gpd.GeoDataFrame(
        {"name": ["甲"]}, geometry=[ring], crs=4326, index=pd.Index(["a"], name="cell_id")
    )
    index = pd.Index(["h1", "h2"], name="household_id")
    households = gpd.GeoDataFrame(
        {"residents": [1, 2]}, geometry=[shapely.Point(120, 30)] * 2, crs=4326, index=index
    )
    plan = gm.apply_edit(gm.new_plan(grid), gm.SetTier(cells=["a"], tier="sealed", name="甲"))
    placement = gm.place_households(households, grid)
    return gm.Zoning(
        plan=plan,
        grid=grid,
        protocol=gm.load_protocol("three-zones-2021"),
        placement=placement,
        certificate=gm.certify(placement, plan),
        document=gm.Document(draft=True),
    )


def lists(zoning, path, *, audience):
    gm.export_contacts(zoning, path.parent, audience=audience)


EXPORTS = {
    "map.html": gm.export_map,
    "atlas.pdf": gm.export_atlas,
    "zones.gpkg": gm.export_layers,
    "zones.geojson": gm.export_layers,
    "zones.kml": gm.export_layers,
    "zones.parquet": gm.export_layers,
    "zones.shp": gm.export_layers,
    "officials.xlsx": lists,
}


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_to_a_full_disk_says_so_and_leaves_the_old_file(room, zoning, name):
    with room("4m") as folder:
        target = folder / name
        target.write_bytes(b"old")
        room.fill(4096)
        before = names_in(folder)
        with pytest.raises(OutputError, match=FULL):
            EXPORTS[name](zoning, target, audience="official")
        assert target.read_bytes() == b"old"
        files = sorted(each.name for each in folder.rglob("*") if not each.is_dir())
        assert (files, list(folder.rglob(".gridmap-*"))) == (before, [])


def test_a_workspace_on_a_full_disk_says_so_and_keeps_what_it_held(room, zoning):
    with room("4m") as folder:
        workspace = gm.open_workspace(folder / "w.gpkg")
        workspace.set_tables(grid=zoning.grid)
        workspace.save(zoning.plan, reason="r", author="a")
        before = names_in(folder)
        room.fill(8192)
        index = pd.Index([f"h{number}" for number in range(5000)], name="household_id")
        roster = pd.DataFrame({"address": "枫桥新村" * 20}, index=index)
        with pytest.raises(gm.WorkspaceError, match=r"cannot be written.*disk.* full"):
            workspace.set_tables(households=roster)
        assert [name for name in names_in(folder) if name != "ballast"] == before
        with closing(sqlite3.connect(workspace.path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        again = gm.open_workspace(workspace.path)
        assert (again.plan, len(again.households)) == (zoning.plan, 0)
