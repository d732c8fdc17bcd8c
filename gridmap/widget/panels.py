"""The panel of the workbench: map, choice of areas, tiers, zones, problems and the proof."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import ipywidgets as ui

from gridmap.core.edits import ClearTier, Lock, Release, SetTier, Unlock
from gridmap.core.scene import build_scene
from gridmap.errors import GridmapError
from gridmap.widget import tables
from gridmap.widget.areas import AreaIndex
from gridmap.widget.map import Bounds, GridMap
from gridmap.widget.words import word

if TYPE_CHECKING:
    from gridmap.model.certificate import Certificate
    from gridmap.model.scene import Scene
    from gridmap.workbench import Workbench

_LANGUAGES = (("中文", "zh"), ("English", "en"))
_DARK_TEXT_ABOVE = 0.36


class Panel:
    """What JupyterLab shows of a workbench; `widget` is the widget.

    Parameters
    ----------
    bench
        The workbench; every change goes through it, and every change of it is shown.
    lang
        ``zh`` or ``en``, to begin with.
    """

    def __init__(self, bench: Workbench, *, lang: str = "zh") -> None:
        self._bench = bench
        self._lang = lang
        self._proven: tuple[str, Certificate] | None = None
        self._drawn: tuple[str, str, Scene] | None = None
        self._take_grid()
        self._make_controls()
        self.widget = self._lay_out()
        self._label()
        self._list_areas()
        bench.watch(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the workbench as it is now."""
        bench = self._bench
        if bench.grid is not self._grid:
            self._take_grid()
            self._list_areas()
        scene = self._scene()
        self._show_map(scene)
        self._legend.value = tables.legend(scene)
        counts, protocol = (bench.counts(), bench.tier_counts()), bench.protocol
        self._zones.value = tables.zone_table(*counts, protocol, self._lang)
        self._problems.value = tables.problem_table(bench.problems(), self._lang)
        proven = self._proven if self._proven and self._proven[0] == bench.plan.version else None
        self._proof.value = tables.proof_line(proven[1] if proven else None, self._lang)
        self._show_state()

    def _take_grid(self) -> None:
        hierarchy = self._bench.plan.hierarchy
        self._grid = self._bench.grid
        self._map = GridMap(hierarchy)
        self._index = AreaIndex(hierarchy)
        self._view = self._map.whole
        self._shown: Bounds | None = None

    def _make_controls(self) -> None:
        self._head, self._said, self._selected = ui.HTML(), ui.HTML(), ui.HTML()
        self._ground, self._over, self._legend = ui.HTML(), ui.HTML(), ui.HTML()
        self._zones, self._problems, self._proof = ui.HTML(), ui.HTML(), ui.HTML()
        self._language = ui.Dropdown(options=_LANGUAGES, value=self._lang, layout={"width": "92px"})
        self._level = ui.Dropdown(layout={"width": "110px"})
        self._search = ui.Text(layout={"width": "auto", "flex": "1 1 auto"})
        self._areas = ui.SelectMultiple(rows=9, layout={"width": "auto"})
        self._reason = ui.Text(layout={"width": "auto"})
        self._tiers = {tier.id: self._tier_button(tier) for tier in self._bench.protocol.tiers}
        actions: dict[str, Callable[[], str]] = {
            "clear": lambda: self._edit(ClearTier, reason=self._reason.value),
            "release": lambda: self._edit(Release),
            "lock": lambda: self._edit(Lock),
            "unlock": lambda: self._edit(Unlock),
            "delineate": lambda: self._told(self._bench.delineate),
            "undo": lambda: self._told(self._bench.undo),
            "redo": lambda: self._told(self._bench.redo),
            "save": self._save,
            "check": self._prove,
            "whole": lambda: self._look(self._map.whole),
            "near": lambda: self._look(self._map.bounds_of(self._selected_cells())),
        }
        self._buttons = {name: self._button(action) for name, action in actions.items()}
        self._buttons["save"].add_class("gm-main")
        self._language.observe(self._change_language, names="value")
        self._level.observe(self._search_again, names="value")
        self._search.observe(self._search_again, names="value")
        self._areas.observe(self._select, names="value")

    def _button(self, action: Callable[[], str]) -> Any:
        button = ui.Button(layout={"width": "auto"})
        button.on_click(lambda _button: self._do(action))
        return button

    def _tier_button(self, tier: Any) -> Any:
        button = self._button(lambda: self._edit(SetTier, tier=tier.id, reason=self._reason.value))
        button.layout.flex = "1 1 auto"
        button.style.button_color = tier.color
        button.add_class("gm-tier")
        button.add_class(f"gm-set-{tier.id}")
        if _luminance(tier.color) > _DARK_TEXT_ABOVE:
            button.add_class("gm-tier-dark")
        return button

    def _lay_out(self) -> Any:
        own = self._buttons
        style = ui.HTML(f"<style>{_css()}</style>", layout={"display": "none"})
        ground, over = self._ground, self._over
        ground.add_class("gm-layer")
        over.add_class("gm-layer")
        over.add_class("gm-over")
        picture = ui.Box([ground, over], layout={"width": "100%", "overflow": "hidden"})
        picture.add_class("gm-map")
        left = ui.VBox([picture, self._legend], layout={"width": "62%"})
        right = ui.VBox(
            [
                ui.HBox([self._level, self._search]),
                self._areas,
                self._selected,
                ui.HBox(list(self._tiers.values())),
                _row(own["clear"], own["release"], own["lock"], own["unlock"]),
                _row(own["delineate"], own["near"], own["whole"]),
                self._reason,
                _row(own["undo"], own["redo"], own["check"], own["save"]),
                self._said,
            ],
            layout={"width": "38%", "padding": "0 0 0 12px"},
        )
        lists = ui.HBox([_part(self._zones, "52%"), _part(self._problems, "48%")])
        self._problems.add_class("gm-side")
        head = ui.HBox([self._head, self._language], layout={"justify_content": "space-between"})
        panel = ui.VBox([style, head, ui.HBox([left, right]), lists, self._proof])
        panel.add_class("gm-bench")
        return panel

    def _label(self) -> None:
        """Write all labels in the language chosen."""
        lang = self._lang
        for name, button in self._buttons.items():
            tip = word(f"{name}_tip", lang)
            button.description = word(name, lang)
            button.tooltip = "" if tip == f"{name}_tip" else tip
        for tier in self._bench.protocol.tiers:
            self._tiers[tier.id].description = tables.tier_label(tier, lang)
            self._tiers[tier.id].tooltip = f"{word('set', lang)} {tier.label(lang)}"
        self._search.placeholder = word("search", lang)
        self._reason.placeholder = word("reason", lang)
        levels = self._index.levels
        chosen = self._level.value if self._level.value in levels else _first(levels)
        self._level.options = [(word(level, lang), level) for level in levels]
        self._level.value = chosen

    def _list_areas(self) -> None:
        options, left_out = self._index.find(self._level.value, self._search.value)
        listed = {area for _, area in options}
        kept = tuple(area for area in self._bench.selection if area in listed)
        self._areas.unobserve(self._select, names="value")  # listing is not choosing
        self._areas.options = options
        self._areas.value = kept
        self._areas.observe(self._select, names="value")
        self._more = word("more", self._lang, count=left_out) if left_out else ""

    def _search_again(self, _change: Any) -> None:
        self._list_areas()
        self._show_selection()

    def _select(self, change: Any) -> None:
        self._do(lambda: self._told(lambda: self._bench.select(change["new"])))

    def _change_language(self, change: Any) -> None:
        self._lang = change["new"]
        self._label()
        self._list_areas()
        self._said.value = ""
        self.refresh()

    def _do(self, action: Callable[[], str]) -> None:
        """Do what a button asks for, and say how it went beside the map."""
        try:
            said, bad = action(), False
        except GridmapError as error:
            said, bad = f"{word('failed', self._lang)}: {error}", True
        self._said.value = tables.said_line(said, bad=bad)

    def _told(self, change: Callable[[], Any]) -> str:
        change()
        return ""

    def _edit(self, kind: Callable[..., Any], **options: Any) -> str:
        if not self._bench.selection:
            return word("no_areas", self._lang)
        self._bench.apply(kind(areas=self._bench.selection, **options))
        return ""

    def _save(self) -> str:
        reason = self._reason.value.strip()
        if not reason:
            return word("no_reason", self._lang)
        version = self._bench.save(reason=reason)
        self._reason.value = ""
        return word("saved_as", self._lang, version=version)

    def _prove(self) -> str:
        certificate = self._bench.certificate()
        self._proven = (self._bench.plan.version, certificate)
        self.refresh()
        return "\n".join(str(each) for each in certificate.differences)

    def _look(self, view: Any) -> str:
        self._view = view
        self.refresh()
        return ""

    def _scene(self) -> Any:
        """Return the scene of the current plan; it is built once for each version and language."""
        key = (self._bench.plan.version, self._lang)
        if self._drawn is None or self._drawn[:2] != key:
            scene = build_scene(self._bench.sketch(), audience="official", lang=self._lang)
            self._drawn = (*key, scene)
        return self._drawn[2]

    def _selected_cells(self) -> list[str]:
        hierarchy = self._bench.plan.hierarchy
        cells = (cell for area in self._bench.selection for cell in hierarchy.cells_of(area))
        return list(dict.fromkeys(cells))

    def _show_map(self, scene: Any) -> None:
        locked = self._bench.plan.locked
        marks = {"selected": self._selected_cells(), "locked": locked.index[locked]}
        if self._shown != self._view:
            self._ground.value, self._shown = self._map.ground_svg(self._view), self._view
        self._over.value = self._map.scene_svg(scene, view=self._view, **marks)
        self._show_selection()

    def _show_selection(self) -> None:
        cells = self._selected_cells()
        households = int(self._bench.placement.cells.isin(cells).sum())
        numbers = {"areas": len(self._bench.selection), "cells": len(cells), "households": f"{households:,}"}
        said = word("selected", self._lang, **numbers) if cells else word("nothing", self._lang)
        more = f" · {self._more}" if self._more else ""
        self._selected.value = f'<span class="gm-soft">{said}{more}</span>'

    def _show_state(self) -> None:
        bench, lang = self._bench, self._lang
        state = (
            word("saved", lang) if bench.is_saved else word("unsaved", lang, count=len(bench.unsaved) or "–")
        )
        name, title = tables.text_of(bench.workspace.path.name), tables.text_of(bench.protocol.title(lang))
        plan = f"{word('plan', lang)} {bench.plan.version[:8]} · {state}"
        self._head.value = (
            f'<div class="gm-head"><b>{name}</b> &nbsp; {title} &nbsp; <span>{plan}</span></div>'
        )
        self._buttons["undo"].disabled = not bench.can_undo
        self._buttons["redo"].disabled = not bench.can_redo
        self._buttons["save"].disabled = bench.is_saved
        self._buttons["near"].disabled = not bench.selection


def _css() -> str:
    return files("gridmap.widget").joinpath("panel.css").read_text(encoding="utf-8")


def _row(*buttons: Any) -> Any:
    for button in buttons:
        button.layout.flex = "1 1 auto"
    return ui.HBox(list(buttons))


def _part(widget: Any, width: str) -> Any:
    widget.layout.width = width
    return widget


def _first(levels: list[str]) -> str:
    """Return the level to begin with: the village, or what comes nearest to it."""
    return "village" if "village" in levels else levels[len(levels) // 2]


def _luminance(color: str) -> float:
    """Return how light a colour ``#rrggbb`` is, 0 to 1, as WCAG 2 defines it."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
