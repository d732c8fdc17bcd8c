"""The report as a page, docs/performance.md, and as lines while it is measured."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from benchmarks.harness import Figure

_VERDICTS = {True: "yes", False: "**no**", None: ""}

_HEAD = """\
# Performance

`make bench` measures every mark against a named peer: in one process they take turns, run by run, and another
one begins each run. The ratio is that of the same run, and its median counts. Before any time counts, the
answers are compared; gridmap has to answer exactly, or the measurement ends. The numbers below are of a
machine with {machine}; all data are made up.

```sh
make bench                                      # all of it, into docs/performance.md and .json
.venv/bin/python -m benchmarks --only outlines  # one mark, printed only
.venv/bin/python -m benchmarks --quick          # small sizes, printed only
```

{versions}.
"""

_WORDS = """\
## What the words mean

- **Index built**: the grid was used before. Topology and index belong to the grid, are found again as long as
  it lives, and are not in the time. **Index included**: each run gets new geometry objects, of which nothing
  is known, and builds all of it.
- **Peers** get their cells as frames whose index is built, and what they can keep they keep; the points are
  made into their geometry from the coordinates in the time, because that is what they need them as.
- **Differences** are the answers that are not the right one, which shapely alone gave before the runs: for a
  point on a border the touching cell whose id sorts first; for outlines the same set of points, and valid.
- **Reached** is how many times faster than the peer gridmap is, or for "at most" how many times the measure.
"""


def as_markdown(report: dict[str, Any]) -> str:
    """Write the report as a page."""
    parts = [
        _HEAD.format(machine=report["machine"], versions=_listed(report["versions"])),
        "\n".join(_summary(report["figures"])),
        _WORDS,
        *_first_calls(report),
        "## Every contestant",
        *_details(report["figures"]),
    ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def verdict(figure: Figure) -> str:
    """Say in a line what was reached."""
    plain = as_plain(figure)
    against = f"{plain['work']}: {_times(plain['reached'])} against {plain['peer']}"
    return f"{against}; {_mark(plain)}: {_VERDICTS[plain['passed']].strip('*')}" if _mark(plain) else against


def as_plain(figure: Figure) -> dict[str, Any]:
    """Return a figure as plain data."""
    return {**vars(figure), "passed": figure.passed}


def _listed(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in versions.items())


def _summary(figures: list[dict[str, Any]]) -> Iterable[str]:
    yield "| work | peer | mark | reached | passed | aim past the mark |"
    yield "| --- | --- | ---: | ---: | --- | --- |"
    for figure in figures:
        cells = (figure["work"], figure["peer"], _mark(figure), _times(figure["reached"]))
        yield f"| {' | '.join(cells)} | {_VERDICTS[figure['passed']]} | {_aim(figure)} |"


def _aim(figure: dict[str, Any]) -> str:
    return f"{figure['aim']}: {'yes' if figure['aim_reached'] else 'not yet'}" if figure["aim"] else ""


def _mark(figure: dict[str, Any]) -> str:
    if figure["at_least"] is not None:
        return f"at least {figure['at_least']:g} x"
    return "" if figure["at_most"] is None else f"at most {figure['at_most']:g} x"


def _times(value: float) -> str:
    return f"{value:,.0f} x" if value >= 100 else f"{value:.3g} x"


def _first_calls(report: dict[str, Any]) -> Iterable[str]:
    yield "## First calls and the demo"
    rows = {**report.get("first_calls", {})}
    if "demo_s" in report:
        rows["gridmap demo, the whole job on the bundled county"] = report["demo_s"]
    lines = ["In a fresh process:", "", "| what | s |", "| --- | ---: |"]
    yield "\n".join([*lines, *(f"| {name} | {seconds:.2f} |" for name, seconds in rows.items())])


def _details(figures: list[dict[str, Any]]) -> Iterable[str]:
    """Show the contestants of each measurement once, below all the marks that were read from it."""
    seen: list[dict[str, Any]] = []
    for figure in figures:
        if figure["rows"] in seen:
            continue
        seen.append(figure["rows"])
        works = dict.fromkeys(each["work"] for each in figures if each["rows"] == figure["rows"])
        yield "\n".join(_detail("; ".join(works), figure))


def _detail(title: str, figure: dict[str, Any]) -> Iterable[str]:
    yield f"### {title[0].upper()}{title[1:]}"
    yield ""
    yield _world(figure["world"]) + (
        f" {figure['note'][0].upper()}{figure['note'][1:]}." if figure["note"] else ""
    )
    yield ""
    keys = list(next(iter(figure["rows"].values())))
    yield "| | " + " | ".join(key.removesuffix("_s").replace("_", " ") for key in keys) + " |"
    yield "| --- |" + " ---: |" * len(keys)
    for name, row in figure["rows"].items():
        yield f"| {name} | " + " | ".join(_shown(row[key]) for key in keys) + " |"


def _world(world: dict[str, Any]) -> str:
    shown = (
        f"{key.replace('_', ' ')} {value if key == 'seed' else f'{value:,}'}" for key, value in world.items()
    )
    text = ", ".join(shown)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"
