"""What root does for a console that is not: start sensors, on a fixed message. Standard library alone."""
