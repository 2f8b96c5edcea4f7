"""`vmq run` for a person at a terminal: starts the program, says where everything is, plays the guide, stays up."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Callable

from vmq.app.program import Program, running
from vmq.config.file import ConfigFile
from vmq.config.model import Config
from vmq.lab.demo import WHAT_TO_DIAL

Say = Callable[[str], None]

THREADS_TURN_S = 0.0001
"""How long a thread may keep the interpreter while another waits for it. With Python's own 5 ms the event loop and the
threads that write recordings and the database hold each other up for a hundred times what their work takes."""


async def serve(config: Config, file: ConfigFile | None, *, guide: bool, say: Say) -> None:
    """Run until cancelled; `file` is where the configuration is from, and is read anew when it changes or on SIGHUP.

    Raises what keeps vmq from starting, and LabError when the guided call fails.
    """
    sys.setswitchinterval(THREADS_TURN_S)
    async with running(config, file) as program:
        if file is not None and not sys.stdin.isatty():  # to a terminal's program it means that the terminal is gone
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, program.reload_soon)
        _spare_the_collector()
        _introduce(program, say)
        if guide and program.stand_in is not None:
            say("\nA guided call:\n")
            await program.stand_in.guide(program.journal, lambda line: say(f"  · {line}"))
            say("\nThat was real: every line came from the journal. Now try it yourself; Ctrl-C ends vmq.")
        await program.ended()


def _spare_the_collector() -> None:
    """Take what the start has made, and is here to stay, out of the garbage collector's sight: looking through it stops
    all calls for a tenth of a second, every few hundred calls. Until now `vmq run` had it switched off."""
    gc.collect()
    gc.freeze()
    gc.enable()


def _introduce(program: Program, say: Say) -> None:
    """Addresses, and on the stand-in what to dial."""
    where = program.addresses
    say("vmq is up.")
    say(f"  floor and API   {where.http}/  (live events: {where.http}/api/v1/events)")
    say(f"  FastAGI         {where.agi}")
    say(f"  Asterisk (AMI)  {where.ami}{'  the stand-in PBX' if program.stand_in else ''}")
    if where.setup:
        say(f"  first user      {where.setup}  (once, within the hour; or `vmq user add`)")
    if where.facade:
        say(f"  AMI facade      {where.facade}")
    if program.stand_in is not None:
        say("\nDial from another terminal with `vmq phone --as 1003 EXTENSION`:")
        for extension, what in WHAT_TO_DIAL.items():
            say(f"  {extension:<18}{what}")
