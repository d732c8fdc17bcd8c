"""The colours of the tiers as QGIS reads them: QML for the `layer_styles` table of a GeoPackage."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from gridmap.export.plain import plain_text
from gridmap.model.scene import LegendEntry

_BRUSHES = {"cross": "cross", "diagonal": "f_diagonal", "dots": "dense6", "none": "no"}
_FILL_ALPHAS = (158, 117, 61)
_WIDTHS_MM = ("0.8", "0.6", "0.4")


def zones_style(legend: Sequence[LegendEntry]) -> str:
    """Return a QML document that colours zones by their `tier` and labels them with `label`."""
    root = ET.Element("qgis", version="3.28.0", styleCategories="Symbology|Labeling", labelsEnabled="1")
    kind = {"type": "categorizedSymbol", "attr": "tier", "symbollevels": "0", "enableorderby": "0"}
    renderer = ET.SubElement(root, "renderer-v2", kind)
    categories = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    for rank, entry in enumerate(legend):
        shown = {"value": entry.tier, "symbol": str(rank), "label": plain_text(entry.label), "render": "true"}
        ET.SubElement(categories, "category", shown)
        _add_symbol(symbols, entry, rank)
    _add_labels(root)
    return '<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM">\n' + ET.tostring(
        root, encoding="unicode"
    )


def _add_symbol(symbols: ET.Element, entry: LegendEntry, rank: int) -> None:
    """Add a plain fill with an outline, and over it the hatch."""
    step = min(rank, len(_WIDTHS_MM) - 1)
    red, green, blue = (int(entry.color.lstrip("#")[place : place + 2], 16) for place in (0, 2, 4))
    shared = {"alpha": "1", "clip_to_extent": "1", "force_rhr": "0"}
    symbol = ET.SubElement(symbols, "symbol", {"type": "fill", "name": str(rank), **shared})
    fill = {
        "color": f"{red},{green},{blue},{_FILL_ALPHAS[step]}",
        "style": "solid",
        "outline_color": f"{red},{green},{blue},255",
        "outline_style": "solid",
        "outline_width": _WIDTHS_MM[step],
        "outline_width_unit": "MM",
    }
    hatch = {
        "color": f"{red},{green},{blue},255",
        "style": _BRUSHES.get(entry.pattern, "no"),
        "outline_style": "no",
    }
    for options in (fill, hatch):
        layer = {"class": "SimpleFill", "enabled": "1", "locked": "0", "pass": "0"}
        _add_options(ET.SubElement(symbol, "layer", layer), options)


def _add_options(parent: ET.Element, options: dict[str, str]) -> None:
    holder = ET.SubElement(parent, "Option", type="Map")
    for name, value in options.items():
        ET.SubElement(holder, "Option", type="QString", name=name, value=value)


def _add_labels(root: ET.Element) -> None:
    labeling = ET.SubElement(root, "labeling", type="simple")
    settings = ET.SubElement(labeling, "settings", calloutType="simple")
    style = {"fieldName": "label", "isExpression": "0", "fontSize": "11", "fontSizeUnit": "Point"}
    text = ET.SubElement(settings, "text-style", {**style, "textColor": "0,0,0,255", "namedStyle": "Bold"})
    ET.SubElement(text, "text-buffer", bufferDraw="1", bufferSize="1", bufferColor="255,255,255,255")
