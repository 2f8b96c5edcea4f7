"""What can be asked of a call under way: refuse, hold, transfer, record, supervise, what came of it, end.

As everywhere: the request becomes an event and is answered at once; what came of it is seen on the floor and in the
stream. A call is named by its `call_id`, an offer that rings by its `offer_id`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import Field

from vmq.domain.events import (
    DispositionChosen,
    EndAsked,
    Event,
    HoldAsked,
    OfferRefused,
    RecordingAsked,
    SupervisionAsked,
    TransferAsked,
)
from vmq.http.models import Shape
from vmq.http.ports import HttpPorts
from vmq.http.problems import ProblemError, documented

CallId = Annotated[str, Path(pattern=r"^[A-Za-z0-9._:;@/+-]{1,150}$", examples=["1763845200.17"])]
OfferId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", examples=["0019ab53e1f00001"])]

_REFUSALS = documented("token-needed", "foreign-origin", "call-unknown", "too-large", "invalid")


class TransferBody(Shape):
    """Where the caller goes. Without `context` it is looked up where the agent's telephone would dial it."""

    to: str = Field(pattern=r"^[A-Za-z0-9*#+_.-]{1,80}$", examples=["1002"])
    context: str = Field("", pattern=r"^[A-Za-z0-9_.-]{0,80}$", examples=["phones"])
    is_attended: bool = Field(False, description="The agent speaks with the target first (features.conf: atxfer).")


class RecordBody(Shape):
    """What to do with the call's recording."""

    change: Literal["start", "pause", "resume", "stop"] = Field(examples=["pause"])


class SuperviseBody(Shape):
    """Who hears the call, and who hears him: nobody (listen), the agent (whisper), both (barge); off = no longer."""

    supervisor: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", examples=["sue"])
    mode: Literal["listen", "whisper", "barge", "off"] = Field(examples=["listen"])
    telephone: str = Field(
        "",
        pattern=r"^([A-Za-z]+/[^\s,|&\x00-\x1f]{1,100})?$",
        description="Where the supervisor is rung; may be left out for an agent.",
        examples=["PJSIP/1009"],
    )


class DispositionBody(Shape):
    """What came of the call, in the queue's words, and a note."""

    disposition: str = Field(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["sold"])
    note: str = Field("", max_length=2000, pattern=r"^[^\x00\x7f]*$", examples=["wants two more in May"])


class TakenCall(Shape):
    """The request was taken in; what came of it is seen on the floor and in the stream."""

    id: str = Field(description="Of the call, or of the offer.", examples=["1763845200.17"])
    event: str = Field(examples=["HoldAsked"])


def offer_routes(ports: HttpPorts) -> APIRouter:
    """What can be done with an offer."""
    router = APIRouter(prefix="/offers/{offer_id}", tags=["calls"], responses=_REFUSALS)

    @router.post("/refuse", summary="Don't take the call that rings", status_code=202, operation_id="offer_refuse")
    async def refuse(offer_id: OfferId) -> TakenCall:
        if not ports.has_offer(offer_id):
            raise ProblemError("call-unknown", offer_id)
        ports.events.post(OfferRefused(offer_id))
        return TakenCall(id=offer_id, event=OfferRefused.__name__)

    return router


def call_routes(ports: HttpPorts) -> APIRouter:
    """What can be done with a call."""
    router = APIRouter(prefix="/calls/{call_id}", tags=["calls"], responses=_REFUSALS)

    def post(call_id: str, event: Event) -> TakenCall:
        if not ports.has_call(call_id):
            raise ProblemError("call-unknown", call_id)
        ports.events.post(event)
        return TakenCall(id=call_id, event=type(event).__name__)

    @router.post("/hold", summary="Let the caller hear music", status_code=202, operation_id="call_hold")
    async def hold(call_id: CallId) -> TakenCall:
        return post(call_id, HoldAsked(call_id, is_held=True))

    @router.post("/unhold", summary="Talk with the caller again", status_code=202, operation_id="call_unhold")
    async def unhold(call_id: CallId) -> TakenCall:
        return post(call_id, HoldAsked(call_id, is_held=False))

    @router.post("/transfer", summary="Send the caller elsewhere", status_code=202, operation_id="call_transfer")
    async def transfer(call_id: CallId, body: TransferBody) -> TakenCall:
        return post(call_id, TransferAsked(call_id, body.to, body.context, body.is_attended))

    @router.post("/record", summary="Record the call, or not", status_code=202, operation_id="call_record")
    async def record(call_id: CallId, body: RecordBody) -> TakenCall:
        return post(call_id, RecordingAsked(call_id, body.change))

    @router.post("/supervise", summary="Listen, whisper, barge in", status_code=202, operation_id="call_supervise")
    async def supervise(call_id: CallId, body: SuperviseBody) -> TakenCall:
        mode = "" if body.mode == "off" else body.mode
        return post(call_id, SupervisionAsked(call_id, body.supervisor, mode, body.telephone))

    @router.post(
        "/disposition",
        summary="Say what came of the call, until the agent's wrap-up ends",
        status_code=202,
        operation_id="call_disposition",
    )
    async def disposition(call_id: CallId, body: DispositionBody) -> TakenCall:
        return post(call_id, DispositionChosen(call_id, body.disposition, body.note))

    @router.post("/end", summary="End the agent's part of the call", status_code=202, operation_id="call_end")
    async def end(call_id: CallId) -> TakenCall:
        return post(call_id, EndAsked(call_id))

    return router
