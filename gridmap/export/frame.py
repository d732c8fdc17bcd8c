"""The frame of the web map: folium's map and page with our own bundle in place of what it would fetch."""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape
from importlib.resources import files
from typing import Any

import folium
from branca.element import Figure
from folium.template import Template

from gridmap.export.plain import plain_text
from gridmap.export.still import still_html
from gridmap.export.webscene import scene_json
from gridmap.model.scene import Scene

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_POLICY = (
    "default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
_MARKS = 40
_STYLE = """
.gm-watermark { position: fixed; inset: 0; z-index: 3000; overflow: hidden; pointer-events: none;
  display: flex; flex-wrap: wrap; justify-content: space-around; align-content: flex-start; gap: 4.5rem 3rem;
  padding: 2rem 0; opacity: 0.16; color: #000; font: 1rem/1.2 system-ui, sans-serif; user-select: none; }
.gm-watermark span { transform: rotate(-24deg); white-space: nowrap; text-shadow: 0 0 2px #fff; }
html, body { margin: 0; padding: 0; height: 100%; }
.folium-map { position: fixed; inset: 0; display: none; }
.gm-is-live .folium-map { display: block; }
.gm-is-live .gm-still { display: none; }
.gm-still { max-width: 62rem; margin: 0 auto; padding: 1rem; color: #1c1f23; background: #fff;
  font: 1.0625rem/1.5 "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "Source Han Sans SC", system-ui,
  sans-serif; }
.gm-still h1 { font-size: 1.6rem; line-height: 1.3; margin: 0.5rem 0; }
.gm-still h2 { font-size: 1.2rem; margin: 1rem 0 0.3rem; }
.gm-still table { border-collapse: collapse; }
.gm-still th, .gm-still td { text-align: start; vertical-align: top; padding: 0.25rem 0.9rem 0.25rem 0; }
.gm-still td { overflow-wrap: anywhere; }
.gm-still th { font-weight: 600; white-space: nowrap; }
.gm-still-banner { margin: 0; padding: 0.5rem; text-align: center; font-weight: 700; color: #fff;
  background: #7a1020; }
.gm-still-live { color: #5a626b; }
.gm-still-across { display: none; margin: 0.5rem 0; padding: 0.4rem; border: 4px solid #7a1020;
  color: #7a1020; font-size: 1.6rem; font-weight: 800; text-align: center; }
.gm-is-expired .gm-still-across-expired, .gm-is-early .gm-still-across-early { display: block; }
.gm-still-picture { position: relative; }
.gm-still-picture .gm-still-across { position: absolute; inset: 40% 0 auto; border: 0;
  transform: rotate(-20deg); font-size: 2.6rem; -webkit-text-stroke: 5px #fff; paint-order: stroke fill; }
.gm-still .gm-still-number { text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums; }
.gm-still-zones { width: 100%; }
.gm-still .gm-still-zones thead th { white-space: normal; }
.gm-still-zones th, .gm-still-zones td { padding: 0.35rem 0.6rem 0.35rem 0; border-top: 1px solid #c4cad0; }
.gm-still-zones thead th { border-top: 0; }
.gm-still-zones tbody th { font-weight: 400; white-space: normal; overflow-wrap: anywhere; }
.gm-still-zones thead th:nth-child(n+2) { text-align: end; }
.gm-still .gm-still-places th { width: 35%; overflow-wrap: break-word; }
.gm-still-map text.gm-still-scale { font-size: 28px; text-anchor: start; }
.gm-still-map text.gm-still-site { font-size: 22px; fill: #fff; stroke: none; }
.gm-still-sites td:first-child { min-width: 1.6rem; text-align: end; font-variant-numeric: tabular-nums; }
.gm-still .gm-still-sites th { white-space: normal; overflow-wrap: anywhere; }
.gm-still-places summary { padding: 0.7rem 0; font-size: 1.2rem; font-weight: 600; cursor: pointer; }
.gm-still-tier { margin-inline-start: 0.6rem; padding-inline-start: 0.4rem; white-space: nowrap;
  border-inline-start: 0.5rem solid; font-weight: 700; }
@media screen and (prefers-color-scheme: dark) {
  html, .gm-still { color: #f1f3f5; background: #1b1f24; }
  .gm-still-live { color: #b4bcc5; }
  .gm-still svg { background: #fff; }
}
.gm-still-map { display: block; box-sizing: border-box; width: 100%; height: auto; margin: 0.75rem 0;
  border: 1px solid #1c1f23; }
.gm-still-map text { font-size: 38px; font-weight: 700; text-anchor: middle;
  paint-order: stroke; stroke: #fff; stroke-width: 7px; }
@page { margin: 12mm; }
@media (max-width: 480px) {
  .gm-still-zones { font-size: 0.9rem; }
  .gm-still .gm-still-zones th, .gm-still .gm-still-zones td { padding-inline-end: 0.3rem; }
}
@media print {
  html, body { height: auto; }
  .gm-is-live .folium-map, .gm-still-live { display: none; }
  .gm-is-live .gm-still { display: block; }
  .gm-still { max-width: none; padding: 0; font-size: 9.5pt; line-height: 1.35; }
  .gm-still h1 { font-size: 16pt; margin: 0 0 2mm; }
  .gm-still h2 { font-size: 11.5pt; margin: 2mm 0 1mm; }
  .gm-still p { margin: 1mm 0; }
  .gm-still th, .gm-still td, .gm-still-zones th, .gm-still-zones td { padding-block: 0.5mm; }
  .gm-still-facts tbody { display: grid; grid-template-columns: 1fr 1fr; }
  .gm-still-facts tr { display: flex; }
  .gm-still-legend tbody { display: grid; grid-template-columns: repeat(3, 1fr); gap: 0 4mm; }
  .gm-still-legend tr { display: flex; }
  .gm-still-zones br { display: none; }
  .gm-still-places:not([open]) { display: none; }
  .gm-still-sites tbody { display: grid; grid-template-columns: repeat(3, 1fr); gap: 0 3mm; }
  .gm-still-sites tr { display: flex; }
  .gm-still-sites td:first-child { width: 5mm; min-width: 0; }
  .gm-still-map { margin: 2mm 0; }
  .gm-still * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  .gm-still-map { max-height: 8.6cm; }
  .gm-still tr { break-inside: avoid; }
}
"""


class SceneMap(folium.Map):  # type: ignore[misc] # folium is untyped
    """A folium map that fetches nothing and shows a scene; folium children may be added to it.

    Parameters
    ----------
    scene
        What it shows.
    sealed
        Whether the page forbids everything that is not part of it, by a content security policy.
        A folium child that fetches scripts or tiles needs a page that is not sealed.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium reads these names from the class
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    _template = Template("""
        {% macro html(this, kwargs) %}
            <div class="folium-map" id="{{ this.get_name() }}"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            var page = document.documentElement;
            page.classList.add("gm-is-live");
            try {
                var {{ this.get_name() }} = L.map("{{ this.get_name() }}", {center: [0, 0], zoom: 2});
                gridmap.drawScene({{ this.get_name() }});
            } catch (error) {
                page.classList.remove("gm-is-live");
                throw error;
            }
        {% endmacro %}
    """)

    def __init__(self, scene: Scene, *, sealed: bool) -> None:
        super().__init__(tiles=None)
        self._name, self._id = "gridmap", "sheet"
        _Page(scene, sealed=sealed).add_child(self)


class _Page(Figure):  # type: ignore[misc] # branca is untyped
    """The HTML page around a `SceneMap`.

    What comes from tables is joined here and never passes through folium's elements, which would
    run it as a template: a zone named ``{{ 7 * 7 }}`` must stay that name.
    """

    def __init__(self, scene: Scene, *, sealed: bool) -> None:
        super().__init__()
        self.scene, self.sealed = scene, sealed

    def render(self, **kwargs: Any) -> str:
        """Return the page."""
        for child in self._children.values():
            child.render(**kwargs)
        head, body, script = (part.render(**kwargs) for part in (self.header, self.html, self.script))
        content = (
            f"{body}\n{still_html(self.scene)}\n{_watermark(self.scene.watermark)}"
            f'<script type="application/json" id="gridmap-scene">{scene_json(self.scene)}</script>\n'
            f"<script>{_bundle('webmap.js')}</script>\n<script>{_safe(script)}</script>\n"
        )
        policy = f'<meta http-equiv="Content-Security-Policy" content="{policy_for(content)}">\n'
        return (
            f'<!DOCTYPE html>\n<html lang="{"zh-CN" if self.scene.lang == "zh" else "en"}">\n<head>\n'
            f'<meta charset="utf-8">\n{policy if self.sealed else ""}'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="referrer" content="no-referrer">\n'
            '<meta name="format-detection" content="telephone=no">\n'
            f"<title>{escape(plain_text(self.scene.title))}</title>\n"
            f"<style>{_bundle('webmap.css')}</style>\n<style>{_STYLE}</style>\n{head}\n"
            f"</head>\n<body>\n{content}</body>\n</html>\n"
        )


def _watermark(text: str) -> str:
    """Lay a pale text again and again over the page; it lets every touch through."""
    if not text:
        return ""
    spans = f"<span>{escape(plain_text(text))}</span>" * _MARKS
    return f'<div class="gm-watermark" aria-hidden="true">{spans}</div>\n'


def policy_for(content: str) -> str:
    """Return a content security policy that lets only the inline scripts of `content` run."""
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE_SCRIPT.findall(content))
    hashes = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return _POLICY.format(hashes=hashes or "'none'")


def _bundle(name: str) -> str:
    return _safe((files("gridmap") / "static" / name).read_text(encoding="utf-8"))


def _safe(code: str) -> str:
    """Keep code from ending its own element; an escaped slash means the same in a text of the code."""
    return code.replace("\r", "").replace("</script", "<\\/script").replace("</style", "<\\/style")
