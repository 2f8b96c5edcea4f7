"""Looks at a running Asterisk from where vmq stands, point by point: what was seen, and how to mend what is wrong.

Needs no right beyond those of setup.py's manager user: modules are asked for by the function IFMODULE, contexts by
ShowDialPlan, files through Asterisk's eyes (eyes.py). The one trace it leaves is the device state Custom:vmq-doctor.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path

from vmq.asterisk.dialplan import dialplan_text
from vmq.asterisk.eyes import WAIT_S, Eyes
from vmq.asterisk.link import AmiLink, LinkSettings
from vmq.asterisk.listing import steps_of_listing, steps_of_text
from vmq.asterisk.setup import DIALPLAN_FILE, READ_RIGHTS, WRITE_RIGHTS
from vmq.errors import ActionFailed, LinkError, ProtocolError

_DEVICE = "Custom:vmq-doctor"
_RIGHTS = f"read = {READ_RIGHTS} and write = {WRITE_RIGHTS} in its section of manager.conf (see `vmq asterisk setup`)"

_ACTIONS = {
    "BridgeList": "",
    "CoreShowChannels": "",
    "DeviceStateList": "res_manager_devicestate.so",
    "Getvar": "",
    "Hangup": "",
    "Originate": "",
    "PlayDTMF": "app_senddtmf.so",
    "Setvar": "",
    "ShowDialPlan": "",
}
"""AMI actions that vmq sends → the module that brings them, where that isn't Asterisk itself."""

