"""The benchmark: `python -m tests.bench` takes the figures of docs/performance.md."""
