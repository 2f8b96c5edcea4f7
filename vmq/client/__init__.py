"""A running vmq from a Python program: give commands, ask anything of the API, follow what happens (docs/client.md).

Everything goes through the documented HTTP API. What can be said comes from where the server has it: commands from
their registry, checked before they are sent; all else from the server's own OpenAPI document.
"""

from __future__ import annotations

from vmq.client.client import Client
from vmq.client.errors import ClientError, NoAnswer, Refused
from vmq.client.stream import Entry, Gap

__all__ = ["Client", "ClientError", "Entry", "Gap", "NoAnswer", "Refused"]
