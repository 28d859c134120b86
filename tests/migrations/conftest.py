"""The commands, called as in the tests of the use cases."""

from app.conftest import call, pair

__all__ = ["call", "pair"]