_MODULES = {
    "app_bridgewait": "answered agents wait for their caller in BridgeWait()",
    "app_exec": "the dialplan uses ExecIf()",
    "app_stack": "the dialplan uses Gosub()",
    "bridge_holding": "answered agents wait for their caller in a holding bridge",
    "bridge_simple": "caller and agent talk in a bridge",
    "format_wav": "messages are recorded as WAV",
    "func_devstate": "agents' states are published as Custom: devices",
    "func_env": "vmq doctor uses FILE() and STAT()",
    "func_global": "vmq doctor uses GLOBAL()",
    "func_strings": "the dialplan uses STRFTIME()",
    "pbx_config": "extensions.conf is read by it",
    "res_agi": "calls reach vmq by AGI()",
    "res_manager_devicestate": "agents' telephones are watched through it",
    "res_musiconhold": "waiting callers hear music",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One point. `mend` says what to do, and is empty when nothing is wrong."""

    point: str
    is_ok: bool
    seen: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class SharedFolder:
    """A folder as vmq sees it and as Asterisk sees it. `setting` is where the latter is configured."""

    name: str
    folder: Path
    as_asterisk: str
    setting: str
    is_written: bool = False


@dataclass(frozen=True, slots=True)
class Patient:
    """What to look at. `sounds` are sound files that should be there, as Asterisk sees them, with their extension."""

    link: LinkSettings
    agi_address: str
    folders: tuple[SharedFolder, ...] = ()
    sounds: tuple[str, ...] = ()


async def examine(patient: Patient) -> list[Finding]:
    """All findings, in the order in which to mend them. Raises nothing that a broken system can cause."""
    findings = [_own_side(folder) for folder in patient.folders]
    async with _linked(patient.link) as (eyes, problem):
        if problem is not None:
            return [problem, *findings]
        findings.insert(0, Finding("manager login", True, f"logged in as {patient.link.user}"))
        link = eyes.link
        for check in (
            _version(link),
            _boot_event(link),
            _actions(link),
            _events(eyes),
            _modules(eyes),
            _lamp(eyes),
            _contexts(link, patient.agi_address),
            _call(eyes, patient.agi_address),
            _folders(eyes, patient.folders),
            _sounds(eyes, patient.sounds),
        ):
            findings.extend(await _safely(check))
    return findings


@contextlib.asynccontextmanager
async def _linked(settings: LinkSettings) -> AsyncIterator[tuple[Eyes, Finding | None]]:
    eyes = Eyes(settings)
    problem: Finding | None = None
    try:
        await eyes.link.connect()
    except (LinkError, ProtocolError) as error:
        text, _, mend = str(error).rpartition("; ")
        problem = Finding("manager login", False, text, mend)
    try:
        yield eyes, problem
    finally:
        eyes.link.close()


async def _safely(check: AsyncIterator[Finding]) -> list[Finding]:
    """A check's findings; an action that fails in it is a finding too, and ends this check only."""
    findings: list[Finding] = []
    try:
        async for finding in check:
            findings.append(finding)
    except LinkError as error:
        findings.append(Finding("manager rights", False, str(error), f"give the manager user {_RIGHTS}"))
    return findings


def _own_side(shared: SharedFolder) -> Finding:
    point = f"{shared.name} folder, vmq's side"
    try:
        if shared.is_written:
            with tempfile.NamedTemporaryFile(dir=shared.folder, prefix=".vmq-doctor-") as probe:
                probe.write(b"vmq")
                probe.flush()
        names = next(iter(shared.folder.iterdir()), None)
    except OSError as error:
        user_may = "write to" if shared.is_written else "read"
        return Finding(point, False, f"{shared.folder}: {error.strerror}", f"make it, and let vmq's user {user_may} it")
    return Finding(point, True, f"{shared.folder}{'' if names else ' (empty)'}")


async def _version(link: AmiLink) -> AsyncIterator[Finding]:
    version = (await link.ask("CoreSettings")).get("AsteriskVersion", "")
    major = version.partition(".")[0]
    is_known = major.isdigit() and int(major) >= 18
    yield Finding("Asterisk version", is_known, version or "?", "" if is_known else "use Asterisk 20 or 22")


async def _boot_event(link: AmiLink) -> AsyncIterator[Finding]:
    try:
        async with asyncio.timeout(WAIT_S):
            await link.booted.wait()
    except TimeoutError:
        yield Finding("fully booted", False, "FullyBooted didn't come", f"wait until it has booted, or give {_RIGHTS}")
    else:
        yield Finding("fully booted", True, "FullyBooted came at login")


async def _actions(link: AmiLink) -> AsyncIterator[Finding]:
    allowed = await link.ask("ListCommands")
    missing = [name for name in _ACTIONS if name not in allowed]
    if not missing:
        yield Finding("manager rights", True, f"all {len(_ACTIONS)} actions are allowed")
    for name in missing:
        module = f", and load {_ACTIONS[name]}" if _ACTIONS[name] else ""
        yield Finding("manager rights", False, f"action {name} is not allowed", f"give the user {_RIGHTS}{module}")


async def _events(eyes: Eyes) -> AsyncIterator[Finding]:
    for state in ("INUSE", "NOT_INUSE"):
        await eyes.link.ask("Setvar", Variable=f"DEVICE_STATE({_DEVICE})", Value=state)
    if await eyes.heard(f"Device: {_DEVICE}"):
        yield Finding("manager events", True, "device states arrive")
    else:
        mend = f"give the user {_RIGHTS}, the eventfilter lines included; load func_devstate.so"
        yield Finding("manager events", False, "a device state that changed was not told", mend)


async def _modules(eyes: Eyes) -> AsyncIterator[Finding]:
    loaded = {name: await eyes.value(f"IFMODULE({name}.so)") for name in _MODULES}
    if not any(loaded.values()):
        yield Finding("modules", False, "can't be asked for", "load func_module.so (modules.conf), then try again")
        return
    missing = [name for name in _MODULES if loaded[name] != "1"]
    if not missing:
        yield Finding("modules", True, f"all {len(_MODULES)} are loaded")
    for name in missing:
        yield Finding(f"module {name}", False, f"not loaded; {_MODULES[name]}", f"load {name}.so (modules.conf)")


async def _lamp(eyes: Eyes) -> AsyncIterator[Finding]:
    if "MWIUpdate" in await eyes.link.ask("ListCommands"):
        yield Finding("message lamps", True, "set by MWIUpdate")
    elif await eyes.value("IFMODULE(app_minivm.so)") in ("1", ""):
        yield Finding("message lamps", True, "set by MinivmMWI")
    else:
        yield Finding("message lamps", False, "can't be set", "load app_minivm.so, or res_mwi_external_ami.so")


async def _contexts(link: AmiLink, agi_address: str) -> AsyncIterator[Finding]:
    mend = f"run `vmq asterisk setup`, #include {DIALPLAN_FILE} in extensions.conf, then: dialplan reload"
    for context, wanted in steps_of_text(dialplan_text(agi_address)).items():
        try:
            steps = steps_of_listing(await link.ask_list("ShowDialPlan", Context=context))
        except ActionFailed as error:
            yield Finding(f"context {context}", False, str(error).rpartition(": ")[2], mend)
            continue
        if steps == wanted:
            yield Finding(f"context {context}", True, "current")
        else:
            differing = sorted(step for step in steps ^ wanted)[0]
            seen = f"differs from vmq's: {differing.extension},{differing.priority} {differing.application}"
            yield Finding(f"context {context}", False, f"{seen}({differing.data})", mend)


async def _folders(eyes: Eyes, folders: Iterable[SharedFolder]) -> AsyncIterator[Finding]:
    for shared in folders:
        point = f"{shared.name} folder, Asterisk's side"
        try:
            is_same = await (_is_written_by if shared.is_written else _is_seen_by)(eyes, shared)
        except OSError as error:
            yield Finding(point, False, f"{shared.folder}: {error.strerror}", "mend vmq's side first")
            continue
        if is_same:
            yield Finding(point, True, f"{shared.as_asterisk} is {shared.folder}")
        else:
            may = "write" if shared.is_written else "read"
            mend = f"write to {shared.setting} the folder as Asterisk sees it, and let Asterisk's user {may} it"
            yield Finding(
                point, False, f"{shared.as_asterisk} is not {shared.folder}, or Asterisk can't {may} it", mend
            )


async def _is_written_by(eyes: Eyes, shared: SharedFolder) -> bool:
    """Let Asterisk write a file into the folder as it sees it, and look for it where vmq sees it."""
    probe, text = shared.folder / "vmq-doctor.txt", secrets.token_hex(8)
    try:
        await eyes.run("write", VMQ_FOLDER=shared.as_asterisk.rstrip("/"), VMQ_PROBE=text)
        return probe.exists() and text in probe.read_text(errors="replace")
    finally:
        probe.unlink(missing_ok=True)


async def _is_seen_by(eyes: Eyes, shared: SharedFolder) -> bool:
    """Let Asterisk look for a file that vmq sees. An empty folder tells nothing, and counts as the same."""
    path = next((path for path in sorted(shared.folder.rglob("*")) if path.is_file()), None)
    return path is None or await eyes.sees(f"{shared.as_asterisk.rstrip('/')}/{path.relative_to(shared.folder)}")


async def _sounds(eyes: Eyes, sounds: Iterable[str]) -> AsyncIterator[Finding]:
    for sound in sounds:
        is_there = await eyes.sees(sound)
        mend = "" if is_there else "install Asterisk's core sounds (asterisk-core-sounds-en-wav)"
        yield Finding("sounds", is_there, f"{sound} is {'' if is_there else 'not '}there", mend)


async def _call(eyes: Eyes, address: str) -> AsyncIterator[Finding]:
    await eyes.run("call")
    status = await eyes.value("VMQ_SEEN")
    is_reached = status in ("SUCCESS", "HANGUP")
    mend = "" if is_reached else "start vmq; check agi.address (as Asterisk sees it), agi.allow and the way between"
    yield Finding(f"FastAGI at agi://{address}", is_reached, f"Asterisk's AGI() says {status or 'nothing'}", mend)
