"""SIP telephones that follow a script, on SIPp: what a person's telephone seldom does, done at an exact moment.

In: a server, a number and a `Script`. Out: a telephone registered under the number that treats each of its calls by the
script. Every SIP message it saw can be read afterwards: that is how a test knows what a telephone was told.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.live.server import AsteriskServer, free_port

DEADLINE_S = 20.0


@dataclass(frozen=True, slots=True)
class Script:
    """What the telephone does with a call: ring for `ring_s`, then give `answer`.

    `answer` is a SIP status: 200 takes the call, 302 sends it to `redirect_to`, any other refuses it; None rings until
    the caller gives up. `talk_s` after taking the call the telephone hangs up; None leaves that to the other side.
    """

    answer: int | None = 200
    ring_s: float = 0.0
    talk_s: float | None = None
    redirect_to: str = ""


BUSY = Script(answer=486)
DECLINED = Script(answer=603)
NO_ANSWER = Script(answer=None)
ANSWERS = Script()


def redirects_to(number: str) -> Script:
    """A telephone with its calls forwarded: 302 with a Contact of that number."""
    return Script(answer=302, redirect_to=number)


class ScriptedPhone:
    """A telephone on SIPp. `async with ScriptedPhone(server, "1001", BUSY):` registers it and unregisters it after."""

    def __init__(self, server: AsteriskServer, number: str, script: Script, *, calls: int = 1000) -> None:
        """It leaves by itself after that many `calls`, which `wait_done()` waits for."""
        self._server, self._number, self._script, self._calls = server, number, script, calls
        is_trunk = number == "trunk"
        self.port = server.ports.trunk if is_trunk else free_port()
        self._registers = not is_trunk
        self._folder = tempfile.TemporaryDirectory(prefix="vmq-sipp-")
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen and register; back when Asterisk has accepted the registration."""
        self._process = await self._sipp("call", _call_scenario(self._script, self._number, self.port), self._calls)
        async with asyncio.timeout(DEADLINE_S):
            # Nothing tells when it listens, and a call that comes before that is refused by the kernel.
            while not _is_taken(self.port):
                await asyncio.sleep(0.01)
        if self._registers:
            await self._register(3600)

    async def stop(self) -> None:
        """Unregister and end the process; calls that are up are simply left, as with a pulled plug."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        # When Asterisk is gone, so is the registration.
        if self._registers and self._server.is_running:
            await self._register(0)
        self._folder.cleanup()

    async def wait_done(self) -> None:
        """Back when the telephone has been through all its calls, ACKs included."""
        assert self._process is not None
        async with asyncio.timeout(DEADLINE_S):
            await self._process.wait()

    def messages(self) -> str:
        """All SIP messages it sent and received so far."""
        trace = Path(self._folder.name) / "call.messages"
        return trace.read_text(errors="replace") if trace.exists() else ""

    async def _register(self, expires_s: int) -> None:
        process = await self._sipp("register", _register_scenario(self._number, self.port, expires_s), 1)
        async with asyncio.timeout(DEADLINE_S):
            code = await process.wait()
        if code != 0:
            raise RuntimeError(f"registration of {self._number} failed: SIPp ended with {code}")

    async def _sipp(self, name: str, scenario: str, calls: int) -> asyncio.subprocess.Process:
        folder = Path(self._folder.name)
        (folder / f"{name}.xml").write_text(scenario)
        port = self.port if name == "call" else free_port()
        return await asyncio.create_subprocess_exec(
            "setpriv", "--pdeathsig", "KILL",
            "sipp", f"127.0.0.1:{self._server.ports.sip}", "-sf", f"{folder}/{name}.xml", "-m", str(calls),
            "-i", "127.0.0.1", "-p", str(port), "-mi", "127.0.0.1", "-nostdin",
            "-trace_msg", "-message_file", f"{folder}/{name}.messages",
            "-trace_err", "-error_file", f"{folder}/{name}.errors",
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip


def _is_taken(port: int) -> bool:
    """Whether some process listens on this UDP port, by the kernel's own list: to try it would be to take it."""
    lines = Path("/proc/net/udp").read_text().splitlines()[1:]
    return any(line.split()[1].endswith(f":{port:04X}") for line in lines)


