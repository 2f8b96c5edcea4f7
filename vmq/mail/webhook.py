"""Tells a web address of a message: a JSON body, signed, taken as told when the answer is 2xx.

The signature is HMAC-SHA256 (RFC 2104) with the webhook's secret over `<timestamp>.<body>`, in hex; the timestamp keeps
an old request from being played again. Redirections are not followed, and the environment's proxies not asked.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json

import httpx

from vmq.domain.delivery import Delivery
from vmq.engine.ports import Clock
from vmq.errors import DeliveryError, DeliveryRefused
from vmq.mail.facts import facts_of
from vmq.mail.ports import House
from vmq.mail.smtp import secure_context
from vmq.mail.texts import PAGER, texts_in

_GONE = 410
_STEP_S = 60.0  # for each step of a request; the whole has the webhook's own limit


class Webhooks:
    """The sender to webhooks. `close` in the end."""

    def __init__(self, house: House, clock: Clock) -> None:
        self._house = house
        self._clock = clock
        self._client: httpx.AsyncClient | None = None

    async def send(self, delivery: Delivery) -> bool:
        """Send; False, since a web address is nobody's copy of a message. Raises DeliveryError, StorageError."""
        hook = self._house.webhook(delivery.recipient)
        if hook is None:
            raise DeliveryRefused(f"webhook {delivery.recipient}: is not in the configuration any more")
        body = await self._body(delivery)
        timestamp = str(int(self._clock.now()))
        headers = {"Content-Type": "application/json", "User-Agent": "vmq", "X-Vmq-Timestamp": timestamp}
        headers["X-Vmq-Delivery"] = delivery.mail_id.strip("<>")
        if hook.secret:
            headers["X-Vmq-Signature"] = signature(hook.secret, timestamp, body)
        where = f"webhook {delivery.recipient}"
        try:
            async with (
                asyncio.timeout(hook.timeout_s),
                (await self._http()).stream("POST", hook.url, content=body, headers=headers) as reply,
            ):
                status = reply.status_code
        except TimeoutError:
            raise DeliveryError(f"{where}: no answer in {hook.timeout_s:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DeliveryError(f"{where}: {error or type(error).__name__}") from None
        if not 200 <= status < 300:
            kind = DeliveryRefused if status == _GONE else DeliveryError
            raise kind(f"{where}: answered {status}")
        return False

    async def close(self) -> None:
        """Close all connections."""
        if self._client is not None:
            await self._client.aclose()

    async def _body(self, delivery: Delivery) -> bytes:
        notice, settings = delivery.notice, self._house.mail()
        box = await self._house.box(notice.mailbox)
        transcript = await self._house.transcript(notice)
        text = texts_in(settings.templates).render(PAGER, facts_of(notice, box, settings, transcript=transcript))
        told = {
            "event": "message",
            "message": {
                "id": notice.message_id,
                "mailbox": notice.mailbox,
                "mailbox_name": box.name,
                "received_at": notice.received_at,
                "duration_s": round(notice.duration_s, 3),
                "caller_number": notice.caller_number,
                "caller_name": notice.caller_name,
                "is_urgent": notice.is_urgent,
                "category": notice.category,
            },
            "counts": {"new": box.counts.new, "old": box.counts.old, "urgent": box.counts.urgent},
            "text": text.strip(),
            "transcript": transcript,
            "link": await self._house.link(notice),
        }
        return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")

    async def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            context = await asyncio.to_thread(secure_context)
            self._client = self._client or httpx.AsyncClient(verify=context, trust_env=False, timeout=_STEP_S)
        return self._client


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The value of X-Vmq-Signature."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
