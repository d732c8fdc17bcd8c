"""Measure the painting map next to other map widgets; keep the figures in docs/performance-browser.*."""

from __future__ import annotations

import argparse
import json
import tempfile
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from benchmarks.browser import marks
from benchmarks.browser.contestants import GRIDMAP, PEERS, Contestant
from benchmarks.browser.lab import chromium, jupyterlab
from benchmarks.browser.marks import FULL, MANY, SCENES, USUAL, Visits
from benchmarks.browser.report import as_data, as_markdown, told
from benchmarks.browser.visit import Grid, Stage, Visit
from benchmarks.harness import TOP

# Without a graphics card WebGL is drawn in software, for those who need it.
SOFT_WEBGL = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
NO_WEBGL = ("--disable-3d-apis",)
EVERYBODY = (GRIDMAP, *PEERS)
QUICK = Grid(1_000, 10_000)


def main() -> None:
    """Measure, print, and keep the figures if all of them were measured at full size."""
    asked = _arguments()
    folder = asked.folder
    folder.mkdir(parents=True, exist_ok=True)
    versions = {each.name: version(each.distribution) for each in EVERYBODY} | {
        "jupyterlab": version("jupyterlab"),
        "chromium": _chromium_version(),
    }
    begun = perf_counter()
    with tempfile.TemporaryDirectory() as own, jupyterlab(folder, Path(own)) as lab:
        visits = measure(lab, folder, asked)
    found = marks.marks(visits, asked.limit)
    given = {"machine": asked.machine, "versions": versions}
    page = as_markdown(visits, found, **given, limit_s=asked.limit)
    print(page)
    print(f"measured in {perf_counter() - begun:.0f} s")
    if not asked.quick and not asked.only:
        data = json.dumps(as_data(visits, found, **given), indent=2, ensure_ascii=False) + "\n"
        (TOP / "docs" / "performance-browser.json").write_text(data, encoding="utf-8")
        (TOP / "docs" / "performance-browser.md").write_text(page, encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.browser", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(SCENES), help="measure these and print them")
    parser.add_argument("--quick", action="store_true", help="small grids; print only")
    parser.add_argument("--runs", type=int, default=3, help="how many runs count")
    parser.add_argument("--limit", type=float, default=180.0, help="how many seconds a picture may take")
    parser.add_argument("--machine", default="2 cores, 24 GiB", help="how the machine is named in the report")
    parser.add_argument("--folder", type=Path, default=TOP / "build" / "bench-browser", help="for the grids")
    return parser.parse_args()


def measure(lab: str, folder: Path, asked: argparse.Namespace) -> Visits:
    """Let all contestants visit all scenes."""
    usual, many, full = (QUICK, QUICK, QUICK) if asked.quick else (USUAL, MANY, FULL)
    only = (GRIDMAP,)
    lit = {"usual": (usual, EVERYBODY, asked.runs), "many": (many, EVERYBODY, asked.runs)}
    lit["full"] = (full, only, asked.runs)
    flat = {"flat_usual": (usual, EVERYBODY, 1), "flat_many": (many, only, 1)}
    visits: Visits = {}
    for flags, scenes in ((SOFT_WEBGL, lit), (NO_WEBGL, flat)):
        with chromium(*flags) as browser:
            stage = Stage(browser, lab, folder)
            for scene, (grid, whom, runs) in scenes.items():
                if scene in (asked.only or SCENES):
                    visits[scene] = _take_turns(stage, scene, grid, whom, runs=runs, limit_s=asked.limit)
    return visits


def _take_turns(
    stage: Stage, scene: str, grid: Grid, whom: tuple[Contestant, ...], *, runs: int, limit_s: float
) -> list[Visit]:
    """Let contestants visit a scene in turns; who never draws is not asked again."""
    made: list[Visit] = []
    for run in range(runs):
        turn = run % len(whom)
        for contestant in (*whom[turn:], *whom[:turn]):
            if any(each.name == contestant.name and each.drawn.seconds is None for each in made):
                continue
            visit = stage.visit(contestant, grid, limit_s=limit_s, wanted=_wanted(scene, contestant))
            made.append(visit)
            print(f"{SCENES[scene]}, run {run + 1}: {told(visit)}", flush=True)
    return made


def _wanted(scene: str, contestant: Contestant) -> tuple[str, ...]:
    if scene == "full":
        return ("pan", "homes")
    if scene == "many":
        return ("pan", "brush") if contestant is GRIDMAP else ("pan",)
    return ("click", "pan") if scene == "usual" and contestant.name != "lonboard" else ()


def _chromium_version() -> str:
    with chromium() as browser:
        return browser.version


if __name__ == "__main__":
    main()
