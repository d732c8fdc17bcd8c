"""For people: maps, pages and lists."""
