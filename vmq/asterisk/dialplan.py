"""The dialplan that hands calls to vmq: fills the FastAGI address into extensions_vmq.conf, which is beside this file.

The administrator includes the result and calls `Gosub(vmq-queue,…)`, `Gosub(vmq-leave,…)`, `Gosub(vmq-check,…)`,
`Gosub(vmq-desk,…)`, `Gosub(vmq-door,…)` or `Gosub(vmq-doorbell,…)`. Every context that calls vmq has a way on without
it: a loop that waits for vmq to come back, then a status to go on with.
"""

from __future__ import annotations

import re
from pathlib import Path

from vmq.errors import ConfigError

QUEUE_CONTEXT = "vmq-queue"
CONNECT_CONTEXT = "vmq-connect"
AGENT_CONTEXT = "vmq-agent"
CALLBACK_CONTEXT = "vmq-callback"
DESK_CONTEXT = "vmq-desk"
FORWARDED_CONTEXT = "vmq-forwarded"
TALK_CONTEXT = "vmq-talk"
LEAVE_CONTEXT = "vmq-leave"
CHECK_CONTEXT = "vmq-check"
PROMPTS_CONTEXT = "vmq-prompts"
DOOR_CONTEXT = "vmq-door"
DOORBELL_CONTEXT = "vmq-doorbell"
VOICEMAIL_CONTEXT = "vmq-voicemail"
VOICEMAILMAIN_CONTEXT = "vmq-voicemailmain"
INFO_CONTEXT = "vmq-vminfo"
SAYNAME_CONTEXT = "vmq-vmsayname"
PLAYMSG_CONTEXT = "vmq-voicemailplaymsg"
LAMP_CONTEXT = "vmq-lamp"
HINTS_CONTEXT = "vmq-hints"
DOCTOR_CONTEXT = "vmq-doctor"
CONTEXTS = (
    QUEUE_CONTEXT,
    CONNECT_CONTEXT,
    AGENT_CONTEXT,
    CALLBACK_CONTEXT,
    DESK_CONTEXT,
    FORWARDED_CONTEXT,
    TALK_CONTEXT,
    LEAVE_CONTEXT,
    CHECK_CONTEXT,
    VOICEMAIL_CONTEXT,
    VOICEMAILMAIN_CONTEXT,
    INFO_CONTEXT,
    SAYNAME_CONTEXT,
    PLAYMSG_CONTEXT,
    PROMPTS_CONTEXT,
    DOOR_CONTEXT,
    DOORBELL_CONTEXT,
    LAMP_CONTEXT,
    HINTS_CONTEXT,
    DOCTOR_CONTEXT,
)

ASKED = (
    ("priority", "${QUEUE_PRIO}"),
    ("rule", "${ARG4}"),
    ("rule", "${VMQ_RULE}"),
    ("position", "${ARG5}"),
    ("position", "${VMQ_POSITION}"),
    ("min_penalty", "${QUEUE_MIN_PENALTY}"),
    ("max_penalty", "${QUEUE_MAX_PENALTY}"),
    ("raise_penalty", "${QUEUE_RAISE_PENALTY}"),
    ("needs", "${VMQ_NEEDS}"),
    ("prefers", "${VMQ_PREFERS}"),
    ("prefers_s", "${VMQ_PREFERS_S}"),
    ("url", "${VMQ_URL}"),
)
"""What a caller's dialplan may ask for, by its name in AGI(); of two of one name the first that is set counts."""

_ADDRESS = re.compile(r"[A-Za-z0-9.:\[\]_-]+")

_TEXT = Path(__file__).with_name("extensions_vmq.conf")


def next_stop(text: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """VMQ_NEXT and VMQ_TO for where a caller goes on: `queue:<name>`, `mailbox:<number>`, `extension:<exten>@<context>`
    (VMQ_TO is then what Goto() takes). Both are empty for anything else, and the caller returns."""
    kind, _, target = text.partition(":")
    if kind == "extension" and target:
        exten, _, context = target.partition("@")
        target = f"{context or 'default'},{exten},1"
    known = kind in ("queue", "mailbox", "extension") and bool(target)
    return ("VMQ_NEXT", kind if known else ""), ("VMQ_TO", target if known else "")


def dialplan_text(agi_address: str) -> str:
    """The text of extensions_vmq.conf. `agi_address`: host or host:port of vmq's FastAGI server, as Asterisk dials it.

    Raises ConfigError when the address holds anything that can't stand in a dialplan line.
    """
    if not _ADDRESS.fullmatch(agi_address):
        raise ConfigError(f"agi.address: {agi_address!r} is no host:port; write e.g. 10.0.0.5:4573")
    asked = ",".join(f'"{name}={value}"' for name, value in ASKED)
    return _TEXT.read_text(encoding="utf-8").replace("@ADDRESS@", agi_address).replace("@ASKED@", asked)
