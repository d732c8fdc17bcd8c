"""The workbench: the one object with state. It holds a workspace, its current plan and what was undone."""

from gridmap.workbench.bench import Workbench

__all__ = ["Workbench"]
