"""A base map is an address of tiles, and nothing else."""

import pytest

from gridmap.errors import UnsupportedError
from gridmap.model.basemap import Basemap, basemap_of


def test_a_template_is_kept_as_it_is():
    plain = Basemap("http://127.0.0.1:8080/{z}/{x}/{y}.png", attribution="own survey", max_zoom=16).as_plain()
    assert plain == {
        "url": "http://127.0.0.1:8080/{z}/{x}/{y}.png",
        "attribution": "own survey",
        "max_zoom": 16,
    }


def test_a_wmts_address_is_written_as_leaflet_reads_it():
    wmts = "https://t0.local/wmts?layer=vec&TILEMATRIX={TileMatrix}&TILEROW={tilerow}&TILECOL={TileCol}"
    assert Basemap(wmts).url == "https://t0.local/wmts?layer=vec&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"


def test_rows_may_count_from_the_south():
    assert Basemap("http://tms.local/{z}/{x}/{-y}.png").url.endswith("{-y}.png")


@pytest.mark.parametrize(
    "template", ["javascript:alert({z}{x}{y})", "file:///etc/{z}/{x}/{y}", "/{z}/{x}/{y}.png"]
)
def test_what_is_no_http_address_is_refused(template):
    with pytest.raises(UnsupportedError, match="no http address"):
        Basemap(template)


def test_what_lacks_a_place_is_refused():
    with pytest.raises(UnsupportedError, match=r"lacks \{x\}, \{y\}"):
        Basemap("http://tiles.local/{z}.png")


def test_a_text_nothing_or_a_base_map_may_be_given():
    made = Basemap("http://tiles.local/{z}/{x}/{y}.png")
    assert basemap_of("http://tiles.local/{z}/{x}/{y}.png") == made
    assert basemap_of(made) is made
    assert basemap_of(None) is None
    assert basemap_of("") is None
