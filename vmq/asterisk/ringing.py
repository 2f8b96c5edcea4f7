"""Ringing agents: RingAgent and HangUpLeg → AMI actions, for an offer of one telephone or of several.

A leg's channel may not exist yet when it is to be hung up again; what can't be rung comes back as LegFailed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

import structlog

from vmq.asterisk.auto_answer import header_variables
from vmq.asterisk.dialplan import AGENT_CONTEXT, CALLBACK_CONTEXT, FORWARDED_CONTEXT
from vmq.asterisk.forks import Forks, several
from vmq.asterisk.lamps import Fields, Sender
from vmq.asterisk.message import Headers
from vmq.asterisk.submit import submit
from vmq.asterisk.variables import Heritage, assignment
from vmq.domain.commands import RingAgent, RingCaller
from vmq.domain.events import ChannelHungUp, LegEnd, LegFailed, leg_id
from vmq.errors import LinkLost, VmqError

log = structlog.get_logger(__name__)

OTHER_PREFIX = "vmqx-"
"""Begins the id of a Local leg's other half, so that it is not taken for the leg itself."""
ALL_CONTACTS = "/*"
"""Ends a dial string that means each telephone that has registered as this endpoint."""
_NO_SUCH_CHANNEL = "no such channel"
_ANSWERED_ELSEWHERE = 26
_NOT_IN_NAMES = {ord(character): None for character in '"\\<>,;|'} | dict.fromkeys(range(32)) | {127: None}


class Expecting(Protocol):
    """The part of the AGI sessions that is told of legs."""

    def expect(self, command: RingAgent | RingCaller) -> None:
        """A leg is being rung."""
        ...

    def unexpect(self, leg: str) -> None:
        """A leg (an offer's id, or the call id of a call back) is over."""
        ...


