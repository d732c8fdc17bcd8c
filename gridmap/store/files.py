"""Write a file whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gridmap.errors import GridmapError, OutputError

_PRIVATE_MODE = 0o600


@contextmanager
def atomic_path(path: Path, *, private: bool = False) -> Iterator[Path]:
    """Give a temporary path to write to, and put it in the place of `path` when all went well.

    The temporary file lies in a hidden folder beside the target that only the owner may enter, so
    side files of a writer (journals, locks) are neither seen nor left behind. It bears the name of
    the target, because some formats name their layer after the file. Whatever interrupts the
    writing, `path` is either the old file or the new one.

    Parameters
    ----------
    path
        The file to make or to replace; missing parent folders are made.
    private
        Give the file mode 0600, for personal data. Otherwise a replaced file keeps its mode.

    Yields
    ------
    temporary
        A path where nothing exists yet; the caller writes one file there and closes it.

    Raises
    ------
    OutputError
        If the file cannot be written, or nothing was written; the old file is whole.
    """
    target = Path(os.path.realpath(path))  # a link stays a link, its target is replaced
    folder: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".gridmap-", dir=target.parent))
        temporary = folder / target.name
        yield temporary
        _settle(temporary, target, private=private)
    except GridmapError:
        raise
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def write_bytes(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write `data` to `path`, whole or not at all; see `atomic_path`."""
    with atomic_path(path, private=private) as temporary:
        temporary.write_bytes(data)


def write_text(path: Path, text: str, *, private: bool = False, encoding: str = "utf-8") -> None:
    """Write `text` to `path` with its line ends unchanged, whole or not at all; see `atomic_path`."""
    write_bytes(path, text.encode(encoding), private=private)


def sha256_of(path: Path) -> str:
    """Compute the SHA-256 of a file's bytes, in hexadecimal."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _settle(temporary: Path, target: Path, *, private: bool) -> None:
    """Flush `temporary` to the disk and rename it to `target`."""
    if not temporary.is_file():
        raise OutputError(f"{target} cannot be written: nothing was written to its temporary file")
    if private:
        temporary.chmod(_PRIVATE_MODE)
    elif target.is_file():
        shutil.copymode(target, temporary)
    with temporary.open("rb+") as stream:
        os.fsync(stream.fileno())
    temporary.replace(target)
    _flush_folder(target.parent)


def _flush_folder(folder: Path) -> None:
    """Flush the rename itself; only POSIX systems can open a folder for that."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
