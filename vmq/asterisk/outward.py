"""The out-door: each command → AMI actions, or a word to an AGI session. It is the CallControl port on a real Asterisk.

Nothing is awaited. Actions leave on one connection in the order of the commands, and Asterisk takes them up in that
order, so commands for one leg keep theirs. What goes wrong comes back as an event.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

from vmq.asterisk.dialplan import AGENT_CONTEXT, CALLBACK_CONTEXT, FORWARDED_CONTEXT
from vmq.asterisk.lamps import Fields, Lamps, Sender
from vmq.asterisk.message import Headers
from vmq.domain.commands import (
    Command,
    ConnectCaller,
    DismissLeg,
    HangUpCaller,
    HangUpLeg,
    ParkLeg,
    PublishDevice,
    ReleaseCaller,
    RingAgent,
    RingCaller,
    RunDialogue,
    SetLamp,
)
from vmq.domain.events import ChannelHungUp, LegEnd, LegFailed, leg_id
from vmq.engine.ports import EventSink
from vmq.errors import LinkLost, VmqError

log = structlog.get_logger(__name__)

OTHER_PREFIX = "vmqx-"
"""Begins the id of a Local leg's other half, so that it is not taken for the leg itself."""
_NO_SUCH_CHANNEL = "no such channel"
_ANSWERED_ELSEWHERE = 26
_NOT_IN_NAMES = {ord(character): None for character in '"\\<>,;|'} | dict.fromkeys(range(32)) | {127: None}


class Sessions(Protocol):
    """The AGI sessions of callers and answered legs. No method blocks; a session that is gone is ignored."""

    def park(self, offer_id: str) -> None:
        """The leg may go into the holding bridge."""
        ...

    def dismiss(self, offer_id: str) -> None:
        """The leg is not needed."""
        ...

    def connect(self, call_id: str, offer_id: str, leg_channel: str) -> None:
        """The caller is to bridge to the leg."""
        ...

    def release(self, call_id: str, status: str, variables: tuple[tuple[str, str], ...]) -> None:
        """The caller goes on in the dialplan."""
        ...

    def talk(self, command: RunDialogue) -> None:
        """Something is said to the caller."""
        ...

    def expect(self, command: RingAgent | RingCaller) -> None:
        """A leg is being rung."""
        ...

    def unexpect(self, leg: str) -> None:
        """A leg (an offer's id, or the call id of a call back) is over."""
        ...


class Outward:
    """Carries commands out. `mwi_context` is the mailboxes' context as telephones subscribe to it."""

    def __init__(self, sender: Sender, sessions: Sessions, sink: EventSink, mwi_context: str) -> None:
        self._sender, self._sessions, self._sink = sender, sessions, sink
        self.lamps = Lamps(sender, mwi_context)
        self._unmade: set[str] = set()
        self._cancelled: dict[str, int] = {}

    def send(self, command: Command) -> None:
        """CallControl's method: start carrying out a command."""
        match command:
            case RingAgent():
                self._ring(command)
            case RingCaller():
                self._ring_caller(command)
            case HangUpCaller(call_id, cause):
                self._submit({"Action": "Hangup", "Channel": call_id, "Cause": str(cause)})
            case RunDialogue():
                self._sessions.talk(command)
            case HangUpLeg(offer_id, cause):
                self._hang_up(offer_id, cause)
            case ParkLeg(offer_id):
                self._sessions.park(offer_id)
            case DismissLeg(offer_id):
                self._sessions.dismiss(offer_id)
            case ConnectCaller(call_id, offer_id, leg_channel):
                self._sessions.connect(call_id, offer_id, leg_channel)
            case ReleaseCaller(call_id, status, variables):
                self._sessions.release(call_id, status.value, variables)
            case PublishDevice(device, state):
                self._submit({"Action": "Setvar", "Variable": f"DEVICE_STATE({device})", "Value": state})
            case SetLamp():
                self.lamps.set(command)
            case _:
                raise TypeError(f"the out-door doesn't carry out {type(command).__name__}")

    def wake(self, channel: str) -> None:
        """End a caller's WAIT FOR DIGIT by a key of our own (D), so that his session looks at its to-do list."""
        self._submit({"Action": "PlayDTMF", "Channel": channel, "Digit": "D", "Receive": "true"})

    def is_unmade(self, offer_id: str) -> bool:
        """True from RingAgent until the leg's channel exists."""
        return offer_id in self._unmade

    def leg_made(self, offer_id: str) -> None:
        """The leg's channel exists: a hang-up that was sent before is sent again."""
        self._unmade.discard(offer_id)
        cause = self._cancelled.pop(offer_id, None)
        if cause is not None:
            self._hang_up(offer_id, cause)

    def leg_gone(self, offer_id: str) -> None:
        """The leg's channel ended, or will never be."""
        self._unmade.discard(offer_id)
        self._cancelled.pop(offer_id, None)
        self._sessions.unexpect(offer_id)

    def callback_gone(self, call_id: str) -> None:
        """The channel of a call back ended, or will never be."""
        self._sessions.unexpect(call_id)

    def forget(self) -> None:
        """The link is down: what legs there are is for the next snapshot to tell."""
        self._unmade.clear()
        self._cancelled.clear()
        self.lamps.forget()

    def _ring(self, command: RingAgent) -> None:
        def failed(error: VmqError) -> None:
            if isinstance(error, LinkLost):
                self._hang_up(command.offer_id, _ANSWERED_ELSEWHERE)  # it may have been made all the same
            else:
                self.leg_gone(command.offer_id)
            log.warning("leg.not_made", offer_id=command.offer_id, agent=command.agent, error=str(error))
            self._sink.post(LegFailed(command.offer_id, LegEnd.UNREACHABLE))

        self._unmade.add(command.offer_id)
        self._sessions.expect(command)
        self._submit(ring_action(command), failed)

    def _ring_caller(self, command: RingCaller) -> None:
        def failed(error: VmqError) -> None:
            log.warning("callback.not_made", call_id=command.call_id, queue=command.queue, error=str(error))
            self._sessions.unexpect(command.call_id)
            self._sink.post(ChannelHungUp(command.call_id, 0, LegEnd.UNREACHABLE))

        self._sessions.expect(command)
        self._submit(callback_action(command), failed)

    def _hang_up(self, offer_id: str, cause: int) -> None:
        """Asterisk acknowledges an Originate before it makes the channel: a hang-up in between finds none."""

        def failed(error: VmqError) -> None:
            if _NO_SUCH_CHANNEL not in str(error).lower():
                log.warning("leg.not_hung_up", offer_id=offer_id, error=str(error))

        if offer_id in self._unmade:
            self._cancelled[offer_id] = cause
        self._submit({"Action": "Hangup", "Channel": leg_id(offer_id), "Cause": str(cause)}, failed)

    def _submit(self, fields: Fields, failed: Callable[[VmqError], None] | None = None) -> None:
        def on_error(error: VmqError) -> None:
            if failed is not None:
                failed(error)
            else:
                log.info("ami.action_failed", action=fields["Action"], error=str(error))

        def on_done(future: asyncio.Future[list[Headers]]) -> None:
            error = None if future.cancelled() else future.exception()
            if isinstance(error, VmqError):
                on_error(error)

        try:
            future = self._sender.send_action(fields)
        except VmqError as error:
            asyncio.get_running_loop().call_soon(on_error, error)
        else:
            future.add_done_callback(on_done)


