"""The stand-in PBX of a vmq that has no Asterisk: the demo's telephones, their control port, and the guided call."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable

from pydantic import SecretStr

from vmq.app.facade import facade_users
from vmq.asterisk.dialplan import dialplan_text
from vmq.asterisk.facade.users import manager_users
from vmq.audio.sounds import Prompts
from vmq.config.model import Config
from vmq.domain.records import Record
from vmq.engine.ports import Journal
from vmq.lab.control import ControlServer
from vmq.lab.demo import demo_pbx
from vmq.lab.guide import run_guided_call
from vmq.lab.remote import RUNTIME_FILE, write_runtime
from vmq.resources import shipped

USER = "vmq"


class StandIn:
    """The demo PBX, running. `connect(config)` gives the configuration that finds it."""

    def __init__(self, config: Config, prompts: Prompts, agi_address: str) -> None:
        self._folder = config.paths.data
        self._secret = secrets.token_hex(16)
        self.pbx = demo_pbx(
            dialplan_text(agi_address),
            users={USER: self._secret}
            | {user.name: user.secret for user in manager_users(USER, self._secret, facade_users(config))},
            sound_folders=sorted(path for path in shipped("prompts").iterdir() if path.is_dir()),
            describe=lambda name: prompts.text(name, "en") if prompts.find(name, "en") else None,
        )
        self._control = ControlServer(self.pbx)
        self.control_address = ""

    async def start(self) -> None:
        """Open its ports and leave a note of them for `vmq phone`."""
        await self.pbx.start()
        self.control_address = f"127.0.0.1:{await self._control.start()}"
        write_runtime(self._folder, control=self.control_address)

    async def close(self) -> None:
        """Hang everybody up and close its ports."""
        (self._folder / RUNTIME_FILE).unlink(missing_ok=True)
        await self._control.close()
        await self.pbx.close()

    def connect(self, config: Config) -> Config:
        """The configuration with the stand-in as its Asterisk."""
        asterisk = config.asterisk.model_copy(
            update={"host": "127.0.0.1", "port": self.pbx.ami_port, "user": USER, "secret": SecretStr(self._secret)}
        )
        return config.model_copy(update={"asterisk": asterisk})

    async def guide(self, journal: Journal, say: Callable[[str], None]) -> None:
        """Play the guided call. Raises LabError when a step does not come."""
        await run_guided_call(self.pbx, lambda: _records(journal), say)


async def _records(journal: Journal) -> AsyncIterator[Record]:
    async for entry in journal.follow():
        yield entry.record
