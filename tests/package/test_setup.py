"""The set-up by `make`: it installs what is missing and no more, and says what to do where it may not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
SCRIPT = TOP / "tools" / "debian_packages.sh"
SHELL = Path("/bin/sh")


@pytest.fixture
def machine(tmp_path):
    """A function that makes a machine of fake commands and runs the script there.

    Each command is a shell script; apt-get notes how it was called in apt.log.
    """
    commands = tmp_path / "bin"
    commands.mkdir()
    for name in ("cat", "mktemp", "rm"):
        (commands / name).symlink_to(shutil.which(name))

    def run(items: list[str], scripts: dict[str, str]) -> subprocess.CompletedProcess:
        for name, body in scripts.items():
            (commands / name).write_text(f"#!/bin/sh\n{body}\n")
            (commands / name).chmod(0o755)
        return subprocess.run(
            [SHELL, SCRIPT, *items],
            env={"PATH": str(commands), "LOG": str(tmp_path / "apt.log"), "TMPDIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

    run.log = tmp_path / "apt.log"
    return run


APT = 'echo "$*" >> "$LOG"'
ROOT, USER = "echo 0", "echo 1000"


def test_nothing_is_installed_where_nothing_is_missing(machine):
    done = machine(["nodejs=node", f"base={SHELL}"], {"node": "exit 0", "apt-get": APT, "id": ROOT})
    assert (done.returncode, done.stderr) == (0, "")
    assert not machine.log.exists()


def test_only_what_is_missing_is_installed(machine):
    done = machine(
        ["nodejs=node", "npm=npm", "chromium=chromium"], {"node": "exit 0", "apt-get": APT, "id": ROOT}
    )
    assert done.returncode == 0
    assert machine.log.read_text().splitlines() == [
        "update -qq",
        "install -y -qq --no-install-recommends npm chromium",
    ]


def test_a_user_with_passwordless_sudo_installs_by_it(machine):
    sudo = 'shift; [ "$1" = true ] || { echo "sudo" >> "$LOG"; "$@"; }'
    done = machine(["npm=npm"], {"apt-get": APT, "id": USER, "sudo": sudo})
    assert done.returncode == 0
    assert machine.log.read_text().splitlines().count("sudo") == 2


def test_a_user_who_may_not_install_is_told_what_to_run(machine):
    done = machine(["npm=npm"], {"apt-get": APT, "id": USER, "sudo": "exit 1"})
    assert done.returncode == 1
    assert "sudo apt-get install --no-install-recommends npm" in done.stderr
    assert not machine.log.exists()


def test_another_system_is_told_what_is_missing(machine):
    done = machine(["npm=npm"], {"id": ROOT})
    assert done.returncode == 1
    assert "missing here: npm" in done.stderr


def test_a_failed_installation_shows_why_and_fails(machine):
    done = machine(["npm=npm"], {"apt-get": "echo no space left; exit 100", "id": ROOT})
    assert done.returncode == 1
    assert "no space left" in done.stderr


@pytest.mark.parametrize("version", ["(3, 9)", "(3, 10)"])
def test_an_old_python_is_refused(tmp_path, version):
    old = tmp_path / "python3"
    old.write_text(f"""#!/bin/sh
shift; exec {sys.executable} -c "import sys; sys.version_info = {version}; $1"
""")
    old.chmod(0o755)
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(TOP / name, tmp_path)
    command = ["make", "demo", f"PYTHON={old}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "gridmap needs Python 3.11 or later" in done.stderr


def test_a_python_without_venv_gets_the_package_or_says_what_to_install(tmp_path):
    python = tmp_path / "python3"
    python.write_text(
        '#!/bin/sh\ncase "$2" in *ensurepip*) echo "No module named ensurepip" >&2; exit 1;; esac\n'
    )
    (tmp_path / "tools").mkdir()
    asked = tmp_path / "tools" / "debian_packages.sh"
    asked.write_text('#!/bin/sh\necho "asked for $1"\n')
    for script in (python, asked):
        script.chmod(0o755)
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(TOP / name, tmp_path)
    command = ["make", "demo", f"PYTHON={python}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "asked for python3-venv" in done.stdout
    assert "apt-get install python3-venv" in done.stderr


def test_ci_runs_make_test_from_anywhere(tmp_path):
    make = tmp_path / "make"
    make.write_text('#!/bin/sh\necho "$PWD $*"\n')
    make.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    done = subprocess.run(
        [TOP / ".ci" / "run"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == f"{TOP} test"
