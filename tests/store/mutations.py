"""Break files on purpose and read them: run as a child, so that a crash of a library is seen and survived.

``python tests/store/mutations.py FOLDER SEED CASES`` writes a sample of each format into a new folder, reads
broken copies of them in turn, and writes one JSON line: how many were read, refused, and what went wrong.
What went wrong is kept in the folder ``found``. The long version is the same with a hundred times the cases.
"""

from __future__ import annotations

import faulthandler
import json
import random
import sys
import time
import warnings
from collections import Counter
from pathlib import Path

from samples import write_samples

import gridmap as gm
from gridmap.errors import GridmapError
from gridmap.store.layers import read_layer
from gridmap.store.sheets import read_sheets

HANG_S = 20
_ROWS = 3  # each sample holds three rows


def mutated(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """Truncate, flip, cut out, double, overwrite, or take the beginning of another file."""
    at, length = rng.randrange(len(data)), rng.choice([1, 4, 16, 200])
    start, head = rng.randrange(len(other)), rng.choice([4, 16, 100, 512])
    noise = rng.choice([b"\0", b"\xff", b"\x7f"]) * length
    ways = (
        lambda: data[:at],
        lambda: _flipped(data, rng),
        lambda: data[:at] + data[at + length :],
        lambda: data[: at + length] + data[at:],
        lambda: data[:at] + noise + data[at + length :],
        lambda: other[:head] + data[head:],
        lambda: data[:at] + other[start : start + length] + data[at + length :],
    )
    return rng.choice(ways)()


def _flipped(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice([1, 3, 20, 200])):
        changed[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def read_one(path: Path) -> int:
    """Read a file by the door of its kind; give its rows."""
    if path.suffix == ".toml":
        gm.load_protocol(path)
        return 0
    if path.name.startswith("workspace"):
        with gm.open_workspace(path) as workspace:
            parts = [workspace.grid, workspace.households, workspace.plan, workspace.versions()]
            return len(parts[0])
    if path.name.startswith("filled"):
        lists = gm.read_followups(path)
        if lists.findings and lists.files.empty:
            raise gm.TableError(path.name, lists.findings)
        return len(lists.entries)
    if path.name.startswith("sheet"):
        frames = list(read_sheets(path).values())
        gm.read_households(path, crs="EPSG:4326")
        return len(frames[0])
    frame = read_layer(path)
    gm.read_grid(path, crs="EPSG:4326")
    return len(frame)


def outcome(path: Path) -> str:
    """Read a file: ``read``, ``refused``, or what should not have happened."""
    try:
        rows = read_one(path)
    except GridmapError as error:
        return "refused" if path.stem in str(error) else f"{path.name} is not named: {error}"
    except Exception as error:
        return f"{path.name}: {type(error).__name__}: {error}"
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        return f"{path.name}: panic: {error}"
    return "read" if rows <= 40 * _ROWS else f"{path.name}: {rows} rows of {_ROWS}"


def break_files(folder: Path, seed: int, cases: int) -> dict[str, object]:
    """Read broken copies of all files of a folder, in turn."""
    warnings.simplefilter("ignore")
    write_samples(folder)
    samples = {path: path.read_bytes() for path in sorted(folder.iterdir())}
    for name in ("broken", "found"):
        (folder / name).mkdir()
    rng = random.Random(seed)  # noqa: S311 (nothing is kept secret by it)
    counts: Counter[str] = Counter()
    slowest_s = 0.0
    for at in range(cases):
        sample = list(samples)[at % len(samples)]
        path = folder / "broken" / sample.name
        path.write_bytes(mutated(samples[sample], samples[rng.choice(list(samples))], rng))
        faulthandler.dump_traceback_later(HANG_S, exit=True)
        start = time.monotonic()
        result = outcome(path)
        slowest_s = max(slowest_s, time.monotonic() - start)
        faulthandler.cancel_dump_traceback_later()
        counts[result] += 1
        if result not in ("read", "refused"):
            path.rename(folder / "found" / f"{at}-{sample.name}")
        for left in path.parent.iterdir():
            left.unlink()
    return {"counts": counts, "slowest_s": round(slowest_s, 2)}


if __name__ == "__main__":
    result = break_files(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    sys.stdout.write(json.dumps(result))
