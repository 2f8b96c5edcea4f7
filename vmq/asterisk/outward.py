"""The out-door: each command → AMI actions, or a word to an AGI session. It is the CallControl port on a real Asterisk.

Nothing is awaited. Actions leave on one connection in the order of the commands, and Asterisk takes them up in that
order, so commands for one leg keep theirs. What goes wrong comes back as an event.
"""

from __future__ import annotations

from typing import Protocol

from vmq.asterisk.devices import Devices
from vmq.asterisk.forks import Forks
from vmq.asterisk.lamps import Lamps, Sender
from vmq.asterisk.ringing import Ringing
from vmq.asterisk.submit import submit
from vmq.asterisk.talking import TalkCommand, actions
from vmq.asterisk.variables import assignments
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
    SetVariables,
)


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

    def __init__(self, sender: Sender, sessions: Sessions, forks: Forks, mwi_context: str) -> None:
        self._sender, self._sessions, self._forks = sender, sessions, forks
        self.ringing = Ringing(sender, sessions, forks)
        self.lamps = Lamps(sender, mwi_context)
        self.devices = Devices(sender)
        forks.dismiss, forks.hang_up = sessions.dismiss, self.ringing.hang_up

    def send(self, command: Command) -> None:  # noqa: PLR0912 - one for each command
        """CallControl's method: start carrying out a command."""
        match command:
            case RingAgent():
                self.ringing.ring(command)
            case RingCaller():
                self.ringing.ring_caller(command)
            case HangUpCaller(call_id, cause):
                submit(self._sender, {"Action": "Hangup", "Channel": call_id, "Cause": str(cause)})
            case RunDialogue():
                self._sessions.talk(command)
            case HangUpLeg(offer_id, cause):
                self.ringing.hang_up_all(offer_id, cause)
            case ParkLeg(offer_id):
                self._sessions.park(self._forks.key_of(offer_id))
            case DismissLeg(offer_id):
                self._sessions.dismiss(self._forks.key_of(offer_id))
            case ConnectCaller(call_id, offer_id, leg_channel):
                self._sessions.connect(call_id, offer_id, leg_channel)
            case ReleaseCaller(call_id, status, variables):
                self._sessions.release(call_id, status.value, variables)
            case SetVariables():
                self._set_variables(command)
            case PublishDevice(device, state):
                self.devices.publish(device, state)
            case SetLamp():
                self.lamps.set(command)
            case _ if isinstance(command, TalkCommand):
                for fields in actions(command):
                    submit(self._sender, fields)
            case _:
                raise TypeError(f"the out-door doesn't carry out {type(command).__name__}")

    def wake(self, channel: str) -> None:
        """End a caller's WAIT FOR DIGIT by a key of our own (D), so that his session looks at its to-do list."""
        submit(self._sender, {"Action": "PlayDTMF", "Channel": channel, "Digit": "D", "Receive": "true"})

    def forget(self) -> None:
        """The link is down: what legs there are is for the next snapshot to tell."""
        self.ringing.forget()
        self.lamps.forget()
        self.devices.forget()

    def _set_variables(self, command: SetVariables) -> None:
        """In one go: the dialplan's MSet() sets what is in VMQ_SET. What has no room there is set by itself."""
        features = (("VMQ_FEATURES", command.features),) if command.features else ()
        line, rest = assignments((*command.screen.variables(), ("VMQ_RECORD", command.record), *features))
        self._set("VMQ_SET", line, command.channel)
        for name, value in rest:
            self._set(name, value, command.channel)

    def _set(self, name: str, value: str, channel: str = "") -> None:
        where = {"Channel": channel} if channel else {}
        submit(self._sender, {"Action": "Setvar", **where, "Variable": name, "Value": value})
