"""What the channels share: a failure that is tried again."""

from __future__ import annotations


class Undelivered(Exception):
    """Nobody took it; it is sent again."""
