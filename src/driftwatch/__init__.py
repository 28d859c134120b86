"""driftwatch: PostgreSQL schema drift, found, explained and proved away."""

__version__ = "0.1.0"
