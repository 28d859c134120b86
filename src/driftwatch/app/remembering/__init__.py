"""What goes into the history and what is read from it: runs, drift items, what is due, what is old."""
