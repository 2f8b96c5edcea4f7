"""What an agent (or somebody for him) can do: begin and end work, pause, wrap up, move to another telephone."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from vmq.access.rights import Right, Who
from vmq.domain.asked import (
    AgentLoggedIn,
    AgentLoggedOut,
    AgentMoved,
    AgentPaused,
    AgentUnpaused,
    DialAsked,
    MemberPauseChanged,
    NoteRead,
    NoteSent,
    OfferRefused,
    PenaltyChanged,
    WrapUpEnded,
    WrapUpExtended,
)
from vmq.domain.events import Event
from vmq.http.commands.registry import (
    WORDS,
    AgentName,
    AnyQueue,
    Commands,
    Dial,
    Dialled,
    OfferId,
    Penalty,
    Reason,
    Request,
)

COMMANDS = Commands()

InOneQueue = Annotated[AnyQueue, Field(description="Only in this queue; empty = in all.")]


class OfAgent(Request):
    """An agent, and nothing else to say."""

    agent: AgentName


class PauseAgent(OfAgent):
    """Why an agent pauses, and where."""

    reason: Reason = ""
    queue: InOneQueue = ""


class UnpauseAgent(OfAgent):
    """Where an agent takes calls again."""

    queue: InOneQueue = ""


class ExtendWrapUp(OfAgent):
    """How much longer an agent's work after a call takes."""

    by_s: Annotated[float, Field(gt=0, le=3600, description="Seconds more.", examples=[30.0])]


class SetPenalty(OfAgent):
    """An agent's new penalty, and where."""

    penalty: Penalty
    queue: InOneQueue = ""


class MoveAgent(OfAgent):
    """The telephone an agent sits at."""

    dial: Annotated[Dial, Field(description="As Asterisk dials it; several parted by `&`; empty = his own.")] = ""


class DialFrom(OfAgent):
    """Whom an agent calls."""

    to: Annotated[Dialled, Field(description="As he would dial it on his telephone.")]


class SendNote(OfAgent):
    """A few words to an agent."""

    text: Annotated[str, Field(min_length=1, max_length=500, pattern=WORDS, examples=["Please see me at four"])]


class ReadNote(OfAgent):
    """A note that he has read."""

    note: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$", examples=["0019ab53e1f00001"])]


class RefuseOffer(Request):
    """The offer that is refused."""

    offer: OfferId


@COMMANDS.add("POST /agents/{agent}/login", "agent login", Right.AGENT)
def login(request: OfAgent) -> Event:
    """Start work."""
    return AgentLoggedIn(request.agent)


@COMMANDS.add("POST /agents/{agent}/logout", "agent logout", Right.AGENT)
def logout(request: OfAgent) -> Event:
    """End work; a call under way goes on."""
    return AgentLoggedOut(request.agent)


@COMMANDS.add("POST /agents/{agent}/pause", "agent pause", Right.AGENT)
def pause(request: PauseAgent) -> Event:
    """Take no calls for now, of one queue or at all."""
    if request.queue:
        return MemberPauseChanged(request.agent, request.queue, is_paused=True, reason=request.reason)
    return AgentPaused(request.agent, request.reason)


@COMMANDS.add("POST /agents/{agent}/unpause", "agent unpause", Right.AGENT)
def unpause(request: UnpauseAgent) -> Event:
    """Take calls again, of one queue or at all."""
    if request.queue:
        return MemberPauseChanged(request.agent, request.queue, is_paused=False)
    return AgentUnpaused(request.agent)


@COMMANDS.add("POST /agents/{agent}/wrap-up-end", "agent wrap-up-end", Right.AGENT)
def end_wrap_up(request: OfAgent) -> Event:
    """Be done with the work after a call."""
    return WrapUpEnded(request.agent)


@COMMANDS.add("POST /agents/{agent}/wrap-up-extend", "agent wrap-up-extend", Right.AGENT)
def extend_wrap_up(request: ExtendWrapUp) -> Event:
    """Have more time for the work after a call."""
    return WrapUpExtended(request.agent, request.by_s)


@COMMANDS.add("POST /agents/{agent}/move", "agent move", Right.AGENT)
def move(request: MoveAgent) -> Event:
    """Work at another telephone (hot desk), or at one's own again."""
    return AgentMoved(request.agent, tuple(filter(None, request.dial.split("&"))))


@COMMANDS.add("POST /agents/{agent}/penalty", "agent penalty", Right.SUPERVISE, by_queue=True)
def set_penalty(request: SetPenalty) -> Event:
    """Give an agent another penalty, in one queue or in all of his.

    A supervisor with a group says in which queue."""
    return PenaltyChanged(request.agent, request.queue, request.penalty)


@COMMANDS.add("POST /agents/{agent}/dial", "agent dial", Right.AGENT, starts_call=True)
def dial(request: DialFrom, who: Who) -> Event:
    """Ring an agent's telephone, and let it dial a number when he answers.

    Where the configuration names the context for that (`numbers.context`).
    """
    return DialAsked(request.to, agent=request.agent, by=who.name)


@COMMANDS.add("POST /agents/{agent}/notes", "agent note", Right.SUPERVISE)
def note(request: SendNote, who: Who) -> Event:
    """Send an agent a few words: they stay on his desk until he has read them."""
    return NoteSent(request.agent, request.text, by=who.name)


@COMMANDS.add("DELETE /agents/{agent}/notes/{note}", "agent note-read", Right.AGENT)
def note_read(request: ReadNote, who: Who) -> Event:
    """Say that a note was read."""
    return NoteRead(request.agent, request.note, by=who.name)


@COMMANDS.add("POST /offers/{offer}/refuse", "offer refuse", Right.AGENT)
def refuse(request: RefuseOffer) -> Event:
    """Refuse the call that rings: it goes to the next agent at once."""
    return OfferRefused(request.offer)
