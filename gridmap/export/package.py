"""All files of one issue for one audience as one encrypted ZIP, to be handed out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gridmap.errors import UnsupportedError
from gridmap.export.written import Written, written_file
from gridmap.store.sealed import write_sealed


def export_package(
    written: Sequence[Written], folder: Path | str, *, audience: str, password: str | None
) -> Written:
    """Pack files that `gridmap.export.kit.write_exports` wrote into ``official.zip`` or ``field.zip``.

    The ZIP is encrypted (AES-256) and holds one ZIP with the files, because names of files, which name
    officials and zones, are never encrypted: 7-Zip, WinRAR, Bandizip or Keka open it, Windows itself does
    not.

    Parameters
    ----------
    written
        The files; those outside the folder are left out.
    folder
        Where they are, and where the package goes.
    audience
        For whom it is; named by the file.
    password
        What opens it.

    Returns
    -------
    package
        The file, for the log of exports.

    Raises
    ------
    UnsupportedError
        If there is no password, or it is for the public, which needs none.
    OutputError
        If it cannot be written.
    """
    if audience == "public":
        raise UnsupportedError("what the public gets needs no encrypted package; hand out the files")
    if not password:
        raise UnsupportedError("an encrypted package needs a password; give one")
    root = Path(folder).resolve()
    paths = {each.path.resolve(): each for each in written}
    files = {path.relative_to(root).as_posix(): path for path in paths if root in path.parents}
    target = write_sealed(Path(folder) / f"{audience}.zip", files, password=password)
    return written_file(
        "package", target, audience, persons=max((each.persons for each in written), default=0)
    )
