"""The widget that JupyterLab shows: a frame that the browser fills, and the messages between the two."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import anywidget
from traitlets import Bool

from gridmap.widget.desk import Desk


class Canvas(anywidget.AnyWidget):
    """One workbench in the browser, in any number of views.

    No data are kept in the widget itself: views ask for what they draw, so that a notebook that is saved
    stays small and holds nobody's data.

    Parameters
    ----------
    desk
        What answers the messages of the views.

    Attributes
    ----------
    is_new
        Whether no view has asked yet. Then one is about to be made, which asks at once; a page that is loaded
        again makes the widgets of all cells that ever ran, and most of them without a view.
    """

    is_new = Bool(default_value=True).tag(sync=True)

    _esm = files("gridmap") / "static" / "workbench.js"
    _css = files("gridmap") / "static" / "workbench.css"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        desk.attach(self._tell)
        self.on_msg(self._hear)

    def close(self) -> None:
        """End the widget; its workbench goes on."""
        self._desk.detach()
        super().close()

    def _tell(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        self.send(content, buffers)

    def _hear(self, _widget: Any, content: Any, buffers: list[memoryview]) -> None:
        self._desk.hear(content, buffers)
        self.is_new = False
