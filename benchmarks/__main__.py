"""Measure every mark against its peer, and keep the figures in docs/performance.json and .md."""

from __future__ import annotations

import argparse
import json
import platform
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks import peers
from benchmarks.atlas import mark_atlas
from benchmarks.builds import mark_builds, mark_certificate, mark_repair
from benchmarks.clocks import mark_clocks
from benchmarks.demo import time_demo
from benchmarks.edit import mark_edit
from benchmarks.first_calls import time_first_calls
from benchmarks.growth import mark_growth
from benchmarks.harness import TOP, Figure
from benchmarks.officials import mark_officials
from benchmarks.outlines import mark_outlines
from benchmarks.page import as_markdown, as_plain, verdict
from benchmarks.points import mark_many_points, mark_memory, mark_place, mark_points
from benchmarks.renewal import mark_renewal
from benchmarks.rings import mark_rings
from benchmarks.roster import mark_roster
from benchmarks.scenarios import mark_batch, mark_scenarios
from benchmarks.webmap import mark_webmap
from benchmarks.worlds import FULL, QUICK, Scale

DOCS = TOP / "docs"

MARKS: dict[str, Callable[[Scale], list[Figure]]] = {
    "points": mark_points,
    "place": mark_place,
    "many-points": mark_many_points,
    "memory": mark_memory,
    "outlines": mark_outlines,
    "edit": mark_edit,
    "scenarios": mark_scenarios,
    "rings": mark_rings,
    "growth": mark_growth,
    "builds": mark_builds,
    "certificate": mark_certificate,
    "repair": mark_repair,
    "batch": mark_batch,
    "officials": mark_officials,
    "renewal": mark_renewal,
    "webmap": mark_webmap,
    "atlas": mark_atlas,
    "clocks": mark_clocks,
    "roster": mark_roster,
}


def main() -> None:
    """Measure, print, and keep the figures if all of them were measured at full size."""
    asked = _arguments()
    scale = QUICK if asked.quick else FULL
    if asked.runs:
        scale = replace(scale, runs=asked.runs, few_runs=asked.runs)
    versions = {"python": platform.python_version(), **peers.versions()}
    print(" ".join(f"{name} {number}" for name, number in versions.items()))
    begun = perf_counter()
    report = {"machine": asked.machine, "versions": versions, "figures": measure(asked.only or MARKS, scale)}
    if not asked.only:
        report |= {"first_calls": time_first_calls(scale), "demo_s": time_demo()}
    print(as_markdown(report))
    print(f"measured in {perf_counter() - begun:.0f} s")
    if asked.keep and not asked.quick:
        keep(beside_others(report, DOCS, asked.only), DOCS)
    elif not asked.only and not asked.quick:
        keep(report, DOCS)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(MARKS), help="measure these marks and print them")
    parser.add_argument("--keep", action="store_true", help="with --only: keep them beside the other figures")
    parser.add_argument("--quick", action="store_true", help="small sizes; print only")
    parser.add_argument("--runs", type=int, help="how many runs count, for all marks")
    parser.add_argument("--machine", default="2 cores, 24 GiB", help="how the machine is named in the report")
    return parser.parse_args()


def measure(names: Any, scale: Scale) -> list[dict[str, Any]]:
    """Measure marks by name, and return their figures as plain data."""
    found = []
    for name in names:
        print(f"{name} ...", flush=True)
        begun = perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            figures = MARKS[name](scale)
        for figure in figures:
            print(f"{verdict(figure)}", flush=True)
        print(f"{name} took {perf_counter() - begun:.0f} s", flush=True)
        found += [as_plain(figure) for figure in figures]
    return found


def beside_others(report: dict[str, Any], folder: Path, marks: Sequence[str]) -> dict[str, Any]:
    """Return the kept report with the figures of some marks replaced."""
    kept = json.loads((folder / "performance.json").read_text(encoding="utf-8"))
    others = [figure for figure in kept["figures"] if figure["mark"] not in marks]
    order = list(MARKS)
    figures = sorted([*others, *report["figures"]], key=lambda figure: order.index(figure["mark"]))
    return {**kept, "versions": report["versions"], "figures": figures}


def keep(report: dict[str, Any], folder: Path) -> None:
    """Write the report as data and as a page."""
    text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
    (folder / "performance.json").write_text(text, encoding="utf-8")
    (folder / "performance.md").write_text(as_markdown(report), encoding="utf-8")


if __name__ == "__main__":
    main()
