"""The only code that asks an operating system; it runs in the process of `edr-tui sensor`."""
