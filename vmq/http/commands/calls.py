"""What can be asked of a call under way: hold, transfer, record, supervise, what came of it, its end.

A call is named by its caller's `call_id`, also after the talk, as long as its agent wraps up.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from vmq.access.rights import Right, Who
from vmq.domain.asked import (
    DialAsked,
    DispositionChosen,
    EndAsked,
    HoldAsked,
    RecordingAsked,
    SupervisionAsked,
    TransferAsked,
)
from vmq.domain.events import Event
from vmq.http.commands.registry import Commands, Dial, Dialled, Known, Reached, Request

COMMANDS = Commands()

Call = Annotated[str, Field(pattern=r"^[0-9A-Za-z._:-]{1,150}$", examples=["1763845200.17"]), Known("call")]
Extension = Annotated[str, Field(pattern=r"^[A-Za-z0-9*#+_.-]{1,80}$", examples=["1002"])]
Context = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{0,80}$"), Reached("context")]
Words = Annotated[str, Field(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["sold"])]
Note = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00\x7f]*$", examples=["wants two more in May"])]


class Change(StrEnum):
    """What to do with a call's recording."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


class Mode(StrEnum):
    """What a supervisor does: nobody hears him, the agent does, both do; or he does no longer."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"
    OFF = "off"


class OneCall(Request):
    """A call."""

    call: Call


class Transfer(Request):
    """Where the caller goes."""

    call: Call
    to: Extension
    context: Annotated[Context, Field(description="Empty: where the agent's telephone would dial it.")] = ""
    attended: Annotated[bool, Field(description="The agent speaks with the target first.")] = False


class Record(Request):
    """What to do with the recording."""

    call: Call
    change: Annotated[Change, Field(examples=["pause"])]


class Supervise(Request):
    """Who hears the call, and who hears him."""

    call: Call
    supervisor: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", examples=["sue"])]
    mode: Annotated[Mode, Field(examples=["listen"])]
    telephone: Annotated[Dial, Field(description="Where to ring him; empty: he is an agent, at his own.")] = ""


class Begin(Request):
    """Who is called, and from where."""

    telephone: Annotated[Dial, Field(min_length=1, description="Rings first.")]
    to: Annotated[Dialled, Field(description="As it would be dialled there.")]


class Disposition(Request):
    """What came of the call, in the queue's words, and a note."""

    call: Call
    disposition: Words
    note: Note = ""


@COMMANDS.add("POST /calls/{call}/hold", "call hold", Right.AGENT)
def hold(request: OneCall) -> Event:
    """Let the caller hear music, and nobody hear anybody."""
    return HoldAsked(request.call, is_held=True)


@COMMANDS.add("POST /calls/{call}/unhold", "call unhold", Right.AGENT)
def unhold(request: OneCall) -> Event:
    """Talk with the caller again."""
    return HoldAsked(request.call, is_held=False)


@COMMANDS.add("POST /calls/{call}/transfer", "call transfer", Right.AGENT, starts_call=True)
def transfer(request: Transfer) -> Event:
    """Send the caller to an extension of the dialplan.

    An attended transfer is what the agent's telephone would begin with `atxfer` of features.conf; it is done when the
    agent hangs up. The queue's `features` must have `t`.
    """
    return TransferAsked(request.call, request.to, request.context, request.attended)


@COMMANDS.add("POST /calls/{call}/record", "call record", Right.AGENT)
def record(request: Record) -> Event:
    """Start, pause, resume or stop recording the call."""
    return RecordingAsked(request.call, request.change.value)


@COMMANDS.add("POST /calls/{call}/supervise", "call supervise", Right.SUPERVISE, starts_call=True)
def supervise(request: Supervise) -> Event:
    """Let a supervisor listen to the call, whisper to its agent, or barge in.

    His telephone is rung; for one who supervises already the mode is changed.
    """
    mode = "" if request.mode is Mode.OFF else request.mode.value
    return SupervisionAsked(request.call, request.supervisor, mode, request.telephone)


@COMMANDS.add("POST /calls", "call dial", Right.SUPERVISE, starts_call=True)
def dial(request: Begin, who: Who) -> Event:
    """Ring a telephone, and let it dial a number when somebody answers.

    Where the configuration names the context for that (`numbers.context`).
    """
    return DialAsked(request.to, telephone=request.telephone, by=who.name)


@COMMANDS.add("POST /calls/{call}/disposition", "call disposition", Right.AGENT)
def disposition(request: Disposition) -> Event:
    """Say what came of the call, until its agent's wrap-up ends."""
    return DispositionChosen(request.call, request.disposition, request.note)


@COMMANDS.add("POST /calls/{call}/end", "call end", Right.AGENT)
def end(request: OneCall) -> Event:
    """End the agent's part of the call; the caller goes on in the dialplan."""
    return EndAsked(request.call)
