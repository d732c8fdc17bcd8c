"""Run every benchmark, print the ratios, and keep them in docs/performance.json and docs/performance.md."""

import argparse
import json
import platform
from importlib.metadata import version
from pathlib import Path

from benchmarks.demo import time_demo
from benchmarks.place import time_placement

DOCS = Path(__file__).resolve().parents[1] / "docs"
LIBRARIES = ("gridmap", "geopandas", "numpy", "pandas", "shapely")


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--households", type=int, default=1_000_000)
    parser.add_argument("--cells", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--machine", default="2 cores, 24 GiB", help="how the machine is named in the report")
    parser.add_argument("--no-demo", action="store_true", help="leave the demo out")
    parser.add_argument("--no-files", action="store_true", help="print only")
    asked = parser.parse_args()
    versions = {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}
    print(" ".join(f"{name} {number}" for name, number in versions.items()))
    report = {
        "machine": asked.machine,
        "versions": versions,
        "placement": time_placement(cells=asked.cells, households=asked.households, runs=asked.runs),
    }
    if not asked.no_demo:
        report["demo_s"] = time_demo()
    print(as_markdown(report))
    if not asked.no_files:
        (DOCS / "performance.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
        (DOCS / "performance.md").write_text(as_markdown(report), encoding="utf-8")


def as_markdown(report: dict) -> str:
    """Write the report as a page."""
    placement = report["placement"]
    libraries = ", ".join(f"{name} {number}" for name, number in report["versions"].items())
    lines = [
        "# Performance",
        "",
        f"`make bench` on {report['machine']}; {libraries}.",
        "",
        (
            f"{placement['households']:,} households into {placement['cells']:,} irregular cells "
            f"({placement['vertices_per_cell']:.0f} vertices each, shared wiggly borders; made up, seed "
            f"{placement['seed']}). Medians of {placement['runs']} runs; in each run all take their turn, "
            "and the last column is the median of the ratios run by run."
        ),
        "",
        "| what | median s | fastest s | slowest s | of `STRtree.query` |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {name} | {row['median_s']:.2f} | {row['min_s']:.2f} | {row['max_s']:.2f} | {row['ratio']:.2f} |"
        for name, row in placement["rows"].items()
    ]
    lines += [
        "",
        "`STRtree.query` and `sjoin` answer less: they give pairs of a point and a cell, lose or double the",
        "households on a border, and list no exceptions. `place_households` answers with one cell for each",
        "household, its exceptions and its conflicts.",
    ]
    if "demo_s" in report:
        lines += ["", f"`gridmap demo`, the whole job on the bundled county: {report['demo_s']:.1f} s."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
