"""One line above the keys for what must not be overlooked: a pause, a sensor in trouble."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class NoticeBar(Static):
    """Hidden while there is nothing to tell."""

    DEFAULT_CSS = """
    NoticeBar {
        height: 1; display: none; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; color: $muted;
    }
    NoticeBar.-told { display: block; }
    NoticeBar.-warning { background: $warning; color: $background; text-style: bold; }
    NoticeBar.-error { background: $error; color: $background; text-style: bold; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._told: tuple[str, str] | None = None

    def tell(self, words: Content | None, tone: str) -> None:
        """Tell this (tone: warning, error or empty), or with None nothing."""
        told = None if words is None else (words.plain, tone)
        if told == self._told:
            return
        self._told = told
        self.set_class(words is not None, "-told")
        self.set_class(tone == "warning", "-warning")
        self.set_class(tone == "error", "-error")
        self.update(words if words is not None else "")
