"""What the repository must not hold, and what an import must not do."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
# Written in parts, so that this file does not name what it looks for.
REGISTRY = re.compile(
    "registry"
    r"\.(npmjs|yarnpkg|npmmirror)\.|files\.python"
    "hosted|py"
    r"pi\.org/simple|\"resolved\": \"http"
)
MACHINE_PATH = re.compile(r"(?<![\w/.])/(work|root|home|tmp/bash_jobs)/\w")


def committed_texts():
    """Each committed text file with its text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, check=True, capture_output=True).stdout
    for name in listed.decode().strip("\0").split("\0"):
        data = (TOP / name).read_bytes() if (TOP / name).is_file() else b""
        if b"\0" not in data[:8000]:
            yield name, data.decode("utf-8", errors="replace")


@pytest.mark.parametrize("pattern", [REGISTRY, MACHINE_PATH], ids=["registry host", "machine path"])
def test_no_committed_file_names_it(pattern):
    found = {name: match.group() for name, text in committed_texts() if (match := pattern.search(text))}
    assert found == {}


def test_the_lock_file_pins_every_library_by_its_hash():
    lock = (TOP / "package-lock.json").read_text("utf-8")
    assert lock.count('"integrity"') == lock.count('"node_modules/')


def test_importing_gridmap_loads_no_library_that_only_one_function_needs():
    heavy = {
        "matplotlib",
        "folium",
        "ipywidgets",
        "IPython",
        "jupyterlab",
        "msoffcrypto",
        "xlsxwriter",
        "typer",
    }
    code = f"import sys, gridmap; print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == []


def test_importing_gridmap_prints_nothing_and_warns_of_nothing():
    command = [sys.executable, "-W", "error", "-c", "import gridmap"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_both_commands_are_runnable():
    listed = subprocess.run(
        ["git", "ls-files", "-s", ".ci/run", "tools/debian_packages.sh"],
        cwd=TOP,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    assert [line[:6] for line in listed] == ["100755", "100755"]
