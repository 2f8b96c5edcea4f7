"""One private Asterisk: started as a child of the test session, ended with it, met by no other session.

In: an `Installation` (the machine's own Asterisk or the chroot) and hook files. Out: a running Asterisk with ports and
folders of its own. Its folder is in the root's /tmp, so nothing is mounted and a killed session leaves only files,
which the next session removes. With a chroot, what Asterisk sees as `x_inside` is `x_outside` on this machine; with the
machine's own Asterisk both are the same path.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import random
import shutil
import socket
import tempfile
from pathlib import Path, PurePosixPath
from typing import TextIO

from tests.live import audio
from tests.live.ami import AmiClient
from tests.live.asterisk_config import LAB_SECRET, LAB_USER, Ports, files
from tests.live.install import Installation

TELEPHONES = ("1001", "1002", "1003", "1004", "1005", "1006")
BOOT_DEADLINE_S = 60.0
STOP_DEADLINE_S = 10.0
_RTP_PORTS_EACH = 400
_RTP_PORTS, _OWN_PORTS = (10_000, 19_000), (20_000, 32_000)
_CHANCE = random.SystemRandom()  # a test that seeds `random` must not give two sessions the same ports
_PREFIX = "vmq-live-"
_RELOADS = {
    "extensions.conf": "dialplan reload",
    "logger.conf": "logger reload",
    "manager.conf": "manager reload",
    "musiconhold.conf": "moh reload",
    "pjsip.conf": "module reload res_pjsip.so",
    "queues.conf": "queue reload all",
}


class AsteriskFailedError(Exception):
    """The private Asterisk did not start or did not stop; the text holds the end of its log."""


class AsteriskServer:
    """A private Asterisk. Make it, write its hooks, `await start()`, use it, `await stop()`, `remove()`."""

    def __init__(
        self,
        installation: Installation,
        *,
        telephones: tuple[str, ...] = TELEPHONES,
        extra_modules: tuple[str, ...] = (),
    ) -> None:
        """`extra_modules` are names without `.so`, such as app_queue or app_voicemail for a comparison."""
        self._installation = installation
        temporary = installation.outside("/tmp") if installation.is_chroot else Path(tempfile.gettempdir())
        _remove_abandoned(temporary)
        self.folder_outside = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=temporary))
        self._claim = _claim(self.folder_outside)
        inside = Path("/tmp") / self.folder_outside.name if installation.is_chroot else self.folder_outside
        self.folder_inside = PurePosixPath(inside)
        self.ports = _free_ports()
        self.telephones = telephones
        for name in ("etc/hooks", "lib/keys", "db", "spool/tmp", "run", "log", "moh", "recordings", "prompts"):
            (self.folder_outside / name).mkdir(parents=True)
        audio.write_wav(self.folder_outside / "moh/music.wav", audio.music())
        modules, data = _package_folders(installation)
        texts = files(
            self.folder_inside, self.ports, telephones,
            module_folder=modules, data_folder=data, extra_modules=extra_modules,
        )  # fmt: skip
        for name, text in texts.items():
            (self.folder_outside / "etc" / name).write_text(text)
        self._process: asyncio.subprocess.Process | None = None
        self._ami: AmiClient | None = None

    # What vmq's configuration needs to know.
    @property
    def recordings_inside(self) -> PurePosixPath:
        return self.folder_inside / "recordings"

    @property
    def recordings_outside(self) -> Path:
        return self.folder_outside / "recordings"

    @property
    def prompts_inside(self) -> PurePosixPath:
        return self.folder_inside / "prompts"

    @property
    def prompts_outside(self) -> Path:
        return self.folder_outside / "prompts"

    @property
    def sounds_outside(self) -> Path:
        """The sounds of Asterisk's own packages."""
        return self._installation.outside(_package_folders(self._installation)[1]) / "sounds"

    @property
    def pid(self) -> int:
        if self._process is None:
            raise AsteriskFailedError("this Asterisk is not running")
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def ami(self) -> AmiClient:
        """The lab's own AMI link, with all rights and all events."""
        if self._ami is None:
            raise AsteriskFailedError("this Asterisk is not running")
        return self._ami

    def write_hook(self, name: str, text: str, owner: str = "test") -> None:
        """Add `text` to the end of the configuration file `name`, in place of what the same `owner` wrote before."""
        folder = self.folder_outside / "etc/hooks" / name
        folder.mkdir(exist_ok=True)
        (folder / f"{owner}.conf").write_text(text)

    async def apply_hook(self, name: str, text: str, owner: str = "test") -> None:
        """`write_hook`, and have the running Asterisk take it in."""
        self.write_hook(name, text, owner)
        await self.cli(_RELOADS[name])

    async def start(self) -> None:
        """Start it and return when it is fully booted. Raises AsteriskFailedError with its log when it does not."""
        log_before = len(self.log_text())
        command = [self._installation.program, "-f", "-n", "-C", str(self.folder_inside / "etc/asterisk.conf")]
        if self._installation.is_chroot:
            command = ["chroot", str(self._installation.root), *command]
        with (self.folder_outside / "log/console").open("ab") as console:
            # setpriv: the kernel ends Asterisk when this session dies, however it dies.
            self._process = await asyncio.create_subprocess_exec(
                "setpriv", "--pdeathsig", "KILL", *command,
                stdin=asyncio.subprocess.DEVNULL, stdout=console, stderr=console,
            )  # fmt: skip
        try:
            async with asyncio.timeout(BOOT_DEADLINE_S):
                self._ami = await self._log_in_when_up()
                await self._ami.wait_named("FullyBooted", deadline_s=BOOT_DEADLINE_S)
                # Some CLI commands come a moment after that event (asterisk.c); this is the log's last word on it.
                while "Asterisk Ready." not in self.log_text()[log_before:]:
                    await asyncio.sleep(0.01)
        except TimeoutError:
            await self.kill_9()
            raise AsteriskFailedError(f"not booted in {BOOT_DEADLINE_S} s:\n{self.log_tail()}") from None

    async def stop(self) -> None:
        """End it by its pid, kindly and then, past a deadline, by force. Does nothing when it is not running."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(STOP_DEADLINE_S):
                await self._process.wait()
        except TimeoutError:
            await self.kill_9()
        await self._forget_process()

    async def kill_9(self) -> None:
        """End it as a crash would: no goodbye to anybody, no file closed."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await self._forget_process()

    async def restart(self) -> None:
        """Stop and start: same ports, same folders, no channel left."""
        await self.stop()
        await self.start()

    async def cli(self, command: str) -> str:
        """Run a CLI command and return what it printed."""
        return await self.ami.command(command)

    def log_text(self) -> str:
        """All that this Asterisk wrote to its log, verbose(3) and DTMF included."""
        log = self.folder_outside / "log/full"
        return log.read_text(errors="replace") if log.exists() else ""

    def log_tail(self, lines: int = 30) -> str:
        console = self.folder_outside / "log/console"
        text = self.log_text() or (console.read_text(errors="replace") if console.exists() else "")
        return "\n".join(text.splitlines()[-lines:])

    def remove(self) -> None:
        """Remove its folders. The process must have ended."""
        shutil.rmtree(self.folder_outside, ignore_errors=True)
        self._claim.close()

    async def _log_in_when_up(self) -> AmiClient:
        while True:
            if not self.is_running:
                code = self._process.returncode if self._process else "killed"
                await self._forget_process()
                raise AsteriskFailedError(f"Asterisk ended at once ({code}):\n{self.log_tail()}")
            client = AmiClient(self.ports.ami, LAB_USER, LAB_SECRET)
            try:
                await client.connect()
                return client
            except (OSError, asyncio.IncompleteReadError):
                # Nothing tells when a port opens: ask again, within the caller's deadline.
                await asyncio.sleep(0.02)

    async def _forget_process(self) -> None:
        self._process = None
        if self._ami is not None:
            await self._ami.close()
            self._ami = None


