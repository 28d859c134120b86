"""The scheduled comparisons: what is due, one after the other, each with its signs of life."""
