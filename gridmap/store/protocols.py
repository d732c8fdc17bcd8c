"""Read protocols: those that are shipped, by name, and others, from a TOML file."""

from __future__ import annotations

from importlib import resources
from os import PathLike
from pathlib import Path

from gridmap.errors import ProtocolError
from gridmap.model.protocol import Protocol
from gridmap.model.protocol_schema import protocol_from_text

_SUFFIX = ".toml"


def list_protocols() -> list[str]:
    """Return the names of the protocols that are shipped, in alphabetical order.

    Examples
    --------
    >>> "three-zones-2021" in list_protocols()
    True
    """
    files = resources.files("gridmap").joinpath("protocols").iterdir()
    return sorted(file.name.removesuffix(_SUFFIX) for file in files if file.name.endswith(_SUFFIX))


def load_protocol(name_or_path: str | PathLike[str]) -> Protocol:
    """Read a protocol.

    Parameters
    ----------
    name_or_path
        The name of a shipped protocol (see `list_protocols`), or the path of a TOML file.

    Returns
    -------
    protocol
        The protocol.

    Raises
    ------
    ProtocolError
        If there is no such protocol, or with every fault of the file, each with its place.

    Examples
    --------
    >>> load_protocol("three-zones-2021").tier_ids
    ('sealed', 'controlled', 'prevention')
    """
    return protocol_from_text(read_protocol_text(name_or_path), title=_title(name_or_path))


def read_protocol_text(name_or_path: str | PathLike[str]) -> str:
    """Return the text of a protocol as it was written, for example to keep it in a workspace.

    Parameters
    ----------
    name_or_path
        The name of a shipped protocol, or the path of a TOML file.

    Raises
    ------
    ProtocolError
        If there is no such protocol, or it is not text in UTF-8.
    """
    if name_or_path in list_protocols():
        file = resources.files("gridmap").joinpath("protocols", f"{name_or_path}{_SUFFIX}")
        return file.read_text(encoding="utf-8")
    path = Path(name_or_path)
    if not path.is_file():
        shipped = ", ".join(list_protocols())
        raise ProtocolError(
            f"no protocol {str(name_or_path)!r}; give the path of a TOML file or one of {shipped}"
        )
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProtocolError(f"{path.name} is not UTF-8; save it as UTF-8 (TOML allows no other)") from error
    except OSError as error:
        raise ProtocolError(f"{path.name} cannot be read: {error.strerror}") from error


def _title(name_or_path: str | PathLike[str]) -> str:
    return Path(name_or_path).name
