"""Find the data that come with gridmap."""

from __future__ import annotations

from pathlib import Path

from gridmap.errors import GridmapError

_PACKAGE = Path(__file__).resolve().parent.parent


def bundled_path(name: str) -> Path:
    """Give the path of a bundled file or folder.

    An installed gridmap carries its data inside the package; a checkout has them in ``geodata/``
    beside it.

    Parameters
    ----------
    name
        The path below ``geodata/``, such as ``providence/blocks.gpkg``.

    Returns
    -------
    path
        Where it lies; made absolute.

    Raises
    ------
    GridmapError
        If this copy of gridmap lacks it, or `name` leads out of the bundled data.
    """
    for folder in (_PACKAGE / "geodata", _PACKAGE.parent / "geodata"):
        found = (folder / name).resolve()
        if found.is_relative_to(folder.resolve()) and found.exists():
            return found
    raise GridmapError(
        f"gridmap has no bundled data called {name!r}; install it again, or name a file of your own"
    )
