"""The offline kit: installed and run on Linux with the network closed; what Windows needs is worked out."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools.make_kit import licence_of, licence_table, metadata_of, missing_requirements

TOP = Path(__file__).parents[2]
CLOSED_PORT = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def kit() -> Path:
    """The kit with the wheels for Linux, which `make test` makes before the tests."""
    kits = sorted((TOP / "build" / "kit").glob("gridmap-kit-*"))
    assert len(kits) == 1, "build/kit holds no kit; run make test, or make kit-linux"
    return kits[0]


def closed_network() -> list[str]:
    """The words before a command that leave it no network; none where this machine does not allow that."""
    for words in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        if shutil.which("unshare") and not subprocess.run([*words, "true"], check=False).returncode:
            return words
    return []


def offline(home: Path) -> dict[str, str]:
    """An environment that knows no index, no setting of pip and no proxy that answers."""
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), CLOSED_PORT)
    closed = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "no_proxy": ""}
    own = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHON": sys.executable}
    return {**proxies, **closed, **own, "GRIDMAP_VENV": str(home / "venv")}


@pytest.fixture(scope="module")
def first_run(kit, tmp_path_factory):
    """The folder and the outcome of the first start of the kit, which installs it and makes the demo."""
    home = tmp_path_factory.mktemp("offline")
    command = [*closed_network(), kit / "start.sh", "demo", "--out", home / "demo"]
    done = subprocess.run(command, cwd=home, env=offline(home), capture_output=True, text=True, check=False)
    return home, done


def test_the_kit_installs_and_makes_the_demo_with_the_network_closed(first_run):
    home, done = first_run
    assert done.returncode == 0, done.stderr
    assert "Installing gridmap" in done.stderr
    assert {"workspace.gpkg", "certificate.json", "map.html"} <= {p.name for p in (home / "demo").iterdir()}


def test_what_the_kit_installed_is_whole_and_has_jupyterlab(first_run):
    home, _ = first_run
    python = home / "venv" / "bin" / "python"
    for words in (["pip", "check"], ["jupyter", "lab", "--version"]):
        done = subprocess.run(
            [*closed_network(), python, "-m", *words],
            env=offline(home),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_second_start_installs_nothing(first_run, kit):
    home, _ = first_run
    command = [*closed_network(), kit / "start.sh", "--help"]
    done = subprocess.run(command, env=offline(home), capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "Installing" not in done.stderr


def test_a_damaged_wheel_is_named_and_nothing_is_installed(kit, tmp_path):
    copy = tmp_path / "kit"
    (copy / "wheels" / "linux").mkdir(parents=True)
    for name in ("start.sh", "SHA256SUMS"):
        shutil.copy(kit / name, copy)
    wheels = sorted((kit / "wheels" / "linux").iterdir())
    for wheel in wheels:
        (copy / "wheels" / "linux" / wheel.name).symlink_to(wheel)
    damaged = copy / "wheels" / "linux" / wheels[0].name
    damaged.unlink()
    damaged.write_bytes(wheels[0].read_bytes()[:-1])
    done = subprocess.run(
        [copy / "start.sh"], env=offline(tmp_path), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "copy the kit again" in done.stderr
    assert f"wheels/linux/{damaged.name}" in done.stdout + done.stderr
    assert not (tmp_path / "venv").exists()


def test_another_python_is_refused(kit, tmp_path):
    other = tmp_path / "python3"
    other.write_text("#!/bin/sh\nexit 1\n")
    other.chmod(0o755)
    environment = {**offline(tmp_path), "PYTHON": str(other)}
    done = subprocess.run([kit / "start.sh"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"are for Python {sys.version_info.major}.{sys.version_info.minor}" in done.stderr


def test_the_list_of_sums_covers_every_file_of_the_kit(kit):
    lines = (kit / "SHA256SUMS").read_text("utf-8").splitlines()
    listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    files = {str(path.relative_to(kit)) for path in kit.rglob("*") if path.is_file()}
    assert set(listed) == files - {"SHA256SUMS"}
    small = [name for name in listed if not name.startswith("wheels/")]
    assert {name: hashlib.sha256((kit / name).read_bytes()).hexdigest() for name in small} == {
        name: listed[name] for name in small
    }


def test_the_papers_are_filled_in_and_say_that_windows_was_not_run(kit):
    papers = {path.name: path.read_bytes().decode("utf-8") for path in kit.iterdir() if path.suffix}
    assert {name for name, text in papers.items() if re.search(r"@[A-Z]+@", text)} == set()
    assert "has not been run on Windows" in papers["README.md"]
    assert "尚未在 Windows 上实际运行" in papers["README.zh.md"]
    assert papers["start.bat"].count("\n") == papers["start.bat"].count("\r\n") > 20
    assert papers["start.bat"].isascii()


def test_the_font_and_the_licence_of_every_library_are_in_the_kit(kit):
    assert (kit / "fonts" / "gridmap-sans-sc.otf").is_file()
    table = (kit / "LICENCES.md").read_text("utf-8")
    wheels = list((kit / "wheels" / "linux").iterdir())
    assert len(wheels) > 50
    assert table.count("\n| ") == len(wheels) + 1
    assert licence_table(kit) in table


def test_the_kit_lacks_nothing_on_linux_and_the_markers_of_windows_are_followed(kit):
    folder = kit / "wheels" / "linux"
    (own,) = folder.glob("gridmap-*.whl")
    assert missing_requirements(own, folder, "linux") == []
    names = {re.split(r"[<>=!]", text)[0] for text in missing_requirements(own, folder, "windows")}
    assert {"colorama", "pywinpty"} <= names


@pytest.fixture
def wheel_of(tmp_path):
    """A function that writes a wheel with nothing but what it says of itself."""

    def write(name: str, version: str, *lines: str) -> Path:
        path = tmp_path / f"{name}-{version}-py3-none-any.whl"
        said = ["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}", *lines]
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"{name}-{version}.dist-info/METADATA", "\n".join(said))
        return path

    return write


def test_what_only_windows_or_an_extra_requires_is_found_missing(wheel_of, tmp_path):
    root = wheel_of("root", "1", "Requires-Dist: middle[more]>=2", 'Requires-Dist: never; extra == "dev"')
    wheel_of(
        "middle",
        "2.1",
        'Requires-Dist: colours>=1; sys_platform == "win32"',
        'Requires-Dist: deeper; extra == "more"',
        "Requires-Dist: root",
    )
    assert missing_requirements(root, tmp_path, "windows") == ["colours>=1", "deeper"]
    assert missing_requirements(root, tmp_path, "linux") == ["deeper"]


def test_a_version_that_does_not_fit_is_missing(wheel_of, tmp_path):
    root = wheel_of("root", "1", "Requires-Dist: middle>=2")
    wheel_of("middle", "1.9")
    assert missing_requirements(root, tmp_path, "linux") == ["middle>=2"]


@pytest.mark.parametrize(
    ("lines", "licence"),
    [
        (["License-Expression: MIT"], "MIT"),
        (["Classifier: License :: OSI Approved :: BSD License", "License: long"], "BSD License"),
        (["License: ISC"], "ISC"),
        (["License: first line", "        second line"], "see the licence file in the wheel"),
        ([], "see the licence file in the wheel"),
    ],
)
def test_a_licence_is_told_in_a_few_words(wheel_of, lines, licence):
    assert licence_of(metadata_of(wheel_of("one", "1", *lines))) == licence
