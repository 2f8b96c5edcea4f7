"""What the live benches measure: a private Asterisk with both engines in it, and vmq as a process beside it."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from tests.live.install import find_asterisk, reason_for_absence
from tests.live.server import AsteriskServer, free_port
from tests.live.vmq_hooks import introduce, sections
from tests.support.vmq_process import VmqProcess


@contextlib.asynccontextmanager
async def private_asterisk(modules: tuple[str, ...], hooks: dict[str, str]) -> AsyncIterator[AsteriskServer]:
    """An Asterisk with these modules besides the usual ones, and these additions to its configuration files.

    Raises SystemExit where this machine has none.
    """
    installation = find_asterisk()
    if installation is None:
        raise SystemExit(f"no Asterisk to measure: {reason_for_absence()}")
    server = AsteriskServer(installation, extra_modules=modules)
    for name, text in hooks.items():
        server.write_hook(name, text, owner="bench")
    try:
        await server.start()
        await server.ami.action("Events", EventMask="off")  # the lab's own link would cost CPU with every event
        # Nor does anybody read a log of every step of the dialplan, which a production system wouldn't write.
        (server.folder_outside / "etc/logger.conf").write_text("[general]\n[logfiles]\nfull => warning,error\n")
        await server.cli("logger reload")
        yield server
    finally:
        await server.stop()
        server.remove()


@contextlib.asynccontextmanager
async def vmq_on(server: AsteriskServer, **configuration: Any) -> AsyncIterator[VmqProcess]:
    """A vmq that serves this Asterisk for as long as the block lasts. `configuration` as VmqProcess takes it."""
    port = free_port()
    await introduce(server, port)
    with tempfile.TemporaryDirectory(prefix="vmq-bench-") as folder:
        async with VmqProcess(Path(folder), agi_port=port, **sections(server), **configuration) as vmq:
            yield vmq
