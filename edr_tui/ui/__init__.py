"""The terminal interface: the only Textual code. Pure parts (rows, rendering) apart from widgets."""
