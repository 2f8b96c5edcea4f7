"""The outbox over HTTP: what waits, went out or was given up; and dead deliveries tried again or dropped."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from vmq.access.rights import Right
from vmq.domain.delivery import Delivery, State
from vmq.http.delivery_ports import OutboxPort
from vmq.http.models import Shape
from vmq.http.needs import needs
from vmq.http.problems import ProblemError, documented
from vmq.http.routers import ApiRouter

DeliveryId = Annotated[int, Path(ge=1, le=2**53, examples=[4711])]


class DeliveryView(Shape):
    """One message on its way to one recipient."""

    id: int = Field(examples=[4711])
    message_id: str = Field(examples=["6f1d2c3b4a596877"])
    mailbox: str = Field(examples=["1001"])
    way: str = Field(description="mail, pager, webhook or command.", examples=["mail"])
    recipient: str = Field(examples=["ann@example.org"])
    state: str = Field(description="pending, sent or dead.", examples=["dead"])
    attempts: int = Field(examples=[3])
    created_at: float = Field(description="Epoch seconds.", examples=[1763845200.0])
    due_at: float = Field(description="When it is tried again, while it is pending.", examples=[1763848800.0])
    expires_at: float = Field(description="When it is given up.", examples=[1764277200.0])
    done_at: float = Field(description="When it was sent or given up; 0 = neither.", examples=[0.0])
    error: str = Field(description="What the last try met.", examples=["mail server 127.0.0.1:25: no answer in time"])


class DeliveryList(Shape):
    """A part of the outbox, and what to ask for the rest with."""

    items: list[DeliveryView] = Field(examples=[[]])
    next: int | None = Field(description="Ask with after= this for the rest; null = that was all.", examples=[4711])


def outbox_routes(port: OutboxPort | None) -> APIRouter:
    """All of /outbox; without a port there are none."""
    router = ApiRouter(
        prefix="/outbox",
        tags=["outbox"],
        dependencies=[needs(Right.ADMINISTER)],
        responses=documented("token-needed", "not-allowed", "foreign-origin", "invalid", "storage-failed"),
    )
    if port is None:
        return router

    @router.get("", summary="Messages on their way out, oldest first", operation_id="list_outbox")
    async def outbox(
        state: State | None = None,
        after: Annotated[int, Query(ge=0, le=2**53)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> DeliveryList:
        found = await port.page(state, after, limit)
        return DeliveryList(items=[_view(each) for each in found], next=found[-1].id if len(found) == limit else None)

    @router.post(
        "/{delivery_id}/retry",
        summary="Try a dead delivery again",
        status_code=204,
        responses=documented("delivery-unknown"),
        operation_id="retry_delivery",
    )
    async def retry(delivery_id: DeliveryId) -> None:
        if not await port.retry(delivery_id):
            raise ProblemError("delivery-unknown", str(delivery_id))

    @router.delete(
        "/{delivery_id}",
        summary="Forget a dead delivery",
        status_code=204,
        responses=documented("delivery-unknown"),
        operation_id="drop_delivery",
    )
    async def drop(delivery_id: DeliveryId) -> None:
        if not await port.drop(delivery_id):
            raise ProblemError("delivery-unknown", str(delivery_id))

    return router


def _view(delivery: Delivery) -> DeliveryView:
    return DeliveryView(
        id=delivery.id,
        message_id=delivery.notice.message_id,
        mailbox=delivery.notice.mailbox,
        way=delivery.way.value,
        recipient=delivery.recipient,
        state=delivery.state.value,
        attempts=delivery.attempts,
        created_at=delivery.created_at,
        due_at=delivery.due_at,
        expires_at=delivery.expires_at,
        done_at=delivery.done_at,
        error=delivery.error,
    )
