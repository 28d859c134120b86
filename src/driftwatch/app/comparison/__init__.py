"""A comparison, step by step: read, compared, planned and proved, and what the reader of its report is told."""
