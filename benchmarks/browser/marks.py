"""What is to be reached, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.browser.contestants import GRIDMAP, IPYLEAFLET
from benchmarks.browser.visit import Grid, Visit

USUAL = Grid(10_000, 100_000)
MANY = Grid(100_000, 100_000)
FULL = Grid(100_000, 1_000_000)
SCENES = {
    "usual": "10,000 cells",
    "many": "100,000 cells",
    "full": "100,000 cells and 1,000,000 households",
    "flat_usual": "10,000 cells; all WebGL switched off",
    "flat_many": "100,000 cells; all WebGL switched off",
}

Visits = dict[str, list[Visit]]


@dataclass(frozen=True)
class Mark:
    """A row of the table of marks.

    Parameters
    ----------
    work
        What was done.
    wanted
        The mark, in words.
    measured
        What came out, in words.
    reached
        Whether that is enough.
    """

    work: str
    wanted: str
    measured: str
    reached: bool


def of(visits: Visits, scene: str, name: str) -> list[Visit]:
    """Return the visits of a contestant to a scene."""
    return [visit for visit in visits.get(scene, []) if visit.name == name]


def seconds(visits: Sequence[Visit]) -> float | None:
    """Return the median time to the full picture; None if it never came."""
    found = [visit.drawn.seconds for visit in visits if visit.drawn.seconds is not None]
    return median(found) if found else None


def figure(visits: Sequence[Visit], *path: str) -> float | None:
    """Return the median of something that was measured beside."""
    found = []
    for visit in visits:
        value: Any = visit.figures
        for key in path:
            value = None if value is None else value.get(key)
        if value is not None:
            found.append(float(value))
    return median(found) if found else None


def marks(visits: Visits, limit_s: float) -> list[Mark]:
    """Hold what was measured against the marks of its scenes."""
    by_scene = {"usual": _usual, "many": _many, "full": _full, "flat_usual": _flat, "flat_many": _flat}
    found = [mark for scene in visits for mark in by_scene[scene](visits, scene, limit_s)]
    return [*found, _outside(visits)]


def _usual(visits: Visits, scene: str, limit_s: float) -> Iterable[Mark]:
    yield _picture(visits, scene, 8, limit_s)
    own, peer = (figure(of(visits, scene, name), "click_s") for name in (GRIDMAP.name, IPYLEAFLET.name))
    yield _faster("click to recolour by way of Python, 10,000 cells", own, peer, 3, None)


def _many(visits: Visits, scene: str, limit_s: float) -> Iterable[Mark]:
    yield _picture(visits, scene, 20, limit_s)
    brushed = of(visits, scene, GRIDMAP.name)
    yield _at_most(f"full picture of {SCENES[scene]}", seconds(brushed), 3, "s")
    yield _at_most("one brush step at 100,000 cells", figure(brushed, "brush", "step_ms"), 2, "ms")
    told = figure(brushed, "brush", "answered_ms")
    yield _at_most("mouse up to the plan in Python and back, 100,000 cells", told, 100, "ms")
    sent = median(visit.received for visit in brushed) / 1e6
    yield _at_most("bytes sent for 100,000 cells", sent, 10, "MB")
    kept = max(visit.file_bytes for visit in brushed) / 1000
    yield _at_most("notebook file after saving", kept, 100, "kB")


def _full(visits: Visits, scene: str, _: float) -> Iterable[Mark]:
    shown = of(visits, scene, GRIDMAP.name)
    yield _at_most(f"full picture of {SCENES[scene]}", seconds(shown), 4, "s")
    for key, where in (("pan", "the whole county"), ("homes", "households shown one by one")):
        frames = figure(shown, key, "frames_a_second")
        work = f"panning {SCENES[scene]}, {where}"
        yield Mark(work, "at least 20 frames a second", _said(frames, "a second"), (frames or 0) >= 20)


def _flat(visits: Visits, scene: str, _: float) -> Iterable[Mark]:
    own = seconds(of(visits, scene, GRIDMAP.name))
    yield Mark(f"full picture of {SCENES[scene]}", "comes", _said(own, "s"), own is not None)


def _outside(visits: Visits) -> Mark:
    outside = sum(len(each.outside) for made in visits.values() for each in made if each.name == GRIDMAP.name)
    return Mark("requests that leave the machine", "0", str(outside), not outside)


def _picture(visits: Visits, scene: str, least: float, limit_s: float) -> Mark:
    own, peer = (seconds(of(visits, scene, name)) for name in (GRIDMAP.name, IPYLEAFLET.name))
    return _faster(f"full picture of {SCENES[scene]}", own, peer, least, limit_s)


def _faster(work: str, own: float | None, peer: float | None, least: float, limit_s: float | None) -> Mark:
    wanted = f"at least {least} x faster than ipyleaflet"
    if own is None:
        return Mark(work, wanted, "never", reached=False)
    if peer is None:
        if limit_s is None:
            return Mark(work, wanted, f"{_said(own, 's')}; ipyleaflet never", reached=True)
        said = f"more than {limit_s / own:.0f} x ({own:.2f} s; ipyleaflet not within {limit_s:.0f} s)"
        return Mark(work, wanted, said, limit_s / own >= least)
    ratio = peer / own
    return Mark(work, wanted, f"{ratio:.1f} x ({own:.2f} s; ipyleaflet {peer:.2f} s)", ratio >= least)


def _at_most(work: str, value: float | None, most: float, unit: str) -> Mark:
    return Mark(work, f"at most {most} {unit}", _said(value, unit), value is not None and value <= most)


def _said(value: float | None, unit: str) -> str:
    return "never" if value is None else f"{value:.3g} {unit}"
