"""Links to single messages: signed, so that they can't be guessed or prolonged, and good for some days.

The key is made once and lies in the database, so that any node's link works at any other. Raises StorageError.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import quote, urlencode

from vmq.db.feeds import FeedRepository

_KEY = "links"


class Links:
    """Makes and checks them."""

    def __init__(self, feeds: FeedRepository) -> None:
        self._feeds = feeds
        self._key = b""

    async def signed(self, base: str, message_id: str, until: float) -> str:
        """A link to a message below the server's address, good until a moment (epoch seconds)."""
        query = urlencode({"until": int(until), "signature": await self._signature(message_id, int(until))})
        return f"{base}/listen/{quote(message_id)}?{query}"

    async def is_good(self, message_id: str, until: int, signature: str, now: float) -> bool:
        """True for a link of ours whose time isn't over."""
        expected = await self._signature(message_id, until)
        return hmac.compare_digest(expected.encode(), signature.encode()) and now <= until

    async def _signature(self, message_id: str, until: int) -> str:
        self._key = self._key or await self._feeds.key(_KEY)
        return hmac.new(self._key, f"{message_id}.{until}".encode(), hashlib.sha256).hexdigest()
