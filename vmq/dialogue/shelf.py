"""The usable packs of one subject by id, to be replaced all at once: a call goes on with the one that it began with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vmq.dialogue.compile import CompiledPack
from vmq.errors import PackError


class Shelf(Mapping[str, CompiledPack]):
    """Packs by id. `default` is the one that others fall back to."""

    def __init__(self, packs: Mapping[str, CompiledPack], default: str) -> None:
        self.default = default
        self._packs = dict(packs)

    def __getitem__(self, pack_id: str) -> CompiledPack:
        return self._packs[pack_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._packs)

    def __len__(self) -> int:
        return len(self._packs)

    def replace(self, packs: Mapping[str, CompiledPack]) -> None:
        """From now on these; in one step, so that nobody ever sees some of both."""
        self._packs = dict(packs)

    def for_entry(self, pack_id: str, entry: str) -> CompiledPack:
        """The pack of this id where it has a flow for the entry, else the default one. Raises PackError when that has
        none either."""
        for wanted in (pack_id, self.default):
            pack = self._packs.get(wanted)
            if pack and entry in pack.pack.entries:
                return pack
        raise PackError(f"no personality has a flow for {entry}: {self.default} is missing or was refused")
