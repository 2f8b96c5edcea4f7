"""The link against a peer that misbehaves: one test for each trap of a plain AMI client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
import structlog
from structlog.testing import capture_logs

from tests.support.ami_peer import BOOTED, SUCCESS, AmiPeer, list_answer
from vmq.asterisk.link import AmiLink, LinkSettings
from vmq.asterisk.message import MAX_MESSAGE
from vmq.errors import ActionFailed, LinkLost, ProtocolError

WANTED = frozenset({b"Hangup", b"Newstate"})
FAST = LinkSettings("127.0.0.1", 0, "vmq", "right", first_retry_s=0.01, longest_retry_s=0.05, refused_retry_s=0.02)


class Watched:
    """A link with what it told its owner."""

    def __init__(self, settings: LinkSettings) -> None:
        self.events: list[bytes] = []
        self.ups = self.downs = 0
        self.changed = asyncio.Condition()
        self.consume: Callable[[bytes, bytes], None] = lambda name, message: None
        self.link = AmiLink(settings, WANTED, self._event, self._up, self._down)

    def _event(self, name: bytes, message: bytes) -> None:
        self.events.append(message)
        self._tell()
        self.consume(name, message)

    async def _up(self) -> None:
        self.ups += 1
        self._tell()

    def _down(self) -> None:
        self.downs += 1
        self._tell()

    def _tell(self) -> None:
        async def notify() -> None:
            async with self.changed:
                self.changed.notify_all()

        self._telling = asyncio.ensure_future(notify())

    async def wait(self, is_true: Callable[[], bool]) -> None:
        async with asyncio.timeout(5), self.changed:
            await self.changed.wait_for(is_true)


@asynccontextmanager
async def linked(peer: AmiPeer, *, is_up: bool = True, **changes: float) -> AsyncIterator[Watched]:
    """A running link to the peer, ended after; afterwards nothing of it may be left."""
    watched = Watched(replace(FAST, port=peer.port, **changes))  # type: ignore[arg-type]
    running = asyncio.create_task(watched.link.run())
    try:
        if is_up:
            await watched.wait(lambda: watched.ups == 1)
        yield watched
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert watched.link.protocol is None


async def test_an_action_gets_its_own_answer() -> None:
    async with AmiPeer() as peer, linked(peer) as watched:
        peer.answers["Getvar"] = "Response: Success\r\nActionID: {id}\r\nVariable: A\r\nValue: José: x\r\n\r\n"
        answers = await asyncio.gather(watched.link.ask("Getvar", Variable="A"), watched.link.ask("Ping"))
        assert answers[0]["Value"] == "José: x"
        assert answers[1]["Response"] == "Success"


async def test_an_error_answer_says_action_and_reason() -> None:
    async with AmiPeer() as peer, linked(peer) as watched:
        peer.answers["Hangup"] = "Response: Error\r\nActionID: {id}\r\nMessage: No such channel\r\n\r\n"
        with pytest.raises(ActionFailed, match="Hangup: No such channel"):
            await watched.link.ask("Hangup", Channel="x")


async def test_a_list_is_collected_and_its_entries_are_no_events() -> None:
    async with AmiPeer() as peer, linked(peer) as watched:
        peer.answers["Status"] = list_answer("Event: Hangup\r\nUniqueid: in-list")
        peer.before_answer = lambda name: peer.say("Event: Hangup\r\nUniqueid: live\r\n\r\n")
        entries = await watched.link.ask_list("Status")
        assert [entry["Uniqueid"] for entry in entries] == ["in-list"]
        assert [b"live" in event for event in watched.events] == [True]


@pytest.mark.parametrize("value", ["a\r\n\r\nAction: Command\r\nCommand: core stop now", "a\nb", "a\rb", "a\0b"])
async def test_a_line_break_in_a_value_is_refused_and_nothing_is_sent(value: str) -> None:
    async with AmiPeer() as peer, linked(peer) as watched:
        with pytest.raises(ProtocolError):
            await watched.link.ask("Setvar", Variable="X", Value=value)
        with pytest.raises(ProtocolError):
            watched.link.send_action({"Action": "Originate", "Variable": ["fine", value]})
        await watched.link.ask("Ping")
        assert set(peer.names()) == {"Login", "Ping"}


async def test_a_line_break_or_colon_in_a_header_name_is_refused() -> None:
    async with AmiPeer() as peer, linked(peer) as watched:
        for key in ("X\r\nAction", "X: y", ""):
            with pytest.raises(ProtocolError):
                watched.link.send_action({"Action": "Setvar", key: "1"})


async def test_a_character_split_over_two_chunks_stays_whole() -> None:
    async with AmiPeer() as peer, linked(peer) as watched:
        data = "Event: Hangup\r\nCallerIDName: José\r\n\r\n".encode()
        for index in range(len(data)):
            peer.say(data[index : index + 1])
            await asyncio.sleep(0)
        await watched.wait(lambda: len(watched.events) == 1)
        assert watched.events[0].decode().endswith("José")


async def test_events_come_in_order_and_unwanted_ones_not_at_all() -> None:
    async with AmiPeer() as peer, linked(peer) as watched:
        for number in range(200):
            peer.say(f"Event: Hangup\r\nUniqueid: {number}\r\n\r\nEvent: VarSet\r\nUniqueid: {number}\r\n\r\n")
        await watched.wait(lambda: len(watched.events) == 200)
        assert [int(event.rpartition(b" ")[2]) for event in watched.events] == list(range(200))


async def test_an_exception_in_the_consumer_costs_neither_the_link_nor_the_next_event() -> None:
    async with AmiPeer() as peer, linked(peer) as watched:

        def fail(name: bytes, message: bytes) -> None:
            raise ValueError("a fault of ours")

        watched.consume = fail
        peer.say("Event: Hangup\r\nUniqueid: 1\r\n\r\nEvent: Hangup\r\nUniqueid: 2\r\n\r\n")
        await watched.wait(lambda: len(watched.events) == 2)
        assert (await watched.link.ask("Ping"))["Response"] == "Success"
        assert peer.connections == 1


async def test_after_a_drop_pending_actions_fail_and_are_never_sent_again() -> None:
    async with AmiPeer() as peer, linked(peer) as watched:
        peer.answers["Originate"] = None
        pending = watched.link.send_action({"Action": "Originate", "Channel": "PJSIP/1"})
        await peer.wait_action("Originate")
        peer.drop()
        with pytest.raises(LinkLost, match="unknown"):
            await pending
        await watched.wait(lambda: watched.ups == 2)
        await watched.link.ask("Ping")
        assert peer.names().count("Originate") == 1
        assert watched.downs == 1


async def test_an_action_while_the_link_is_down_fails_at_once() -> None:
    async with AmiPeer() as peer, linked(peer, first_retry_s=60, longest_retry_s=60) as watched:
        peer.drop()
        await watched.wait(lambda: watched.downs == 1)
        with pytest.raises(LinkLost, match="not sent"):
            watched.link.send_action({"Action": "Ping"})


async def test_an_action_without_an_answer_fails_after_its_time_and_leaves_nothing() -> None:
    async with AmiPeer() as peer, linked(peer, action_timeout_s=0.05, ping_s=60) as watched:
        peer.answers["Getvar"] = None
        with pytest.raises(LinkLost, match="no answer"):
            await watched.link.ask("Getvar", Variable="X")
        assert watched.link.protocol is not None
        assert not watched.link.protocol.responses


async def test_a_cancelled_action_leaves_nothing() -> None:
    async with AmiPeer() as peer, linked(peer, ping_s=60) as watched:
        peer.answers["Getvar"] = None
        asking = asyncio.create_task(watched.link.ask("Getvar", Variable="X"))
        await peer.wait_action("Getvar")
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await watched.link.ask("Ping")
        assert watched.link.protocol is not None
        assert not watched.link.protocol.responses


async def test_a_silent_peer_is_noticed_by_an_unanswered_ping() -> None:
    async with AmiPeer() as peer, linked(peer, ping_s=0.02, action_timeout_s=0.05) as watched:
        peer.is_silent = True
        await watched.wait(lambda: watched.downs == 1)
        peer.is_silent = False
        await watched.wait(lambda: watched.ups == 2)


async def test_a_wrong_secret_is_one_clear_line_and_tried_again() -> None:
    async with AmiPeer() as peer:
        peer.answers["Login"] = "Response: Error\r\nActionID: {id}\r\nMessage: Authentication failed\r\n\r\n"
        with capture_logs() as logs:
            structlog.get_logger("vmq.asterisk.link")
            async with linked(peer, is_up=False) as watched:
                await peer.wait_action("Login", 2)
                assert watched.ups == 0
                assert "Ping" not in peer.names()
        refused = [entry for entry in logs if entry["event"] == "ami.login_refused"]
        assert refused
        assert "asterisk.secret" in refused[0]["error"]
        assert "right" not in str(logs)


async def test_a_peer_that_is_not_asterisk_is_named() -> None:
    async with AmiPeer() as peer:
        peer.greeting = b"SSH-2.0-OpenSSH_9.6\r\n"
        with capture_logs() as logs:
            async with linked(peer, is_up=False):
                await peer.wait_for(lambda: peer.connections >= 2)
        assert any("asterisk.port" in str(entry.get("error")) for entry in logs)
        assert not peer.raw


async def test_a_peer_that_never_greets_is_given_up() -> None:
    async with AmiPeer() as peer:
        peer.greeting = b""
        async with linked(peer, is_up=False, connect_timeout_s=0.05):
            await peer.wait_for(lambda: peer.connections >= 2)


async def test_a_message_without_an_end_costs_a_bounded_amount_of_memory() -> None:
    async with AmiPeer() as peer, linked(peer) as watched:
        block = b"x" * 65536
        for _ in range(2 * MAX_MESSAGE // len(block)):
            peer.say(block)
        await watched.wait(lambda: watched.downs == 1)
        await watched.wait(lambda: watched.ups == 2)


async def test_shutdown_of_asterisk_is_a_loss_and_the_link_comes_back() -> None:
    async with AmiPeer() as peer, linked(peer) as watched:
        peer.say("Event: Shutdown\r\nShutdown: Cleanly\r\n\r\n")
        await watched.wait(lambda: watched.ups == 2)
        assert watched.downs == 1


async def test_nothing_is_done_before_asterisk_has_booted() -> None:
    async with AmiPeer() as peer:
        peer.answers["Login"] = SUCCESS
        async with linked(peer, is_up=False) as watched:
            await peer.wait_action("Login")
            await watched.link.ask("Ping")
            assert watched.ups == 0
            peer.say(BOOTED)
            await watched.wait(lambda: watched.ups == 1)


async def test_close_during_the_back_off_ends_for_good() -> None:
    async with AmiPeer() as peer:
        async with linked(peer, first_retry_s=0.05, longest_retry_s=0.05) as watched:
            peer.drop()
            await watched.wait(lambda: watched.downs == 1)
        connections = peer.connections
        timers = [handle for handle in asyncio.get_running_loop()._scheduled if not handle.cancelled()]  # type: ignore[attr-defined]
        assert not [timer for timer in timers if "vmq" in repr(timer) or "panoramisk" in repr(timer)]
        assert peer.connections == connections


async def test_a_peer_that_reads_nothing_is_dropped_before_the_buffer_grows_without_end() -> None:
    async with AmiPeer() as peer, linked(peer, ping_s=60) as watched:
        peer.stop_reading()
        with pytest.raises(LinkLost):
            for _ in range(20_000):
                watched.link.send_action({"Action": "Setvar", "Variable": "X", "Value": "v" * 1000})
        await watched.wait(lambda: watched.downs == 1)
