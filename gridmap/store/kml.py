"""The colours of a KML file that GDAL has just written: it gives all features one style."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

_KML = "http://www.opengis.net/kml/2.2"
_AFTER_STYLE = ("ExtendedData", "Polygon", "MultiGeometry")


def colour_kml(path: Path, field: str, styles: Mapping[str, Mapping[str, str]]) -> None:
    """Give every placemark the style that one of its fields names.

    Parameters
    ----------
    path
        A temporary file, not yet in its place.
    field
        Which field.
    styles
        By the value of the field: `fill` and `line`, colours as KML writes them (opacity, blue, green, red
        in hex), and `width` of the line in pixels.
    """
    ET.register_namespace("", _KML)
    tree = ET.parse(path)  # noqa: S314 - our own file
    document = tree.getroot()[0]
    for place, (value, style) in enumerate(styles.items()):
        document.insert(place, _style(f"style-{place}", style))
        for placemark in tree.iter(_tag("Placemark")):
            told = placemark.findtext(f".//{_tag('SimpleData')}[@name='{field}']")
            if told == value:
                _refer(placemark, f"#style-{place}")
    tree.write(path, encoding="UTF-8", xml_declaration=True)


def _tag(name: str) -> str:
    return f"{{{_KML}}}{name}"


def _style(name: str, style: Mapping[str, str]) -> ET.Element:
    element = ET.Element(_tag("Style"), id=name)
    line = ET.SubElement(element, _tag("LineStyle"))
    ET.SubElement(line, _tag("color")).text = style["line"]
    ET.SubElement(line, _tag("width")).text = style["width"]
    ET.SubElement(ET.SubElement(element, _tag("PolyStyle")), _tag("color")).text = style["fill"]
    return element


def _refer(placemark: ET.Element, url: str) -> None:
    """Put the reference to a style where the schema wants it: before data and geometry."""
    at = next(
        (place for place, child in enumerate(placemark) if child.tag in map(_tag, _AFTER_STYLE)),
        len(placemark),
    )
    reference = ET.Element(_tag("styleUrl"))
    reference.text = url
    placemark.insert(at, reference)
