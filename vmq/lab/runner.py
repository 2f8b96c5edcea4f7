"""Runs a channel through the dialplan, as main/pbx.c's thread does: one priority after the other until a hang-up.

In: a channel and a place. Out: what its applications did; at the end the `h` extension and the end of the channel.
"""

from __future__ import annotations

import asyncio

import structlog

from vmq.lab.channels import Channel, ChannelGone, Diverted, Frame, Location
from vmq.lab.events import LabError
from vmq.lab.exchange import After, Exchange
from vmq.lab.functions import expand

_log = structlog.get_logger(__name__)


async def run(exchange: Exchange, channel: Channel, place: Location) -> None:
    """The whole life of a channel in the dialplan. A fault of the dialplan ends this call and is logged."""
    channel.place = place
    try:
        await _follow(exchange, channel)
    except ChannelGone:
        pass
    except LabError as error:
        _log.warning("dialplan failed", call_id=channel.uniqueid, context=channel.place.context, error=str(error))
    finally:
        if not channel.cause:
            channel.cause = 16
        if asyncio.current_task() is not None and not _is_cancelled():
            await _hangup_extension(exchange, channel)
        exchange.end(channel)


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _follow(exchange: Exchange, channel: Channel) -> None:
    """Go on from the channel's place, also after a redirect, until the dialplan ends."""
    while True:
        try:
            await execute(exchange, channel)
            return
        except Diverted:
            if channel.diversion is not None:
                channel.place, channel.diversion = channel.diversion, None
            channel.stop_music()
            channel.stack.clear()


async def execute(exchange: Exchange, channel: Channel) -> After:
    """Run priorities from the channel's place on. Ends with HANG_UP, or RETURNED from a subroutine that AGI began."""
    while True:
        place = channel.place
        step = exchange.dialplan.find(place.context, place.exten, place.priority)
        if step is None:
            invalid = Location(place.context, "i", 1)
            if place.priority == 1 and place.exten != "i" and exchange.dialplan.find(invalid.context, "i", 1):
                channel.variables["INVALID_EXTEN"] = place.exten
                channel.place = invalid
                continue
            return After.HANG_UP
        after = await run_application(exchange, channel, step.app, expand(exchange, channel, step.data))
        if after is not After.GO_ON:
            return after
        channel.check()
        here = channel.place
        channel.place = Location(here.context, here.exten, here.priority + 1)


async def run_application(exchange: Exchange, channel: Channel, name: str, data: str) -> After:
    """Run one application. Raises LabError when the stand-in has none of this name."""
    application = exchange.applications.get(name.lower())
    if application is None:
        raise LabError(
            f"the stand-in PBX has no application {name!r}; it has: {', '.join(sorted(exchange.applications))}"
        )
    channel.app, channel.data = name, data
    here = channel.place
    exchange.bus.publish(
        "Newexten",
        *channel.headers(),
        ("Extension", here.exten),
        ("Application", name),
        ("AppData", data),
        privilege="dialplan,all",
    )
    await asyncio.sleep(0)
    return await application(exchange, channel, data)


def push(channel: Channel, target: Location, arguments: list[str], is_special: bool = False) -> None:
    """Gosub: remember where to go on, set ARGC and ARG1…, and go to `target` (its priority less one: see execute)."""
    here = channel.place
    frame = Frame(Location(here.context, here.exten, here.priority + 1), is_special=is_special)
    values = {"ARGC": str(len(arguments))} | {f"ARG{n}": value for n, value in enumerate(arguments, 1)}
    for name, value in values.items():
        frame.shadowed[name] = channel.variables.get(name)
        channel.variables[name] = value
    channel.stack.append(frame)
    channel.place = Location(target.context, target.exten, target.priority - 1)


def pop(channel: Channel) -> Frame:
    """Return: bring back what the subroutine's arguments hid. Raises LabError without a Gosub."""
    if not channel.stack:
        raise LabError("dialplan: Return without Gosub: stack is empty")
    frame = channel.stack.pop()
    for name, value in frame.shadowed.items():
        if value is None:
            channel.variables.pop(name, None)
        else:
            channel.variables[name] = value
    channel.place = Location(frame.back.context, frame.back.exten, frame.back.priority - 1)
    return frame


async def _hangup_extension(exchange: Exchange, channel: Channel) -> None:
    context = channel.place.context
    if exchange.dialplan.find(context, "h", 1) is None or channel.is_ended:
        return
    channel.is_gone, channel.diversion = False, None
    channel.place = Location(context, "h", 1)
    try:
        async with asyncio.timeout(5):
            await execute(exchange, channel)
    except (LabError, TimeoutError) as error:
        _log.warning("hang-up extension failed", call_id=channel.uniqueid, error=str(error))
