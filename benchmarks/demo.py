"""Time the demo as a user runs it."""

import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter


def time_demo() -> float:
    """Run the demo once into a temporary folder, start of Python included, and return the seconds."""
    program = Path(sys.executable).with_name("gridmap")
    with tempfile.TemporaryDirectory() as folder:
        command = [str(program), "demo", "--out", str(Path(folder) / "demo")]
        begun = perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return perf_counter() - begun
