"""A page of the atlas about one zone or one grid."""

from __future__ import annotations

from gridmap.export.atlas_page import HEADING, SMALL, TEXT, WARNING, Page, set_rows
from gridmap.export.captions import caption
from gridmap.export.closeup import Atlas
from gridmap.export.drawing import draw_ground, view_of
from gridmap.export.place_names import draw_place_names
from gridmap.export.sheet import GREY, LINE, Column
from gridmap.model.leaf import Album, Leaf, Person

_ROLE_WIDTHS = {"zh": 62.0, "en": 92.0}
_NAME_SIZE = 7.5
_UPRIGHT, _UPRIGHT_PUBLIC = 0.41, 0.56


def draw_leaf(
    page: Page, leaf: Leaf, album: Album, atlas: Atlas, *, heights: tuple[float, float] | None = None
) -> None:
    """Draw map, figures, measures and who answers for what a leaf is about.

    `heights` are those of its strip and notes, which are alike on all pages.
    """
    scene, unit = page.scene, page.form.unit
    labels = {entry.tier: entry.label for entry in scene.legend}
    tiers = caption("comma", scene.lang).join(labels.get(tier, tier) for tier in leaf.tiers)
    top = page.head(f"{leaf.title} {tiers}", over=scene.title)
    share = _UPRIGHT_PUBLIC if scene.audience == "public" else _UPRIGHT
    strip, notes = page.heights() if heights is None else heights
    layout = page.form.layout(page.sheet, top, strip=strip, notes=notes, upright_share=share)
    view = view_of(atlas.extent_of(leaf), *layout.map)
    ground = atlas.seen(leaf, view)
    draw_ground(page.sheet, scene, ground, view, marker_size=6 * unit)
    marked = page.marks(ground, view)
    draw_place_names(page.sheet, album, ground, view, size=_NAME_SIZE * unit, taken=marked.taken)
    first, last = layout.columns[0], layout.columns[-1]
    if leaf.figures:
        first.head(caption("figures", scene.lang), size=HEADING * unit)
        set_rows(first, leaf.figures, size=TEXT * unit)
        first.y += 6 * unit
    _measures(page, leaf, first)
    if scene.audience == "public":
        page.legend(last, ground, view, tiers=leaf.tiers)
    else:
        legend = page.legend_height(last.width, ground, view, leaf.tiers)
        beside = last is not first and first.has_room(legend)
        _people(page, leaf.people, last, bottom=last.bottom - (0.0 if beside else legend))
        page.legend(first if beside else last, ground, view, tiers=leaf.tiers)
    page.strip(layout.strip)
    page.notes_below(layout.notes)
    page.foot()


def _measures(page: Page, leaf: Leaf, column: Column) -> None:
    scene, unit = page.scene, page.form.unit
    entries = [entry for entry in scene.legend if entry.tier in leaf.tiers and entry.measures]
    if not entries:
        return
    column.head(caption("measures", scene.lang), size=HEADING * unit)
    for entry in entries:
        if len(entries) > 1:
            column.say(entry.label, size=TEXT * unit, lines=1)
        for measure in entry.measures:
            column.say(f"· {measure}", size=TEXT * unit, lines=3)
    column.y += 6 * unit


def _people(page: Page, people: tuple[Person, ...], column: Column, *, bottom: float) -> None:
    """Set who answers, as far as there is room, and count those left out."""
    scene, unit = page.scene, page.form.unit
    if scene.audience == "public":
        return
    column.head(caption("people", scene.lang), size=HEADING * unit)
    if not people:
        column.say(caption("nobody", scene.lang), size=TEXT * unit, lines=1, color=WARNING)
    size, role_width = TEXT * unit, _ROLE_WIDTHS[scene.lang] * unit
    room = int((bottom - column.y) / (LINE * size))
    shown = people if len(people) <= room else people[: max(room - 1, 0)]
    for person in shown:
        role = column.sheet.fit(person.role, size=SMALL * unit, width=role_width - 4)
        column.sheet.write(role, column.x, column.y + 1.5 * unit, size=SMALL * unit, color=GREY)
        who = column.sheet.fit(person.who, size=size, width=column.width - role_width)
        column.sheet.write(who, column.x + role_width, column.y, size=size)
        left = column.width - role_width - column.sheet.measure(who, size=size) - 8
        if person.place and left > 3 * size:
            place = column.sheet.fit(person.place, size=SMALL * unit, width=left)
            column.sheet.write(
                place,
                column.x + column.width,
                column.y + 1.5 * unit,
                size=SMALL * unit,
                color=GREY,
                align="right",
            )
        column.y += LINE * size
    if len(shown) < len(people):
        text = caption("more_people", scene.lang, count=len(people) - len(shown))
        column.say(text, size=SMALL * unit, lines=1, color=GREY)
    column.y += 6 * unit
