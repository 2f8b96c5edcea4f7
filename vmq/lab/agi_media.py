"""AGI commands that play, listen and record, with replies as res/res_agi.c formats them.

Each takes the session and all words of the line and returns the reply, or "" where Asterisk sends none.
"""

from __future__ import annotations

from pathlib import Path

from vmq.lab.agi_words import Session, need, number
from vmq.lab.channels import COMMAND
from vmq.lab.playback import Played, SeekKeys, number_clips, play, wait_key
from vmq.lab.recording import RecordOrder, record
from vmq.lab.voices import RATE

_DIGIT_TIMEOUT_S = 5.0


async def wait_for_digit(session: Session, words: list[str]) -> str:
    """WAIT FOR DIGIT milliseconds (-1: for ever)."""
    need(words, 4, 4)
    timeout = number(words[3])
    if session.has_command:
        return "200 result=1"
    key = await wait_key(session.exchange, session.channel, None if timeout < 0 else timeout / 1000)
    return f"200 result={1 if key == COMMAND else ord(key) if key else 0}"


async def stream_file(session: Session, words: list[str]) -> str:
    """STREAM FILE name keys [offset in samples]."""
    need(words, 4, 5)
    offset = number(words[4]) if len(words) > 4 else 0
    played = await _play(session, words[2], words[3], offset / RATE)
    if played.is_missing:
        return f"200 result=-1 endpos={offset}"
    session.channel.variables["PLAYBACKSTATUS"] = "FAILED" if played.key else "SUCCESS"
    return "" if played.is_command else f"200 result={_code(played)} endpos={played.samples}"


async def get_option(session: Session, words: list[str]) -> str:
    """GET OPTION name keys [timeout in milliseconds]."""
    need(words, 4, 5)
    timeout_s = number(words[4]) / 1000 if len(words) > 4 else _DIGIT_TIMEOUT_S
    played = await _play(session, words[2], words[3])
    if played.is_missing:
        return "200 result=-1 endpos=0"
    key = played.key or await wait_key(session.exchange, session.channel, timeout_s) or ""
    return (
        "" if COMMAND in (key,) else f"200 result={ord(key) if key and key in words[3] else 0} endpos={played.samples}"
    )


async def control_stream_file(session: Session, words: list[str]) -> str:
    """CONTROL STREAM FILE name stop [skip ms] [forward] [rewind] [pause] [offset ms]."""
    need(words, 5, 10)
    given = [*words[5:], "", "", "", "", ""]
    skip_ms = number(given[0]) if len(words) > 5 else 3000
    offset_ms = number(given[4]) if len(words) > 9 else 0
    seek = SeekKeys(given[1] or "#", given[2] or "*", given[3], skip_ms / 1000)
    played = await play(session.exchange, session.channel, words[3], words[4], start_s=offset_ms / 1000, seek=seek)
    status = "ERROR" if played.is_missing else "USERSTOPPED" if played.key else "SUCCESS"
    end_ms = round(played.at_s * 1000)
    session.channel.variables |= {"CPLAYBACKSTATUS": status, "CPLAYBACKOFFSET": str(end_ms)}
    if played.key:
        session.channel.variables["CPLAYBACKSTOPKEY"] = played.key
    return f"200 result={-1 if played.is_missing else _code(played)} endpos={end_ms}"


async def get_data(session: Session, words: list[str]) -> str:
    """GET DATA name [timeout ms] [most digits]: digits up to # or the timeout."""
    need(words, 3, 5)
    timeout_s = (number(words[3]) if len(words) > 3 else 0) / 1000 or _DIGIT_TIMEOUT_S
    most = (number(words[4]) if len(words) > 4 else 0) or 1024
    played = await _play(session, words[2], "0123456789*#ABCD")
    if played.is_command:
        return ""
    if played.is_missing:
        return "200 result=-1"
    digits, key = "", played.key
    while key != "#":
        digits += key
        if len(digits) >= most:
            break
        next_key = await wait_key(session.exchange, session.channel, timeout_s)
        if next_key == COMMAND:
            return ""
        if next_key is None:
            return f"200 result={digits} (timeout)"
        key = next_key
    return f"200 result={digits}"


async def record_file(session: Session, words: list[str]) -> str:
    """RECORD FILE name format keys timeout-ms [offset] [BEEP] [s=seconds]."""
    need(words, 6, 9)
    options = words[6:]
    silence = next((number(o[2:]) for o in options if o.startswith("s=")), 0)
    offset = next((int(o) for o in options[:1] if o.lstrip("-").isdigit()), 0)
    wants_beep = any(not o.startswith("s=") for o in options[1:]) or any(
        not o.startswith("s=") and not o.lstrip("-").isdigit() for o in options[:1]
    )
    if wants_beep:
        beep = await play(session.exchange, session.channel, "beep", words[4])
        if beep.key or beep.is_command:
            return f"200 result={_code(beep)} (randomerror) endpos={offset}"
    if words[3].lower() != "wav":
        return "200 result=-1 (writefile)"
    order = RecordOrder(Path(words[2]), "wav", words[4], number(words[5]) / 1000, offset, float(silence))
    result = await record(session.exchange, session.channel, order)
    if result.end == "writefile":
        return "200 result=-1 (writefile)"
    code = {"dtmf": ord(result.key or "\0"), "hangup": -1}.get(result.end, 0)
    return f"200 result={code} ({result.end}) endpos={result.samples}"


async def say_digits(session: Session, words: list[str]) -> str:
    """SAY DIGITS digits keys."""
    need(words, 4, 4)
    number(words[2])
    return await _say(session, [f"digits/{digit}" for digit in words[2] if digit.isdigit()], words[3])


async def say_number(session: Session, words: list[str]) -> str:
    """SAY NUMBER number keys [gender]."""
    need(words, 4, 5)
    return await _say(session, number_clips(number(words[2])), words[3])


async def _say(session: Session, names: list[str], keys: str) -> str:
    for name in names:
        played = await _play(session, name, keys)
        if played.is_command:
            return ""
        if played.key or played.is_missing:
            return f"200 result={-1 if played.is_missing else _code(played)}"
    return "200 result=0"


async def _play(session: Session, name: str, keys: str, start_s: float = 0.0) -> Played:
    if session.has_command:
        return Played(at_s=start_s, is_command=True)
    return await play(session.exchange, session.channel, name, keys, start_s=start_s)


def _code(played: Played) -> int:
    return ord(played.key) if played.key else 0
