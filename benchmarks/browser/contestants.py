"""Who takes part, each as the cells of a notebook: what is there before, and what is timed.

The peers get the cells as a frame in longitude and latitude with the colour of each, in memory; centre and
zoom are given, because some of them look for the bounds step by step. Each is used in the quickest way that
was found for it: ipyleaflet draws on a canvas, and what is painted comes as a layer of its own or, in
MapLibre, as a paint expression, so that no cell is sent again. gridmap has its workbench open; what opening
it takes is measured beside.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Template

HEIGHT = 630
_BORDERS_MOST = 20_000  # with more cells their borders would hide the colours, and cost the peers time
COLOURS = {"sealed": "#b2182b", "controlled": "#ef8a00", "prevention": "#2166ac"}
PAINTED = "#b2182b"

_FRAME = """
import geopandas as gpd, shapely
frame = gpd.read_parquet("cells-$cells.parquet")
west, south, east, north = frame.total_bounds
"""
_PICKED = """
import numpy as np
def cell_at(lon, lat):
    found = frame.sindex.query(shapely.Point(lon, lat), predicate="intersects")
    return int(found[0]) if len(found) else None
"""


@dataclass(frozen=True)
class Contestant:
    """One map widget.

    Parameters
    ----------
    name
        How it is called in the tables.
    distribution
        Its name on PyPI.
    map
        The selector of its map on the page.
    prepare
        Run before; what begins with ``$`` is filled in.
    show
        The cell that is timed.
    listen
        Run before a click: what recolours the cell that was clicked, by way of Python.
    """

    name: str
    distribution: str
    map: str
    prepare: str
    show: str
    listen: str = ""

    def filled(self, text: str, *, cells: int, households: int, zoom: float) -> str:
        """Fill in what begins with ``$``."""
        return Template(text).substitute(
            cells=cells,
            households=households,
            zoom=zoom,
            borders=cells <= _BORDERS_MOST,
            height=HEIGHT,
            painted=PAINTED,
        )


IPYLEAFLET = Contestant(
    "ipyleaflet",
    "ipyleaflet",
    ".leaflet-container",
    _FRAME + "import json, ipyleaflet\n",
    """
collection = json.loads(frame.to_json())
for feature in collection["features"]:
    feature["properties"]["style"] = {"stroke": $borders, "color": "#666", "weight": 0.3,
        "fillOpacity": 1, "fillColor": feature["properties"]["colour"]}
layer = ipyleaflet.GeoJSON(data=collection)
map_ = ipyleaflet.Map(
    center=((south + north) / 2, (west + east) / 2), zoom=$zoom, zoom_snap=0, prefer_canvas=True,
    basemap=ipyleaflet.TileLayer(url=""), attribution_control=False,
    layout=dict(height="${height}px"))
map_.add(layer)
map_
""",
    """
painted = ipyleaflet.GeoJSON(data=dict(type="FeatureCollection", features=[]))
map_.add(painted)
def paint(feature, **rest):
    style = dict(feature["properties"]["style"], fillColor="$painted")
    features = [*painted.data["features"],
                dict(type="Feature", geometry=feature["geometry"], properties=dict(style=style))]
    painted.data = dict(type="FeatureCollection", features=features)
layer.on_click(paint)
""",
)

MAPLIBRE = Contestant(
    "py-maplibregl",
    "maplibre",
    ".maplibregl-map",
    _FRAME
    + """
import maplibre
from maplibre.ipywidget import MapWidget
from maplibre.layer import Layer, LayerType
from maplibre.map import MapOptions
ground = dict(version=8, sources=dict(), layers=[
    dict(id="ground", type="background", paint={"background-color": "white"})])
""",
    """
map_ = MapWidget(
    MapOptions(style=ground, center=((west + east) / 2, (south + north) / 2),
               zoom=$zoom - 1),
    height=$height)
map_.add_source("cells", frame)
map_.add_layer(Layer(id="cells", type=LayerType.FILL, source="cells",
                     paint={"fill-color": ["get", "colour"], "fill-antialias": $borders}
                     | ({"fill-outline-color": "#666"} if $borders else {})))
map_
""",
    _PICKED
    + """
painted = []
def paint(change):
    place = cell_at(change["new"]["lng"], change["new"]["lat"])
    painted.append(frame.cell_id.iloc[place])
    map_.set_paint_property("cells", "fill-color", [
        "case", ["in", ["get", "cell_id"], ["literal", painted]], "$painted", ["get", "colour"]])
map_.observe(paint, "clicked")
""",
)

LONBOARD = Contestant(
    "lonboard",
    "lonboard",
    ".jp-OutputArea-output",
    _FRAME
    + """
import lonboard, numpy as np
colours = np.array([[int(c[i:i + 2], 16) for i in (1, 3, 5)] for c in frame.colour], dtype=np.uint8)
""",
    """
map_ = lonboard.Map(
    [lonboard.SolidPolygonLayer.from_geopandas(frame[["geometry"]], get_fill_color=colours)],
    basemap=None, height=$height,
    view_state=dict(longitude=(west + east) / 2, latitude=(south + north) / 2, zoom=$zoom - 1))
map_
""",
)

GRIDMAP = Contestant(
    "gridmap",
    "gridmap",
    ".gm-ground",
    """
import gridmap as gm
workspace = gm.open_workspace("county-$cells-$households.gpkg", create=False)
bench = gm.Workbench(workspace, author="bench")
""",
    "bench\n",
)

PEERS = (IPYLEAFLET, MAPLIBRE, LONBOARD)
