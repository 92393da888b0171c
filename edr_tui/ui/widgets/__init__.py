"""Widgets: each draws what it is given and tells what the analyst did to it."""
