"""Kill saves, replacements, duties, migrations and exports at random moments, and look at what is left.

`python -m benchmarks.kills` runs 200 kills; the tests run fewer. A child prints a line for everything that
gridmap has told it is done; the parent kills it (`kill -9`) some lines and a fraction of a usual turn later.
Then the file must be the one before or the one after, whole, with everything that was told.
"""

import argparse
import os
import random
import select
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

import gridmap as gm
from gridmap.model.duties import PIN_COLUMNS
from gridmap.store.backup import KEPT, KEPT_OF, list_backups
from gridmap.store.leftovers import sweep_leftovers

TOP = Path(__file__).resolve().parents[1]
OLD = TOP / "tests" / "data" / "workspace_v1.sql"
OLD_PLAN = "dccf3498fbdc3467"
JOBS = ("save", "save", "tables", "duties", "migration", "export")
FIRST_GUESS_S = 0.05
_TIERS = ("sealed", "controlled")


# The child


def host():
    """Read jobs from stdin, and do each in a process of its own until that is killed."""
    for line in sys.stdin:
        job, folder = line.strip().split("|")
        child = os.fork()
        if not child:
            tell(f"pid {os.getpid()}")
            WORK[job](Path(folder))
            tell("end")
            signal.pause()
        os.waitpid(child, 0)
        tell("gone")


def tell(text):
    """Write a line at once and whole."""
    os.write(1, f"{text}\n".encode())


def save_on_and_on(folder):
    """Save one plan after the other, each with large outlines."""
    workspace = gm.open_workspace(folder / "w.gpkg")
    while True:
        number = len(workspace.versions())
        plan = gm.apply_edit(workspace.plan, gm.SetTier(cells=["a"], tier=_TIERS[number % 2], reason="r"))
        shapes = [shapely.box(0, 0, 1, 1)] * 60
        outlines = gpd.GeoDataFrame({"name": [f"{number:04}" * 400] * 60}, geometry=shapes, crs=4549)
        workspace.save(plan, reason=str(number), author="child", outlines=outlines)
        tell(f"done {number + 1}")


def replace_on_and_on(folder):
    """Replace the roster by one of the next generation again and again."""
    workspace = gm.open_workspace(folder / "w.gpkg")
    while True:
        generation = generation_of(workspace) + 1
        workspace.set_tables(households=roster(generation))
        tell(f"done {generation}")


def appoint_on_and_on(folder):
    """Set one pin in the place of another, and put duties of that official in force, again and again."""
    workspace = gm.open_workspace(folder / "w.gpkg")
    while True:
        number = in_force_of(workspace) + 1
        pins = pd.DataFrame([[f"p{number}", "grid_head", "area", "a"]], columns=list(PIN_COLUMNS))
        workspace.change_pins(put=pins, drop=workspace.pins, author="child")
        duties = pins.loc[[0] * 2000].assign(origin="pinned")
        workspace.keep_duties(duties, plan_version=str(number), author="child")
        tell(f"done {number}")


def migrate_once(folder):
    """Open a workspace of an older version."""
    gm.open_workspace(folder / "old.gpkg")
    tell("done 2")


def export_on_and_on(folder):
    """Write one export after the other over the one before."""
    zoning = small_zoning()
    number = 0
    while True:
        gm.export_layers(zoning, folder / "zones.gpkg", audience="official")
        gm.export_layers(zoning, folder / "zones.geojson", audience="official")
        gm.export_map(zoning, folder / "map.html", audience="official")
        number += 1
        tell(f"done {number}")


WORK = {
    "save": save_on_and_on,
    "tables": replace_on_and_on,
    "duties": appoint_on_and_on,
    "migration": migrate_once,
    "export": export_on_and_on,
}


# What they work on


def small_grid():
    """Return two unit squares side by side, a and b."""
    shapes = [shapely.box(x, 0, x + 1, 1) for x in range(2)]
    return gpd.GeoDataFrame(index=pd.Index(["a", "b"], name="cell_id"), geometry=shapes, crs=4549)


