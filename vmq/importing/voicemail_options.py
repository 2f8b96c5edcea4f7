"""Every option of voicemail.conf (apps/app_voicemail.c: actual_load_config, apply_option), and what it becomes.

Most can stand in [general] and at a mailbox; a rule takes the draft of either table. Names that only one of them has
are in the tables of that.
"""

from __future__ import annotations

import re
import shlex
from datetime import datetime
from zoneinfo import available_timezones

from vmq.importing.draft import Table
from vmq.importing.option_rules import Outcome, Rule, always, flag, nothing, number, text
from vmq.importing.report import Verdict
from vmq.importing.values import integer, is_true

_PROMPTS = (
    "vm-password", "vm-newpassword", "vm-passchanged", "vm-reenterpassword", "vm-mismatch", "vm-invalid-password",
    "vm-pls-try-again", "vm-prepend-timeout", "vm-login", "vm-newuser",
)  # fmt: skip
_OTHER_STORES = "only messages in files can be moved over; copy these into a spool first"
_FOR_EVER_S = 3600
_PIN_HASHED = "PINs are checked by vmq and kept hashed"
_MAIL_TEXTS = "mails are written by templates: see docs/mail.md"


def _seconds(key: str, least: int, most: int) -> Rule:
    """A length; 0 is no limit in app_voicemail, and the longest there is in vmq."""

    def rule(table: Table, value: str) -> Outcome:
        if integer(value) == 0 and least:
            return Verdict.CHANGED, f"{table.set(key, most)} (vmq always has a limit)"
        return number(key, least=least, most=most)(table, value)

    return rule


def _word(key: str, pattern: str, why: str) -> Rule:
    """A word of a form."""

    def rule(table: Table, value: str) -> Outcome:
        if not re.fullmatch(pattern, value):
            return Verdict.NOT_UNDERSTOOD, why
        return Verdict.TAKEN, table.set(key, value)

    return rule


def _attach_format(table: Table, value: str) -> Outcome:
    word = value.strip().lower()
    written = table.set("attach_format", "wav")
    return (Verdict.TAKEN if word in ("wav", "wav16") else Verdict.CHANGED), f"{written} (vmq sends wav, mp3 or opus)"


def _keep_deleted(table: Table, value: str) -> Outcome:
    count = integer(value) or (100 if is_true(value) else 0)
    return Verdict.TAKEN, table.set("keep_deleted", min(max(count, 0), 9999))


def _sender(table: Table, value: str) -> Outcome:
    if "@" not in value:
        return Verdict.LEFT_OUT, "has no domain; write [mail] sender as name@domain"
    return Verdict.TAKEN, table.set("sender", value)


def _date_format(table: Table, value: str) -> Outcome:
    try:
        datetime.now().strftime(value)
    except ValueError:
        return Verdict.NOT_UNDERSTOOD, "is no format of strftime"
    return Verdict.TAKEN, table.set("date_format", value)


def _hook(table: Table, value: str) -> Outcome:
    try:
        words = shlex.split(value)
    except ValueError:
        return Verdict.NOT_UNDERSTOOD, "its quotes don't match"
    if not words:
        return Verdict.LEFT_OUT, "is empty"
    escaped = [word.replace("{", "{{").replace("}", "}}") for word in words]
    written = table.set("command", [*escaped, "default", "{mailbox}", "{new}", "{old}", "{urgent}"])
    return Verdict.CHANGED, f"{written}: run without a shell, for each new message"


def time_zone(zones: dict[str, str]) -> Rule:
    """A name of [zonemessages], by that section's time zones."""

    def rule(table: Table, value: str) -> Outcome:
        zone = zones.get(value.strip(), value.strip())
        if zone not in available_timezones():
            return Verdict.NOT_UNDERSTOOD, "is no time zone, and not in [zonemessages]"
        return Verdict.TAKEN, table.set("time_zone", zone)

    return rule


