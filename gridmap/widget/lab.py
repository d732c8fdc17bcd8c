"""The workbench as JupyterLab shows it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from gridmap import workbench


class Workbench(workbench.Workbench):
    """The workbench, with a panel that JupyterLab shows when it is the last line of a cell.

    It is the same object: what is done in the panel is seen by the next line of Python, and what Python does
    is seen in the panel. See `gridmap.workbench.Workbench` for what it can do.
    """

    @cached_property
    def panel(self) -> Any:
        """The panel, made when first asked for; the heavy libraries are loaded then."""
        from gridmap.widget.panels import Panel

        return Panel(self)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        self.panel.refresh()
        return self.panel.widget._repr_mimebundle_(**options)
