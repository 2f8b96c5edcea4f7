"""Calling out: AMI Originate and Dial() ring a party and wait for its answer, with the events of main/dial.c.

In: `Tech/resource`, who calls and how long it may ring. Out: an answered channel, or why there is none.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from vmq.lab.channels import Channel, Location, State
from vmq.lab.events import Header, LabError
from vmq.lab.exchange import Exchange
from vmq.lab.functions import write
from vmq.lab.local import request_local

_STATUS_OF_CAUSE = {17: "BUSY", 34: "CONGESTION", 3: "CHANUNAVAIL", 20: "CHANUNAVAIL"}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call to make. `variables` are set on the new channel before it rings; `ring_s` is how long it may ring. With
    `ignores_redirects` a party that redirects counts as busy (app_dial.c, do_forward: OPT_IGNORE_FORWARDING)."""

    dial: str
    ring_s: float
    number: str = ""
    caller_name: str = ""
    channel_id: str = ""
    other_id: str = ""
    linkedid: str = ""
    place: Location = field(default_factory=lambda: Location("default", "s"))
    variables: tuple[tuple[str, str], ...] = field(default_factory=tuple)
    ignores_redirects: bool = False


@dataclass(frozen=True, slots=True)
class Rung:
    """What came of it. `status` as DIALSTATUS; `channel` is up when it is ANSWER, gone or None otherwise.

    `origin` is the channel that was dialled first: another one than `channel` after a redirect.
    """

    status: str
    channel: Channel | None
    cause: int = 0
    origin: Channel | None = None


def request(exchange: Exchange, call: Outgoing) -> Channel:
    """Make the channel of a call, not ringing yet. Raises LabError when there is nothing to ring (cause 3 or 20)."""
    tech, _, resource = call.dial.partition("/")
    fields = {"number": call.number, "caller_name": call.caller_name, "linkedid": call.linkedid}
    if tech == "Local":
        channel = request_local(exchange, resource, call.channel_id, call.other_id, **fields)
    else:
        # `1001/sip:…` is one contact of that telephone, its only one here
        number, at, endpoint = resource.partition("/")[0].rpartition("@")
        device = exchange.devices.get(f"{tech}/{endpoint if at else resource.partition('/')[0]}")
        party = device.party_for(number) if device else None
        if device is None or party is None:
            raise LabError(f"{call.dial}: no such telephone, or it is not registered")
        fields |= {"context": call.place.context, "exten": call.place.exten}
        channel = exchange.new_channel(party, device.device, call.channel_id, **fields)
        channel.dialled = number
    channel.connected_number, channel.connected_name = call.number, call.caller_name
    presentation = ("CID-CallingPres", "0 (Presentation Allowed, Not Screened)")
    exchange.bus.publish("NewCallerid", *channel.headers(), presentation)
    exchange.bus.publish("NewConnectedLine", *channel.headers())
    for name, value in call.variables:
        write(exchange, channel, name, value)
    return channel


async def ring(exchange: Exchange, call: Outgoing, caller: Channel | None = None) -> Rung:
    """Ring a party until it answers, ends or `ring_s` is over. When this is cancelled, its channel is hung up."""
    try:
        channel = request(exchange, call)
    except LabError:
        return Rung("CHANUNAVAIL", None, 3)
    begin_ringing(exchange, call, channel, caller)
    return await watch(exchange, call, channel, caller)


def begin_ringing(exchange: Exchange, call: Outgoing, channel: Channel, caller: Channel | None) -> None:
    """Send the call to its party."""
    channel.is_dialled = True
    from_ = caller.headers() if caller else ()
    exchange.bus.publish("DialBegin", *from_, *channel.headers("Dest"), ("DialString", call.dial.partition("/")[2]))
    channel.party.invite(channel)


async def watch(exchange: Exchange, call: Outgoing, channel: Channel, caller: Channel | None) -> Rung:
    """Follow a ringing channel to its answer or end."""
    try:
        async with asyncio.timeout(call.ring_s * exchange.pace.waiting):
            return await _follow(exchange, call, channel, caller)
    except TimeoutError:
        channel.cause, channel.tech_cause = 19, 480
        exchange.end(channel)
        return Rung("NOANSWER", channel, 19, channel)
    except asyncio.CancelledError:
        if not channel.is_ended:
            _dial_event(exchange, caller, channel, "CANCEL")
            channel.cause = 16 if caller is None or caller.is_gone else 26
            exchange.end(channel)
        raise
    finally:
        channel.is_dialled = False
        if channel.is_gone:  # it may have been hung up in the moment in which it was answered
            exchange.end(channel)