class Ringing:
    """The legs that are being made or rung. The attribute `heritage` has what each caller leaves to his agent's leg."""

    def __init__(self, sender: Sender, sessions: Expecting, forks: Forks) -> None:
        self._sender, self._sessions, self._forks = sender, sessions, forks
        self.heritage = Heritage()
        self._unmade: set[str] = set()
        self._cancelled: dict[str, int] = {}

    def ring(self, command: RingAgent) -> None:
        """Ring all telephones of the offer: the one of it, or each by a leg of its own."""
        telephones = tuple(several(command.dial))
        if any(dial.endswith(ALL_CONTACTS) for dial in telephones):
            self._find_contacts(command, telephones)
        elif not telephones:
            self._not_rung(command)
        elif len(telephones) == 1:
            self._ring_one(replace(command, dial=telephones[0]))
        else:
            keys = self._forks.begin(command.offer_id, len(telephones))
            for key, dial in zip(keys, telephones, strict=True):
                self._ring_one(replace(command, offer_id=key, dial=dial))

    def _find_contacts(self, command: RingAgent, telephones: tuple[str, ...]) -> None:
        """Ask Asterisk which telephones have registered as an endpoint, then ring. A hang-up that comes meanwhile is
        remembered as one of a leg that isn't made yet."""
        waiting = len(telephones)
        found: dict[str, str] = {}

        def on_found(dial: str, contacts: str) -> None:
            nonlocal waiting
            found[dial] = contacts
            waiting -= 1
            if waiting:
                return
            self._unmade.discard(command.offer_id)
            dials = "&".join(filter(None, (found[dial] for dial in telephones)))
            if self._cancelled.pop(command.offer_id, None) is not None or not dials:
                self._not_rung(command)
            else:
                self.ring(replace(command, dial=dials))

        self._unmade.add(command.offer_id)
        for dial in telephones:
            if dial.endswith(ALL_CONTACTS):
                self._ask_contacts(dial, on_found)
            else:
                on_found(dial, dial)

    def _ask_contacts(self, dial: str, on_found: Callable[[str, str], None]) -> None:
        endpoint = dial.removesuffix(ALL_CONTACTS).partition("/")[2]
        fields: Fields = {"Action": "Getvar", "Variable": f"PJSIP_DIAL_CONTACTS({endpoint})"}

        def done(future: asyncio.Future[list[Headers]]) -> None:
            replies = [] if future.cancelled() or future.exception() is not None else future.result()
            on_found(dial, replies[0].get("Value", "") if replies else "")

        try:
            self._sender.send_action(fields).add_done_callback(done)
        except VmqError:
            asyncio.get_running_loop().call_soon(on_found, dial, "")

    def _not_rung(self, command: RingAgent) -> None:
        """There is nothing to ring: no telephone has registered, or no number was to be dialled."""
        log.warning("leg.nothing_to_ring", offer_id=command.offer_id, agent=command.agent, dial=command.dial)
        event = LegFailed(command.offer_id, LegEnd.UNREACHABLE)
        asyncio.get_running_loop().call_soon(self._forks.post, event)

    def _ring_one(self, command: RingAgent) -> None:
        def failed(error: VmqError) -> None:
            if isinstance(error, LinkLost):
                self.hang_up(command.offer_id, _ANSWERED_ELSEWHERE)  # it may have been made all the same
            else:
                self.leg_gone(command.offer_id)
            log.warning("leg.not_made", offer_id=command.offer_id, agent=command.agent, error=str(error))
            self._forks.post(LegFailed(command.offer_id, LegEnd.UNREACHABLE))

        self._unmade.add(command.offer_id)
        self._sessions.expect(command)
        submit(self._sender, ring_action(command, self.heritage.left_by(command.call_id)), failed)

    def ring_caller(self, command: RingCaller) -> None:
        """Call somebody back."""

        def failed(error: VmqError) -> None:
            log.warning("callback.not_made", call_id=command.call_id, queue=command.queue, error=str(error))
            self._sessions.unexpect(command.call_id)
            self._forks.post(ChannelHungUp(command.call_id, 0, LegEnd.UNREACHABLE))

        self._sessions.expect(command)
        submit(self._sender, callback_action(command), failed)

    def hang_up_all(self, offer_id: str, cause: int) -> None:
        """End whatever rings or talks for an offer."""
        for key in self._forks.keys_of(offer_id):
            self.hang_up(key, cause)

    def hang_up(self, offer_id: str, cause: int) -> None:
        """Asterisk acknowledges an Originate before it makes the channel: a hang-up in between finds none."""

        def failed(error: VmqError) -> None:
            if _NO_SUCH_CHANNEL not in str(error).lower():
                log.warning("leg.not_hung_up", offer_id=offer_id, error=str(error))

        if offer_id in self._unmade:
            self._cancelled[offer_id] = cause
        submit(self._sender, {"Action": "Hangup", "Channel": leg_id(offer_id), "Cause": str(cause)}, failed)

    def is_unmade(self, offer_id: str) -> bool:
        """True from RingAgent until the leg's channel exists."""
        return offer_id in self._unmade

    def leg_made(self, offer_id: str) -> None:
        """The leg's channel exists: a hang-up that was sent before is sent again."""
        self._unmade.discard(offer_id)
        cause = self._cancelled.pop(offer_id, None)
        if cause is not None:
            self.hang_up(offer_id, cause)

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


def ring_action(command: RingAgent, inherited: Iterable[tuple[str, str]] = ()) -> Fields:
    """The Originate of an agent leg. Its channel id is fixed, so that it can be hung up before its name is known.

    What the caller leaves to it can't take the place of a variable of vmq's own. VMQ_LEG is what the leg says of itself
    after a restart (vmq.asterisk.snapshot). VMQ_PEER is what his telephone shows
    as the number he talks with: the agent's telephone's, and nothing for a number behind a line (a mobile, say).
    """
    headers = header_variables(command.auto_answer) if command.auto_answer and command.dial.startswith("PJSIP/") else []
    own = (
        ("VMQ_OFFER", command.offer_id),
        ("VMQ_LEG", f"{command.agent}|{command.queue}|{command.call_id}|{command.line}"),
        ("VMQ_CONFIRM", "1" if command.must_confirm else ""),
        ("FORWARD_CONTEXT", FORWARDED_CONTEXT),
        ("DIALEDPEERNUMBER", peer := command.dial.partition("/")[2]),
        ("VMQ_PEER", "" if "@" in peer else peer.partition("/")[0]),
        *(command.screen.variables() if command.screen is not None else ()),
        *command.variables,
        *headers,
    )
    taken = {name for name, _ in own}
    left = [(name, value) for name, value in inherited if name.lstrip("_") not in taken]
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
        "Variable": [assignment(name, value) for name, value in (*own, *left)],
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
