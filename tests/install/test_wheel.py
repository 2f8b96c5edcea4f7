"""The built wheel works outside the repository: in an empty environment, `vmq run` serves in an empty folder."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `vmq` command of a new environment with nothing but the wheel and what it asks for, as locked."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    locked = folder / "constraints.txt"
    locked.write_text("\n".join(re.findall(r"^(\S+==\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)))
    subprocess.run(
        [folder / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", "-c", locked, wheel],
        check=True,
        cwd=folder,
    )
    return folder / "bin" / "vmq"


def test_the_wheel_carries_packs_prompts_the_dialplan_and_migrations(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "vmq/data/personalities/comedian/personality.toml" in names
    assert "vmq/data/prompts/en-house/catalog.toml" in names
    assert "vmq/asterisk/extensions_vmq.conf" in names
    assert any(re.match(r"vmq/db/migrations/versions/v0001\w*\.py", name) for name in names)
    assert not [name for name in names if name.startswith(("tests/", "bench/"))]


def test_the_installed_pack_is_good(installed: Path, tmp_path: Path) -> None:
    inside = next(installed.parents[1].glob("lib/*/site-packages/vmq/data/personalities/comedian"))
    command = [installed, "pack", "check", inside]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "comedian: good")


def test_vmq_runs_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [installed, "run", "--guide"],
        cwd=tmp_path,
        env={"PATH": os.defpath, "HOME": str(tmp_path), "VMQ_HTTP__PORT": "0", "VMQ_AGI__PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "Now try it yourself" in line:
                break
        told = "".join(lines)
        assert "connected after" in told
        assert re.search(r"The lamp of .* is lit: 1 new", told)
        url = re.search(r"(http://127\.0\.0\.1:\d+)/", told)
        assert url, told
        with urllib.request.urlopen(f"{url[1]}/readyz", timeout=PATIENCE_S) as answer:
            assert answer.status == 200
        with urllib.request.urlopen(f"{url[1]}/api/v1/floor", timeout=PATIENCE_S) as answer:
            assert [queue["name"] for queue in json.load(answer)["queues"]] == ["support"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    finally:
        process.kill()
        _, errors = process.communicate()
    assert "Traceback" not in errors
    assert (tmp_path / "vmq-data" / "vmq.db").exists()
