"""What happened, as messages between the parts of the screen."""

from __future__ import annotations

from textual.message import Message


class FeedReady(Message):
    """Something waits in the feed. Which update it is does not matter: the feed merges them."""

    def can_replace(self, message: Message) -> bool:
        """One token is as good as many."""
        return isinstance(message, FeedReady)
