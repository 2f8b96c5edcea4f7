"""A backup with any bytes of it changed is refused, or gives what was written: never something else."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from vmq.app.archive import reading, writing
from vmq.errors import StorageError

CONTENT = {"recordings/1001/a.wav": b"\x01\x02" * 400, "recordings/1001/b.wav": b"", "vmq.toml": b"# ours\n"}


def whole(folder: Path) -> bytes:
    with writing(folder / "backup.tar") as backup:
        for name, content in CONTENT.items():
            backup.add_bytes(name, content)
    return (folder / "backup.tar").read_bytes()


@given(st.data())
def test_what_is_changed_is_seen(data: st.DataObject) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        content = bytearray(whole(folder))
        for _ in range(data.draw(st.integers(1, 3))):
            at = data.draw(st.integers(0, len(content) - 1))
            content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        (folder / "backup.tar").write_bytes(content)
        try:
            with reading(folder / "backup.tar") as backup:
                backup.extract({"recordings": folder / "out"})
        except StorageError:
            return
        found = {f"recordings/{p.relative_to(folder / 'out')}": p.read_bytes() for p in folder.glob("out/*/*")}
        assert found.items() <= CONTENT.items()
