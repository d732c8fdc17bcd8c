"""What is printed: results to stdout, everything else to stderr."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from gridmap.errors import GridmapWarning

_GAP = "  "
_MOST_FILES = 12


def say(text: str = "") -> None:
    """Print a line of the result."""
    typer.echo(text)


def tell(text: str) -> None:
    """Print a message that is no part of the result, to stderr."""
    typer.echo(text, err=True)


def fail(text: str) -> None:
    """Print what went wrong, to stderr."""
    tell(f"error: {text}")


def say_json(document: Any) -> None:
    """Print one JSON document to stdout."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2, default=_plain))


@contextmanager
def notes() -> Iterator[None]:
    """Show the warnings of gridmap as notes on stderr, each once."""
    shown: set[str] = set()
    with warnings.catch_warnings():
        before = warnings.showwarning
        warnings.simplefilter("always", GridmapWarning)

        def show(message: Any, category: type[Warning], *rest: Any, **options: Any) -> None:
            if not issubclass(category, GridmapWarning):
                before(message, category, *rest, **options)
            elif str(message) not in shown:
                shown.add(str(message))
                tell(f"note: {message}")

        warnings.showwarning = show
        yield


def progress(total: int | None, what: str) -> Any:
    """Make a progress bar on stderr; it shows only on a terminal."""
    from tqdm import tqdm

    return tqdm(total=total, desc=what, file=sys.stderr, disable=None, leave=False)


def say_table(rows: Iterable[Sequence[object]], *, head: Sequence[str], indent: int = 2) -> None:
    """Print rows under a head in columns; numbers stand to the right, and Chinese takes two places."""
    texts = [list(head), *([_cell(value) for value in row] for row in rows)]
    if len(texts) == 1:
        return
    widths = [max(map(width, column)) for column in zip(*texts, strict=True)]
    right = [all(_is_number(row[place]) for row in texts[1:]) for place in range(len(head))]
    for row in texts:
        cells = [
            _padded(text, size, right=number) for text, size, number in zip(row, widths, right, strict=True)
        ]
        say((" " * indent + _GAP.join(cells)).rstrip())


def width(text: str) -> int:
    """Return how many places a text takes on a terminal.

    Examples
    --------
    >>> width("网格 a")
    6
    """
    return sum(_places(letter) for letter in text)


def counted(count: int, one: str, many: str = "") -> str:
    """Write a count with its noun.

    Examples
    --------
    >>> counted(1, "household"), counted(1500, "household")
    ('1 household', '1,500 households')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def say_files(paths: Iterable[Path]) -> None:
    """Print the paths of written files with their sizes; a folder of many files in one line."""
    folders: dict[Path, list[Path]] = {}
    for path in paths:
        folders.setdefault(path.parent, []).append(path)
    rows = []
    for folder, files in folders.items():
        if len(files) > _MOST_FILES:
            rows.append((f"{folder}{os.sep}  ({len(files):,} files)", _size(*files)))
        else:
            rows += [(str(path), _size(path)) for path in files]
    say_table(rows, head=("file", "size"))


def _size(*paths: Path) -> str:
    count = sum(path.stat().st_size for path in paths)
    return f"{count:,} B" if count < 10_000 else f"{count / 1000:,.0f} kB"


def _places(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def plain(text: object) -> str:
    """Make a text from a table plain, so that it cannot steer the terminal."""
    from gridmap.export.plain import plain_text

    return plain_text(text)


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else plain(value)


def _is_number(text: str) -> bool:
    digits = text.lstrip("+-").replace(",", "").removesuffix(" kB").removesuffix(" B")
    return digits.isdecimal() or text in {"", "<5"}


def _padded(text: str, size: int, *, right: bool) -> str:
    space = " " * (size - width(text))
    return space + text if right else text + space


def _plain(value: Any) -> Any:
    """Turn what JSON does not know into what it does."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else str(value)
