"""Which column of the system catalogues is read by which attribute of which kind, and why the others are not."""
