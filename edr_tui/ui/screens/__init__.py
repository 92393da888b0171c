"""Screens: the main one, and those that open above it."""
