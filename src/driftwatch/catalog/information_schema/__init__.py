"""The standard's own reading of a database: what the views of `information_schema` can express, and nothing else."""
