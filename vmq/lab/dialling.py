"""Dial(): rings one or several parties for a channel, connects the first to answer, and sets DIALSTATUS."""

from __future__ import annotations

import asyncio
import contextlib

from vmq.lab.bridges import SIMPLE, Bridge, stay
from vmq.lab.calls import Outgoing, Rung, ring
from vmq.lab.channels import LEFT, Channel, ChannelGone
from vmq.lab.dialplan import split_arguments
from vmq.lab.exchange import After, Exchange

_WORST = ("BUSY", "NOANSWER", "CONGESTION", "CHANUNAVAIL")


async def dial(exchange: Exchange, channel: Channel, data: str) -> After:
    """Dial(Tech/resource[&…][,timeout[,options]]): DIALSTATUS. After a talk only option `g` lets the dialplan go on;
    with `i` parties that redirect are left out."""
    targets, timeout, options = [*split_arguments(data), "", ""][:3]
    calls = [
        Outgoing(
            target,
            float(timeout or 3600),
            channel.number,
            channel.caller_name,
            linkedid=channel.linkedid,
            place=channel.place,
            ignores_redirects="i" in options,
        )
        for target in targets.split("&")
    ]
    rung = await _first(exchange, channel, calls)
    channel.variables["DIALSTATUS"] = rung.status
    if rung.status != "ANSWER" or rung.channel is None:
        channel.cause = rung.cause
        return After.GO_ON
    exchange.answer(channel)
    await _talk(exchange, channel, rung.channel)
    channel.check()
    return After.GO_ON if "g" in options else After.HANG_UP


async def _talk(exchange: Exchange, caller: Channel, called: Channel) -> None:
    place = Bridge(exchange.bus, SIMPLE)
    listening = exchange.spawn(_listen(called), f"keys of {called.name}")
    try:
        place.enter(called)
        place.enter(caller)
        await stay(caller)
    finally:
        listening.cancel()
        if not called.is_ended:
            exchange.hang_up(called)


async def _listen(called: Channel) -> None:
    """The called side has no dialplan: its keys are read here while it talks."""
    with contextlib.suppress(ChannelGone):
        while True:
            key = await called.next_frame(wants_keys=True)
            if key and key != LEFT and called.bridge is not None:
                called.bridge.pass_key(called, key)


async def _first(exchange: Exchange, channel: Channel, calls: list[Outgoing]) -> Rung:
    """The first to answer, or the most telling failure. The others are cancelled, also when the caller hangs up."""
    legs: set[asyncio.Task[Rung]] = {asyncio.create_task(ring(exchange, call, channel)) for call in calls}
    caller = asyncio.create_task(_until_gone(channel))
    failed: list[Rung] = []
    try:
        while legs:
            await asyncio.wait({*legs, caller}, return_when=asyncio.FIRST_COMPLETED)
            for leg in [leg for leg in legs if leg.done()]:
                legs.discard(leg)
                if leg.result().status == "ANSWER":
                    return leg.result()
                failed.append(leg.result())
            if caller.done():
                channel.variables["DIALSTATUS"] = "CANCEL"
                caller.result()
        return min(failed, key=lambda rung: _WORST.index(rung.status))
    finally:
        for task in (*legs, caller):
            task.cancel()
        await asyncio.gather(*legs, caller, return_exceptions=True)


async def _until_gone(channel: Channel) -> None:
    while True:
        await channel.next_frame()
