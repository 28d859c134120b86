"""What the tests stand on: servers of every major, databases on them, the golden cases."""
