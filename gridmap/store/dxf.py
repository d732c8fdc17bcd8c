"""Outlines of a drawing: closed lines become polygons, and the texts inside them their ids and names."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame

from gridmap.errors import Fault

_CODE = r"[0-9A-Za-z][0-9A-Za-z_.\-]*"
_GAP_SHARE = 1e-6


def drawn_outlines(entities: GeoDataFrame) -> GeoDataFrame:
    """Make a layer of polygons of the entities of a drawing.

    A text that stands in an outline, and in no smaller one, belongs to it: the first that looks like a code
    is its `cell_id`, all others are its `name`. An outline without such a code takes its name as id if no
    other outline has it, else the handle that the drawing gave it.

    Parameters
    ----------
    entities
        What GDAL reads of a DXF file: `Layer`, `Text`, `EntityHandle` and geometry.

    Returns
    -------
    outlines
        `cell_id`, `name`, `drawing_layer` and geometry, in the order of the drawing.
        ``outlines.attrs["findings"]`` says which lines are no outline, by drawing layer.
    """
    entities = entities.assign(**{name: _decoded(entities[name]) for name in ("Layer", "Text")})
    shapes = _closed(entities.geometry.to_numpy())
    areal = np.isin(shapely.get_type_id(shapes), (3, 6))
    outlines = entities[areal]
    frame = DataFrame(
        {"drawing_layer": outlines["Layer"].to_numpy(), "handle": outlines["EntityHandle"].to_numpy()}
    )
    words = entities["Text"].notna().to_numpy() & (shapely.get_type_id(shapes) == 0)
    texts = entities[words]
    frame = frame.join(_labels(shapes[areal], texts.geometry.to_numpy(), texts["Text"]))
    once = ~frame["name"].duplicated(keep=False)
    fallback = frame["name"].where(once).fillna(frame["handle"]).astype("str")
    made = GeoDataFrame(
        {
            "cell_id": frame["cell_id"].fillna(fallback),
            "name": frame["name"],
            "drawing_layer": frame["drawing_layer"],
        },
        geometry=gpd.GeoSeries(shapes[areal]),
        crs=entities.crs,
    )
    made.attrs["findings"] = (*_open_lines(entities[~areal & ~words]), *_unlabelled(frame))
    return made


def _decoded(column: Any) -> Any:
    """Undo Latin-1 where the text is UTF-8 or GB18030, of drawings that do not say their code page."""
    joined = "\n".join(column.dropna().astype("str"))
    if joined.isascii() or max(joined) > "\xff":
        return column
    encoding = next((each for each in ("utf-8", "gb18030") if _can_be(joined, each)), "latin-1")
    return column.map(lambda text: text.encode("latin-1").decode(encoding), na_action="ignore")


def _can_be(text: str, encoding: str) -> bool:
    try:
        text.encode("latin-1").decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _closed(shapes: Any) -> Any:
    """Make polygons of lines that end where they begin, within a millionth of their size."""
    closed: Any = np.array(shapes, dtype=object)
    for at in np.flatnonzero(shapely.get_type_id(closed) == 1):
        points = shapely.get_coordinates(closed[at])
        reach = float(np.ptp(points, axis=0).max())
        if len(points) > 3 and np.abs(points[0] - points[-1]).max() <= reach * _GAP_SHARE:
            closed[at] = shapely.Polygon([*points[:-1], points[0]])
    return closed


def _labels(outlines: Any, points: Any, texts: Any) -> DataFrame:
    """Give each text to the smallest outline that holds it."""
    held, outline = shapely.STRtree(outlines).query(points, predicate="intersects")
    pairs = DataFrame({"text": held, "outline": outline, "area": shapely.area(outlines[outline])})
    pairs = pairs.sort_values(["area", "outline"]).drop_duplicates("text").sort_values("text")
    pairs["said"] = texts.astype("str").str.strip().to_numpy()[pairs["text"].to_numpy(dtype=int)]
    codes = pairs[pairs["said"].str.fullmatch(_CODE)].drop_duplicates("outline")
    names = pairs.drop(codes.index)
    labels = {
        "cell_id": codes.set_index("outline")["said"],
        "name": names.groupby("outline")["said"].agg(" ".join),
    }
    index = pd.RangeIndex(len(outlines))
    return DataFrame({name: column.reindex(index).astype("str") for name, column in labels.items()})


def _open_lines(others: GeoDataFrame) -> list[Fault]:
    faults = []
    for layer, group in others.groupby("Layer", dropna=False):
        what = f"{len(group)} of its lines and signs are no closed outline and are not read"
        cure = "close those that bound a cell, in the drawing"
        faults.append(Fault("not_an_outline", f"drawing layer {layer}", what, cure))
    return faults


def _unlabelled(frame: DataFrame) -> list[Fault]:
    bare = frame.index[frame["cell_id"].isna() & frame["name"].isna()]
    if not len(bare):
        return []
    what = f"{len(bare)} outlines hold no text; the handle in the drawing is their id"
    return [Fault("no_label", "", what, "write the code of the cell into its outline")]
