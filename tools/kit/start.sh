#!/bin/sh
# Installs gridmap @VERSION@ from this folder, without a network, then runs the demo and opens JupyterLab.
#   ./start.sh                      the demo, into demo/ of this folder, then JupyterLab
#   ./start.sh check county.gpkg    any command of gridmap
# PYTHON is the Python to use, GRIDMAP_VENV the folder to install into.
set -eu
kit=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
venv=${GRIDMAP_VENV:-$kit/.venv}
python=${PYTHON:-$(command -v python@PYTHON@ || command -v python3 || echo python3)}

if [ ! -f "$venv/.gridmap-@VERSION@" ]; then
  "$python" -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != "@PYTHON@")' || {
    echo "gridmap: the wheels of this kit are for Python @PYTHON@, which $python is not; set PYTHON=/path/to/python@PYTHON@" >&2
    exit 1
  }
  (cd "$kit" && grep '  wheels/linux/' SHA256SUMS | sha256sum --check --quiet -) || {
    echo "gridmap: files of this kit are missing or damaged (named above); copy the kit again" >&2
    exit 1
  }
  echo "Installing gridmap @VERSION@ into $venv (about a minute)" >&2
  "$python" -m venv --clear "$venv"
  "$venv/bin/python" -m pip --isolated --disable-pip-version-check --quiet install --no-compile \
    --no-index --find-links "$kit/wheels/linux" "gridmap==@VERSION@"
  : > "$venv/.gridmap-@VERSION@"
fi

[ $# -eq 0 ] || exec "$venv/bin/gridmap" "$@"
cd "$kit"
"$venv/bin/gridmap" demo --out demo
exec "$venv/bin/gridmap" lab
