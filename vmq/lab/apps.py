"""The dialplan applications of the stand-in, but for Dial and AGI: APPLICATIONS by lower-case name.

Each takes the exchange, the channel and its argument text (already substituted) and says how the dialplan goes on.
"""

from __future__ import annotations

import asyncio
import re

import structlog

from vmq.lab.bridges import SIMPLE, Bridge, stay
from vmq.lab.channels import LEFT, Channel, Location
from vmq.lab.consulting import keypad
from vmq.lab.dialplan import split_arguments
from vmq.lab.events import LabError
from vmq.lab.exchange import After, Application, Exchange, Lamp
from vmq.lab.expressions import is_true
from vmq.lab.functions import write
from vmq.lab.playback import play
from vmq.lab.runner import pop, push, run_application

_log = structlog.get_logger(__name__)
_CALL = re.compile(r"\s*(\w+)(?:\((.*)\))?\s*$", re.DOTALL)


async def noop(exchange: Exchange, channel: Channel, data: str) -> After:
    """NoOp(), Verbose(), Progress(), Ringing(): nothing that anybody hears."""
    del exchange
    _log.debug("dialplan says", call_id=channel.uniqueid, text=data)
    return After.GO_ON


async def answer(exchange: Exchange, channel: Channel, data: str) -> After:
    """Answer()."""
    del data
    exchange.answer(channel)
    return After.GO_ON


async def set_(exchange: Exchange, channel: Channel, data: str) -> After:
    """Set(name=value)."""
    name, _, value = data.partition("=")
    write(exchange, channel, name.strip(), value)
    return After.GO_ON


async def goto(exchange: Exchange, channel: Channel, data: str) -> After:
    """Goto([[context,]exten,]priority)."""
    target = _place(exchange, channel, data)
    channel.place = Location(target.context, target.exten, target.priority - 1)
    return After.GO_ON


async def goto_if(exchange: Exchange, channel: Channel, data: str) -> After:
    """GotoIf(condition?[place][:place])."""
    condition, _, targets = data.partition("?")
    yes, _, no = targets.partition(":")
    target = yes if is_true(condition) else no
    return await goto(exchange, channel, target) if target.strip() else After.GO_ON


async def exec_if(exchange: Exchange, channel: Channel, data: str) -> After:
    """ExecIf(condition?App(data)[:App(data)])."""
    condition, _, rest = data.partition("?")
    branches = [*split_arguments(rest, ":"), ""]
    call = branches[0] if is_true(condition) else branches[1]
    if not call.strip():
        return After.GO_ON
    match = _CALL.match(call)
    if match is None:
        raise LabError(f"dialplan: ExecIf can't read {call!r}")
    return await run_application(exchange, channel, match[1], match[2] or "")


async def gosub(exchange: Exchange, channel: Channel, data: str) -> After:
    """Gosub([[context,]exten,]priority[(arg1[,arg2…])])."""
    where, bracket, rest = data.partition("(")
    arguments = split_arguments(rest.rstrip().removesuffix(")")) if bracket else []
    push(channel, _place(exchange, channel, where), arguments)
    return After.GO_ON


async def return_(exchange: Exchange, channel: Channel, data: str) -> After:
    """Return([value]): GOSUB_RETVAL."""
    del exchange
    frame = pop(channel)
    channel.variables["GOSUB_RETVAL"] = data
    return After.RETURNED if frame.is_special else After.GO_ON


async def stack_pop(exchange: Exchange, channel: Channel, data: str) -> After:
    """StackPop(): forget where the last Gosub was called, and stay here."""
    del exchange, data
    here = channel.place
    pop(channel)
    channel.place = here
    return After.GO_ON


async def wait(exchange: Exchange, channel: Channel, data: str) -> After:
    """Wait(seconds); keys are lost meanwhile."""
    end = asyncio.get_running_loop().time() + float(data or 0) * exchange.pace.waiting
    while (left := end - asyncio.get_running_loop().time()) > 0:
        await channel.next_frame(left)
    return After.GO_ON


async def start_music(exchange: Exchange, channel: Channel, data: str) -> After:
    """StartMusicOnHold([class])."""
    del exchange
    channel.start_music(data)
    return After.GO_ON


async def stop_music(exchange: Exchange, channel: Channel, data: str) -> After:
    """StopMusicOnHold()."""
    del exchange, data
    channel.stop_music()
    return After.GO_ON


async def music_on_hold(exchange: Exchange, channel: Channel, data: str) -> After:
    """MusicOnHold([class[,seconds]])."""
    kind, _, seconds = data.partition(",")
    channel.start_music(kind)
    try:
        await wait(exchange, channel, seconds or "86400")
    finally:
        channel.stop_music()
    return After.GO_ON


