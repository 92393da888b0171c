"""Where the analyst has been: back and forward through selections."""

from __future__ import annotations

_KEPT = 200


class SelectionHistory:
    """Selections by entity_id; going back and then elsewhere forgets what was ahead."""

    def __init__(self) -> None:
        self._visited: list[str] = []
        self._at = -1

    def visit(self, entity_id: str) -> None:
        """The analyst selects this one."""
        if self._visited and self._visited[self._at] == entity_id:
            return
        del self._visited[self._at + 1 :]
        self._visited.append(entity_id)
        del self._visited[:-_KEPT]
        self._at = len(self._visited) - 1

    def back(self) -> str | None:
        """The selection before; None at the beginning."""
        return self._move(-1)

    def forward(self) -> str | None:
        """The selection that was left by going back; None at the end."""
        return self._move(1)

    def _move(self, by: int) -> str | None:
        if not 0 <= self._at + by < len(self._visited):
            return None
        self._at += by
        return self._visited[self._at]
