"""What `vmq asterisk setup` writes for telephones in the browser: a WebSocket transport, and each one's PJSIP endpoint.

Pure: settings → text. Asterisk's own HTTP server carries the WebSocket; what it needs is in docs/browser-telephone.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from vmq.errors import ConfigError

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,80}")
_SECRET = re.compile(r"[!-:<-~]+")  # printable, no blank, no ; (a comment in Asterisk's files)

_UNSAYABLE = re.compile(r"[\x00-\x1f\x7f;<>\\]")


@dataclass(frozen=True, slots=True)
class WebTelephone:
    """One agent's: its endpoint, its password, what callers are shown, and the context of the numbers it dials."""

    endpoint: str
    secret: str = field(repr=False)
    caller_name: str
    number: str
    context: str


def pjsip_text(telephones: Sequence[WebTelephone], *, is_secure: bool) -> str:
    """The file to include in pjsip.conf. Raises ConfigError for a value that can't stand in it."""
    lines = [
        "; Telephones in the browser. Written by `vmq asterisk setup`; to be included in pjsip.conf.",
        "[vmq-websocket]",
        "type = transport",
        f"protocol = {'wss' if is_secure else 'ws'}",
        "bind = 0.0.0.0",
    ]
    for telephone in telephones:
        lines += ["", *_telephone(telephone)]
    return "\n".join([*lines, ""])


def _telephone(telephone: WebTelephone) -> list[str]:
    """An endpoint with `webrtc` on (DTLS with a certificate of its own, ICE, one port for audio and its control)."""
    name = telephone.endpoint
    if not _NAME.fullmatch(name) or name == "vmq-websocket":
        raise ConfigError(f"agent {telephone.caller_name}: web_user: {name!r} can't be an endpoint of PJSIP")
    if not _SECRET.fullmatch(telephone.secret):
        raise ConfigError(f"agent {telephone.caller_name}: web_secret: no blank and no semicolon can be in it")
    shown = _UNSAYABLE.sub(" ", telephone.caller_name.replace('"', "'"))
    return [
        f"[{name}]",
        "type = endpoint",
        "webrtc = yes",
        "disallow = all",
        "allow = ulaw,alaw",
        f"context = {telephone.context}",
        f"auth = {name}",
        f"aors = {name}",
        f'callerid = "{shown}" <{telephone.number or name}>',
        "device_state_busy_at = 1",
        "direct_media = no",
        f"[{name}]",
        "type = auth",
        "auth_type = userpass",
        f"username = {name}",
        f"password = {telephone.secret}",
        f"[{name}]",
        "type = aor",
        "max_contacts = 1",
        "remove_existing = yes",
    ]
