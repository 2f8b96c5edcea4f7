"""A new pack to begin with: based on another, so that it works at once; what differs is written into it bit by bit."""

from __future__ import annotations

from pathlib import Path

from vmq.dialogue.fields import NAME
from vmq.errors import PackError

_FILES = {
    "personality.toml": """# What this pack is. All that it does not say is taken from the pack it is based on.
schema = 1
id = "{id}"
title = "{title}"
based_on = "{base}"
""",
    "flows/README.md": """Write what differs, in files of the names that {base} has: states with fields, keys.

    # flows/check_messages.toml
    [state.message]
    keys."7" = {{ name = "delete", do = "toggle_delete", say = "delete_said", to = "instructions" }}

`vmq pack diagram {id}` draws all flows as they are now. docs/pack-format.md tells every field.
""",
    "cues/{language}.toml": """# What differs in what is said: cues, labels, the words of the card.
""",
    "tests/{id}.toml": """# Calls as they must go. Those of {base} are run as well.
[[call]]
name = "somebody calls and hangs up at once"
entry = "{entry}"
script = [{{ hangs_up = true }}, {{ ends = "gone" }}]
""",
}


def scaffold(folder: Path, base: str, language: str, entry: str) -> list[Path]:
    """Write a pack that passes its checks into a new folder; gives its files. `entry` is one that the base has.

    Raises PackError for a folder that is there already, or whose name can't be an id.
    """
    name = folder.resolve().name
    if not NAME.match(name):
        raise PackError(f"{name}: can't be the id of a pack: take small letters, digits and _, a letter first")
    if folder.exists() and any(folder.iterdir()):
        raise PackError(f"{folder}: is there already: take another name, or move it away")
    words = {
        "id": name,
        "title": name.replace("_", " ").capitalize(),
        "base": base,
        "language": language,
        "entry": entry,
    }
    written = []
    for file, text in _FILES.items():
        path = folder / file.format(**words)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(**words), encoding="utf-8")
        written.append(path)
    return written
