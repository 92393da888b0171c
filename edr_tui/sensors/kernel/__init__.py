"""What the sensors share to which the kernel tells every fork, exec and exit (Linux)."""
