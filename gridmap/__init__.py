"""Tiered zones over a grid of cells: no household missed, no person left out, and the proof."""
