"""Messages told to a web address and to a command: signed, as they are, within limits, until they are taken."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
from pathlib import Path

import pytest

from tests.support.post_office import START, mail_config, open_post_office
from tests.support.web_server import WebServer
from vmq.config.model import Config
from vmq.domain.delivery import State

SILENT = {"email": []}


def with_hook(url: str, **fields: object) -> Config:
    """One webhook."""
    return mail_config(1, SILENT, webhook=[{"name": "crm", "url": url, "secret": "s3cret", **fields}])


def with_command(*words: str, timeout_s: float = 10.0) -> Config:
    """A command hook."""
    return mail_config(1, SILENT, hook={"command": list(words), "timeout_s": timeout_s})


# feature 61
async def test_a_webhook_gets_the_message_signed(tmp_path: Path) -> None:
    async with WebServer() as web, open_post_office(tmp_path, with_hook(web.url)) as office:
        await office.store_message("m1", caller_number="2002", caller_name="Zoë", is_urgent=True)
        (got,) = await web.wait()
        (sent,) = await office.settled()
    assert sent.state is State.SENT
    told = json.loads(got.body)
    assert told["message"] == {
        "id": "m1",
        "mailbox": "1001",
        "mailbox_name": "Ann",
        "received_at": START,
        "duration_s": 2.0,
        "caller_number": "2002",
        "caller_name": "Zoë",
        "is_urgent": True,
        "category": "",
    }
    assert told["text"].startswith('Urgent: "Zoë" <2002>, 0:02 min')
    assert got.headers["x-vmq-delivery"] == sent.mail_id.strip("<>")
    signed = got.headers["x-vmq-timestamp"].encode() + b"." + got.body
    expected = hmac.new(b"s3cret", signed, hashlib.sha256).hexdigest()
    assert got.headers["x-vmq-signature"] == f"sha256={expected}"


@pytest.mark.parametrize("status", [500, 404, 302, 429])
async def test_a_webhook_that_does_not_take_it_is_asked_again(tmp_path: Path, status: int) -> None:
    async with WebServer(status, 200) as web, open_post_office(tmp_path, with_hook(web.url)) as office:
        web.more_headers = "location: http://127.0.0.1:1/elsewhere\r\n"
        await office.store_message("m1")
        assert f"answered {status}" in (await office.failed()).error
        await office.next_try()
        first, second = await web.wait(2)
        await office.settled()
    assert first.headers["x-vmq-delivery"] == second.headers["x-vmq-delivery"]


async def test_a_webhook_that_is_gone_is_given_up(tmp_path: Path) -> None:
    async with WebServer(410) as web, open_post_office(tmp_path, with_hook(web.url)) as office:
        await office.store_message("m1")
        (dead,) = await office.settled()
    assert (dead.state, dead.error) == (State.DEAD, "webhook crm: answered 410")


async def test_a_webhook_that_was_removed_is_given_up(tmp_path: Path) -> None:
    async with (
        WebServer() as web,
        open_post_office(tmp_path, with_hook(web.url), is_running=False) as office,
        asyncio.TaskGroup() as tasks,
    ):
        await office.store_message("m1")
        office.config = with_hook(web.url, name="other")
        running = tasks.create_task(office.worker.run())
        (dead,) = await office.settled()
        running.cancel()
    assert (dead.state, web.got) == (State.DEAD, [])
    assert "not in the configuration" in dead.error


async def test_a_webhook_that_says_nothing_is_not_waited_for(tmp_path: Path) -> None:
    async with WebServer(0) as web, open_post_office(tmp_path, with_hook(web.url, timeout_s=1)) as office:
        await office.store_message("m1")
        assert "no answer in 1 s" in (await office.failed()).error


async def test_a_webhook_hears_of_its_mailboxes_only(tmp_path: Path) -> None:
    async with (
        WebServer() as web,
        open_post_office(tmp_path, with_hook(web.url, mailboxes=["1002"])) as office,
    ):
        await office.store_message("m1", "1001")
        await office.store_message("m2", "1002")
        await office.settled()
        assert [each.notice.mailbox for each in await office.all()] == ["1002"]


# feature 61
async def test_a_command_gets_its_words_as_they_are(tmp_path: Path) -> None:
    log = tmp_path / "told"
    words = ("sh", "-c", 'printf "%s\\n" "$@" "$VM_CALLERID" >"$0"', str(log), "{mailbox}", "{caller_name}", "a {{b}}")
    async with open_post_office(tmp_path, with_command(*words)) as office:
        await office.store_message("m1", caller_name="$(touch /tmp/evil); `id`\nx", caller_number="2002")
        (sent,) = await office.settled()
    assert sent.state is State.SENT
    name = "$(touch /tmp/evil); `id` x"
    assert log.read_text().splitlines() == ["1001", name, "a {b}", f'"{name}" <2002>']


async def test_a_command_that_fails_is_run_again_and_what_it_said_is_kept(tmp_path: Path) -> None:
    words = ("sh", "-c", "yes no good | head -c 3000000; exit 3")
    async with open_post_office(tmp_path, with_command(*words)) as office:
        await office.store_message("m1")
        failed = await office.failed()
    assert failed.error.startswith("hook.command: ended with 3: no good no good")
    assert len(failed.error) <= 500


async def test_a_command_that_is_not_there_is_told(tmp_path: Path) -> None:
    async with open_post_office(tmp_path, with_command("/no/such/program")) as office:
        await office.store_message("m1")
        assert "can't run /no/such/program" in (await office.failed()).error


async def test_a_command_that_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    words = ("sh", "-c", 'sleep 60 & echo $! $$ >"$0"; wait', str(pids))
    async with open_post_office(tmp_path, with_command(*words, timeout_s=1)) as office:
        await office.store_message("m1")
        assert "longer than 1 s" in (await office.failed()).error
    for pid in pids.read_text().split():
        assert await _is_gone(int(pid)), "the command or its child still runs"


async def _is_gone(pid: int) -> bool:
    async with asyncio.timeout(10):
        while True:
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return True
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
            await asyncio.sleep(0.01)


async def test_without_wishes_nothing_is_written(tmp_path: Path) -> None:
    async with open_post_office(tmp_path, mail_config(1, SILENT)) as office:
        await office.store_message("m1")
        assert await office.all() == []
