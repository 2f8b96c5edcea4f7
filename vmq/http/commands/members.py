"""Who serves a queue, changed while it runs: app_queue's AddQueueMember and RemoveQueueMember. Kept over a restart.

The configuration's own members are changed in the configuration (see vmq.http.settings).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from vmq.access.rights import Right, Who
from vmq.domain.asked import MemberJoined, MemberLeft
from vmq.domain.events import Event
from vmq.http.commands.registry import (
    AgentName,
    Commands,
    Dial,
    NewAgentName,
    Penalty,
    QueueName,
    Reason,
    Request,
    Watched,
)

COMMANDS = Commands()


class AddMember(Request):
    """The agent who is to serve a queue. One who isn't configured comes with what Asterisk is to dial."""

    queue: QueueName
    agent: NewAgentName
    penalty: Penalty = 0
    dial: Annotated[Dial, Field(description="What Asterisk dials, for an agent who is not configured.")] = ""
    state_device: Annotated[Watched, Field(description="The device to watch, when it is another.")] = ""
    paused: Annotated[bool, Field(description="Takes no calls of this queue yet.", examples=[False])] = False
    reason: Reason = ""


class RemoveMember(Request):
    """The agent who is no longer to serve a queue."""

    queue: QueueName
    agent: AgentName


@COMMANDS.add("POST /queues/{queue}/members", "queue add-member", Right.SUPERVISE)
def add(request: AddMember, who: Who) -> Event:
    """Let an agent serve a queue, until he is removed."""
    return MemberJoined(
        agent=request.agent,
        queue=request.queue,
        penalty=request.penalty,
        dial=request.dial,
        state_device=request.state_device,
        is_paused=request.paused,
        reason=request.reason,
        by=who.name,
    )


@COMMANDS.add("DELETE /queues/{queue}/members/{agent}", "queue remove-member", Right.SUPERVISE)
def remove(request: RemoveMember, who: Who) -> Event:
    """Let an agent serve a queue no longer; a call of it that is under way goes on."""
    return MemberLeft(request.agent, request.queue, by=who.name)
