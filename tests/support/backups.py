"""A house with something in every place that a backup has, and how to tell whether two folders hold the same."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.support.house import open_house
from tests.support.scripted_line import Speech
from tests.support.wav import write_wav
from vmq.app.archive import files_below
from vmq.domain import line
from vmq.domain.draft import Draft, DraftKind

CONFIG = """\
# the house's own
[paths]
data = "data"
personalities = ["packs"]

[mail]
host = "127.0.0.1"
user = "vmq"
password = "swordfish"
templates = "mail"

[[mailbox]]
number = "1001"   # Ann
pin = "4711"
"""


async def furnished(folder: Path, *, messages: int = 2) -> Path:
    """Make it: messages, a call under way, a talk, a prompt of the house's own, packs and templates. Its
    configuration."""
    data = folder / "data"
    data.mkdir(parents=True)
    async with open_house(data) as house:
        for _ in range(messages):
            await house.leave(Speech(3.0, ended_by=line.RecordEnd.HANG_UP))
        draft = Draft("f" * 32, DraftKind.MESSAGE, "1001", "gone-1", house.clock.now(), caller_number="2003")
        await house.files.begin(draft)
        write_wav(house.files.path(draft.ref), 2.0)
    for name in ("calls/2026-01-05/talk", "prompts/own/en/greet", "quarantine/odd"):
        path = data / "recordings" / f"{name}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_wav(path, 1.0)
    for name in ("data/personalities/mine/personality.toml", "packs/ours/personality.toml", "mail/mail.txt"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{name}\n")
    config = folder / "vmq.toml"
    config.write_text(CONFIG)
    return config


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder by its name and what it holds, but for what only helps SQLite or is made anew."""
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in files_below("", folder)
        if not name.endswith((".db", ".db-wal", ".db-shm")) and "/copies/" not in name
    }
