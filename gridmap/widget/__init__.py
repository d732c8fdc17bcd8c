"""The browser side of the workbench."""