def ring_action(command: RingAgent) -> Fields:
    """The Originate of an agent leg. Its channel id is fixed, so that it can be hung up before its name is known.

    The last three variables are those that app_queue.c sets on a member's channel.
    """
    variables = [
        f"VMQ_OFFER={command.offer_id}",
        f"VMQ_LEG={command.agent}|{command.queue}|{command.call_id}",
        f"VMQ_CONFIRM={'1' if command.must_confirm else ''}",
        f"FORWARD_CONTEXT={FORWARDED_CONTEXT}",
        f"DIALEDPEERNUMBER={command.dial.partition('/')[2]}",
        f"MEMBERINTERFACE={command.dial}",
        f"MEMBERNAME={command.agent}",
    ]
    fields: Fields = {
        "Action": "Originate",
        "Channel": command.dial,
        "ChannelId": leg_id(command.offer_id),
        "Context": AGENT_CONTEXT,
        "Exten": "s",
        "Priority": "1",
        "Async": "true",
        "Timeout": str(max(1, round(command.ring_s * 1000))),
        "CallerID": caller_id(command.caller_name, command.caller_number),
        "Variable": variables,
    }
    if command.dial.startswith("Local/"):
        fields["OtherChannelId"] = f"{OTHER_PREFIX}{command.offer_id}"
    return fields


def callback_action(command: RingCaller) -> Fields:
    """The Originate of a call back. The channel's id is the call's, so that he comes back as who he was."""
    fields: Fields = {
        "Action": "Originate",
        "Channel": command.dial,
        "ChannelId": command.call_id,
        "Context": CALLBACK_CONTEXT,
        "Exten": "s",
        "Priority": "1",
        "Async": "true",
        "Timeout": str(max(1, round(command.ring_s * 1000))),
        "Variable": [
            f"VMQ_CALLBACK={command.call_id}",
            f"VMQ_QUEUE={command.queue}",
            f"FORWARD_CONTEXT={FORWARDED_CONTEXT}",
        ],
    }
    if command.dial.startswith("Local/"):
        fields["OtherChannelId"] = f"{OTHER_PREFIX}{command.call_id}"
    return fields


def caller_id(name: str, number: str) -> str:
    """A caller's name and number as Asterisk parses them: "name" <number>, without characters that would end a part."""
    name, number = name.translate(_NOT_IN_NAMES).strip(), number.translate(_NOT_IN_NAMES).strip()
    return f'"{name}" <{number}>' if name else f"<{number}>" if number else ""
