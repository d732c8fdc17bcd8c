"""Make docs/images/workbench*.png: every tool and pane of the workbench, at work on the fictional county.

``.venv/bin/python tools/make_workbench_pictures.py`` makes all of them in some minutes, or those whose names
are given; ``--out`` puts them elsewhere. It needs Chromium, as the tests do. All that is seen on the pictures
was done by mouse, key and finger. Look at each before it is committed.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir
from typing import Any

from pandas import DataFrame, Timestamp
from workbench_page import PROVEN, Lonlat, WorkbenchPage, chromium, photograph, shown

import gridmap as gm

TARGET = Path(__file__).parents[1] / "docs" / "images"
AUTHOR = "值班员"
OTHER = "另一台电脑"
WHOLE = (".gm-bench",)
MAP = (".gm-rail", ".gm-stage")
PANEL = (".gm-side",)
DIALOG = (".gmp-modal",)

# The town that no rule of the two cases reaches.
OPEN_TOWN = "990421003"
OPEN_VILLAGE = "990421003001"
OPEN = (120.9055, 30.8370, 120.9135, 30.8415)
LOOP = (
    (120.9035, 30.8385),
    (120.9045, 30.8415),
    (120.9085, 30.8425),
    (120.9110, 30.8400),
    (120.9075, 30.8365),
)
CASE = (120.90946, 30.86384)

# Of whom one is away and another waits for something.
NEEDY = "990421001002000348"

# Two cells given to one person, who has no room for them, and the cell of a neighbour.
CROWDED = ("990421001002002002", "990421001002002003")
CROWDED_PERSON = "P0000311"
CROWDED_PLACES = ((120.9030, 30.8557), (120.9057, 30.8554))
NEIGHBOUR = (120.9090, 30.8549)


@dataclass(frozen=True)
class Picture:
    """One picture: what is done before it, what of the page it shows, and on which screen."""

    scene: Callable[[WorkbenchPage], Any]
    parts: tuple[str, ...]
    screen: dict[str, Any] = field(default_factory=dict)
    zoned: bool = True


PICTURES: dict[str, Picture] = {}


def picture(*parts: str, zoned: bool = True, **screen: Any) -> Callable[[Any], Any]:
    """Make a picture of a scene, under its name."""

    def keep(scene: Callable[[WorkbenchPage], Any]) -> Callable[[WorkbenchPage], Any]:
        PICTURES[scene.__name__.replace("_", "-")] = Picture(scene, parts, screen, zoned)
        return scene

    return keep


def on_line(view: WorkbenchPage, name: str, share: float) -> Lonlat:
    """Return a place on a named line, by its share of the length."""
    lines = view.bench.boundaries
    at = lines.geometry[lines["name"] == name].iloc[0].interpolate(share, normalized=True)
    return at.x, at.y


def home(view: WorkbenchPage, cell: str) -> Lonlat:
    """Return where a household of a cell is."""
    at = view.bench.households.geometry[view.bench.households["cell_id"] == cell].iloc[0]
    return at.x, at.y


def parts_of_duties(view: WorkbenchPage, part: str) -> None:
    """Show a part of the duties, and wait until it is there."""
    view.show("duties")
    view.until(f"document.querySelector('[data-key=segment-{part}]') !== null")
    view.take(f"[data-key=segment-{part}]")
    view.rest()


def short_of_people(view: WorkbenchPage) -> None:
    """Have fewer leaders than zones and no head in one grid, and let one person carry more than she can."""
    bench = view.bench
    roles = bench.officials["role"]
    away = [*roles.index[roles == "lead_official"][2:], *roles.index[roles == "grid_head"][:3]]
    bench.workspace.set_tables(officials=bench.officials.drop(away))
    bench.reload()
    bench.assign()
    homes = bench.placement.cells
    crowd = homes.index[homes.isin(CROWDED)].tolist()
    bench.hand_over(CROWDED_PERSON, "linked_member", households=crowd)
    view.rest()


# ---- the tools


@picture(*MAP)
def pan(view: WorkbenchPage) -> None:
    """Click on a cell to see what it is."""
    view.click((120.9060, 30.8560))


@picture(*MAP)
def click(view: WorkbenchPage) -> None:
    """Seal two cells one by one, and point at a third."""
    view.look_at(*OPEN)
    view.press("1", "c")
    view.click((120.9060, 30.8400), (120.9085, 30.8395))
    view.point((120.9110, 30.8400))


@picture(*MAP)
def brush(view: WorkbenchPage) -> None:
    """Be amid a stroke."""
    view.look_at(*OPEN)
    view.press("1", "b", "]", "]")
    view.draw((120.9050, 30.8400), (120.9090, 30.8415), (120.9130, 30.8400), release=False)


@picture(*MAP)
def only(view: WorkbenchPage) -> None:
    """Draw a wide stroke along a zone, over cells without a tier only."""
    view.look_at(*OPEN)
    view.press("2", "b", "]", "]", "]", "]", "]")
    view.take("[data-only=unassigned]")
    view.draw((120.8990, 30.8370), (120.9010, 30.8395), (120.9055, 30.8440), release=False)


@picture(*MAP)
def eraser(view: WorkbenchPage) -> None:
    """Take the tier from cells of a village."""
    view.look_at(*OPEN)
    view.bench.apply(gm.SetTier(areas=[OPEN_VILLAGE], tier="controlled"))
    view.press("e", "]", "]")
    view.draw((120.9050, 30.8380), (120.9090, 30.8390), (120.9120, 30.8370), release=False)


@picture(*MAP)
def box(view: WorkbenchPage) -> None:
    """Draw a box."""
    view.look_at(*OPEN)
    view.press("2", "m")
    view.draw((120.9040, 30.8425), (120.9120, 30.8370), release=False)


@picture(*MAP)
def lasso(view: WorkbenchPage) -> None:
    """Draw a shape by hand."""
    view.look_at(*OPEN)
    view.press("1", "l")
    view.draw(*LOOP, release=False)


@picture(*MAP)
def polygon(view: WorkbenchPage) -> None:
    """Draw a shape corner by corner."""
    view.look_at(*OPEN)
    view.press("2", "p")
    view.click(*LOOP[:-1])
    view.point(LOOP[-1])


@picture(*MAP)
def ring(view: WorkbenchPage) -> None:
    """Point at a case: its ring of 500 m is shown before the click."""
    view.look_at(120.9055, 30.8600, 120.9135, 30.8650)
    view.press("1", "o")
    view.point(CASE)


@picture(*MAP)
def enclose(view: WorkbenchPage) -> None:
    """Pick two rivers, a road and the border, which close."""
    view.press("2", "w")
    view.rest()
    view.click(on_line(view, "浦榆河", 0.3), on_line(view, "泾荷路", 0.1), on_line(view, "洲稻河", 0.5))
    view.click(on_line(view, "示例县界", 0.68))
    view.point((120.9085, 30.8375))


@picture(*MAP)
def gaps(view: WorkbenchPage) -> None:
    """Pick them without the border, so that they do not close."""
    view.press("2", "w")
    view.rest()
    view.click(on_line(view, "浦榆河", 0.3), on_line(view, "泾荷路", 0.1), on_line(view, "洲稻河", 0.5))
    view.point((120.8800, 30.8650))


@picture(*MAP)
def area(view: WorkbenchPage) -> None:
    """Point at a village, which is marked."""
    view.press("2", "a")
    view.page.locator(".gm-options select").first.select_option("village")
    view.point((120.9085, 30.8375))


@picture(*MAP)
def flood(view: WorkbenchPage) -> None:
    """Fill all that had no tier."""
    view.press("3", "g")
    view.click((120.9085, 30.8375))


@picture(*MAP)
def carve(view: WorkbenchPage) -> None:
    """Carve out a part of a cell, and ask for a household."""
    view.look_at(120.9065, 30.8380, 120.9105, 30.8405)
    view.press("1", "x")
    view.click((120.9068, 30.8396), (120.9068, 30.8404), (120.9080, 30.8404), (120.9080, 30.8396))
    view.press("Enter")
    view.take('.gm-options [data-value="pick"]')
    view.click(home(view, "990421003001002002"))


@picture(*MAP)
def lock(view: WorkbenchPage) -> None:
    """Paint over locked cells, which stay what they are."""
    view.look_at(*OPEN)
    view.bench.apply(gm.SetTier(areas=[OPEN_VILLAGE], tier="controlled"))
    view.press("k", "]")
    view.draw((120.9050, 30.8400), (120.9090, 30.8410))
    view.press("1", "b")
    view.draw((120.9080, 30.8420), (120.9075, 30.8370))


@picture(*MAP)
def unlock(view: WorkbenchPage) -> None:
    """Free locked cells."""
    view.look_at(*OPEN)
    view.bench.apply(gm.SetTier(areas=[OPEN_VILLAGE], tier="controlled"))
    view.bench.apply(gm.Lock(areas=[OPEN_VILLAGE]))
    view.rest()
    view.press("u", "]")
    view.draw((120.9050, 30.8400), (120.9090, 30.8410), release=False)


# ---- what stands round the map


@picture(*WHOLE, zoned=False)
def road(view: WorkbenchPage) -> None:
    """Show a workspace without zones."""


@picture(*WHOLE, zoned=False)
def minute(view: WorkbenchPage) -> None:
    """Paint the first sealed zone."""
    view.take("[data-key=road-paint]")
    view.look_at(120.9055, 30.8600, 120.9135, 30.8650)
    view.draw((120.9070, 30.8625), (120.9100, 30.8630))
    view.rest(4)  # until the problems are counted


@picture(*WHOLE)
def search(view: WorkbenchPage) -> None:
    """Look for a part of an address."""
    view.press("/")
    view.page.keyboard.type("桂塘公寓19")
    view.meet(".gm-found [role=option]")
    view.rest(1.0)


@picture(".gm-map-holder")
def layers(view: WorkbenchPage) -> None:
    """Open the list of layers."""
    view.take(".gm-layers-place button")


@picture(*WHOLE)
def zones(view: WorkbenchPage) -> None:
    """Open a zone that is not saved yet."""
    view.bench.apply(gm.SetTier(areas=[OPEN_VILLAGE], tier="controlled"))
    view.rest()
    parts_of_duties(view, "roles")
    view.take("[data-key=assign]")
    view.show("zones")
    view.take(".gmp-zones tr:has-text('C-3')")
    view.rest(3)  # until its cells no longer flash


@picture(*WHOLE)
def problems(view: WorkbenchPage) -> None:
    """Look at a compound that a border runs through."""
    view.bench.apply(gm.SetTier(areas=[OPEN_TOWN], tier="prevention"))
    view.bench.apply(gm.SetTier(cells=["990421003001002002"], tier="controlled"))
    view.rest()
    view.show("problems")
    view.rest(2)
    view.take("[data-key=problem-next]")
    view.rest(3)


@picture(*PANEL)
def duties(view: WorkbenchPage) -> None:
    """Look at what the duties come to, and who is new to whom since they were put in force."""
    short_of_people(view)
    parts_of_duties(view, "roles")
    view.page.locator(".gmp-account summary").click()
    view.rest()


@picture(*PANEL)
def duties_board(view: WorkbenchPage) -> None:
    """Look at what is missing, too much or in conflict, and go to one place."""
    short_of_people(view)
    parts_of_duties(view, "board")
    view.page.locator(".gmp-pane:not([hidden]) tbody tr").nth(1).click()
    view.rest(3)  # until its cells no longer flash


@picture(*WHOLE)
def duties_territories(view: WorkbenchPage) -> None:
    """Show the territories of the heads of grids."""
    parts_of_duties(view, "loads")
    view.page.locator("[data-key=load-role]").select_option("grid_head")
    view.rest()
    view.take("[data-key=segment-territories]")
    view.rest()


@picture(*WHOLE)
def duties_hand(view: WorkbenchPage) -> None:
    """Drag a building from somebody who carries too much to a neighbour."""
    short_of_people(view)
    parts_of_duties(view, "loads")
    view.page.locator(".gmp-segments").nth(1).locator("[data-key=segment-loads]").click()
    view.rest()
    view.look_at(120.9010, 30.8530, 120.9110, 30.8580)
    view.click(CROWDED_PLACES[1])
    view.page.locator(".gmp-groups input").first.click()
    view.draw(CROWDED_PLACES[0], CROWDED_PLACES[1], NEIGHBOUR)
    view.page.locator(".gmp-hand").evaluate("card => card.scrollIntoView()")


@picture(*PANEL)
def duties_teams(view: WorkbenchPage) -> None:
    """List teams, posts and their shifts."""
    short_of_people(view)
    parts_of_duties(view, "teams")
    view.rest()


@picture(*WHOLE)
def duties_reached(view: WorkbenchPage) -> None:
    """Show whom the field has reached, and go to the next grid with somebody left."""
    roster = view.bench.placement.cells.index[:820]
    read = DataFrame({"household_id": roster, "channel": "phone", "needs": "", "source": "S-1.xlsx"})
    read["result"] = ["absent" if number % 9 == 0 else "reached" for number in range(len(read))]
    read["official_id"], read["reached_on"] = "", Timestamp("2022-03-05T10:00+08:00")
    view.bench.add_followups(read)
    view.rest()
    parts_of_duties(view, "reached")
    view.take("[data-key=reached-map]")
    view.take("[data-key=reached-next]")
    view.take(".gm-map-buttons button:last-child")
    view.rest(3)


@picture(*WHOLE)
def history(view: WorkbenchPage) -> None:
    """Take back one of two strokes."""
    painted(view)
    view.press("Control+z")
    view.show("history")


@picture(*WHOLE)
def compare(view: WorkbenchPage) -> None:
    """Compare the saved version with the plan as it is."""
    painted(view)
    view.show("history")
    view.take("[data-key=compare-1]")


def days_after(view: WorkbenchPage) -> None:
    """Record what happened to the zones until the morning of 20 March."""
    tested = "2022-03-19T09:00+08:00"
    rows = [
        {"kind": "closure", "zone_id": zone, "at": "2022-03-05T18:00+08:00"} for zone in ("S-1", "S-2", "C-1")
    ]
    for zone, due, done in (("S-1", 8, 8), ("C-1", 290, 288)):
        rows.append(
            {"kind": "contacts_tested", "zone_id": zone, "at": tested, "due": 0, "tested": 0, "positive": 0}
        )
        counts = {"round": 6, "due": due, "tested": done, "positive": 0}
        rows.append({"kind": "test_round", "zone_id": zone, "at": tested, **counts})
    view.bench.record(DataFrame(rows))
    view.rest()
    view.show("days")
    view.write("[data-key=clock-at]", "2022-03-20T08:00")
    view.press("Tab")
    view.until("document.querySelector('[data-key=clock-now]') !== null")


@picture(*WHOLE)
def clocks(view: WorkbenchPage) -> None:
    """Look at the clock of a zone that may be lifted."""
    days_after(view)
    view.take("[data-key=clock-S-1]")
    view.rest(1.5)


@picture(*DIALOG)
def event(view: WorkbenchPage) -> None:
    """Record a test round."""
    days_after(view)
    view.take("[data-key=record]")
    view.write("[data-key=event-due]", "296")
    view.write("[data-key=event-tested]", "296")
    view.write("[data-key=event-positive]", "0")


@picture(*DIALOG)
def transfer(view: WorkbenchPage) -> None:
    """Record that a household goes to an isolation point."""
    days_after(view)
    view.take("[data-key=record]")
    view.meet("[data-key=event-kind]")
    view.page.locator("[data-key=event-kind]").select_option("transfer")
    view.write("[data-key=event-home]", "桂塘公寓20")
    view.take("[data-key^=home-]")
    view.page.locator("[data-key=event-site]").select_option(index=1)


@picture(*WHOLE)
def events(view: WorkbenchPage) -> None:
    """See where somebody is away, and where something is asked for."""
    days_after(view)
    home = {"at": "2022-03-20T07:00+08:00", "household_id": "990421001002000356"}
    rows = [
        {"kind": "transfer", "persons": 4, **home},
        {"kind": "request", "note": "降压药", **home, "household_id": "990421001002000290"},
        {"kind": "request", "note": "降压药", **home, "household_id": NEEDY},
        {"kind": "transfer", "persons": 1, **home, "household_id": NEEDY},
    ]
    view.bench.record(DataFrame(rows))
    view.show("zones")
    view.take(".gmp-zone >> nth=0")
    view.look_at(120.9045, 30.8615, 120.9125, 30.8655)
    view.take(".gm-layers-place button")
    view.rest(2)


@picture(*PANEL)
def days_board(view: WorkbenchPage) -> None:
    """Count what is done, by town."""
    roster = view.bench.placement.cells.index[:820]
    read = DataFrame({"household_id": roster, "channel": "phone", "needs": "", "source": "S-1.xlsx"})
    read["result"] = ["absent" if number % 9 == 0 else "reached" for number in range(len(read))]
    read["official_id"], read["reached_on"] = "", Timestamp("2022-03-05T10:00+08:00")
    view.bench.add_followups(read)
    days_after(view)
    view.take("[data-key=segment-board]")
    view.until("document.querySelector('[data-key=measure-reached]') !== null")
    view.take("[data-key=measure-reached]")
    view.rest()


@picture(*WHOLE, zoned=False)
def notice(view: WorkbenchPage) -> None:
    """Read a notice, and look at a name that several places have."""
    text = "一、封控区:桂塘公寓19-20幢。\n二、管控区:桂塘公寓、第3网格、幸福里小区。\n三、防范区:桐溪街道。"
    view.take("[data-key=road-notice]")
    view.write("[data-key=notice-text]", f"自2022年3月5日18时起划定以下区域:\n{text}")
    view.take("[data-key=notice-read]")
    view.until("document.querySelector('[data-key=notice-next]') !== null")
    view.take("[data-key=notice-next]")
    view.rest(1.5)


@picture(*PANEL)
def export(view: WorkbenchPage) -> None:
    """Write maps for the public."""
    view.show("export")
    view.write("[data-key=head-number]", "示例〔2022〕8号")
    view.write("[data-key=head-issuer]", "示例县指挥部(虚构)")
    view.take("[data-key=export]")
    view.until("document.querySelector('.gmp-job-done, .gmp-files') !== null")
    view.rest()


@picture(*WHOLE, zoned=False)
def case(view: WorkbenchPage) -> None:
    """Find a case in the roster."""
    view.take("button:visible:has-text('新增病例')")
    view.write("[data-key=case-date]", "2022-03-05")
    view.write("[data-key=case-address]", "桂塘公寓19幢")
    view.rest(1.0)


@picture(*WHOLE, zoned=False)
def proposal(view: WorkbenchPage) -> None:
    """Show the zones that follow from it, before they are taken."""
    case(view)
    view.take("button[data-key^=hit-]")
    view.take("[data-key=propose]")
    view.meet("[data-key=accept]")
    view.rest(1.0)


@picture(*DIALOG)
def save(view: WorkbenchPage) -> None:
    """Save, and give the reason."""
    painted(view)
    view.press("Control+s")
    view.write(".gmp-modal textarea", "苔桥镇东片新增 1 例,扩大管控")


@picture(*DIALOG)
def reason(view: WorkbenchPage) -> None:
    """Set less than a rule asks, which needs a reason."""
    view.press("0", "c")
    view.click((120.9060, 30.8560))


@picture(*DIALOG)
def conflict(view: WorkbenchPage) -> None:
    """Save after somebody else has."""
    painted(view)
    other = gm.open_workspace(view.bench.workspace.path)
    theirs = gm.apply_edit(other.plan, gm.SetTier(areas=["990421003001002"], tier="prevention"))
    other.save(theirs, reason="苔桥镇先列防范", author=OTHER)
    view.press("Control+s")
    view.write(".gmp-modal textarea", "扩大管控")
    view.take(".gmp-modal footer .gmp-main")


@picture(*DIALOG)
def help(view: WorkbenchPage) -> None:  # noqa: A001 - the name of the picture
    """Ask for all tools and keys."""
    view.press("?")
    view.rest()


# ---- screens


def painted(view: WorkbenchPage) -> None:
    """Draw a controlled shape, and a sealed stroke in it."""
    view.look_at(*OPEN)
    view.press("2", "l")
    view.draw(
        (120.9010, 30.8370),
        (120.9040, 30.8440),
        (120.9090, 30.8440),
        (120.9150, 30.8400),
        (120.9080, 30.8350),
    )
    view.press("1", "b", "]")
    view.draw((120.9060, 30.8400), (120.9090, 30.8395))


def at_work(view: WorkbenchPage) -> None:
    """Be amid one more stroke."""
    painted(view)
    view.press("z")
    view.until(PROVEN)
    view.draw((120.9065, 30.8405), (120.9110, 30.8385), release=False)


@picture(*WHOLE)
def main(view: WorkbenchPage) -> None:
    """Work in Chinese, for the README."""
    at_work(view)


@picture(*WHOLE)
def english(view: WorkbenchPage) -> None:
    """Work in English."""
    view.take(".gm-text-button")
    at_work(view)


@picture(*WHOLE, dark=True)
def dark(view: WorkbenchPage) -> None:
    """Work in the dark theme."""
    at_work(view)


@picture(*WHOLE, size=(1024, 768), touch=True)
def tablet(view: WorkbenchPage) -> None:
    """Work by finger on a tablet."""
    view.page.locator(".gm-rail [data-tool=area]").tap()
    view.page.locator("[data-tier=sealed]").tap()
    view.page.touchscreen.tap(*view.place((120.9085, 30.8395)))
    view.rest()


# ---- the county, and the camera


@contextmanager
def county(*, zoned: bool) -> Iterator[gm.Workbench]:
    """Make a workbench of the fictional county in a folder of its own, zoned from its two cases if wanted."""
    source = gm.bundled_path("county")
    folder = Path(gettempdir(), "gis-desk")  # an export shows where it lies
    with ExitStack() as stack:
        folder.mkdir(mode=0o700)
        stack.callback(rmtree, folder)
        stack.callback(os.chdir, Path.cwd())
        os.chdir(folder)
        workspace = gm.open_workspace("county.gpkg")
        workspace.set_tables(
            grid=gm.read_grid(source / "grid.gpkg"),
            households=gm.read_households(source / "households.csv", crs="EPSG:4490"),
            officials=gm.read_officials(source / "officials.csv", crs="EPSG:4490"),
            cases=gm.read_cases(source / "cases.csv", crs="EPSG:4490"),
            sites=gm.read_sites(source / "sites.csv", crs="EPSG:4490"),
            boundaries=gm.read_boundaries(source / "boundaries.gpkg"),
        )
        if zoned:
            rules = gm.load_protocol("three-zones-2021")
            plan = gm.delineate(
                workspace.cases, workspace.grid, protocol=rules, households=workspace.households
            )
            workspace.save(plan, reason="两例确诊,按规则划区", author=AUTHOR)
        yield gm.Workbench(workspace, author=AUTHOR)


def run(names: list[str], out: Path) -> None:
    """Make pictures."""
    with chromium() as browser:
        for name in names:
            wanted = PICTURES[name]
            target = out / ("workbench.png" if name == "main" else f"workbench-{name}.png")
            with county(zoned=wanted.zoned) as bench, shown(browser, bench, **wanted.screen) as view:
                wanted.scene(view)
                view.until(PROVEN)
                photograph(view.page, target, *wanted.parts)
            print(f"{target.name}: {target.stat().st_size / 1000:.0f} kB")  # noqa: T201


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PICTURES))
    parser.add_argument("--out", type=Path, default=TARGET)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    run(asked.names or list(PICTURES), asked.out.resolve())
