"""What happens during a talk in the stand-in: transfers, hold, ChanSpy() and MixMonitor(), with Asterisk's own events.

A recording holds what is said into microphones; what telephones without one are told to say is in none.
"""

from __future__ import annotations

from pathlib import Path

from vmq.lab.ami_message import Message, Reply, error
from vmq.lab.audible import Playing
from vmq.lab.channels import LEFT, Channel, Location
from vmq.lab.dialplan import split_arguments
from vmq.lab.events import ManagerEvent
from vmq.lab.exchange import After, Exchange
from vmq.lab.functions import write
from vmq.lab.hearing import listen_in, meet
from vmq.lab.sounds import Sound
from vmq.lab.voices import Tape

_MODES = {"4": "", "5": "w", "6": "B"}
"""ChanSpy()'s keys with option d, and the option that says the same from the beginning."""


def transfer_blind(exchange: Exchange, transferer: Channel, exten: str, context: str) -> str:
    """Send whom this channel talks with to an extension (main/bridge.c, ast_bridge_transfer_blind). Gives the event's
    Result: Success, Fail or Invalid."""
    bridge = transferer.bridge
    peers = (
        [member for member in bridge.members if member is not transferer] if bridge and not bridge.is_holding else []
    )
    exists = exchange.dialplan.priority_of(context, exten, "1") is not None
    result = "Invalid" if not peers else "Success" if exists else "Fail"
    exchange.bus.publish("Unhold", *transferer.headers())
    exchange.bus.publish(
        "BlindTransfer",
        ("Result", result),
        *transferer.headers("Transferer"),
        *(peers[0].headers("Transferee") if peers else ()),
        *(bridge.headers() if bridge else ()),
        ("IsExternal", "Yes"),
        ("Context", context),
        ("Extension", exten),
    )
    if result == "Success":
        exchange.redirect(peers[0], Location(context, exten, 1))
    return result


def hold(channel: Channel, is_held: bool) -> None:
    """A telephone puts the other side on hold, or takes it back."""
    music = (("MusicClass", "default"),) if is_held else ()
    channel.bus.publish("Hold" if is_held else "Unhold", *channel.headers(), *music)
    channel.is_holding = is_held
    for other in channel.bridge.members if channel.bridge else ():
        if other is channel:
            continue
        if is_held:
            other.hear(Sound("music", "default"))
            other.sound(Playing(Sound("music", "default")))
        else:
            other.hear(Sound("peer", channel.name, channel.number))
            meet(other, channel)


async def chan_spy(exchange: Exchange, channel: Channel, data: str) -> After:
    """ChanSpy(channel,options): hear a channel until it ends; w, B and W speak to it, d switches by 4, 5 and 6."""
    name, options = [*split_arguments(data), ""][:2]
    spied = exchange.channel(name)
    exchange.answer(channel)
    if spied is None or spied is channel:
        return After.GO_ON

    def watch(event: ManagerEvent) -> None:
        if event.name == "Hangup" and event.get("Uniqueid") == spied.uniqueid:
            channel.deliver(LEFT)

    unsubscribe = exchange.bus.subscribe(watch)
    both = (*channel.headers("Spyer"), *spied.headers("Spyee"))
    exchange.bus.publish("ChanSpyStart", *both)
    channel.hear(Sound("peer", spied.name, spied.number))
    listen_in(channel, spied)
    try:
        _speak(channel, spied, options)
        while not spied.is_ended:
            frame = await channel.next_frame(wants_keys=True)
            if frame in _MODES and "d" in options:
                _speak(channel, spied, _MODES[frame])
    finally:
        unsubscribe()
        channel.speaks_to, channel.is_barging = None, False
        spied.spies.remove(channel)
        exchange.bus.publish("ChanSpyStop", *both)
    return After.GO_ON


def _speak(channel: Channel, spied: Channel, options: str) -> None:
    """Who hears the spying channel: with w or W the one that it spies on, with B also whom that one talks with."""
    channel.speaks_to = spied if set(options) & set("wBW") else None
    channel.is_barging = "B" in options
    if channel.speaks_to is not None:
        spied.hear(Sound("peer", channel.name, channel.number))


async def mix_monitor(exchange: Exchange, channel: Channel, data: str) -> After:
    """MixMonitor(file[,options])."""
    path = Path(split_arguments(data)[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    channel.tape = Tape(path)
    channel.variables["MIXMONITOR_FILENAME"] = str(path)
    exchange.bus.publish("MixMonitorStart", *channel.headers())
    return After.GO_ON


async def stop_mix_monitor(exchange: Exchange, channel: Channel, data: str) -> After:
    """StopMixMonitor()."""
    del data
    _stop_recording(exchange, channel)
    return After.GO_ON


def _stop_recording(exchange: Exchange, channel: Channel) -> bool:
    if channel.variables.pop("MIXMONITOR_FILENAME", "") == "":
        return False
    if channel.tape is not None:
        channel.tape.close()
        channel.tape = None
    exchange.bus.publish("MixMonitorStop", *channel.headers())
    return True


async def mset(exchange: Exchange, channel: Channel, data: str) -> After:
    """MSet(name=value,name=value…)."""
    for part in split_arguments(data):
        name, equals, value = part.partition("=")
        if equals:
            write(exchange, channel, name.strip(), value)
    return After.GO_ON


# --- AMI


def do_blind_transfer(exchange: Exchange, message: Message) -> Reply:
    """BlindTransfer."""
    channel, exten = exchange.channel(message.get("Channel")), message.get("Exten")
    if channel is None:
        return error("Channel specified does not exist")
    if not exten:
        return error("No extension specified")
    result = transfer_blind(exchange, channel, exten, message.get("Context") or channel.place.context)
    return Reply(text="Transfer succeeded") if result == "Success" else error(f"Transfer {result.lower()}")


def do_stop_mix_monitor(exchange: Exchange, message: Message) -> Reply:
    """StopMixMonitor."""
    channel = exchange.channel(message.get("Channel"))
    if channel is None:
        return error("No such channel")
    return Reply() if _stop_recording(exchange, channel) else error("Could not stop monitoring channel")


def mix_monitor_mute(exchange: Exchange, message: Message) -> Reply:
    """MixMonitorMute."""
    channel = exchange.channel(message.get("Channel"))
    if channel is None:
        return error("No such channel")
    if "MIXMONITOR_FILENAME" not in channel.variables:
        return error("Cannot set mute flag")
    if channel.tape is not None:
        channel.tape.is_muted = message.get("State") == "1"
    state = (("Direction", message.get("Direction")), ("State", message.get("State")))
    exchange.bus.publish("MixMonitorMute", *channel.headers(), *state)
    return Reply()
