"""Pack files into one ZIP that only a password opens, and whose names tell nothing.

The ZIP format encrypts what files hold and never what they are called, and lists for officials are called by
their names. So the files lie in a plain ZIP, and that is the one member of the encrypted one (WinZip AES,
256 bit). It is written as a stream: nothing lies unencrypted on the disk meanwhile.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from gridmap.store.files import write_with


def write_sealed(path: Path, files: Mapping[str, Path], *, password: str) -> Path:
    """Write an encrypted ZIP, whole or not at all, and return where it is.

    Parameters
    ----------
    path
        The file to write or replace; readable by its owner only.
    files
        Where each file is, by its name in the package, such as ``contacts/officials.xlsx``.
    password
        What opens it.

    Raises
    ------
    OutputError
        If it cannot be written; a file that was there is whole.
    """
    return write_with(
        path, lambda temporary: _pack(temporary, files, f"{path.stem}-files.zip", password), private=True
    )


def _pack(target: Path, files: Mapping[str, Path], member: str, password: str) -> None:
    import pyzipper

    with pyzipper.AESZipFile(
        target, "w", compression=pyzipper.ZIP_STORED, encryption=pyzipper.WZ_AES
    ) as outer:
        outer.setpassword(password.encode())
        with (
            outer.open(member, "w", force_zip64=True) as stream,
            zipfile.ZipFile(stream, "w", compression=zipfile.ZIP_DEFLATED) as inner,
        ):
            for name, path in files.items():
                with path.open("rb") as source, inner.open(_entry(name), "w", force_zip64=True) as entry:
                    shutil.copyfileobj(source, entry)


def _entry(name: str) -> zipfile.ZipInfo:
    """Describe a file without the time at which it was made."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
