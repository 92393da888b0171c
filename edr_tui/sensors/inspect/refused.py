"""What is raised where something that was asked for cannot be told or done."""

from __future__ import annotations


class Refused(Exception):
    """Why not: a reason of edr.unknown (denied, gone, ...), or a sentence without its full stop."""