def roster(generation):
    """Return 500 households that all say which generation they are of."""
    index = pd.Index([f"h{number}" for number in range(500)], name="household_id")
    return pd.DataFrame({"residents": [generation] * 500, "address": "新村" * 50}, index=index)


def generation_of(workspace):
    """Return the generation of the stored roster, which must be the same in every row; 0 without one."""
    found = workspace.households["residents"].unique().tolist()
    assert len(found) < 2, f"a roster of several generations: {found}"
    return int(found[0]) if found else 0


def in_force_of(workspace):
    """Return the number of the duties in force, which must be the same in every row; 0 without any."""
    if workspace.in_force is None:
        return 0
    (holder,) = workspace.duties_in_force["official_id"].unique()
    assert holder == f"p{workspace.in_force.plan_version}"
    return int(holder[1:])


def small_zoning():
    """Return a draft over the two cells with one of them sealed."""
    grid = small_grid()
    plan = gm.apply_edit(gm.new_plan(grid), gm.SetTier(cells=["a"], tier="sealed"))
    homes = gpd.GeoDataFrame(
        {"residents": [1]},
        index=pd.Index(["h"], name="household_id"),
        geometry=[shapely.Point(0.5, 0.5)],
        crs=4549,
    )
    placement = gm.place_households(homes, grid)
    return gm.Zoning(
        plan=plan,
        grid=grid,
        protocol=gm.load_protocol("three-zones-2021"),
        placement=placement,
        certificate=gm.certify(placement, plan),
        document=gm.Document(draft=True),
    )


# The parent


class Killer:
    """Starts jobs in a host process and kills them at moments drawn by a seed.

    Parameters
    ----------
    folder
        Where the files are.
    seed
        Of the moments.
    """

    def __init__(self, folder, *, seed):
        self.folder = folder
        self.random = random.Random(seed)  # noqa: S311 - moments, no secrets
        self.turn_s = dict.fromkeys(WORK, FIRST_GUESS_S)
        self.outcomes = Counter()
        workspace = gm.open_workspace(folder / "w.gpkg")
        workspace.set_tables(grid=small_grid(), households=roster(0))

    def __enter__(self):
        command = [sys.executable, "-c", "from benchmarks.kills import host; host()"]
        pipe = subprocess.PIPE
        self.host = subprocess.Popen(command, cwd=TOP, stdin=pipe, stdout=pipe, bufsize=0)
        return self

    def __exit__(self, *_):
        self.host.stdin.close()
        self.host.stdout.close()
        self.host.wait()

    def kill_one(self, job):
        """Start a job, kill it, and look at what is left."""
        before = LOOK[job](self.folder, begin=True)
        told = self._run(job)
        midst = [*self.folder.rglob("*-journal"), *self.folder.rglob(".gridmap-*")]
        after = LOOK[job](self.folder, begin=False)
        done = max([before, *told]) if job != "export" else 0
        assert done <= after <= done + 1, f"{job}: {before} before, told {told}, {after} found"
        self.outcomes[f"{job}: {'in the midst of writing' if midst else 'between two writings'}"] += 1
        for folder in (self.folder, *self.folder.glob("*-backups")):
            sweep_leftovers(folder)
        assert not list(self.folder.rglob(".gridmap-*")), "unfinished files are left"

    def _run(self, job):
        """Give the numbers of what the child was told is done."""
        self.host.stdin.write(f"{job}|{self.folder}\n".encode())
        pid = int(self._line().split()[1])
        lines = self.random.choice([0, 0, 0, 1, 2]) if job != "migration" else 0
        told = []
        while len(told) < lines:
            begun = time.perf_counter()
            told.append(self._line())
            self.turn_s[job] = 0.5 * self.turn_s[job] + 0.5 * (time.perf_counter() - begun)
        # waits for the next line, but not longer than to the chosen moment of the turn
        select.select([self.host.stdout], [], [], self.random.random() * 1.2 * self.turn_s[job])
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        while (line := self._line()) != "gone":
            told.append(line)
        return [int(line.split()[1]) for line in told if line.startswith("done")]

    def _line(self):
        """Read a line without reading ahead, so that `select` sees what has come."""
        text = b""
        while not text.endswith(b"\n"):
            text += self.host.stdout.read(1)
        return text.decode().strip()


