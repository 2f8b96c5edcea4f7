"""The whole program: a call leaves a message, and it goes out; the outbox and feeds are seen on the command line."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.support.mail_server import MailServer
from tests.support.scripted_line import ScriptedLine, Speech
from tests.support.vmq_command import ROOT
from tests.support.wav import write_wav
from vmq.app.program import Program, running
from vmq.app.tools import examine_mail
from vmq.config.delivery import Tls
from vmq.config.model import Config
from vmq.domain import line
from vmq.domain.records import MessageTold
from vmq.voicemail.requests import LeaveRequest


def config_in(folder: Path, port: int) -> Config:
    """A program that sends Ann's messages by mail."""
    return Config.model_validate(
        {
            "agi": {"port": 0},
            "http": {"port": 0},
            "paths": {"data": str(folder)},
            "mail": {"host": "127.0.0.1", "port": port, "tls": "none", "timeout_s": 5},
            "mailbox": [{"number": "1001", "name": "Ann", "email": ["ann@pbx.example"]}],
        }
    )


async def call(program: Program, folder: Path) -> None:
    """Somebody speaks for three seconds and hangs up."""
    party = ScriptedLine(
        Speech(3.0, ended_by=line.RecordEnd.HANG_UP),
        call_id="call-1",
        on_record=lambda ref, seconds: write_wav(folder / "recordings" / f"{ref}.wav", seconds),
    )
    await program.voicemail.leave(party, LeaveRequest("call-1", mailbox="1001", caller_number="2002"))


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
        async for entry in news:
            if isinstance(entry.record, MessageTold):
                break
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
