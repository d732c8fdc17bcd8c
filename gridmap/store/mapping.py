"""Which header of a file is which column: found once, kept as TOML, and used again."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from gridmap.errors import Fault, TableError
from gridmap.model.tables import READABLE
from gridmap.store.files import write_text

Columns = dict[str, tuple[str, ...]]
_HEAD = """\
# Which header of the files is which column of gridmap. Change it, and the next reading follows it.
# Several headers, as in phone = ["手机", "电话"], for files that differ.
# A column without a line here is not read.
"""


def read_mapping(path: Path) -> dict[str, Columns]:
    """Read a mapping file.

    Returns
    -------
    mapping
        By table: for each column its headers.

    Raises
    ------
    TableError
        If it is no such file, or names tables or columns that there are not.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TableError(path.name, [_fault("", f"the mapping cannot be read ({error})")]) from error
    faults = [_fault(f"[{name}]", "no such table") for name in content if name not in READABLE]
    mapping = {}
    for name, columns in content.items():
        if name in READABLE and isinstance(columns, dict):
            mapping[name] = _checked(name, columns, faults)
        elif name in READABLE:
            faults.append(_fault(name, f"it is no table of columns; write [{name}]"))
    if faults:
        raise TableError(path.name, faults)
    return mapping


def write_mapping(path: Path, mapping: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
    """Write a mapping file, whole or not at all.

    Parameters
    ----------
    path
        The file to make or to replace.
    mapping
        By table: for each column its headers.
    """
    parts = [_HEAD]
    for table, columns in mapping.items():
        lines = [f"{name} = {_toml(headers)}\n" for name, headers in columns.items()]
        parts.append(f"\n[{table}]\n{''.join(lines)}")
    write_text(path, "".join(parts))


def table_mapping(given: Any, table: str) -> Columns | None:
    """Return the columns of one table: of a mapping file, or of columns with a header or headers each.

    Raises
    ------
    TableError
        If the file is none, or a column is named that the table has not.
    """
    if given is None:
        return None
    if isinstance(given, (str, PathLike)):
        return read_mapping(Path(given)).get(table)
    faults: list[Fault] = []
    columns = _checked(table, given, faults)
    if faults:
        raise TableError("mapping", faults)
    return columns


def _checked(table: str, columns: Mapping[str, Any], faults: list[Fault]) -> Columns:
    known = [column.name for column in READABLE[table].columns]
    checked = {}
    for name, said in columns.items():
        headers = (said,) if isinstance(said, str) else tuple(said) if isinstance(said, (list, tuple)) else ()
        if name not in known:
            faults.append(_fault(f"[{table}] {name}", f"no such column; there are {', '.join(known)}"))
        elif not headers or not all(isinstance(header, str) for header in headers):
            faults.append(_fault(f"[{table}] {name}", "no header, and no list of headers"))
        else:
            checked[name] = headers
    return checked


def _fault(where: str, what: str) -> Fault:
    return Fault("bad_mapping", where, what, "correct the mapping, or delete it to have it found again")


def _toml(headers: Sequence[str]) -> str:
    words = [json.dumps(header, ensure_ascii=False).replace("\x7f", "\\u007f") for header in headers]
    return words[0] if len(words) == 1 else f"[{', '.join(words)}]"
