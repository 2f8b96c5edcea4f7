"""Changes single settings of a configuration file, leaving its comments, order and layout as they were."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from vmq.errors import ConfigError


def set_value(path: Path, section: str, key: str, value: str | int | float | bool) -> None:
    """Write `[section] key = value` into the file, in one step. A new file is readable by its owner only.

    Raises ConfigError when the file is not TOML or can't be written.
    """
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
        table = document.setdefault(section, tomlkit.table())
        table[key] = value
        _replace(path, tomlkit.dumps(document))
    except TOMLKitError as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}") from None
    except OSError as error:
        raise ConfigError(f"{path}: can't be written ({error.strerror}); check owner and free space") from None


def _replace(path: Path, text: str) -> None:
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