def free_port() -> int:
    """A port of 127.0.0.1 that nobody has at this moment, for UDP and TCP: a SIP telephone opens both.

    It is below the ports that the kernel gives to outgoing connections, which would take it before its owner does.
    """
    while True:
        port = _CHANCE.randrange(*_OWN_PORTS)
        with contextlib.ExitStack() as probes, contextlib.suppress(OSError):
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                probes.enter_context(socket.socket(socket.AF_INET, kind)).bind(("127.0.0.1", port))
            return port


def _free_ports() -> Ports:
    # Asterisk takes another RTP port when one is in use, so two sessions may overlap there.
    first = _CHANCE.randrange(*_RTP_PORTS, 2)
    return Ports(ami=free_port(), sip=free_port(), trunk=free_port(), rtp_first=first, rtp_last=first + _RTP_PORTS_EACH)


def _claim(folder: Path) -> TextIO:
    """Hold a lock in the folder for as long as this process lives: the sign that it is in use.

    Raises OSError when another process holds it.
    """
    lock = (folder / "in-use").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise
    return lock


def _remove_abandoned(temporary: Path) -> None:
    """Remove the folders of sessions that were killed."""
    for folder in temporary.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            _claim(folder).close()
            shutil.rmtree(folder)


def _package_folders(installation: Installation) -> tuple[str, str]:
    """Where this Asterisk keeps its modules and its sounds; its own asterisk.conf may not be readable to everybody."""
    modules = _first_folder(installation.root, "usr/lib*/*/asterisk/modules", "usr/lib*/asterisk/modules")
    data = _first_folder(installation.root, "usr/share/asterisk", "var/lib/asterisk")
    return modules, data


def _first_folder(root: Path, *patterns: str) -> str:
    """The first folder that fits, as Asterisk sees it. Raises AsteriskFailedError when there is none."""
    for pattern in patterns:
        for found in sorted(root.glob(pattern)):
            return f"/{found.relative_to(root)}"
    raise AsteriskFailedError(f"this Asterisk has none of {', '.join(patterns)} below {root}")
