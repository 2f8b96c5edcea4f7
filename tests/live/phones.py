"""A person's SIP telephone, on baresip: one process each, real SIP and real RTP on 127.0.0.1.

In: a server and a number. Out: a registered telephone that dials, rings, answers, speaks a WAV, presses keys (RTP
telephone events), holds and hangs up, and keeps what it heard as a WAV. Every wait is for what the telephone itself
reports on its control port, with a deadline.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from tests.live import audio
from tests.live.server import AsteriskServer, free_port

DEADLINE_S = 30.0
#: A person's pace: the tone of one key (160 ms here) and the gap before the next.
KEY_S = 0.25
#: baresip hangs up when its recording ends, so a recording goes on as silence for longer than any test.
SILENCE_AFTER_S = 180.0

Event = dict[str, Any]


class SipPhone:
    """One telephone, one call at a time. `async with SipPhone(server, "1001") as phone:` starts and registers it.

    `at_trunk` makes it the far end of the trunk: it is called by that number and registers nowhere.
    """

    def __init__(self, server: AsteriskServer, number: str, *, at_trunk: bool = False) -> None:
        self.number = number
        self._server, self._at_trunk = server, at_trunk
        self._folder = tempfile.TemporaryDirectory(prefix="vmq-phone-")
        self.folder = Path(self._folder.name)
        self._news = asyncio.Condition()
        self._process: asyncio.subprocess.Process | None = None
        self._pump: asyncio.Task[None] | None = None
        self.events: list[Event] = []
        self._answers: list[Event] = []
        self._said = 0
        self.is_registered = self.is_on = False
        #: idle, dialling, ringing (a call comes in), ringback (the far end rings) or established
        self.state = "idle"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Switch it on; back when it is registered (at the trunk: when it listens)."""
        control = free_port()
        self._write_configuration(control)
        with (self.folder / "output").open("wb") as output:
            self._process = await asyncio.create_subprocess_exec(
                "setpriv", "--pdeathsig", "KILL", "baresip", "-4", "-f", str(self.folder),
                stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output, cwd=self.folder,
            )  # fmt: skip
        try:
            async with asyncio.timeout(DEADLINE_S):
                self._reader, self._writer = await self._connect(control)
            self.is_on = True
            self._pump = asyncio.create_task(self._take_in())
            await self._command("uanew", self._account())
            if not self._at_trunk:
                await self.wait_registered()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Hang up, unregister and switch off."""
        if self._process is None:
            return
        if self._pump is not None:
            with contextlib.suppress(ConnectionError, TimeoutError):
                await self._command("quit")
                async with asyncio.timeout(DEADLINE_S):
                    await self._process.wait()
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        if self._pump is not None:
            self._writer.close()
            await asyncio.gather(self._pump, return_exceptions=True)
        self._folder.cleanup()

    async def register_again(self) -> None:
        """Register anew, as a telephone does that was switched off and on."""
        await self.unregister()
        await self.register()

    async def register(self) -> None:
        """Register after `unregister`."""
        await self._command("uanew", self._account())
        await self.wait_registered()

    async def unregister(self) -> None:
        """Have no calls sent here any more."""
        await self._command("uadel", f"sip:{self.number}@127.0.0.1:{self._server.ports.sip}")
        self.is_registered = False

    # What a person does.
    async def dial(self, number: str) -> None:
        """Dial a number; goes on before it is answered."""
        self.state = "dialling"
        await self._command("dial", f"sip:{number}@127.0.0.1:{self._server.ports.sip}")

    async def answer(self) -> None:
        await self.accept()
        await self.wait_established()

    async def accept(self) -> None:
        """Take the call; goes on before it is established, which it may be for a moment only."""
        await self._command("accept")

    async def hang_up(self) -> None:
        """End the call, or refuse the one that rings; back when it is over."""
        await self._command("hangup")
        await self.wait_ended()

    async def press(self, keys: str) -> None:
        """Press keys one after the other, at a person's pace, as RTP telephone events (RFC 4733)."""
        for key in keys:
            await self._command("sndcode", key)
            await asyncio.sleep(KEY_S)

    async def say(self, recording: Path) -> None:
        """Speak a WAV (8 kHz, mono) from now on, or from the start of the next call; silence follows it."""
        self._said += 1
        signal = np.concatenate([audio.read_wav(recording), np.zeros(round(SILENCE_AFTER_S * audio.RATE_HZ))])
        padded = audio.write_wav(self.folder / f"say-{self._said}.wav", signal)
        await self._command("ausrc", f"aufile,{padded}")

    async def be_silent(self) -> None:
        """Say nothing more."""
        await self._command("ausrc", f"aufile,{self.folder / 'silence.wav'}")

    async def hold(self) -> None:
        await self._command("hold")

    async def resume(self) -> None:
        await self._command("resume")

    async def transfer(self, number: str) -> None:
        """Send whom it talks with to a number, blind (SIP REFER)."""
        await self._command("transfer", f"sip:{number}@127.0.0.1:{self._server.ports.sip}")

    # What a person notices.
    async def wait_registered(self) -> None:
        await self._wait_until(lambda: self.is_registered, "registered")

    async def wait_ringing(self, deadline_s: float = DEADLINE_S) -> None:
        await self._wait_until(lambda: self.state == "ringing", "ringing", deadline_s)

    async def wait_established(self, deadline_s: float = DEADLINE_S) -> None:
        await self._wait_until(lambda: self.state == "established", "in a call", deadline_s)

    async def wait_ended(self, deadline_s: float = DEADLINE_S) -> None:
        """Until no call is left, and what the last one sounded like is on disk."""
        await self._wait_until(lambda: self.state == "idle", "idle", deadline_s)
        async with asyncio.timeout(deadline_s):
            # The telephone tells of the end before it closes its recordings, and nobody tells of that.
            while self.state == "idle" and self._records():
                await asyncio.sleep(0.005)

    async def wait_key(self, key: str, deadline_s: float = DEADLINE_S) -> None:
        """Until it has heard the far end press that key, at any time since it was switched on."""
        await self._wait_until(
            lambda: any(e["type"] == "CALL_DTMF_START" and e["param"] == key for e in self.events),
            f"told of key {key}", deadline_s,
        )  # fmt: skip

    def heard(self) -> audio.Signal:
        """What the last call sounded like at this end. Only a call that has ended is whole."""
        recordings = sorted(self.folder.glob("dump-*-dec.wav"), key=lambda path: path.stat().st_mtime_ns)
        if not recordings:
            raise AssertionError(f"telephone {self.number} has heard nothing: no call of its was ever established")
        return audio.read_wav(recordings[-1])

    def _records(self) -> bool:
        """Whether the process has a recording open."""
        assert self._process is not None
        for link in Path(f"/proc/{self._process.pid}/fd").glob("*"):
            with contextlib.suppress(OSError):
                if link.readlink().name.startswith("dump-"):
                    return True
        return False

    async def _command(self, name: str, parameter: str = "") -> str:
        """Give baresip a command and return what it printed. Raises RuntimeError when it refuses."""
        message = json.dumps({"command": name, "params": parameter}).encode()
        awaited = len(self._answers)
        self._writer.write(b"%d:%s," % (len(message), message))
        async with asyncio.timeout(DEADLINE_S), self._news:
            await self._news.wait_for(lambda: len(self._answers) > awaited or not self.is_on)
        if len(self._answers) <= awaited:
            raise ConnectionError(f"telephone {self.number} has closed its control port, at {name} {parameter}")
        reply = self._answers[awaited]
        if not reply["ok"]:
            raise RuntimeError(f"telephone {self.number}: {name} {parameter}: {reply['data']}")
        return str(reply["data"])

    async def _wait_until(self, condition: Callable[[], bool], what: str, deadline_s: float = DEADLINE_S) -> None:
        try:
            async with asyncio.timeout(deadline_s), self._news:
                await self._news.wait_for(condition)
        except TimeoutError:
            came = [event["type"] for event in self.events]
            raise TimeoutError(f"telephone {self.number} is not {what} after {deadline_s} s; it saw {came}") from None

    async def _take_in(self) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                length = int((await self._reader.readuntil(b":"))[:-1])
                message: Event = json.loads((await self._reader.readexactly(length + 1))[:-1])
                async with self._news:
                    if message.get("event"):
                        self.events.append(message)
                        self._follow(message["type"])
                    else:
                        self._answers.append(message)
                    self._news.notify_all()
        self.is_on = False
        async with self._news:
            self._news.notify_all()

    def _follow(self, event: str) -> None:
        states = {
            "CALL_INCOMING": "ringing", "CALL_RINGING": "ringback", "CALL_PROGRESS": "ringback",
            "CALL_ESTABLISHED": "established", "CALL_CLOSED": "idle",
        }  # fmt: skip
        self.state = states.get(event, self.state)
        if event in ("REGISTER_OK", "REGISTER_FAIL", "UNREGISTERING"):
            self.is_registered = event == "REGISTER_OK"

    async def _connect(self, control: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        assert self._process is not None
        while True:
            if self._process.returncode is not None:
                raise RuntimeError(f"baresip ended at once:\n{(self.folder / 'output').read_text(errors='replace')}")
            try:
                return await asyncio.open_connection("127.0.0.1", control)
            except OSError:
                # Nothing tells when a port opens: ask again, within the caller's deadline.
                await asyncio.sleep(0.02)

    def _write_configuration(self, control: int) -> None:
        silence = audio.write_wav(self.folder / "silence.wav", np.zeros(round(SILENCE_AFTER_S * audio.RATE_HZ)))
        sip = self._server.ports.trunk if self._at_trunk else free_port()
        (self.folder / "config").write_text(f"""poll_method epoll
sip_listen 127.0.0.1:{sip}
net_interface 127.0.0.1
call_local_timeout 600
audio_source aufile,{silence}
audio_player aubridge,nobody-{control}
audio_alert aubridge,nobody-{control}
ausrc_srate 8000
auplay_srate 8000
jitter_buffer_delay 0-0
jitter_buffer_type off
audio_jitter_buffer_type off
ausrc_channels 1
auplay_channels 1
module_path {_module_folder()}
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
snd_path {self.folder}
ctrl_tcp_listen 127.0.0.1:{control}
""")
        # No jitter buffer: Asterisk's RTP sequence jumps when a bridge begins, and it would take the rest for too late.
        # The account comes by the control port: registered before anybody listens there, it would go unnoticed.
        (self.folder / "accounts").touch()
        (self.folder / "contacts").touch()

    def _account(self) -> str:
        interval_s = 0 if self._at_trunk else 600
        uri = f"<sip:{self.number}@127.0.0.1:{self._server.ports.sip}>"
        return f"{uri};auth_pass=none;regint={interval_s};audio_codecs=pcmu"


def _module_folder() -> Path:
    """Where the distribution keeps baresip's modules. Raises LookupError when it is in none of the known places."""
    for folder in (Path("/usr/lib/baresip/modules"), *Path("/usr/lib").glob("*/baresip/modules")):
        if folder.is_dir():
            return folder
    raise LookupError("baresip's modules are neither in /usr/lib/baresip nor in /usr/lib/*/baresip")
