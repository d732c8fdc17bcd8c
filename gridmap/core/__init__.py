"""What can be done: pure functions, tables in and new tables out."""
