"""The eBPF sensor: the kernel's own word on every fork, exec and exit (Linux)."""
