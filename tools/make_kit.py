"""Make the offline kit: one folder that installs gridmap on a machine without a network.

Run by ``make bundle`` (Linux and Windows, into dist/) and by ``make test`` (Linux only, into build/kit/).
The wheels are for the version of Python that runs this.
What was downloaded stays in build/wheels/ and is taken again while the dependencies are the same.
"""

import argparse
import email
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email.message import Message
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

TOP = Path(__file__).parents[1]
TEMPLATES = TOP / "tools" / "kit"
CACHE = TOP / "build" / "wheels"
PYTHON_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
MACHINE = platform.machine()
# glibc 2.28 is that of Debian 10, RHEL 8 and openEuler 20.03: every Linux in use has it or a later one.
GLIBC = ("_2_28", "_2_27", "_2_26", "_2_24", "_2_17", "2014", "_2_12", "2010", "_2_5", "1")
PLATFORMS = {
    "linux": [f"manylinux{version}_{MACHINE}" for version in GLIBC],
    "windows": ["win_amd64"],
}
# pip evaluates markers for the machine it runs on, whatever --platform says; these are for the machine meant.
MARKERS = {
    "linux": {"os_name": "posix", "sys_platform": "linux", "platform_system": "Linux"},
    "windows": {
        "os_name": "nt",
        "sys_platform": "win32",
        "platform_system": "Windows",
        "platform_machine": "AMD64",
    },
}
ROUNDS = 5
LICENCE_LENGTH = 80


def build_wheel(out: Path) -> Path:
    """Build the wheel of gridmap from this source tree into `out`."""
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(TOP)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words
    (built,) = out.glob("gridmap-*.whl")
    return built