#: At a mailbox and in [general]; there they are `[voicemail]`'s.
BOTH: dict[str, Rule] = {
    "maxmsg": number("max_messages", most=9999),
    "maxsecs": _seconds("max_message_s", 5, _FOR_EVER_S),
    "maxmessage": _seconds("max_message_s", 5, _FOR_EVER_S),
    "minsecs": _seconds("min_message_s", 0, 60),
    "minmessage": _seconds("min_message_s", 0, 60),
    "review": flag("review"),
    "leaveurgent": flag("leave_urgent"),
    "envelope": flag("envelope"),
    "saycid": flag("say_caller"),
    "sayduration": flag("say_duration"),
    "tempgreetwarn": flag("warn_of_temp"),
    "language": _word(
        "language", r"[A-Za-z]{2,3}([_-][A-Za-z0-9_-]{1,24})?", "is no language that vmq knows by a name"
    ),
    "callback": _word("callback_context", r"[A-Za-z0-9_-]{1,79}", "is no context that vmq can name"),
    "dialout": nothing("owners call numbers that they type where both dialout_context and dialout_pattern are written"),
    "backupdeleted": _keep_deleted,
    "saydurationm": nothing("the length is said from two minutes on"),
    "sendvoicemail": always(True, "messages can always be sent to other mailboxes"),
    "operator": nothing(
        "callers reach the operator where the dialplan passes option o, or [voicemail] operator is set"
    ),
    "exitcontext": nothing("0 and * go on in the dialplan that called voice mail"),
    "moveheard": always(True, "heard messages go to Old"),
    "forcename": nothing("owners are asked to set their mailbox up at the first log-in"),
    "forcegreetings": nothing("owners are asked to set their mailbox up at the first log-in"),
    "messagewrap": always(False, "after the last message there is no more"),
    "nextaftercmd": nothing("what comes after a key is the personality's"),
    "hidefromdir": nothing("the owner's own decision: by telephone, or in the API"),
    "volgain": nothing("messages are mailed as loud as they are"),
    "passwordlocation": nothing(_PIN_HASHED),
    "attachextrecs": nothing("messages made by the API are mailed like others"),
    "emailsubject": nothing(_MAIL_TEXTS),
    "emailbody": nothing(_MAIL_TEXTS),
}
#: At a mailbox; from [general] they go to every mailbox that doesn't say otherwise.
TOLD: dict[str, Rule] = {
    "attach": flag("attach"),
    "attachfmt": _attach_format,
    "delete": flag("delete_after_mail"),
    "deletevoicemail": flag("delete_after_mail"),
}
#: At a mailbox alone.
MAILBOX: dict[str, Rule] = {
    "serveremail": nothing("all mail is sent by [mail] sender"),
    "fromstring": nothing("all mail is sent by [mail] sender_name"),
    "locale": nothing(_MAIL_TEXTS),
    "imapuser": nothing(_OTHER_STORES),
    "imappassword": nothing(_OTHER_STORES),
    "imapvmshareid": nothing(_OTHER_STORES),
}
#: In [general] alone, of `[voicemail]`.
GENERAL: dict[str, Rule] = {
    "format": nothing("messages are kept as WAV; ports of Asterisk convert them as they need"),
    "maxgreet": _seconds("max_greeting_s", 5, 600),
    "maxsilence": _seconds("max_silence_s", 0, 60),
    "maxlogins": number("login_tries", least=1, most=10),
    "minpassword": number("min_pin_digits", least=1, most=20),
    "silencethreshold": nothing("is dsp.conf's, as for all recordings"),
    "skipms": nothing("is the personality's: setting skip_s of comedian"),
    "forward_urgent_auto": nothing("who forwards a message says whether it is urgent"),
    **{name: nothing(_PIN_HASHED) for name in ("externpass", "externpassnotify", "externpasscheck")},
    **{name: nothing("what is said is the personality's") for name in _PROMPTS},
    **{f"listen-control-{key}-key": nothing("keys are the personality's")
       for key in ("forward", "reverse", "pause", "restart", "stop")},
    **{name: nothing(_MAIL_TEXTS) for name in ("pagersubject", "pagerbody", "pagerdateformat", "pagerfromstring",
                                               "charset", "pbxskip")},
    **{name: nothing("there is no such telephone any more")
       for name in ("adsifdn", "adsisec", "adsiver", "smdienable", "smdiport")},
    **{name: nothing("messages are told of as they come: nothing is polled") for name in ("pollmailboxes", "pollfreq")},
    **{name: nothing(_OTHER_STORES)
       for name in ("imapserver", "imapport", "imapflags", "imapfolder", "imapgreetings", "imapparentfolder",
                    "authuser", "authpassword", "expungeonhangup", "odbcstorage", "odbctable", "odbc_audio_on_disk")},
    "usedirectory": always(True, "names can be spelled wherever the personality asks for a mailbox"),
    "directoryintro": nothing("what is said is the personality's"),
    "searchcontexts": always(True, "mailboxes have no contexts"),
    "aliasescontext": nothing("aliases are taken from that section"),
    "cidinternalcontexts": nothing("a caller is internal who has a mailbox"),
    "tps_queue_high": nothing("is of app_voicemail's own threads"),
    "tps_queue_low": nothing("is of app_voicemail's own threads"),
}  # fmt: skip
#: In [general], of `[mail]`.
MAIL: dict[str, Rule] = {
    "serveremail": _sender,
    "fromstring": text("sender_name"),
    "emaildateformat": _date_format,
    "mailcmd": nothing("mail goes to a server: write [mail] host, port, user and password"),
}
#: In [general], of `[hook]`.
HOOK: dict[str, Rule] = {"externnotify": _hook}
