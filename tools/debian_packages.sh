#!/bin/sh
# Install the Debian packages that are missing, and only those.
#
#   tools/debian_packages.sh PACKAGE=CHECK...
#
# CHECK is a command to be found on PATH, or a file (with a slash) to exist: node or npm from elsewhere
# than Debian count as present. Installs as root or by passwordless sudo; otherwise it says what to run.
set -eu

missing=""
for item in "$@"; do
    package=${item%%=*}
    check=${item#*=}
    case $check in
        */*) [ -e "$check" ] || missing="$missing $package" ;;
        *) command -v "$check" >/dev/null 2>&1 || missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "gridmap: missing here:$missing (Debian's names). This system has no apt-get: install them its own way, then run make again." >&2
    exit 1
elif [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "gridmap: these Debian packages are missing, and installing them needs root:$missing" >&2
    echo "  run:  sudo apt-get install --no-install-recommends$missing" >&2
    echo "  then run make again" >&2
    exit 1
fi

echo "Installing the Debian packages$missing" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086 # both hold words to be split
if ! { $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
    cat "$log" >&2
    echo "gridmap: apt-get could not install$missing" >&2
    exit 1
fi