def _scenario(body: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="telephone">\n{body}\n</scenario>\n'


def _send(first_line: str, headers: str, body: str = "", **attributes: str) -> str:
    marks = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<send{marks}><![CDATA[\n{first_line}\n{headers}\nContent-Length: [len]\n\n{body}]]></send>"


def _register_scenario(number: str, port: int, expires_s: int) -> str:
    headers = f"""Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:{number}@[remote_ip]>;tag=[call_number]
To: <sip:{number}@[remote_ip]>
Call-ID: [call_id]
CSeq: 1 REGISTER
Contact: <sip:{number}@127.0.0.1:{port}>
Expires: {expires_s}
Max-Forwards: 70"""
    return _scenario(
        _send("REGISTER sip:[remote_ip] SIP/2.0", headers, retrans="500") + '\n<recv response="200" timeout="5000"/>'
    )


#: Keeps the INVITE's From, To and CSeq: a BYE and a 487 need them when another request has come since.
_TAKE_INVITE = """<recv request="INVITE" rrs="true"><action>
<ereg regexp=".*" search_in="hdr" header="From:" assign_to="from"/>
<ereg regexp=".*" search_in="hdr" header="To:" assign_to="to"/>
<ereg regexp=".*" search_in="hdr" header="CSeq:" assign_to="cseq"/>
</action></recv>"""

_SDP = """v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
"""


def _call_scenario(script: Script, number: str, port: int) -> str:
    contact = f"Contact: <sip:{number}@127.0.0.1:{port}>"
    to_invite = "[last_Via:]\nFrom:[$from]\nTo:[$to];tag=[pid]x[call_number]\n[last_Call-ID:]\nCSeq:[$cseq]"
    to_other = "[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]"
    wait = "" if script.answer is None else f' timeout="{max(1, round(script.ring_s * 1000))}" ontimeout="decide"'
    parts = [_TAKE_INVITE, _send("SIP/2.0 180 Ringing", f"{to_invite}\n[last_Record-Route:]\n{contact}")]
    if script.answer is None or script.ring_s:
        parts += [
            f'<recv request="CANCEL"{wait}/>',
            _send("SIP/2.0 200 OK", f"{to_other}"),
            _send("SIP/2.0 487 Request Terminated", to_invite, retrans="500"),
            '<recv request="ACK" next="end"/>',
        ]
    if script.answer is not None:
        parts += ['<label id="decide"/>', *_decision(script, to_invite, to_other, contact)]
    parts.append('<label id="end"/>\n<Reference variables="from,to,cseq"/>')
    return _scenario("\n".join(parts))


def _decision(script: Script, to_invite: str, to_other: str, contact: str) -> list[str]:
    if script.answer != 200:
        target = f"\nContact: <sip:{script.redirect_to}@127.0.0.1>" if script.redirect_to else ""
        return [
            _send(f"SIP/2.0 {script.answer} Scripted", f"{to_invite}{target}", retrans="500"),
            '<recv request="ACK"/>',
        ]
    taken = [
        _send("SIP/2.0 200 OK", f"{to_invite}\n[last_Record-Route:]\n{contact}\nContent-Type: application/sdp", _SDP,
              retrans="500"),
        '<recv request="ACK"/>',
    ]  # fmt: skip
    wait = "" if script.talk_s is None else f' timeout="{max(1, round(script.talk_s * 1000))}" ontimeout="leave"'
    taken += [f'<recv request="BYE"{wait}/>', _send("SIP/2.0 200 OK", to_other, next="end")]
    if script.talk_s is not None:
        bye = (
            "Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]\n[routes]\nFrom:[$to];tag=[pid]x[call_number]\n"
            f"To:[$from]\n[last_Call-ID:]\nCSeq: 2 BYE\nMax-Forwards: 70\n{contact}"
        )
        taken += [
            '<label id="leave"/>',
            _send("BYE [next_url] SIP/2.0", bye, retrans="500"),
            '<recv response="200"/>',
        ]
    return taken