async def _follow(exchange: Exchange, call: Outgoing, channel: Channel, caller: Channel | None) -> Rung:
    while True:
        progress = await channel.progress.get()
        if progress.kind == "ringing":
            _dial_event(exchange, caller, channel, "RINGING")
        elif progress.kind == "answer":
            _dial_event(exchange, caller, channel, "ANSWER")
            return Rung("ANSWER", channel, 0, channel)
        elif progress.kind == "redirect" and call.ignores_redirects:
            channel.cause, channel.tech_cause = 17, 302
            _dial_event(exchange, caller, channel, "CANCEL", (("Forward", progress.target),))
            exchange.end(channel)
            return Rung("BUSY", channel, 17, channel)
        elif progress.kind == "redirect":
            return await _forward(exchange, call, channel, caller, progress.target)
        else:
            status = _STATUS_OF_CAUSE.get(channel.cause, "NOANSWER")
            _dial_event(exchange, caller, channel, status)
            exchange.end(channel)
            return Rung(status, channel, channel.cause, channel)


async def _forward(exchange: Exchange, call: Outgoing, channel: Channel, caller: Channel | None, target: str) -> Rung:
    """A redirect (302): dial Local/target@FORWARD_CONTEXT instead (main/dial.c, handle_call_forward)."""
    context = channel.variables.get("FORWARD_CONTEXT") or "lab"
    channel.cause, channel.tech_cause = 23, 302
    exchange.bus.publish("HangupRequest", *channel.headers(), ("Cause", "23"), ("TechCause", "302"))
    onward = replace(
        call, dial=f"Local/{target}@{context}", channel_id="", other_id="", variables=tuple(channel.variables.items())
    )
    try:
        forwarded = request(exchange, onward)
        begin_ringing(exchange, onward, forwarded, caller)
    except LabError:
        forwarded = None
    _dial_event(exchange, caller, channel, "CANCEL", (("Forward", target),))
    exchange.end(channel)
    if forwarded is None:
        return Rung("NOANSWER", channel, 23, channel)
    return replace(await watch(exchange, onward, forwarded, caller), origin=channel)


def _dial_event(
    exchange: Exchange, caller: Channel | None, channel: Channel, status: str, extra: tuple[Header, ...] = ()
) -> None:
    name = "DialState" if status in ("RINGING", "PROGRESS", "PROCEEDING") else "DialEnd"
    from_ = caller.headers() if caller else ()
    exchange.bus.publish(name, *from_, *channel.headers("Dest"), *extra, ("DialStatus", status))


async def originate(exchange: Exchange, call: Outgoing, app: tuple[str, str] | None, action_id: str) -> None:
    """AMI Originate (Async): ring, tell OriginateResponse, then run the dialplan place or the one application."""
    rung = await ring(exchange, call)
    is_up = rung.status == "ANSWER" and rung.channel is not None
    is_timeout = rung.channel is not None and (rung.cause, rung.channel.tech_cause) == (19, 480)
    reason = "4" if is_up else "3" if is_timeout else "0"
    what = (
        (("Application", app[0]), ("Data", app[1]))
        if app
        else (("Context", call.place.context), ("Exten", call.place.exten))
    )
    shown = rung.origin if is_up else None
    exchange.bus.publish(
        "OriginateResponse",
        *((("ActionID", action_id),) if action_id else ()),
        ("Response", "Success" if is_up else "Failure"),
        ("Channel", shown.name if shown else call.dial),
        *what,
        ("Reason", reason),
        ("Uniqueid", shown.uniqueid if shown else call.channel_id or "<unknown>"),
        ("CallerIDNum", call.number or "<unknown>"),
        ("CallerIDName", call.caller_name or "<unknown>"),
    )
    channel = rung.channel
    if not is_up or channel is None or channel.is_gone or channel.state != State.UP:
        return
    if app is None:
        exchange.start(channel, call.place)
    else:
        channel.task = exchange.spawn(run_one(exchange, channel, *app), f"{app[0]} on {channel.name}")


async def run_one(exchange: Exchange, channel: Channel, name: str, data: str) -> None:
    """Run a single application on a channel, then hang it up."""
    application = exchange.applications.get(name.lower())
    try:
        if application is not None:
            await application(exchange, channel, data)
    except LabError:
        pass
    finally:
        channel.cause = channel.cause or 16
        exchange.end(channel)
