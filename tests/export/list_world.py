"""A world of two villages and six households, and what its lists hold."""

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
from python_calamine import CalamineWorkbook
from shapely import Point, box

from gridmap.core.apply import apply_edit, new_plan
from gridmap.core.duty import assign_duties
from gridmap.core.edits import AddCarveOut, SetTier
from gridmap.core.place import place_households
from gridmap.export.proof import certify
from gridmap.model.events import events_frame
from gridmap.model.protocol import DutyRule, Protocol, Tier
from gridmap.model.zoning import Document, Zoning

DATA = Path(__file__).parents[1] / "data"
NAUGHTY = json.loads((DATA / "blns" / "blns.json").read_text(encoding="utf-8"))
PAYLOADS = (DATA / "csv_injection" / "csv-payload.txt").read_text(encoding="utf-8").splitlines()
NOON = datetime(2022, 3, 5, 12, tzinfo=UTC)
PROTOCOL = Protocol(
    "test",
    "三区管控",
    "three zones",
    "made up",
    "verify against the order in force",
    tiers=(
        Tier("sealed", "封控区", "sealed", "S", "#b2182b", "cross"),
        Tier("controlled", "管控区", "controlled", "C", "#ef8a00", "diagonal"),
        Tier("prevention", "防范区", "prevention", "P", "#2166ac", "dots"),
    ),
    duties=(
        DutyRule("secretary", "area", level="village", hard=True, basis="order"),
        DutyRule("linked_member", "household", households=15),
        DutyRule("volunteer", "zone", tiers=("sealed",)),
    ),
    roles={
        "secretary": ("村社书记", "secretary"),
        "linked_member": ("联户党员", "linked member"),
        "volunteer": ("志愿者", "volunteer"),
    },
    needs_roles=("linked_member",),
)


def two_cells():
    """Two cells of 100 m, one village each.

    +---+---+
    | a | b |
    +---+---+
    """
    columns = {"level": ["grid"] * 2, "village_id": ["V1", "V2"], "village_name": ["枫南社区", "北汇村"]}
    shapes = [box(500000 + 100 * i, 3400000, 500100 + 100 * i, 3400100) for i in range(2)]
    return gpd.GeoDataFrame(columns, geometry=shapes, index=pd.Index(["a", "b"], name="cell_id"), crs=4549)


def roster(*rows):
    """Rows of household_id, address, head_name, phone, metres east of the west border (None: nowhere)."""
    frame = pd.DataFrame(list(rows), columns=["household_id", "address", "head_name", "phone", "east"])
    frame = frame.set_index("household_id")
    points = [None if pd.isna(east) else Point(500000 + east, 3400050) for east in frame.pop("east")]
    return gpd.GeoDataFrame(frame.assign(residents=2, needs="透析"), geometry=points, crs=4549)


def six_households():
    """Three households in 枫南新村, one of them in building 3; one in cell b; two that cannot be placed."""
    return roster(
        ("h1", "枫南新村10幢101室", "张小明", "13800138001", 10),
        ("h2", "枫南新村3幢101室", "李大力", "13800138002", 20),
        ("h3", "枫南新村9幢101室", "王美丽", "13800138003", 30),
        ("h4", "北汇浜1号", "赵铁柱", "13800138004", 150),
        ("h5", "枫南社区南路", "钱多多", "13800138005", None),
        ("h6", "不知何处", "孙悟空", "13800138006", None),
    )


TEAM = pd.DataFrame(
    {
        "name": ["陈书记", "林书记", "周党员", "吴志愿"],
        "role": ["secretary", "secretary", "linked_member", "volunteer"],
        "phone": ["13900139001", "013900139002", "13900139003", "13900139004"],
        "territory": ["V1", "V2", "", ""],
        "unit": "示例",
    },
    index=pd.Index(["o1", "o2", "o3", "o4"], name="official_id"),
)


DOCUMENT = Document(number="示例〔2022〕1号", issuer="示例县", as_of=NOON, owner="县卫健局 许局")


def zoning_of(households, grid, *, document=DOCUMENT, officials=TEAM, sealed="枫南新村3幢"):
    placement = place_households(households, grid)
    whole = SetTier(cells=("a",), tier="controlled", name="枫南新村")
    plan = apply_edit(new_plan(grid, protocol=PROTOCOL), whole)
    if sealed:
        plan = apply_edit(plan, AddCarveOut(tier="sealed", addresses=(sealed,), name=sealed))
    duties = assign_duties(plan, placement, officials, protocol=PROTOCOL)
    return Zoning(
        plan=plan,
        grid=grid,
        protocol=PROTOCOL,
        placement=placement,
        certificate=certify(placement, plan, as_of=NOON, duties=duties),
        duties=duties,
        officials=officials,
        document=document,
    )


def one_request():
    """A household asks for something, and nobody has seen to it yet."""
    said = {"event_id": "q1", "kind": "request", "household_id": "h1", "note": "消毒", "author": "王五"}
    return events_frame(pd.DataFrame([{**said, "at": pd.Timestamp(NOON) - pd.Timedelta(hours=1)}]))


def sheets_of(path):
    book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def table_of(rows):
    """The table of a sheet: its header row and the rows under it."""
    top = next(place for place, row in enumerate(rows) if row[0] in ("序号", "No."))
    return pd.DataFrame(rows[top + 1 :], columns=rows[top])


def texts_in(path):
    """All bytes of a file, unzipped if it is a workbook."""
    if path.suffix != ".xlsx":
        return path.read_bytes().decode("utf-8")
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode("utf-8") for name in archive.namelist())
