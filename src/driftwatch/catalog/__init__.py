"""Reading a live database."""
