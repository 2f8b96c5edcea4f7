"""The AGI commands of the stand-in, with replies as res/res_agi.c formats them.

Each handler takes the session and all words of the line and returns the reply, or "" where Asterisk sends none. Usage
is raised where Asterisk shows the usage (520).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from vmq.lab import agi_media
from vmq.lab.agi_words import Session, need
from vmq.lab.channels import Channel, ChannelGone, Location
from vmq.lab.exchange import Exchange
from vmq.lab.functions import expand, read, write
from vmq.lab.runner import execute, pop, push, run_application

Handler = Callable[[Session, list[str]], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `works_dead`: also after the party hung up."""

    handler: Handler
    usage: str
    works_dead: bool = False


async def answer(session: Session, words: list[str]) -> str:
    """ANSWER."""
    del words
    session.exchange.answer(session.channel)
    return "200 result=0"


async def hangup(session: Session, words: list[str]) -> str:
    """HANGUP [channel]."""
    channel = session.channel if len(words) == 1 else session.exchange.channel(words[1])
    if channel is None:
        return "200 result=-1"
    session.exchange.hang_up(channel)
    return "200 result=1"


async def noop(session: Session, words: list[str]) -> str:
    """NOOP, SET MUSIC's reply, and others that only say yes."""
    del session, words
    return "200 result=0"


async def verbose(session: Session, words: list[str]) -> str:
    """VERBOSE message [level]."""
    del session
    need(words, 2, 9)
    return "200 result=1"


async def channel_status(session: Session, words: list[str]) -> str:
    """CHANNEL STATUS [channel]."""
    channel = session.channel if len(words) == 2 else session.exchange.channel(words[2])
    return f"200 result={int(channel.state)}" if channel else "200 result=-1"


async def set_variable(session: Session, words: list[str]) -> str:
    """SET VARIABLE name value."""
    need(words, 4, 4)
    write(session.exchange, session.channel, words[2], words[3])
    return "200 result=1"


async def get_variable(session: Session, words: list[str]) -> str:
    """GET VARIABLE name."""
    need(words, 3, 3)
    value = read(session.exchange, session.channel, words[2])
    return f"200 result=1 ({value})" if value or words[2] in session.channel.variables else "200 result=0"


async def get_full_variable(session: Session, words: list[str]) -> str:
    """GET FULL VARIABLE text [channel]."""
    need(words, 4, 5)
    channel = session.channel if len(words) == 4 else session.exchange.channel(words[4])
    return f"200 result=1 ({expand(session.exchange, channel, words[3])})" if channel else "200 result=0"


async def set_callerid(session: Session, words: list[str]) -> str:
    """SET CALLERID number."""
    need(words, 3, 3)
    session.channel.number = words[2]
    return "200 result=1"


async def set_music(session: Session, words: list[str]) -> str:
    """SET MUSIC ON|OFF [class]."""
    need(words, 3, 4)
    if words[2].lower() == "on":
        session.channel.start_music(words[3] if len(words) > 3 else "")
    elif words[2].lower() == "off":
        session.channel.stop_music()
    return "200 result=0"


async def exec_(session: Session, words: list[str]) -> str:
    """EXEC application [data]."""
    need(words, 2, 9)
    exchange, channel = session.exchange, session.channel
    if words[1].lower() not in exchange.applications:
        return "200 result=-2"
    here = channel.place
    await run_application(exchange, channel, words[1], words[2] if len(words) > 2 else "")
    channel.place = here
    channel.app, channel.data = words[1], words[2] if len(words) > 2 else ""
    return "200 result=0"


async def gosub(session: Session, words: list[str]) -> str:
    """GOSUB context exten priority [arguments]: 100 first, 200 when the subroutine returned."""
    need(words, 4, 5)
    exchange, channel, here = session.exchange, session.channel, session.channel.place
    priority = exchange.dialplan.priority_of(words[1], words[2], words[3])
    if priority is None:
        return "200 result=-1 Gosub label not found"
    depth = len(channel.stack)
    push(
        channel, Location(words[1], words[2], priority), words[4].split(",") if len(words) > 4 else [], is_special=True
    )
    channel.place = Location(words[1], words[2], priority)
    session.send("100 result=0 Trying...")
    try:
        ending = "" if await _subroutine(exchange, channel) else " (abnormal exit)"
    finally:
        while len(channel.stack) > depth:
            pop(channel)
        channel.place = here
    return f"200 result=0 Gosub complete{ending}"


async def _subroutine(exchange: Exchange, channel: Channel) -> bool:
    """Run a subroutine. False when it ended otherwise than by Return."""
    try:
        return (await execute(exchange, channel)).name == "RETURNED"
    except ChannelGone:
        return False


def find_command(words: list[str]) -> Command | None:
    """The command that a line's first words name, the longest name first, in any case."""
    names = (" ".join(words[:size]).lower() for size in range(min(3, len(words)), 0, -1))
    return next((COMMANDS[name] for name in names if name in COMMANDS), None)


COMMANDS: dict[str, Command] = {
    "answer": Command(answer, "ANSWER"),
    "hangup": Command(hangup, "HANGUP [CHANNELNAME]"),
    "noop": Command(noop, "NOOP", works_dead=True),
    "verbose": Command(verbose, "VERBOSE MESSAGE [LEVEL]", works_dead=True),
    "channel status": Command(channel_status, "CHANNEL STATUS [CHANNELNAME]"),
    "set variable": Command(set_variable, "SET VARIABLE VARIABLENAME VALUE", works_dead=True),
    "get variable": Command(get_variable, "GET VARIABLE VARIABLENAME", works_dead=True),
    "get full variable": Command(get_full_variable, "GET FULL VARIABLE EXPRESSION [CHANNEL]", works_dead=True),
    "set callerid": Command(set_callerid, "SET CALLERID NUMBER"),
    "set music": Command(set_music, "SET MUSIC ON|OFF [CLASS]"),
    "wait for digit": Command(agi_media.wait_for_digit, "WAIT FOR DIGIT TIMEOUT"),
    "stream file": Command(agi_media.stream_file, "STREAM FILE FILENAME ESCAPE_DIGITS [SAMPLE_OFFSET]"),
    "get option": Command(agi_media.get_option, "GET OPTION FILENAME ESCAPE_DIGITS [TIMEOUT]"),
    "control stream file": Command(
        agi_media.control_stream_file,
        "CONTROL STREAM FILE FILENAME ESCAPE_DIGITS [SKIPMS] [FFCHAR] [REWCHR] [PAUSECHR] [OFFSETMS]",
    ),
    "get data": Command(agi_media.get_data, "GET DATA FILE [TIMEOUT] [MAXDIGITS]"),
    "record file": Command(
        agi_media.record_file, "RECORD FILE FILENAME FORMAT ESCAPE_DIGITS TIMEOUT [OFFSET_SAMPLES] [BEEP] [S=SILENCE]"
    ),
    "exec": Command(exec_, "EXEC APPLICATION [OPTIONS]", works_dead=True),
    "gosub": Command(gosub, "GOSUB CONTEXT EXTENSION PRIORITY [OPTIONAL-ARGUMENT]"),
    "say digits": Command(agi_media.say_digits, "SAY DIGITS NUMBER ESCAPE_DIGITS"),
    "say number": Command(agi_media.say_number, "SAY NUMBER NUMBER ESCAPE_DIGITS [GENDER]"),
}
