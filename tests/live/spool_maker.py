"""A spool that a real app_voicemail has made, with everything in it, and the proof that it came over and back whole.

Callers leave messages for its mailboxes, each with a tone, a number and a name of its own; some are moved to other
folders. What was made is read here by other means than vmq's, to compare.
"""

from __future__ import annotations

import asyncio
import configparser
import shutil
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.live.ami import AmiClient
from tests.live.audio import RATE_HZ, write_wav
from tests.live.server import AsteriskServer
from vmq.app.moving import Move, storage
from vmq.app.spool_in import SpoolImport
from vmq.app.spool_out import SpoolExport
from vmq.config.model import Config
from vmq.domain.mailbox import Folder, GreetingKind

BOXES = tuple(str(2001 + each) for each in range(10))
TONES = 12
AT_ONCE = 20
VOICEMAIL_CONF = "[general]\nformat=wav|gsm\nmaxmsg=500\nminsecs=0\n[default]\n" + "".join(
    f"{number} => 1234,Owner {number}\n" for number in BOXES
)
DIALPLAN = """
[spool-tone]
exten => _X!,1,Playback({tones}/${{EXTEN}})
 same => n,Hangup()
[spool-leave]
exten => _X!,1,Answer()
 same => n,Set(CALLERID(all)="Caller ${{EXTEN:4}}" <0301${{EXTEN:4}}>)
 same => n,VoiceMail(${{EXTEN:0:4}}@default,s${{IF($[${{EXTEN:4}} % 7 = 0]?U)}})
 same => n,Hangup()
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as a stranger reads it."""

    box: str
    folder: str
    message_id: str
    at: float
    number: str
    name: str
    is_urgent: bool
    samples: bytes


def hooks(server: AsteriskServer) -> dict[str, str]:
    """What the Asterisk needs in its configuration; also writes the tones."""
    tones = server.folder_outside / "tones"
    tones.mkdir(exist_ok=True)
    for number in range(TONES):
        seconds = np.arange(round((0.6 + number / 10) * RATE_HZ)) / RATE_HZ
        write_wav(tones / f"{number}.wav", 0.3 * np.sin(2 * np.pi * (300 + 60 * number) * seconds))
    return {
        "voicemail.conf": VOICEMAIL_CONF,
        "extensions.conf": DIALPLAN.format(tones=server.folder_inside / "tones"),
    }


def spool_of(server: AsteriskServer) -> Path:
    """Where its app_voicemail keeps messages."""
    return server.folder_outside / "spool/voicemail"


async def fill(server: AsteriskServer, count: int) -> None:
    """Have `count` messages left, and some of them moved."""
    room = asyncio.Semaphore(AT_ONCE)

    async def leave(number: int) -> None:
        async with room:
            start = len(server.ami.events)
            # The ids have one width: Asterisk refuses one that is the beginning of another's (channel.c).
            reply = await server.ami.action(
                "Originate", Channel=f"Local/{BOXES[number % len(BOXES)]}{number:04d}@spool-leave/n",
                Context="spool-tone", Exten=str(number % TONES), Priority="1", Async="true",
                ChannelId=f"spool-near-{number:04d}", OtherChannelId=f"spool-far-{number:04d}",
            )  # fmt: skip
            assert reply["Response"] == "Success", reply
            await server.ami.wait_named("Hangup", start, 120.0, Uniqueid=f"spool-far-{number:04d}")

    await asyncio.gather(*map(leave, range(count)))
    for box in BOXES[:4]:
        inbox = [seen for seen in read(spool_of(server)) if (seen.box, seen.folder) == (box, "INBOX")]
        for seen, folder in zip(inbox, ("Old", "Work", "Old"), strict=False):
            await server.ami.action(
                "VoicemailMove", Mailbox=box, Context="default", Folder="INBOX", ID=seen.message_id, ToFolder=folder
            )
    for number, name in enumerate(("unavail", "busy", "temp", "greet")):
        shutil.copy(server.folder_outside / f"tones/{number}.wav", spool_of(server) / f"default/{BOXES[0]}/{name}.wav")


