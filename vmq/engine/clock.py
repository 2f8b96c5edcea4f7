"""The host's clock, as the engine's Clock port."""

from __future__ import annotations

import time


class SystemClock:
    """Epoch seconds as the host has them: they are compared with Asterisk's, and outlive a restart."""

    def now(self) -> float:
        """Epoch seconds."""
        return time.time()
