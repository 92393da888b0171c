"""What is read of one process when it is asked for: its environment, files, sockets, limits, memory, hash."""
