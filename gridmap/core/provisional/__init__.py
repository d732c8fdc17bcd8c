"""Cells where there is no digital grid yet: ground cut by lines into an exact coverage."""
