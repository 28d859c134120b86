"""Proving a plan on a shadow: what has to be built for it, building it, applying, reading back."""
