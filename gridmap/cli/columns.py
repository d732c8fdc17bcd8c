"""Which header is which column: shown before it is applied, kept in a file, and used again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gridmap.cli.printing import plain, say, say_table, tell

Mappings = dict[str, dict[str, Any]]


def kept_mapping(path: Path | None) -> Mappings:
    """Read the mapping file, if there is one already."""
    from gridmap.store.mapping import read_mapping

    return dict(read_mapping(path)) if path is not None and path.exists() else {}


def found_mapping(tables: Mapping[str, Any]) -> Mappings:
    """Return for each table that was read which headers its columns have."""
    return {name: dict(frame.attrs["mapping"]) for name, frame in tables.items()}


def keep_mapping(path: Path | None, mapping: Mappings) -> None:
    """Write the mapping file, if it is asked for and not there yet."""
    from gridmap.store.mapping import write_mapping

    if path is not None and not path.exists():
        write_mapping(path, mapping)
        tell(f"note: {path}: the mapping of columns was written; it is used when it is named again")


def say_mapping(mapping: Mappings) -> None:
    """Print which header is which column, table by table."""
    from gridmap.model.columns import TABLES

    for table, columns in mapping.items():
        labels = {column.name: column.zh for column in TABLES[table].columns}
        say(f"{table}")
        rows = [(" | ".join(headers), name, labels[name]) for name, headers in columns.items()]
        say_table(rows, head=("header", "column", ""))


def tell_mapping(mapping: Mappings) -> None:
    """Print to stderr the headers that are called otherwise than their column."""
    for table, columns in mapping.items():
        pairs = [
            f"{plain(header)} = {name}"
            for name, all_of in columns.items()
            for header in all_of
            if header != name
        ]
        if pairs:
            tell(f"columns of {table}: {', '.join(pairs)}")


def say_reading(tables: Mapping[str, Any]) -> None:
    """Print what became of the rows of tables that were joined, grouped or had rows that are no record."""
    rows = [(name, counts) for name, frame in tables.items() for counts in frame.attrs["reading"]]
    odd = [
        (name, counts)
        for name, counts in rows
        if counts["place"] or "persons" in counts or counts["rows"] != counts["records"]
    ]
    keys = ("rows", "persons", "records", "totals", "headers", "blank")
    say_table(
        [
            (f"{name} {counts['place']}".strip(), *(counts.get(key, "") for key in keys))
            for name, counts in odd
        ],
        head=("read", *keys),
    )
