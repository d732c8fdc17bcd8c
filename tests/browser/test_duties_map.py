"""Duties handed over by mouse on the map of a real workbench; what the kernel holds then is looked at."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import gridmap as gm
from gridmap.store.protocols import read_protocol_text
from tools.workbench_page import shown

SIDE = 0.01
SHOWN = "document.querySelector('.gmp-pane:not([hidden], [aria-busy=true])') !== null"


def middle(cell):
    """The middle of a cell; cells are counted from the south-west, row by row."""
    row, column = divmod(cell, 4)
    return 120 + (column + 0.5) * SIDE, 30 + (row + 0.5) * SIDE


@pytest.fixture
def bench(tmp_path):
    """A workbench of two villages, each of two columns.

    +---+---+---+---+
    | 4 | 5 | 6 | 7 |     In every cell two households, each in a building of its own; the two columns of a
    +---+---+---+---+     village belong to one who is linked to them: W in the west, E in the east.
    | 0 | 1 | 2 | 3 |
    +---+---+---+---+
    """
    cells = [f"c{cell}" for cell in range(8)]
    corners = [(120 + (cell % 4) * SIDE, 30 + (cell // 4) * SIDE) for cell in range(8)]
    grid = gpd.GeoDataFrame(
        {"village_id": ["w" if cell % 4 < 2 else "e" for cell in range(8)], "village_name": "村"},
        index=pd.Index(cells, name="cell_id"),
        geometry=[shapely.box(x, y, x + SIDE, y + SIDE) for x, y in corners],
        crs=4326,
    )
    homes = [(cell, left) for cell in range(8) for left in (-1, 1)]
    places = [(middle(cell)[0] + left * SIDE / 5, middle(cell)[1]) for cell, left in homes]
    households = gpd.GeoDataFrame(
        {"address": [f"甲园{number + 1}幢101室" for number in range(16)], "residents": 2},
        index=pd.Index([f"h{cell}{'we'[left > 0]}" for cell, left in homes], name="household_id"),
        geometry=gpd.points_from_xy(*np.transpose(places)),
        crs=4326,
    )
    officials = pd.DataFrame(
        {
            "name": ["西", "东"],
            "role": "linked_member",
            "territory": ["w", "e"],
            "home_cell": ["c0", "c3"],
            "phone": "1",
            "capacity": 10.0,
        },
        index=pd.Index(["W", "E"], name="official_id"),
    )
    workspace = gm.open_workspace(tmp_path / "small.gpkg")
    workspace.set_tables(grid=grid, households=households, officials=officials)
    workspace.set_protocol(read_protocol_text("three-zones-2021"))
    return gm.Workbench(workspace, author="desk")


@pytest.fixture
def view(chromium, bench):
    """A page with the workbench, the territories of those who are linked to households on its map."""
    with shown(chromium, bench) as page:
        page.show("duties")
        page.until(f"{SHOWN} && document.querySelector('[data-key=segment-loads]') !== null")
        page.take("[data-key=segment-loads]")
        page.until("document.querySelector('tr[data-official]') !== null")
        page.take("[data-key=segment-territories]")
        page.until(bordered([0, 0, 1, 1]))
        yield page


def bordered(places):
    """Whether the map shows these territories in the southern row, each by a number of its own."""
    borders = "document.querySelector('.gm-bench').bench.view.layer.style.tintEdges"
    same = [
        f"({borders}[{one}] === {borders}[{other}]) === {str(places[one] == places[other]).lower()}"
        for one in range(4)
        for other in range(one)
    ]
    return f"{borders} && {' && '.join(same)}"


def held(bench, official):
    """The households of an official, as the kernel has them."""
    table = bench.duties().table
    return set(table.loc[(table["official_id"] == official) & (table["role"] == "linked_member"), "target"])


def confirm(view):
    """Confirm what is chosen, and wait until it is done."""
    view.take("[data-key=hand-confirm]")
    view.until("document.querySelector('.gmp-last') !== null")


def test_a_cell_is_dragged_from_one_territory_to_the_other_and_taken_back(bench, view):
    west = {f"h{cell}{side}" for cell in (0, 1, 4, 5) for side in "we"}
    assert held(bench, "W") == west
    view.click(middle(1))  # whose it is
    view.click(middle(1))  # what is to be handed over
    view.draw(middle(1), middle(2))
    assert view.page.locator(".gmp-now-then").all_inner_texts() == ["8 → 6 / 10", "8 → 10 / 10"]
    assert held(bench, "W") == west
    confirm(view)
    assert held(bench, "W") == west - {"h1w", "h1e"}
    pins = gm.open_workspace(bench.workspace.path).pins
    assert set(pins["target"]) == {"h1w", "h1e"}
    assert set(pins["official_id"]) == {"E"}
    view.until(bordered([0, 1, 1, 1]))
    view.take("[data-key=take-back]")
    view.until("document.querySelector('.gmp-last') === null")
    assert held(bench, "W") == west
    assert not len(gm.open_workspace(bench.workspace.path).pins)


def test_what_is_chosen_on_the_map_is_dragged_onto_a_line_of_the_table(bench, view):
    view.click(middle(1))
    view.click(middle(1))
    line = view.page.locator("tr[data-official=E]")
    line.scroll_into_view_if_needed()
    box = line.bounding_box()
    view.page.mouse.move(*view.place(middle(1)))
    view.page.mouse.down()
    view.page.mouse.move(box["x"] + 20, box["y"] + 8, steps=8)
    view.page.mouse.up()
    view.rest()
    assert view.page.locator("[data-key=hand-to]").input_value() == "E"
    confirm(view)
    assert held(bench, "W") == {f"h{cell}{side}" for cell in (0, 4, 5) for side in "we"}


def test_the_card_of_what_is_chosen_is_dragged_onto_the_map(bench, view):
    view.page.locator("tr[data-official=W]").click()
    view.until("document.querySelector('.gmp-groups input') !== null")
    view.page.locator(".gmp-groups input").first.click()
    view.page.locator(".gmp-chip").hover()
    view.page.mouse.down()
    view.page.mouse.move(*view.place(middle(7)), steps=8)
    view.page.mouse.up()
    view.rest()
    assert view.page.locator("[data-key=hand-to]").input_value() == "E"
    assert view.page.locator(".gmp-now-then").all_inner_texts() == ["8 → 7 / 10", "8 → 9 / 10"]


def test_a_lasso_takes_single_buildings_and_the_map_stays_where_it_is(bench, view):
    view.click(middle(0))
    view.page.get_by_role("button", name="套索").click()
    view.rest()
    before = view.root.evaluate("root => root.bench.view.map.getCenter()")
    x, y = middle(0)
    view.draw((x - 0.004, y - 0.003), (x, y - 0.003), (x, y + 0.003), (x - 0.004, y + 0.003))
    assert view.root.evaluate("root => root.bench.view.map.getCenter()") == before
    view.page.locator("[data-key=hand-to]").select_option("E")
    confirm(view)
    assert set(gm.open_workspace(bench.workspace.path).pins["target"]) == {"h0w"}


def test_the_keyboard_alone_hands_a_cell_over(bench, view):
    page = view.page
    for key in ("Alt+ArrowRight", "Enter"):
        view.press(key)
        view.rest()
    name = page.locator(".gmp-hand h3").inner_text()
    view.press("Enter")
    view.rest()
    giver, taker = ("W", "E") if "西" in name else ("E", "W")
    page.locator("[data-key=hand-to]").select_option(taker)
    page.locator("[data-key=hand-confirm]").press("Enter")
    view.until("document.querySelector('.gmp-last') !== null")
    assert len(held(bench, giver)) == 6
    assert bench.plan.tiers.isna().all()  # the tool in hand painted nothing


def test_what_python_hands_over_shows_at_once(bench, view):
    bench.hand_over("E", "linked_member", households=["h0w", "h0e"])
    view.until("document.querySelector('tr[data-official=E] .gmp-pinned') !== null")
    view.until(bordered([1, 0, 1, 1]))


def test_a_tool_that_is_chosen_takes_the_map_back(bench, view):
    view.press("b")
    view.rest()
    view.click(middle(1))
    assert bench.plan.tiers.notna().any()
    assert view.page.locator(".gmp-hand").count() == 0
