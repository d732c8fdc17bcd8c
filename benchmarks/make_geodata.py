"""Make the bundled data anew: the same bytes every time.

python benchmarks/make_geodata.py --blocks providence_blocks.gpkg --wards providence_wards.gpkg geodata

The two inputs are described in geodata/README.md.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely

from gridmap.sample import write_sample
from gridmap.sample.write import fixed_geopackage_date, write_csv
from gridmap.store.files import atomic_path

COUNTY = {"cells": 150, "households": 1500, "seed": 2022}
SEED = 2010
RESIDENTS_PER_HOUSEHOLD = 2.4
ONE_HOUSEHOLD_IN = 10
HOUSEHOLDS_PER_MEMBER = 15

FIRST = (
    "Ada",
    "Amos",
    "Beryl",
    "Cyrus",
    "Dora",
    "Edgar",
    "Flora",
    "Gus",
    "Hazel",
    "Ivor",
    "Joan",
    "Kit",
    "Lena",
)
LAST = (
    "Abbey",
    "Birch",
    "Cobb",
    "Dale",
    "Elder",
    "Finch",
    "Grove",
    "Heath",
    "Isle",
    "Jessop",
    "Kettle",
    "Larch",
)
STREET = (
    "Acorn", "Bellflower", "Candlewick", "Dovecote", "Eiderdown", "Foxglove", "Gooseberry", "Honeypot",
    "Inkwell", "Juniper", "Kingfisher", "Lantern", "Millstone", "Nutmeg", "Owlet", "Pepperpot", "Quillwort",
    "Rowanberry", "Snowdrop", "Teasel", "Umber", "Velvet", "Windlass",
)  # fmt: skip
PER_WARD = {
    "secretary": 1,
    "contact_leader": 1,
    "grid_head": 1,
    "grid_member": 3,
    "volunteer": 4,
    "medical": 2,
    "police": 2,
}
NEEDS = ("", "dialysis", "pregnancy", "infant", "lives_alone")


def main() -> None:
    """Write geodata/county and geodata/providence."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--blocks", type=Path, required=True)
    parser.add_argument("--wards", type=Path, required=True)
    asked = parser.parse_args()
    write_sample(asked.out / "county", **COUNTY)
    write_providence(asked.out / "providence", gpd.read_file(asked.blocks), gpd.read_file(asked.wards))


def write_providence(folder: Path, blocks: gpd.GeoDataFrame, wards: gpd.GeoDataFrame) -> None:
    """Write the blocks and wards as a grid, and households and officials made up for them."""
    rng = np.random.default_rng(SEED)
    grid = grid_of(blocks)
    write_layer(folder / "grid.gpkg", grid, layer="grid")
    write_layer(folder / "wards.gpkg", wards_of(wards), layer="wards")
    households = make_households(grid, rng)
    write_csv(folder / "households.csv", pa.Table.from_pandas(households, preserve_index=False))
    officials = make_officials(grid, households, rng)
    write_csv(folder / "officials.csv", pa.Table.from_pandas(officials, preserve_index=False))


def write_layer(path: Path, frame: gpd.GeoDataFrame, *, layer: str) -> None:
    """Write one GeoPackage layer."""
    with atomic_path(path) as temporary, fixed_geopackage_date():
        pyogrio.write_dataframe(frame, temporary, layer=layer, driver="GPKG")


def ward_ids(wards: pd.Series) -> pd.Series:
    """Name wards as ``ward-01``."""
    return "ward-" + wards.astype(int).astype(str).str.zfill(2)


