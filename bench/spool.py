"""`python -m bench.spool`: a real app_voicemail takes 500 messages; they come over into vmq and go back, all alike.

No time is measured but how long moving takes. Compared are every sample, date, caller, mark and folder (tests/live/
spool_maker.py); in the end app_voicemail itself lists what was written back.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from tests.live import spool_maker
from tests.live.install import find_asterisk, reason_for_absence
from tests.live.server import AsteriskServer
from vmq.config.load import load


async def run(count: int) -> None:
    """Prove it with so many messages. Raises AssertionError, SystemExit without an Asterisk."""
    installation = find_asterisk()
    if installation is None:
        raise SystemExit(f"no Asterisk: {reason_for_absence()}")
    server = AsteriskServer(installation, extra_modules=("app_voicemail",))
    for name, text in spool_maker.hooks(server).items():
        server.write_hook(name, text, owner="bench")
    with tempfile.TemporaryDirectory() as folder:
        try:
            await server.start()
            began = time.monotonic()
            compared = await spool_maker.prove(
                server, count, load(None, {"VMQ_PATHS__DATA": str(Path(folder) / "data")})
            )
            took_s = time.monotonic() - began
        finally:
            await server.stop()
            server.remove()
    print(f"pass  {compared} messages came over and went back, all alike, in {took_s:.0f} s with their making")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--messages", type=int, default=500)
    asyncio.run(run(parser.parse_args().messages))


if __name__ == "__main__":
    main()
