"""From what is pointed at or drawn on a map to cells, households and edits."""
