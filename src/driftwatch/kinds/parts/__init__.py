"""What several kinds share, and what would be too much for the file of one."""
