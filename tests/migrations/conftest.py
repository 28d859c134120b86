"""The commands, called as in the tests of the use cases."""

from app.conftest import call, one_shadow, pair

__all__ = ["call", "one_shadow", "pair"]
