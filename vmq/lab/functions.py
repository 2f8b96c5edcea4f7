"""Variables and functions that `${…}` can name on a channel: its own, global ones, and STRFTIME, EPOCH, CHANNEL, ….

In: a name, or `FUNCTION(arguments)`. Out: its value, empty when nothing is known by that name; the same for setting.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from vmq.lab.channels import Channel
from vmq.lab.dialplan import split_arguments
from vmq.lab.expressions import is_true, substitute

if TYPE_CHECKING:
    from vmq.lab.exchange import Exchange

_log = structlog.get_logger(__name__)
_CALL = re.compile(r"([A-Za-z_]\w*)\((.*)\)$", re.DOTALL)
_CHANNEL_FIELDS: dict[str, Callable[[Channel], str]] = {
    "name": lambda c: c.name,
    "uniqueid": lambda c: c.uniqueid,
    "linkedid": lambda c: c.linkedid,
    "state": lambda c: c.state.text,
    "language": lambda c: c.language,
    "channeltype": lambda c: c.tech,
    "context": lambda c: c.place.context,
    "exten": lambda c: c.place.exten,
}


def read(exchange: Exchange, channel: Channel | None, name: str) -> str:
    """The value of `${name}` on `channel` (None: what there is without a channel)."""
    if match := _CALL.match(name):
        return _call(exchange, channel, match[1].upper(), split_arguments(match[2]))
    if channel is not None:
        if name in channel.variables:
            return channel.variables[name]
        built_in = {
            "EXTEN": channel.place.exten,
            "CONTEXT": channel.place.context,
            "PRIORITY": str(channel.place.priority),
            "CHANNEL": channel.name,
            "UNIQUEID": channel.uniqueid,
            "HANGUPCAUSE": str(channel.cause),
        }
        if name in built_in:
            return built_in[name]
    return str(int(time.time())) if name == "EPOCH" else exchange.variables.get(name, "")


def write(exchange: Exchange, channel: Channel | None, name: str, value: str) -> None:
    """Set a variable or a function. A name that begins with `_` or `__` is inherited by Local halves too."""
    if match := _CALL.match(name):
        function, argument = match[1].upper(), match[2]
        if function == "DEVICE_STATE":
            exchange.set_device_state(argument, value.upper())
        elif function == "CALLERID" and channel is not None:
            setattr(channel, "number" if argument.lower().startswith("num") else "caller_name", value)
        elif function == "REDIRECTING" and argument.startswith("from-num") and channel is not None:
            channel.redirecting = value
        elif function == "CHANNEL" and argument == "language" and channel is not None:
            channel.language = value
        elif function == "GLOBAL":
            exchange.variables[argument] = value
        elif function == "FILE":
            _write_file(Path(argument), value)
        elif channel is not None:
            channel.variables[name] = value
    elif channel is not None:
        channel.variables[name.lstrip("_")] = value
        if name.startswith("_"):
            said = value.replace("\\", "\\\\").replace('"', '\\"')
            variable = (("Variable", name), ("Value", said))
            exchange.bus.publish("VarSet", *channel.headers(), *variable, privilege="dialplan,all")
    else:
        exchange.variables[name] = value


def expand(exchange: Exchange, channel: Channel | None, text: str) -> str:
    """`text` with all variables, functions and expressions put in."""
    return substitute(text, lambda name: read(exchange, channel, name))


def _call(exchange: Exchange, channel: Channel | None, function: str, arguments: list[str]) -> str:
    first = arguments[0].strip() if arguments else ""
    whole = ",".join(arguments)
    simple: dict[str, Callable[[], str]] = {
        "LEN": lambda: str(len(whole)),
        "IF": lambda: _if(whole),
        "STRFTIME": lambda: strftime(float(first or time.time()), arguments[2] if len(arguments) > 2 else "%c"),
        "DEVICE_STATE": lambda: exchange.device_states().get(first, "INVALID"),
        "GLOBAL": lambda: exchange.variables.get(first, ""),
        "STAT": lambda: str(int(Path(arguments[-1].strip()).exists())) if first == "e" else "",
        "PJSIP_DIAL_CONTACTS": lambda: _contacts(exchange, first),
        "IFMODULE": lambda: str(int(first.removesuffix(".so") in exchange.modules)),
        "DIALPLAN_EXISTS": lambda: str(int(_exists(exchange, arguments))),
    }
    if function in simple:
        return simple[function]()
    return "" if channel is None else _of_channel(channel, function, first, arguments)


def _write_file(path: Path, text: str) -> None:
    """FILE(path)=text. A file that can't be written is only logged, as in Asterisk."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        _log.warning("FILE() failed", path=str(path), error=str(error))


def _contacts(exchange: Exchange, endpoint: str) -> str:
    """A lab telephone has one contact, or none when it is not registered."""
    device = exchange.devices.get(f"PJSIP/{endpoint}")
    is_there = device is not None and device.party_for("") is not None
    return f"PJSIP/{endpoint}/sip:{endpoint}@lab" if is_there else ""


def _if(text: str) -> str:
    condition, _, rest = text.partition("?")
    yes, _, no = rest.partition(":")
    return yes if is_true(condition) else no


def _exists(exchange: Exchange, arguments: list[str]) -> bool:
    context, exten, priority = [part.strip() for part in [*arguments, "s", "1"][:3]]
    return exchange.dialplan.priority_of(context, exten, priority) is not None


def _of_channel(channel: Channel, function: str, first: str, arguments: list[str]) -> str:
    match function:
        case "CHANNEL":
            field = _CHANNEL_FIELDS.get(first.lower())
            return field(channel) if field else channel.variables.get(f"CHANNEL({first})", "")
        case "CALLERID":
            number, name = channel.number, channel.caller_name
            return {"num": number, "name": name, "dnid": channel.dialled, "rdnis": channel.redirecting}.get(
                first.lower().replace("number", "num"), f'"{name}" <{number}>'
            )
        case "CONNECTEDLINE":
            return channel.connected_name if first.lower() == "name" else channel.connected_number
        case "REDIRECTING":
            return channel.redirecting
        case "STACK_PEEK":
            return _peek(channel, int(first or 0), arguments[1].strip() if len(arguments) > 1 else "l")
    return channel.variables.get(f"{function}({','.join(arguments)})", "")


def _peek(channel: Channel, depth: int, which: str) -> str:
    """STACK_PEEK: where the Gosub `depth` levels down was called (apps/app_stack.c): c, e, p or l."""
    if not 1 <= depth <= len(channel.stack):
        return ""
    back = channel.stack[-depth].back
    place = {"c": back.context, "e": back.exten, "p": str(back.priority - 1)}
    return place.get(which[:1], f"{back.context},{back.exten},{back.priority - 1}")


def strftime(when: float, form: str) -> str:
    """strftime with Asterisk's `%q` (`%3q` = milliseconds) besides."""
    fraction = f"{when % 1:.6f}"[2:]
    form = re.sub(r"%(\d)?q", lambda m: fraction[: int(m[1] or 3)], form)
    return time.strftime(form.replace("%s", str(int(when))), time.localtime(when))