def look_at_saves(folder, *, begin):  # noqa: ARG001 - all looks are called alike
    """Return the number of the last save, and make sure that all is whole."""
    check_whole(folder / "w.gpkg")
    workspace = gm.open_workspace(folder / "w.gpkg")
    versions = workspace.versions()
    assert versions["save"].tolist() == list(range(1, len(versions) + 1))
    if len(versions):
        assert workspace.plan.version == versions["version"].iloc[-1]
        zones = pyogrio.read_dataframe(folder / "w.gpkg", layer="zones", read_geometry=False)
        assert set(zones["plan_version"]) == {workspace.plan.version}
    return len(versions)


def look_at_tables(folder, *, begin):  # noqa: ARG001 - all looks are called alike
    """Return the generation of the roster, and make sure that the copies are whole."""
    check_whole(folder / "w.gpkg")
    copies = list_backups(folder / "w.gpkg")
    assert len(copies) <= KEPT + sum(KEPT_OF.values()) + 2, "more than those kept and one of each kind"
    for copy in copies[-1:]:
        check_whole(copy)
        generation_of(gm.open_workspace(copy))
    return generation_of(gm.open_workspace(folder / "w.gpkg"))


def look_at_duties(folder, *, begin):  # noqa: ARG001 - all looks are called alike
    """Return the number of the duties in force; the pin may be a step ahead, and is the last in its log."""
    check_whole(folder / "w.gpkg")
    workspace = gm.open_workspace(folder / "w.gpkg")
    number, pins, log = in_force_of(workspace), workspace.pins, workspace.pin_history()
    assert len(workspace.duties_in_force) in {0, 2000}
    assert len(pins) <= 1
    if len(pins):
        ahead = int(pins["official_id"].iloc[0][1:])
        assert number <= ahead <= number + 1
        assert log["official_id"].iloc[-1] == f"p{ahead}"
        assert (log["change"] == "set").sum() == ahead
    return number


def look_at_migration(folder, *, begin):
    """Return 2 if the workspace is up to date, else 1; a new one of version 1 is made at the beginning."""
    path = folder / "old.gpkg"
    if begin:
        for left in [path, *list_backups(path)]:
            left.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(OLD.read_text(encoding="utf-8"))
    check_whole(path)
    with closing(sqlite3.connect(path)) as connection:
        sql = "SELECT value FROM gridmap_meta WHERE key = 'schema_version'"
        version = int(connection.execute(sql).fetchone()[0])
        assert connection.execute("SELECT version FROM gridmap_versions").fetchall() == [(OLD_PLAN,)]
    for copy in list_backups(path):
        check_whole(copy)
    assert version == 1 or list_backups(path), "brought up to date without a copy"
    return min(version, 2)


def look_at_exports(folder, *, begin):
    """Make sure that every export is whole; how many there were cannot be seen in them."""
    if not begin:
        for name in ("zones.gpkg", "zones.geojson"):
            if (folder / name).exists():
                assert len(pyogrio.read_dataframe(folder / name, layer="zones")) == 1
        if (folder / "map.html").exists():
            assert (folder / "map.html").read_text(encoding="utf-8").rstrip().endswith("</html>")
    return 0


LOOK = {
    "save": look_at_saves,
    "tables": look_at_tables,
    "duties": look_at_duties,
    "migration": look_at_migration,
    "export": look_at_exports,
}


def check_whole(path):
    """Let SQLite check a file, after it has rolled back what was not committed."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)], path.name


def run_kills(folder, *, kills, seed):
    """Kill so many jobs, kind by kind, and count how each ended."""
    with Killer(folder, seed=seed) as killer:
        for turn in range(kills):
            killer.kill_one(JOBS[turn % len(JOBS)])
    return killer.outcomes


def main():
    """Run, and print the counts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        outcomes = run_kills(Path(folder), kills=asked.kills, seed=asked.seed)
    for outcome, count in sorted(outcomes.items()):
        print(f"{count:5} {outcome}")
    print(f"{asked.kills} kills in {time.perf_counter() - begun:.0f} s: nothing lost, every file whole")


if __name__ == "__main__":
    main()
