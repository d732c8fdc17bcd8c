"""Exports that run beside the map, so that painting goes on, with progress and a way to stop."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridmap.errors import CancelledError, GridmapError
from gridmap.export.handed_out import log_rows
from gridmap.export.kit import Written, write_exports
from gridmap.widget.refusals import internal_refusal, refusal

if TYPE_CHECKING:
    from gridmap.model.zoning import Zoning
    from gridmap.widget.desk import Desk


@dataclass(frozen=True)
class Wish:
    """What to export for whom.

    Parameters
    ----------
    folder, audience, formats, lang, password, plain
        As for `gridmap.write_exports`.
    """

    folder: Path
    audience: str
    formats: tuple[str, ...]
    lang: str
    password: str | None = field(default=None, repr=False)
    plain: bool = False


class Jobs:
    """The exports of one desk, one at a time.

    Parameters
    ----------
    desk
        Whom progress is told.

    Attributes
    ----------
    running
        How far the export is that is under way, as views are told; None without one.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._number = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.running: dict[str, Any] | None = None

    def start(self, zoning: Zoning, wish: Wish) -> int:
        """Begin to export a zoning, and return the number of the job."""
        self._number += 1
        self.running = self._now(self._number, 0, 0, "")
        self._stop = threading.Event()
        arguments = (self._number, zoning, wish, self._stop)
        self._thread = threading.Thread(target=self._run, args=arguments, name="gridmap-export", daemon=True)
        self._thread.start()
        return self._number

    def cancel(self) -> None:
        """Stop what is running, after the file that is being written; nothing half is left."""
        self._stop.set()

    def wait(self) -> None:
        """Wait until what is running has ended."""
        if self._thread is not None:
            self._thread.join()

    def _run(self, job: int, zoning: Zoning, wish: Wish, stop: threading.Event) -> None:
        end: dict[str, Any] = {"state": "failed", **internal_refusal(wish.lang)}
        written: list[Written] = []
        try:
            write_exports(
                zoning,
                wish.folder,
                audience=wish.audience,
                formats=wish.formats,
                lang=wish.lang,
                password=wish.password,
                plain=wish.plain,
                progress=lambda *step: self._step(job, *step),
                cancelled=stop.is_set,
                told=written.append,
            )
            end = {"state": "done"}
        except CancelledError as error:
            end = {"state": "cancelled", **refusal(error, wish.lang)}
        except GridmapError as error:
            end = {"state": "failed", **refusal(error, wish.lang)}
        finally:
            end |= self._logged(written, zoning, wish.lang)
            files = [_row(each, wish.folder) for each in written]
            self.running = None
            self._desk.tell({"kind": "progress", "job": job, "files": files, **end})
            self._desk.stale("export")

    def _logged(self, written: list[Written], zoning: Zoning, lang: str) -> dict[str, Any]:
        """Log what was handed out, and return what is to be told where that fails."""
        bench = self._desk.bench
        try:
            bench.workspace.log_export(log_rows(written, zoning, author=bench.author))
        except GridmapError as error:
            return {"state": "failed", **refusal(error, lang)}
        return {}

    def _step(self, job: int, done: int, total: int, name: str) -> None:
        self.running = self._now(job, done, total, name)
        self._desk.tell({"kind": "progress", **self.running})

    def _now(self, job: int, done: int, total: int, name: str) -> dict[str, Any]:
        return {"job": job, "state": "running", "done": done, "total": total, "name": name}


def _row(file: Written, folder: Path) -> dict[str, Any]:
    """Say which file was written, how large it is, and how many persons it names."""
    path = file.path
    return {
        "path": str(path.relative_to(folder)) if path.is_relative_to(folder) else path.name,
        "size": path.stat().st_size if path.exists() else 0,
        "format": file.format,
        "persons": file.persons,
    }
