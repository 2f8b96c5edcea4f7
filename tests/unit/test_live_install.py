"""Which Asterisk the live tests take, and what they say where it will not do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.live import install
from tests.live.install import CannotInstallError, Installation, find_asterisk, reason_for_absence


@pytest.fixture
def no_telephones_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """All telephones are there."""
    monkeypatch.setattr(install, "missing_telephones", list)


def _program(folder: Path) -> Path:
    program = folder / "asterisk"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return program


def test_the_one_named_is_taken_before_the_one_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "other").mkdir()
    on_path, named = _program(tmp_path), _program(tmp_path / "other")
    monkeypatch.delenv("VMQ_ASTERISK", raising=False)
    assert find_asterisk() == Installation(str(on_path), Path("/"))
    monkeypatch.setenv("VMQ_ASTERISK", str(named))
    assert find_asterisk() == Installation(str(named), Path("/"))


@pytest.mark.usefixtures("no_telephones_missing")
def test_a_name_of_nothing_is_told_and_nothing_is_installed_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMQ_ASTERISK", "/nowhere/asterisk")
    assert find_asterisk() is None
    assert reason_for_absence() == "VMQ_ASTERISK names no program: /nowhere/asterisk"
    with pytest.raises(CannotInstallError, match="VMQ_ASTERISK"):
        install.install()


@pytest.mark.usefixtures("no_telephones_missing")
@pytest.mark.parametrize("base", ["usr/share", "var/lib"])
def test_an_asterisk_without_sounds_will_not_do(base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "find_asterisk", lambda: Installation("/usr/sbin/asterisk", tmp_path))
    assert "no English sounds" in reason_for_absence()
    (tmp_path / base / "asterisk/sounds/en_US_f_Allison/digits").mkdir(parents=True)
    assert reason_for_absence() == ""
