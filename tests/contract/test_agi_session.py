"""One AGI session against a peer that behaves like Asterisk: replies stay with their commands, one shape of hang-up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import structlog

from tests.support.agi import running_session, until
from tests.support.agi_peer import USAGE, AgiPeer
from vmq.asterisk.agi import AgiSession
from vmq.errors import HungUp, ProtocolError


@pytest.fixture
def peer() -> AgiPeer:
    return AgiPeer()


@pytest.fixture
async def session(peer: AgiPeer) -> AsyncIterator[AgiSession]:
    async with running_session(peer) as session:
        yield session


async def test_variables_go_there_and_back_whatever_they_hold(session: AgiSession) -> None:
    await session.set_variable("NAME", 'José "the \\ boss"')
    assert await session.get_variable("NAME") == 'José "the \\ boss"'
    assert await session.get_variable("UNKNOWN") == ""


async def test_an_extension_is_looked_up_in_the_dialplan(session: AgiSession, peer: AgiPeer) -> None:
    question = "GET FULL VARIABLE ${DIALPLAN_EXISTS(phones.inside,*97,1)}"
    for said, is_there in (("1", True), ("0", False)):
        peer.answers[question] = f"200 result=1 ({said})\n"
        assert await session.has_extension("phones.inside", "*97") is is_there


@pytest.mark.parametrize(
    ("context", "number"), [("", "1"), ("a,b", "1"), ("a)}", "1"), ("a", ""), ("a", "1,2"), ("a", "1)}${X}")]
)
async def test_what_can_not_stand_in_a_dialplan_function_is_no_extension_and_is_not_asked_for(
    session: AgiSession, peer: AgiPeer, context: str, number: str
) -> None:
    assert not await session.has_extension(context, number)
    assert peer.commands == []


async def test_where_the_function_is_missing_there_is_no_extension_and_the_log_says_so(
    session: AgiSession, peer: AgiPeer
) -> None:
    peer.answers["GET FULL"] = "510 Invalid or unknown command\n"
    with structlog.testing.capture_logs() as logs:
        assert not await session.has_extension("phones", "1001")
    assert [entry["event"] for entry in logs] == ["agi.extension_not_looked_up"]


async def test_an_injected_command_is_not_sent(session: AgiSession, peer: AgiPeer) -> None:
    with pytest.raises(ProtocolError):
        await session.set_variable("NAME", "x\nEXEC System reboot")
    with pytest.raises(ProtocolError):
        await session.send_command("NOOP\nEXEC System reboot")
    await session.command("NOOP")
    assert peer.commands == [["NOOP"]]


async def test_commands_of_two_tasks_take_turns(session: AgiSession, peer: AgiPeer) -> None:
    peer.variables = {f"V{number}": str(number) for number in range(50)}
    values = await asyncio.gather(*(session.get_variable(f"V{number}") for number in range(50)))
    assert values == [str(number) for number in range(50)]


async def test_a_command_that_was_begun_has_its_turn_first(session: AgiSession, peer: AgiPeer) -> None:
    session.begin("ANSWER")
    await session.set_variable("NAME", "x")
    assert await session.get_variable("NAME") == "x"
    assert peer.commands[0] == ["ANSWER"]


async def test_a_refusal_of_what_was_begun_is_logged_and_meets_nobody(session: AgiSession, peer: AgiPeer) -> None:
    with structlog.testing.capture_logs() as logs:
        session.begin("MAKE COFFEE")
        assert (await session.command("NOOP")).result == 0
    assert [entry["reply"] for entry in logs if entry["event"] == "agi.refused"] == ["510 Invalid or unknown command"]


async def test_a_hang_up_under_what_was_begun_meets_the_next_command(session: AgiSession, peer: AgiPeer) -> None:
    peer.answers["ANSWER"] = "HANGUP\n511 Command Not Permitted on a dead channel or intercept routine\n"
    session.begin("ANSWER")
    with pytest.raises(HungUp, match="HANGUP"):
        await session.command("NOOP")
    with pytest.raises(HungUp):
        session.begin("ANSWER")
    assert peer.commands == [["ANSWER"]]


async def test_a_command_that_is_cancelled_in_the_queue_is_not_sent(session: AgiSession, peer: AgiPeer) -> None:
    under_way = asyncio.create_task(session.command("WAIT FOR DIGIT", "-1", timeout_s=None))
    await peer.waiting.wait()
    queued = asyncio.create_task(session.command("VERBOSE", "never", "1"))
    await asyncio.sleep(0)
    queued.cancel()
    await asyncio.gather(queued, return_exceptions=True)
    assert peer.wake()
    assert (await under_way).key == "D"
    assert (await session.command("NOOP")).result == 0
    assert [words[0] for words in peer.commands] == ["WAIT", "NOOP"]


async def test_a_usage_block_is_read_to_its_end(session: AgiSession, peer: AgiPeer) -> None:
    peer.answers["WAIT FOR"] = USAGE
    with pytest.raises(ProtocolError, match="520"):
        await session.command("WAIT FOR DIGIT")
    await session.set_variable("X", "still in step")
    assert await session.get_variable("X") == "still in step"


async def test_an_unknown_command_is_an_error_and_the_session_goes_on(session: AgiSession, peer: AgiPeer) -> None:
    with pytest.raises(ProtocolError, match="510"):
        await session.command("MAKE COFFEE")
    assert (await session.command("NOOP")).result == 0


async def test_a_reply_in_pieces_with_trying_before_it(session: AgiSession, peer: AgiPeer) -> None:
    peer.answers["GOSUB"] = "100 result=0 Trying...\n200 res"
    reply = asyncio.create_task(session.command("GOSUB", "x", "s", "1"))
    await until(lambda: peer.commands)
    peer.say("ult=0 Gosub complete\n")
    assert (await reply).line == "200 result=0 Gosub complete"


async def test_hang_up_between_commands(session: AgiSession, peer: AgiPeer) -> None:
    peer.hang_up()
    await session.gone.wait()
    with pytest.raises(HungUp, match="HANGUP"):
        await session.command("GET VARIABLE", "X")
    assert peer.commands == []


async def test_hang_up_under_a_command_gives_its_reply_first(session: AgiSession, peer: AgiPeer) -> None:
    waiting = asyncio.create_task(session.command("WAIT FOR DIGIT", "-1", timeout_s=None))
    await peer.waiting.wait()
    peer.hang_up()
    assert (await waiting).has_failed
    with pytest.raises(HungUp):
        await session.raise_if_gone()


async def test_hangup_line_is_not_taken_for_a_reply(session: AgiSession, peer: AgiPeer) -> None:
    peer.answers["STREAM FILE"] = "HANGUP\n511 Command Not Permitted on a dead channel or intercept routine\n"
    with pytest.raises(HungUp):
        await session.command("STREAM FILE", "x", "")


async def test_dead_channel_without_hangup_line(session: AgiSession, peer: AgiPeer) -> None:
    peer.answers["STREAM FILE"] = "511 result=-1 Command Not Permitted on a dead channel or intercept routine\n"
    with pytest.raises(HungUp, match="511"):
        await session.command("STREAM FILE", "x", "")
    assert session.gone.is_set()


async def test_the_peer_closes_under_a_command(session: AgiSession, peer: AgiPeer) -> None:
    waiting = asyncio.create_task(session.command("WAIT FOR DIGIT", "-1", timeout_s=None))
    await peer.waiting.wait()
    await peer.close()
    with pytest.raises(HungUp, match="closed"):
        await waiting


async def test_the_peer_resets_the_connection(session: AgiSession, peer: AgiPeer) -> None:
    peer.writer.transport.abort()
    await session.gone.wait()
    with pytest.raises(HungUp):
        await session.command("NOOP")


async def test_no_answer_in_time_ends_the_session(session: AgiSession, peer: AgiPeer) -> None:
    with pytest.raises(HungUp, match=r"did not answer WAIT FOR DIGIT within 0\.05 s"):
        await session.command("WAIT FOR DIGIT", "-1", timeout_s=0.05)
    with pytest.raises(HungUp):
        await session.command("NOOP")


async def test_a_cancelled_command_ends_the_session_so_that_replies_cannot_mix(
    session: AgiSession, peer: AgiPeer
) -> None:
    waiting = asyncio.create_task(session.command("WAIT FOR DIGIT", "-1", timeout_s=None))
    await peer.waiting.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    with pytest.raises(HungUp, match="cancelled"):
        await session.command("NOOP")


@pytest.mark.parametrize("noise", ["x" * 40_000 + "\n", "what?\n" * 300], ids=["endless line", "endless lines"])
async def test_a_peer_that_speaks_something_else_is_left(session: AgiSession, peer: AgiPeer, noise: str) -> None:
    peer.say(noise)
    await session.gone.wait()
    with pytest.raises(HungUp):
        await session.command("NOOP")


async def test_failure_without_hang_up_is_told_apart(session: AgiSession) -> None:
    reply = await session.command("STREAM FILE", "missing", "")
    assert reply.has_failed
    await session.raise_if_gone()
