"""The whole program: a call leaves a message, and it goes out; the outbox and feeds are seen on the command line."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.mail_server import MailServer
from tests.support.recogniser import NAME, speech
from tests.support.scripted_line import HANG_UP, SILENCE, ScriptedLine, Speech, Step
from tests.support.vmq_command import ROOT
from vmq.app.program import Program, running
from vmq.app.tools import examine_mail
from vmq.config.delivery import Tls
from vmq.config.model import Config
from vmq.domain import line
from vmq.domain.records import MessageStored, MessageTold, MessageTranscribed, Record
from vmq.engine.ports import JournalEntry
from vmq.voicemail.requests import LeaveRequest

ANN = {"number": "1001", "name": "Ann", "email": ["ann@pbx.example"]}


def config_in(
    folder: Path, port: int, mailboxes: Sequence[Mapping[str, Any]] = (ANN,), *, recogniser: str = ""
) -> Config:
    """A program that sends Ann's messages by mail."""
    return Config.model_validate(
        {
            "agi": {"port": 0},
            "http": {"port": 0},
            "paths": {"data": str(folder)},
            "mail": {"host": "127.0.0.1", "port": port, "tls": "none", "timeout_s": 5},
            "mailbox": mailboxes,
            "transcription": {"recogniser": recogniser},
        }
    )


async def call(program: Program, folder: Path, mailbox: str = "1001", *script: Step) -> None:
    """Somebody speaks for three seconds and hangs up, or does what the script says; his voice says hello."""
    party = ScriptedLine(
        *(script or (Speech(3.0, ended_by=line.RecordEnd.HANG_UP),)),
        call_id="call-1",
        on_record=lambda ref, _: speech(folder / "recordings" / f"{ref}.wav", "hello"),
    )
    await program.voicemail.leave(party, LeaveRequest("call-1", mailbox=mailbox, caller_number="2002"))


async def told(news: AsyncIterator[JournalEntry]) -> list[type[Record]]:
    """The kinds of records up to the one that a mail went out."""
    kinds: list[type[Record]] = []
    async for entry in news:
        kinds.append(type(entry.record))
        if isinstance(entry.record, MessageTold):
            break
    return kinds


async def vmq(program: Program, *words: str) -> str:
    """What the command prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "vmq.cli", *words, "--url", program.addresses.http,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=ROOT,
    )  # fmt: skip
    out, _ = await process.communicate()
    return out.decode()


async def test_a_message_goes_out_at_once_and_is_seen_on_the_command_line(tmp_path: Path) -> None:
    server = MailServer()
    await server.start()
    async with asyncio.timeout(120), running(config_in(tmp_path, server.port)) as program:
        news = program.journal.follow()
        await call(program, tmp_path)
        assert MessageTranscribed not in await told(news)  # nobody recognises here: it waits for nothing
        (mail,) = server.mails
        assert mail["To"] == "ann@pbx.example"
        assert len(list(mail.iter_attachments())) == 1
        listed = await vmq(program, "outbox", "list")
        assert "ann@pbx.example" in listed and "sent" in listed
        assert "nothing" in await vmq(program, "outbox", "list", "--state", "dead")
        assert "no such delivery" in (await vmq(program, "outbox", "retry", "1")).lower()
        address = await vmq(program, "feed", "make", "1001")
        assert address.startswith(f"{program.addresses.http}/feeds/")
        assert (await vmq(program, "feed", "show", "1001")).startswith("since 2")
        assert (await vmq(program, "feed", "revoke", "1001")).strip() == "done"
        assert (await vmq(program, "feed", "show", "1001")).strip() == "none"
    await server.stop()


# feature 52, 64
async def test_mail_and_pager_wait_for_what_is_said_and_the_message_is_found_by_it(tmp_path: Path) -> None:
    server = MailServer()
    await server.start()
    config = config_in(tmp_path, server.port, [{**ANN, "pager": "49170@sms.example"}], recogniser=NAME)
    async with asyncio.timeout(120), running(config) as program:
        news = program.journal.follow()
        await call(program, tmp_path)
        kinds = await told(news)
        assert kinds.index(MessageStored) < kinds.index(MessageTranscribed) < kinds.index(MessageTold)
        await server.wait_mails(2)
        (mail,) = [mail for mail in server.mails if mail["To"] == "ann@pbx.example"]
        (pager,) = [mail for mail in server.mails if mail["To"] == "49170@sms.example"]
        assert pager.get_content().strip().endswith(": hello")
        body, page = mail.get_body(("plain",)), mail.get_body(("html",))
        assert body is not None and "\nhello\n" in body.get_content().replace("\r", "")
        assert page is not None and "<blockquote>hello</blockquote>" in page.get_content()
        found = await vmq(program, "mailbox", "messages", "1001", "--search", "hello & 2002")
        assert "hello" in found
        message_id = found.split("\n")[0].rpartition(" ")[2]
        assert await vmq(program, "mailbox", "messages", "1001", "--search", "goodbye") == ""
        assert "0.3  hello" in await vmq(program, "mailbox", "transcript", "1001", message_id)
        assert "done 1, pending 0, left out 0" in await vmq(program, "transcription")
        assert (await vmq(program, "mailbox", "transcript", "1001", message_id, "--again")).strip() == "done"
    await server.stop()


async def test_a_podcast_is_heard_back_spoken_again_and_goes_out_to_whom_the_extension_stands_for(
    tmp_path: Path,
) -> None:
    server = MailServer()
    await server.start()
    ann = {"number": "2002", "name": "Ann", "email": ["ann@pbx.example"]}
    news_desk = {"number": "7001", "name": "News", "personality": "podcast", "email": ["news@pbx.example"],
                 "delete_after_mail": True}  # fmt: skip
    config = config_in(tmp_path, server.port, [ann, news_desk])
    async with asyncio.timeout(120), running(config) as program:
        news = program.journal.follow()
        again, send = "*", "#"
        await call(program, tmp_path, "7001", "#", Speech(2.0), again, Speech(3.0), SILENCE, send, HANG_UP)
        kinds = await told(news)
        assert kinds.count(MessageStored) == 1
        (mail,) = server.mails
        assert (mail["To"], mail["Reply-To"]) == ("news@pbx.example", "ann@pbx.example")
        assert mail["Subject"].startswith('Voice message from "Ann" <2002> for 7001')
        (sound,) = mail.iter_attachments()
        assert sound.get_content_type() == "audio/wav"
        assert "Deleted" in await vmq(program, "mailbox", "messages", "7001", "--folder", "Deleted")
    await server.stop()


async def test_the_doctor_greets_the_mail_server(tmp_path: Path) -> None:
    server = MailServer()
    config = config_in(tmp_path, server.port)
    (missing,) = await examine_mail(config)
    assert not missing.is_ok and f"127.0.0.1:{server.port}" in missing.seen
    await server.start()
    (found,) = await examine_mail(config)
    assert found.is_ok
    (refused,) = await examine_mail(config.model_copy(update={"mail": config.mail.model_copy(update={"user": "vmq"})}))
    assert not refused.is_ok
    (insecure,) = await examine_mail(
        config.model_copy(update={"mail": config.mail.model_copy(update={"tls": Tls.STARTTLS})})
    )
    await server.stop()
    assert not insecure.is_ok
    assert server.raw == []
    assert await examine_mail(Config()) == []
