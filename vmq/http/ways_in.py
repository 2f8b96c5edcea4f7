"""The addresses that whoever isn't logged in may ask: to log in, to make the first user, and with a ticket."""

from __future__ import annotations

SESSION = "/session"
WAYS = "/session/ways"
SET_UP = "/setup"
OIDC_BEGIN = "/login/oidc"
OIDC_END = "/login/oidc/callback"
_API = "/api/v1"
TELEPHONE = "/telephone"
LINE = f"{_API}{TELEPHONE}/line"

WAYS_IN = frozenset(
    {
        *(f"{_API}{address}" for address in (SESSION, WAYS, SET_UP)),
        OIDC_BEGIN,
        OIDC_END,
    }
)
"""Of the API's session only the log-in itself is open: its other routes say that they need somebody who is in."""
SOCKETS = frozenset({LINE})
"""WebSockets: nobody comes in there without a ticket of its own (vmq.http.telephone)."""
