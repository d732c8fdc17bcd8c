"""The workbench as JupyterLab shows it."""

from __future__ import annotations

import os
import sys
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gridmap import workbench
from gridmap.model.basemap import VARIABLE, Basemap, basemap_of
from gridmap.store.workspace import Workspace

if TYPE_CHECKING:
    from gridmap.widget.desk import Desk


class Workbench(workbench.Workbench):
    """The workbench, with a map to paint on when it is the last line of a cell in JupyterLab.

    It is the same object: what is painted is seen by the next line of Python, and what Python does is seen
    on the map at once, in all its views. See `gridmap.workbench.Workbench` for what it can do.

    Parameters
    ----------
    workspace
        What `gridmap.open_workspace` gave, with a grid.
    author
        Who saves and exports, unless somebody else is named.
    lang
        The language that the map begins in, ``zh`` or ``en``.
    basemap
        The address of tiles to lie under the cells, such as ``http://tiles.local/{z}/{x}/{y}.png``; if not
        given, what the environment variable ``GRIDMAP_BASEMAP`` says. Without either, and with an empty text,
        nothing is asked from anywhere.

    Raises
    ------
    UnsupportedError
        If the base map is no address of tiles.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        author: str = "",
        lang: str = "zh",
        basemap: str | Basemap | None = None,
    ) -> None:
        given = os.environ.get(VARIABLE) if basemap is None else basemap
        self._basemap, self._lang = basemap_of(given), lang
        self._desk: Desk | None = None
        is_shown = _is_in_notebook()  # then what the map asks for first is worked out until somebody sees it
        if is_shown:
            threading.Thread(target=_load, name="gridmap-workbench", daemon=True).start()
        super().__init__(workspace, author=author)
        if is_shown:
            self.desk.prepare()

    @property
    def desk(self) -> Desk:
        """What answers the views of the map, made when first asked for."""
        from gridmap.widget.desk import Desk

        with self.lock:
            if self._desk is None:
                self._desk = Desk(self, lang=self._lang, basemap=self._basemap)
            return self._desk

    @cached_property
    def panel(self) -> Any:
        """The widget, made when first asked for; the libraries of the browser side are loaded then."""
        from gridmap.widget.canvas import Canvas

        canvas = Canvas(self.desk)
        self.desk.prepare()
        return canvas

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self.panel._repr_mimebundle_(**options)


def _load() -> None:
    """Load what the browser side needs while the workspace is read; that takes a while."""
    from gridmap.widget import canvas, verbs  # noqa: F401 - to have them


def _is_in_notebook() -> bool:
    """Tell whether Python runs as the kernel of a notebook."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return getattr(shell, "kernel", None) is not None
