"""A small workspace, and the workbench of it in a whole JupyterLab, seen and handled as a person does."""

from __future__ import annotations

from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from PIL import Image
from playwright.sync_api import Locator, Page

import gridmap as gm

SHOW = (
    "import gridmap as gm\n"
    "bench = gm.Workbench(gm.open_workspace({name!r}, create=False), author='desk')\n"
    "bench"
)
PATIENCE_MS = 60_000
ROWS, COLUMNS = 3, 4
SIZE_DEG = 0.01
PLACE = """
(root, id) => {
  const { bench } = root;
  const cell = bench.cellIds.indexOf(id);
  const { x, y } = bench.view.pxOf(bench.cells.middle[2 * cell], bench.cells.middle[2 * cell + 1]);
  const box = bench.view.map.getContainer().getBoundingClientRect();
  return [box.left + x, box.top + y];
}
"""
SHOWN = "({ bench }, id) => bench.tier[bench.cellIds.indexOf(id)]"


def make_workspace(path: Path) -> Path:
    """Make a workspace of twelve cells with one household each; cell `a` has one resident, `l` has twelve.

    +---+---+---+---+
    | i | j | k | l |
    +---+---+---+---+     village v: a b e f i j
    | e | f | g | h |     village w: c d g h k l
    +---+---+---+---+
    | a | b | c | d |
    +---+---+---+---+
    """
    spots = [(column, row) for row in range(ROWS) for column in range(COLUMNS)]
    corners = [(120 + SIZE_DEG * column, 30 + SIZE_DEG * row) for column, row in spots]
    shapes = [shapely.box(x, y, x + SIZE_DEG, y + SIZE_DEG) for x, y in corners]
    west = [column < COLUMNS / 2 for column, _ in spots]
    columns = {
        "village_id": ["v" if is_west else "w" for is_west in west],
        "village_name": ["West" if is_west else "East" for is_west in west],
    }
    grid = gpd.GeoDataFrame(
        columns, index=pd.Index(list("abcdefghijkl"), name="cell_id"), geometry=shapes, crs=4326
    )
    homes = [shapely.Point(x + SIZE_DEG / 2, y + SIZE_DEG / 2) for x, y in corners]
    index = pd.Index([f"h{number}" for number in range(1, 13)], name="household_id")
    households = gpd.GeoDataFrame({"residents": range(1, 13)}, index=index, geometry=homes, crs=4326)
    workspace = gm.open_workspace(path)
    workspace.set_tables(grid=grid, households=households)
    workspace.set_protocol((files("gridmap") / "protocols" / "three-zones-2021.toml").read_text("utf-8"))
    return path


class View:
    """One view of a workbench on a page, handled with mouse and keyboard.

    Parameters
    ----------
    page
        The page.
    place
        Which view of the page it is, counted from 0.
    """

    def __init__(self, page: Page, place: int = 0) -> None:
        self.page = page
        self.root: Locator = page.locator(".gm-bench").nth(place)

    def wait_drawn(self) -> View:
        """Wait until the whole picture is there."""
        self.root.and_(self.page.locator("[data-gridmap=drawn]")).wait_for(timeout=PATIENCE_MS)
        self.root.scroll_into_view_if_needed()
        return self

    def wait_answered(self) -> None:
        """Wait until the kernel has answered every stroke."""
        self.root.and_(self.page.locator("[data-pending='0']")).wait_for(timeout=PATIENCE_MS)

    @property
    def revision(self) -> int:
        """The number of the plan that is shown."""
        return int(self.root.get_attribute("data-revision") or 0)

    def wait_later(self, revision: int) -> None:
        """Wait until a plan after a revision is shown."""
        self.page.wait_for_function(
            "([root, revision]) => Number(root.dataset.revision) > revision",
            arg=[self.root.element_handle(), revision],
        )

    def place(self, cell: str) -> tuple[float, float]:
        """Return where the middle of a cell is on the page."""
        x, y = self.root.evaluate(PLACE, cell)
        return x, y

    def shown(self, cell: str) -> int:
        """Return the tier that a cell is shown in, counted from the strictest; -1 for none."""
        return int(self.root.evaluate(SHOWN, cell))

    def pixel(self, cell: str) -> tuple[int, int, int]:
        """Return the colour of the page at the middle of a cell, off its household."""
        x, y = self.place(cell)
        clip = {"x": x - 14, "y": y - 14, "width": 9, "height": 9}
        picture = Image.open(BytesIO(self.page.screenshot(clip=clip))).convert("RGB")
        middle: Any = picture.resize((1, 1)).getpixel((0, 0))
        return middle

    def tool(self, name: str) -> None:
        """Take a tool from the rail."""
        self.root.locator(f".gm-tool[data-tool={name}]").click()

    def tier(self, number: int) -> None:
        """Choose what is painted by its key: 1 for the strictest tier, 0 for the eraser."""
        self.root.focus()
        self.page.keyboard.press(str(number))

    def stroke(self, *cells: str) -> None:
        """Press the mouse in the middle of the first cell, move through the others, let go, and wait."""
        revision = self.revision
        self.draw(*(self.place(cell) for cell in cells))
        self.wait_later(revision)
        self.wait_answered()

    def draw(self, *places: tuple[float, float]) -> None:
        """Press the mouse at the first place, move through the others, and let go."""
        mouse = self.page.mouse
        mouse.move(*places[0])
        mouse.down()
        for x, y in places[1:]:
            mouse.move(x, y, steps=4)
        mouse.up()