def read(spool: Path) -> Iterator[Seen]:
    """All messages of a spool that have text and sound."""
    for text in sorted(spool.glob("default/*/*/msg*.txt")):
        if text.parent.name == "tmp" or not text.with_suffix(".wav").exists():
            continue
        told = configparser.ConfigParser(interpolation=None, delimiters=("=",))
        told.read(text, encoding="utf-8")
        message = told["message"]
        name, _, number = message["callerid"].rpartition(" ")
        with wave.open(str(text.with_suffix(".wav"))) as file:
            samples = file.readframes(file.getnframes())
        yield Seen(
            box=text.parent.parent.name, folder=text.parent.name, message_id=message["msg_id"],
            at=float(message["origtime"]), number=number.strip("<>"), name=name.strip('"'),
            is_urgent=message["flag"] == "Urgent", samples=samples,
        )  # fmt: skip


async def import_spool(spool: Path, config: Config) -> Move:
    """As `vmq import <spool> --out …` does."""
    move = Move()
    async with storage(config) as (store, mailboxes):
        await SpoolImport(store, mailboxes, move, now=0.0, is_dry=False).run(spool)
    return move


async def export_spool(spool: Path, config: Config) -> None:
    """As `vmq export <spool>` does."""
    async with storage(config) as (store, mailboxes):
        await SpoolExport(store, mailboxes, Move(), "default").run(spool)


async def kept(config: Config) -> set[Seen]:
    """What vmq has, in the stranger's words."""
    found = set()
    async with storage(config) as (store, mailboxes):
        for box in await mailboxes.all_counts():
            for folder in Folder:
                for message in await mailboxes.messages(box, folder):
                    found.add(Seen(
                        box, folder.value, message.external_id, message.received_at, message.caller_number,
                        message.caller_name, message.is_urgent, await store.samples(message.ref),
                    ))  # fmt: skip
    return found


async def greetings(config: Config, box: str) -> dict[GreetingKind, bytes]:
    """The greetings that vmq has of a mailbox."""
    async with storage(config) as (store, mailboxes):
        found = (await mailboxes.find(box))[box].greetings
        return {kind: await store.samples(greeting.ref) for kind, greeting in found.items()}


async def told_by_app_voicemail(ami: AmiClient) -> set[tuple[str, str, str, str]]:
    """Box, folder, id and caller of each message, as app_voicemail itself lists them."""
    found = set()
    for box in BOXES:
        for detail in await ami.list("VoicemailBoxSummary", Mailbox=box, Context="default"):
            found.add((box, detail["Folder"], detail["ID"], detail["CallerID"]))
    return found


async def prove(server: AsteriskServer, count: int, config: Config) -> int:
    """Fill a spool with `count` messages and odd files, import it twice, export it, and have app_voicemail read that.

    Gives how many messages were compared. Raises AssertionError for any difference.
    """
    await fill(server, count)
    spool = spool_of(server)
    made = set(read(spool))
    assert len(made) == count, f"app_voicemail kept {len(made)} of {count} messages"
    listed = await told_by_app_voicemail(server.ami)
    inbox = spool / f"default/{BOXES[0]}/INBOX"
    (inbox / "msg0900.txt").write_text("[message]\ncallerid=nobody\n")
    (inbox / "notes.doc").write_text("?")
    move = await import_spool(spool, config)
    assert (move.counts["refused"], move.counts["taken"]) == (2, count + 4), "\n".join(move.lines)
    assert await kept(config) == made
    names = {GreetingKind.UNAVAILABLE: 0, GreetingKind.BUSY: 1, GreetingKind.TEMPORARY: 2, GreetingKind.NAME: 3}
    for kind, sound in (await greetings(config, BOXES[0])).items():
        with wave.open(str(server.folder_outside / f"tones/{names[kind]}.wav")) as file:
            assert file.readframes(file.getnframes()) == sound, kind
    again = await import_spool(spool, config)
    assert again.counts["taken"] == 0
    await server.stop()
    spool.rename(spool.with_name("before"))
    await export_spool(spool, config)
    assert set(read(spool)) == made
    await server.start()
    assert await told_by_app_voicemail(server.ami) == listed
    return len(made)
