"""AGI sessions of voicemail: however a call ends, the dialplan is told a status to go on with."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from tests.support.agi import running_server
from tests.support.agi_peer import AgiPeer, head
from tests.support.voices import NamedFiles, make_voices
from vmq.app.calls import add_routes
from vmq.asterisk.agi import AgiSession
from vmq.asterisk.line import AgiLine
from vmq.asterisk.sessions import Sessions
from vmq.errors import StorageError
from vmq.voicemail.service import Voicemail


class Broken:
    """Voicemail in which every call goes wrong in the same way."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def leave(self, *_: object) -> None:
        raise self._error

    check = leave


class NoQueues:
    """There are no queues in these tests."""

    async def serve_caller(self, session: AgiSession, queue: str) -> None: ...

    async def serve_leg(self, session: AgiSession, offer_id: str) -> None: ...

    async def serve_callback(self, session: AgiSession, call_id: str) -> None: ...


def no_line(_: AgiSession) -> AgiLine:
    return cast(AgiLine, None)


@pytest.mark.parametrize("error", [StorageError("the disk is gone"), RuntimeError("a mistake of ours")])
@pytest.mark.parametrize("script", ["leave/1001", "check"])
async def test_a_call_that_breaks_is_failed(script: str, error: Exception) -> None:
    async with running_server() as server:
        add_routes(
            server, cast(Sessions, NoQueues()), cast(Voicemail, Broken(error)), make_voices(NamedFiles(Path())), no_line
        )
        peer = AgiPeer()
        await peer.dial(server.port, head(script))
        await peer.ended()
    assert peer.variables["VMSTATUS"] == "FAILED"
