"""The one codec: an event or alert <-> one ECS document on one line of ASCII-safe JSON."""

from edr_tui.ecs.codec import DocumentError, decode, encode

__all__ = ["DocumentError", "decode", "encode"]