async def hangup(exchange: Exchange, channel: Channel, data: str) -> After:
    """Hangup([cause])."""
    del exchange
    channel.cause = int(data) if data.strip().isdigit() else channel.cause or 16
    return After.HANG_UP


async def bridge(exchange: Exchange, channel: Channel, data: str) -> After:
    """Bridge(channel[,options]): BRIDGERESULT, as main/features.c sets it. The other side is looked up by prefix."""
    name, options = [*split_arguments(data), ""][:2]
    other = exchange.channel_by_prefix(name) if name else None
    if other is None or other is channel or other.is_gone:
        channel.variables["BRIDGERESULT"] = "LOOP" if other is channel else "FAILURE" if other else "NONEXISTENT"
        return After.GO_ON
    exchange.answer(channel)
    place = Bridge(exchange.bus, SIMPLE)
    channel.keypad = keypad(exchange, channel) if "T" in options else None
    other.keypad = keypad(exchange, other) if "t" in options else None
    place.enter(other)
    place.enter(channel)
    try:
        await stay(channel)
    finally:
        channel.keypad = None
        channel.variables["BRIDGERESULT"] = "SUCCESS"
        if other.task is None and not other.is_gone and "x" not in options:
            exchange.hang_up(other)
    return After.GO_ON


async def bridge_wait(exchange: Exchange, channel: Channel, data: str) -> After:
    """BridgeWait([name[,role[,options]]]): wait in a holding bridge, at most S(seconds)."""
    name, _, options = [*split_arguments(data), "", ""][:3]
    exchange.answer(channel)
    place = exchange.holding_bridge(name or "default")
    place.enter(channel)
    limit = re.search(r"S\((\d+)\)", options)
    if limit and await _is_over(exchange, channel, place, float(limit[1])):
        place.leave(channel)
        return After.GO_ON
    await stay(channel)
    channel.check()
    return After.GO_ON


async def _is_over(exchange: Exchange, channel: Channel, place: Bridge, seconds: float) -> bool:
    """Wait in the holding bridge. True when its time is over; False when the channel was moved on."""
    end = asyncio.get_running_loop().time() + seconds * exchange.pace.waiting
    try:
        while channel.bridge is place and (left := end - asyncio.get_running_loop().time()) > 0:
            if await channel.next_frame(left) == LEFT:
                return False
    except LabError:
        place.leave(channel)
        raise
    return channel.bridge is place


async def playback(exchange: Exchange, channel: Channel, data: str) -> After:
    """Playback(file[&file…]): PLAYBACKSTATUS."""
    exchange.answer(channel)
    results = [await play(exchange, channel, name, "") for name in split_arguments(data)[0].split("&") if name]
    channel.variables["PLAYBACKSTATUS"] = "FAILED" if any(result.is_missing for result in results) else "SUCCESS"
    return After.GO_ON


async def minivm_mwi(exchange: Exchange, channel: Channel, data: str) -> After:
    """MinivmMWI(mailbox@context,urgent,new,old)."""
    del channel
    mailbox, *counts = [part.strip() for part in split_arguments(data)]
    urgent, new, old = (int(count or 0) for count in [*counts, "", "", ""][:3])
    exchange.set_lamp(mailbox, Lamp(new, old, urgent))
    return After.GO_ON


async def user_event(exchange: Exchange, channel: Channel, data: str) -> After:
    """UserEvent(name[,key: value…])."""
    name, *body = split_arguments(data)
    pairs = (part.partition(":") for part in body)
    headers = tuple((key.strip(), value.strip()) for key, _, value in pairs)
    exchange.bus.publish("UserEvent", *channel.headers(), ("UserEvent", name), *headers, privilege="user,all")
    return After.GO_ON


def _place(exchange: Exchange, channel: Channel, text: str) -> Location:
    parts = [part.strip() for part in text.split(",")]
    here = channel.place
    context, exten, label = [here.context, here.exten][: 3 - len(parts)] + parts[:3]
    priority = exchange.dialplan.priority_of(context, exten, label)
    if priority is None:
        raise LabError(f"dialplan: there is no {context},{exten},{label} to go to")
    return Location(context, exten, priority)


APPLICATIONS: dict[str, Application] = {
    "noop": noop,
    "verbose": noop,
    "log": noop,
    "progress": noop,
    "ringing": noop,
    "answer": answer,
    "set": set_,
    "goto": goto,
    "gotoif": goto_if,
    "execif": exec_if,
    "gosub": gosub,
    "return": return_,
    "stackpop": stack_pop,
    "wait": wait,
    "startmusiconhold": start_music,
    "stopmusiconhold": stop_music,
    "musiconhold": music_on_hold,
    "hangup": hangup,
    "bridge": bridge,
    "bridgewait": bridge_wait,
    "playback": playback,
    "minivmmwi": minivm_mwi,
    "userevent": user_event,
}
