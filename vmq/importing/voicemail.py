"""voicemail.conf → drafts of vmq's tables, and what became of each line.

A mailbox is known by its number alone: of two that have the same number in different contexts the first is taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from vmq.importing.asterisk_config import AsteriskConfig, Category, Setting
from vmq.importing.draft import Drafts, Table
from vmq.importing.option_rules import Rule
from vmq.importing.report import Report
from vmq.importing.voicemail_options import BOTH, GENERAL, HOOK, MAIL, MAILBOX, TOLD, time_zone

GENERAL_SECTION, ZONES_SECTION = "general", "zonemessages"
_PASSWORD = re.compile(r"(?<=password=)[^,|]*", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9A-Za-z*#+_.-]{1,40}")


def take_voicemail(config: AsteriskConfig, drafts: Drafts, report: Report, context: str = "") -> None:
    """Take all that the file says, or of its mailboxes only those of one context."""
    for trouble in config.troubles:
        report.trouble(trouble)
    zones = _zones(config, report)
    general = _general(config, drafts, report, zones)
    told = [each for each in general if each.key.lower() in TOLD]
    named = {each.value.strip() for each in general if each.key.lower() == "aliasescontext"}
    aliases: list[Category] = []
    contexts: list[Category] = []
    for category in config.categories:
        if category.name.lower() not in (GENERAL_SECTION, ZONES_SECTION) and not category.is_template:
            (aliases if category.name in named else contexts).append(category)
    for category in contexts:
        for setting in category.settings:
            if context in ("", category.name):
                _mailbox(setting, drafts, report, zones, told)
            else:
                report.left_out(_hidden(setting), f"only mailboxes of {context} are wanted")
    for category in aliases:
        _aliases(category, drafts, report)


def take_mail_server(config: AsteriskConfig, drafts: Drafts, report: Report) -> None:
    """app_voicemail gives mail to this machine's own server, by a command: so does vmq, where somebody gets mail."""
    if not any(table.get("email") or table.get("pager") for table in drafts.mailboxes.values()):
        return
    mail = drafts.section("mail")
    written = ", ".join((mail.set("host", "127.0.0.1"), mail.set("port", 25), mail.set("tls", "none")))
    place = config.categories[0].place
    report.changed(Setting(place, "mailcmd", "…"), f"[mail] {written}: this machine's own mail server; or name another")


def _zones(config: AsteriskConfig, report: Report) -> dict[str, str]:
    section = config.find(ZONES_SECTION)
    zones = {}
    for setting in section.settings if section else ():
        zones[setting.key] = setting.value.partition("|")[0].strip()
        report.changed(setting, "the time zone is taken; how times are said is the personality's and the language's")
    return zones


def _general(config: AsteriskConfig, drafts: Drafts, report: Report, zones: dict[str, str]) -> list[Setting]:
    section = config.find(GENERAL_SECTION)
    settings = section.settings if section else []
    parts: tuple[tuple[Table, Mapping[str, Rule]], ...] = (
        (drafts.section("voicemail"), {**BOTH, **GENERAL, "tz": time_zone(zones)}),
        (drafts.section("mail"), MAIL),
        (drafts.section("hook"), HOOK),
    )
    for setting in settings:
        key = setting.key.lower()
        if key in TOLD:
            report.taken(setting, "for every mailbox that doesn't say otherwise")
            continue
        table, rules = next(((table, rules) for table, rules in parts if key in rules), parts[0])
        _apply(setting, rules.get(key), table, report)
    return settings


def _mailbox(setting: Setting, drafts: Drafts, report: Report, zones: dict[str, str], told: list[Setting]) -> None:
    """`1001 => PIN,name,mail|mail,pager,option=value|option=value` (append_mailbox)."""
    number = setting.key
    if not _NUMBER.fullmatch(number):
        report.not_understood(_hidden(setting), "is no number of a mailbox that vmq can have")
        return
    if number in drafts.mailboxes:
        report.left_out(_hidden(setting), f"{number} is taken from another context: mailboxes have one number in vmq")
        return
    pin, name, mail, pager, options = (*[part.strip() for part in setting.value.split(",", 4)], *[""] * 5)[:5]
    table = drafts.mailboxes[number] = Table(number)
    notes = [table.set("name", name)] if name else []
    notes += _pin(table, pin)
    addresses = [each.strip() for each in mail.split("|") if each.strip()]
    if good := [each for each in addresses if "@" in each]:
        notes.append(table.set("email", good))
    if "@" in pager:
        notes.append(table.set("pager", pager))
    if bad := [each for each in (*addresses, pager) if each and "@" not in each]:
        report.changed(_hidden(setting), ", ".join((*notes, f"without {', '.join(bad)}: an address needs its domain")))
    else:
        report.taken(_hidden(setting), ", ".join(notes) or "as it is")
    rules = {**BOTH, **TOLD, **MAILBOX, "tz": time_zone(zones)}
    for each in told if good else ():
        rules[each.key.lower()](table, each.value)
    for option in filter(None, re.split(r"[|,]", options)):
        key, _, value = (part.strip() for part in option.partition("="))
        _apply(Setting(setting.place, f"{number}: {key}", value), rules.get(key.lower()), table, report)
    if table.get("delete_after_mail") and (not good or table.get("attach") is False):
        table.set("delete_after_mail", False)
        report.changed(Setting(setting.place, f"{number}: delete", "yes"), "nothing is deleted that nobody was sent")


def _pin(table: Table, pin: str) -> list[str]:
    """The first PIN. A `-` before it keeps the owner from changing it, which vmq has not; one with a `*` is refused."""
    wanted = pin.removeprefix("-")
    if not wanted.isdigit():
        return ["no PIN: the owner's own telephone sets one"]
    table.set("pin", wanted)
    return ["pin"]


def _aliases(category: Category, drafts: Drafts, report: Report) -> None:
    """`1100 => 1001@default`."""
    for setting in category.settings:
        number = setting.value.partition("@")[0].strip()
        table = drafts.mailboxes.get(number)
        if table is None:
            report.not_understood(setting, f"no mailbox {number} is taken")
        else:
            report.taken(setting, f"{number}: {table.set('aliases', [*(table.get('aliases') or []), setting.key])}")


def _apply(setting: Setting, rule: Rule | None, table: Table, report: Report) -> None:
    if setting.key.lower().endswith(("imappassword", "authpassword")):
        setting = Setting(setting.place, setting.key, "…")
    if rule is None:
        report.not_understood(setting, "app_voicemail knows no such option")
    else:
        report.apply(setting, *rule(table, setting.value))


def _hidden(setting: Setting) -> Setting:
    """The mailbox without its PIN and passwords: reports are read by many."""
    _, comma, rest = setting.value.partition(",")
    return Setting(setting.place, setting.key, f"…{comma}{_PASSWORD.sub('…', rest)}")
