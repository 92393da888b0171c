"""edr-tui: a live process tree that turns suspicious parent -> child chains red."""

__version__ = "0.1.0"
