"""LabPbx: the whole stand-in in one object, embedded in vmq's own process or a test.

In: dialplan text (vmq's own and an extension table), telephones, a manager user. Out: an AMI port, calls to FastAGI
servers, and telephones to use: `pbx.phone("1001").dial("600")`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from vmq.lab import talking
from vmq.lab.agi_client import agi
from vmq.lab.ami_server import AmiServer
from vmq.lab.apps import APPLICATIONS
from vmq.lab.dialling import dial
from vmq.lab.dialplan import Dialplan
from vmq.lab.events import LabError
from vmq.lab.exchange import Exchange, Pace
from vmq.lab.runner import run
from vmq.lab.sounds import SoundLibrary
from vmq.lab.telephones import Telephone
from vmq.lab.trunk import Trunk

MODULES = frozenset(
    {
        "app_bridgewait",
        "app_chanspy",
        "app_exec",
        "app_minivm",
        "app_mixmonitor",
        "app_playback",
        "app_senddtmf",
        "app_stack",
        "bridge_holding",
        "bridge_simple",
        "chan_pjsip",
        "format_wav",
        "func_callerid",
        "func_channel",
        "func_devstate",
        "func_env",
        "func_global",
        "func_logic",
        "func_module",
        "func_strings",
        "pbx_config",
        "res_agi",
        "res_manager_devicestate",
        "res_musiconhold",
        "res_mutestream",
        "res_mwi_devstate",
        "res_pjsip",
    }
)
"""What ModuleCheck says is there: what vmq needs, as Debian's packages have it (no res_mwi_external)."""


class LabPbx:
    """See the module. An async context manager: `start` on entering, `close` on leaving.

    `describe` gives a sound's words (None = no such sound); `sound_folders` are searched for files first.
    """

    def __init__(
        self,
        dialplan: Iterable[str] = (),
        *,
        users: Mapping[str, str] | None = None,
        sound_folders: Sequence[Path] = (),
        describe: Callable[[str], str | None] | None = None,
        pace: Pace | None = None,
        modules: frozenset[str] = MODULES,
        trunk: str = "trunk",
    ) -> None:
        text = Dialplan()
        for part in dialplan:
            text.add(part)
        self.exchange = Exchange(text, SoundLibrary(sound_folders, describe), pace or Pace())
        self.exchange.applications = APPLICATIONS | {
            "agi": agi,
            "dial": dial,
            "chanspy": talking.chan_spy,
            "mixmonitor": talking.mix_monitor,
            "mset": talking.mset,
            "stopmixmonitor": talking.stop_mix_monitor,
        }
        self.exchange.runner = run
        self.exchange.modules = modules
        self.telephones: dict[str, Telephone] = {}
        self._trunk = Trunk(trunk)
        self.exchange.devices[self._trunk.device] = self._trunk
        self._users = dict(users or {"vmq": "lab"})
        self._ami = AmiServer(self.exchange, self._users)
        self.ami_port = 0

    async def start(self, host: str = "127.0.0.1", ami_port: int = 0) -> None:
        """Open the AMI port (0: a free one); `ami_port` then says which."""
        self.ami_port = await self._ami.start(host, ami_port)

    async def close(self) -> None:
        """Shut down: everybody is hung up, AMI users are told."""
        await self._ami.close()
        await self.exchange.close()

    async def restart(self, host: str = "127.0.0.1") -> None:
        """What a restart of Asterisk is to others: all calls end, the AMI links break, then the same port is back."""
        port = self.ami_port
        await self._ami.close()
        await self.exchange.close()
        self.exchange.lamps.clear()
        self._ami = AmiServer(self.exchange, self._users)
        await self.start(host, port)

    async def break_links(self, host: str = "127.0.0.1") -> None:
        """Break every AMI connection without a word, and listen again: calls go on."""
        port = self.ami_port
        await self._ami.close(is_shutdown=False)
        self._ami = AmiServer(self.exchange, self._users)
        await self.start(host, port)

    async def __aenter__(self) -> LabPbx:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def add_phone(self, number: str, name: str = "", context: str = "lab", mailbox: str = "") -> Telephone:
        """A new telephone `PJSIP/<number>`. `mailbox` (number@context) is whose lamp it shows."""
        telephone = Telephone(self.exchange, number, name, context, mailbox)
        self.telephones[number] = telephone
        self.exchange.devices[telephone.device] = telephone
        self.exchange.tell_state(telephone.device)
        return telephone

    def add_outside(self, number: str, name: str = "", context: str = "lab") -> Telephone:
        """A telephone of the outside world: reached at `PJSIP/<number>@trunk`, calls come in through the trunk."""
        telephone = Telephone(self.exchange, number, name, context)
        telephone.device = self._trunk.device
        self.telephones[number] = self._trunk.numbers[number] = telephone
        return telephone

    def phone(self, number: str) -> Telephone:
        """The telephone of this number. Raises LabError with the numbers there are."""
        if number not in self.telephones:
            raise LabError(f"there is no telephone {number}; there are: {', '.join(sorted(self.telephones))}")
        return self.telephones[number]
