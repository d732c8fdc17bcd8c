"""Templates of documents: the one that is shipped, or one of the user's own."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from gridmap.errors import UnsupportedError

_MOST_BYTES = 20_000_000


def read_notice_template(path: Path | str | None = None) -> bytes:
    """Read the template of a notice.

    Parameters
    ----------
    path
        A DOCX of one's own; the one that is shipped, if not given.

    Raises
    ------
    UnsupportedError
        If it cannot be read, or is too large to be a template.
    """
    if path is None:
        return resources.files("gridmap").joinpath("static", "notice.docx").read_bytes()
    try:
        if Path(path).stat().st_size > _MOST_BYTES:
            raise UnsupportedError(f"the template {path} is larger than 20 MB; take pictures out of it")
        return Path(path).read_bytes()
    except OSError as error:
        raise UnsupportedError(f"the template {path} cannot be read: {error.strerror}") from error
