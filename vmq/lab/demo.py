"""The demonstration on the stand-in: its extensions and telephones, as `make run` and newcomers find them.

Out: dialplan text (to be put beside vmq's own, which it calls) and a LabPbx with everybody's telephone on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from vmq.lab.exchange import Pace
from vmq.lab.pbx import LabPbx
from vmq.lab.voices import Voice

QUEUE = "support"
DOOR = "main"
CONTEXT = "lab"
"""Where its telephones dial."""
HOUSE_MAILBOX = "1000"
OPERATOR = "1001"
PIN = "2468"
"""Of all agents, whose numbers are those of their telephones."""
STUDIO_PIN = PIN
PHONES = {"1001": "Ann", "1002": "Bob", "1003": "Carla", "1004": "Dinu"}
OUTSIDE = {"5550101": "Eve", "5550102": "Frank", "5550199": "Grace"}

WHAT_TO_DIAL = {
    "600": f"the queue {QUEUE}; the house mailbox when nobody comes in time",
    "1001 … 1004": "a telephone; its mailbox when it is busy or does not answer",
    "700": "the front door: an attendant, who asks strangers for a code; as 5550101, say",
    "*97": "your own voicemail",
    "*98": "anybody's voicemail",
    "*94": f"the prompt studio, with PIN {STUDIO_PIN}: record what callers hear",
    "*99 and 4 digits": "leave a message for that mailbox, without ringing",
    "*45 … *49": f"an agent's desk: log in, log out, pause, take calls again, menu (PIN {PIN})",
    "9 and a number": "an outside line",
    "0": "the operator",
}

_EXTENSIONS = """\
[globals]
HOUSE=@HOUSE@

[lab]
exten => 600,1,Gosub(vmq-queue,s,1(@QUEUE@))
 same => n,GotoIf($["${QUEUESTATUS}" = "CONTINUE"]?end)
 same => n,GotoIf($["${QUEUESTATUS}" = "CALLBACK"]?end)
 same => n,GotoIf($["${QUEUESTATUS}" = "VOICEMAIL"]?end)
 same => n,Gosub(vmq-leave,s,1(${HOUSE},uo))
 same => n,GotoIf($["${VMSTATUS}" = "USEREXIT"]?0,1)
 same => n(end),Hangup()

exten => _1XXX,1,Dial(PJSIP/${EXTEN},15)
 same => n,Gosub(vmq-leave,s,1(${EXTEN},${IF($["${DIALSTATUS}" = "BUSY"]?b:u)}o))
 same => n,GotoIf($["${VMSTATUS}" = "USEREXIT"]?0,1)
 same => n,Hangup()

exten => 700,1,Gosub(vmq-door,s,1(@DOOR@))
 same => n,Hangup()

exten => *97,1,Gosub(vmq-check,s,1(${CALLERID(num)}))
 same => n,Hangup()
exten => *98,1,Gosub(vmq-check,s,1())
 same => n,Hangup()
exten => *94,1,Gosub(vmq-prompts,s,1())
 same => n,Hangup()
exten => _*99XXXX,1,Gosub(vmq-leave,s,1(${EXTEN:3},s))
 same => n,Hangup()

exten => *45,1,Gosub(vmq-desk,s,1(login))
 same => n,Hangup()
exten => *46,1,Gosub(vmq-desk,s,1(logout))
 same => n,Hangup()
exten => *47,1,Gosub(vmq-desk,s,1(pause))
 same => n,Hangup()
exten => *48,1,Gosub(vmq-desk,s,1(unpause))
 same => n,Hangup()
exten => *49,1,Gosub(vmq-desk,s,1(menu))
 same => n,Hangup()

exten => _9X.,1,Dial(PJSIP/${EXTEN:1}@trunk,60)
 same => n,Hangup()
exten => 0,1,Dial(PJSIP/@OPERATOR@,30)
 same => n,Hangup()
"""


def extensions(queue: str = QUEUE, house_mailbox: str = HOUSE_MAILBOX, operator: str = OPERATOR) -> str:
    """The extension table's dialplan text."""
    text = _EXTENSIONS.replace("@DOOR@", DOOR).replace("@QUEUE@", queue).replace("@HOUSE@", house_mailbox)
    return text.replace("@OPERATOR@", operator)


def demo_pbx(
    vmq_dialplan: str,
    *,
    users: dict[str, str],
    sound_folders: Sequence[Path] = (),
    describe: Callable[[str], str | None] | None = None,
    pace: Pace | None = None,
) -> LabPbx:
    """A LabPbx with vmq's own dialplan, the extension table and all telephones; not started yet."""
    pbx = LabPbx((vmq_dialplan, extensions()), users=users, sound_folders=sound_folders, describe=describe, pace=pace)
    for number, name in PHONES.items():
        pbx.add_phone(number, name)
    for number, name in OUTSIDE.items():
        pbx.add_outside(number, name).speak(Voice.tone(330, 3))
    pbx.phone("1004").speak(Voice.tone(440, 1, is_endless=True))
    return pbx