def grid_of(blocks: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the blocks in the columns of a grid, in the order of their ids."""
    columns = {
        "cell_id": blocks["GEOID10"],
        "name": blocks["NAME10"],
        "level": "block",
        "parent_id": ward_ids(blocks["WARD"]),
        "residents": blocks["TOTPOP"].astype("int64"),
        "WARD": blocks["WARD"],
    }
    grid = gpd.GeoDataFrame(columns, geometry=blocks.geometry.array, crs=blocks.crs)
    return grid.sort_values("cell_id", ignore_index=True)


def wards_of(wards: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the wards in the columns of a grid."""
    names = ward_ids(wards["WARD"])
    columns = {
        "area_id": names,
        "name": "Ward " + wards["WARD"].astype(int).astype(str),
        "level": "ward",
        "parent_id": "",
        "WARD": wards["WARD"],
    }
    frame = gpd.GeoDataFrame(columns, geometry=wards.geometry.array, crs=wards.crs)
    return frame.sort_values("area_id", ignore_index=True)


def make_households(grid: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Make up one household for every 24 residents of a block, and one for every populated block."""
    per_household = RESIDENTS_PER_HOUSEHOLD * ONE_HOUSEHOLD_IN
    counts = np.rint(grid["residents"] / per_household).to_numpy().astype(int)
    counts = np.where(grid["residents"] > 0, np.maximum(counts, 1), 0)
    blocks = grid.loc[grid.index.repeat(counts)].reset_index(drop=True)
    turn = blocks.groupby("cell_id").cumcount() + 1
    lonlat = points_inside(blocks.geometry, rng)
    group = blocks["cell_id"].str[:12]
    street = np.array(STREET)[pd.factorize(group)[0] % len(STREET)]
    number = 2 * blocks.groupby(group).cumcount() + 1
    return pd.DataFrame(
        {
            "household_id": blocks["cell_id"] + "-" + turn.astype(str).str.zfill(3),
            "address": number.astype(str) + " " + street + " Street, tract " + blocks["cell_id"].str[5:12],
            "head_name": people(len(blocks), rng),
            "phone": fictional_phones(len(blocks)),
            "residents": 1 + rng.binomial(7, 0.2, len(blocks)),
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
            "cell_id": blocks["cell_id"],
            "building": number.astype(str),
            "needs": rng.choice(NEEDS, len(blocks), p=[0.96, 0.01, 0.01, 0.01, 0.01]),
            "flags": "",
            "kind": rng.choice(["home", "dormitory", "shop"], len(blocks), p=[0.95, 0.02, 0.03]),
        }
    )


def points_inside(polygons: gpd.GeoSeries, rng: np.random.Generator) -> np.ndarray:
    """Draw a point in the largest disc about the representative point that the border leaves free."""
    middle = polygons.representative_point()
    reach = 0.8 * shapely.distance(middle.array, shapely.boundary(polygons.array))
    angle, share = rng.uniform(0, 2 * np.pi, len(middle)), np.sqrt(rng.random(len(middle)))
    lon = middle.x.to_numpy() + reach * share * np.cos(angle)
    lat = middle.y.to_numpy() + reach * share * np.sin(angle)
    return np.round(np.column_stack([lon, lat]), 7)


def people(count: int, rng: np.random.Generator) -> list[str]:
    """Draw made-up names."""
    first, last = rng.choice(FIRST, count), rng.choice(LAST, count)
    return [f"{a} {b}" for a, b in zip(first, last, strict=True)]


def fictional_phones(count: int) -> list[str]:
    """Return numbers 401-555-0100 to 0199, which are kept free for fiction; they repeat."""
    return [f"401-555-01{number % 100:02}" for number in range(count)]


def make_officials(
    grid: gpd.GeoDataFrame, households: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Make up officials of every role; each lives in a household's block of the territory."""
    ward_of = grid.set_index("cell_id")["parent_id"]
    homes = households.assign(ward=households["cell_id"].map(ward_of))
    everywhere = homes.groupby("ward").sample(1, random_state=SEED).head(8).assign(territory="")
    posts = [everywhere.assign(role="lead_official", unit="City of Providence (fictional staff)")]
    for turn, (role, number) in enumerate(PER_WARD.items()):
        chosen = homes.groupby("ward").sample(number, random_state=SEED + turn + 1)
        posts.append(chosen.assign(role=role, territory=chosen["ward"], unit=chosen["ward"]))
    first = homes.drop_duplicates("cell_id")
    posts.append(first.assign(role="microgrid_head", territory=first["cell_id"], unit=first["ward"]))
    linked = homes[homes.groupby("ward").cumcount() % HOUSEHOLDS_PER_MEMBER == 0]
    posts.append(linked.assign(role="linked_member", territory=linked["ward"], unit=linked["ward"]))
    table = pd.concat(posts, ignore_index=True)
    return pd.DataFrame(
        {
            "official_id": [f"P{number:05}" for number in range(1, len(table) + 1)],
            "name": people(len(table), rng),
            "role": table["role"],
            "phone": fictional_phones(len(table)),
            "unit": table["unit"],
            "territory": table["territory"],
            "home_cell": table["cell_id"],
            "lon": table["lon"],
            "lat": table["lat"],
            "capacity": np.where(table["role"] == "linked_member", "20", None),
        }
    )


if __name__ == "__main__":
    main()
