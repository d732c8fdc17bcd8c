"""Write a file whole or not at all, and never in the place of one that somebody holds."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from gridmap.errors import GridmapError, GridmapWarning, OutputError
from gridmap.store.leftovers import working_folder

_PRIVATE_MODE = 0o600
_MOST_BESIDE = 99
FULL = "the disk is full; make room on it, or choose another one"
_CURES = {
    errno.ENOSPC: "make room on the disk, or choose another one",
    errno.EDQUOT: "the quota is used up; make room, or choose another disk",
    errno.EFBIG: "the disk takes no file of that size; choose another one",
    errno.EROFS: "choose a folder on a disk that can be written",
    errno.EACCES: "look at the permissions of its folder, or choose another one",
    errno.EPERM: "look at the permissions of its folder, or choose another one",
}


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
        If the file cannot be written, nothing was written, or the old one is read-only or open in another
        program; the old file is whole.
    """
    with _draft(path) as (temporary, target):
        yield temporary
        hindrance = _hindrance(target) or _settle(temporary, target, private=private)
        if hindrance:
            raise OutputError(
                f"{path} {hindrance}; it was left as it is: see to that, or choose another name"
            )


def write_with(path: Path, write: Callable[[Path], object], *, private: bool = False) -> Path:
    """Write a file by a function, whole or not at all, and beside a file that may not be replaced.

    Where `path` is read-only or open in another program it is left as it is, and the new file is saved
    beside it, such as ``map (2).html`` for ``map.html``, with a warning.

    Parameters
    ----------
    path, private
        As for `atomic_path`.
    write
        Is given the temporary path, and writes one file there.

    Returns
    -------
    path
        Where the file is: `path`, unless it had to be saved beside it.

    Raises
    ------
    OutputError
        If the file cannot be written; the old file is whole.
    """
    with _draft(path) as (temporary, target):
        write(temporary)
        hindrance = _hindrance(target) or _settle(temporary, target, private=private)
        if not hindrance:
            return Path(path)
        beside = _free_name(target)
        failure = _settle(temporary, beside, private=private)
        if failure:
            raise OutputError(f"{path} {hindrance}, and {beside.name} {failure}")
    warnings.warn(
        f"{path} {hindrance}; it was left as it is, and the new one was saved beside it as {beside.name}",
        GridmapWarning,
        stacklevel=2,
    )
    return Path(path).with_name(beside.name) if Path(path).parent.resolve() == beside.parent else beside


def write_bytes(path: Path, data: bytes, *, private: bool = False) -> Path:
    """Write `data` to `path`, whole or not at all, and return where it is; see `write_with`."""
    return write_with(path, lambda temporary: temporary.write_bytes(data), private=private)


def write_text(path: Path, text: str, *, private: bool = False, encoding: str = "utf-8") -> Path:
    """Write `text` to `path` with its line ends unchanged, and return where it is; see `write_with`."""
    return write_bytes(path, text.encode(encoding), private=private)


def write_set(
    path: Path, suffixes: Sequence[str], write: Callable[[Path], object], *, private: bool = False
) -> Path:
    """Write the files of one set, such as a Shapefile, that differ by their suffix, and return `path`.

    All of them are on the disk before the first takes its place, so that a full disk leaves the old set.

    Parameters
    ----------
    path
        The file that stands for the set.
    suffixes
        Of the files, in the order in which they take their places.
    write
        Is given the temporary path with the suffix of `path`, and writes all files beside it.
    private
        As for `atomic_path`.

    Raises
    ------
    OutputError
        If one cannot be written, or one of the old set is read-only or open in another program.
    """
    with _draft(path) as (temporary, target):
        write(temporary)
        files = {temporary.with_suffix(suffix): target.with_suffix(suffix) for suffix in suffixes}
        hindered = ((old.name, _hindrance(old)) for old in files.values())
        said = next((f"{name} {hindrance}" for name, hindrance in hindered if hindrance), "")
        for new in files:
            _flush(new)
        for new, old in () if said else files.items():
            said = said or _settle(new, old, private=private)
        if said:
            raise OutputError(f"{path} cannot be written: {said}; see to that, or choose another name")
    return Path(path)


def remove_file(path: Path) -> str:
    """Remove a file, and return why it was left where another program has it open or it is read-only."""
    why = _hindrance(Path(path))
    if not why:
        try:
            Path(path).unlink(missing_ok=True)
        except OSError as error:
            why = f"cannot be removed: {error.strerror or error}"
    return why


def sha256_of(path: Path) -> str:
    """Compute the SHA-256 of a file's bytes, in hexadecimal."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _why(error: OSError) -> str:
    """Say why a file could not be written, and what to do about it."""
    parts = (error.strerror or str(error), _CURES.get(error.errno or 0, ""), "what was there before is whole")
    return "; ".join(part for part in parts if part)


@contextmanager
def _draft(path: Path) -> Iterator[tuple[Path, Path]]:
    """Give a temporary path beside the target of `path`, and that target; nothing is left behind."""
    target = Path(os.path.realpath(path))  # a link stays a link, its target is replaced
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with working_folder(target.parent) as folder:
            yield folder / target.name, target
    except GridmapError:
        raise
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {_why(error)}") from error


def _hindrance(target: Path) -> str:
    """Say why a file should not be replaced, although the system may allow it; empty if it may be.

    Spreadsheet programs lay a lock file beside what they have open, and would later save over the new file.
    The journal of a database would be taken for that of the new one.
    """
    if not target.is_file():
        return ""
    if not target.stat().st_mode & 0o222:
        return "is read-only"
    name = target.name
    locks = (f"~${name}", f".~lock.{name}#", f"{name}-wal", f"{name}-journal")
    found = next((lock for lock in locks if target.with_name(lock).exists()), "")
    return f"is open in another program, as {found} beside it shows" if found else ""


def _settle(temporary: Path, target: Path, *, private: bool = False) -> str:
    """Flush `temporary` to the disk and rename it to `target`; say why if another program holds that."""
    _flush(temporary)
    if private:
        temporary.chmod(_PRIVATE_MODE)
    elif target.is_file():
        shutil.copymode(target, temporary)
    try:
        temporary.replace(target)
    except PermissionError:
        if not target.is_file():
            raise
        return "is open in another program, or may not be replaced"
    _flush_folder(target.parent)
    return ""


def _free_name(target: Path) -> Path:
    """Find a name beside a file: map (2).html."""
    names = (
        target.with_name(f"{target.stem} ({number}){target.suffix}") for number in range(2, _MOST_BESIDE)
    )
    free = next((name for name in names if not name.exists()), None)
    if free is None:
        raise OutputError(
            f"{target} may not be replaced, and there are many beside it; choose another folder"
        )
    return free


def _flush(temporary: Path) -> None:
    if not temporary.is_file():
        raise OutputError(f"{temporary.name} cannot be written: nothing was written to its temporary file")
    with temporary.open("rb+") as stream:
        os.fsync(stream.fileno())


def _flush_folder(folder: Path) -> None:
    """Flush the rename itself; only POSIX systems can open a folder for that."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
