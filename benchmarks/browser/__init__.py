"""What the painting map costs in a whole JupyterLab, next to other map widgets."""
