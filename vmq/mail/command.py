"""Runs the house's command for a message: its words as they are, no shell, within a time, with little of its output.

The facts are also in the environment (VM_…), where a caller's name can't be taken for an option. Exit status 0 = done.
"""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from contextlib import suppress

from vmq.domain.delivery import Delivery
from vmq.errors import DeliveryError, DeliveryRefused
from vmq.mail.facts import facts_of, one_line
from vmq.mail.ports import House

MAX_OUTPUT = 2000  # bytes of what it says are kept


class Commands:
    """The sender to the command hook."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def send(self, delivery: Delivery) -> bool:
        """Run it; False, since a command is nobody's copy of a message. Raises DeliveryError, StorageError."""
        command = self._house.command()
        if not command.words:
            raise DeliveryRefused("hook.command: is not in the configuration any more")
        words, environment = await self._said(delivery, command.words)
        try:
            process = await asyncio.create_subprocess_exec(
                *words, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, env=environment, start_new_session=True
            )
        except (OSError, ValueError) as error:
            raise DeliveryError(f"hook.command: can't run {words[0]} ({error})") from None
        try:
            async with asyncio.timeout(command.timeout_s):
                output = await _output(process)
                status = await process.wait()
        except TimeoutError:
            raise DeliveryError(f"hook.command: took longer than {command.timeout_s:g} s and was ended") from None
        finally:
            await _end(process)
        if status != 0:
            raise DeliveryError(f"hook.command: ended with {status}: {output}")
        return False

    async def _said(self, delivery: Delivery, words: tuple[str, ...]) -> tuple[list[str], dict[str, str]]:
        notice = delivery.notice
        box = await self._house.box(notice.mailbox)
        fields = {
            "mailbox": notice.mailbox,
            "message_id": notice.message_id,
            "caller_number": one_line(notice.caller_number),
            "caller_name": one_line(notice.caller_name),
            "duration_s": f"{notice.duration_s:.0f}",
            "received_at": f"{notice.received_at:.0f}",
            "is_urgent": "1" if notice.is_urgent else "0",
            "file": self._house.sound_file(notice),
            "new": str(box.counts.new),
            "old": str(box.counts.old),
            "urgent": str(box.counts.urgent),
        }
        transcript = await self._house.transcript(notice)
        facts = {
            **facts_of(notice, box, self._house.mail(), transcript=transcript),
            "VM_MESSAGEFILE": fields["file"],
        }
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
        return [word.format_map(fields) for word in words], {**inherited, **facts}


async def _output(process: Process) -> str:
    """The first of what it says; the rest is read and forgotten, so that it never waits for us."""
    kept = b""
    while process.stdout is not None and (some := await process.stdout.read(65536)):
        kept = (kept + some)[:MAX_OUTPUT]
    return one_line(kept.decode("utf-8", "replace"), MAX_OUTPUT)


async def _end(process: Process) -> None:
    """End it with all that it began, if it still runs."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
