"""The report as a page, docs/performance-browser.md, and as data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from statistics import median
from typing import Any

from benchmarks.browser.contestants import GRIDMAP, PEERS, Contestant
from benchmarks.browser.marks import SCENES, Mark, Visits, figure, of, seconds
from benchmarks.browser.visit import Visit

_HEAD = """\
# Performance of the painting map

`make bench-browser` shows the same made-up county in a whole JupyterLab, in headless Chromium without a
network, by gridmap and by other map widgets. They take turns, run by run, and another one begins each run;
medians count. The numbers below are of a machine with {machine} and without a graphics card: WebGL, for those
who need it, is Chromium's own in software.

```sh
make bench-browser                                # all of it, into docs/performance-browser.md and .json
.venv/bin/python -m benchmarks.browser --quick    # small grids, printed only
```

{versions}.
"""

_WORDS = """\
## How it is measured

- **Full picture**: from the start of the cell. Pictures of the page are taken one after the other, the same
  way for all, and only the place of the map counts. The picture is full from the first one on in which 99.5 %
  of its pixels are as they are in the end. *never*: no colour came within {limit_s:.0f} s.
- **What is there before**: the peers have the cells as a frame in memory, in longitude and latitude rounded
  to 0.1 m, and are told centre and zoom; gridmap has its workbench open. Opening it from the file is the
  column *before*; when that is done, a workbench in a notebook goes on in a thread to work out what a map
  asks for first, which the timed cell need not wait for as far as it is ready.
- **Click to recolour**: the kernel is at rest, and the mouse stays where it is. From the mouse up until the
  clicked place has lost its colour on the map's canvas, which is looked at after each piece of work that drew
  on it; a picture taken afterwards must show it too. For gridmap, which paints before it asks, until Python
  has told the view what its plan says of the cell now. MapLibre's is taken from pictures, which is up to
  0.05 s later. The median of three clicks in each visit.
- **Brush step**: what one move of the mouse takes in the browser, all listeners and the frame after it.
- **Panning**: the frames that the page makes while the mouse drags the map to and fro.
- The peers are used in the quickest way that was found: ipyleaflet on a canvas, a painted cell as a layer of
  its own; MapLibre with a paint expression. See `benchmarks/browser/contestants.py`.
"""


def as_data(
    visits: Visits, found: Sequence[Mark], *, machine: str, versions: dict[str, str]
) -> dict[str, Any]:
    """Return the report as plain data."""
    return {
        "machine": machine,
        "versions": versions,
        "marks": [asdict(mark) for mark in found],
        "visits": {scene: [asdict(visit) for visit in made] for scene, made in visits.items()},
    }


def as_markdown(
    visits: Visits, found: Sequence[Mark], *, machine: str, versions: dict[str, str], limit_s: float
) -> str:
    """Write the report as a page."""
    listed = ", ".join(f"{name} {number}" for name, number in versions.items())
    parts = [
        _HEAD.format(machine=machine, versions=listed),
        "\n".join(_mark_rows(found)),
        _WORDS.format(limit_s=limit_s),
        *("\n".join(_scene(scene, visits)) for scene in SCENES if visits.get(scene)),
        "\n".join(_own(visits)),
    ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def told(visit: Visit) -> str:
    """Say in a line what a visit brought."""
    drawn = "never" if visit.drawn.seconds is None else f"{visit.drawn.seconds:.2f} s"
    return f"{visit.name}: {drawn}, {visit.received / 1e6:.1f} MB, {visit.figures or ''}"


def _mark_rows(found: Sequence[Mark]) -> Iterable[str]:
    yield "| work | mark | measured | reached |"
    yield "| --- | --- | --- | --- |"
    for mark in found:
        yield f"| {mark.work} | {mark.wanted} | {mark.measured} | {'yes' if mark.reached else '**no**'} |"


def _scene(scene: str, visits: Visits) -> Iterable[str]:
    yield f"## {SCENES[scene][0].upper()}{SCENES[scene][1:]}"
    yield ""
    heads = (
        "full picture, s",
        "runs, s",
        "before, s",
        "click, s",
        "panning, frames/s",
        "MB received",
        "outside",
    )
    yield f"| | {' | '.join(heads)} | why never |"
    yield "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | --- |"
    for contestant in (GRIDMAP, *PEERS):
        made = of(visits, scene, contestant.name)
        if made:
            yield f"| {' | '.join(_row(contestant, made))} |"


def _row(contestant: Contestant, made: Sequence[Visit]) -> Iterable[str]:
    runs = ", ".join("never" if each.drawn.seconds is None else f"{each.drawn.seconds:.2f}" for each in made)
    never = seconds(made) is None
    yield contestant.name
    yield _number(seconds(made))
    yield runs
    yield _number(median(each.opened_s for each in made))
    yield _number(figure(made, "click_s"), missing="")
    yield _number(figure(made, "pan", "frames_a_second"), missing="")
    yield f"{median(each.received for each in made) / 1e6:.1f}"
    yield str(max(len(set(each.outside)) for each in made))
    yield why_never(made[0]) if never else ""


def why_never(visit: Visit) -> str:
    """Say what was seen of a contestant that drew nothing."""
    asked = f"asks for {visit.outside[0]}" if visit.outside else ""
    if "Failed to initialize WebGL" in visit.complaint:
        return "needs WebGL"
    return "; ".join(part for part in (asked, visit.complaint) if part) or "no picture in time"


def _own(visits: Visits) -> Iterable[str]:
    yield "## Painting with gridmap"
    yield ""
    yield "| | cells | what | ms |"
    yield "| --- | --- | --- | ---: |"
    usual, many = of(visits, "usual", GRIDMAP.name), of(visits, "many", GRIDMAP.name)
    for name, words in (
        ("click_shown_s", "until it shows"),
        ("click_s", "until Python has answered"),
        ("click_at_once_s", "until Python has answered, right after the picture"),
    ):
        value = figure(usual, name)
        yield f"| click | 10,000 | {words} | {_number(None if value is None else 1000 * value)} |"
    for name, words in (
        ("move_ms", "listeners of one step, median"),
        ("many_moves_ms", "listeners of one step, 95 % of them"),
        ("frames_ms", "frames, for each step"),
        ("answered_ms", "mouse up to Python's answer"),
        ("answered_again_ms", "mouse up to Python's answer, a second stroke right after"),
    ):
        yield f"| brush | 100,000 | {words} | {_number(figure(many, 'brush', name))} |"


def _number(value: float | None, *, missing: str = "never") -> str:
    return missing if value is None else f"{value:.3g}"
