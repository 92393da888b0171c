"""Measured promises: python -m bench.NAME prints the figures of docs/performance.md."""