def metadata_of(wheel: Path) -> Message:
    """Read what a wheel says of itself."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return email.message_from_string(archive.read(name).decode("utf-8"))


def missing_requirements(root: Path, folder: Path, system: str) -> list[str]:
    """List what `root` and its libraries require on `system` and `folder` does not hold, sorted.

    Requirements of the extras that are asked for count too.
    """
    wheels = {parse_wheel_filename(wheel.name)[0]: wheel for wheel in folder.glob("*.whl")}
    missing, waiting, seen = set(), [(root, "")], set()
    while waiting:
        wheel, extra = waiting.pop()
        seen.add((wheel, extra))
        for text in metadata_of(wheel).get_all("Requires-Dist") or []:
            wanted = Requirement(text)
            marker = {**MARKERS[system], "python_version": PYTHON_VERSION, "extra": extra}
            if wanted.marker is not None and not wanted.marker.evaluate(marker):
                continue
            found = wheels.get(canonicalize_name(wanted.name))
            # A pre-release in the folder is one that pip chose.
            wanted.specifier.prereleases = True
            if found is None or not wanted.specifier.contains(parse_wheel_filename(found.name)[1]):
                missing.add(f"{wanted.name}{wanted.specifier}")
                continue
            waiting += [(found, each) for each in ("", *wanted.extras) if (found, each) not in seen]
    return sorted(missing)


def download(requirements: list[str], folder: Path, system: str) -> None:
    """Download the wheels of `requirements`, and of all that they require, for `system`."""
    tag = f"cp{PYTHON_VERSION.replace('.', '')}"
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-qq", "download"]
    command += ["--only-binary=:all:", "--python-version", PYTHON_VERSION, "--implementation", "cp"]
    command += [word for abi in (tag, "abi3", "none") for word in ("--abi", abi)]
    command += [word for name in PLATFORMS[system] for word in ("--platform", name)]
    done = subprocess.run([*command, "--dest", str(folder), *requirements], check=False)  # noqa: S603
    if done.returncode:
        sys.exit(f"gridmap: no complete set of wheels for {system}; pip names above the library without one")


def wheels_for(system: str, own: Path) -> Path:
    """Give the folder with the wheels of everything that gridmap needs on `system`, downloaded if need be."""
    required = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    folder, stamp = CACHE / system, CACHE / f"{system}.txt"
    key = "\n".join([PYTHON_VERSION, *PLATFORMS[system], *required])
    if stamp.is_file() and stamp.read_text("utf-8") == key:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    wanted = list(required)
    for _ in range(ROUNDS):
        download(wanted, folder, system)
        missing = missing_requirements(own, folder, system)
        if not missing:
            stamp.write_text(key, "utf-8")
            return folder
        wanted += missing
    sys.exit(f"gridmap: the wheels for {system} still lack {', '.join(missing)}")


def licence_of(said: Message) -> str:
    """Tell the licence of a library in a few words, from its metadata."""
    classifiers = [text for text in said.get_all("Classifier") or [] if text.startswith("License ::")]
    candidates = [said["License-Expression"], *(text.rsplit(" :: ", 1)[1] for text in classifiers)]
    stated = (said["License"] or "").strip()
    candidates.append(stated if len(stated) <= LICENCE_LENGTH and "\n" not in stated else None)
    found = next((text for text in candidates if text), "see the licence file in the wheel")
    return found.replace("|", "/")


def licence_table(kit: Path) -> str:
    """List every library of the kit with its version and its licence."""
    said = [metadata_of(wheel) for wheel in kit.glob("wheels/*/*.whl")]
    rows = {f"| {each['Name']} | {each['Version']} | {licence_of(each)} |" for each in said}
    return "\n".join(["| library | version | licence |", "|---|---|---|", *sorted(rows, key=str.lower)])


def link_or_copy(source: Path, target: Path) -> None:
    """Put a file into the kit, without a second copy where the disk allows it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def write_papers(kit: Path, version: str) -> None:
    """Write the start scripts, what to read, the font and the licences."""
    words = {"VERSION": version, "PYTHON": PYTHON_VERSION, "MACHINE": MACHINE, "LICENCES": licence_table(kit)}
    for template in TEMPLATES.iterdir():
        text = template.read_text("utf-8")
        for name, value in words.items():
            text = text.replace(f"@{name}@", value)
        ends = "\r\n" if template.suffix == ".bat" else "\n"
        (kit / template.name).write_text(text, "utf-8", newline=ends)
    (kit / "start.sh").chmod(0o755)
    static = TOP / "gridmap" / "static"
    shutil.copytree(static / "fonts", kit / "fonts")
    shutil.copy2(TOP / "LICENSE", kit)
    shutil.copy2(static / "NOTICE.md", kit)
    shutil.copy2(TOP / "geodata" / "README.md", kit / "DEMO-DATA.md")


def write_sums(kit: Path) -> None:
    """Write SHA256SUMS, as sha256sum reads it, over every file of the kit."""
    files = sorted(path for path in kit.rglob("*") if path.is_file())
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(kit)}\n" for path in files]
    (kit / "SHA256SUMS").write_text("".join(lines), "utf-8")


def make_kit(out: Path, systems: list[str]) -> Path:
    """Make the kit for `systems` in `out`, in place of an earlier one of the same version."""
    own = build_wheel(CACHE / "gridmap")
    version = str(parse_wheel_filename(own.name)[1])
    kit = out / f"gridmap-kit-{version}"
    shutil.rmtree(kit, ignore_errors=True)
    for system in systems:
        target = kit / "wheels" / system
        target.mkdir(parents=True)
        for wheel in (own, *wheels_for(system, own).glob("*.whl")):
            link_or_copy(wheel, target / wheel.name)
    write_papers(kit, version)
    write_sums(kit)
    return kit


def main() -> None:
    """Read the command line and make the kit."""
    parser = argparse.ArgumentParser(description="Make the offline kit of gridmap.")
    parser.add_argument("out", type=Path, help="the folder to make it in")
    parser.add_argument("--only", choices=sorted(PLATFORMS), help="wheels for one system only")
    asked = parser.parse_args()
    kit = make_kit(asked.out, [asked.only] if asked.only else sorted(PLATFORMS))
    size = sum(path.stat().st_size for path in kit.rglob("*") if path.is_file())
    sys.stdout.write(f"{kit} ({size / 1e6:,.0f} MB)\n")


if __name__ == "__main__":
    main()
