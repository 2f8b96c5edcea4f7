"""Large files that are put together once: ~/.cache/vmq/voices, each known by its SHA-256."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from vmq.errors import ConfigError


def cached(name: str, sha256: str, make: Callable[[], bytes]) -> Path:
    """A file of the cache, made if it is not there. Raises ConfigError when it is not the one that is wanted."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vmq" / "voices"
    file = folder / name
    if not file.is_file():
        data = make()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ConfigError(
                f"{name}: is not the file that is known (sha256); install the versions that pyproject.toml names"
            )
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f"{file.name}.new")
        new.write_bytes(data)
        new.replace(file)
    return file
