"""What a live Asterisk and a vmq must know of each other: the files of `vmq asterisk setup`, and vmq's configuration.

In: an AsteriskServer, running or not, and the FastAGI address. Out: its hooks written (and taken in), and the sections
of a configuration that finds it. The recording folder is a pair, as Asterisk may live in a chroot.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.live.server import AsteriskServer
from vmq.asterisk.facade.users import FacadeUser, manager_users
from vmq.asterisk.setup import DIALPLAN_FILE, LOGGER_FILE, MANAGER_FILE, SetupSettings, texts
from vmq.resources import shipped

USER, SECRET = "vmq", "vmq-live-secret"
OWNER = "vmq"
_ASTERISKS_FILE = {DIALPLAN_FILE: "extensions.conf", MANAGER_FILE: "manager.conf", LOGGER_FILE: "logger.conf"}


async def introduce(server: AsteriskServer, agi_port: int, facade_users: Sequence[FacadeUser] = ()) -> None:
    """Have Asterisk know vmq: its manager users, its dialplan with FastAGI at this port, its log file."""
    others = manager_users(USER, SECRET, facade_users)
    settings = SetupSettings(USER, SECRET, "127.0.0.1", f"127.0.0.1:{agi_port}", others)
    for name, text in texts(settings).items():
        if server.is_running:
            await server.apply_hook(_ASTERISKS_FILE[name], text, owner=OWNER)
        else:
            server.write_hook(_ASTERISKS_FILE[name], text, owner=OWNER)


def sections(server: AsteriskServer) -> dict[str, dict[str, Any]]:
    """The configuration's sections `asterisk` and `paths` for this Asterisk, with a recording folder of its own."""
    recordings = Path(tempfile.mkdtemp(prefix="vmq-", dir=server.recordings_outside))
    shipped_prompts = shipped("prompts")
    if not any(server.prompts_outside.glob("*/catalog.toml")):
        shutil.copytree(shipped_prompts, server.prompts_outside, dirs_exist_ok=True)
    return {
        "asterisk": {"host": "127.0.0.1", "port": server.ports.ami, "user": USER, "secret": SECRET},
        "paths": {
            "recordings": str(recordings),
            "recordings_asterisk": str(server.recordings_inside / recordings.name),
            "prompts_asterisk": str(server.prompts_inside),
            "asterisk_sounds": str(server.sounds_outside),
        },
    }
