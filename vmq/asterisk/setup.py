"""What `vmq asterisk setup` writes for the administrator to include: manager user, dialplan, log file.

Pure: settings → file name → text, and the lines to add to Asterisk's own files. `write` puts the files into a folder,
each whole or not at all, readable by Asterisk's user and not by everybody (one holds a secret).
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from vmq.asterisk.dialplan import dialplan_text
from vmq.asterisk.filters import manager_lines
from vmq.asterisk.web_telephones import WebTelephone, pjsip_text
from vmq.disk import write_at_once
from vmq.errors import ConfigError

MANAGER_FILE = "manager_vmq.conf"
DIALPLAN_FILE = "extensions_vmq.conf"
LOGGER_FILE = "logger_vmq.conf"
PJSIP_FILE = "pjsip_vmq.conf"

READ_RIGHTS = "system,call,dialplan,dtmf"
"""system: FullyBooted and Shutdown. dialplan: variables that are inherited (VarSet). dtmf: the keys of supervisors.
call: all other events that vmq reads."""
WRITE_RIGHTS = "call,originate,reporting"
"""call: Hangup, Setvar, PlayDTMF, BlindTransfer, Atxfer, MixMonitorMute, StopMixMonitor. originate: agents' and
supervisors' legs. reporting: CoreShowChannels, ShowDialPlan. No right to run commands, change configuration or start
programs."""

INCLUDES = (
    ("manager.conf", "at the end", f"#include {MANAGER_FILE}"),
    ("extensions.conf", "at the end", f"#include {DIALPLAN_FILE}"),
    ("logger.conf", "in section [logfiles]; if you like", f"#include {LOGGER_FILE}"),
    ("pjsip.conf", "at the end; and see docs/browser-telephone.md for http.conf", f"#include {PJSIP_FILE}"),
)
"""(Asterisk's file, where in it, the line to add); the last only where there are telephones in the browser."""

EXAMPLES = (
    "exten => 600,1,Gosub(vmq-queue,s,1(support))    ; QUEUE_PRIO, VMQ_NEEDS and others may be set before",
    "exten => *45,1,Gosub(vmq-desk,s,1(login))    ; also *46 logout, *47 pause, *48 unpause, *49 menu",
    "exten => 700,1,Gosub(vmq-door,s,1(main))    ; the attendant of [[door]] main; vmq-doorbell for a doorbell",
    "exten => *97,1,Gosub(vmq-check,s,1(${CALLERID(num)}))",
)

_USER = re.compile(r"[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[!-:<-~]+")  # printable, no blank, no ; (a comment in Asterisk's files)


@dataclass(frozen=True, slots=True)
class ManagerUser:
    """A further manager user, for a client of vmq's AMI facade: exactly these classes, and only events that match."""

    name: str
    secret: str = field(repr=False)
    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetupSettings:
    """`vmq_host` is the address vmq connects from; `agi_address` the host:port that Asterisk is to dial for FastAGI.

    `others` are manager users beside vmq's own; `web_telephones` those in the browser, with TLS unless not
    `is_web_secure`.
    """

    user: str
    secret: str = field(repr=False)
    vmq_host: str
    agi_address: str
    others: tuple[ManagerUser, ...] = ()
    web_telephones: tuple[WebTelephone, ...] = ()
    is_web_secure: bool = True


def new_secret() -> str:
    """A secret nobody guesses."""
    return secrets.token_urlsafe(32)


def written_secret(folder: Path) -> str:
    """The secret that an earlier setup wrote into the folder, for a second run to keep; empty when there is none."""
    try:
        text = (folder / MANAGER_FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    found = re.search(r"^secret = (\S+)$", text, re.MULTILINE)
    return found[1] if found else ""


def texts(settings: SetupSettings) -> dict[str, str]:
    """File name → text. Raises ConfigError for a setting that can't stand in Asterisk's files."""
    found = {
        MANAGER_FILE: _manager(settings),
        DIALPLAN_FILE: dialplan_text(settings.agi_address),
        LOGGER_FILE: _LOGGER,
    }
    if settings.web_telephones:
        found[PJSIP_FILE] = pjsip_text(settings.web_telephones, is_secure=settings.is_web_secure)
    return found


def write(folder: Path, settings: SetupSettings) -> list[str]:
    """Write the files and return what the administrator has to do, line by line. Raises ConfigError."""
    files = texts(settings)
    try:
        for name, text in files.items():
            _write(folder / name, text)
    except OSError as error:
        raise ConfigError(
            f"{error.filename or folder}: can't be written ({error.strerror}); run this as a user who may, "
            "or write to another folder and copy the files"
        ) from None
    lines = [f"wrote {folder / name}" for name in files]
    lines += [f"add to {folder / file} ({where}): {line}" for file, where, line in INCLUDES[: len(files)]]
    lines += [f"for your own dialplan, as you like: {example}" for example in EXAMPLES]
    return [*lines, 'then in Asterisk: asterisk -rx "core reload"']


_LOGGER = """\
; A log file without the dialplan's every step (verbose 3 and up), which waiting callers and voice menus would fill.
vmq.log => notice,warning,error,verbose(2)
"""


def _manager(settings: SetupSettings) -> str:
    try:
        address = ip_address(settings.vmq_host)
    except ValueError:
        raise ConfigError(f"{settings.vmq_host!r} is no IP address; give the one vmq connects from") from None
    everybody = "0.0.0.0/0" if address.version == 4 else "::/0"
    from_vmq = [f"deny = {everybody}", f"permit = {address}/{address.max_prefixlen}"]
    own = [f"read = {READ_RIGHTS}", f"write = {WRITE_RIGHTS}"]
    lines = [
        "; vmq's manager users. Written by `vmq asterisk setup`. In manager.conf, where enabled = yes, write:",
        f";   #include {MANAGER_FILE}",
        *_user(settings.user, settings.secret, [*from_vmq, *own]),
        "; Only what vmq reads is sent to it:",
        *manager_lines(),
    ]
    for user in settings.others:
        own = [f"read = {','.join(user.read) or 'none'}", f"write = {','.join(user.write) or 'none'}"]
        filters = [f"eventfilter({criteria}) =" for criteria in user.filters]
        lines += ["", "; Through vmq's AMI facade:", *_user(user.name, user.secret, [*from_vmq, *own]), *filters]
    return "\n".join([*lines, ""])


def _user(name: str, secret: str, lines: list[str]) -> list[str]:
    if not _USER.fullmatch(name) or name == "general":
        raise ConfigError(f"asterisk.user: {name!r} can't be a manager user; use letters and digits")
    if not _SECRET.fullmatch(secret):
        raise ConfigError("asterisk.secret: must be printable characters without blank or semicolon")
    return [f"[{name}]", f"secret = {secret}", *lines, "writetimeout = 5000", "displayconnects = no"]


def _write(path: Path, text: str) -> None:
    """Replace a file in one step. It gets the folder's owner and group, as Asterisk's own files have."""
    folder = path.parent.stat()
    write_at_once(path, text, mode=0o640, owner=(folder.st_uid, folder.st_gid) if os.geteuid() == 0 else None)
