"""What can be done with a caller who waits: another priority or place, another queue, out of the queue."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from vmq.access.rights import Right, Who
from vmq.domain.asked import CallerPriorityChanged, CallerWithdrawn
from vmq.domain.events import Event
from vmq.http.commands.registry import CallId, Commands, QueueName, Reason, Request

COMMANDS = Commands()


class SetPriority(Request):
    """A waiting caller's new priority."""

    call: CallId
    priority: Annotated[int, Field(ge=-1_000_000, le=1_000_000, description="Higher is served first.", examples=[10])]


class SetPosition(Request):
    """A waiting caller's new place."""

    call: CallId
    position: Annotated[
        int, Field(ge=1, le=100_000, description="1 = next, among those of his priority.", examples=[1])
    ]


class MoveCaller(Request):
    """The queue a caller is to wait in instead."""

    call: CallId
    to: QueueName


class WithdrawCaller(Request):
    """Why a caller is taken out of his queue."""

    call: CallId
    info: Annotated[Reason, Field(description="For the dialplan (QUEUE_WITHDRAW_INFO) and the records.")] = ""


@COMMANDS.add("POST /callers/{call}/priority", "caller priority", Right.SUPERVISE)
def set_priority(request: SetPriority, who: Who) -> Event:
    """Give a waiting caller another priority."""
    return CallerPriorityChanged(request.call, priority=request.priority, by=who.name)


@COMMANDS.add("POST /callers/{call}/position", "caller position", Right.SUPERVISE)
def set_position(request: SetPosition, who: Who) -> Event:
    """Put a waiting caller at a place among those of his priority."""
    return CallerPriorityChanged(request.call, position=request.position, by=who.name)


@COMMANDS.add("POST /callers/{call}/move", "caller move", Right.SUPERVISE)
def move(request: MoveCaller) -> Event:
    """Let a waiting caller wait in another queue."""
    return CallerWithdrawn(request.call, to=request.to)


@COMMANDS.add("POST /callers/{call}/withdraw", "caller withdraw", Right.SUPERVISE)
def withdraw(request: WithdrawCaller) -> Event:
    """Take a waiting caller out of his queue; his dialplan goes on."""
    return CallerWithdrawn(request.call, info=request.info)
