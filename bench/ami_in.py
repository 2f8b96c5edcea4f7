"""How many AMI events vmq takes in per second on one core, beside plain panoramisk in the same run.

`python -m bench.ami_in [--events N] [--rounds N]`. A sender in a process of its own streams synthetic events over TCP
on loopback: 340 bytes on average, 50 % VarSet, 20 % DeviceStateChange, 20 % Newchannel, 10 % Hangup. Measured is the
CPU time of the receiving process (and the wall time), so a busy machine does not falsify the comparison. vmq's row
includes the in-door: DeviceStateChange and Hangup become domain events, what vmq does not need is dropped unparsed.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import multiprocessing
import socket
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from panoramisk.manager import Manager

from vmq.asterisk.inward import WANTED, to_event
from vmq.asterisk.link import AmiLink, LinkSettings
from vmq.domain.events import ChannelHungUp, DeviceStateChanged, Event

LAST = "last-channel"
_CHANNEL_LINES = (
    "ChannelStateDesc: Ring\r\nCallerIDNum: 5550100\r\nCallerIDName: Jos\u00e9\r\nConnectedLineNum: <unknown>\r\n"
    "ConnectedLineName: <unknown>\r\nLanguage: en\r\nAccountCode: \r\nContext: from-trunk\r\nExten: 500\r\n"
)


@dataclass(frozen=True, slots=True)
class Result:
    """One run: events that reached the consumer, and what all of the stream cost."""

    seen: int
    cpu_s: float
    wall_s: float


def event(number: int) -> str:
    """The n-th event of the stream."""
    name = f"PJSIP/trunk-{number // 10:08x}"
    head = f"Privilege: call,all\r\nTimestamp: 1795381599.{number % 1000000:06d}\r\n"
    match number % 10:
        case 0 | 1 | 2 | 3 | 4:
            value = "x" * 176
            return (
                f"Event: VarSet\r\n{head}Channel: {name}\r\nChannelState: 4\r\n{_CHANNEL_LINES[:60]}\r\n"
                f"Uniqueid: {number}.1\r\nVariable: VMQ_TEST\r\nValue: {value}\r\n\r\n"
            )
        case 5 | 6:
            state = "INUSE" if number % 4 else "NOT_INUSE"
            return f"Event: DeviceStateChange\r\n{head}Device: PJSIP/{1000 + number % 5000}\r\nState: {state}\r\n\r\n"
        case 7 | 8:
            return (
                f"Event: Newchannel\r\n{head}Channel: {name}\r\nChannelState: 4\r\n{_CHANNEL_LINES}Priority: 1\r\n"
                f"Uniqueid: {number}.1\r\nLinkedid: {number}.1\r\nChanVariable: VMQ_A=\r\n\r\n"
            )
        case _:
            return hangup(f"{number}.1", name, head)


def hangup(channel_id: str, name: str = "PJSIP/trunk", head: str = "") -> str:
    """A Hangup event."""
    return (
        f"Event: Hangup\r\n{head}Channel: {name}\r\nChannelState: 6\r\n{_CHANNEL_LINES}Priority: 1\r\n"
        f"Uniqueid: {channel_id}\r\nLinkedid: {channel_id}\r\nCause: 16\r\nCause-txt: Normal Clearing\r\n\r\n"
    )


def stream(events: int) -> bytes:
    """The whole stream, with a Hangup of LAST at its end."""
    return ("".join(map(event, range(events))) + hangup(LAST)).encode()


def send(listener: socket.socket, events: int) -> None:
    """The sender's process: greet, accept the login, stream, wait for the close."""
    data = memoryview(stream(events))
    connection, _ = listener.accept()
    with connection:
        connection.sendall(b"Asterisk Call Manager/9.0.0\r\n")
        request = b""
        while b"\r\n\r\n" not in request:
            request += connection.recv(4096)
        action_id = next(line for line in request.split(b"\r\n") if line.startswith(b"ActionID:"))
        connection.sendall(b"Response: Success\r\n" + action_id + b"\r\nMessage: Authentication accepted\r\n\r\n")
        connection.sendall(b"Event: FullyBooted\r\nStatus: Fully Booted\r\n\r\n")
        connection.sendall(data)
        connection.settimeout(30)
        while connection.recv(4096):
            pass


async def plain(port: int) -> Result:
    """panoramisk as it is, with one callback for all events."""
    done, seen = asyncio.Event(), 0

    def callback(_manager: Manager, message: object) -> None:
        nonlocal seen
        seen += 1
        if getattr(message, "uniqueid") == LAST:  # noqa: B009  panoramisk's messages have headers as attributes
            done.set()

    manager = Manager(host="127.0.0.1", port=port, username="bench", secret="bench", loop=asyncio.get_running_loop())
    manager.register_event("*", callback)
    cpu, wall = time.process_time(), time.perf_counter()
    await manager.connect()
    await done.wait()
    result = Result(seen, time.process_time() - cpu, time.perf_counter() - wall)
    manager.close()
    return result


async def vmq(port: int) -> Result:
    """vmq's link and in-door."""
    done = asyncio.Event()
    events: list[Event] = []

    def consumer(name: bytes, message: bytes) -> None:
        made = to_event(name, message)
        if made is not None:
            events.append(made)
            if isinstance(made, ChannelHungUp) and made.channel_id == LAST:
                done.set()

    async def nothing() -> None:
        return

    settings = LinkSettings("127.0.0.1", port, "bench", "bench", ping_s=60)
    link = AmiLink(settings, WANTED, consumer, nothing, lambda: None)
    cpu, wall = time.process_time(), time.perf_counter()
    running = asyncio.create_task(link.run())
    await done.wait()
    result = Result(len(events), time.process_time() - cpu, time.perf_counter() - wall)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert sum(isinstance(made, DeviceStateChanged) for made in events) > 0
    return result


def measure(client: Callable[[int], Awaitable[Result]], events: int) -> Result:
    """One run of a client against a sender of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sender = multiprocessing.get_context("fork").Process(target=send, args=(listener, events))
        sender.start()
        try:
            return asyncio.run(_once(client, listener.getsockname()[1]))
        finally:
            sender.join(60)


async def _once(client: Callable[[int], Awaitable[Result]], port: int) -> Result:
    return await client(port)


def main() -> None:
    """Run both, alternating, and print medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    logging.getLogger("panoramisk").setLevel(logging.CRITICAL)
    print(f"{arguments.events} events, {len(stream(1000)) / 1000:.0f} bytes each, {arguments.rounds} rounds, medians")
    rates: dict[str, float] = {}
    results: dict[str, list[Result]] = {"panoramisk 1.4": [], "vmq": []}
    for _ in range(arguments.rounds):
        results["panoramisk 1.4"].append(measure(plain, arguments.events))
        results["vmq"].append(measure(vmq, arguments.events))
    for name, runs in results.items():
        cpu = statistics.median(run.cpu_s for run in runs)
        wall = statistics.median(run.wall_s for run in runs)
        rates[name] = arguments.events / cpu
        print(
            f"{name:15} {rates[name]:9,.0f} events/s of one core ({cpu / arguments.events * 1e6:5.1f} us each), "
            f"{arguments.events / wall:9,.0f} /s by the clock, {runs[-1].seen} handed on"
        )
    print(f"ratio {rates['vmq'] / rates['panoramisk 1.4']:.1f}; wanted at least 60,000, aim 100,000")


if __name__ == "__main__":
    main()
