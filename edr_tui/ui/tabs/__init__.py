"""The tabs of the detail: what each of them tells of a process, as lines. Pure."""
